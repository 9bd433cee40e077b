"""A body chart on its way from one part of the body to another: seen moving, nobody loses the place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEasingCurve, QVariantAnimation

if TYPE_CHECKING:
    from ui.widgets.chart_view import ChartView

FLIGHT_MS = 220
_APART = 1e-3
Pose = tuple[float, float, float]  # zoom, and what lies in the middle in mm


class Flight:
    """Moves the viewport of one chart; while it lasts, the picture drawn last is stretched."""

    def __init__(self, view: ChartView) -> None:
        self._view = view
        self._route: tuple[Pose, Pose] | None = None
        self._clock = QVariantAnimation(view, startValue=0.0, endValue=1.0, duration=FLIGHT_MS)
        self._clock.setEasingCurve(QEasingCurve.Type.InOutCubic)
        self._clock.valueChanged.connect(self._step)

    def go(self, to: Pose, glide: bool) -> None:
        """Sets out to a pose, or is there at once."""
        self.stop()
        self._route = (self._view.viewport.pose(), to)
        if glide:
            self._clock.start()
        else:
            self._step(1.0)

    def stop(self) -> None:
        """Stays where it is: the hand has taken over."""
        self._route = None
        self._clock.stop()

    def _step(self, share: float) -> None:
        if self._route is None:
            return
        (zoom, u, v), (to, to_u, to_v) = self._route
        if share >= 1.0:
            self._route = None
            self._view.viewport.show(to, (to_u, to_v))
            self._view.shown_otherwise()
            return
        now = max(zoom * (to / zoom) ** share, 1.0 + _APART)
        # The middle moves as the picture's width shrinks: what is sought never leaves it.
        alike = abs(to - zoom) < _APART
        part = share if alike else (1.0 / zoom - 1.0 / now) / (1.0 / zoom - 1.0 / to)
        self._view.viewport.show(now, (u + (to_u - u) * part, v + (to_v - v) * part))
        self._view.shown_otherwise(settled=False)
