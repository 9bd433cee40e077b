"""Pen and fingers on the body chart: they paint, erase, move and zoom as a hand expects."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QInputDevice, QPointingDevice, QTabletEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from planner.session.actions import MarkRegion, PaintStroke, Undo
from planner.session.state import Stroke
from ui.main_window import MainWindow
from ui.panels.pain_map import PainMapPanel
from ui.theme import LIGHT, Theme
from ui.widgets.chart_view import ChartView

THIGH_LEFT = (110.0, -60.0, -180.0)


@pytest.fixture(scope="module")
def screen() -> QPointingDevice:
    return QTest.createTouchDevice()


def pen(
    view: ChartView,
    kind: QEvent.Type,
    at: QPointF,
    end: QPointingDevice.PointerType = QPointingDevice.PointerType.Pen,
    pressure: float = 0.5,
    tells: bool = True,
) -> None:
    """One report of a pen; tells: its device knows how hard it is pressed."""
    can = QInputDevice.Capability.Position
    device = QPointingDevice(
        "pen",
        1,
        QInputDevice.DeviceType.Stylus,
        end,
        can | QInputDevice.Capability.Pressure if tells else can,
        1,
        1,
    )
    down = Qt.MouseButton.NoButton if kind == QEvent.Type.TabletRelease else Qt.MouseButton.LeftButton
    event = QTabletEvent(
        kind,
        device,
        at,
        view.mapToGlobal(at),
        pressure,
        0.0,
        0.0,
        0.0,
        0.0,
        0.0,
        Qt.KeyboardModifier.NoModifier,
        Qt.MouseButton.LeftButton,
        down,
    )
    QApplication.sendEvent(view, event)
    assert event.isAccepted()


def drawn_by_pen(view: ChartView, end: QPointingDevice.PointerType) -> None:
    at = view.viewport.position_of(THIGH_LEFT)
    pen(view, QEvent.Type.TabletPress, at, end)
    pen(view, QEvent.Type.TabletMove, at + QPointF(0, 14), end)
    pen(view, QEvent.Type.TabletRelease, at + QPointF(0, 14), end)


def ring_px(view: ChartView, at: QPointF) -> float:
    """Radius of the ring that the brush shows, by its colour to the right of it."""
    image = view.grab().toImage()
    y, pain = round(at.y()), Theme(LIGHT).color("pain")
    reach = range(4, int(2.0 * view.radius_px()))
    found = [
        x
        for x in reach
        if abs(image.pixelColor(round(at.x()) + x, y).hue() - pain.hue()) < 12
        and image.pixelColor(round(at.x()) + x, y).saturation() > 60
    ]
    return sum(found) / len(found)


def test_that_a_harder_pen_paints_broader_and_the_ring_shows_it(
    panel: PainMapPanel, acted: list[object]
) -> None:
    view = panel.views[0]
    at = view.viewport.position_of(THIGH_LEFT)
    pen(view, QEvent.Type.TabletPress, at, pressure=0.0)
    thin = ring_px(view, at)
    pen(view, QEvent.Type.TabletMove, at + QPointF(0, 10), pressure=1.0)
    broad = ring_px(view, at + QPointF(0, 10))
    pen(view, QEvent.Type.TabletMove, at + QPointF(0, 18), pressure=0.5)
    pen(view, QEvent.Type.TabletRelease, at + QPointF(0, 18), pressure=0.0)
    strokes = [a for a in acted if isinstance(a, PaintStroke)]
    assert [a.continues for a in strokes] == [False, True, True] and strokes == acted
    assert all(len(a.shares) == len(a.points_lps) for a in strokes)
    shares = [share for a in strokes for share in a.shares]
    assert (shares[0], max(shares), shares[-1]) == (0.5, 1.5, 1.0)
    assert {a.radius_mm for a in strokes} == {panel.brush_mm()}
    assert thin == pytest.approx(0.5 * view.radius_px(), abs=2.0)
    assert broad == pytest.approx(1.5 * view.radius_px(), abs=2.0)
    acted.clear()
    panel.stroke([THIGH_LEFT], False)
    assert acted[0].shares == (), "a mouse sets the whole brush down"  # type: ignore[attr-defined]


def test_that_a_trembling_pen_keeps_within_bounds_and_one_without_pressure_paints_as_set(
    panel: PainMapPanel, acted: list[object]
) -> None:
    view = panel.views[0]
    at = view.viewport.position_of(THIGH_LEFT)
    pen(view, QEvent.Type.TabletPress, at, pressure=0.5)
    for k, pressure in enumerate((0.51, 0.49, 0.505)):
        pen(view, QEvent.Type.TabletMove, at + QPointF(0, 4.0 * (k + 1)), pressure=pressure)
    assert {share for a in acted for share in a.shares} == {1.0}  # type: ignore[attr-defined]
    pen(view, QEvent.Type.TabletMove, at + QPointF(0, 20), pressure=7.0)
    assert acted[-1].shares[-1] == 1.5  # type: ignore[attr-defined]
    pen(view, QEvent.Type.TabletRelease, at + QPointF(0, 20))
    acted.clear()
    pen(view, QEvent.Type.TabletPress, at, pressure=0.1, tells=False)
    pen(view, QEvent.Type.TabletMove, at + QPointF(0, 10), pressure=0.1, tells=False)
    pen(view, QEvent.Type.TabletRelease, at + QPointF(0, 10), tells=False)
    assert [a.shares for a in acted] == [(), ()]  # type: ignore[attr-defined]


def test_that_a_stroke_of_changing_pressure_is_one_mark(qtbot: QtBot, window: MainWindow) -> None:
    view = window.pain_map.views[0]
    at = view.viewport.position_of(THIGH_LEFT)
    pen(view, QEvent.Type.TabletPress, at, pressure=0.2)
    for k in range(1, 8):
        pen(view, QEvent.Type.TabletMove, at + QPointF(0, 3.0 * k), pressure=0.2 + 0.1 * k)
        qtbot.wait(1 if k % 3 == 0 else 0)
    pen(view, QEvent.Type.TabletRelease, at + QPointF(0, 21), pressure=0.9)
    assert window._bridge is not None
    (mark,) = window._bridge.picture().state.marks
    assert isinstance(mark, Stroke) and len(mark.shares) == len(mark.points_lps) > 6
    assert (mark.shares[0], mark.shares[-1]) == (0.7, 1.4)
    window.act(Undo())
    assert window._bridge.picture().state.marks == ()


def test_that_the_tip_of_a_pen_paints_one_stroke_and_its_other_end_erases(
    panel: PainMapPanel, acted: list[object]
) -> None:
    drawn_by_pen(panel.views[0], QPointingDevice.PointerType.Pen)
    assert [type(a) for a in acted] == [PaintStroke, PaintStroke]
    assert [(a.erase, a.continues) for a in acted] == [(False, False), (False, True)]  # type: ignore[attr-defined]
    acted.clear()
    drawn_by_pen(panel.views[0], QPointingDevice.PointerType.Eraser)
    assert [(a.erase, a.continues) for a in acted] == [(True, False), (True, True)]  # type: ignore[attr-defined]
    assert panel.tool_buttons["brush"].isChecked(), "the tool in the hand is the same as before"


def test_that_the_eraser_end_erases_in_area_mode_too(panel: PainMapPanel, acted: list[object]) -> None:
    panel.tool_buttons["region"].click()
    drawn_by_pen(panel.views[0], QPointingDevice.PointerType.Eraser)
    assert acted and all(isinstance(a, PaintStroke) and a.erase for a in acted)
    acted.clear()
    at = panel.views[0].viewport.position_of(THIGH_LEFT)
    pen(panel.views[0], QEvent.Type.TabletPress, at, QPointingDevice.PointerType.Pen)
    pen(panel.views[0], QEvent.Type.TabletRelease, at, QPointingDevice.PointerType.Pen)
    assert [type(a) for a in acted] == [MarkRegion]


def test_that_one_finger_paints(panel: PainMapPanel, acted: list[object], screen: QPointingDevice) -> None:
    view = panel.views[0]
    at = view.viewport.position_of(THIGH_LEFT).toPoint()
    QTest.touchEvent(view, screen).press(0, at, view).commit()
    for step in (6, 12):
        QTest.touchEvent(view, screen).move(0, at + QPointF(0, step).toPoint(), view).commit()
    QTest.touchEvent(view, screen).release(0, at + QPointF(0, 12).toPoint(), view).commit()
    assert [type(a) for a in acted] == [PaintStroke] * 3
    assert [a.continues for a in acted] == [False, True, True]  # type: ignore[attr-defined]
    heights = [point[2] for a in acted for point in a.points_lps]  # type: ignore[attr-defined]
    assert heights[0] > heights[-1]


def test_that_two_fingers_zoom_and_move_and_take_back_what_the_first_had_begun(
    panel: PainMapPanel, acted: list[object], screen: QPointingDevice
) -> None:
    view = panel.views[0]
    at = view.viewport.position_of(THIGH_LEFT).toPoint()
    away = QPointF(0, 40).toPoint()
    QTest.touchEvent(view, screen).press(0, at, view).commit()
    QTest.touchEvent(view, screen).move(0, at, view).press(1, at + away, view).commit()
    assert isinstance(acted[-1], Undo) and isinstance(acted[0], PaintStroke)
    before = len(acted)
    for share in (1.5, 2.0):
        spread = QPointF(0, 40 * share).toPoint()
        QTest.touchEvent(view, screen).move(0, at, view).move(1, at + spread, view).commit()
    assert view.viewport.zoom == pytest.approx(2.0, rel=0.05)
    shown = view.viewport.plane_mm(QPointF(at))
    aside = QPointF(20, 0).toPoint()
    QTest.touchEvent(view, screen).move(0, at + aside, view).move(1, at + spread + aside, view).commit()
    moved = view.viewport.plane_mm(QPointF(at + aside))
    assert np.hypot(moved[0] - shown[0], moved[1] - shown[1]) < 2.0, "the body goes with the fingers"
    QTest.touchEvent(view, screen).release(0, at + aside, view).release(1, at + spread + aside, view).commit()
    assert len(acted) == before, "two fingers paint nothing"


def test_that_a_finger_left_over_from_two_paints_nothing(
    panel: PainMapPanel, acted: list[object], screen: QPointingDevice
) -> None:
    view = panel.views[0]
    at = view.viewport.position_of(THIGH_LEFT).toPoint()
    away = QPointF(0, 40).toPoint()
    QTest.touchEvent(view, screen).press(0, at, view).press(1, at + away, view).commit()
    QTest.touchEvent(view, screen).move(0, at, view).release(1, at + away, view).commit()
    QTest.touchEvent(view, screen).move(0, at + QPointF(0, 20).toPoint(), view).commit()
    QTest.touchEvent(view, screen).release(0, at + QPointF(0, 20).toPoint(), view).commit()
    assert not any(isinstance(a, PaintStroke) for a in acted)
    QTest.touchEvent(view, screen).press(0, at, view).commit()
    QTest.touchEvent(view, screen).release(0, at, view).commit()
    assert isinstance(acted[-1], PaintStroke), "the next finger paints again"
