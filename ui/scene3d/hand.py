"""What the mouse means on the picture: turning, panning, zooming, painting, picking, pointing at things."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject, QPoint, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QWidget

from planner.atlas.model import Content, Part
from planner.atlas.parts import by_structure, part_at, part_name
from ui.scene3d import camera, gestures
from ui.scene3d.picking import Hit
from ui.scene3d.projector import Projector

HOVER_MS = 40
TURN_DEG_PER_PX = 0.4
DRAG_FROM_PX = 5
STROKE_STEP_PX = 6.0
_ZOOM_PER_PX = 0.006


class Hand(QObject):
    """Follows the mouse over a surface and moves its projector's camera. `changed`: paint again.

    With a brush, left-dragging on the skin paints; while picking, a click gives its point.
    """

    changed = Signal()
    clicked = Signal(str, bool)
    missed = Signal()
    clicked_twice = Signal(str)
    pointed_at = Signal(str)
    menu_wanted = Signal(str, QPoint)
    stroked = Signal(object, bool)
    picked = Signal(object)

    def __init__(self, surface: QWidget, projector: Projector) -> None:
        super().__init__(surface)
        self._surface, self._projector = surface, projector
        self._drag: gestures.Drag | None = None
        self._parts: Mapping[str, tuple[Part, ...]] = {}
        self._content: Content | None = None
        self.brush_mm: float | None = None
        self.picking = self._on_skin = False
        self.cursor: QPointF | None = None
        self.hovered = ""
        self.part = ""
        self._hovers = QTimer(self, singleShot=True, interval=HOVER_MS)
        self._hovers.timeout.connect(self._hover)

    @property
    def dragging(self) -> bool:
        """Whether a button is down."""
        return self._drag is not None

    @property
    def painting(self) -> bool:
        """Whether a stroke is being painted."""
        return self._drag is not None and self._drag.kind == "paint"

    def set_content(self, content: Content) -> None:
        """Gives the names of parts."""
        self._content, self._parts = content, by_structure(content.parts)

    def set_brush(self, radius_mm: float | None) -> None:
        """With a radius, left-dragging on the skin paints; without, it turns the model."""
        self.brush_mm = radius_mm
        self._show_cursor(bool(radius_mm))

    def set_picking(self, on: bool, skin: bool) -> None:
        """While picking, a click gives its point. skin: one of the skin is meant, however glassy that is."""
        self.picking, self._on_skin = on, skin
        self._show_cursor(on)

    def _show_cursor(self, cross: bool) -> None:
        self._surface.setCursor(Qt.CursorShape.CrossCursor if cross else Qt.CursorShape.ArrowCursor)
        self.changed.emit()

    def rest(self) -> None:
        """Stops looking what lies under the cursor."""
        self._hovers.stop()

    # -- the mouse --------------------------------------------------------------------------------------

    def press(self, event: QMouseEvent) -> None:
        """A button goes down."""
        if self._drag is not None or not self._projector.drawable:
            return
        kind = gestures.kind_of(event.button(), event.modifiers())
        if kind is None:
            return
        self._drag = gestures.Drag(kind, event.button(), event.position())
        self.cursor = event.position()
        if kind == "turn" and self.brush_mm and self._stroke(event.position(), event.position(), False):
            self._drag.kind, self._drag.started = "paint", True

    def move(self, event: QMouseEvent) -> None:
        """The mouse moves, with a button down or none."""
        at, before = event.position(), self.cursor or event.position()
        self.cursor = at
        drag = self._drag
        if drag is None:
            if not self._hovers.isActive():
                self._hovers.start()
            if self.brush_mm:
                self.changed.emit()
            return
        if not drag.started:
            if (at - drag.pressed_at).manhattanLength() < DRAG_FROM_PX:
                return
            drag.started, before = True, drag.pressed_at
        dx, dy = at.x() - before.x(), at.y() - before.y()
        pose = self._projector.pose
        if drag.kind == "turn":
            self._projector.move(camera.turned(pose, -TURN_DEG_PER_PX * dx, TURN_DEG_PER_PX * dy))
        elif drag.kind == "pan":
            self._projector.move(camera.panned(pose, dx, dy, self._surface.height()))
        elif drag.kind == "zoom":
            self.zoom(1.0 - _ZOOM_PER_PX * dy, drag.pressed_at)
        else:
            self._stroke(before, at, True)
            self.changed.emit()

    def release(self, event: QMouseEvent) -> None:
        """The button comes up: a click, where it did not drag."""
        drag = self._drag
        if drag is None or event.button() != drag.button:
            return
        self._drag = None
        self.cursor = event.position()
        if drag.started or not self._projector.drawable:
            self.changed.emit()
            return
        if self.picking and drag.button == Qt.MouseButton.LeftButton:
            self.pick(event.position())
            return
        hit = self.under(event.position())
        if drag.button == Qt.MouseButton.RightButton:
            self.menu_wanted.emit(hit, event.globalPosition().toPoint())
        elif drag.button == Qt.MouseButton.LeftButton and hit:
            self.clicked.emit(hit, bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier))
        elif drag.button == Qt.MouseButton.LeftButton:
            self.missed.emit()

    def press_twice(self, event: QMouseEvent) -> None:
        """A double click."""
        hit = "" if self.brush_mm or self.picking else self.under(event.position())
        if event.button() == Qt.MouseButton.LeftButton and hit:
            self.clicked_twice.emit(hit)
        else:
            self.press(event)

    def leave(self) -> None:
        """The mouse is elsewhere."""
        self._hovers.stop()
        self.cursor = None
        self._set_hovered("")
        self.changed.emit()

    def zoom(self, factor: float, at: QPointF) -> None:
        """Brings what lies at a place nearer."""
        wide, high = self._surface.width(), self._surface.height()
        factor = max(0.2, min(5.0, factor))
        self._projector.move(camera.zoomed(self._projector.pose, factor, at.x(), at.y(), wide, high))

    # -- what lies under it -----------------------------------------------------------------------------

    def under(self, at: QPointF) -> str:
        """Id of the structure at a place; "" for none."""
        hit = self._hit(at)
        return hit.structure if hit else ""

    def pick(self, at: QPointF) -> None:
        """Gives the point at a place."""
        point: tuple[float, float, float] | None = None
        if not self._on_skin:
            hit = self._hit(at)
            point = hit.at_lps if hit is not None else None
        elif self._projector.drawable:
            point = self._skin_at(at)
        if point is not None:
            self.picked.emit(point)

    def _hit(self, at: QPointF) -> Hit | None:
        if not self._projector.drawable:
            return None
        wide, high = self._surface.width(), self._surface.height()
        return self._projector.stage.picker.pick(self._projector.pose, at.x(), at.y(), wide, high)

    def _skin_at(self, at: QPointF) -> tuple[float, float, float] | None:
        wide, high = self._surface.width(), self._surface.height()
        return self._projector.stage.picker.on_skin(self._projector.pose, at.x(), at.y(), wide, high)

    def _hover(self) -> None:
        idle = self._drag is None and not self.brush_mm and self._projector.drawable
        if idle and self.cursor is not None and self._projector.stage.picker.ready:
            hit = self._hit(self.cursor)
            self.part = self._part_at(hit)
            self._set_hovered(hit.structure if hit else "")
            self.changed.emit()

    def _part_at(self, hit: Hit | None) -> str:
        """The named part of a bone that was hit, in words; "" where it has none there."""
        part = part_at(self._parts.get(hit.structure, ()), hit.structure, hit.at_lps) if hit else None
        return part_name(self._content, part) if part and self._content else ""

    def _set_hovered(self, structure: str) -> None:
        if structure != self.hovered:
            self.hovered = structure
            self.pointed_at.emit(structure)

    def _stroke(self, start: QPointF, end: QPointF, continues: bool) -> bool:
        """Paints from one place to the next; False where the skin is not under the cursor."""
        steps = max(1, round((end - start).manhattanLength() / STROKE_STEP_PX))
        met = [self._skin_at(start + (end - start) * (k / steps)) for k in range(1, steps + 1)]
        points = tuple(point for point in met if point is not None)
        if points:
            self.stroked.emit(points, continues)
        return bool(points)
