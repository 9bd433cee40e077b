"""Which part of the body a chart shows: the whole of it, or a window moved and zoomed by hand."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF

from planner.chart import FADE_MM, Frame, fit_frame
from planner.space import View

MAX_ZOOM = 8.0
_MARGIN_PX = 5.0
_AIR = 1.08  # room around what is framed


class Viewport:
    """Zoom and place of one chart; positions in logical pixels, frames in device pixels."""

    def __init__(self, view: View) -> None:
        self.view = view
        self.zoom = 1.0
        self._centre_mm = (0.0, 0.0)
        self._width = self._height = self._header = 1.0
        self._density = 1.0
        self._box = np.array(list(itertools.product((-100.0, 100.0), repeat=3)), np.float32)

    def set_body(self, points_lps: NDArray[np.float32]) -> None:
        """The skin's points (n, 3). Most of the fading chest may lie under the words above the chart:
        the height goes to the legs."""
        shown = points_lps[points_lps[:, 2] < float(points_lps[:, 2].max()) - 0.6 * FADE_MM]
        ends = np.stack([shown.min(axis=0), shown.max(axis=0)])
        self._box = np.array(list(itertools.product(*ends.T)), np.float32)

    def set_size(self, width: float, height: float, header: float, density: float) -> None:
        """Size of the widget and of the words at its top, and device pixels per logical one."""
        self._width, self._height, self._header, self._density = width, height, header, density

    def set_view(self, view: View) -> None:
        """Looks from another side, at the whole body."""
        self.view, self.zoom = view, 1.0

    def frame(self) -> Frame:
        """What is to be drawn now."""
        density = self._density
        width, height = max(1, round(self._width * density)), max(1, round(self._height * density))
        header = round(self._header * density)
        whole = fit_frame(self._box, self.view, width, height - header, _MARGIN_PX * density)
        scale = whole.mm_per_px / self.zoom
        if self.zoom <= 1.0:
            return replace(whole, height=height, top_mm=whole.top_mm + header * scale)
        u, v = self._centre_mm
        return Frame(self.view, width, height, scale, u - width * scale / 2, v + height * scale / 2)

    def mm_per_px(self) -> float:
        """Millimetres under one logical pixel."""
        return self.frame().mm_per_px * self._density

    def plane_mm(self, position: QPointF) -> tuple[float, float]:
        """Plane coordinates of a position."""
        frame, density = self.frame(), self._density
        return (
            frame.left_mm + position.x() * density * frame.mm_per_px,
            frame.top_mm - position.y() * density * frame.mm_per_px,
        )

    def position_of(self, point_lps: tuple[float, float, float]) -> QPointF:
        """Position of a point of the body."""
        x, y = self.frame().lps_to_px(np.array([point_lps], np.float32))[0]
        return QPointF(float(x), float(y)) / self._density

    def pixel_in(self, drawn: Frame, position: QPointF) -> tuple[float, float]:
        """Pixel of a frame drawn earlier that lies under a position now."""
        u, v = self.plane_mm(position)
        return (u - drawn.left_mm) / drawn.mm_per_px, (drawn.top_mm - v) / drawn.mm_per_px

    def place_of(self, drawn: Frame) -> QRectF:
        """Where a frame drawn earlier lies now."""
        now, density = self.frame(), self._density
        if now == drawn:
            return QRectF(0, 0, drawn.width / density, drawn.height / density)
        ratio = drawn.mm_per_px / now.mm_per_px / density
        return QRectF(
            (drawn.left_mm - now.left_mm) / now.mm_per_px / density,
            (now.top_mm - drawn.top_mm) / now.mm_per_px / density,
            drawn.width * ratio,
            drawn.height * ratio,
        )

    def set_zoom(self, zoom: float, around: QPointF | None = None) -> None:
        """Zooms so that what lies under `around` (the middle) stays there; 1 shows the whole body."""
        anchor = around or QPointF(self._width / 2, self._height / 2)
        u, v = self.plane_mm(anchor)
        self.zoom = min(max(zoom, 1.0), MAX_ZOOM)
        if self.zoom > 1.0:
            scale = self.mm_per_px()
            self._centre_mm = (
                u + (self._width / 2 - anchor.x()) * scale,
                v - (self._height / 2 - anchor.y()) * scale,
            )
            self._keep_inside()

    def pose(self) -> tuple[float, float, float]:
        """Zoom, and what lies in the middle: plane coordinates in mm."""
        return (self.zoom, *self.plane_mm(QPointF(self._width / 2, self._height / 2)))

    def pose_of(self, points_lps: NDArray[np.float32] | None) -> tuple[float, float, float]:
        """The pose that frames points (n, 3) beneath the words; of the whole body for None."""
        kept = (self.zoom, self._centre_mm)
        self.zoom = 1.0
        pose, frame = self.pose(), self.frame()
        if points_lps is not None:
            right, up, _ = frame.axes()
            across, upright = points_lps @ right, points_lps @ up
            whole, room = self.mm_per_px(), max(self._height - self._header, 8.0)
            wanted = max(float(np.ptp(across)) / self._width, float(np.ptp(upright)) / room) * _AIR
            scale = min(max(wanted, whole / MAX_ZOOM), whole)
            u, v = (float(part.min() + part.max()) / 2 for part in (across, upright))
            pose = (whole / scale, u, v + self._header * scale / 2)
        self.zoom, self._centre_mm = kept
        return pose

    def show(self, zoom: float, centre_mm: tuple[float, float]) -> None:
        """Shows a place at a zoom; 1 shows the whole body."""
        self.zoom, self._centre_mm = min(max(zoom, 1.0), MAX_ZOOM), centre_mm
        if self.zoom > 1.0:
            self._keep_inside()

    def pan(self, by: QPointF) -> bool:
        """Moves what is shown by a way on the screen; False when the whole body is shown anyway."""
        if self.zoom <= 1.0:
            return False
        scale = self.mm_per_px()
        self._centre_mm = (self._centre_mm[0] - by.x() * scale, self._centre_mm[1] + by.y() * scale)
        self._keep_inside()
        return True

    def _keep_inside(self) -> None:
        right, up, _ = self.frame().axes()
        across, upright = self._box @ right, self._box @ up
        self._centre_mm = (
            min(max(self._centre_mm[0], float(across.min())), float(across.max())),
            min(max(self._centre_mm[1], float(upright.min())), float(upright.max())),
        )
