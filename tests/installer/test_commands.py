"""`installer/run.py` and `installer/test.py`: what they decide, and the headless road end to end."""

from __future__ import annotations

import importlib.util
import json
import os
import sys
from pathlib import Path
from types import ModuleType

import environment
import headless
import pytest


def installer_command(name: str) -> ModuleType:
    """installer/<name>.py as a module; `test` would otherwise mean Python's own package of that name."""
    spec = importlib.util.spec_from_file_location(
        f"installer_{name}", environment.CHECKOUT / "installer" / f"{name}.py"
    )
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


run = installer_command("run")
test = installer_command("test")

STAND_IN = """\
import json, pathlib, sys
arguments = sys.argv[1:]
if "--out" in arguments:
    pathlib.Path(arguments[arguments.index("--out") + 1]).write_bytes(b"made")
elif arguments[0] == "explain":
    print(json.dumps(arguments))
sys.exit({code} if arguments[0] == {failing!r} else 0)
"""


def stand_in(folder: Path, failing: str = "", code: int = 2) -> str:
    """A `block-planner` that records its arguments, and fails at one verb."""
    script = folder / "block-planner"
    body = STAND_IN.format(code=code, failing=failing)
    script.write_text(f"#!{sys.executable}\n{body}", encoding="utf-8")
    script.chmod(0o755)
    return str(script)


def sample_checkout(folder: Path, scene: bool = True) -> Path:
    """A checkout that holds a sample case, and a scene if wished."""
    (folder / "assets" / "atlas").mkdir(parents=True)
    case = {"marks": [{"region": "thigh_lat_mid", "side": "left", "weight": 7}], "clues": ["night"]}
    (folder / headless.SAMPLE_CASE).write_text(json.dumps(case), encoding="utf-8")
    if scene:
        (folder / headless.SAMPLE_SCENE).write_text("{}", encoding="utf-8")
    return folder


posix_only = pytest.mark.skipif(os.name == "nt", reason="the stand-in command is a script with a shebang")


@pytest.mark.parametrize(
    ("platform", "variables", "expected"),
    [
        ("linux", {}, False),
        ("linux", {"DISPLAY": ""}, False),
        ("linux", {"DISPLAY": ":0"}, True),
        ("linux", {"WAYLAND_DISPLAY": "wayland-0"}, True),
        ("darwin", {}, True),
        ("win32", {}, True),
    ],
)
def test_that_a_screen_is_seen_where_there_is_one(
    platform: str, variables: dict[str, str], expected: bool
) -> None:
    assert run.has_screen(platform, variables) is expected


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ([], True),
        (["--face", "lecture", "--scene", "talk.json"], True),
        (["--content", "explain"], True),
        (["explain", "--json"], False),
        (["--content", "knee", "check"], False),
        (["--help"], False),
    ],
)
def test_that_only_arguments_without_a_verb_open_the_window(arguments: list[str], expected: bool) -> None:
    assert run.wants_window(arguments) is expected


@posix_only
def test_that_arguments_and_exit_code_pass_through_unchanged(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    planner = stand_in(tmp_path, failing="explain", code=2)
    arguments = ["explain", "--mark", "left:thigh lat=7", "--json"]
    assert run.start(planner, arguments, screen=False) == 2
    assert json.loads(capfd.readouterr().out) == arguments


def test_that_a_case_becomes_the_arguments_a_user_would_type() -> None:
    case = {
        "id": "a",
        "marks": [
            {"region": "thigh_lat_mid", "side": "left", "weight": 7},
            {"region": "groin", "side": "right", "weight": 4.5},
        ],
        "depth": "skin",
        "clues": ["one"],
        "flags": ["two"],
    }
    assert headless.explain_arguments(case) == [
        "explain",
        *("--mark", "left:thigh_lat_mid=7", "--mark", "right:groin=4.5"),
        *("--depth", "skin", "--clue", "one", "--flag", "two"),
    ]


@posix_only
def test_that_without_a_screen_answer_picture_and_page_are_written_and_their_places_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    checkout = sample_checkout(tmp_path / "checkout")
    monkeypatch.setattr(environment, "CHECKOUT", checkout)
    assert run.start(stand_in(tmp_path), ["--face", "explain"], screen=False) == 0
    out = checkout / "out"
    written = ["answer.json", "answer.txt", "page.pdf", "picture.png"]
    assert sorted(path.name for path in out.iterdir()) == written
    assert json.loads((out / "answer.json").read_text(encoding="utf-8"))[-1] == "--json"
    said = capsys.readouterr().out
    assert all(str(path) in said for path in out.iterdir())


@posix_only
def test_that_a_failing_step_keeps_the_older_answer_and_says_which_step(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    checkout = sample_checkout(tmp_path / "checkout")
    (checkout / "out").mkdir()
    (checkout / "out" / "answer.txt").write_text("older", encoding="utf-8")
    assert headless.work_through_sample(stand_in(tmp_path, failing="explain", code=3), checkout) == 3
    assert (checkout / "out" / "answer.txt").read_text(encoding="utf-8") == "older"
    assert "The answer could not be made" in capsys.readouterr().err


def test_that_window_tests_run_under_a_virtual_screen_on_linux_and_plainly_elsewhere() -> None:
    assert test.window_launcher("linux", has_xvfb=True)[0] == "xvfb-run"
    assert test.window_launcher("linux", has_xvfb=False) is None
    assert test.window_launcher("darwin", has_xvfb=False) == []


def test_that_screenless_tests_see_no_display() -> None:
    shell = {"DISPLAY": ":0", "WAYLAND_DISPLAY": "w", "HOME": "/h"}
    assert test.screenless_variables(shell) == {"HOME": "/h", "QT_QPA_PLATFORM": "offscreen"}


def test_that_window_tests_go_through_x_on_linux() -> None:
    shell = {"QT_QPA_PLATFORM": "offscreen", "WAYLAND_DISPLAY": "w"}
    assert test.window_variables(shell, "linux") == {"QT_QPA_PLATFORM": "xcb"}
    assert test.window_variables(shell, "darwin") == {}
