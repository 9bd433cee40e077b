"""In which order translucent structures blend: those behind before those in front of them.

Every translucent structure is a single layer of faces turned to the eye. Two of them are compared where both
cover the same part of the screen, which the distance of their middles does not tell: a ureter before a
kidney, a thin sheet before a belly. Pure arithmetic on points.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planner.atlas.meshes import Mesh
from ui.scene3d import camera

SAMPLES = 500
CELLS = (40, 30)
SAME_MM = 0.5  # surfaces nearer than this lie in each other and say nothing


@dataclass(frozen=True, eq=False, slots=True)
class Sample:
    """Some points of a surface, `(k, 3)` LPS mm, with their normals."""

    points_lps: NDArray[np.float32]
    normals: NDArray[np.float32]


def sample(mesh: Mesh) -> Sample:
    """Evenly chosen vertices of a mesh."""
    step = max(1, len(mesh.points_lps) // SAMPLES)
    return Sample(mesh.points_lps[::step], mesh.normals[::step])


def far_first(samples: Sequence[Sample], pose: camera.Pose, aspect: float) -> list[int]:
    """Indices of the surfaces, each after all that it lies in front of.

    Where surfaces lie in front of one another in a ring, the one with the least behind it goes first.
    """
    count = len(samples)
    if count < 2:
        return list(range(count))
    depths = _depths(samples, pose, aspect)
    owner, cell = np.nonzero(np.isfinite(depths))
    depth = depths[owner, cell]
    filled = np.bincount(owner, minlength=count)
    middles = np.bincount(owner, depth, minlength=count) / np.maximum(filled, 1)
    return _sorted(_in_front(owner, cell, depth, count), middles)


def _in_front(
    owner: NDArray[np.intp], cell: NDArray[np.intp], depth: NDArray[np.float32], count: int
) -> NDArray[np.bool_]:
    """Which surface covers which, (count, count) bool, [i, j]: i covers j in most cells that both fill.

    owner, cell, depth: a surface, a cell of the screen that it fills, and its depth there, (k,).
    """
    order = np.lexsort((depth, cell))
    owner, cell, depth = owner[order], cell[order], depth[order]
    votes = np.zeros(count * count, np.intp)
    for step in range(1, len(owner)):  # each with the one so many places behind it in the same cell
        here = np.flatnonzero(cell[step:] == cell[:-step])
        if not len(here):
            break
        here = here[depth[here + step] - depth[here] > SAME_MM]
        votes += np.bincount(owner[here] * count + owner[here + step], minlength=count * count)
    covers = votes.reshape(count, count)
    in_front: NDArray[np.bool_] = covers > covers.T
    return in_front


def _depths(samples: Sequence[Sample], pose: camera.Pose, aspect: float) -> NDArray[np.float32]:
    """Depth in mm of the face turned to the eye in each cell of the screen, (n, cells); infinite for none."""
    columns, rows = CELLS
    sizes = [len(one.points_lps) for one in samples]
    points = np.concatenate([one.points_lps for one in samples])
    normals = np.concatenate([one.normals for one in samples])
    owner = np.repeat(np.arange(len(samples)), sizes)
    places, depth = camera.project(pose, points, rows * aspect, rows)
    x = np.floor(places[:, 0] * (columns / (rows * aspect))).astype(int)
    y = np.floor(places[:, 1]).astype(int)
    turned = np.einsum("ij,ij->i", normals, camera.eye_lps(pose) - points) > 0.0
    seen = turned & (x >= 0) & (x < columns) & (y >= 0) & (y < rows) & (depth > 1.0)
    grid = np.full((len(samples), columns * rows), np.inf, np.float32)
    np.minimum.at(grid, (owner[seen], y[seen] * columns + x[seen]), depth[seen].astype(np.float32))
    return grid


def _sorted(in_front: NDArray[np.bool_], middles: NDArray[np.float64]) -> list[int]:
    """A topological order; among those free to go the farthest first."""
    left = list(np.argsort(-middles))
    behind = in_front.sum(axis=1)
    order: list[int] = []
    while left:
        free = next((k for k in left if behind[k] == 0), None)
        chosen = free if free is not None else min(left, key=lambda k: int(behind[k]))
        left.remove(chosen)
        order.append(int(chosen))
        behind = behind - in_front[:, chosen]
    return order
