"""The way of lit nerves from root to skin: how far along it every point of their surfaces lies.

A nerve's distance is counted over its own surface, beginning where it leaves the nerve or root it comes
from; roots begin where they lie nearest to the middle of the body. So one number says for every point
when something that runs from the spine to the skin would arrive there.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components, dijkstra
from scipy.spatial import cKDTree

from planner.atlas.meshes import Mesh
from planner.atlas.model import Atlas, Content

_JOIN_MM = 60.0  # what lies farther apart is not joined
_EVERY_MM = 2.5
_ROOTS = 4  # nearest roots that a nerve may come from


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


@lru_cache(maxsize=8)
def pathway(atlas: Atlas, structures: tuple[str, ...]) -> Pathway | None:
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
    ends = [_edges(mesh) + first[name] for name, mesh in meshes.items()]
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


def _edges(mesh: Mesh) -> NDArray[np.int64]:
    """The edges of a mesh, (m, 2), and a bridge to each of its parts that stands apart, such as a twig."""
    triangles = mesh.triangles.astype(np.int64)
    edges = np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]])
    count = len(mesh.points_lps)
    graph = coo_matrix((np.ones(len(edges)), (edges[:, 0], edges[:, 1])), shape=(count, count))
    parts, part_of = connected_components(graph, directed=False)
    bridges = []
    joined = part_of == np.bincount(part_of).argmax()
    for _ in range(parts - 1):
        inside, outside = np.flatnonzero(joined), np.flatnonzero(~joined)
        found = cKDTree(mesh.points_lps[inside]).query(mesh.points_lps[outside])
        gaps, nearest = (np.asarray(part) for part in found)
        best = int(np.argmin(gaps))
        bridges.append((int(inside[nearest[best]]), int(outside[best])))
        joined |= part_of == part_of[outside[best]]
    return np.concatenate([edges, np.array(bridges, np.int64).reshape(-1, 2)])


def _joined(
    content: Content, meshes: Mapping[str, Mesh], trees: Mapping[str, cKDTree], first: Mapping[str, int]
) -> tuple[list[tuple[int, int]], list[int]]:
    """Links from where nerves leave what they come from, and the points at which the way begins."""
    links: list[tuple[int, int]] = []
    group = {name: name for name in meshes}  # structures that are linked share a group

    def of(name: str) -> str:
        while group[name] != name:
            name = group[name]
        return name

    for name, mesh in meshes.items():
        for parents, most in _sources(content, name, meshes):
            found = []
            for parent in parents:
                gaps, theirs = (np.asarray(part) for part in trees[parent].query(mesh.points_lps))
                own = int(np.argmin(gaps))
                found.append((float(gaps[own]), first[name] + own, first[parent] + int(theirs[own]), parent))
            for gap, own, other, parent in sorted(found)[:most]:
                if gap < _JOIN_MM:
                    links.append((own, other))
                    group[of(name)] = of(parent)
    return links, _starts(content, meshes, first, {name: of(name) for name in meshes})


def _sources(content: Content, name: str, meshes: Mapping[str, Mesh]) -> list[tuple[list[str], int]]:
    """The lit structures that a structure may come from, and to how many of them it is joined: the others of
    its nerve, its trunk, else the roots of its levels."""
    record = content.structures[name]
    nerve = content.nerves[record.nerve]
    others = {
        other: content.nerves[content.structures[other].nerve]
        for other in meshes
        if other != name and content.structures[other].side in (record.side, "midline")
    }
    own = [other for other, above in others.items() if above.id == nerve.id]
    trunk = [other for other, above in others.items() if above.id == nerve.part_of]
    levels = set() if trunk or nerve.kind == "root" else set(nerve.roots)
    roots = [other for other, above in others.items() if above.kind == "root" and levels & set(above.roots)]
    return [(own, 2), (trunk, 1), (roots, _ROOTS)]


def _starts(
    content: Content, meshes: Mapping[str, Mesh], first: Mapping[str, int], group: Mapping[str, str]
) -> list[int]:
    """Where the way begins: at every root, nearest to the midline; without a root at the group's own."""
    members: dict[tuple[str, str], list[str]] = {}
    rooted = {group[name] for name in meshes if _is_root(content, name)}
    for name in meshes:
        if _is_root(content, name):
            members.setdefault((group[name], content.structures[name].nerve), []).append(name)
        elif group[name] not in rooted:
            members.setdefault((group[name], ""), []).append(name)
    starts = []
    for names in members.values():
        aside = {name: np.abs(meshes[name].points_lps[:, 0]) for name in names}
        inmost = min(names, key=lambda name: float(aside[name].min()))
        starts.append(first[inmost] + int(np.argmin(aside[inmost])))
    return starts


def _is_root(content: Content, name: str) -> bool:
    return content.nerves[content.structures[name].nerve].kind == "root"
