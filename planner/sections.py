"""Plane cuts through closed surfaces: outlines, their areas, and what stands at a height.

Segments are not chained: areas follow from them by Green's theorem, extents from their ends.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]


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
