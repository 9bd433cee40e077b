"""Points against closed surfaces: inside or outside, nearest point, signed distance. All LPS mm.

Whether a point is inside is told by the winding of the surface about it, counted along a ray, so that
a structure made of several overlapping closed tubes counts as their union. Nearest points are exact.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from scipy.spatial import cKDTree

Points = NDArray[np.float64]

_CHUNK = 400_000  # pairs of a point and a triangle looked at together
# The ray is shifted by a little that no coordinate of the model is likely to share, so that it meets
# neither edges nor vertices.
_SHIFT = np.array([3.1e-5, 4.7e-5])


def _tree(points_lps: Points) -> cKDTree:
    from scipy.spatial import cKDTree  # a fifth of a second that no start should wait for

    return cKDTree(points_lps)


def closest_on_triangles(point_lps: Points, corners: Points) -> Points:
    """Nearest point of each triangle `(m, 3, 3)` to a point `(3,)`, or to its own of `(m, 3)`; `(m, 3)`.

    The plane's foot where it falls inside the triangle, else the nearest point of the three edges.
    """
    a, b, c = corners[:, 0], corners[:, 1], corners[:, 2]
    normal = np.cross(b - a, c - a)
    square = np.maximum(np.einsum("ij,ij->i", normal, normal), 1e-18)
    height = np.einsum("ij,ij->i", point_lps - a, normal) / square
    foot = point_lps - height[:, None] * normal
    inside = np.ones(len(corners), bool)
    best = foot
    distance = np.full(len(corners), np.inf)
    for start, end in ((a, b), (b, c), (c, a)):
        along = end - start
        inside &= np.einsum("ij,ij->i", np.cross(along, foot - start), normal) >= 0.0
        length = np.maximum(np.einsum("ij,ij->i", along, along), 1e-18)
        share = np.clip(np.einsum("ij,ij->i", point_lps - start, along) / length, 0.0, 1.0)
        on_edge = start + share[:, None] * along
        gap = np.linalg.norm(on_edge - point_lps, axis=1)
        best = np.where((gap < distance)[:, None], on_edge, best)
        distance = np.minimum(distance, gap)
    flat = np.einsum("ij,ij->i", normal, normal) > 1e-18
    nearest: Points = np.where((inside & flat)[:, None], foot, best)
    return nearest


class Solid:
    """A closed surface that can be asked where points lie. points_lps (v, 3), triangles (t, 3), outward."""

    def __init__(self, points_lps: NDArray[np.floating], triangles: NDArray[np.integer]) -> None:
        self.points_lps: Points = np.asarray(points_lps, np.float64)
        self.corners: Points = self.points_lps[np.asarray(triangles, np.intp)]
        self.low: Points = self.points_lps.min(0)
        self.high: Points = self.points_lps.max(0)

    @cached_property
    def _vertices(self) -> cKDTree:
        return _tree(self.points_lps)

    @cached_property
    def _centres(self) -> tuple[cKDTree, float]:
        """Tree of the triangles' centres, and the greatest distance of a corner from its centre."""
        centres = self.corners.mean(1)
        radius = np.linalg.norm(self.corners - centres[:, None], axis=2).max()
        return _tree(centres), float(radius)

    @cached_property
    def _columns(self) -> tuple[Points, float, tuple[int, int], NDArray[np.intp], NDArray[np.intp]]:
        """Triangles by the cells of a grid over x and y: origin, cell edge, shape, starts, triangles."""
        low, high = self.corners[:, :, :2].min(1), self.corners[:, :, :2].max(1)
        edge = max(float(np.median(high - low)) * 1.5, 0.2)
        origin = self.low[:2] - edge
        first = ((low - origin) / edge).astype(np.intp)
        last = ((high - origin) / edge).astype(np.intp)
        width = int(last[:, 0].max()) + 2
        depth = int(last[:, 1].max()) + 2
        spans = last - first + 1
        counts = spans[:, 0] * spans[:, 1]
        owner = np.repeat(np.arange(len(counts)), counts)
        step = np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts)
        column = first[owner, 0] + step // spans[owner, 1]
        row = first[owner, 1] + step % spans[owner, 1]
        cell = column * depth + row
        order = np.argsort(cell, kind="stable")
        starts = np.searchsorted(cell[order], np.arange(width * depth + 1)).astype(np.intp)
        return origin, edge, (width, depth), starts, owner[order]

    def boxed(self, points_lps: Points, margin_mm: float = 0.0) -> NDArray[np.bool_]:
        """Which points (n, 3) lie in the bounding box widened by a margin, (n,)."""
        near = (points_lps >= self.low - margin_mm) & (points_lps <= self.high + margin_mm)
        return np.asarray(near.all(axis=1), np.bool_)

    def inside(self, points_lps: Points) -> NDArray[np.bool_]:
        """Which points (n, 3) the surface encloses, (n,)."""
        found = np.zeros(len(points_lps), np.bool_)
        rows = np.flatnonzero(self.boxed(points_lps))
        if not len(rows):
            return found
        origin, edge, (_, depth), starts, members = self._columns
        spots = points_lps[rows, :2] + _SHIFT
        cell = ((spots - origin) / edge).astype(np.intp)
        cells = cell[:, 0] * depth + cell[:, 1]
        counts = starts[cells + 1] - starts[cells]
        ends = np.cumsum(counts)
        done = 0
        while done < len(rows):
            upto = max(done + 1, int(np.searchsorted(ends, (ends[done - 1] if done else 0) + _CHUNK)))
            part = slice(done, upto)
            own = np.repeat(np.arange(done, upto), counts[part])
            skip = np.repeat(ends[part] - counts[part], counts[part])
            lead = np.arange(len(own)) + (ends[done - 1] if done else 0) - skip
            triangle = members[starts[cells[own]] + lead]
            wound = self._wound(spots[own], points_lps[rows[own], 2], triangle)
            total = np.bincount(own - done, weights=wound, minlength=upto - done)
            found[rows[part]] = total > 0.5
            done = upto
        return found

    def _wound(self, spots: Points, heights: Points, triangles: NDArray[np.intp]) -> Points:
        """+1 where the upward ray leaves through the triangle, -1 where it enters, 0 where it misses."""
        a, b, c = (self.corners[triangles, k] for k in range(3))

        def turn(p: Points, q: Points) -> Points:
            return np.asarray(
                (q[:, 0] - p[:, 0]) * (spots[:, 1] - p[:, 1]) - (q[:, 1] - p[:, 1]) * (spots[:, 0] - p[:, 0])
            )

        over_c, over_a, over_b = turn(a, b), turn(b, c), turn(c, a)
        up = (over_a > 0.0) & (over_b > 0.0) & (over_c > 0.0)
        down = (over_a < 0.0) & (over_b < 0.0) & (over_c < 0.0)
        whole = over_a + over_b + over_c
        whole = np.where(whole == 0.0, 1.0, whole)
        crossing = (over_a * a[:, 2] + over_b * b[:, 2] + over_c * c[:, 2]) / whole
        above = crossing > heights
        return np.asarray((up & above).astype(np.float64) - (down & above), np.float64)

    def nearest(self, points_lps: Points) -> tuple[Points, Points]:
        """Distance (n,) to the surface and its nearest points (n, 3), for points (n, 3)."""
        distance = np.empty(len(points_lps))
        places = np.empty((len(points_lps), 3))
        tree, radius = self._centres
        bound = np.asarray(self._vertices.query(points_lps)[0]) + radius + 1e-9
        for row, (point, limit) in enumerate(zip(points_lps, bound, strict=True)):
            near = closest_on_triangles(point, self.corners[tree.query_ball_point(point, limit)])
            gaps = np.linalg.norm(near - point, axis=1)
            best = int(gaps.argmin())
            distance[row], places[row] = gaps[best], near[best]
        return distance, places

    def signed_mm(self, points_lps: Points) -> NDArray[np.float64]:
        """Distance (n,) to the surface, negative inside."""
        distance = self.nearest(points_lps)[0]
        return np.where(self.inside(points_lps), -distance, distance)

    def depth_mm(self, points_lps: Points) -> NDArray[np.float64]:
        """How deep points (n, 3) lie inside, (n,); 0 outside. Costs little where few are inside."""
        depth = np.zeros(len(points_lps))
        rows = np.flatnonzero(self.inside(points_lps))
        if len(rows):
            depth[rows] = self.nearest(points_lps[rows])[0]
        return depth

    def reached_mm(self, point_lps: Points, direction: Points) -> NDArray[np.float64]:
        """Distances (k,), ascending, at which a ray from a point (3,) in a unit direction (3,) meets it."""
        a = self.corners[:, 0]
        first, second = self.corners[:, 1] - a, self.corners[:, 2] - a
        across = np.cross(direction, second)
        det = np.einsum("ij,ij->i", first, across)
        safe = np.where(np.abs(det) < 1e-12, np.inf, det)
        off = point_lps - a
        u = np.einsum("ij,ij->i", off, across) / safe
        turned = np.cross(off, first)
        v = turned @ direction / safe
        t = np.einsum("ij,ij->i", second, turned) / safe
        hit = (u >= 0.0) & (v >= 0.0) & (u + v <= 1.0) & (t > 1e-9) & np.isfinite(safe)
        return np.sort(t[hit])
