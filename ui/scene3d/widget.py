"""The 3D picture as a widget: events become camera poses and signals, frames are painted over with words.

The widget owns the camera's pose and nothing else; what is shown comes as a Picture and what the user
wants goes out as signals.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QColor,
    QContextMenuEvent,
    QHideEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QShowEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QGestureEvent, QPinchGesture, QWidget

from planner.atlas.model import Atlas
from planner.commands.pictures import Style
from planner.session.picture import Picture
from ui.scene3d import camera, gestures, overlay
from ui.scene3d.backdrop import DARK, backdrop
from ui.scene3d.hand import Hand
from ui.scene3d.projector import Projector
from ui.scene3d.pulse import Pulse
from ui.scene3d.stage import Stage

if TYPE_CHECKING:
    from planner.pathway import Pathway

TURN_DEG_PER_KEY = 7.5
ZOOM_PER_STEP = 1.15


class SceneWidget(QWidget):
    """Shows an atlas in 3D. Raises GraphicsMissing where there is no OpenGL library.

    `hide_requested`, `isolate_requested`, `fade_requested` and `focus_requested` carry the id under the
    cursor when nothing is selected, else "" for the selection. Call `cleanup` before the window goes.
    """

    structure_clicked = Signal(str, bool)
    background_clicked = Signal()
    structure_focused = Signal(str)
    structure_hovered = Signal(str)
    context_requested = Signal(str, QPoint)
    skin_stroked = Signal(object, bool)
    point_picked = Signal(object)
    view_requested = Signal(str)
    focus_requested = Signal(str)
    hide_requested = Signal(str)
    isolate_requested = Signal(str)
    fade_requested = Signal(str)
    show_all_requested = Signal()
    first_frame = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._projector = Projector(self)
        self._projector.changed.connect(self.update)
        self._pulse = Pulse(self)
        self._pulse.changed.connect(self._on_pulse)
        self.destroyed.connect(self._projector.stage.close)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName("3D model")
        self.setAccessibleDescription(
            "Arrows rotate, plus and minus zoom, 1, 3 and 7 show the front, left and top, F frames, "
            "H hides, I isolates, T fades, Shift+H shows all"
        )
        self.grabGesture(Qt.GestureType.PinchGesture)
        self._names: Mapping[str, str] = {}
        self._text_scale = 1.0
        self._ground = DARK
        self._announced = False
        self._hand = Hand(self, self._projector)
        self._hand.changed.connect(self.update)
        for heard, told in (
            (self._hand.clicked, self.structure_clicked),
            (self._hand.missed, self.background_clicked),
            (self._hand.clicked_twice, self.structure_focused),
            (self._hand.pointed_at, self.structure_hovered),
            (self._hand.menu_wanted, self.context_requested),
            (self._hand.stroked, self.skin_stroked),
            (self._hand.picked, self.point_picked),
        ):
            heard.connect(told)
        application = QCoreApplication.instance()
        if application is not None:
            application.aboutToQuit.connect(self.cleanup)

    # -- what the window calls --------------------------------------------------------------------------

    def warm_up(self) -> None:
        """Opens the graphics driver before there is anything to show."""
        self._projector.stage.warm_up()

    def set_atlas(self, atlas: Atlas) -> None:
        """Shows another atlas, all plain, from the front."""
        self._hand.set_content(atlas.content)
        self._projector.set_atlas(atlas)

    def show_picture(self, picture: Picture) -> None:
        """Makes the scene like the picture and grants a new wish for the camera."""
        self._projector.show(picture, self._hand.painting)

    def set_brush(self, radius_mm: float | None) -> None:
        """With a radius, left-dragging on the skin paints; without, it turns the model."""
        self._hand.set_brush(radius_mm)

    def set_picking(self, on: bool, skin: bool = False) -> None:
        """While picking, a click on the model gives its point; Enter gives the one in the middle.

        skin: a point of the skin is meant, however glassy that is.
        """
        self._hand.set_picking(on, skin)

    def hold(self, held: bool) -> None:
        """While held the first quick frame stands: nothing finer is gathered."""
        self._projector.hold(held)

    def set_reduced_motion(self, reduced: bool) -> None:
        """With reduced motion the camera jumps instead of flying."""
        self._projector.reduced_motion = reduced

    def follow(self, way: Pathway) -> None:
        """Has a light run once along a nerve's way; with reduced motion the whole way shines."""
        if self._projector.drawable:
            self._projector.hold(True)
            self._pulse.start(way, self._projector.reduced_motion, lambda: self._projector.flying)

    def _on_pulse(self) -> None:
        if not self._pulse.running:
            self._projector.hold(False)
        self.update()

    @property
    def following(self) -> bool:
        """Whether a light is on its way."""
        return self._pulse.running

    def set_text_scale(self, scale: float) -> None:
        """Size of letters and labels, 1.0 to 2.0."""
        self._text_scale = scale
        self.update()

    def set_ground(self, style: Style) -> None:
        """What the model stands before, and how firmly it is outlined."""
        self._ground = backdrop(style)
        self._projector.set_backdrop(self._ground)

    def set_names(self, names: Mapping[str, str]) -> None:
        """Display names by structure id, for the word under the cursor."""
        self._names = names

    def fly_to(self, goal: camera.Pose, at_once: bool = False) -> None:
        """Moves the camera, in a short flight unless motion is reduced."""
        self._projector.fly_to(goal, at_once)

    def grab_image(self) -> QImage:
        """The picture at full quality with its labels, at the widget's size; drawn at once, null if none."""
        frame = self._projector.still()
        if frame is None:
            return QImage()
        image = as_image(frame).copy()
        image.setDevicePixelRatio(self.devicePixelRatioF())
        with QPainter(image) as painter:
            self._draw_over(painter, bare=True)
        return image

    def lend(self) -> Stage | None:
        """The stage for a picture beside this one, until `take_back`; the last frame stands meanwhile."""
        return self._projector.lend()

    def take_back(self) -> None:
        """Shows its own picture again."""
        self._projector.take_back()

    @property
    def pose(self) -> camera.Pose:
        """Where the camera is."""
        return self._projector.pose

    @property
    def busy(self) -> bool:
        """Whether a frame is still being worked on; False at rest."""
        return self._projector.busy

    def cleanup(self) -> None:
        """Stops all timers and frees the render window; the widget shows a plain ground afterwards."""
        self._hand.rest()
        self._pulse.stop()
        self._projector.close()

    # -- painting ---------------------------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent) -> None:
        frame = self._projector.frame()
        with QPainter(self) as painter:
            if frame is None:
                painter.fillRect(self.rect(), QColor.fromRgbF(*self._ground.top))
                return
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(QRectF(self.rect()), as_image(frame))
            self._pulse.paint(painter, self.pose, self.width(), self.height())
            self._draw_over(painter)
        if not self._announced:
            self._announced = True
            QTimer.singleShot(0, self, self.first_frame.emit)

    def _draw_over(self, painter: QPainter, bare: bool = False) -> None:
        picture = self._projector.picture
        side = picture.state.side if picture else None
        what = overlay.Overlay(side=side, scale=self._text_scale, ground=self._ground)
        hand = self._hand
        if hand.picking and not bare and self.hasFocus():
            what = replace(what, cross=True)
        if not bare and hand.cursor is not None:
            at = (hand.cursor.x(), hand.cursor.y())
            if hand.brush_mm:
                radius = hand.brush_mm / camera.mm_per_px(self.pose, self.height())
                what = replace(what, brush_px=(*at, radius))
            elif hand.hovered and not hand.dragging:
                name = self._names.get(hand.hovered, hand.hovered.replace("_", " "))
                what = replace(what, hover=f"{name} · {hand.part}" if hand.part else name, hover_px=at)
        overlay.draw(painter, self.pose, self.width(), self.height(), self._projector.scene, what)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._measure()

    def _measure(self) -> None:
        ratio = self.devicePixelRatioF()
        self._projector.resize(round(self.width() * ratio), round(self.height() * ratio))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._measure()
        self._projector.set_shown(True)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._hand.rest()
        self._pulse.stop()
        self._projector.set_shown(False)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.cleanup()
        super().closeEvent(event)

    def sizeHint(self) -> QSize:
        return QSize(720, 640)

    def minimumSizeHint(self) -> QSize:
        return QSize(240, 200)

    # -- mouse and touch --------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self._measure()
        elif isinstance(event, QGestureEvent):
            pinch = event.gesture(Qt.GestureType.PinchGesture)
            if isinstance(pinch, QPinchGesture):
                self._hand.zoom(pinch.scaleFactor(), self.mapFromGlobal(pinch.hotSpot()))
                return True
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._hand.press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hand.move(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._hand.release(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._hand.press_twice(event)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hand.leave()

    def wheelEvent(self, event: QWheelEvent) -> None:
        delta = event.angleDelta().y() / 120.0 or event.pixelDelta().y() / 60.0
        self._hand.zoom(ZOOM_PER_STEP**delta, event.position())
        event.accept()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        # The mouse's menu comes with the release of a right button that did not drag.
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            picture = self._projector.picture
            selected = picture.state.selected if picture else ()
            centre = self.mapToGlobal(self.rect().center())
            self.context_requested.emit(selected[0] if selected else self._hand.hovered, centre)

    def structure_at(self, place: QPointF) -> str:
        """Id of what is drawn at a place of the widget; "" for nothing."""
        return self._hand.under(place)

    # -- keys -------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._hand.picking and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._hand.pick(QPointF(self.rect().center()))
            return
        act = gestures.key_act(event.key(), event.modifiers())
        if act is None:
            super().keyPressEvent(event)
            return
        name, value = act
        if name == "turn":
            turn, tilt = (TURN_DEG_PER_KEY * part for part in value)
            self._projector.move(camera.turned(self.pose, turn, tilt))
        elif name == "zoom":
            self._hand.zoom(ZOOM_PER_STEP ** value[0], QPointF(self.width() / 2, self.height() / 2))
        elif name == "show_all":
            self.show_all_requested.emit()
        elif name in ("focus", "hide", "isolate", "fade"):
            self._request(name)
        else:
            self.view_requested.emit(name)
        event.accept()

    def _request(self, name: str) -> None:
        signal = getattr(self, f"{name}_requested")
        picture = self._projector.picture
        if picture is not None and picture.state.selected:
            signal.emit("")
        elif self._hand.hovered or name == "focus":
            signal.emit(self._hand.hovered)


def as_image(frame: NDArray[np.uint8]) -> QImage:
    """A frame (h, w, 4) as a QImage that shares its memory; keep the array while the image is used."""
    height, width = frame.shape[:2]
    return QImage(frame.data, width, height, 4 * width, QImage.Format.Format_RGBX8888)
