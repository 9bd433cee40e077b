"""Menus by the right button or the menu key: over areas and compared blocks; each entry an act."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QMenu, QWidget
from pytestqt.qtbot import QtBot

from planner.session import actions as act
from planner.session.state import RegionMark, State
from ui.main_window import MainWindow


def state(window: MainWindow) -> State:
    assert window._bridge is not None
    return window._bridge.picture().state


def entries(panel: QWidget) -> dict[str, object]:
    (menu,) = [menu for menu in panel.findChildren(QMenu) if menu.isVisible()]
    return {entry.text(): entry for entry in menu.actions() if entry.isEnabled() and entry.text()}


def pick(panel: QWidget, text: str) -> None:
    entries(panel)[text].trigger()  # type: ignore[attr-defined]
    for menu in panel.findChildren(QMenu):
        menu.close()


def test_that_a_block_is_chosen_framed_and_let_go_from_its_menu(qtbot: QtBot, window: MainWindow) -> None:
    window.act(act.MarkRegion("thigh_lat_mid", "left"))
    qtbot.waitUntil(lambda: bool(window.blocks.rows), timeout=3000)
    for text, until in (
        ("Choose", lambda s: s.block == "lfcn"),
        ("Go to its target in the model", lambda s: s.pose.focus == ("lfcn",)),
        ("Done without relief", lambda s: s.unrelieved == ("lfcn",)),
        ("Not done yet, or it helped", lambda s: s.unrelieved == ()),
        ("Let go", lambda s: s.block is None),
    ):
        qtbot.waitUntil(lambda: bool(window.blocks.rows), timeout=3000)
        line = next(row for row in window.blocks.rows if row.answer.id == "lfcn")
        line.customContextMenuRequested.emit(QPoint(8, 8))
        pick(window.blocks, text)
        qtbot.waitUntil(lambda until=until: until(state(window)), timeout=3000)  # type: ignore[misc]
        qtbot.wait(40)


@pytest.mark.parametrize("side", ["left", "right"])
def test_that_an_area_is_marked_shown_and_unmarked_from_its_menu(
    qtbot: QtBot, window: MainWindow, side: str
) -> None:
    window.find()
    page = window.left.region_list
    page.search.setText("thigh_lat_mid")
    page.search.returnPressed.emit()
    qtbot.wait(20)
    for text, until in (
        (f"Mark, patient's {side}", lambda s: isinstance(s.marks[0], RegionMark) and s.marks[0].side == side),
        (
            f"Go there in the model, patient's {side}",
            lambda s: s.pose.focus == (f"region_thigh_lat_mid_{side}",),
        ),
        (f"Take the mark off, patient's {side}", lambda s: not s.marks),
    ):
        page.tree.customContextMenuRequested.emit(page.tree.visualItemRect(page.tree.currentItem()).center())
        pick(page, text)
        qtbot.waitUntil(lambda until=until: until(state(window)), timeout=3000)  # type: ignore[misc]
        qtbot.wait(20)
