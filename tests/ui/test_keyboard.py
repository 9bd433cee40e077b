"""Everything by keyboard: the way from a mark to a block and back, in the order in which one reads."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QApplication,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QScrollBar,
    QTabBar,
    QWidget,
)
from pytestqt.qtbot import QtBot

from planner.session import actions as act
from planner.session.picture import Picture
from planner.session.state import RegionMark
from ui.main_window import MainWindow
from ui.widgets.basics import Section
from ui.widgets.block_row import BlockRow
from ui.widgets.tab_order import reading_order

Key = Qt.Key
CONTROLS = (QAbstractButton, QLineEdit, QAbstractSlider, QComboBox, QAbstractItemView, QTabBar)


def now(window: MainWindow) -> Picture:
    assert window._picture is not None
    return window._picture


def press(
    window: MainWindow, key: Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
) -> None:
    QTest.keyClick(window.focusWidget(), key, modifier)


def tab_to(window: MainWindow, wanted: Callable[[QWidget], bool]) -> QWidget:
    for _ in range(300):
        press(window, Key.Key_Tab)
        found = window.focusWidget()
        if wanted(found):
            return found
    raise AssertionError("Tab never came there")


def nameless_or_small(window: MainWindow) -> tuple[list[QWidget], list[tuple[QWidget, int, int]]]:
    """Controls that are shown without a name, and those too small for a finger, with their size."""
    nameless: list[QWidget] = []
    small: list[tuple[QWidget, int, int]] = []
    for widget in window.findChildren(QWidget):
        passive = isinstance(widget, (QScrollBar, QHeaderView, QLabel)) or not widget.isVisible()
        if passive or not (isinstance(widget, CONTROLS) or widget.focusPolicy() != Qt.FocusPolicy.NoFocus):
            continue
        text = widget.text() if isinstance(widget, QAbstractButton) else ""
        if not (widget.accessibleName() or text):
            nameless.append(widget)
        if isinstance(widget, CONTROLS) and min(widget.width(), widget.height()) < 24:
            small.append((widget, widget.width(), widget.height()))
    return nameless, small


def stops_of_tab(window: MainWindow) -> set[QWidget]:
    """Everything shown that wants to be reached by Tab."""
    return {
        widget
        for widget in window.findChildren(QWidget)
        if widget.isVisible()
        and widget.isEnabled()
        and (widget.focusPolicy() & Qt.FocusPolicy.TabFocus) == Qt.FocusPolicy.TabFocus
    }


def furnished(qtbot: QtBot, window: MainWindow) -> None:
    """A marked area, a chosen block, every part in use."""
    window.act(act.MarkRegion("thigh_lat_mid", "left"))
    qtbot.waitUntil(lambda: bool(window.blocks.rows))
    window.act(act.ChooseBlock(window.blocks.rows[0].answer.id))
    qtbot.waitUntil(lambda: window.card.isVisible() and window.blocks.rows[0].isVisible())


@pytest.mark.parametrize(("arrow", "side"), [(Key.Key_Left, "left"), (Key.Key_Right, "right")])
def test_that_an_area_is_marked_a_block_chosen_and_both_undone_by_keyboard(
    qtbot: QtBot, window: MainWindow, arrow: Key, side: str
) -> None:
    press(window, Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert window.focusWidget() is window.left.region_list.search
    QTest.keyClicks(window.focusWidget(), "thigh_lat_mid")
    press(window, Key.Key_Return)
    assert window.focusWidget() is window.left.region_list.tree
    press(window, arrow)
    press(window, Key.Key_Space)
    qtbot.waitUntil(lambda: bool(now(window).state.marks), timeout=3000)
    assert now(window).state.marks == (RegionMark("thigh_lat_mid", side, 7.0),)  # type: ignore[arg-type]
    assert now(window).state.side == side
    qtbot.waitUntil(lambda: bool(window.blocks.rows) and window.blocks.rows[0].isVisible(), timeout=3000)
    row = tab_to(window, lambda widget: isinstance(widget, BlockRow))
    assert isinstance(row, BlockRow) and f"patient's {side}" in row.accessibleName()
    chosen = row.answer.id
    press(window, Key.Key_Return)
    qtbot.waitUntil(lambda: now(window).state.block == chosen, timeout=3000)
    press(window, Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: now(window).state.block is None, timeout=3000)
    press(window, Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: not now(window).state.marks, timeout=3000)


def test_that_the_arrows_go_through_the_boxes_of_both_sides(qtbot: QtBot, window: MainWindow) -> None:
    window.left.tabs.setCurrentIndex(1)
    tree = window.left.region_list.tree
    tree.setFocus(Qt.FocusReason.TabFocusReason)
    first = tree.currentItem()
    assert tree.currentColumn() == 1
    press(window, Key.Key_Right)
    press(window, Key.Key_Down)
    assert tree.currentColumn() == 2 and tree.currentItem() is not first
    press(window, Key.Key_Up)
    press(window, Key.Key_Left)
    assert tree.currentColumn() == 1 and tree.currentItem() is first


@pytest.mark.parametrize("page", range(3))
def test_that_tab_reaches_every_control_once_in_reading_order(
    qtbot: QtBot, window: MainWindow, page: int
) -> None:
    furnished(qtbot, window)
    window.left.tabs.setCurrentIndex(page)
    qtbot.wait(60)  # what a layout takes in is shown in a later turn of the event loop
    stops = reading_order(window)
    stops[0].setFocus()
    visited = [stops[0]]
    for _ in stops:
        press(window, Key.Key_Tab)
        if window.focusWidget() is stops[0]:
            break
        visited.append(window.focusWidget())
    assert visited == sorted(visited, key=stops.index) and len(set(visited)) == len(visited)
    # Of exclusive choices Qt stops at one; the arrows go to the others.
    passed = set(stops) - set(visited)
    assert all(isinstance(w, QAbstractButton) and (w.group() or w.autoExclusive()) for w in passed)
    press(window, Key.Key_Backtab)
    assert window.focusWidget() is visited[-1]
    stops = reading_order(window)
    assert stops_of_tab(window) == set(stops)
    places = [
        stops.index(widget) for widget in (window.left.tabs, window.left.warnings, window.blocks.rows[0])
    ]
    assert places == sorted(places) and stops[0].parent() is not window.card


@pytest.mark.parametrize("page", range(3))
def test_that_every_control_has_a_name_and_room_for_a_finger(
    qtbot: QtBot, window: MainWindow, page: int
) -> None:
    furnished(qtbot, window)
    window.left.tabs.setCurrentIndex(page)
    assert nameless_or_small(window) == ([], [])


class Shown(QObject):
    """Remembers every window that appears."""

    def __init__(self) -> None:
        super().__init__()
        self.windows: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.windows.append(type(watched).__name__)
        return False


def test_that_no_stray_window_flashes_up_and_takes_the_keys(
    qtbot: QtBot, window: MainWindow, qapp: QApplication
) -> None:
    shown = Shown()
    qapp.installEventFilter(shown)
    try:
        furnished(qtbot, window)
        for row in list(window.blocks.rows)[:4]:
            window.act(act.ChooseBlock(row.answer.id))
            qtbot.wait(20)
        for flag in list(window._atlas.content.flags)[:4]:  # type: ignore[union-attr]
            window.act(act.ToggleFlag(flag, True))
            qtbot.wait(20)
        for face in ("study", "explain"):
            window.act(act.SetFace(face))  # type: ignore[arg-type]
            qtbot.wait(20)
        for page in range(3):
            window.left.tabs.setCurrentIndex(page)
        window.change_scale(1)
        window.set_colors("dark")
        qtbot.wait(20)
    finally:
        qapp.removeEventFilter(shown)
    assert shown.windows == []
    assert window.isActiveWindow()


def studying(qtbot: QtBot, window: MainWindow, tool: str) -> None:
    """The face of study with a nerve's card and a tool open."""
    window.act(act.SetFace("study"))
    window.act(act.GoTo(("femoral_left",)))
    qtbot.waitUntil(lambda: now(window).state.selected == ("femoral_left",), timeout=3000)
    window.tools.open(tool, True)
    for section in window.right.structure.findChildren(Section):
        section.open()
    qtbot.wait(60)


@pytest.mark.parametrize("tool", ["cut", "ruler", "trace"])
def test_that_study_too_has_names_room_for_a_finger_and_a_way_for_tab(
    qtbot: QtBot, window: MainWindow, tool: str
) -> None:
    studying(qtbot, window, tool)
    assert nameless_or_small(window) == ([], [])
    assert stops_of_tab(window) == set(reading_order(window))
