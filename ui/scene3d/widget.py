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

from planner.atlas.model import Atlas, Content, Part
from planner.atlas.parts import by_structure, part_at, part_name
from planner.commands.pictures import Style
from planner.session.picture import Picture
from ui.scene3d import camera, gestures, overlay
from ui.scene3d.backdrop import DARK, backdrop
from ui.scene3d.picking import Hit
from ui.scene3d.projector import Projector
from ui.scene3d.pulse import Pulse
from ui.scene3d.stage import Stage

if TYPE_CHECKING:
    from planner.pathway import Pathway

HOVER_MS = 40
TURN_DEG_PER_PX = 0.4
TURN_DEG_PER_KEY = 7.5
ZOOM_PER_STEP = 1.15
DRAG_FROM_PX = 5
STROKE_STEP_PX = 6.0


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
        self._brush_mm: float | None = None
        self._picking = self._on_skin = False
        self._drag: gestures.Drag | None = None
        self._cursor: QPointF | None = None
        self._hovered = ""
        self._part = ""
        self._parts: Mapping[str, tuple[Part, ...]] = {}
        self._content: Content | None = None
        self._announced = False
        self._hovers = QTimer(self, singleShot=True, interval=HOVER_MS)
        self._hovers.timeout.connect(self._hover)
        application = QCoreApplication.instance()
        if application is not None:
            application.aboutToQuit.connect(self.cleanup)

    # -- what the window calls --------------------------------------------------------------------------

    def warm_up(self) -> None:
        """Opens the graphics driver before there is anything to show."""
        self._projector.stage.warm_up()

    def set_atlas(self, atlas: Atlas) -> None:
        """Shows another atlas, all plain, from the front."""
        self._content, self._parts = atlas.content, by_structure(atlas.content.parts)
        self._projector.set_atlas(atlas)

    def show_picture(self, picture: Picture) -> None:
        """Makes the scene like the picture and grants a new wish for the camera."""
        painting = self._drag is not None and self._drag.kind == "paint"
        self._projector.show(picture, painting)

    def set_brush(self, radius_mm: float | None) -> None:
        """With a radius, left-dragging on the skin paints; without, it turns the model."""
        self._brush_mm = radius_mm
        self.setCursor(Qt.CursorShape.CrossCursor if radius_mm else Qt.CursorShape.ArrowCursor)
        self.update()

    def set_picking(self, on: bool, skin: bool = False) -> None:
        """While picking, a click on the model gives its point; Enter gives the one in the middle.

        skin: a point of the skin is meant, however glassy that is.
        """
        self._picking, self._on_skin = on, skin
        self.setCursor(Qt.CursorShape.CrossCursor if on else Qt.CursorShape.ArrowCursor)
        self.update()

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
        self._hovers.stop()
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
        if self._picking and not bare and self.hasFocus():
            what = replace(what, cross=True)
        if not bare and self._cursor is not None:
            at = (self._cursor.x(), self._cursor.y())
            if self._brush_mm:
                radius = self._brush_mm / camera.mm_per_px(self.pose, self.height())
                what = replace(what, brush_px=(*at, radius))
            elif self._hovered and self._drag is None:
                name = self._names.get(self._hovered, self._hovered.replace("_", " "))
                what = replace(what, hover=f"{name} · {self._part}" if self._part else name, hover_px=at)
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
        self._hovers.stop()
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
                at = self.mapFromGlobal(pinch.hotSpot().toPoint())
                self._zoom(pinch.scaleFactor(), at.x(), at.y())
                return True
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._drag is not None or not self._projector.drawable:
            return
        kind = gestures.kind_of(event.button(), event.modifiers())
        if kind is None:
            return
        self._drag = gestures.Drag(kind, event.button(), event.position())
        self._cursor = event.position()
        if kind == "turn" and self._brush_mm and self._stroke(event.position(), event.position(), False):
            self._drag.kind, self._drag.started = "paint", True

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at, before = event.position(), self._cursor or event.position()
        self._cursor = at
        drag = self._drag
        if drag is None:
            if not self._hovers.isActive():
                self._hovers.start()
            if self._brush_mm:
                self.update()
            return
        if not drag.started:
            if (at - drag.pressed_at).manhattanLength() < DRAG_FROM_PX:
                return
            drag.started, before = True, drag.pressed_at
        dx, dy = at.x() - before.x(), at.y() - before.y()
        if drag.kind == "turn":
            self._projector.move(camera.turned(self.pose, -TURN_DEG_PER_PX * dx, TURN_DEG_PER_PX * dy))
        elif drag.kind == "pan":
            self._projector.move(camera.panned(self.pose, dx, dy, self.height()))
        elif drag.kind == "zoom":
            self._zoom(1.0 - 0.006 * dy, drag.pressed_at.x(), drag.pressed_at.y())
        else:
            self._stroke(before, at, True)
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        drag = self._drag
        if drag is None or event.button() != drag.button:
            return
        self._drag = None
        self._cursor = event.position()
        if drag.started or not self._projector.drawable:
            self.update()
            return
        if self._picking and drag.button == Qt.MouseButton.LeftButton:
            self._pick(event.position())
            return
        hit = self._under(event.position())
        if drag.button == Qt.MouseButton.RightButton:
            self.context_requested.emit(hit, event.globalPosition().toPoint())
        elif drag.button == Qt.MouseButton.LeftButton and hit:
            add = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
            self.structure_clicked.emit(hit, add)
        elif drag.button == Qt.MouseButton.LeftButton:
            self.background_clicked.emit()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        hit = "" if self._brush_mm or self._picking else self._under(event.position())
        if event.button() == Qt.MouseButton.LeftButton and hit:
            self.structure_focused.emit(hit)
        else:
            self.mousePressEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hovers.stop()
        self._cursor = None
        self._set_hovered("")
        self.update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        delta = event.angleDelta().y() / 120.0 or event.pixelDelta().y() / 60.0
        self._zoom(ZOOM_PER_STEP**delta, event.position().x(), event.position().y())
        event.accept()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        # The mouse's menu comes with the release of a right button that did not drag.
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            picture = self._projector.picture
            selected = picture.state.selected if picture else ()
            centre = self.mapToGlobal(self.rect().center())
            self.context_requested.emit(selected[0] if selected else self._hovered, centre)

    def _zoom(self, factor: float, x: float, y: float) -> None:
        factor = max(0.2, min(5.0, factor))
        self._projector.move(camera.zoomed(self.pose, factor, x, y, self.width(), self.height()))

    def _hit(self, at: QPointF) -> Hit | None:
        if not self._projector.drawable:
            return None
        return self._projector.stage.picker.pick(self.pose, at.x(), at.y(), self.width(), self.height())

    def _pick(self, at: QPointF) -> None:
        point: tuple[float, float, float] | None = None
        if not self._on_skin:
            hit = self._hit(at)
            point = hit.at_lps if hit is not None else None
        elif self._projector.drawable:
            picker = self._projector.stage.picker
            point = picker.on_skin(self.pose, at.x(), at.y(), self.width(), self.height())
        if point is not None:
            self.point_picked.emit(point)

    def _under(self, at: QPointF) -> str:
        hit = self._hit(at)
        return hit.structure if hit else ""

    def _part_at(self, hit: Hit | None) -> str:
        """The named part of a bone that was hit, in words; "" where it has none there."""
        part = part_at(self._parts.get(hit.structure, ()), hit.structure, hit.at_lps) if hit else None
        return part_name(self._content, part) if part and self._content else ""

    def _hover(self) -> None:
        idle = self._drag is None and not self._brush_mm and self._projector.drawable
        if idle and self._cursor is not None and self._projector.stage.picker.ready:
            hit = self._hit(self._cursor)
            self._part = self._part_at(hit)
            self._set_hovered(hit.structure if hit else "")
            self.update()

    def _set_hovered(self, structure: str) -> None:
        if structure != self._hovered:
            self._hovered = structure
            self.structure_hovered.emit(structure)

    def _stroke(self, start: QPointF, end: QPointF, continues: bool) -> bool:
        """Paints from one cursor place to the next; False where the skin is not under the cursor."""
        steps = max(1, round((end - start).manhattanLength() / STROKE_STEP_PX))
        places = [start + (end - start) * (k / steps) for k in range(1, steps + 1)]
        pick = self._projector.stage.picker.on_skin
        met = [pick(self.pose, place.x(), place.y(), self.width(), self.height()) for place in places]
        points = tuple(point for point in met if point is not None)
        if points:
            self.skin_stroked.emit(points, continues)
        return bool(points)

    # -- keys -------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._picking and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._pick(QPointF(self.rect().center()))
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
            self._zoom(ZOOM_PER_STEP ** value[0], self.width() / 2, self.height() / 2)
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
        elif self._hovered or name == "focus":
            signal.emit(self._hovered)


def as_image(frame: NDArray[np.uint8]) -> QImage:
    """A frame (h, w, 4) as a QImage that shares its memory; keep the array while the image is used."""
    height, width = frame.shape[:2]
    return QImage(frame.data, width, height, 4 * width, QImage.Format.Format_RGBX8888)
