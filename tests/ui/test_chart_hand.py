"""Pen and fingers on the body chart: they paint, erase, move and zoom as a hand expects."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QInputDevice, QPointingDevice, QTabletEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from planner.atlas.model import Atlas
from planner.chart import Borders
from planner.session.actions import MarkRegion, PaintStroke, Undo
from ui.panels.pain_map import PainMapPanel
from ui.theme import LIGHT, Theme
from ui.widgets.chart_view import ChartView
from ui.widgets.work import at_once

THIGH_LEFT = (110.0, -60.0, -180.0)


@pytest.fixture
def panel(qtbot: QtBot, atlas: Atlas, borders: Borders) -> PainMapPanel:
    panel = PainMapPanel(at_once, Theme(LIGHT))
    qtbot.addWidget(panel)
    panel.resize(420, 700)
    panel.set_atlas(atlas, borders)
    panel.show()
    qtbot.waitUntil(panel.charts_ready, timeout=5000)
    return panel


@pytest.fixture
def acted(panel: PainMapPanel) -> list[object]:
    acts: list[object] = []
    panel.acted.connect(acts.append)
    return acts


@pytest.fixture(scope="module")
def screen() -> QPointingDevice:
    return QTest.createTouchDevice()


def pen(view: ChartView, kind: QEvent.Type, at: QPointF, end: QPointingDevice.PointerType) -> None:
    device = QPointingDevice(
        "pen",
        1,
        QInputDevice.DeviceType.Stylus,
        end,
        QInputDevice.Capability.Position | QInputDevice.Capability.Pressure,
        1,
        1,
    )
    down = Qt.MouseButton.NoButton if kind == QEvent.Type.TabletRelease else Qt.MouseButton.LeftButton
    event = QTabletEvent(
        kind,
        device,
        at,
        view.mapToGlobal(at),
        0.6,
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
