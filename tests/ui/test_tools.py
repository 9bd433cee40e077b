"""Section and ruler beneath the scene: by hand with pictures, then in the window."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from planner.atlas.model import Atlas
from planner.session import actions as act
from planner.session.cutting import levels
from planner.session.picture import Picture
from planner.session.state import Section
from ui.main_window import MainWindow
from ui.panels.tools import ToolsPanel
from ui.theme import Theme

MakePicture = Callable[..., Picture]


@pytest.fixture
def tools(qtbot: QtBot, atlas: Atlas) -> ToolsPanel:
    made = ToolsPanel(Theme())
    qtbot.addWidget(made)
    made.set_atlas(atlas)
    made.resize(480, 120)
    return made


def heard(tools: ToolsPanel) -> tuple[list[object], list[bool]]:
    acts: list[object] = []
    picking: list[bool] = []
    tools.acted.connect(acts.append)
    tools.picking.connect(lambda on, _: picking.append(on))
    return acts, picking


def test_that_a_closed_tool_takes_no_room_and_opening_the_section_cuts(
    tools: ToolsPanel, atlas: Atlas, picture: MakePicture
) -> None:
    acts, picking = heard(tools)
    tools.show_picture(picture(face="study"))
    assert tools.isHidden()
    tools.open("cut", True)
    at = {level.name: level.at_mm for level in levels(atlas)}["L4/5 disc"]
    assert acts == [act.SetSection(Section("axial", at), facing=True)] and not tools.isHidden()
    tools.show_picture(picture(face="study", section=Section("axial", at)))
    assert tools.place.whole().startswith("L4/5 disc") and picking[-1] is False
    tools.open("cut", False)
    assert acts[-1] == act.SetSection(None) and tools.isHidden()


def test_that_the_cut_begins_in_what_is_selected(
    tools: ToolsPanel, atlas: Atlas, picture: MakePicture
) -> None:
    acts, _ = heard(tools)
    tools.show_picture(picture(face="study", selected=("vertebra_l2",)))
    tools.open("cut", True)
    points = atlas.meshes.full["vertebra_l2"].points_lps[:, 2]
    (cut,) = acts
    assert isinstance(cut, act.SetSection) and cut.section is not None
    assert points.min() < cut.section.at_mm < points.max()


def test_that_axis_slider_flip_and_level_set_the_cut(tools: ToolsPanel, picture: MakePicture) -> None:
    acts, _ = heard(tools)
    tools.show_picture(picture(face="study", section=Section("axial", 100.0)))
    tools.axis.buttons["sagittal"].click()
    assert acts[-1] == act.SetSection(Section("sagittal", 0.0), facing=True)
    tools.slider.setValue(tools.slider.value() + 4)
    assert acts[-1] == act.SetSection(Section("axial", 102.0))
    tools.flip.click()
    assert acts[-1] == act.SetSection(Section("axial", 100.0, flipped=True))
    entry = next(entry for entry in tools.level_menu.actions() if entry.text().startswith("L3/4 disc"))
    entry.trigger()
    assert isinstance(acts[-1], act.SetSection) and acts[-1].facing


def test_that_three_points_are_asked_for_one_by_one(tools: ToolsPanel, picture: MakePicture) -> None:
    acts, picking = heard(tools)
    tools.show_picture(picture(face="study", section=Section("points")))
    assert picking[-1] is True and "point 1 of 3" in tools.place.whole() and not tools.slider.isEnabled()
    tools.pick((1.0, 2.0, 3.0))
    assert acts == [act.PickSectionPoint((1.0, 2.0, 3.0))]
    points = ((0.0, 0.0, 100.0), (50.0, 0.0, 100.0), (0.0, 40.0, 120.0))
    tools.show_picture(picture(face="study", section=Section("points", points_lps=points)))
    assert picking[-1] is False and tools.slider.isEnabled()


def test_that_the_ruler_picks_says_the_length_and_clears(tools: ToolsPanel, picture: MakePicture) -> None:
    acts, picking = heard(tools)
    tools.show_picture(picture(face="study"))
    tools.open("ruler", True)
    assert picking[-1] is True
    tools.pick((0.0, 0.0, 0.0))
    assert acts == [act.MeasurePoint((0.0, 0.0, 0.0))]
    tools.show_picture(picture(face="study", ruler=((0.0, 0.0, 0.0), (3.0, 4.0, 0.0))))
    assert "5.0 mm in this model" in tools.length.whole()
    tools.clear.click()
    assert acts[-1] == act.ClearMeasures()
    tools.done.click()
    assert picking[-1] is False and tools.isHidden()


def test_that_leaving_study_closes_the_tool(tools: ToolsPanel, picture: MakePicture) -> None:
    tools.show_picture(picture(face="study", section=Section("axial", 100.0)))
    assert not tools.isHidden()
    tools.show_picture(picture(face="explain", section=Section("axial", 100.0)))
    assert tools.isHidden()


def test_that_search_isolate_section_and_measure_follow_one_another_and_undo(
    qtbot: QtBot, window: MainWindow
) -> None:
    def settle(until: Callable[[Picture], bool]) -> None:
        qtbot.waitUntil(lambda: window._picture is not None and until(window._picture), timeout=3000)

    window.act(act.SetFace("study"))
    settle(lambda p: p.state.face == "study")
    window.left.find()
    QTest.keyClicks(window.left.structures.search, "psoas maj")
    QTest.keyClick(window.left.structures.search, Qt.Key.Key_Return)
    settle(lambda p: p.state.selected == ("psoas_major_left",))
    window.link.scene.setFocus()  # type: ignore[union-attr]
    QTest.keyClick(window, Qt.Key.Key_I)
    settle(lambda p: p.state.isolated == ("psoas_major_left",))
    QTest.keyClick(window, Qt.Key.Key_X)
    settle(lambda p: p.state.section is not None and p.scene.cut is not None)
    assert window.tools.isVisible() and window.scene_bar.tools["cut"].isChecked()
    QTest.keyClick(window, Qt.Key.Key_M)
    scene = window.link.scene
    assert scene.picking[-1] is True and not window.scene_bar.tools["cut"].isChecked()  # type: ignore[union-attr]
    scene.point_picked.emit((40.0, 0.0, 150.0))  # type: ignore[union-attr]
    scene.point_picked.emit((60.0, 0.0, 150.0))  # type: ignore[union-attr]
    settle(lambda p: [line.label for line in p.scene.lines] == ["20 mm"])
    for _ in range(6):
        window.act(act.Undo())
    settle(lambda p: p.state.face == "explain" and p.state.section is None and not p.state.ruler)
