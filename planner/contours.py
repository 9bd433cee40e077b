"""Lines of equal value over a mesh: the outline of a field at one level, as smooth polylines on the skin.

The field is taken as linear on every triangle. Pieces are joined into whole lines, which are evened out
along their length, so that the outline shows the field's course and not the triangles it crosses.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planner.atlas.meshes import Mesh
from planner.chart import BodyChart

_EVENING_STEPS = 4
_FACING = 0.03  # a line that turns away from the viewer ends here
_HIDDEN_MM = 6.0  # behind what the chart shows by more than this, a line is hidden
_SHORTEST = 5  # points; a smaller ring is a speck of the mesh, not an outline


@dataclass(frozen=True, eq=False, slots=True)
class Outline:
    """One line on the skin. points_lps: (k, 3) float32.  normals: (k, 3) float32, outwards.

    closed: the last point joins the first; an open line ends where the field does.
    """

    points_lps: NDArray[np.float32]
    normals: NDArray[np.float32]
    closed: bool


def level_lines(
    mesh: Mesh, field: NDArray[np.float32], level: float, within: NDArray[np.bool_] | None = None
) -> tuple[Outline, ...]:
    """Outlines of where a field (n,) reaches the level, longest first.

    within: (n,), where the field means anything; lines end at the edge of that.
    """
    triangles = mesh.triangles
    # Values on the level itself would make a line pass through a vertex: they count as just above.
    above = field >= level
    first, second, third = above[triangles].T
    crossed = triangles[(first != second) | (second != third)].astype(np.int64)
    if within is not None:
        crossed = crossed[within[crossed].all(axis=1)]
    if not len(crossed):
        return ()
    ends = np.stack([crossed, np.roll(crossed, -1, axis=1)], axis=2)  # (t, 3 edges, 2)
    cut = above[ends[..., 0]] != above[ends[..., 1]]
    edges = np.sort(ends[cut], axis=1)  # two edges of each triangle, in order
    keys, rows = np.unique(edges[:, 0] * len(field) + edges[:, 1], return_inverse=True)
    a, b = np.divmod(keys, len(field))
    share = ((level - field[a]) / (field[b] - field[a])).astype(np.float32)[:, None]
    points = mesh.points_lps[a] * (1.0 - share) + mesh.points_lps[b] * share
    normals = mesh.normals[a] * (1.0 - share) + mesh.normals[b] * share
    found = []
    for line, closed in _joined(rows.reshape(-1, 2), len(keys)):
        if len(line) >= _SHORTEST:
            found.append(Outline(_even(points[line], closed), _even(normals[line], closed), closed))
    return tuple(sorted(found, key=lambda outline: -len(outline.points_lps)))


def seen(chart: BodyChart, outline: Outline) -> list[NDArray[np.float32]]:
    """The parts of an outline that a chart shows, each a polyline (k, 2) in pixels."""
    frame = chart.frame
    _, _, towards = frame.axes()
    around = [outline.points_lps, outline.points_lps[:1]] if outline.closed else [outline.points_lps]
    points = np.concatenate(around)
    facing = np.concatenate([outline.normals, outline.normals[:1]]) if outline.closed else outline.normals
    at = frame.lps_to_px(points)
    pixel = np.floor(at).astype(np.int32)
    inside = (pixel >= 0).all(axis=1) & (pixel < (frame.width, frame.height)).all(axis=1)
    visible = inside & (facing @ towards > _FACING)
    which = np.flatnonzero(visible)
    nearest = chart.depth_mm[pixel[which, 1], pixel[which, 0]]
    visible[which] = points[which] @ towards >= nearest - _HIDDEN_MM
    turns = np.flatnonzero(np.diff(visible.astype(np.int8), prepend=0, append=0))
    runs = [at[first:last] for first, last in turns.reshape(-1, 2) if last - first > 1]
    if outline.closed and len(runs) > 1 and visible[0] and visible[-1]:
        runs[0] = np.concatenate([runs.pop()[:-1], runs[0]])  # the line's beginning was within a part
    return runs


def _joined(pairs: NDArray[np.int64], count: int) -> list[tuple[list[int], bool]]:
    """Chains of `count` points out of pairs (s, 2) of neighbours; each point has one or two of them."""
    order = np.argsort(np.concatenate([pairs[:, 0], pairs[:, 1]]), kind="stable")
    point = np.concatenate([pairs[:, 0], pairs[:, 1]])[order]
    other = np.concatenate([pairs[:, 1], pairs[:, 0]])[order]
    first = np.searchsorted(point, np.arange(count))
    beside: list[list[int]] = [
        other[first[k] : (first[k + 1] if k + 1 < count else len(other))].tolist() for k in range(count)
    ]
    seen = [False] * count
    chains: list[tuple[list[int], bool]] = []
    starts = [k for k in range(count) if len(beside[k]) == 1] + list(range(count))
    for start in starts:
        if seen[start]:
            continue
        chain, at = [start], start
        seen[start] = True
        while True:
            following = next((k for k in beside[at] if not seen[k]), None)
            if following is None:
                break
            seen[following] = True
            chain.append(following)
            at = following
        chains.append((chain, len(chain) > 2 and start in beside[at]))
    return chains


def _even(values: NDArray[np.float32], closed: bool) -> NDArray[np.float32]:
    """Values (k, 3) along a line, each drawn towards its neighbours; the ends of an open line stay."""
    for _ in range(_EVENING_STEPS):
        before, after = np.roll(values, 1, axis=0), np.roll(values, -1, axis=0)
        mean = (before + 2.0 * values + after) / 4.0
        if not closed:
            mean[0], mean[-1] = values[0], values[-1]
        values = mean
    return np.asarray(values, np.float32)
