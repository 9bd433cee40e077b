"""Fewer rings and corners for surfaces made by `tube.sweep`: a collapse of edges would pinch thin tubes.

The rings that stay are those from which the course of the tube departs most; a section keeps its perimeter,
so that the tube looks as broad as it was.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from planner.modelling.tube import skinned

Points = NDArray[np.float64]
Triangles = NDArray[np.int64]

_CORNERS = ((3, 60), (4, 160), (6, 400))  # corners of a section below this many triangles in all
_MOST_CORNERS = 8
_CAP_RINGS = 3  # the most rings that round an end
_AWAY_MM = 6.0  # no course is cut shorter than by this, whatever the goal: three pixels of the whole body
_SPINDLE, _THIN_MM = (
    12,
    1.2,
)  # up to this goal a straight tube thinner than this is one ring between its poles


def rings(points: Points, triangles: Triangles) -> Points | None:
    """The rings (count, corners, 3) of a closed tube without its two poles, None for any other surface."""
    body = len(points) - 2
    corners = int((triangles == len(points) - 1).sum())
    if corners < 3 or body < 2 * corners or body % corners:
        return None
    found: Points = points[:body].reshape(-1, corners, 3)
    expected = skinned(found, points[-2], points[-1])[1]
    if len(expected) != len(triangles) or not np.array_equal(_sorted(expected), _sorted(triangles)):
        return None
    return found


def thinned(points: Points, triangles: Triangles, goal: int) -> tuple[Points, Triangles] | None:
    """The tube with about `goal` triangles, and more where its course needs them.

    None if the surface is no tube.
    """
    found = rings(points, triangles)
    if found is None:
        return None
    corners = next((n for n, below in _CORNERS if goal < below), _MOST_CORNERS)
    corners = min(corners, found.shape[1])
    kept = _chosen(_uncapped(found), max(2, round(goal / (2 * corners))), _AWAY_MM)
    kept = _with_corners(kept, corners)
    if len(kept) == 2 and goal <= _SPINDLE and _radius(kept).max() < _THIN_MM:
        kept = kept.mean(0, keepdims=True)  # a twig as a spindle: six triangles
    return skinned(kept, points[-2], points[-1])


def _sorted(triangles: Triangles) -> Triangles:
    """Triangles, each turned to begin with its lowest corner, in order."""
    first = triangles.argmin(1)
    turned = np.take_along_axis(triangles, (first[:, None] + np.arange(3)) % 3, 1)
    return turned[np.lexsort(turned.T)]


def _uncapped(found: Points) -> Points:
    """Without the shrinking rings of its rounded ends."""
    middles, radius = found.mean(1), _radius(found)
    step = np.linalg.norm(np.diff(middles, axis=0), axis=1)
    first, last = 0, len(found) - 1
    while first < min(_CAP_RINGS, last - 1) and _shrinks(radius[first], radius[first + 1], step[first]):
        first += 1
    least = max(len(found) - 1 - _CAP_RINGS, first + 1)
    while last > least and _shrinks(radius[last], radius[last - 1], step[last - 1]):
        last -= 1
    return found[first : last + 1]


def _radius(found: Points) -> Points:
    """Mean radius of each ring, (n,)."""
    mean: Points = np.linalg.norm(found - found.mean(1, keepdims=True), axis=2).mean(1)
    return mean


def _shrinks(outer: float, inner: float, step: float) -> bool:
    return outer < 0.97 * inner and step <= inner


def _chosen(found: Points, count: int, away_mm: float) -> Points:
    """Both end rings, then again and again the one farthest from what stands: `count` of them, and more
    until none lies farther off than `away_mm`."""
    if len(found) <= count:
        return found
    middles, radius = found.mean(1), _radius(found)
    rows = np.column_stack([middles, radius])
    kept = [0, len(rows) - 1]
    away = _departure(rows, 0, len(rows) - 1)
    while len(kept) < len(rows) and (len(kept) < count or float(away.max()) > away_mm):
        worst = int(away.argmax())
        after = next(k for k, row in enumerate(kept) if row > worst)
        for low, high in ((kept[after - 1], worst), (worst, kept[after])):
            away[low : high + 1] = _departure(rows, low, high)
        kept.insert(after, worst)
        away[kept] = -1.0
    return found[kept]


def _departure(rows: Points, low: int, high: int) -> Points:
    """How far each of the rows from `low` to `high` lies from the straight between these two."""
    part, chord = rows[low : high + 1], rows[high] - rows[low]
    share = np.clip((part - rows[low]) @ chord / max(float(chord @ chord), 1e-12), 0.0, 1.0)
    away: Points = np.linalg.norm(part - rows[low] - share[:, None] * chord, axis=1)
    away[[0, -1]] = -1.0
    return away


def _with_corners(found: Points, corners: int) -> Points:
    """Each ring drawn with fewer corners, grown about its middle to its old perimeter."""
    count = found.shape[1]
    if corners == count:
        return found
    place = np.arange(corners) * count / corners
    low = np.floor(place).astype(int)
    share = (place - low)[None, :, None]
    picked = (1.0 - share) * found[:, low] + share * found[:, (low + 1) % count]
    middles = found.mean(1, keepdims=True)
    grown = _perimeter(found) / np.maximum(_perimeter(picked), 1e-9)
    drawn: Points = middles + (picked - picked.mean(1, keepdims=True)) * grown[:, None, None]
    return drawn


def _perimeter(found: Points) -> Points:
    around: Points = np.linalg.norm(found - np.roll(found, 1, axis=1), axis=2).sum(1)
    return around
