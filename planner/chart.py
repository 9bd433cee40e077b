"""Body charts: the skin mesh seen flat from the front, the back or a side, and the way back to it.

The chart and the 3D model share one skin, so a stroke in either shows in both. Drawing it means
knowing, for every pixel, which triangle lies there and where on it: any field over the vertices then
becomes a picture by one weighted sum, and any pixel becomes a point on the patient. The chart is
orthographic: a millimetre is as long at the foot as at the hip, and no camera can be turned wrongly.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planner.atlas.meshes import Mesh
from planner.atlas.territories import SkinFields
from planner.space import VIEW_FROM_LPS, VIEW_UP_LPS, Side, View

# The model's body ends at mid-chest. Above this height it fades out, so that the cut is not mistaken
# for the patient's shoulder line.
FADE_MM = 62.0
_EDGE = 1e-5
_CELLS_AT_ONCE = 1_500_000
_HIDDEN_MM = 5.0
_EVENING_STEPS = 4
_PER_MM = 100.0  # ends of border pieces are the same point when they agree to this fraction
_SPAN = 1 << 20  # more such fractions than a body is long


@dataclass(frozen=True, slots=True)
class Frame:
    """The rectangle of a view's plane that a picture shows.

    left_mm: plane coordinate of the picture's left edge (u grows to the viewer's right).
    top_mm: plane coordinate of its upper edge (v grows upwards).
    """

    view: View
    width: int
    height: int
    mm_per_px: float
    left_mm: float
    top_mm: float

    def axes(self) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
        """Unit vectors (3,) LPS: to the viewer's right, up, and towards the viewer."""
        towards = np.array(VIEW_FROM_LPS[self.view], np.float32)
        up = np.array(VIEW_UP_LPS[self.view], np.float32)
        return np.cross(up, towards).astype(np.float32), up, towards

    def lps_to_px(self, points_lps: NDArray[np.floating]) -> NDArray[np.float32]:
        """Pixel coordinates (n, 2), x right and y down, pixel (0, 0) covering 0-1, of points (n, 3)."""
        right, up, _ = self.axes()
        points = np.asarray(points_lps, np.float32)
        x = (points @ right - self.left_mm) / self.mm_per_px
        y = (self.top_mm - points @ up) / self.mm_per_px
        return np.stack([x, y], axis=-1).astype(np.float32)


def fit_frame(points_lps: NDArray[np.floating], view: View, width: int, height: int, margin: float) -> Frame:
    """The frame that shows all points (n, 3) centred in `width` x `height` pixels less a margin in pixels."""
    probe = Frame(view, 1, 1, 1.0, 0.0, 0.0)
    flat = probe.lps_to_px(points_lps)
    low, high = flat.min(axis=0), flat.max(axis=0)
    room = np.maximum(np.array([width, height], np.float32) - 2.0 * margin, 8.0)
    mm_per_px = float(np.max((high - low) / room))
    centre = (low + high) / 2.0
    return Frame(
        view,
        width,
        height,
        mm_per_px,
        float(centre[0]) - width * mm_per_px / 2.0,
        -float(centre[1]) + height * mm_per_px / 2.0,
    )


@dataclass(frozen=True, slots=True)
class Hit:
    """What lies under a pixel: the point on the skin, its nearest vertex, region ("" for none) and side."""

    point_lps: tuple[float, float, float]
    vertex: int
    region: str
    side: Side


