"""What the window remembers: read whole or not at all, said in a sentence, never a crash."""

from __future__ import annotations

import errno
import json
import os
import subprocess
from pathlib import Path

import pytest

from ui import motion
from ui.settings import FORMAT, MAX_RECENT, Settings


def good(**changes: object) -> bytes:
    return json.dumps({"format": FORMAT, "version": 1, **changes}).encode()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xfe\x00nonsense",
        b"[General]\nscale=1.5\n",
        b"[" * 90_000,
        b"x" * 100_001,
        good(scale=1e308),
        good(scale="1.5"),
        good(columns=[1, -4]),
        good(columns=[10**400, 3]),
        good(recent=["x"] * 5_000),
        good(recent=["x" * 5_000]),
        good(folded=["middle"]),
        good(colors="plaid"),
        good(geometry="A" * 3_000),
        json.dumps({"format": "something else", "version": 1}).encode(),
    ],
)
def test_that_damaged_or_hostile_settings_give_way_to_ordinary_ones_and_are_kept_aside(
    tmp_path: Path, data: bytes
) -> None:
    path = tmp_path / "window.json"
    path.write_bytes(data)
    settings = Settings(path)
    assert settings.now == Settings(None).now
    assert "damaged" in settings.fault and "window.json.bad" in settings.fault and "\n" not in settings.fault
    assert path.with_name("window.json.bad").read_bytes() == data
    settings.colors = "dark"
    assert Settings(path).colors == "dark" and Settings(path).fault == ""


def test_that_settings_of_a_newer_version_stay_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "window.json"
    data = good(version=2, colors={"hue": 3})
    path.write_bytes(data)
    settings = Settings(path)
    assert "newer version" in settings.fault and settings.colors == "system"
    settings.colors = "dark"
    assert path.read_bytes() == data and settings.colors == "dark"


def test_that_what_an_older_version_did_not_know_is_ordinary(tmp_path: Path) -> None:
    path = tmp_path / "window.json"
    path.write_bytes(good(colors="dark", something_else=3))
    settings = Settings(path)
    assert (settings.colors, settings.now.make_room, settings.fault) == ("dark", True, "")


def test_that_a_full_disk_is_said_and_the_choice_holds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(tmp_path / "window.json")
    settings.colors = "light"

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("os.fsync", full)
    settings.colors = "dark"
    assert settings.colors == "dark" and "No space left" in settings.fault
    monkeypatch.undo()
    assert Settings(tmp_path / "window.json").colors == "light"


def test_that_recent_scenes_are_few_and_each_named_once(tmp_path: Path) -> None:
    settings = Settings(tmp_path / "window.json")
    for k in (*range(12), 4):
        settings.add_recent(Path(f"/scenes/{k}.json"))
    assert len(settings.now.recent) == MAX_RECENT == len(set(settings.now.recent))
    assert settings.now.recent[0] == "/scenes/4.json"
    assert Settings(tmp_path / "window.json").now == settings.now


@pytest.mark.skipif(os.name != "posix", reason="programs of Linux desktops")
@pytest.mark.parametrize(("answer", "still"), [("false\n", True), ("true\n", False), ("", False)])
def test_that_the_wish_of_the_desktop_is_heard(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: str, still: bool
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setattr("shutil.which", lambda name: f"/usr/bin/{name}")
    done = subprocess.CompletedProcess([], 0, stdout=answer)
    monkeypatch.setattr("subprocess.run", lambda *_, **__: done)
    assert motion.system_reduces_motion() is still
    (tmp_path / "kdeglobals").write_text("[KDE]\nAnimationDurationFactor=0\n", encoding="utf-8")
    assert motion.system_reduces_motion()


def test_that_a_desktop_that_does_not_answer_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(*_: object, **__: object) -> None:
        raise subprocess.TimeoutExpired("gsettings", 2.0)

    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setattr("shutil.which", lambda name: name)
    monkeypatch.setattr("subprocess.run", slow)
    assert not motion.system_reduces_motion()
