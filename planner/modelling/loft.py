"""Closed bodies from section outlines (muscles) and from mid-surfaces with thickness (the flat muscles)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import PchipInterpolator
from scipy.ndimage import gaussian_filter1d

Points = NDArray[np.float64]
Triangles = NDArray[np.int64]

_DOME = np.radians([20.0, 42.0, 62.0, 80.0])


def loft(
    outlines: Points, stations: int, around: int, even: float = 0.0, dome_mm: float = 4.0
) -> tuple[Points, Triangles]:
    """Closed surface through corresponding outlines (s, p, 3), resampled to (stations, around).

    even: Gaussian width in tabulated stations by which beads along the course are evened out.
    dome_mm: height of the rounded ends.
    """
    rings = np.asarray(outlines, np.float64)
    if even > 0.0:
        ends = rings[0].copy(), rings[-1].copy()
        rings = gaussian_filter1d(rings, even, axis=0, mode="nearest")
        rings[0], rings[-1] = ends
    rings = _around(_along(rings, stations), around)
    head, tail = _dome(rings[0], rings[1], dome_mm), _dome(rings[-1], rings[-2], dome_mm)
    whole = np.concatenate([head[1][::-1], rings, tail[1]])
    return _closed(whole, head[0], tail[0])


def _along(rings: Points, stations: int) -> Points:
    """Stations spread evenly over the course through the ring centres."""
    place = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(rings.mean(1), axis=0), axis=1))])
    return np.asarray(PchipInterpolator(place, rings, axis=0)(np.linspace(0.0, place[-1], stations)))


def _around(rings: Points, count: int) -> Points:
    """Closed outlines resampled by their Fourier series, which keeps them smooth."""
    series = np.fft.rfft(rings, axis=1)
    even: Points = np.fft.irfft(series[:, : count // 2 + 1], count, axis=1) * (count / rings.shape[1])
    return even


def _dome(end: Points, before: Points, height_mm: float) -> tuple[Points, Points]:
    """Pole and shrinking rings of a rounded end, from the outermost ring outward."""
    centre = end.mean(0)
    away = centre - before.mean(0)
    away /= max(float(np.linalg.norm(away)), 1e-9)
    rings = [centre + (end - centre) * np.cos(a) + away * height_mm * np.sin(a) for a in _DOME]
    return centre + away * height_mm, np.stack(rings)


def _closed(rings: Points, head: Points, tail: Points) -> tuple[Points, Triangles]:
    count, width = rings.shape[:2]
    here = np.arange(width)
    after = (here + 1) % width
    low = (np.arange(count - 1) * width)[:, None]
    a, b, c, d = low + here, low + after, low + width + after, low + width + here
    walls = [np.stack(corners, -1).reshape(-1, 3) for corners in ((a, b, c), (a, c, d))]
    top = (count - 1) * width
    ends = [
        np.stack([np.full(width, count * width), after, here], 1),
        np.stack([np.full(width, count * width + 1), top + here, top + after], 1),
    ]
    return np.vstack([rings.reshape(-1, 3), head, tail]), np.vstack([*walls, *ends]).astype(np.int64)


def slab(
    middle: Points, thickness_mm: Points, rows: int, columns: int, even: float = 0.0, rim: float = 0.35
) -> tuple[Points, Triangles]:
    """Closed slab about a mid-surface grid (s, p, 3), thickness (s, p), resampled to (rows, columns).

    even: Gaussian width in nodes against ripples.  rim: share of the thickness left at the border.
    """
    whole = np.concatenate([middle, thickness_mm[..., None]], -1)
    for axis, count in ((0, rows), (1, columns)):
        if even > 0.0:
            whole = _evened(whole, even, axis)
        at = np.arange(whole.shape[axis], dtype=float)
        whole = np.asarray(PchipInterpolator(at, whole, axis=axis)(np.linspace(0.0, at[-1], count)))
    centre, half = whole[..., :3], whole[..., 3:] / 2.0
    normal = np.cross(np.gradient(centre, axis=0), np.gradient(centre, axis=1))
    normal /= np.linalg.norm(normal, axis=-1, keepdims=True) + 1e-12
    edge = np.ones((rows, columns, 1))
    edge[[0, -1]] = edge[:, [0, -1]] = rim
    vertices = np.vstack([(centre + sign * normal * half * edge).reshape(-1, 3) for sign in (1.0, -1.0)])
    grid = np.arange(rows * columns).reshape(rows, columns)
    face = np.stack([grid[:-1, :-1], grid[1:, :-1], grid[1:, 1:], grid[:-1, 1:]], -1).reshape(-1, 4)
    rim_loop = np.concatenate([grid[0], grid[1:, -1], grid[-1, -2::-1], grid[-2:0:-1, 0]])
    after = np.roll(rim_loop, -1)
    under = rows * columns
    wall = np.stack([rim_loop, after, after + under, rim_loop + under], 1)
    quads = np.vstack([face, face[:, ::-1] + under, wall])
    return vertices, np.vstack([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]]).astype(np.int64)


def _evened(values: Points, width: float, axis: int) -> Points:
    """Gaussian smoothing along one axis that leaves the border nodes in place."""
    soft = gaussian_filter1d(values, width, axis=axis, mode="nearest")
    index: list[slice | int] = [slice(None)] * values.ndim
    for end in (0, -1):
        index[axis] = end
        soft[tuple(index)] = values[tuple(index)]
    return soft
