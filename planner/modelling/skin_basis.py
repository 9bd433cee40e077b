"""Smooth fields with given region means: one basis field per region, to be added up by shares.

A nerve's shares say how likely it serves each region on the whole. The field between is the smoothest
one with those means over the regions (pycnophylactic interpolation, Tobler 1979, J Am Stat Assoc
74:519): it minimises the bending and stretching energy over the skin, so that it knows nothing of the
regions' edges. The minimum is linear in the shares; row r here is the field whose mean is one over
region r and zero over every other.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix, csc_matrix, diags
from scipy.sparse.linalg import splu

Values = NDArray[np.float64]

_BENDING_MM = 10.0  # below this length the field resists bending, above it stretching
_ANCHOR_PER_MM2 = 1e-7  # keeps the field at rest where no region holds it; far below anything seen
_COTANGENTS = (0.02, 8.0)  # thin triangles are not let pull harder than this


def share_basis(vertices: Values, triangles: NDArray[np.int64], region_of: NDArray[np.int16]) -> Values:
    """Basis fields (R, n) over the skin's left half; region_of (n,) is a row or -1 outside the domain.

    The edges of the half are free: across the median plane the field is its own mirror image.
    Raises ValueError for a region without a vertex.
    """
    stretch, area = stiffness(vertices, triangles)
    bend = stretch @ diags(1.0 / area) @ stretch
    energy = csc_matrix(bend * _BENDING_MM**2 + stretch + _ANCHOR_PER_MM2 * diags(area))
    mean = mean_matrix(region_of, area)
    response = splu(energy).solve(mean.T)
    return np.asarray(np.linalg.solve(mean @ response, response.T))


def mean_matrix(region_of: NDArray[np.int16], area: Values) -> Values:
    """Matrix (R, n) that takes a field to its area means over the regions. Raises ValueError."""
    count = int(region_of.max()) + 1
    rows = np.zeros((count, len(area)))
    inside = np.flatnonzero(region_of >= 0)
    rows[region_of[inside], inside] = area[inside]
    whole = rows.sum(1, keepdims=True)
    if not (whole > 0.0).all():
        raise ValueError(f"region number {int(np.argmin(whole))} holds no vertex")
    return np.asarray(rows / whole)


def stiffness(vertices: Values, triangles: NDArray[np.int64]) -> tuple[csc_matrix, Values]:
    """The cotangent matrix (n, n) of a surface and the area at each vertex (n,), mm2."""
    count = len(vertices)
    starts: list[NDArray[np.int64]] = []
    ends: list[NDArray[np.int64]] = []
    weights: list[Values] = []
    area = np.zeros(count)
    for k in range(3):
        i, j, tip = (triangles[:, (k + step) % 3] for step in range(3))
        u, v = vertices[i] - vertices[tip], vertices[j] - vertices[tip]
        doubled = np.linalg.norm(np.cross(u, v), axis=1)
        cotangent = np.clip((u * v).sum(1) / np.maximum(doubled, 1e-9), *_COTANGENTS)
        area += np.bincount(tip, doubled / 6.0, count)
        starts += [i, j]
        ends += [j, i]
        weights += [cotangent / 2.0] * 2
    pairs = (np.concatenate(weights), (np.concatenate(starts), np.concatenate(ends)))
    joined = coo_matrix(pairs, (count, count)).tocsc()
    return csc_matrix(diags(np.asarray(joined.sum(1)).ravel()) - joined), np.maximum(area, 1e-3)
