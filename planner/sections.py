"""Plane cuts through closed surfaces: outlines, their areas, and what stands at a height.

Across an axis segments are not chained: areas follow from them by Green's theorem, extents from their ends.
Across any plane they are chained into closed outlines, which can be filled and named.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planner.atlas.meshes import Mesh

Points = NDArray[np.float64]
PointLps = tuple[float, float, float]
_LEAST_MM2 = 0.05  # smaller faces cannot be seen


@dataclass(frozen=True, slots=True)
class Plane:
    """Points x with normal . x = offset_mm; the normal, of length 1, points to what is cut away."""

    normal: PointLps
    offset_mm: float

    def heights_mm(self, points_lps: NDArray[np.floating]) -> NDArray[np.float64]:
        """Signed distances (n,) of points (n, 3): above zero on the side that is cut away."""
        return np.asarray(points_lps @ np.array(self.normal), np.float64) - self.offset_mm


@dataclass(frozen=True, eq=False, slots=True)
class Face:
    """What a plane shows of one structure. outlines: closed, (k, 3) LPS mm each.

    The solid lies to their left, seen from the side that is cut away, so that holes run the other way round.
    middle_lps: a point within the face.
    """

    structure: str
    outlines: tuple[Points, ...]
    area_mm2: float
    middle_lps: PointLps


def faces_of(meshes: Mapping[str, Mesh], plane: Plane) -> tuple[Face, ...]:
    """The cut faces of all meshes that the plane meets, in their order."""
    found = (face_of(mesh, plane) for mesh in meshes.values())
    return tuple(face for face in found if face is not None)


def face_of(mesh: Mesh, plane: Plane) -> Face | None:
    """The cut face of one mesh; None where the plane misses it."""
    heights = mesh.points_lps @ np.array(plane.normal, np.float32) - np.float32(plane.offset_mm)
    above = heights > 0.0
    if above.all() or not above.any():
        return None
    a, b, c = (above[mesh.triangles[:, k]] for k in range(3))
    triangles = mesh.triangles[(a != b) | (b != c)].astype(np.int64)
    outlines = _outlines(mesh.points_lps, triangles, above, plane)
    first, second = _across(plane)
    areas = [_area_mm2(outline @ first, outline @ second) for outline in outlines]
    total = float(sum(areas))
    if not outlines or abs(total) < _LEAST_MM2:
        return None
    largest = outlines[int(np.argmax(np.abs(areas)))]
    return Face(mesh.id, outlines, abs(total), _within(largest, outlines, first, second))


def _across(plane: Plane) -> tuple[Points, Points]:
    """Two unit vectors in the plane that make a right-handed frame with its normal."""
    normal = np.array(plane.normal, float)
    start = np.eye(3)[int(np.argmin(np.abs(normal)))]
    first = np.cross(start, normal)
    first /= np.linalg.norm(first)
    return first, np.cross(normal, first)


def _outlines(
    points: NDArray[np.float32], triangles: NDArray[np.int64], above: NDArray[np.bool_], plane: Plane
) -> tuple[Points, ...]:
    """The closed outlines in which a plane meets triangles. above: which points lie on its cut-away side."""
    count = len(points)
    over = above[triangles]
    starts, ends = np.zeros((2, len(triangles)), np.int64)
    for k in range(3):
        a, b = triangles[:, k], triangles[:, (k + 1) % 3]
        edge = np.minimum(a, b) * count + np.maximum(a, b)
        rising = ~over[:, k] & over[:, (k + 1) % 3]
        falling = over[:, k] & ~over[:, (k + 1) % 3]
        ends[rising] = edge[rising]
        starts[falling] = edge[falling]
    edges, at = np.unique(starts, return_inverse=True)
    to = np.searchsorted(edges, ends)
    low, high = (points[part].astype(np.float64) for part in (edges // count, edges % count))
    below, beyond = plane.heights_mm(low), plane.heights_mm(high)
    span = beyond - below
    share = np.clip(-below / np.where(span == 0.0, 1.0, span), 0.0, 1.0)
    places = low + share[:, None] * (high - low)
    known = (to < len(edges)) & (edges[np.minimum(to, len(edges) - 1)] == ends)
    after = np.full(len(edges), -1, np.int64)
    after[at[known]] = to[known]
    return tuple(places[chain] for chain in _chains(after.tolist()) if len(chain) >= 3)


def _chains(after: list[int]) -> list[list[int]]:
    """The rings in which each number leads to the next; -1 leads nowhere and its chain is dropped."""
    rings: list[list[int]] = []
    seen = bytearray(len(after))
    for start in range(len(after)):
        chain, now = [], start
        while now >= 0 and not seen[now]:
            seen[now] = 1
            chain.append(now)
            now = after[now]
        if now == start:
            rings.append(chain)
    return rings


def _area_mm2(x: Points, y: Points) -> float:
    return float(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2.0


def _within(largest: Points, outlines: tuple[Points, ...], first: Points, second: Points) -> PointLps:
    """A point within a face: in the middle of the broadest stretch at the height of its middle."""
    high = float((largest @ second).mean())
    crossings: list[float] = []
    for outline in outlines:
        x, y = outline @ first, outline @ second - high
        nx, ny = np.roll(x, -1), np.roll(y, -1)
        cut = (y > 0.0) != (ny > 0.0)
        crossings += (x[cut] + (nx - x)[cut] * y[cut] / (y - ny)[cut]).tolist()
    crossings.sort()
    pairs = list(zip(crossings[::2], crossings[1::2], strict=False))
    if not pairs:
        x_lps, y_lps, z_lps = (float(part) for part in largest.mean(axis=0))
        return x_lps, y_lps, z_lps
    left, right = max(pairs, key=lambda pair: pair[1] - pair[0])
    point = (
        largest[0] + ((left + right) / 2 - largest[0] @ first) * first + (high - largest[0] @ second) * second
    )
    return float(point[0]), float(point[1]), float(point[2])


def holds(face: Face, plane: Plane, point_lps: PointLps) -> bool:
    """Whether a point of the plane lies in a face."""
    return bool(_held(face, _across(plane), np.array([point_lps]))[0])


def _held(face: Face, frame: tuple[Points, Points], points_lps: Points) -> NDArray[np.bool_]:
    """Which points (n, 3) of the plane lie in a face, (n,)."""
    first, second = frame
    px, py = (points_lps @ first)[:, None], (points_lps @ second)[:, None]
    inside = np.zeros(len(points_lps), bool)
    for outline in face.outlines:
        x, y = (outline @ first)[None] - px, (outline @ second)[None] - py
        nx, ny = np.roll(x, -1, axis=1), np.roll(y, -1, axis=1)
        cut = (y > 0.0) != (ny > 0.0)
        fall = np.where(cut, y - ny, 1.0)
        inside ^= ((cut & (x + (nx - x) * y / fall > 0.0)).sum(axis=1) % 2).astype(bool)
    return inside


def rims_of(
    faces: Sequence[Face], plane: Plane, kinds: Mapping[str, Hashable]
) -> dict[str, tuple[tuple[Points, bool], ...]]:
    """The rim of each face by structure: lines (k, 3) LPS mm and whether each is closed.

    A branch begins within its trunk: what of a face's outline lies in another face of the same kind is no
    rim, and a face without any is wholly within another. kinds: by structure; one that is left out keeps
    its whole outline.
    """
    frame = _across(plane)
    boxes = [(np.min(points, 0), np.max(points, 0)) for points in (np.concatenate(f.outlines) for f in faces)]
    rims: dict[str, tuple[tuple[Points, bool], ...]] = {}
    for k, face in enumerate(faces):
        own, (low, high) = kinds.get(face.structure), boxes[k]
        around = [
            other
            for other, (least, most) in zip(faces, boxes, strict=True)
            if own is not None
            and other is not face
            and kinds.get(other.structure) == own
            and (least <= high).all()
            and (low <= most).all()
        ]
        lines: list[tuple[Points, bool]] = []
        for outline in face.outlines:
            middles = (outline + np.roll(outline, -1, axis=0)) / 2.0
            bare = np.ones(len(outline), bool)
            for other in around:
                bare &= ~_held(other, frame, middles)
            lines += _runs(outline, bare)
        rims[face.structure] = tuple(lines)
    return rims


def _runs(outline: Points, bare: NDArray[np.bool_]) -> list[tuple[Points, bool]]:
    """The stretches of a closed outline whose segments (from each point to the next) are bare."""
    if bare.all():
        return [(outline, True)]
    if not bare.any():
        return []
    turn = int(np.argmin(bare))  # a segment that is not bare comes first, so that no stretch wraps round
    ring, flags = np.roll(outline, -turn, axis=0), np.roll(bare, -turn).astype(np.int8)
    steps = np.diff(np.concatenate([flags, [0]]))
    starts, ends = np.flatnonzero(steps == 1) + 1, np.flatnonzero(steps == -1) + 1
    around = np.concatenate([ring, ring[:1]])
    return [(around[a : b + 1], False) for a, b in zip(starts, ends, strict=True)]


def plane_cut(points_lps: Points, triangles: NDArray[np.integer], axis: int, at_mm: float) -> Points:
    """Where the plane `axis` = at_mm cuts a surface: directed segments (n, 2, 3), LPS mm.

    points_lps: (v, 3).  triangles: (t, 3), outward.  The solid lies to the left of each segment, seen
    from the positive end of the axis.
    """
    height = np.asarray(points_lps[:, axis], np.float64) - at_mm
    height[height == 0.0] = 1e-9
    corner = height[triangles]
    cut = triangles[(corner.min(1) < 0.0) & (corner.max(1) > 0.0)]
    if not len(cut):
        return np.zeros((0, 2, 3))
    corner, points = height[cut], points_lps[cut].astype(np.float64)
    ends = np.zeros((len(cut), 2, 3))
    for k in range(3):
        a, b = corner[:, k], corner[:, (k + 1) % 3]
        crossed = (a < 0.0) != (b < 0.0)
        share = (a / np.where(a == b, 1.0, a - b))[:, None]
        at = points[:, k] + share * (points[:, (k + 1) % 3] - points[:, k])
        # Outward triangles are wound so that the cut leaves through the edge that rises.
        ends[crossed & (a < 0.0), 1] = at[crossed & (a < 0.0)]
        ends[crossed & (a > 0.0), 0] = at[crossed & (a > 0.0)]
    return ends


def area_mm2(segments: Points, axis: int) -> float:
    """Area enclosed by the segments (n, 2, 3) of a cut across `axis`; overlapping shells count twice."""
    first, second = (axis + 1) % 3, (axis + 2) % 3
    a, b = segments[:, 0], segments[:, 1]
    return float(abs(np.sum(a[:, first] * b[:, second] - b[:, first] * a[:, second])) / 2.0)
