"""The pain map in the window: words for each mark, deep rings, quick zoom, undo and clear by the tools."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from planner.session import actions as act
from planner.session.picture import Picture
from planner.session.state import RegionMark, Stroke
from ui.main_window import MainWindow
from ui.widgets.chart_flight import FLIGHT_MS
from ui.widgets.chart_symbols import SymbolLayer, sign_image
from ui.widgets.deep_marks import DeepMarker
from ui.widgets.tab_order import reading_order

THIGH_LEFT = (110.0, -60.0, -180.0)
KNEE_LEFT = (85.0, -60.0, -440.0)


def now(window: MainWindow) -> Picture:
    assert window._picture is not None
    return window._picture


def until(qtbot: QtBot, window: MainWindow, holds: object) -> None:
    qtbot.waitUntil(lambda: holds(now(window).state), timeout=3000)  # type: ignore[operator]


def paint(window: MainWindow, at_lps: tuple[float, float, float]) -> None:
    view = window.pain_map.views[0]
    at = view.viewport.position_of(at_lps).toPoint()
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=at)
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=at)


def choose(window: MainWindow, *names: str) -> None:
    """Opens the words and presses some of them."""
    feel = window.pain_map.feel
    QTest.mouseClick(feel, Qt.MouseButton.LeftButton)
    assert feel.popup is not None
    for name in names:
        feel.popup.chips.chips[name].click()
    QTest.keyClick(feel.popup, Qt.Key.Key_Escape)
    assert not feel.popup.isVisible()


# -- words ----------------------------------------------------------------------------------------------


def test_that_words_chosen_before_painting_belong_to_the_marks_that_follow(
    qtbot: QtBot, window: MainWindow
) -> None:
    choose(window, "burning", "numb")
    paint(window, THIGH_LEFT)
    until(qtbot, window, lambda s: len(s.marks) == 1)
    choose(window, "burning", "numb", "aching")  # off, off, on: the mark made already keeps its own
    paint(window, KNEE_LEFT)
    until(qtbot, window, lambda s: len(s.marks) == 2)
    assert [mark.qualities for mark in now(window).state.marks] == [("burning", "numb"), ("aching",)]
    legend = window.pain_map.legend.items
    assert {key for key, item in legend.items() if item.isVisible() and key.startswith("feels:")} == {
        "feels:burning",
        "feels:numb",
        "feels:aching",
    }


def test_that_words_chosen_after_painting_belong_to_a_mark_that_had_none(
    qtbot: QtBot, window: MainWindow
) -> None:
    paint(window, THIGH_LEFT)
    until(qtbot, window, lambda s: len(s.marks) == 1)
    choose(window, "tingling", "burning")
    until(qtbot, window, lambda s: s.marks[0].qualities == ("burning", "tingling"))
    window.pain_map.rail.undo.click()
    until(qtbot, window, lambda s: s.marks[0].qualities == ("tingling",))


def test_that_an_area_takes_the_words_and_the_whole_pain_keeps_its_own(
    qtbot: QtBot, window: MainWindow
) -> None:
    window.act(act.ToggleQuality("cold", True))
    choose(window, "burning")
    window.pain_map.tool_buttons["region"].click()
    paint(window, THIGH_LEFT)
    until(qtbot, window, lambda s: len(s.marks) == 1)
    state = now(window).state
    assert isinstance(state.marks[0], RegionMark) and state.marks[0].qualities == ("burning",)
    assert state.qualities == ("cold",)


def test_that_each_quality_has_a_sign_of_its_own_on_the_chart(qtbot: QtBot, window: MainWindow) -> None:
    assert window._atlas is not None
    signs = [quality.symbol for quality in window._atlas.content.qualities.values()]
    images = [sign_image(path, 12.0, 1.0) for path in signs]
    assert all(path for path in signs)
    for k, image in enumerate(images):
        assert all(image != other for other in images[k + 1 :]), signs[k]


def test_that_signs_stand_on_their_mark_and_take_turns(qtbot: QtBot, window: MainWindow) -> None:
    view = window.pain_map.views[0]
    window.act(act.MarkRegion("thigh_ant_mid", "left", 7.0, ("burning", "numb")))
    window.act(act.MarkRegion("knee_ant", "right", 7.0))
    qtbot.waitUntil(lambda: now(window).skin.feel is not None, timeout=3000)
    assert view._drawn is not None
    layer = SymbolLayer(view._drawn.chart, {}, 1.0)
    places = layer.places(now(window).skin)
    assert {name for _, _, name in places} == {"burning", "numb"}
    assert window._atlas is not None
    fields, skin = window._atlas.fields, window._atlas.meshes.full["skin"]
    hits = [view._drawn.chart.pick(x, y, skin, fields) for x, y, _ in places]
    assert all(hit is not None and hit.side == "left" for hit in hits)
    # At its border the nearest vertex may be the neighbour's.
    inside = [hit for hit in hits if hit is not None and hit.region == "thigh_ant_mid"]
    assert len(places) > 6 and len(inside) >= 0.8 * len(places)


def test_that_the_smallest_mark_has_a_sign(qtbot: QtBot, window: MainWindow) -> None:
    view = window.pain_map.views[0]
    hit = view.region_under(view.viewport.position_of(THIGH_LEFT))
    assert hit is not None and view._drawn is not None
    window.act(act.PaintStroke((hit.point_lps,), 8.0, qualities=("itching",)))
    qtbot.waitUntil(lambda: now(window).skin.feel is not None, timeout=3000)
    places = SymbolLayer(view._drawn.chart, {}, 1.0).places(now(window).skin)
    assert [name for _, _, name in places] == ["itching"]


# -- the list of marks ----------------------------------------------------------------------------------


def test_that_a_mark_is_picked_in_the_list_and_changed_and_taken_away(
    qtbot: QtBot, window: MainWindow
) -> None:
    paint(window, THIGH_LEFT)
    window.act(act.MarkRegion("knee_ant", "right", 5.0, ("numb",)))
    until(qtbot, window, lambda s: len(s.marks) == 2)
    window.pain_map.marks.click()
    page = window.left.region_list
    assert page.isVisible() and window.focusWidget() is page.marks.header
    rows = page.mark_list.rows
    qtbot.waitUntil(lambda: len(rows) == 2, timeout=3000)
    assert rows[0].name.whole().startswith("Painted: ") and "patient's left" in rows[0].name.whole()
    assert "patient's right" in rows[1].name.whole()
    assert rows[1].weight.value() == 5 and rows[1].feel.qualities == ("numb",)
    rows[0].weight.setFocus()
    QTest.keyClick(rows[0].weight, Qt.Key.Key_Right)
    until(qtbot, window, lambda s: s.marks[0].weight == 8.0)
    rows[0].feel.click()
    assert rows[0].feel.popup is not None
    rows[0].feel.popup.chips.chips["aching"].click()
    rows[0].feel.popup.close()
    until(qtbot, window, lambda s: s.marks[0].qualities == ("aching",))
    assert now(window).state.marks[1].qualities == ("numb",)
    rows[0].remove.click()
    until(qtbot, window, lambda s: len(s.marks) == 1)
    assert isinstance(now(window).state.marks[0], RegionMark)
    window.act(act.Undo())
    until(qtbot, window, lambda s: len(s.marks) == 2)
    stroke = now(window).state.marks[0]
    assert isinstance(stroke, Stroke) and (stroke.weight, stroke.qualities) == (8.0, ("aching",))


def test_that_the_path_of_the_eraser_is_not_listed(qtbot: QtBot, window: MainWindow) -> None:
    window.left.tabs.setCurrentIndex(1)
    window.act(act.MarkRegion("knee_ant", "right"))
    window.act(act.PaintStroke((THIGH_LEFT,), 9.0, erase=True))
    qtbot.waitUntil(lambda: list(window.left.region_list.mark_list.rows) == [0], timeout=3000)


# -- deep pain ------------------------------------------------------------------------------------------


def rings(window: MainWindow, view: int) -> list[DeepMarker]:
    return [marker for marker in window.pain_map.deep_marks[view].markers if marker.isVisible()]


def test_that_rings_stand_on_the_body_in_deep_mode_alone(qtbot: QtBot, window: MainWindow) -> None:
    assert not window.pain_map.deep_marks[0].markers, "nothing is made before it is wanted"
    window.pain_map.tool_buttons["deep"].click()
    front, back = rings(window, 0), rings(window, 1)
    assert {"hip_deep_groin", "knee_deep"} <= {ring.spot.region for ring in front}
    assert {"si_region", "ischial_sit", "calf_deep"} <= {ring.spot.region for ring in back}
    assert any(ring.spot.region.startswith("lumbar_para") for ring in back)
    for view, shown in zip(window.pain_map.views, (front, back), strict=True):
        for ring in shown:
            assert min(ring.width(), ring.height()) >= 24 and ring.accessibleName() and ring.toolTip()
            assert view.region_under(ring.geometry().center().toPointF()) is not None
    window.pain_map.tool_buttons["brush"].click()
    assert not rings(window, 0) and not rings(window, 1)


def test_that_a_ring_is_pressed_by_mouse_and_by_key_and_pressed_again(
    qtbot: QtBot, window: MainWindow
) -> None:
    window.pain_map.tool_buttons["deep"].click()
    hip = next(r for r in rings(window, 0) if r.spot.region == "hip_deep_groin" and r.spot.side == "left")
    QTest.mouseClick(hip, Qt.MouseButton.LeftButton)
    until(qtbot, window, lambda s: s.marks == (RegionMark("hip_deep_groin", "left", 7.0, (), True),))
    assert now(window).state.depth == "deep" and hip.isChecked()
    assert window.pain_map.legend.items["deep"].isVisible()
    joint = next(r for r in rings(window, 1) if r.spot.region == "si_region" and r.spot.side == "right")
    assert joint in reading_order(window)
    joint.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(joint, Qt.Key.Key_Space)
    until(qtbot, window, lambda s: len(s.marks) == 2)
    assert now(window).state.marks[1] == RegionMark("si_region", "right", 7.0, (), True)
    assert not now(window).skin.pain.any() and now(window).skin.deep.any()
    QTest.keyClick(joint, Qt.Key.Key_Space)
    until(qtbot, window, lambda s: len(s.marks) == 1)


def test_that_zooming_in_shows_every_level_of_the_spine(qtbot: QtBot, window: MainWindow) -> None:
    window.set_reduced_motion(True)
    window.pain_map.tool_buttons["deep"].click()
    window.pain_map.zoom.buttons["back"].click()
    shown = {r.spot.region for r in rings(window, 1) if r.spot.side == "left"}
    assert {f"lumbar_para_L{k}" for k in (3, 4, 5)} <= shown
    places = [ring.geometry().center() for ring in rings(window, 1)]
    for k, place in enumerate(places):
        assert all((place - other).manhattanLength() >= 22 for other in places[k + 1 :])


def test_that_the_other_form_moves_the_rings_with_its_skin(qtbot: QtBot, window: MainWindow) -> None:
    window.pain_map.tool_buttons["deep"].click()
    before = {(r.spot.region, r.spot.side): r.spot.at_lps for r in rings(window, 0)}
    window.act(act.SetForm("female"))
    qtbot.waitUntil(lambda: now(window).skin.form == "female", timeout=3000)
    after = {(r.spot.region, r.spot.side): r.spot.at_lps for r in rings(window, 0)}
    moved = [np.linalg.norm(np.subtract(after[key], at)) for key, at in before.items() if key in after]
    assert 0.5 < max(moved) < 30.0


# -- quick zoom -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("place", ["groin", "knee", "foot", "back"])
def test_that_a_place_fills_the_charts_and_whole_leads_back(
    qtbot: QtBot, window: MainWindow, place: str
) -> None:
    window.set_reduced_motion(True)
    panel = window.pain_map
    panel.zoom.buttons[place].click()
    assert all(view.viewport.zoom > 1.4 for view in panel.views), "at once with reduced motion"
    points = panel.zoom._points(place, "left")
    assert points is not None and (points[:, 0] > 0).mean() > 0.7
    at = panel.views[0].viewport.position_of(tuple(float(v) for v in points.mean(axis=0)))
    assert panel.views[0].rect().contains(at.toPoint())
    assert panel.zoom.buttons[place].isChecked() and "left" in panel.zoom.buttons[place].accessibleName()
    qtbot.waitUntil(panel.charts_ready, timeout=5000)
    panel.zoom.buttons["whole"].click()
    assert all(view.viewport.zoom == 1.0 for view in panel.views)


def test_that_the_same_place_again_is_that_of_the_other_side(qtbot: QtBot, window: MainWindow) -> None:
    window.set_reduced_motion(True)
    panel = window.pain_map
    panel.zoom.buttons["knee"].click()
    left = panel.views[0].viewport.pose()
    panel.zoom.buttons["knee"].click()
    right = panel.views[0].viewport.pose()
    assert left[0] == pytest.approx(right[0], rel=0.02) and left[1] == pytest.approx(-right[1], abs=3.0)


def test_that_the_way_there_is_seen_and_short(qtbot: QtBot, window: MainWindow) -> None:
    panel = window.pain_map
    zooms: list[float] = []
    panel.views[0].moved.connect(lambda: zooms.append(panel.views[0].viewport.zoom))
    panel.zoom.buttons["foot"].click()
    assert panel.views[0].viewport.zoom < 1.5
    qtbot.waitUntil(lambda: bool(zooms) and zooms[-1] > 2.0 and panel.charts_ready(), timeout=3000)
    assert FLIGHT_MS <= 300
    assert len(zooms) > 3 and zooms == sorted(zooms)


def test_that_places_are_reached_by_key_and_a_zoom_by_hand_unmarks_them(
    qtbot: QtBot, window: MainWindow
) -> None:
    window.set_reduced_motion(True)
    panel = window.pain_map
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_2, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: panel.zoom.place == "knee", timeout=1000)
    assert panel.views[0].viewport.zoom > 1.4
    panel.views[0].setFocus()
    QTest.keyClick(panel.views[0], Qt.Key.Key_Plus)
    assert panel.zoom.place == "" and not panel.zoom.buttons["knee"].isChecked()
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_0, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: panel.zoom.place == "whole", timeout=1000)
    assert panel.views[0].viewport.zoom == 1.0


# -- undo and clear -------------------------------------------------------------------------------------


def test_that_undo_and_clear_stand_beside_the_tools_and_take_one_step_each(
    qtbot: QtBot, window: MainWindow
) -> None:
    rail = window.pain_map.rail
    assert not rail.undo.isEnabled() and not rail.clear.isEnabled()
    window.act(act.MarkRegion("knee_ant", "right"))
    paint(window, THIGH_LEFT)
    until(qtbot, window, lambda s: len(s.marks) == 2)
    before = now(window).state
    assert rail.undo.isEnabled() and rail.clear.isEnabled()
    rail.clear.click()
    until(qtbot, window, lambda s: not s.marks)
    assert not rail.clear.isEnabled()
    rail.undo.click()
    until(qtbot, window, lambda s: s == before)
    rail.undo.click()
    until(qtbot, window, lambda s: len(s.marks) == 1)


@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_that_nothing_of_the_map_is_cut_off(qtbot: QtBot, window: MainWindow, scale: float) -> None:
    window.act(act.MarkRegion("thigh_lat_mid", "left", 7.0, ("burning", "numb", "aching")))
    while window.theme.scale < scale:
        window.change_scale(1)
    qtbot.waitUntil(lambda: now(window).skin.feel is not None, timeout=3000)
    qtbot.wait(80)
    QApplication.processEvents()
    panel = window.pain_map
    room = panel.rail.viewport().width()
    for part in (*panel.tool_buttons.values(), *panel.form.buttons.values(), *panel.pair.buttons.values()):
        right = part.mapTo(panel.rail.widget(), part.rect().topRight()).x()
        assert right <= room and part.width() >= part.minimumSizeHint().width(), part.text()
    for push in panel.zoom.buttons.values():
        assert push.isHidden() or push.width() >= push.fontMetrics().horizontalAdvance(push.text()) + 6
        assert push.height() >= 24
    for item in panel.legend.items.values():
        if item.isVisible():
            assert panel.legend.rect().contains(item.geometry()), item
    assert all(view.height() >= 200 for view in panel.views)
