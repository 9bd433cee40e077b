"""The keyboard on a body chart: a brush led by the arrow keys does what the mouse does.

Space takes the brush into the middle of what is shown; the arrows lead it, Space paints where it is (or
marks the area), Space held down with the arrows draws on. Without the brush the arrows move the chart.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QKeyEvent

from ui.widgets.chart_hand import ChartHand

if TYPE_CHECKING:
    from ui.widgets.chart_view import ChartView

_ARROWS = {
    Qt.Key.Key_Left: QPointF(-1, 0),
    Qt.Key.Key_Right: QPointF(1, 0),
    Qt.Key.Key_Up: QPointF(0, -1),
    Qt.Key.Key_Down: QPointF(0, 1),
}
_PAN_PX = 24
_LEAST_STEP_PX, _FINE_PX = 4.0, 1.0
_EDGE_PX = 8.0


class ChartKeys:
    """Where the brush is that the keyboard leads, if it is out."""

    def __init__(self, view: ChartView, hand: ChartHand) -> None:
        self._view, self._hand = view, hand
        self._at: QPointF | None = None

    @property
    def out(self) -> bool:
        """Whether the keyboard has the brush."""
        return self._at is not None

    def put_away(self) -> None:
        """The brush is gone from the chart; what it was drawing ends."""
        if self._at is not None:
            self._hand.release(self._at)
            self._at = None
            self._view.hover_nothing()

    def press(self, event: QKeyEvent) -> bool:
        """A key goes down; False where it means nothing here."""
        key, view = Qt.Key(event.key()), self._view
        if key in _ARROWS:
            if self._at is None:
                view.pan_by(_ARROWS[key] * -_PAN_PX)
            else:
                self._lead(_ARROWS[key], bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        elif key == Qt.Key.Key_Space and not view.has_rings:
            if not event.isAutoRepeat():
                self._set_down()
        elif key == Qt.Key.Key_Escape and self.out:
            self.put_away()
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            view.zoom_by(1.25, self._at)
        elif key == Qt.Key.Key_Minus:
            view.zoom_by(1 / 1.25, self._at)
        elif key == Qt.Key.Key_0:
            view.fit()
        else:
            return False
        return True

    def release(self, event: QKeyEvent) -> bool:
        """A key goes up: the stroke ends, or the area is chosen."""
        if event.key() != Qt.Key.Key_Space or event.isAutoRepeat() or self._at is None:
            return False
        self._hand.release(self._at)
        return True

    def _set_down(self) -> None:
        if self._at is None:
            self._at = self._view.middle()
            self._view.hover_nothing()  # whatever the mouse was over; and that somebody has the brush now
            self._hand.move(self._at)
        else:
            self._hand.press(self._at)

    def _lead(self, way: QPointF, fine: bool) -> None:
        """Moves the brush by half its radius, or finely; at the edge the chart comes along."""
        assert self._at is not None
        view = self._view
        step = _FINE_PX if fine else max(_LEAST_STEP_PX, view.radius_px() / 2.0)
        to = self._at + way * step
        room = view.rect().adjusted(0, view.header_px(), 0, 0)
        inside = QPointF(
            min(max(to.x(), room.left() + _EDGE_PX), room.right() - _EDGE_PX),
            min(max(to.y(), room.top() + _EDGE_PX), room.bottom() - _EDGE_PX),
        )
        if inside != to:
            view.pan_by(inside - to)
        self._at = inside
        self._hand.move(inside)
