"""The hand on a body chart: mouse, pen and fingers become strokes, clicks, panning and zooming.

One finger or the pen's tip does what the mouse does. Two fingers move and zoom; the stroke that the first
of them began is taken back. The other end of a pen erases, whichever tool is chosen, and a pen that tells
how hard it is pressed paints a narrower or broader trace.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QEventPoint, QInputDevice, QMouseEvent, QPointingDevice, QTabletEvent, QTouchEvent

from planner.session.marking import LEAST_SHARE, MOST_SHARE

if TYPE_CHECKING:
    from ui.widgets.chart_view import ChartView

_DRAG_PX = 6
_SHARE_STEP = 0.05  # finer changes of pressure are those of a trembling hand


class ChartHand:
    """What is being done while a button, the pen or a finger is down."""

    def __init__(self, view: ChartView) -> None:
        self._view = view
        self._act = ""  # "stroke", "rub", "pan", "click", "pinch" while something is down
        self._press: QPointF | None = None
        self._last: QPointF | None = None
        self._spread: tuple[QPointF, float] | None = None  # of two fingers: their middle and distance
        self._share: float | None = None  # of the brush's radius, while a pen tells how hard it is pressed

    @property
    def moving(self) -> bool:
        """Whether the chart itself is being moved."""
        return self._act in ("pan", "pinch")

    @property
    def share(self) -> float:
        """How much of the brush's radius is set down now."""
        drawing = self._act in ("stroke", "rub")
        return self._share if drawing and self._share is not None else 1.0

    # -- one pointer --------------------------------------------------------------------------------

    def press(self, position: QPointF, pan: bool = False, rub: bool = False) -> None:
        """Something touches the chart. pan: to move it; rub: with the eraser end of a pen."""
        view = self._view
        self._press = self._last = position
        if pan:
            self._act = "pan"
        elif view.clicks and not rub:
            self._act = "click"
        else:
            hit = view.region_under(position)
            self._act = "pan" if hit is None else "rub" if rub else "stroke"
            if hit is not None:
                self._announce((hit.point_lps,), (self.share,), False)
        view.hover_at(position)

    def move(self, position: QPointF, share: float | None = None) -> None:
        """It moves, touching or above the chart. share: of the brush, as a pen is pressed now."""
        if self._act in ("stroke", "rub") and self._last is not None:
            self._stroke_to(position, share)
        elif self._act == "click" and self._press is not None:
            if (position - self._press).manhattanLength() > _DRAG_PX:
                self._act = "pan"
        elif self._act == "pan" and self._last is not None:
            self._view.pan_by(position - self._last)
        self._last = position
        self._view.hover_at(position)

    def release(self, position: QPointF) -> None:
        """It is taken away."""
        if self._act == "click":
            hit = self._view.region_under(position)
            if hit is not None and hit.region:
                self._view.region_clicked.emit(hit.region, hit.side)
        self._act, self._press, self._last, self._spread, self._share = "", None, None, None, None
        self._view.update()

    def _stroke_to(self, position: QPointF, share: float | None) -> None:
        assert self._last is not None
        view, before = self._view, self.share
        if self._share is not None and share is not None:
            self._share = share
        move, swells = position - self._last, self.share - before
        apart = max(2.0, view.radius_px() * min(before, self.share) / 2.0)
        steps = max(1, math.ceil(math.hypot(move.x(), move.y()) / apart))
        points, shares = [], []
        for part in (k / steps for k in range(1, steps + 1)):
            hit = view.region_under(self._last + move * part)
            if hit is not None:
                points.append(hit.point_lps)
                shares.append(round(before + swells * part, 3))
        if points:
            self._announce(tuple(points), tuple(shares), True)

    def _announce(self, points: tuple[object, ...], shares: tuple[float, ...], continues: bool) -> None:
        signal = self._view.rubbed if self._act == "rub" else self._view.stroked
        signal.emit(points, continues, () if self._share is None else shares)

    # -- events -------------------------------------------------------------------------------------

    def mouse(self, event: QMouseEvent) -> None:
        """A press, move or release of the mouse."""
        position = event.position()
        if event.type() == QEvent.Type.MouseMove:
            self.move(position)
        elif event.type() == QEvent.Type.MouseButtonRelease:
            self.release(position)
        else:
            shifted = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            pan = event.button() == Qt.MouseButton.MiddleButton or shifted
            if pan or event.button() == Qt.MouseButton.LeftButton:
                self.press(position, pan)

    def pen(self, event: QTabletEvent) -> None:
        """A press, move or release of a pen, either end."""
        position = event.position()
        if event.type() == QEvent.Type.TabletPress:
            eraser = event.pointerType() == QPointingDevice.PointerType.Eraser
            barrel = event.button() in (Qt.MouseButton.MiddleButton, Qt.MouseButton.RightButton)
            self._share = _share_of(event)
            self.press(position, pan=barrel and not eraser, rub=eraser)
        elif event.type() == QEvent.Type.TabletRelease:
            self.release(position)
        else:
            self.move(position, _share_of(event))
        event.accept()

    def touch(self, event: QTouchEvent) -> bool:
        """Fingers: one works as the mouse does, two move and zoom."""
        points = event.points()
        if event.type() == QEvent.Type.TouchCancel:
            self._take_back()
            self.release(QPointF())
        elif len(points) >= 2:
            self._pinch(points[0], points[1], event.type() == QEvent.Type.TouchEnd)
        elif len(points) == 1:
            state, position = points[0].state(), points[0].position()
            if state == QEventPoint.State.Pressed:
                self.press(position)
            elif state == QEventPoint.State.Released:
                self.release(position)
            elif self._act != "pinch":  # a finger left over from two draws nothing
                self.move(position)
        event.accept()
        return True

    def _take_back(self) -> None:
        if self._act in ("stroke", "rub"):
            self._view.cancelled.emit()

    def _pinch(self, first: QEventPoint, second: QEventPoint, ended: bool) -> None:
        a, b = first.position(), second.position()
        middle, distance = (a + b) / 2.0, max(math.hypot(a.x() - b.x(), a.y() - b.y()), 8.0)
        if self._act != "pinch":
            self._take_back()
            self._act = "pinch"
        elif self._spread is not None:
            before, apart = self._spread
            self._view.zoom_by(distance / apart, before)
            self._view.pan_by(middle - before)
        self._spread = (middle, distance)
        if ended:
            self.release(middle)


def _share_of(event: QTabletEvent) -> float | None:
    """How much of the brush a pen sets down, by its pressure; None for one that does not tell it."""
    if not event.pointingDevice().capabilities() & QInputDevice.Capability.Pressure:
        return None
    pressed = LEAST_SHARE + (MOST_SHARE - LEAST_SHARE) * min(max(event.pressure(), 0.0), 1.0)
    return round(round(pressed / _SHARE_STEP) * _SHARE_STEP, 2)
