"""Scene files in the window: opened, saved, recent, dropped; a bad one or a full disk costs no work."""

from __future__ import annotations

import errno
import json
import os
import re
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from planner.session import actions as act
from planner.session.scene_file import encode, load
from planner.session.state import RegionMark, State
from ui.main_window import MainWindow
from ui.scenes import Scenes, worth_keeping

MARKED = State(marks=(RegionMark("knee_ant", "right", 5.0),))


def scenes(window: MainWindow) -> Scenes:
    assert window.scenes is not None
    return window.scenes


def state(window: MainWindow) -> State:
    assert window._bridge is not None
    return window._bridge.picture().state


def mark(window: MainWindow, region: str = "thigh_lat_mid") -> None:
    window.act(act.MarkRegion(region, "left"))


def sha(window: MainWindow) -> str:
    assert window._atlas is not None
    return window._atlas.content.sha256


def written(window: MainWindow, path: Path, wanted: State = MARKED) -> Path:
    path.write_bytes(encode(wanted, sha(window)))
    return path


def key(window: MainWindow, letter: Qt.Key, shift: bool = False) -> None:
    modifiers = Qt.KeyboardModifier.ControlModifier
    if shift:
        modifiers |= Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(window, letter, modifiers)


def test_that_a_scene_is_saved_opened_and_named_in_the_title(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "lesson.json"
    monkeypatch.setattr("ui.scenes.ask_where", lambda *_: path)
    assert not window.isWindowModified()
    mark(window)
    assert window.isWindowModified() and "not saved" in window.windowTitle()
    key(window, Qt.Key.Key_S)
    kept = state(window)
    assert window.windowTitle().startswith("lesson") and not window.isWindowModified()
    assert load(path, window._atlas.content).state == kept  # type: ignore[union-attr]
    key(window, Qt.Key.Key_N)
    assert state(window).marks == () and "lesson" not in window.windowTitle()
    key(window, Qt.Key.Key_O)
    assert state(window).marks == kept.marks and window.windowTitle().startswith("lesson")
    assert window.settings.now.recent == (str(path),)


def test_that_only_looking_at_the_model_changes_no_scene(window: MainWindow) -> None:
    window.act(act.RequestView("left"))
    window.act(act.SetFace("study"))
    assert not window.isWindowModified()
    window.act(act.SelectStructures(("vertebra_l4",)))
    assert window.isWindowModified() and not worth_keeping(state(window), State())


def test_that_a_new_scene_loses_nothing_and_undo_brings_the_old_one_and_its_name_back(
    window: MainWindow, tmp_path: Path
) -> None:
    scenes(window).open(written(window, tmp_path / "first.json"))
    mark(window)
    before = state(window)
    scenes(window).new()
    assert state(window).marks == () and window.notice.isVisible()
    window.notice.buttons[0].click()
    assert state(window) == before
    assert window.windowTitle().startswith("first") and window.isWindowModified()
    window.act(act.Redo())
    assert state(window).marks == () and "first" not in window.windowTitle()


def test_that_saving_after_undone_opening_never_overwrites_the_other_file(
    window: MainWindow, tmp_path: Path
) -> None:
    first = written(window, tmp_path / "first.json")
    other = written(window, tmp_path / "other.json", State(marks=(RegionMark("heel", "left", 3.0),)))
    scenes(window).open(first)
    scenes(window).open(other)
    window.act(act.Undo())
    assert window.windowTitle().startswith("first")
    kept = other.read_bytes()
    assert scenes(window).save()
    assert other.read_bytes() == kept
    assert load(first, window._atlas.content).state.marks == MARKED.marks  # type: ignore[union-attr]


def test_that_a_stroke_on_its_way_stays_with_the_scene_before(window: MainWindow, tmp_path: Path) -> None:
    path = written(window, tmp_path / "next.json")
    for k in range(3):
        window.act(act.PaintStroke(((110.0, -60.0, -120.0 - k),), 18.0, continues=k > 0))
    scenes(window).open(path)
    assert state(window).marks == MARKED.marks
    window.act(act.Undo())
    assert len(state(window).marks) == 1 and "next" not in window.windowTitle()


NESTED = b'{"format": "lumbar-block-planner scene", "version": 1, "state": ' + b"[" * 60_000


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "not a scene file"),
        (b"\x00\xff" * 500, "not a scene file"),
        (b"[" * 100_000, "not a scene file"),
        (NESTED, "cannot be used"),
        (b'{"format": "lumbar-block-planner scene", "version": 9}', "newer version"),
        (b" " * 4_000_001, "larger"),
        (b'{"format": "lumbar-block-planner scene", "version": ' + b"9" * 5_000 + b"}", "cannot be used"),
        (
            b'{"format": "lumbar-block-planner scene", "version": 1, "app": "1", "content": "x",'
            b' "state": {"pose": {"serial": 1' + b"0" * 400 + b"}}}",
            "cannot be used",
        ),
        (
            b'{"format": "lumbar-block-planner scene", "version": 1, "app": "1", "content": "x",'
            b' "state": {"block": "../../../etc/passwd"}}',
            "unknown block",
        ),
    ],
    ids=["empty", "bytes", "deep", "nested", "newer", "large", "version", "number", "path"],
)
def test_that_a_bad_scene_is_refused_with_a_sentence_and_the_open_one_stays(
    window: MainWindow, tmp_path: Path, data: bytes, why: str
) -> None:
    mark(window)
    before, title = state(window), window.windowTitle()
    path = tmp_path / "bad.json"
    path.write_bytes(data)
    scenes(window).open(path)
    assert state(window) is before and window.windowTitle() == title
    said = window.notice.text.text()
    assert window.notice.isVisible() and "bad.json" in said and why in said and "unchanged" in said
    assert str(tmp_path) not in said and window.settings.now.recent == ()


