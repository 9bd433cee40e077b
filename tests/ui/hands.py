"""What a user without a mouse does to the window: keys, Tab to a name, the palette by a few letters."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from planner.session.picture import Picture
from planner.session.state import State
from ui.main_window import MainWindow
from ui.palette import CommandPalette
from ui.widgets.basics import spoken

Key = Qt.Key
SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
NONE = Qt.KeyboardModifier.NoModifier


def now(window: MainWindow) -> Picture:
    """The picture of this moment."""
    assert window._bridge is not None
    return window._bridge.picture()


def state(window: MainWindow) -> State:
    """What was chosen up to now."""
    return now(window).state


def settle(qtbot: QtBot, window: MainWindow, until: Callable[[Picture], bool]) -> None:
    """Until the window shows it."""
    qtbot.waitUntil(lambda: window._picture is not None and until(window._picture), timeout=5000)


def press(window: MainWindow, key: Key, modifier: Qt.KeyboardModifier = NONE) -> None:
    """A key, sent to whatever has the focus."""
    QTest.keyClick(window.focusWidget() or window, key, modifier)


def command(qtbot: QtBot, window: MainWindow, words: str) -> None:
    """Through the palette, by keys."""
    press(window, Key.Key_K, CONTROL)
    (palette,) = [w for w in window.findChildren(CommandPalette) if w.isVisible()]
    QTest.keyClicks(palette.focusWidget(), words)
    QTest.keyClick(palette.focusWidget(), Key.Key_Return)
    qtbot.waitUntil(lambda: not window.findChildren(CommandPalette), timeout=3000)
    window.activateWindow()
    qtbot.wait(5)


def tab_to(qtbot: QtBot, window: MainWindow, name: str) -> QWidget:
    """Tab until a control whose spoken name begins so has the focus."""
    qtbot.wait(60)  # what a layout takes in is shown in a later turn of the event loop
    for _ in range(160):
        press(window, Key.Key_Tab)
        if named(window).startswith(name):
            return window.focusWidget()
    raise AssertionError(f"Tab never came to {name}")


def named(window: MainWindow) -> str:
    """What a screen reader says of the control that has the focus."""
    focused = window.focusWidget()
    return spoken(focused) if focused is not None else ""
