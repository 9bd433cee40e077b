"""Whole stretches of use through the window: both sides, a facet, twenty mixed acts and back."""

from __future__ import annotations

import msgspec
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from planner.session import actions as act
from planner.session.state import PoseRequest, RegionMark
from tests.ui.hands import CONTROL, SHIFT, named, now, press, settle, state, tab_to
from ui.main_window import MainWindow
from ui.theme import DARK, LIGHT

Key = Qt.Key


def test_that_left_then_right_then_both_sides_are_answered_apart(qtbot: QtBot, window: MainWindow) -> None:
    window.act(act.MarkRegion("thigh_lat_mid", "left"))
    settle(qtbot, window, lambda p: bool(p.answer.blocks))
    assert {block.side for block in now(window).answer.blocks if block.id == "lfcn"} == {"left"}
    left = [block.id for block in now(window).answer.blocks]
    window.act(act.ClearMarks())
    window.act(act.ChooseSide("right"))
    window.act(act.MarkRegion("thigh_lat_mid", "right"))
    settle(qtbot, window, lambda p: bool(p.answer.blocks) and p.state.side == "right")
    assert {block.side for block in now(window).answer.blocks if block.id == "lfcn"} == {"right"}
    assert [block.id for block in now(window).answer.blocks] == left
    window.act(act.MarkRegion("thigh_lat_mid", "left"))
    settle(qtbot, window, lambda p: len(p.state.marks) == 2)
    qtbot.waitUntil(lambda: bool(window.blocks.rows), timeout=3000)
    sides = {(block.id, block.side) for block in now(window).answer.blocks}
    assert {("lfcn", "left"), ("lfcn", "right")} & sides
    pain, fields = now(window).skin.pain, window._atlas.fields  # type: ignore[union-attr]
    assert pain[fields.side > 0].max() > 0 and pain[fields.side < 0].max() > 0
    names = " ".join(row.accessibleName() for row in window.blocks.rows)
    assert "patient's left" in names or "patient's right" in names


def test_that_a_facet_leads_to_its_medial_branches_and_criteria_by_keys(
    qtbot: QtBot, window: MainWindow
) -> None:
    window.act(act.SetFace("study"))
    settle(qtbot, window, lambda p: p.state.face == "study")
    press(window, Key.Key_F, CONTROL)
    QTest.keyClicks(window.focusWidget(), "capsule facet l4 l5")
    press(window, Key.Key_Return)
    settle(qtbot, window, lambda p: "capsule_facet_l4_l5" in " ".join(p.state.selected))
    tab_to(qtbot, window, "Nerves, targets and where it is felt")
    press(window, Key.Key_Space)
    settle(qtbot, window, lambda p: p.state.source == "facet_L4_5")
    # The card is made anew, and the focus stays where it was.
    qtbot.waitUntil(lambda: named(window) == "Nerves, targets and where it is felt", timeout=3000)
    shown = state(window)
    side = shown.side
    assert any(f"medial_branch_l{level}_{side}" in shown.pose.focus for level in (3, 4)), shown.pose.focus
    tab_to(qtbot, window, "For whom: MBB")
    press(window, Key.Key_Space)
    tab_to(qtbot, window, "Go to Lumbar medial branch block")
    press(window, Key.Key_Return)
    settle(qtbot, window, lambda p: p.state.block == "medial_branch")
    qtbot.waitUntil(window.card.isVisible, timeout=3000)
    names = {b.accessibleName() or b.text() for b in window.card.findChildren(QAbstractButton)}
    assert any("whom" in name.lower() or "criteria" in name.lower() for name in names), names


TWENTY: tuple[act.Action, ...] = (
    act.MarkRegion("thigh_lat_mid", "left", 6.0),
    act.PaintStroke(((110.0, -60.0, -120.0), (112.0, -60.0, -140.0)), 18.0),
    act.SetDepth("mixed"),
    act.ToggleQuality("burning", True),
    act.ChooseBlock("lfcn"),
    act.SetFace("study"),
    act.SelectStructures(("vertebra_l4",)),
    act.SelectStructures(("vertebra_l5",), True),
    act.HideStructures(("vertebra_l3",)),
    act.FadeStructures(("psoas_major_left",)),
    act.SetLayer("skin", False, 0.4),
    act.RequestView("posterior"),
    act.SetForm("female"),
    act.ChooseSide("right"),
    act.MeasurePoint((40.0, 0.0, 150.0)),
    act.MeasurePoint((60.0, 0.0, 150.0)),
    act.MarkRegion("knee_ant", "right", 3.0),
    act.ToggleFlag("bowel_bladder_loss", True),
    act.IsolateStructures(("femoral_right",)),
    act.ClearMarks(),
)


def test_that_twenty_mixed_acts_are_undone_to_the_start_by_value(qtbot: QtBot, window: MainWindow) -> None:
    start = state(window)
    states = [start]
    for action in TWENTY:
        window.act(action)
        states.append(state(window))
        qtbot.wait(1)
    assert len(set(map(repr, states))) == len(TWENTY) + 1  # each of them did something
    assert len({type(action) for action in TWENTY}) >= 15
    for earlier in reversed(states[:-1]):
        press(window, Key.Key_Z, CONTROL)
        assert state(window) == earlier
    assert state(window) == start and not now(window).can_undo
    settle(qtbot, window, lambda p: p.state == start)
    for later in states[1:]:
        press(window, Key.Key_Z, CONTROL | SHIFT)
        assert state(window) == later
    settle(qtbot, window, lambda p: p.state == states[-1])


def test_that_colours_text_and_face_change_without_touching_the_scene(
    qtbot: QtBot, window: MainWindow
) -> None:
    window.act(act.MarkRegion("thigh_lat_mid", "left"))
    window.act(act.ChooseBlock("lfcn"))
    settle(qtbot, window, lambda p: p.state.block == "lfcn")
    before = state(window)
    heights = []
    for colors, palette in (("dark", DARK), ("light", LIGHT)):
        window.set_colors(colors)
        assert window.theme.palette is palette
        for _ in range(5):
            press(window, Key.Key_Equal, CONTROL)
        assert window.theme.scale == 2.0 and window.width() == 1280
        heights.append(window.toolbar.undo.height())
        press(window, Key.Key_0, CONTROL)
        assert window.theme.scale == 1.0 and window.toolbar.undo.height() < heights[-1]
    assert heights[0] == heights[1] and state(window) is before
    press(window, Key.Key_Z, CONTROL)
    assert state(window).block is None  # the window's own look is no step of the session


def test_that_without_view_a_state_is_what_was_chosen(window: MainWindow) -> None:
    from ui.scenes import without_view

    window.act(act.MarkRegion("knee_ant", "left", 4.0))
    turned = msgspec.structs.replace(state(window), pose=PoseRequest(9, "left"), face="study")
    assert without_view(turned) == without_view(state(window))
    assert without_view(turned).marks == (RegionMark("knee_ant", "left", 4.0),)