@dataclass(frozen=True, eq=False, slots=True)
class BodyChart:
    """One view of the skin as arrays over the k pixels that show body (and one soft rim around it).

    pixel: (k,) int64, flat index y * width + x, the first `solid` of them truly inside.
    corners: (3, k) int32, the triangle's vertices.  weights: (3, k) float32, barycentric.
    alpha: (k,) float32 0-1, soft at the outline and towards the cut chest.  shade: (k,) float32 0-1.
    depth_mm: (h, w) float32, towards the viewer, -inf off the body.  row: (h, w) int32, index into k or -1.
    code: (k,) int16, 2 * region row + (0 left, 1 right), -1 for no region.
    """

    frame: Frame
    pixel: NDArray[np.int64]
    solid: int
    corners: NDArray[np.int32]
    weights: NDArray[np.float32]
    alpha: NDArray[np.float32]
    shade: NDArray[np.float32]
    depth_mm: NDArray[np.float32]
    row: NDArray[np.int32]
    code: NDArray[np.int16]

    def values(self, field: NDArray[np.float32]) -> NDArray[np.float32]:
        """A field over the vertices (n,) at every body pixel, (k,)."""
        a, b, c = self.corners
        u, v, w = self.weights
        result: NDArray[np.float32] = field[a] * u
        result += field[b] * v
        result += field[c] * w
        return result

    def image(self, values: NDArray[np.float32], outside: float = 0.0) -> NDArray[np.float32]:
        """Values over the body pixels (k,) laid out as a picture, (height, width)."""
        flat = np.full(self.frame.width * self.frame.height, outside, np.float32)
        flat[self.pixel] = values
        return flat.reshape(self.frame.height, self.frame.width)

    def pick(self, x: float, y: float, mesh: Mesh, fields: SkinFields) -> Hit | None:
        """What lies under picture position (x, y) in pixels; None off the body."""
        column, line = int(np.floor(x)), int(np.floor(y))
        if not (0 <= column < self.frame.width and 0 <= line < self.frame.height):
            return None
        row = int(self.row[line, column])
        if row < 0 or row >= self.solid:
            return None
        corners, weights = self.corners[:, row], self.weights[:, row]
        point = weights @ mesh.points_lps[corners]
        vertex = int(corners[int(np.argmax(weights))])
        region, side = decode_region(int(self.code[row]), fields)
        if not region:
            side = "left" if fields.side[vertex] >= 0 else "right"
        return Hit((float(point[0]), float(point[1]), float(point[2])), vertex, region, side)


