"""The still picture, gathered step by step from frames shifted by parts of a pixel.

Each step draws one frame; the average so far can be shown after every step, so the window stays quick
and the picture grows finer while it rests. Behind depth edges the picture is darkened a little, which
tells the eye what lies in front of what (an ambient occlusion that needs one depth buffer only).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ui.scene3d.backdrop import Backdrop
from ui.scene3d.camera import Pose, mm_per_px
from ui.scene3d.quality import JITTER_PX, Quality
from ui.scene3d.view import SceneView
from ui.scene3d.window import OffscreenWindow

SHADE_MM = 22.0  # a weighted step in depth of this size darkens to half of the full effect
SHADE_STRENGTH = 0.62
EDGE_MM, EDGE_PX = 1.2, 2.0  # a step in depth is drawn from so many mm and so many pixels' width on
BAND_ROWS = 64


class Exposure:
    """One still picture in the making, of a pose at a size in pixels.

    depths: mm before the eye of what is opaque, at half size, infinite where nothing is; after one step.
    """

    def __init__(
        self, window: OffscreenWindow, view: SceneView, pose: Pose, size_px: tuple[int, int], quality: Quality
    ) -> None:
        self._window, self._view, self._quality = window, view, quality
        self.pose, self.size_px = pose, size_px
        self._sum: NDArray[np.uint16] | None = None
        self._around: tuple[NDArray[np.float32], NDArray[np.float32]] | None = None
        self._taken = 0
        self.depths: NDArray[np.float32] | None = None

    @property
    def done(self) -> bool:
        """Whether all samples are in."""
        return self._taken >= self._quality.samples

    def step(self) -> NDArray[np.uint8]:
        """Draws one more sample; the picture so far, (height, width, 4) uint8 RGBA."""
        jitter = JITTER_PX[self._taken % len(JITTER_PX)] if self._quality.samples > 1 else (0.0, 0.0)
        self._view.render(self.pose, self.size_px, self._quality, jitter)
        frame = self._window.pixels_view()
        depths = self._window.depths_view() if self._quality.shade else None
        clipping = self._view.clipping_mm()
        if depths is not None and self._around is None:
            self.depths = depth_mm(depths[::2, ::2], *clipping)
            self._around = surroundings(self.depths)
        if self._sum is None:
            self._sum = np.zeros(frame.shape, np.uint16)
        self._taken += 1
        picture = np.empty(frame.shape, np.uint8)
        # In bands of rows: what is computed on the way stays small.
        ground = self._view.backdrop
        least_mm = EDGE_MM + EDGE_PX * mm_per_px(self.pose, self.size_px[1])
        for top in range(0, len(frame), BAND_ROWS):
            rows = slice(top, top + BAND_ROWS)
            band = frame[rows].astype(np.uint16)
            clear = np.uint16(255) - band[:, :, 3]
            band[:, :, 3] = 255
            if depths is not None and self._around is not None:
                around = (_rows(self._around[0], rows, band.shape), _rows(self._around[1], rows, band.shape))
                band[:, :, :3] *= veiled(shade(depth_mm(depths[rows], *clipping), around), clear)[:, :, None]
                band[:, :, :3] >>= np.uint16(8)
                if ground.edge_share > 0.0:
                    inked = edges(depths, rows, clipping, least_mm) * (clear * np.float32(1.0 / 255.0))
                    _draw_edges(band, inked, ground)
            self._sum[rows] += band
            picture[rows] = self._sum[rows] // np.uint16(self._taken)
        return picture


def depth_mm(depths: NDArray[np.float32], near_mm: float, far_mm: float) -> NDArray[np.float32]:
    """Depth buffer values 0-1 as millimetres before the eye; infinite where nothing is."""
    scale, offset = np.float32(far_mm - near_mm), np.float32(far_mm)
    depth = np.float32(near_mm * far_mm) / (offset - depths * scale)
    depth[depths > 0.99999] = np.inf
    return depth


def surroundings(small: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]] | None:
    """Widely and closely blurred depth of a depth picture at half size, both of its shape; None if empty."""
    solid = np.isfinite(small)
    if not solid.any():
        return None
    filled = np.where(solid, small, small[solid].max())
    radius = max(2, round(small.shape[0] / 55))
    return _blurred(filled, radius), _blurred(filled, max(2, radius // 4))


def shade(
    depth: NDArray[np.float32], around: tuple[NDArray[np.float32], NDArray[np.float32]]
) -> NDArray[np.uint16]:
    """Factors in 1/256 `(h, w)`: pixels deeper than their surroundings darken, the background never.

    around: wide and close surroundings at full size, of the shape of `depth`.
    """
    wide, close = around
    behind = np.maximum(depth - wide - np.float32(0.3), np.float32(0)) * np.float32(0.75)
    behind += np.maximum(depth - close - np.float32(0.3), np.float32(0)) * np.float32(0.9)
    behind[~np.isfinite(depth)] = 0.0
    share = behind / (behind + np.float32(SHADE_MM))
    return (np.float32(256.0) - np.float32(256.0 * SHADE_STRENGTH) * share).astype(np.uint16)


def veiled(factors: NDArray[np.uint16], clear: NDArray[np.uint16]) -> NDArray[np.uint16]:
    """Factors in 1/256 for what lies behind translucent tissue, which lets `clear` of 255 through: it is only
    what shows through that may darken, not the tissue before it."""
    dark = (np.uint16(256) - factors) * clear
    return np.uint16(256) - (dark >> np.uint16(8))


def edges(
    depths: NDArray[np.float32], rows: slice, clipping_mm: tuple[float, float], least_mm: float
) -> NDArray[np.float32]:
    """How much each pixel of some rows of a depth buffer 0-1 is the near side of a step in depth, 0-1.

    least_mm: a step of this size begins to count. Depth buffer values change evenly over a plane, however it
    is turned, so that their second difference is zero on it.
    """
    here = depths[rows]
    step = np.zeros_like(here)
    twice = np.float32(2.0) * here
    # The outermost pixels of the picture have one neighbour only and are never inked along that direction.
    step[:, 1:-1] = np.maximum(here[:, :-2] + here[:, 2:] - twice[:, 1:-1], 0.0)
    first, last = max(rows.start, 1), min(rows.stop, len(depths) - 1)
    if first < last:
        inner = slice(first - rows.start, last - rows.start)
        down = depths[first - 1 : last - 1] + depths[first + 1 : last + 1] - twice[inner]
        np.maximum(step[inner], down, out=step[inner])
    near, far = clipping_mm
    # A small change of the buffer as a change of depth in mm: the derivative of `depth_mm`.
    depth = depth_mm(here, near, far)
    depth[~np.isfinite(depth)] = 0.0
    step *= depth * depth * np.float32((far - near) / (near * far))
    return np.clip((step - np.float32(least_mm)) / np.float32(2.0 * least_mm), 0.0, 1.0)


def _draw_edges(band: NDArray[np.uint16], share: NDArray[np.float32], ground: Backdrop) -> None:
    """Inks what is the near side of a step, in place; few pixels are."""
    at = np.nonzero(share > np.float32(0.02))
    weight = share[at][:, None] * np.float32(ground.edge_share)
    ink = np.array([255.0 * part for part in (*ground.edge, 1.0)], np.float32)
    band[at] = (band[at] * (np.float32(1.0) - weight) + ink * weight).astype(np.uint16)


def _rows(small: NDArray[np.float32], rows: slice, shape: tuple[int, ...]) -> NDArray[np.float32]:
    """The rows (an even start) of a half-size picture brought to full size, cut to `shape`."""
    first, last = rows.start // 2, (rows.start + shape[0] + 1) // 2
    part = small[first : last + 1]
    return _doubled(_doubled(part, 0), 1)[: shape[0], : shape[1]]


def _doubled(values: NDArray[np.float32], axis: int) -> NDArray[np.float32]:
    """Twice as many samples along an axis, the new ones halfway between their neighbours."""
    after = np.concatenate(
        [np.take(values, range(1, values.shape[axis]), axis), np.take(values, [-1], axis)], axis
    )
    stacked = np.stack([values, (values + after) * np.float32(0.5)], axis=axis + 1)
    shape = list(values.shape)
    shape[axis] *= 2
    return stacked.reshape(shape)


def _blurred(values: NDArray[np.float32], radius: int) -> NDArray[np.float32]:
    """Two passes of a box filter along both axes (a triangle filter), edges held."""
    for axis in (0, 1, 0, 1):
        pad = [(0, 0), (0, 0)]
        pad[axis] = (radius + 1, radius)
        total = np.cumsum(np.pad(values, pad, mode="edge"), axis=axis, dtype=np.float64)
        window = 2 * radius + 1
        high = np.take(total, range(window, total.shape[axis]), axis=axis)
        low = np.take(total, range(0, total.shape[axis] - window), axis=axis)
        values = ((high - low) / window).astype(np.float32)
    return values
