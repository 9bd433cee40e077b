"""The command palette: acts, names and levels by a few letters, and the list of keys."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot

from planner.session import actions as act
from planner.session.cutting import levels
from planner.session.picture import Picture
from planner.session.state import Section
from ui.keys import KEYS
from ui.main_window import MainWindow
from ui.palette import CommandPalette, commands

Key = Qt.Key


def opened(window: MainWindow) -> CommandPalette:
    window.activateWindow()  # shortcuts belong to the active window, which without a display must ask
    QApplication.processEvents()
    QTest.keyClick(window, Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    (palette,) = [w for w in window.findChildren(CommandPalette) if w.isVisible()]
    return palette


def take(qtbot: QtBot, window: MainWindow, words: str, until: Callable[[Picture], bool]) -> None:
    palette = opened(window)
    QTest.keyClicks(palette.finder.line, words)
    QTest.keyClick(palette.finder.line, Key.Key_Return)
    qtbot.waitUntil(lambda: window._picture is not None and until(window._picture), timeout=3000)
    qtbot.waitUntil(lambda: not window.findChildren(CommandPalette), timeout=3000)


@pytest.mark.parametrize(
    ("words", "until"),
    [
        ("view posterior", lambda p: p.state.pose.view == "posterior"),
        ("face study", lambda p: p.state.face == "study"),
        ("patients right", lambda p: p.state.side == "right"),
        ("lfcn", lambda p: p.state.selected == ("lfcn_left",)),
        ("adductor canal block", lambda p: p.state.block == "saphenous_acb"),
        ("skin of dermatome l4", lambda p: p.state.territory == "L4"),
        ("cut the model", lambda p: p.state.face == "study" and p.state.section is not None),
        ("facet joint l4/5", lambda p: p.state.source == "facet_L4_5"),
    ],
)
def test_that_a_few_letters_and_enter_do_what_they_name(
    qtbot: QtBot, window: MainWindow, words: str, until: Callable[[Picture], bool]
) -> None:
    take(qtbot, window, words, until)


def test_that_a_named_level_is_cut_there_and_escape_leaves(qtbot: QtBot, window: MainWindow) -> None:
    palette = opened(window)
    QTest.keyClicks(palette.finder.line, "l3/4 disc")
    kinds = [hit.entry.kind for hit in palette.finder.results.found]
    for _ in range(kinds.index("level")):
        QTest.keyClick(palette.finder.line, Key.Key_Down)
    QTest.keyClick(palette.finder.line, Key.Key_Return)
    at = {level.name: level.at_mm for level in levels(window._atlas)}["L3/4 disc"]  # type: ignore[arg-type]
    qtbot.waitUntil(
        lambda: window._picture is not None and window._picture.state.section == Section("axial", at),
        timeout=3000,
    )
    qtbot.waitUntil(lambda: not window.findChildren(CommandPalette), timeout=3000)
    palette = opened(window)
    QTest.keyClicks(palette.finder.line, "x")
    for _ in range(2):
        QTest.keyClick(palette.finder.line, Key.Key_Escape)
    qtbot.waitUntil(lambda: not window.findChildren(CommandPalette), timeout=3000)


def test_that_every_command_works_in_either_face(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.scenes.ask_where", lambda *_: None)  # nobody is there to name a file
    opens: set[str] = set()
    for face in ("explain", "study"):
        for ident, (entry, do) in commands(window).items():
            window.act(act.SetFace(face))  # type: ignore[arg-type]
            window.act(act.MarkRegion("thigh_lat_mid", "left"))  # something to compare and to follow
            window.act(act.ChooseBlock("lfcn"))
            qtbot.waitUntil(lambda: window._picture is not None and window._picture.chosen is not None)
            do()
            assert entry.title and window.note.text() == "", ident
            for dialog in window.findChildren(QDialog):
                if dialog.isVisible():
                    opens.add(ident)
                    QTest.keyClick(dialog, Key.Key_Escape)
                    assert not dialog.isVisible(), ident
        qtbot.wait(5)
    assert opens == {"about", "compare", "keys", "page"}
    assert len(window.link.scene.ways) == 2  # type: ignore[union-attr]
    window.set_colors("light")
    window.change_scale(0)


def test_that_every_bound_key_is_in_the_list_of_keys(window: MainWindow) -> None:
    listed = " ".join(key for _, pairs in KEYS for key, _ in pairs).replace("−", "-")
    signs = {"!", "#", "&", "Ctrl+Y", "Ctrl++"}  # other spellings of keys that are listed
    for shortcut in window.findChildren(QShortcut):
        name = shortcut.key().toString()
        bare = name.removeprefix("Shift+") if name.removeprefix("Shift+").isdigit() else name
        assert name in signs or bare in listed, name
