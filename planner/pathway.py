"""The way of lit nerves from root to skin: how far along it every point of their surfaces lies.

A nerve's distance is counted over its own surface, beginning where it leaves the nerve or root it comes
from; roots begin where they lie nearest to the middle of the body. So one number says for every point
when something that runs from the spine to the skin would arrive there.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import cKDTree

from planner.atlas.meshes import Mesh
from planner.atlas.model import Atlas, Content

_JOIN_MM = 60.0  # a nerve that begins farther than this from any parent begins by itself
_EVERY_MM = 2.5
_PARENTS = 4  # nearest surfaces of its parents that a nerve may begin from


@dataclass(frozen=True, eq=False, slots=True)
class Pathway:
    """points_lps: (n, 3) float32, mm, evenly over the nerves.  at_mm: (n,) float32, how far along the way.

    length_mm: how long the way is.
    """

    points_lps: NDArray[np.float32]
    at_mm: NDArray[np.float32]
    length_mm: float


def to_follow(content: Content, lit: Collection[str], selected: Collection[str]) -> tuple[str, ...]:
    """The nerve structures whose way is followed: those lit for a block, else the selected nerve with what
    it comes from."""
    if lit:
        return tuple(name for name in lit if content.structures[name].nerve)
    chosen = [content.structures[name] for name in selected if content.structures[name].nerve]
    if not chosen:
        return ()
    record = chosen[-1]
    nerves: list[str] = []
    above = content.nerves.get(record.nerve)
    levels: set[str] = set()
    while above is not None and above.id not in nerves:
        nerves.append(above.id)
        levels.update(above.roots)
        above = content.nerves.get(above.part_of)
    nerves += [n.id for n in content.nerves.values() if n.kind == "root" and levels & set(n.roots)]
    return tuple(
        name
        for name, other in content.structures.items()
        if other.nerve in nerves and other.side in (record.side, "midline")
    )


def pathway(atlas: Atlas, structures: Collection[str]) -> Pathway | None:
    """The way through these nerve structures; None where none of them is a nerve with a mesh.

    Reduced meshes serve where there are any: a light on the way needs no more.
    """
    meshes: dict[str, Mesh] = {}
    for name in structures:
        record = atlas.content.structures.get(name)
        if record is not None and record.nerve and name in atlas.meshes.full:
            meshes[name] = atlas.meshes.proxies.get(name) or atlas.meshes.full[name]
    if not meshes:
        return None
    first, total = {}, 0
    for name, mesh in meshes.items():
        first[name] = total
        total += len(mesh.points_lps)
    points = np.concatenate([mesh.points_lps for mesh in meshes.values()]).astype(np.float32)
    trees = {name: cKDTree(mesh.points_lps) for name, mesh in meshes.items()}
    links, starts = _joined(atlas.content, meshes, trees, first)
    ends = [_edges(mesh.triangles.astype(np.int64)) + first[name] for name, mesh in meshes.items()]
    pairs = np.concatenate([*ends, np.array(links, np.int64).reshape(-1, 2)])
    lengths = np.linalg.norm(points[pairs[:, 0]] - points[pairs[:, 1]], axis=1) + 1e-3
    graph = coo_matrix((lengths, (pairs[:, 0], pairs[:, 1])), shape=(total, total)).tocsr()
    reached = dijkstra(graph, directed=False, indices=starts, min_only=True)
    known = np.isfinite(reached[pairs]).all(axis=1)
    places, at = _even(points, reached, pairs[known], lengths[known])
    return Pathway(places, at, float(at.max()))


def _even(
    points: NDArray[np.float32],
    reached: NDArray[np.float64],
    pairs: NDArray[np.int64],
    lengths: NDArray[np.float32],
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Points along the edges, one per cell of a grid, with how far along the way each lies."""
    counts = np.ceil(lengths / _EVERY_MM).astype(np.int64) + 1
    edge = np.repeat(np.arange(len(pairs)), counts)
    step = np.arange(len(edge)) - np.repeat(np.cumsum(counts) - counts, counts)
    share = (step / np.maximum(counts[edge] - 1, 1)).astype(np.float32)
    a, b = pairs[edge].T
    places = points[a] + (points[b] - points[a]) * share[:, None]
    at = (reached[a] + (reached[b] - reached[a]) * share).astype(np.float32)
    cells = np.round(places / _EVERY_MM).astype(np.int64)
    _, kept = np.unique(cells, axis=0, return_index=True)
    return places[kept].astype(np.float32), at[kept]


def _edges(triangles: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]])


def _joined(
    content: Content, meshes: Mapping[str, Mesh], trees: Mapping[str, cKDTree], first: Mapping[str, int]
) -> tuple[list[tuple[int, int]], list[int]]:
    """Links from where nerves leave their parents, and the points at which the way begins."""
    links: list[tuple[int, int]] = []
    starts: list[int] = []
    for name, mesh in meshes.items():
        found = []
        for parent in _parents(content, name, meshes):
            gaps, theirs = (np.asarray(part) for part in trees[parent].query(mesh.points_lps))
            own = int(np.argmin(gaps))
            found.append((float(gaps[own]), first[name] + own, first[parent] + int(theirs[own])))
        near = [(own, other) for gap, own, other in sorted(found)[:_PARENTS] if gap < _JOIN_MM]
        links += near
        if not near:
            starts.append(first[name] + int(np.argmin(np.abs(mesh.points_lps[:, 0]))))
    return links, starts


def _parents(content: Content, name: str, meshes: Mapping[str, Mesh]) -> list[str]:
    """The lit structures that a structure comes from: its trunk, else the nerves and roots of its levels."""
    record = content.structures[name]
    nerve = content.nerves[record.nerve]
    others = {
        other: content.nerves[content.structures[other].nerve]
        for other in meshes
        if other != name and content.structures[other].side in (record.side, "midline")
    }
    trunk = [other for other, above in others.items() if above.id == nerve.part_of]
    if trunk or nerve.kind == "root":
        return trunk
    levels = set(nerve.roots)
    return [other for other, above in others.items() if above.kind == "root" and levels & set(above.roots)]
