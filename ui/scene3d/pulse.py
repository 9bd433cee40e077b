"""A light that runs once along a nerve's way, painted over the picture: no frame is drawn for it.

With reduced motion the whole way shines evenly for as long, and nothing moves. At rest nothing runs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QElapsedTimer, QObject, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QRadialGradient

from ui.scene3d import camera

if TYPE_CHECKING:
    from planner.pathway import Pathway

RUN_MS = 2500
FRAME_MS = 33
TAIL_MM = 70.0
_STEADY = 0.55  # strength of a light that does not move
_GLOW_MM, _LEAST_PX, _MOST_PX = 7.0, 8.0, 30.0
DELAY_MS = 100  # a wish for the camera has been heard by then
_STEPS = 6  # strengths that are told apart
_SPRITE_PX = 48


class Pulse(QObject):
    """changed: paint again."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._way: Pathway | None = None
        self._still = False
        self._waits: Callable[[], bool] = lambda: False
        self._clock = QElapsedTimer()
        self._frames = QTimer(self, interval=FRAME_MS)
        self._frames.timeout.connect(self._tick)
        self._sprite: QImage | None = None

    @property
    def running(self) -> bool:
        """Whether a light is shown."""
        return self._way is not None

    def start(self, way: Pathway, still: bool, waits: Callable[[], bool] = lambda: False) -> None:
        """Runs along another way from its beginning; still: it shines evenly instead.

        waits: while that is true, as when the camera still moves, the run has not begun.
        """
        self._way, self._still, self._waits = way, still, waits
        self._clock.start()
        if still:
            self._frames.setSingleShot(True)
            self._frames.start(DELAY_MS + RUN_MS)
        else:
            self._frames.setSingleShot(False)
            self._frames.start(FRAME_MS)
        self.changed.emit()

    def stop(self) -> None:
        """Puts the light out."""
        self._frames.stop()
        if self._way is not None:
            self._way = None
            self.changed.emit()

    def _tick(self) -> None:
        if self._waits():
            self._clock.restart()
        if self._still or self._clock.elapsed() >= DELAY_MS + RUN_MS:
            self.stop()
        else:
            self.changed.emit()

    def strengths(self, share: float) -> tuple[np.ndarray, np.ndarray]:
        """Points (m, 3) that shine when `share` of the run is over, and how strongly, (m,) 0-1."""
        way = self._way
        if way is None:
            return np.zeros((0, 3), np.float32), np.zeros(0, np.float32)
        if self._still:
            return way.points_lps, np.full(len(way.at_mm), _STEADY, np.float32)
        head = share * (way.length_mm + TAIL_MM)
        behind = head - way.at_mm
        lit = (behind >= 0.0) & (behind < TAIL_MM)
        return way.points_lps[lit], (1.0 - behind[lit] / TAIL_MM).astype(np.float32)

    def paint(self, painter: QPainter, pose: camera.Pose, width: int, height: int) -> None:
        """Paints the light for the moment over a picture of this pose, logical pixels."""
        if self._way is None:
            return
        points, strengths = self.strengths((self._clock.elapsed() - DELAY_MS) / RUN_MS)
        if not len(points):
            return
        places, depth = camera.project(pose, points.astype(float), width, height)
        x, y = places.T
        inside = (depth > 1.0) & (x > -20) & (x < width + 20) & (y > -20) & (y < height + 20)
        levels = np.ceil(strengths * _STEPS).astype(int)
        wide = _GLOW_MM / camera.mm_per_px(pose, height)
        wide = min(max(wide, _LEAST_PX), _MOST_PX)
        sprite = self._made()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        for level in range(1, _STEPS + 1):
            share = level / _STEPS
            size = wide * (0.55 + 0.75 * share)
            painter.setOpacity(0.10 + 0.80 * share * share)
            scaled = sprite.scaledToWidth(max(4, round(2 * size)), Qt.TransformationMode.SmoothTransformation)
            half = scaled.width() / 2.0
            here = inside & (levels == level)
            for at in places[here].tolist():
                painter.drawImage(QPointF(at[0] - half, at[1] - half), scaled)
        painter.restore()

    def _made(self) -> QImage:
        """A soft spot: white within, amber around."""
        if self._sprite is None:
            image = QImage(_SPRITE_PX, _SPRITE_PX, QImage.Format.Format_ARGB32_Premultiplied)
            image.fill(Qt.GlobalColor.transparent)
            middle = _SPRITE_PX / 2.0
            light = QRadialGradient(QPointF(middle, middle), middle)
            light.setColorAt(0.0, QColor(255, 255, 240, 255))
            light.setColorAt(0.28, QColor(255, 240, 170, 190))
            light.setColorAt(0.6, QColor(255, 190, 40, 70))
            light.setColorAt(1.0, QColor(255, 160, 0, 0))
            with QPainter(image) as painter:
                painter.fillRect(QRectF(0, 0, _SPRITE_PX, _SPRITE_PX), light)
            self._sprite = image
        return self._sprite
