"""Whole stretches of use through the window: both sides, a facet, twenty mixed acts and back, keys alone.

What a hand points at in the model (a brush stroke, a picked point) has its own tests with the real scene,
where Enter picks the point in the middle; everything else is done here with keys and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import get_args

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QWidget
from pytestqt.qtbot import QtBot

from planner.session import actions as act
from planner.session.picture import Picture
from planner.session.state import PoseRequest, RegionMark, State
from ui.main_window import MainWindow
from ui.palette import CommandPalette
from ui.theme import DARK, LIGHT
from ui.widgets.basics import spoken

Key = Qt.Key
SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
NONE = Qt.KeyboardModifier.NoModifier


def now(window: MainWindow) -> Picture:
    assert window._bridge is not None
    return window._bridge.picture()


def state(window: MainWindow) -> State:
    return now(window).state


def settle(qtbot: QtBot, window: MainWindow, until: Callable[[Picture], bool]) -> None:
    qtbot.waitUntil(lambda: window._picture is not None and until(window._picture), timeout=5000)


def press(window: MainWindow, key: Key, modifier: Qt.KeyboardModifier = NONE) -> None:
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


POINTED = {act.PaintStroke, act.MeasurePoint, act.PickSectionPoint, act.TraceSkin}


def test_that_every_act_is_done_with_keys_alone(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each type of act there is, sent by nothing but keys; mouse and direct calls are not used."""
    assert window._bridge is not None
    done: list[type] = []
    dispatch = window._bridge.dispatch

    def noted(action: object) -> None:
        done.append(type(action))
        dispatch(action)  # type: ignore[arg-type]

    monkeypatch.setattr(window._bridge, "dispatch", noted)

    def did(kind: type, until: Callable[[State], bool]) -> None:
        qtbot.waitUntil(lambda: kind in done and until(state(window)), timeout=3000)
        qtbot.wait(2)

    press(window, Key.Key_F, CONTROL)
    QTest.keyClicks(window.focusWidget(), "thigh_lat_mid")
    press(window, Key.Key_Return)
    press(window, Key.Key_Space)
    did(act.MarkRegion, lambda s: bool(s.marks))
    press(window, Key.Key_Space)
    did(act.UnmarkRegion, lambda s: not s.marks)
    press(window, Key.Key_Space)
    did(act.MarkRegion, lambda s: bool(s.marks))
    tab_to(qtbot, window, "How strong the pain is, 1 to 10: ")
    press(window, Key.Key_Left)
    did(act.ChangeMark, lambda s: s.marks[0].weight != 7.0)
    tab_to(qtbot, window, "Take away")
    press(window, Key.Key_Space)
    did(act.RemoveMark, lambda s: not s.marks)
    press(window, Key.Key_Z, CONTROL)
    command(qtbot, window, "side: patient's right")
    did(act.ChooseSide, lambda s: s.side == "right")
    command(qtbot, window, "side: patient's left")
    window.left.warnings.setFocus()
    press(window, Key.Key_Return)  # the page of words and history, at its warning signs
    tab_to(qtbot, window, "Loss")
    press(window, Key.Key_Space)
    did(act.ToggleFlag, lambda s: bool(s.flags))
    press(window, Key.Key_Space)
    did(act.ToggleFlag, lambda s: not s.flags)
    for section, kind, has in (
        ("qualities", act.ToggleQuality, lambda s: bool(s.qualities)),
        ("clues", act.ToggleClue, lambda s: bool(s.clues)),
    ):
        words = window.left.pain_words
        part = words.sections[section]
        part.open()
        qtbot.wait(5)
        part.header.setFocus()
        press(window, Key.Key_Tab)
        press(window, Key.Key_Space)
        did(kind, has)
    tab_to(qtbot, window, "Depth")
    press(window, Key.Key_Right)
    press(window, Key.Key_Space)
    did(act.SetDepth, lambda s: s.depth != "skin")
    qtbot.waitUntil(lambda: bool(window.blocks.rows), timeout=3000)
    qtbot.wait(20)
    tab_to(qtbot, window, window.blocks.rows[0].accessibleName())
    press(window, Key.Key_Return)
    did(act.ChooseBlock, lambda s: s.block is not None)
    qtbot.waitUntil(lambda: window.card.isVisible() and window.card.done.isVisible(), timeout=3000)
    tab_to(qtbot, window, spoken(window.card.done.box))
    press(window, Key.Key_Space)
    did(act.ToggleUnrelieved, lambda s: bool(s.unrelieved))
    press(window, Key.Key_Space)
    press(window, Key.Key_Escape)
    did(act.ClearSelection, lambda s: s.block is None)
    for words, kind, has in (
        ("view posterior", act.RequestView, lambda s: s.pose.view == "posterior"),
        ("bone layer", act.SetLayer, lambda s: not next(x for x in s.layers if x.layer == "bone").visible),
        ("outline female", act.SetForm, lambda s: s.form == "female"),
        ("face study", act.SetFace, lambda s: s.face == "study"),
        ("cut the model", act.SetSection, lambda s: s.section is not None),
        ("show all structures", act.ShowAll, lambda s: s.section is None),
        ("clear all measures", act.ClearMeasures, lambda s: not s.ruler),
        ("psoas major left", act.GoTo, lambda s: bool(s.selected)),
        ("clear all marks", act.ClearMarks, lambda s: not s.marks),
        ("skin of femoral", act.ShowTerritory, lambda s: s.territory is not None),
    ):
        command(qtbot, window, words)
        did(kind, has)
    press(window, Key.Key_F, CONTROL)
    QTest.keyClicks(window.focusWidget(), "femoral nerve")
    press(window, Key.Key_Return)
    press(window, Key.Key_Escape)
    did(act.GoTo, lambda s: s.selected == ("femoral_left",))
    tree = window.left.structures.tree
    assert window.focusWidget() is not None
    tree.setFocus()
    for key, kind, has in (
        (Key.Key_T, act.FadeStructures, lambda s: bool(s.faded)),
        (Key.Key_I, act.IsolateStructures, lambda s: bool(s.isolated)),
        (Key.Key_H, act.HideStructures, lambda s: bool(s.hidden)),
        (Key.Key_Space, act.ShowStructures, lambda s: not s.hidden),
    ):
        press(window, key)
        did(kind, has)
    press(window, Key.Key_Down)
    did(act.SelectStructures, lambda s: s.selected != ("femoral_left",))
    press(window, Key.Key_F)
    qtbot.waitUntil(lambda: done[-1] in (act.FocusOn, act.GoTo), timeout=3000)
    press(window, Key.Key_Z, CONTROL)
    press(window, Key.Key_Z, CONTROL | SHIFT)
    press(window, Key.Key_N, CONTROL)
    did(act.LoadState, lambda s: not s.isolated)
    on_cards = {act.ChooseTarget, act.ChooseSource, act.LayOver, act.ChooseVariant, act.FocusOn}
    everything = set(get_args(act.Action) or ()) | {act.Undo, act.Redo}
    assert everything - set(done) - POINTED - on_cards == set()


def test_that_without_view_a_state_is_what_was_chosen(window: MainWindow) -> None:
    from ui.scenes import without_view

    window.act(act.MarkRegion("knee_ant", "left", 4.0))
    turned = msgspec.structs.replace(state(window), pose=PoseRequest(9, "left"), face="study")
    assert without_view(turned) == without_view(state(window))
    assert without_view(turned).marks == (RegionMark("knee_ant", "left", 4.0),)