@pytest.mark.skipif(os.name != "posix", reason="pipes and devices of POSIX")
@pytest.mark.parametrize("place", ["pipe", "/dev/zero", "folder", "nothing.json", "nul\0name.json"])
def test_that_what_is_no_file_is_refused_at_once(window: MainWindow, tmp_path: Path, place: str) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    mark(window)
    before = state(window)
    path = Path(place) if place.startswith("/") else Path(f"{tmp_path}/{place}")
    scenes(window).open(path)
    assert state(window) is before and "cannot be read" in window.notice.text.text()


def full(*_: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_that_a_full_disk_keeps_the_work_and_the_old_file_and_says_so(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(window, tmp_path / "lesson.json")
    old = path.read_bytes()
    scenes(window).open(path)
    mark(window)
    before = state(window)
    monkeypatch.setattr("os.fsync", full)
    assert not scenes(window).save()
    assert state(window) is before and path.read_bytes() == old and window.isWindowModified()
    assert "No space left" in window.notice.text.text() and "Nothing is lost" in window.notice.text.text()
    assert [entry.name for entry in tmp_path.iterdir()] == ["lesson.json"]
    monkeypatch.undo()
    monkeypatch.setattr("ui.scenes.ask_where", lambda *_: tmp_path / "elsewhere.json")
    window.notice.buttons[0].click()  # Save as
    assert (tmp_path / "elsewhere.json").exists() and not window.isWindowModified()


def test_that_a_folder_that_takes_no_file_keeps_the_work_and_says_so(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(*_: object, **__: object) -> int:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    mark(window)
    before = state(window)
    monkeypatch.setattr("ui.scenes.ask_where", lambda *_: tmp_path / "lesson")
    monkeypatch.setattr("planner.files.os.open", locked)
    assert not scenes(window).save()
    assert state(window) is before and "lesson.json cannot be written" in window.notice.text.text()
    assert "Read-only" in window.notice.text.text() and window.isWindowModified()


def drop(window: MainWindow, *urls: QUrl) -> None:
    data = QMimeData()
    data.setUrls(list(urls))
    action, button = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    none = Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(20, 20), action, data, button, none)
    window.dragEnterEvent(enter)
    assert enter.isAccepted()
    window.dropEvent(QDropEvent(QPointF(20, 20), action, data, button, none))


def test_that_a_dropped_file_opens_and_nothing_else_does(window: MainWindow, tmp_path: Path) -> None:
    path = written(window, tmp_path / "a scene.json")
    before = state(window)
    for urls in (
        [QUrl("https://example.org/scene.json")],
        [QUrl("file://server/share/scene.json")],
        [QUrl.fromLocalFile(str(path))] * 2,
    ):
        drop(window, *urls)
        assert state(window) is before and "of this computer" in window.notice.text.text()
    drop(window, QUrl.fromLocalFile(str(path)))
    assert state(window).marks == MARKED.marks


def test_that_recent_scenes_are_listed_and_missing_ones_cannot_be_chosen(
    window: MainWindow, tmp_path: Path
) -> None:
    for name in ("one", "two"):
        scenes(window).open(written(window, tmp_path / f"{name}.json"))
    (tmp_path / "one.json").unlink()
    window.settings.add_recent(Path("//server/share/three.json"))
    window.toolbar.scene_menu.aboutToShow.emit()
    shown = {a.text(): a.isEnabled() for a in window.toolbar.scene_menu.actions() if a.text()}
    assert shown["two"] and not shown["one (missing)"] and not shown["three (missing)"]
    scenes(window).open(tmp_path / "one.json")
    assert str(tmp_path / "one.json") not in window.settings.now.recent
    scenes(window).clear_recent()
    assert window.settings.now.recent == ()


# -- kept meanwhile ---------------------------------------------------------------------------------


def kept(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.suffix == ".json")


def test_that_the_open_scene_is_kept_without_any_name_and_forgotten_when_saved(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, mine = tmp_path / "state", tmp_path / "maria_smith.json"
    monkeypatch.setattr("ui.scenes.ask_where", lambda *_: mine)
    scenes(window).keep_in(lambda: folder)
    scenes(window).open(written(window, mine))
    mark(window)
    assert kept(folder) == []  # a short while after the act, never within it
    qtbot.waitUntil(lambda: kept(folder) == ["open-1.json"], timeout=3000)
    data = (folder / "open-1.json").read_text(encoding="utf-8")
    assert set(json.loads(data)) == {"format", "version", "app", "content", "state"}
    for name in (
        "maria",
        str(tmp_path),
        str(Path.home()),
        os.uname().nodename if os.name == "posix" else "?",
    ):
        assert name not in data
    assert not re.search(r"20\d\d-\d\d|/home|[\\/]Users", data)
    assert scenes(window).save()
    qtbot.waitUntil(lambda: kept(folder) == [], timeout=3000)


def test_that_closing_keeps_unsaved_work_and_forgets_what_is_saved(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scenes(window).keep_in(lambda: tmp_path)
    mark(window)
    assert window.close() and kept(tmp_path) == ["open-1.json"]


def test_that_an_orderly_close_without_unsaved_work_leaves_nothing(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    scenes(window).keep_in(lambda: tmp_path)
    mark(window)
    qtbot.waitUntil(lambda: kept(tmp_path) == ["open-1.json"], timeout=3000)
    window.act(act.Undo())
    assert window.close() and kept(tmp_path) == []


def test_that_closing_asks_once_when_unsaved_work_can_be_kept_nowhere(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scenes(window).keep_in(lambda: tmp_path)
    mark(window)
    monkeypatch.setattr("os.fsync", full)
    assert not window.close() and window.isVisible()
    assert "No space left" in window.notice.text.text()
    mark(window, "knee_ant")  # whoever goes on working is asked again
    assert not window.close()
    assert window.close()


def test_that_what_was_left_is_offered_and_continued(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    written(window, tmp_path / "open-1.json")
    scenes(window).keep_in(lambda: tmp_path)
    assert "One mark" in window.notice.text.text() or "one mark" in window.notice.text.text()
    assert kept(tmp_path) == ["left-1.json"] and state(window).marks == ()
    window.notice.buttons[0].click()
    assert state(window).marks == MARKED.marks and window.isWindowModified()
    qtbot.waitUntil(lambda: kept(tmp_path) == ["open-1.json"], timeout=3000)


def test_that_what_was_left_is_discarded_when_not_wanted_and_stays_when_unanswered(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    written(window, tmp_path / "open-1.json")
    scenes(window).keep_in(lambda: tmp_path)
    mark(window)
    qtbot.waitUntil(lambda: kept(tmp_path) == ["left-1.json", "open-1.json"], timeout=3000)
    window.notice.buttons[1].click()
    assert kept(tmp_path) == ["open-1.json"] and "thigh_lat_mid" in str(state(window).marks)


def test_that_what_was_left_damaged_is_put_aside_with_a_sentence(window: MainWindow, tmp_path: Path) -> None:
    (tmp_path / "open-1.json").write_bytes(b"[" * 5_000)
    scenes(window).keep_in(lambda: tmp_path)
    assert "cannot be used" in window.notice.text.text() and kept(tmp_path) == []
    assert (tmp_path / "left-1.json.bad").exists()


def test_that_two_windows_keep_apart(tmp_path: Path) -> None:
    from ui.keeping import Keeper

    one, two = Keeper(tmp_path), Keeper(tmp_path)
    one.write(b"1", 1)
    two.write(b"2", 1)
    one.write(b"late", 1)
    assert kept(tmp_path) == ["open-1.json", "open-2.json"]
    assert (tmp_path / "open-1.json").read_bytes() == b"1"
    one.forget(2)
    one.close()
    two.close()
    again = Keeper(tmp_path)  # the place in which something was left comes first
    assert again.left_behind() and again.left_path.read_bytes() == b"2"
    again.close()


def test_that_a_folder_that_cannot_be_made_is_said_and_nothing_breaks(
    window: MainWindow, tmp_path: Path
) -> None:
    (tmp_path / "taken").write_text("x")
    scenes(window).keep_in(lambda: tmp_path / "taken")
    assert "cannot be kept in the background" in window.note.text()
    mark(window)
    assert not window.close() and window.close()
