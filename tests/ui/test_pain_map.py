"""The pain map: strokes, clicks and tools become acts; pictures become paint; showing emits nothing."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QImage, QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from planner.atlas.model import Atlas
from planner.session.actions import MarkRegion, PaintStroke, UnmarkRegion
from planner.session.picture import MarkedRegion, Picture
from ui.panels.pain_map import PainMapPanel
from ui.theme import DARK, Theme
from ui.widgets.chart_view import ChartView

THIGH_LEFT = (110.0, -60.0, -180.0)


def send(view: ChartView, kind: QEvent.Type, at: QPointF, buttons: Qt.MouseButton) -> None:
    button = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseMove else Qt.MouseButton.LeftButton
    place = view.mapToGlobal(at)
    event = QMouseEvent(kind, at, place, button, buttons, Qt.KeyboardModifier.NoModifier)
    {
        QEvent.Type.MouseButtonPress: view.mousePressEvent,
        QEvent.Type.MouseMove: view.mouseMoveEvent,
        QEvent.Type.MouseButtonRelease: view.mouseReleaseEvent,
    }[kind](event)


def drag(view: ChartView, places: list[QPointF]) -> None:
    left = Qt.MouseButton.LeftButton
    send(view, QEvent.Type.MouseButtonPress, places[0], left)
    for place in places[1:]:
        send(view, QEvent.Type.MouseMove, place, left)
    send(view, QEvent.Type.MouseButtonRelease, places[-1], Qt.MouseButton.NoButton)


def pixels(view: ChartView) -> QImage:
    return view.grab().toImage()


def test_that_a_drag_is_one_continued_stroke_on_the_skin(
    panel: PainMapPanel, acted: list[object], atlas: Atlas
) -> None:
    view = panel.views[0]
    start = view.viewport.position_of(THIGH_LEFT)
    panel.intensity[0].setValue(9)
    panel.size[0].setValue(25)
    drag(view, [start, start + QPointF(0, 12), start + QPointF(0, 30)])
    assert all(isinstance(a, PaintStroke) and not a.erase for a in acted)
    assert [a.continues for a in acted] == [False, True, True]
    assert {(a.radius_mm, a.weight) for a in acted} == {(25.0, 9.0)}
    points = np.array([p for a in acted for p in a.points_lps])
    skin = atlas.meshes.full["skin"].points_lps
    assert (points[:, 0] > 0).all()
    assert all(np.linalg.norm(skin - p, axis=1).min() < 8.0 for p in points)
    assert points[0, 2] > points[-1, 2]


def test_that_erasing_is_a_stroke_that_erases(panel: PainMapPanel, acted: list[object]) -> None:
    panel.tool_buttons["erase"].click()
    start = panel.views[0].viewport.position_of(THIGH_LEFT)
    drag(panel.views[0], [start, start + QPointF(0, 8)])
    assert acted and all(a.erase for a in acted)


def test_that_a_press_beside_the_body_paints_nothing(panel: PainMapPanel, acted: list[object]) -> None:
    drag(panel.views[0], [QPointF(4, 600), QPointF(8, 600)])
    assert acted == []


def test_that_a_click_marks_an_area_and_a_second_takes_it_off(
    panel: PainMapPanel, acted: list[object], picture: Callable[..., Picture], qtbot: QtBot
) -> None:
    panel.tool_buttons["region"].click()
    view = panel.views[0]
    at = view.viewport.position_of(THIGH_LEFT)
    drag(view, [at])
    assert len(acted) == 1 and isinstance(acted[0], MarkRegion)
    mark = acted[0]
    assert (mark.side, mark.weight) == ("left", 7.0)
    assert mark.region.startswith("thigh_")
    panel.show_picture(picture(marked=(MarkedRegion(mark.region, "left", 1.0, 7.0, True),)))
    drag(view, [at])
    assert acted[1:] == [UnmarkRegion(mark.region, "left")]


def test_that_a_drag_in_area_mode_marks_nothing(panel: PainMapPanel, acted: list[object]) -> None:
    panel.tool_buttons["region"].click()
    at = panel.views[0].viewport.position_of(THIGH_LEFT)
    drag(panel.views[0], [at, at + QPointF(0, 40)])
    assert acted == []


def test_that_the_area_under_the_cursor_is_named_with_its_side(panel: PainMapPanel) -> None:
    view = panel.views[0]
    send(view, QEvent.Type.MouseMove, view.viewport.position_of(THIGH_LEFT), Qt.MouseButton.NoButton)
    assert "thigh" in panel.caption.text().lower()
    assert panel.caption.text().endswith("Patient's left")


def test_that_pain_is_painted_in_vermillion_and_numbness_lined_in_blue(
    panel: PainMapPanel, atlas: Atlas, picture: Callable[..., Picture], acted: list[object]
) -> None:
    points = atlas.meshes.full["skin"].points_lps
    near = np.linalg.norm(points - THIGH_LEFT, axis=1) < 70.0
    bare = pixels(panel.views[0])
    panel.show_picture(picture(pain=np.where(near, 9.0, 0.0).astype(np.float32)))
    at = panel.views[0].viewport.position_of(THIGH_LEFT).toPoint()
    hurt = pixels(panel.views[0]).pixelColor(at)
    assert hurt.red() > 180 and hurt.blue() < 110 and hurt != bare.pixelColor(at)
    panel.show_picture(picture(numb=near.astype(np.float32)))
    row = [pixels(panel.views[0]).pixelColor(at.x() + dx, at.y()) for dx in range(14)]
    blue = [c for c in row if c.blue() > c.red() + 60]
    assert 3 <= len(blue) <= 12, "lines, not a filled area"
    panel.show_picture(picture())
    assert pixels(panel.views[0]).pixelColor(at) == bare.pixelColor(at)
    assert acted == []


def test_that_covered_and_uncovered_pain_differ_without_colour(
    panel: PainMapPanel, atlas: Atlas, picture: Callable[..., Picture]
) -> None:
    points = atlas.meshes.full["skin"].points_lps
    near = np.linalg.norm(points - THIGH_LEFT, axis=1) < 70.0
    pain = np.where(near, 8.0, 0.0).astype(np.float32)
    above = (points[:, 2] > THIGH_LEFT[2]).astype(np.float32)
    panel.show_picture(picture(pain=pain, numb=above))
    image, view = pixels(panel.views[0]), panel.views[0]

    def greys(z: float) -> list[int]:
        at = view.viewport.position_of((THIGH_LEFT[0], THIGH_LEFT[1], z)).toPoint()
        square = [(at.x() + dx, at.y() + dy) for dx in range(-6, 7) for dy in range(-4, 5)]
        return [image.pixelColor(x, y).lightness() for x, y in square]

    assert np.std(greys(THIGH_LEFT[2] + 30)) > 4 * np.std(greys(THIGH_LEFT[2] - 30))


def test_that_the_legend_names_what_is_on_the_map(
    panel: PainMapPanel, atlas: Atlas, picture: Callable[..., Picture], answers: Callable[..., object]
) -> None:
    n = atlas.fields.vertex_count
    items = panel.legend.items
    panel.show_picture(picture())
    assert not any(item.isVisible() for item in items.values())
    ones = np.ones(n, np.float32)
    panel.show_picture(picture(pain=ones, numb=ones, chosen=answers("lfcn"), block="lfcn"))
    assert {key for key, item in items.items() if item.isVisible()} == {"pain", "numb", "covered", "bare"}


def test_that_the_wheel_zooms_around_the_cursor_and_fit_shows_the_whole_body(
    panel: PainMapPanel, qtbot: QtBot
) -> None:
    view = panel.views[0]
    at = view.viewport.position_of(THIGH_LEFT)
    before = view.region_under(at)
    from PySide6.QtCore import QPoint

    for _ in range(4):
        view.wheelEvent(
            QWheelEvent(
                at,
                view.mapToGlobal(at),
                QPoint(),
                QPoint(0, 120),
                Qt.MouseButton.NoButton,
                Qt.KeyboardModifier.NoModifier,
                Qt.ScrollPhase.NoScrollPhase,
                False,
            )
        )
    assert view.viewport.zoom > 1.9
    qtbot.waitUntil(view.ready, timeout=3000)
    after = view.region_under(at)
    assert before is not None and after is not None
    assert np.linalg.norm(np.array(before.point_lps) - after.point_lps) < 6.0
    panel.fit.click()
    qtbot.waitUntil(lambda: view.viewport.zoom == 1.0, timeout=600)


def test_that_the_keyboard_zooms_and_moves_the_chart(panel: PainMapPanel) -> None:
    view = panel.views[0]
    QTest.keyClick(view, Qt.Key.Key_Plus)
    zoomed = view.viewport.frame()
    QTest.keyClick(view, Qt.Key.Key_Down)
    assert view.viewport.frame().top_mm < zoomed.top_mm
    QTest.keyClick(view, Qt.Key.Key_0)
    assert view.viewport.zoom == 1.0


def test_that_the_brush_of_the_keyboard_paints_draws_and_erases(
    panel: PainMapPanel, acted: list[object], qtbot: QtBot
) -> None:
    view = panel.views[0]
    view.setFocus(Qt.FocusReason.TabFocusReason)
    assert "Space" in panel.caption.text()
    QTest.keyClick(view, Qt.Key.Key_Space)
    assert acted == [] and "Space" not in panel.caption.text(), "the first press takes the brush"
    aim = view.viewport.position_of(THIGH_LEFT)
    while view._hover.x() < aim.x() - 2:  # type: ignore[union-attr]
        QTest.keyClick(view, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert "thigh" in panel.caption.text().lower() or "hip" in panel.caption.text().lower()
    QTest.keyClick(view, Qt.Key.Key_Space)
    assert [(type(a), a.continues) for a in acted] == [(PaintStroke, False)]  # type: ignore[attr-defined]
    x, _, _ = acted[0].points_lps[0]  # type: ignore[attr-defined]
    assert x > 60.0, "the patient's left"
    QTest.keyPress(view, Qt.Key.Key_Space)
    for _ in range(3):
        QTest.keyClick(view, Qt.Key.Key_Down)
    QTest.keyRelease(view, Qt.Key.Key_Space)
    QTest.keyClick(view, Qt.Key.Key_Down)
    assert [a.continues for a in acted] == [False, False, True, True, True]  # type: ignore[attr-defined]
    heights = [point[2] for a in acted for point in a.points_lps]  # type: ignore[attr-defined]
    assert heights[-1] < heights[0] - 20.0
    acted.clear()
    panel.tool_buttons["erase"].click()
    QTest.keyClick(view, Qt.Key.Key_Space)
    assert [a.erase for a in acted] == [True]  # type: ignore[attr-defined]


def test_that_the_keyboard_marks_the_area_under_its_brush_and_puts_it_away(
    panel: PainMapPanel, acted: list[object]
) -> None:
    panel.tool_buttons["region"].click()
    view = panel.views[0]
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_Space)
    for _ in range(4):
        QTest.keyClick(view, Qt.Key.Key_Right)
    QTest.keyClick(view, Qt.Key.Key_Space)
    assert [type(a) for a in acted] == [MarkRegion]
    QTest.keyClick(view, Qt.Key.Key_Escape)
    assert view._hover is None
    panel.tool_buttons["deep"].click()
    QTest.keyClick(view, Qt.Key.Key_Space)
    assert view._hover is None, "every deep place is a button of its own"


def test_that_the_chart_comes_along_when_the_brush_meets_its_edge(panel: PainMapPanel) -> None:
    view = panel.views[0]
    view.setFocus()
    for _ in range(6):
        QTest.keyClick(view, Qt.Key.Key_Plus)
    QTest.keyClick(view, Qt.Key.Key_Space)
    shown = view.viewport.frame()
    for _ in range(80):
        QTest.keyClick(view, Qt.Key.Key_Down)
    assert view.viewport.frame().top_mm < shown.top_mm - 50.0
    assert view.rect().contains(view._hover.toPoint())  # type: ignore[union-attr]


def test_that_both_views_and_both_sides_are_told_in_words(panel: PainMapPanel) -> None:
    front, back = panel.views
    assert "front" in front.accessibleName() and "back" in back.accessibleName()
    assert "Patient's right is drawn on the left" in front.accessibleDescription()
    assert "Patient's left is drawn on the left" in back.accessibleDescription()
    panel.show_pair("sides")
    assert [v.view for v in panel.views] == ["right", "left"]
    assert "right side" in front.accessibleName()


def test_that_a_new_theme_redraws_the_body(panel: PainMapPanel, qtbot: QtBot) -> None:
    view = panel.views[0]
    at = view.viewport.position_of(THIGH_LEFT).toPoint()
    light = pixels(view).pixelColor(at)
    panel.set_theme(Theme(DARK))
    qtbot.waitUntil(lambda: pixels(view).pixelColor(at).lightness() < light.lightness() - 60, timeout=3000)
