"""The still picture, gathered step by step from frames shifted by parts of a pixel.

Each step draws one frame; the average so far can be shown after every step, so the window stays quick
and the picture grows finer while it rests. Behind depth edges the picture is darkened a little, which
tells the eye what lies in front of what (an ambient occlusion that needs one depth buffer only).
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial

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
ALONE_BELOW = 400_000  # bytes of a frame so small that one thread is done before another has begun
_WHOLE = np.float32(1.0)
_BYTE, _RED_BLUE, _OPAQUE = np.uint32(0xFF), np.uint32(0xFF00FF), np.uint32(0xFF000000)


class Exposure:
    """One still picture in the making, of a pose at a size in pixels.

    depths: mm before the eye of what is opaque, at half size, infinite where nothing is; after one step.
    """

    def __init__(
        self, window: OffscreenWindow, view: SceneView, pose: Pose, size_px: tuple[int, int], quality: Quality
    ) -> None:
        self._window, self._view, self._quality = window, view, quality
        self.pose, self.size_px = pose, size_px
        self._sum: _Sum | None = None
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
        if depths is not None and self._around is None:
            self.depths = depth_mm(depths[::2, ::2], *self._view.clipping_mm())
            self._around = surroundings(self.depths)
        if self._sum is None:
            self._sum = _Sum(frame.shape[:2])
        self._taken += 1
        picture = np.empty(frame.shape, np.uint8)
        finish = partial(self._finish, frame, depths, self._sum, picture)
        tops = range(0, len(frame), BAND_ROWS)
        if frame.size < ALONE_BELOW:
            for top in tops:
                finish(top)
        else:
            list(_hands().map(finish, tops))
        return picture

    def _finish(
        self,
        frame: NDArray[np.uint8],
        depths: NDArray[np.float32] | None,
        total: _Sum,
        picture: NDArray[np.uint8],
        top: int,
    ) -> None:
        """Shades, inks and adds a band of rows of a sample. In bands, what is computed on the way stays
        small, and several hands can work."""
        rows = slice(top, top + BAND_ROWS)
        pixels = frame[rows].view(np.uint32)[:, :, 0]  # red in the lowest byte
        red_blue, green = pixels & _RED_BLUE, pixels >> np.uint32(8) & _BYTE
        if depths is not None and self._around is not None:
            clipping = self._view.clipping_mm()
            # How much of what is opaque, whose depth this is, the translucent tissue before it lets through.
            clear = np.float32(1.0) - (pixels >> np.uint32(24)).astype(np.float32) * np.float32(1.0 / 255.0)
            around = (_rows(self._around[0], rows, pixels.shape), _rows(self._around[1], rows, pixels.shape))
            factor = shade(depth_mm(depths[rows], *clipping), around, clear)
            red_blue *= factor
            red_blue >>= np.uint32(8)
            red_blue &= _RED_BLUE
            green *= factor
            green >>= np.uint32(8)
            ground = self._view.backdrop
            if ground.edge_share > 0.0:
                least_mm = EDGE_MM + EDGE_PX * mm_per_px(self.pose, self.size_px[1])
                share = edges(depths, rows, clipping, least_mm)
                share *= clear
                _draw_edges(red_blue, green, share, ground)
        total.red_blue[rows] += red_blue
        total.green[rows] += green
        picture[rows].view(np.uint32)[:, :, 0] = total.mean(rows, self._taken)


class _Sum:
    """Samples added up: red and blue in the halves of one number, green in another."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        self.red_blue = np.zeros(shape, np.uint32)
        self.green = np.zeros(shape, np.uint32)

    def mean(self, rows: slice, count: int) -> NDArray[np.uint32]:
        """Opaque pixels of some rows averaged over `count` samples, red in the lowest byte."""
        halves = self.red_blue[rows].view(np.uint16) // np.uint16(count)
        mean: NDArray[np.uint32] = self.green[rows] // np.uint32(count) << np.uint32(8)
        mean |= halves.view(np.uint32)
        mean |= _OPAQUE
        return mean