def decode_region(code: int, fields: SkinFields) -> tuple[str, Side]:
    """Region id and side of a code of `BodyChart.code`; ("", "left") for none."""
    if code < 0:
        return "", "left"
    return fields.region_ids[code // 2], "right" if code % 2 else "left"


def vertex_codes(fields: SkinFields) -> NDArray[np.int16]:
    """Region code of every vertex, (n,): 2 * region row + (0 left, 1 right), -1 for none."""
    codes = fields.region_of.astype(np.int16) * 2 + (fields.side < 0)
    return np.where(fields.region_of < 0, -1, codes).astype(np.int16)


def draw_chart(mesh: Mesh, fields: SkinFields, frame: Frame) -> BodyChart:
    """Draws the skin into a frame: nearest triangle, place on it, shading and region of every pixel."""
    _, up, towards = frame.axes()
    flat = frame.lps_to_px(mesh.points_lps)
    depth = mesh.points_lps @ towards
    pixel, triangle, weights = _nearest(flat, depth, mesh.triangles, frame.width, frame.height)
    corners = np.ascontiguousarray(mesh.triangles[triangle].T.astype(np.int32))

    row = np.full(frame.width * frame.height, -1, np.int32)
    row[pixel] = np.arange(len(pixel), dtype=np.int32)
    rim, source = _rim(row.reshape(frame.height, frame.width))
    pixel = np.concatenate([pixel, rim])
    corners = np.ascontiguousarray(np.concatenate([corners, corners[:, source]], axis=1))
    weights = np.ascontiguousarray(np.concatenate([weights, weights[:, source]], axis=1))
    solid = len(pixel) - len(rim)
    row[rim] = np.arange(solid, len(pixel), dtype=np.int32)
    row2 = row.reshape(frame.height, frame.width)

    chart = BodyChart(
        frame,
        pixel,
        solid,
        corners,
        weights,
        np.ones(len(pixel), np.float32),
        np.ones(len(pixel), np.float32),
        np.full(row2.shape, -np.inf, np.float32),
        row2,
        np.full(len(pixel), -1, np.int16),
    )
    chart.depth_mm.ravel()[pixel[:solid]] = chart.values(depth)[:solid]
    chart.alpha[:] = _softness(chart, mesh.points_lps @ up)
    light = towards * 0.86 + up * 0.51
    facing = chart.values((mesh.normals @ light).astype(np.float32))
    grazing = chart.values((mesh.normals @ towards).astype(np.float32))
    chart.shade[:] = np.clip(0.72 * facing + 0.28 * np.sqrt(np.clip(grazing, 0.0, 1.0)), 0.0, 1.0)
    chart.code[:] = _pixel_codes(chart, fields)
    return chart


def _nearest(
    flat: NDArray[np.float32],
    depth: NDArray[np.float32],
    triangles: NDArray[np.uint32],
    width: int,
    height: int,
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float32]]:
    """Covered pixels, their nearest triangle and its barycentric weights (3, k)."""
    a, b, c = (flat[triangles[:, k]] for k in range(3))
    doubled = (b[:, 0] - a[:, 0]) * (c[:, 1] - a[:, 1]) - (b[:, 1] - a[:, 1]) * (c[:, 0] - a[:, 0])
    low = np.ceil(np.minimum(np.minimum(a, b), c) - 0.5).astype(np.int32)
    high = np.floor(np.maximum(np.maximum(a, b), c) - 0.5).astype(np.int32)
    np.maximum(low, 0, out=low)
    np.minimum(high, np.array([width - 1, height - 1], np.int32), out=high)
    # The surface is closed and wound outwards: seen with y down, what faces the viewer turns clockwise.
    seen = (doubled < -1e-9) & (high >= low).all(axis=1)
    chosen = np.flatnonzero(seen)
    pixels: list[NDArray[np.int64]] = []
    owners: list[NDArray[np.int64]] = []
    shares: list[NDArray[np.float32]] = []
    for part, size in _by_size(chosen, (high - low)[chosen].max(axis=1) + 1):
        offset = np.arange(size, dtype=np.int32)
        x = (low[part, 0, None] + offset)[:, None, :]
        y = (low[part, 1, None] + offset)[:, :, None]
        px, py = x + np.float32(0.5), y + np.float32(0.5)
        inverse = (1.0 / doubled[part])[:, None, None]
        ax, ay, bx, by, cx, cy = (
            p[part, k][:, None, None] for p, k in ((a, 0), (a, 1), (b, 0), (b, 1), (c, 0), (c, 1))
        )
        v = ((px - ax) * (cy - ay) - (py - ay) * (cx - ax)) * inverse
        w = ((bx - ax) * (py - ay) - (by - ay) * (px - ax)) * inverse
        u = 1.0 - v - w
        hit = (u >= -_EDGE) & (v >= -_EDGE) & (w >= -_EDGE)
        hit &= (x <= high[part, 0][:, None, None]) & (y <= high[part, 1][:, None, None])
        owner, line, column = np.nonzero(hit)
        pixels.append((low[part, 1][owner] + line).astype(np.int64) * width + low[part, 0][owner] + column)
        owners.append(part[owner])
        shares.append(np.stack([u[hit], v[hit], w[hit]]).astype(np.float32))
    if not pixels:
        return np.empty(0, np.int64), np.empty(0, np.int64), np.empty((3, 0), np.float32)
    pixel, owner_of, share = np.concatenate(pixels), np.concatenate(owners), np.concatenate(shares, axis=1)
    np.clip(share, 0.0, 1.0, out=share)
    near = (depth[triangles[owner_of]] * share.T).sum(axis=1)
    order = np.lexsort((-near, pixel))
    first = np.ones(len(order), bool)
    first[1:] = pixel[order[1:]] != pixel[order[:-1]]
    keep = order[first]
    return pixel[keep], owner_of[keep], np.ascontiguousarray(share[:, keep])


