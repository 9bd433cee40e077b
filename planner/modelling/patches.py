"""Four-sided patches of the plane, and closed shells over a grid.

A muscle or fascia that lies in a wall is a patch of that wall: its four sides are drawn, the inside is
blended between them (Coons) and evened until no line of the grid crosses another (Winslow's elliptic
grid), and the shell is closed along its rim.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import PchipInterpolator
from scipy.ndimage import map_coordinates

from planner.modelling.simplify import unfolded

Points = NDArray[np.float64]
Triangles = NDArray[np.int64]

_FINER = 2  # steps of the evened grid for one of the patch
_ROUNDS = 3000
_STILL_MM = 1e-3  # a round that moves no node farther is the last


def side(nodes: Points, shares: Points) -> Points:
    """Points (n, 2) of a drawn side (k, 2), smooth through its nodes, at shares (n,) of its length."""
    nodes = np.asarray(nodes, np.float64)
    apart = np.linalg.norm(np.diff(nodes, axis=0), axis=1) > 1e-6
    nodes = nodes[np.concatenate([[True], apart])]
    place = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(nodes, axis=0), axis=1))])
    if len(nodes) == 2:
        fine = nodes[0] + np.linspace(0.0, 1.0, 400)[:, None] * (nodes[1] - nodes[0])
    else:
        fine = np.asarray(PchipInterpolator(place, nodes, axis=0)(np.linspace(0.0, place[-1], 400)))
    along = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(fine, axis=0), axis=1))])
    wanted = along[-1] * shares
    return np.stack([np.interp(wanted, along, fine[:, k]) for k in range(nodes.shape[1])], 1)


def spread(count: int) -> Points:
    """`count` shares from 0 to 1, closer together near both ends, where rims are rounded."""
    even = np.linspace(0.0, 1.0, count)
    return np.asarray(0.55 * even + 0.45 * 0.5 * (1.0 - np.cos(np.pi * even)))


def patch(sides: Sequence[Points], rows: int, columns: int) -> Points:
    """Grid (rows, columns, 2) between the sides lower, upper (running alike) and first, last column."""
    shape = _FINER * rows, _FINER * columns
    down, across = (np.linspace(0.0, 1.0, count) for count in shape)
    low, high = side(sides[0], across), side(sides[1], across)
    first, last = side(sides[2], down), side(sides[3], down)
    u, v = across[None, :, None], down[:, None, None]
    ruled = (1.0 - v) * low[None] + v * high[None] + (1.0 - u) * first[:, None] + u * last[:, None]
    corners = (
        (1.0 - u) * (1.0 - v) * low[0] + u * (1.0 - v) * low[-1] + (1.0 - u) * v * high[0] + u * v * high[-1]
    )
    even = evened(ruled - corners)
    at = np.meshgrid(
        *(spread(n) * (size - 1) for n, size in zip((rows, columns), shape, strict=True)), indexing="ij"
    )
    grid: Points = np.stack([map_coordinates(even[..., k], at, order=1, mode="nearest") for k in (0, 1)], -1)
    return grid


def evened(grid: Points) -> Points:
    """The grid (rows, columns, 2) with its rim kept and its inside drawn so that no two lines fold over.

    Row and column number become harmonic functions of place (Winslow 1966), which have no fold whatever
    the sides; a blend of the sides has one where a side is hollow.
    """
    found = grid.copy()
    inside = found[1:-1, 1:-1]
    for _ in range(_ROUNDS):
        across = (found[1:-1, 2:] - found[1:-1, :-2]) / 2.0
        along = (found[2:, 1:-1] - found[:-2, 1:-1]) / 2.0
        a, c = ((step**2).sum(-1, keepdims=True) for step in (along, across))
        b = (across * along).sum(-1, keepdims=True)
        skew = (found[2:, 2:] - found[2:, :-2] - found[:-2, 2:] + found[:-2, :-2]) / 2.0
        sides = a * (found[1:-1, 2:] + found[1:-1, :-2]) + c * (found[2:, 1:-1] + found[:-2, 1:-1])
        placed = (sides - b * skew) / (2.0 * (a + c) + 1e-12)
        moved = float(np.abs(placed - inside).max())
        inside[...] = placed
        if moved < _STILL_MM:
            break
    return found


def rim_distance(grid: Points) -> Points:
    """Distance in mm (rows, columns) of each node of a grid (rows, columns, 3) from the nearest rim."""
    across = np.linalg.norm(np.diff(grid, axis=1), axis=2)
    along = np.linalg.norm(np.diff(grid, axis=0), axis=2)
    left = np.pad(np.cumsum(across, 1), ((0, 0), (1, 0)))
    low = np.pad(np.cumsum(along, 0), ((1, 0), (0, 0)))
    nearest: Points = np.minimum(np.minimum(left, left[:, -1:] - left), np.minimum(low, low[-1:] - low))
    return nearest


def normals(grid: Points, like: Points) -> Points:
    """Unit normals (rows, columns, 3) of a grid of points, on the side to which `like` looks."""
    found = np.cross(np.gradient(grid, axis=1), np.gradient(grid, axis=0))
    found /= np.maximum(np.linalg.norm(found, axis=-1, keepdims=True), 1e-9)
    turned: Points = found * np.where((found * like).sum(-1, keepdims=True) < 0.0, -1.0, 1.0)
    return turned


def shell(outer: Points, inner: Points) -> tuple[Points, Triangles]:
    """Closed surface between two grids (rows, columns, 3) of the same shape, joined along the rim."""
    rows, columns = outer.shape[:2]
    grid = np.arange(rows * columns).reshape(rows, columns)
    faces = np.stack([grid[:-1, :-1], grid[:-1, 1:], grid[1:, 1:], grid[1:, :-1]], -1).reshape(-1, 4)
    loop = np.concatenate([grid[0], grid[1:, -1], grid[-1, -2::-1], grid[-2:0:-1, 0]])
    after = np.roll(loop, -1)
    under = rows * columns
    wall = np.stack([after, loop, loop + under, after + under], 1)
    quads = np.vstack([faces, faces[:, ::-1] + under, wall])
    triangles = np.vstack([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]]).astype(np.int64)
    return np.vstack([outer.reshape(-1, 3), inner.reshape(-1, 3)]), unfolded(triangles)
