"""Reduced meshes for the moving camera: the same silhouette with a fraction of the triangles.

Two sets are made, each within a budget for the whole model. A mesh's own target follows from its own size
and from the level of its set alone. Levels lie far apart, so that a change of one structure seldom moves
the level, and all other reduced meshes stay what they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from planner.atlas.meshes import Mesh
from planner.modelling import shading
from planner.modelling.simplify import Points, Triangles, reduced
from planner.modelling.tube_reduction import thinned

_MORE = (1.0, 1.25, 1.5, 1.9, 2.4, 3.2)  # thin walls fall apart at the first target
_HASTE = 7.0
_SHORTER_MM = 1.0  # an end that a collapse of edges drew in further is drawn out again
_POWER = 0.7  # small structures keep a larger share of their triangles than large ones
_LEVELS = tuple(6.0 * 0.84**step for step in range(24))
_LEAST_OF_PIECE = 12  # a prism of three sides with closed ends
_SPARE = 0.97  # part of the budget that the targets may fill: some meshes end above theirs


@dataclass(frozen=True, slots=True)
class ProxySet:
    """A set of reduced meshes: role and file in the folder, triangles in all, least triangles of a mesh.

    after: the role of the set it is reduced from, "" for the full meshes.
    """

    role: str
    file: str
    budget: int
    least: int
    after: str = ""


SETS = (
    ProxySet("proxy", "proxies.glb", 100_000, 48),
    # Six triangles a joint: what a short tube needs to bend and to stay closed.
    ProxySet("small", "proxies_small.glb", 30_000, 20, after="proxy"),
)


def target(triangles: int, level: float, least: int) -> int:
    """How many triangles a mesh of so many keeps at a level."""
    return min(triangles, max(least, int(level * triangles**_POWER)))


def levels(meshes: Sequence[Mesh], chosen: ProxySet) -> Iterator[float]:
    """The levels at which the targets of all meshes fit the set's budget, finest first."""
    counts = [len(mesh.triangles) for mesh in meshes]
    for level in _LEVELS:
        if sum(target(count, level, chosen.least) for count in counts) <= _SPARE * chosen.budget:
            yield level


def proxy(mesh: Mesh, goal: int) -> Mesh:
    """The mesh with about `goal` triangles, closed, same id and system; unchanged if that small.

    Pieces that do not hang together, as the tubes of a nerve, are reduced one by one.
    """
    points, triangles = mesh.points_lps.astype(np.float64), mesh.triangles.astype(np.int64)
    found = [_split(points, piece) for piece in _pieces(triangles, len(points))]
    sizes = np.array([len(corners) for _, corners in found], np.float64) ** _POWER
    goals = np.maximum(goal * sizes / sizes.sum(), _LEAST_OF_PIECE).astype(int)
    small = [_reduced(*piece, int(part)) for piece, part in zip(found, goals, strict=True)]
    offsets = np.cumsum([0, *(len(vertices) for vertices, _ in small)])
    corners = [piece + offset for (_, piece), offset in zip(small, offsets, strict=False)]
    return shading.mesh(mesh.id, mesh.system, np.vstack([v for v, _ in small]), np.vstack(corners))


def _reduced(points: Points, triangles: Triangles, goal: int) -> tuple[Points, Triangles]:
    if len(triangles) <= goal:
        return points, triangles
    tube = thinned(points, triangles, goal)
    if tube is not None:
        return _full_length(tube[0], points), tube[1]
    for more in _MORE:
        try:
            small, corners = reduced(points, triangles, int(goal * more), _HASTE)
        except ValueError:
            continue
        return _full_length(small, points), corners
    return points, triangles


def _full_length(small: Points, points: Points) -> Points:
    """The reduced points, drawn out again to where the full surface ends; those that end there stay."""
    small, free = small.copy(), np.ones(len(small), np.bool_)
    drawn_in = []
    for axis in range(3):
        for outermost in (np.argmin, np.argmax):
            tip, last = points[outermost(points[:, axis])], int(outermost(small[:, axis]))
            if abs(small[last, axis] - tip[axis]) > _SHORTER_MM:
                drawn_in.append(tip)
            else:
                free[last] = False
    for tip in drawn_in:
        if free.any():
            nearest = np.flatnonzero(free)[np.linalg.norm(small[free] - tip, axis=1).argmin()]
            small[nearest], free[nearest] = tip, False
    return small


def _pieces(triangles: Triangles, count: int) -> list[Triangles]:
    """The triangles of each connected piece."""
    rows, columns = triangles[:, [0, 1]].ravel(), triangles[:, [1, 2]].ravel()
    graph = coo_matrix((np.ones(len(rows), np.int8), (rows, columns)), shape=(count, count))
    _, labels = connected_components(graph, directed=False)
    home = labels[triangles[:, 0]]
    return [triangles[home == label] for label in np.unique(home)]


def _split(points: Points, triangles: Triangles) -> tuple[Points, Triangles]:
    used, renumbered = np.unique(triangles, return_inverse=True)
    return points[used], renumbered.reshape(-1, 3).astype(np.int64)