def _by_size(chosen: NDArray[np.int64], extent: NDArray[np.int32]) -> Iterator[tuple[NDArray[np.int64], int]]:
    """Triangles grouped by the power of two their box fits in, in portions that bound the memory used."""
    size = 1
    while len(chosen):
        fits = extent <= size
        part = chosen[fits]
        portion = max(1, _CELLS_AT_ONCE // (size * size))
        for start in range(0, len(part), portion):
            yield part[start : start + portion], size
        chosen, extent = chosen[~fits], extent[~fits]
        size *= 2


def _rim(row: NDArray[np.int32]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Flat indices of the pixels just outside the body, and the inside row each one borrows from."""
    borrowed = np.full(row.shape, -1, np.int32)
    for dy, dx in ((0, 1), (0, -1), (1, 0), (-1, 0), (1, 1), (1, -1), (-1, 1), (-1, -1)):
        ys, xs = slice(max(dy, 0), row.shape[0] + min(dy, 0)), slice(max(dx, 0), row.shape[1] + min(dx, 0))
        yt = slice(max(-dy, 0), row.shape[0] + min(-dy, 0))
        xt = slice(max(-dx, 0), row.shape[1] + min(-dx, 0))
        target, value = borrowed[yt, xt], row[ys, xs]
        take = (row[yt, xt] < 0) & (target < 0) & (value >= 0)
        target[take] = value[take]
    flat = np.flatnonzero(borrowed.ravel() >= 0).astype(np.int64)
    return flat, borrowed.ravel()[flat].astype(np.int64)


def _softness(chart: BodyChart, height_mm: NDArray[np.float32]) -> NDArray[np.float32]:
    """Opacity of every body pixel, (k,): smooth at the outline, fading towards the cut of the chest."""
    inside = np.pad(np.isfinite(chart.depth_mm), 1, mode="edge").astype(np.float32)
    across = inside[:, :-2] + 2.0 * inside[:, 1:-1] + inside[:, 2:]
    soft = (across[:-2] + 2.0 * across[1:-1] + across[2:]) / 16.0
    alpha = np.clip(soft.ravel()[chart.pixel] * 1.6 - 0.3, 0.0, 1.0)
    below_cut = (float(height_mm.max()) - chart.values(height_mm.astype(np.float32))) / FADE_MM
    ramp = np.clip(below_cut, 0.0, 1.0)
    result: NDArray[np.float32] = (alpha * ramp * ramp * (3.0 - 2.0 * ramp)).astype(np.float32)
    return result


def _membership(
    fields: SkinFields, codes: NDArray[np.int16], vertices: NDArray[np.int32]
) -> NDArray[np.float32]:
    """How much each vertex belongs to the coded region, elementwise; for "no region" what is left of 1."""
    row = np.maximum(codes, 0) // 2
    frame = np.where(codes % 2 == 1, fields.mirror[vertices], vertices)
    belongs: NDArray[np.float32] = fields.region[row, frame]
    return np.where(codes < 0, np.float32(0.5), belongs).astype(np.float32)


def _pixel_codes(chart: BodyChart, fields: SkinFields) -> NDArray[np.int16]:
    """The region of every pixel, (k,): of its corners' regions the one it belongs to most."""
    at_corner = vertex_codes(fields)[chart.corners]
    codes: NDArray[np.int16] = at_corner[0].copy()
    mixed = np.flatnonzero((at_corner[0] != at_corner[1]) | (at_corner[0] != at_corner[2]))
    corners, weights, candidates = chart.corners[:, mixed], chart.weights[:, mixed], at_corner[:, mixed]
    belongs = np.stack(
        [sum(_membership(fields, c, corners[k]) * weights[k] for k in range(3)) for c in candidates]
    )
    codes[mixed] = np.take_along_axis(candidates, np.argmax(belongs, axis=0)[None], axis=0)[0]
    return codes


@dataclass(frozen=True, eq=False, slots=True)
class Borders:
    """The lines between regions, as short pieces lying on the skin.

    ends_lps: (s, 2, 3) float32, mm.  normals: (s, 3) float32.  codes: (s, 2) int16, the regions either side.
    """

    ends_lps: NDArray[np.float32]
    normals: NDArray[np.float32]
    codes: NDArray[np.int16]


def region_borders(mesh: Mesh, fields: SkinFields) -> Borders:
    """Where one region gives way to the next, found once per skin by cutting the triangles between them."""
    codes = vertex_codes(fields)
    triangles = mesh.triangles.astype(np.int32)
    at = codes[triangles]
    differ = np.stack([at[:, k] != at[:, (k + 1) % 3] for k in range(3)], axis=1)
    count = differ.sum(axis=1)

    def cut(
        which: NDArray[np.int64], edge: NDArray[np.int64]
    ) -> tuple[NDArray[np.float32], NDArray[np.int16]]:
        a, b = triangles[which, edge], triangles[which, (edge + 1) % 3]
        ca, cb = codes[a], codes[b]
        at_a = _membership(fields, ca, a) - _membership(fields, cb, a)
        at_b = _membership(fields, ca, b) - _membership(fields, cb, b)
        t = np.clip(at_a / np.where(np.abs(at_a - at_b) < 1e-6, 1.0, at_a - at_b), 0.08, 0.92)
        points = mesh.points_lps[a] * (1.0 - t[:, None]) + mesh.points_lps[b] * t[:, None]
        return points.astype(np.float32), np.stack([ca, cb], axis=1)

    two = np.flatnonzero(count == 2)
    edges = np.argsort(~differ[two], axis=1, kind="stable")
    start, pairs = cut(two, edges[:, 0])
    end, _ = cut(two, edges[:, 1])
    ends, sides, owners = [np.stack([start, end], axis=1)], [pairs], [two]
    three = np.flatnonzero(count == 3)
    if len(three):
        middle = mesh.points_lps[triangles[three]].mean(axis=1)
        for edge in range(3):
            point, pairs = cut(three, np.full(len(three), edge))
            ends.append(np.stack([point, middle], axis=1))
            sides.append(pairs)
            owners.append(three)
    normals = mesh.normals[triangles[np.concatenate(owners)]].mean(axis=1)
    return Borders(
        _evened(np.concatenate(ends).astype(np.float32)),
        normals.astype(np.float32),
        np.concatenate(sides).astype(np.int16),
    )


def _evened(ends: NDArray[np.float32]) -> NDArray[np.float32]:
    """Pieces (s, 2, 3) whose shared ends are drawn towards their neighbours; where lines meet they stay."""
    flat = ends.reshape(-1, 3).astype(np.float64)
    x, y, z = np.round(flat.T * _PER_MM).astype(np.int64)
    _, first, point = np.unique((x * _SPAN + y) * _SPAN + z, return_index=True, return_inverse=True)
    at, pairs = flat[first], point.reshape(-1, 2)
    here, other = np.concatenate([pairs, pairs[:, ::-1]]).T
    between = np.bincount(here, minlength=len(at)) == 2
    for _ in range(_EVENING_STEPS):
        near = np.stack([np.bincount(here, at[other, k], len(at)) for k in range(3)], axis=1)
        at[between] = at[between] / 2.0 + near[between] / 4.0
    return at[pairs].astype(np.float32)


def visible_borders(chart: BodyChart, borders: Borders) -> tuple[NDArray[np.float32], NDArray[np.int16]]:
    """The border pieces a chart shows: ends in pixels (s, 2, 2), and the region codes beside them (s, 2)."""
    frame = chart.frame
    _, _, towards = frame.axes()
    middle = borders.ends_lps.mean(axis=1)
    pixel = np.floor(frame.lps_to_px(middle)).astype(np.int32)
    inside = (pixel >= 0).all(axis=1) & (pixel < (frame.width, frame.height)).all(axis=1)
    inside &= borders.normals @ towards > 0.02
    which = np.flatnonzero(inside)
    nearest = chart.depth_mm[pixel[which, 1], pixel[which, 0]]
    which = which[middle[which] @ towards >= nearest - _HIDDEN_MM]
    return frame.lps_to_px(borders.ends_lps[which]), borders.codes[which]
