"""The widget: clicks, drags, keys, flights, and being resized, hidden and closed in the middle of things."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from pytestqt.qtbot import QtBot

from planner.atlas.model import Atlas
from planner.session.picture import Appearance, Picture, ScenePicture
from planner.session.state import PoseRequest
from ui.scene3d import camera
from ui.scene3d.widget import SceneWidget

PictureOf = Callable[..., Picture]
SceneOf = Callable[..., ScenePicture]
LEFT, RIGHT, MIDDLE = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton
NO_KEY = Qt.KeyboardModifier.NoModifier


def place_of(widget: SceneWidget, at_lps: tuple[float, float, float]) -> QPoint:
    """Pixel of a point."""
    import numpy as np

    x, y = camera.project(widget.pose, np.array([at_lps]), widget.width(), widget.height())[0][0]
    return QPoint(round(float(x)), round(float(y)))


def drag(
    widget: SceneWidget,
    start: QPoint,
    end: QPoint,
    button: Qt.MouseButton,
    keys: Qt.KeyboardModifier = NO_KEY,
) -> None:
    """Presses, moves in four steps and releases."""

    def send(kind: QMouseEvent.Type, at: QPointF, pressed: Qt.MouseButton) -> None:
        now = button if kind != QMouseEvent.Type.MouseMove else Qt.MouseButton.NoButton
        event = QMouseEvent(kind, at, QPointF(widget.mapToGlobal(at.toPoint())), now, pressed, keys)
        {
            QMouseEvent.Type.MouseButtonPress: widget.mousePressEvent,
            QMouseEvent.Type.MouseMove: widget.mouseMoveEvent,
            QMouseEvent.Type.MouseButtonRelease: widget.mouseReleaseEvent,
        }[kind](event)

    send(QMouseEvent.Type.MouseButtonPress, QPointF(start), button)
    for k in range(1, 5):
        send(QMouseEvent.Type.MouseMove, QPointF(start) + (QPointF(end) - QPointF(start)) * (k / 4), button)
    send(QMouseEvent.Type.MouseButtonRelease, QPointF(end), Qt.MouseButton.NoButton)


def test_that_rest_costs_nothing(widget: SceneWidget, qtbot: QtBot) -> None:
    frames: list[int] = []
    widget._projector.changed.connect(lambda: frames.append(1))
    qtbot.wait(250)
    assert not widget.busy
    assert not frames


def test_that_a_click_names_the_structure_and_control_adds(widget: SceneWidget, qtbot: QtBot) -> None:
    clicked: list[tuple[str, bool]] = []
    widget.structure_clicked.connect(lambda name, add: clicked.append((name, add)))
    qtbot.mouseClick(widget, LEFT, pos=place_of(widget, (40.0, 0.0, 40.0)))
    qtbot.mouseClick(widget, LEFT, Qt.KeyboardModifier.ControlModifier, place_of(widget, (-40.0, 0.0, 40.0)))
    assert clicked == [("nerve_left", False), ("bone_right", True)]


def test_that_a_click_beside_everything_is_a_click_on_the_background(
    widget: SceneWidget, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(widget.background_clicked, timeout=1000):
        qtbot.mouseClick(widget, LEFT, pos=QPoint(4, 4))


def test_that_a_drag_turns_and_never_selects(widget: SceneWidget) -> None:
    clicked: list[object] = []
    widget.structure_clicked.connect(lambda *given: clicked.append(given))
    widget.background_clicked.connect(lambda: clicked.append("background"))
    at = place_of(widget, (40.0, 0.0, 40.0))
    drag(widget, at, at + QPoint(40, 0), LEFT)
    assert widget.pose.azimuth_deg == pytest.approx(-16.0)
    assert widget.pose.elevation_deg == 0.0
    drag(widget, at, at + QPoint(0, 30), LEFT)
    assert widget.pose.elevation_deg == pytest.approx(12.0)
    assert not clicked


def test_that_middle_and_shift_drag_pan_and_right_drag_zooms(widget: SceneWidget) -> None:
    start, pose = QPoint(100, 100), widget.pose
    drag(widget, start, start + QPoint(30, 0), MIDDLE)
    panned = widget.pose
    assert panned.azimuth_deg == pose.azimuth_deg
    assert panned.focus_lps[0] < pose.focus_lps[0]
    drag(widget, start + QPoint(30, 0), start, LEFT, Qt.KeyboardModifier.ShiftModifier)
    assert camera.alike(widget.pose, pose)
    drag(widget, start, start + QPoint(0, -40), RIGHT)
    assert widget.pose.distance_mm < pose.distance_mm


def test_that_the_wheel_zooms_to_the_cursor(widget: SceneWidget) -> None:
    at = QPointF(place_of(widget, (40.0, 0.0, 40.0)))
    before = widget.pose
    wheel = QWheelEvent(
        at, at, QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton, NO_KEY, Qt.ScrollPhase.NoScrollPhase, False
    )
    widget.wheelEvent(wheel)
    assert widget.pose.distance_mm < before.distance_mm
    after = place_of(widget, (40.0, 0.0, 40.0))
    assert (QPointF(after) - at).manhattanLength() <= 3.0


def test_that_a_right_click_asks_for_a_menu_and_a_double_click_for_focus(
    widget: SceneWidget, qtbot: QtBot
) -> None:
    at = place_of(widget, (40.0, 0.0, 40.0))
    with qtbot.waitSignal(widget.context_requested, timeout=1000) as menu:
        qtbot.mouseClick(widget, RIGHT, pos=at)
    assert menu.args[0] == "nerve_left"
    with qtbot.waitSignal(widget.structure_focused, timeout=1000) as focused:
        qtbot.mouseDClick(widget, LEFT, pos=at)
    assert focused.args == ["nerve_left"]


def test_that_hovering_names_what_lies_under_the_cursor(widget: SceneWidget, qtbot: QtBot) -> None:
    with qtbot.waitSignal(widget.structure_hovered, timeout=2000) as hovered:
        qtbot.mouseMove(widget, place_of(widget, (-40.0, 0.0, 40.0)))
    assert hovered.args == ["bone_right"]


def test_that_the_brush_paints_the_skin_in_one_stroke_and_does_not_turn(widget: SceneWidget) -> None:
    strokes: list[tuple[tuple[tuple[float, float, float], ...], bool]] = []
    widget.skin_stroked.connect(lambda points, continues: strokes.append((points, continues)))
    widget.set_brush(15.0)
    pose, middle = widget.pose, QPoint(160, 120)
    drag(widget, middle, middle + QPoint(40, 0), LEFT)
    assert widget.pose == pose
    assert [continues for _, continues in strokes] == [False, True, True, True, True]
    points = [point for piece, _ in strokes for point in piece]
    assert all(abs(sum(part * part for part in point) ** 0.5 - 110.0) < 1.0 for point in points)
    assert points[-1][0] > points[0][0]
    drag(widget, QPoint(3, 3), QPoint(60, 3), LEFT)  # beside the skin the model turns
    assert widget.pose != pose


@pytest.mark.parametrize(
    ("key", "keys", "view"),
    [
        (Qt.Key.Key_1, NO_KEY, "anterior"),
        (Qt.Key.Key_3, NO_KEY, "left"),
        (Qt.Key.Key_7, NO_KEY, "superior"),
        (Qt.Key.Key_1, Qt.KeyboardModifier.ShiftModifier, "posterior"),
        (Qt.Key.Key_Exclam, Qt.KeyboardModifier.ShiftModifier, "posterior"),
        (Qt.Key.Key_NumberSign, Qt.KeyboardModifier.ShiftModifier, "right"),
        (Qt.Key.Key_7, Qt.KeyboardModifier.ControlModifier, "inferior"),
    ],
)
def test_that_number_keys_ask_for_views(
    widget: SceneWidget, qtbot: QtBot, key: Qt.Key, keys: Qt.KeyboardModifier, view: str
) -> None:
    with qtbot.waitSignal(widget.view_requested, timeout=1000) as asked:
        qtbot.keyClick(widget, key, keys)
    assert asked.args == [view]


def test_that_arrows_turn_and_plus_and_minus_zoom(widget: SceneWidget, qtbot: QtBot) -> None:
    pose = widget.pose
    qtbot.keyClick(widget, Qt.Key.Key_Right)
    qtbot.keyClick(widget, Qt.Key.Key_Up)
    assert widget.pose.azimuth_deg < pose.azimuth_deg
    assert widget.pose.elevation_deg < pose.elevation_deg
    qtbot.keyClick(widget, Qt.Key.Key_Plus)
    assert widget.pose.distance_mm < pose.distance_mm
    qtbot.keyClick(widget, Qt.Key.Key_Minus)
    assert widget.pose.distance_mm == pytest.approx(pose.distance_mm)


def test_that_letter_keys_ask_about_the_selection_or_else_the_cursor(
    widget: SceneWidget, qtbot: QtBot, picture_of: PictureOf
) -> None:
    asked: list[tuple[str, str]] = []
    for name in ("hide", "isolate", "fade", "focus"):
        getattr(widget, f"{name}_requested").connect(lambda given, name=name: asked.append((name, given)))
    qtbot.keyClick(widget, Qt.Key.Key_H)
    assert not asked  # nothing selected, nothing under the cursor
    with qtbot.waitSignal(widget.structure_hovered, timeout=2000):
        qtbot.mouseMove(widget, place_of(widget, (-40.0, 0.0, 40.0)))
    qtbot.keyClick(widget, Qt.Key.Key_H)
    widget.show_picture(picture_of(selected=("nerve_left",)))
    for key in (Qt.Key.Key_I, Qt.Key.Key_T, Qt.Key.Key_F):
        qtbot.keyClick(widget, key)
    assert asked == [("hide", "bone_right"), ("isolate", ""), ("fade", ""), ("focus", "")]
    with qtbot.waitSignal(widget.show_all_requested, timeout=1000):
        qtbot.keyClick(widget, Qt.Key.Key_H, Qt.KeyboardModifier.ShiftModifier)


def test_that_a_new_wish_flies_there_within_the_allowed_time(
    widget: SceneWidget, qtbot: QtBot, picture_of: PictureOf, scene_of: SceneOf
) -> None:
    wish = PoseRequest(serial=5, view="left", focus=("nerve_left",))
    widget.show_picture(picture_of(scene_of(pose=wish, focus_lps=((30.0, -10.0, 30.0), (50.0, 10.0, 50.0)))))
    assert widget.pose.azimuth_deg < 90.0  # under way
    qtbot.waitUntil(lambda: widget.pose.azimuth_deg == pytest.approx(90.0), timeout=3000)
    assert widget.pose.focus_lps == pytest.approx((40.0, 0.0, 40.0))


def test_that_reduced_motion_jumps(widget: SceneWidget, picture_of: PictureOf, scene_of: SceneOf) -> None:
    widget.set_reduced_motion(True)
    widget.show_picture(picture_of(scene_of(pose=PoseRequest(serial=6, view="posterior"))))
    assert abs(widget.pose.azimuth_deg) == pytest.approx(180.0)


def test_that_the_same_wish_is_granted_once(
    widget: SceneWidget, qtbot: QtBot, picture_of: PictureOf, scene_of: SceneOf
) -> None:
    qtbot.keyClick(widget, Qt.Key.Key_Right)
    turned = widget.pose
    widget.show_picture(picture_of(scene_of(bone_right=Appearance(0.0))))
    assert widget.pose == turned


def test_that_resizing_hiding_and_closing_during_a_flight_is_safe(
    widget: SceneWidget, qtbot: QtBot, capfd: pytest.CaptureFixture[str]
) -> None:
    goal = camera.turned(widget.pose, 120.0, 20.0)
    widget.fly_to(goal)
    qtbot.wait(60)
    widget.resize(200, 150)
    qtbot.wait(30)
    widget.resize(0, 0)
    qtbot.wait(30)
    widget.resize(320, 240)
    widget.hide()
    assert not widget.busy
    assert camera.alike(widget.pose, goal)
    widget.show()
    widget.fly_to(camera.turned(goal, 90.0, 0.0))
    qtbot.wait(40)
    widget.close()
    assert not widget.busy
    widget.repaint()
    widget.grab()
    assert capfd.readouterr() == ("", "")


def test_that_acts_after_cleanup_are_harmless(
    widget: SceneWidget, qtbot: QtBot, picture_of: PictureOf
) -> None:
    widget.cleanup()
    widget.cleanup()
    qtbot.mouseClick(widget, LEFT, pos=QPoint(100, 100))
    qtbot.keyClick(widget, Qt.Key.Key_Right)
    widget.show_picture(picture_of())
    assert widget.grab_image().isNull()


def test_that_thirty_widgets_open_and_close(
    qtbot: QtBot, toy_atlas: Atlas, picture_of: PictureOf, capfd: pytest.CaptureFixture[str]
) -> None:
    for _ in range(30):
        made = SceneWidget()
        made.resize(80, 60)
        made.set_atlas(toy_atlas)
        made.show_picture(picture_of())
        with qtbot.waitSignal(made.first_frame, timeout=10_000):
            made.show()
        made.close()
        made.deleteLater()
        del made
        qtbot.wait(1)
    assert capfd.readouterr() == ("", "")


def test_that_the_grabbed_picture_has_the_widget_s_size_and_its_letters(widget: SceneWidget) -> None:
    image = widget.grab_image()
    ratio = widget.devicePixelRatioF()
    assert image.width() == round(320 * ratio)
    assert image.height() == round(240 * ratio)
    corner = [image.pixelColor(round(x * ratio), round(120 * ratio)).lightness() for x in range(10, 30)]
    assert max(corner) > 180  # the letter at the left edge


def test_that_a_lent_stage_comes_back_with_the_picture_it_had(
    widget: SceneWidget, qtbot: QtBot, picture_of: PictureOf
) -> None:
    from ui.scene3d.backdrop import backdrop

    before = widget.grab_image()
    stage = widget.lend()
    assert stage is not None and widget.lend() is None
    stage.view.set_backdrop(backdrop("print"))
    other = picture_of()
    stage.apply(other.scene, other.skin)
    widget.update()
    widget.repaint()  # the last frame stands; nothing is drawn on the lent stage
    assert not widget.busy
    widget.set_ground("light")  # chosen meanwhile: it counts once the stage is back
    widget.set_ground("dark")
    widget.take_back()
    qtbot.waitUntil(lambda: not widget.busy, timeout=10_000)
    assert widget.grab_image() == before
    widget.take_back()  # nothing is lent: nothing happens
    assert not widget.busy


def test_that_a_closed_widget_has_no_stage_to_lend(widget: SceneWidget) -> None:
    stage = widget.lend()
    assert stage is not None
    widget.cleanup()
    widget.take_back()
    assert widget.lend() is None


def test_that_the_first_moving_frame_is_rehearsed_at_rest_and_shows_nowhere(widget: SceneWidget) -> None:
    stage = widget._projector.stage
    assert not stage.rehearse(widget.pose, (320, 240))  # done while the widget came to rest
    assert widget._projector._fine and widget._projector._frame is not None
    assert widget._projector._frame.shape[:2] == (240, 320)  # the fine picture, not the small quick one