@cache
def _hands() -> ThreadPoolExecutor:
    """Threads that share the bands of a sample; numpy lets them work at the same time."""
    return ThreadPoolExecutor(min(4, os.cpu_count() or 1), thread_name_prefix="exposure")


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
    depth: NDArray[np.float32],
    around: tuple[NDArray[np.float32], NDArray[np.float32]],
    clear: NDArray[np.float32] | np.float32 = _WHOLE,
) -> NDArray[np.uint32]:
    """Factors in 1/256 `(h, w)`: pixels deeper than their surroundings darken, the background never.

    around: wide and close surroundings at full size, of the shape of `depth`. clear: the share 0-1 of a
    pixel that is of this depth, the rest being tissue before it, which does not darken.
    """
    wide, close = around
    depth = np.where(np.isfinite(depth), depth, np.float32(0.0)) - np.float32(0.3)
    behind = np.maximum(depth - wide, np.float32(0)) * np.float32(0.75)
    behind += np.maximum(depth - close, np.float32(0)) * np.float32(0.9)
    dark = behind * clear
    behind += np.float32(SHADE_MM)
    dark /= behind
    dark *= np.float32(256.0 * SHADE_STRENGTH)
    return np.uint32(256) - dark.astype(np.uint32)


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


def _draw_edges(
    red_blue: NDArray[np.uint32], green: NDArray[np.uint32], share: NDArray[np.float32], ground: Backdrop
) -> None:
    """Inks what is the near side of a step, in place; few pixels are."""
    at = np.nonzero(share > np.float32(0.02))
    weight = share[at] * np.float32(ground.edge_share)
    bare = np.float32(255.0) * weight
    weight = np.float32(1.0) - weight
    red, green_ink, blue = (np.float32(part) * bare for part in ground.edge)
    mixed = (red_blue[at] & _BYTE) * weight + red
    mixed_blue = (red_blue[at] >> np.uint32(16)) * weight + blue
    red_blue[at] = mixed.astype(np.uint32) | mixed_blue.astype(np.uint32) << np.uint32(16)
    green[at] = (green[at] * weight + green_ink).astype(np.uint32)


def _rows(small: NDArray[np.float32], rows: slice, shape: tuple[int, ...]) -> NDArray[np.float32]:
    """The rows (an even start) of a half-size picture brought to full size, cut to `shape`."""
    first, last = rows.start // 2, (rows.start + shape[0] + 1) // 2
    part = small[first : last + 1]
    return _doubled(_doubled(part, 0), 1)[: shape[0], : shape[1]]


def _doubled(values: NDArray[np.float32], axis: int) -> NDArray[np.float32]:
    """Twice as many samples along an axis, the new ones halfway between their neighbours."""
    shape = list(values.shape)
    shape[axis] *= 2
    doubled = np.empty(shape, np.float32)
    into, of = (doubled, values) if axis == 0 else (doubled.T, values.T)
    into[::2] = of
    np.add(of[:-1], of[1:], out=into[1:-1:2])
    into[1:-1:2] *= np.float32(0.5)
    into[-1] = of[-1]
    return doubled


def _blurred(values: NDArray[np.float32], radius: int) -> NDArray[np.float32]:
    """Two passes of a box filter along both axes (a triangle filter), edges held."""
    for _ in range(2):
        turned = np.empty(values.shape[::-1], np.float32)
        # A few columns at a time: what is computed on the way stays small.
        for left in range(0, values.shape[1], BAND_ROWS):
            columns = slice(left, left + BAND_ROWS)
            turned[columns] = _twice_averaged(values[:, columns], radius).T
        values = turned
    return values


def _twice_averaged(values: NDArray[np.float32], radius: int) -> NDArray[np.float32]:
    """Each value averaged twice with `radius` rows around it, edges held: by sums of 1, 2, 4 ... rows."""
    rows, width = len(values), 2 * radius + 1
    for _ in range(2):
        run = np.concatenate([values[:1].repeat(radius, 0), values, values[-1:].repeat(radius, 0)])
        total: NDArray[np.float32] | None = None
        start, size = 0, 1
        while start < width:
            if width & size:
                part = run[start : start + rows]
                total = part.copy() if total is None else np.add(total, part, out=total)
                start += size
            if start < width:
                run = run[:-size] + run[size:]
                size *= 2
        assert total is not None
        total *= np.float32(1.0 / width)
        values = total
    return values
