"""Whether the model's surfaces are sound: closed, outward, not crossing themselves or one another."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from fnmatch import fnmatch

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from planner.anatomy.body import Body, Points
from planner.atlas.meshes import Mesh

_PAIRS = 500_000  # pairs of triangles looked at together
_PROBES = 64  # vertices of a piece looked at together


def is_closed(mesh: Mesh) -> bool:
    """Whether every edge is used exactly twice, once in each direction."""
    corners = mesh.triangles.astype(np.int64)
    directed = np.vstack([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [2, 0]]])
    base = int(corners.max()) + 1
    forward = np.sort(directed[:, 0] * base + directed[:, 1])
    backward = np.sort(directed[:, 1] * base + directed[:, 0])
    return bool((np.diff(forward) > 0).all() and (forward == backward).all())


def is_outward(mesh: Mesh) -> bool:
    """Whether a closed surface is wound so that its volume is positive."""
    points = mesh.points_lps.astype(np.float64)
    a, b, c = (points[mesh.triangles[:, k]] for k in range(3))
    return float(np.einsum("ij,ij->i", a, np.cross(b, c)).sum()) > 0.0


def unpaired(ids: Iterable[str]) -> list[str]:
    """Sided ids whose other side is missing."""
    known = set(ids)
    flip = {"left": "right", "right": "left"}
    found = []
    for ident in sorted(known):
        stem, _, side = ident.rpartition("_")
        if side in flip and f"{stem}_{flip[side]}" not in known:
            found.append(ident)
    return found


def pieces(meshes: Mapping[str, Mesh], systems: Iterable[str]) -> dict[str, list[NDArray[np.intp]]]:
    """The vertices (rows) of each connected piece of the structures of some systems."""
    wanted = set(systems)
    found = {}
    for ident, mesh in meshes.items():
        if mesh.system in wanted:
            label = _labels(len(mesh.points_lps), mesh.triangles.astype(np.int64))
            found[ident] = [np.flatnonzero(label == number) for number in range(int(label.max()) + 1)]
    return found


def floating(meshes: Mapping[str, Mesh], touch_mm: float, but: Iterable[str]) -> list[str]:
    """Structures with a piece that no vertex of another piece or structure lies within `touch_mm` of.

    but: globs of ids that surround others and do not hold them.
    """
    globs = tuple(but)
    own = {name: mesh for name, mesh in meshes.items() if not any(fnmatch(name, glob) for glob in globs)}
    parts = [
        (name, own[name].points_lps[rows].astype(np.float64))
        for name, rows_of in pieces(own, {mesh.system for mesh in own.values()}).items()
        for rows in rows_of
    ]
    home = np.repeat(np.arange(len(parts)), [len(points) for _, points in parts])
    tree = cKDTree(np.vstack([points for _, points in parts]))
    found = []
    for number, (name, points) in enumerate(parts):
        for start in range(0, len(points), _PROBES):
            near = tree.query_ball_point(points[start : start + _PROBES], touch_mm)
            if (home[np.concatenate([np.asarray(rows, np.intp) for rows in near])] != number).any():
                break
        else:
            found.append(name)
    return sorted(set(found))


def self_crossings(mesh: Mesh) -> int:
    """Pairs of triangles of one connected surface that pass through one another without sharing a vertex.

    Tubes of one nerve that meet are separate surfaces and may overlap; they are not counted.
    """
    points, corners = mesh.points_lps.astype(np.float64), mesh.triangles.astype(np.int64)
    at = points[corners]
    centres = at.mean(1)
    radius = np.linalg.norm(at - centres[:, None], axis=2).max(1)
    label = _labels(len(points), corners)[corners[:, 0]]
    found = 0
    tree = cKDTree(centres)
    # Large triangles look as far as their own and the largest radius; small ones only at small ones.
    order = np.argsort(radius)
    steps = np.unique(np.r_[np.linspace(0, len(order), 9).astype(int)])
    for low, high in itertools.pairwise(steps):
        rows = order[low:high]
        reach = float(radius[rows].max()) * 2.0
        near = tree.query_ball_point(centres[rows], reach, return_sorted=False)
        counts = np.array([len(item) for item in near])
        first = np.repeat(rows, counts)
        second = np.concatenate([np.asarray(item, np.int64) for item in near])
        # Each pair once: from the larger triangle's point of view.
        rank = np.empty(len(order), np.int64)
        rank[order] = np.arange(len(order))
        keep = (rank[first] > rank[second]) & (label[first] == label[second])
        first, second = first[keep], second[keep]
        shared = (corners[first][:, :, None] == corners[second][:, None, :]).any((1, 2))
        first, second = first[~shared], second[~shared]
        boxes = (at[first].min(1) <= at[second].max(1)).all(1) & (at[second].min(1) <= at[first].max(1)).all(
            1
        )
        first, second = first[boxes], second[boxes]
        for start in range(0, len(first), _PAIRS):
            a, b = at[first[start : start + _PAIRS]], at[second[start : start + _PAIRS]]
            found += int((_pierced(a, b) | _pierced(b, a)).sum())
    return found


def _labels(count: int, corners: NDArray[np.int64]) -> NDArray[np.intp]:
    pairs = np.vstack([corners[:, :2], corners[:, 1:]])
    graph = coo_matrix((np.ones(len(pairs), np.int8), tuple(pairs.T)), shape=(count, count))
    return np.asarray(connected_components(graph, directed=False)[1], np.intp)


def _pierced(triangles: Points, others: Points) -> NDArray[np.bool_]:
    """Whether an edge of each triangle (n, 3, 3) passes through the other one of its pair."""
    a, first, second = others[:, 0], others[:, 1] - others[:, 0], others[:, 2] - others[:, 0]
    hit = np.zeros(len(triangles), np.bool_)
    for k in range(3):
        start, end = triangles[:, k], triangles[:, (k + 1) % 3]
        along = end - start
        across = np.cross(along, second)
        det = np.einsum("ij,ij->i", first, across)
        safe = np.where(np.abs(det) < 1e-12, np.inf, det)
        off = start - a
        u = np.einsum("ij,ij->i", off, across) / safe
        turned = np.cross(off, first)
        v = np.einsum("ij,ij->i", along, turned) / safe
        t = np.einsum("ij,ij->i", second, turned) / safe
        small = 1e-6
        hit |= (
            (u > small)
            & (v > small)
            & (u + v < 1 - small)
            & (t > small)
            & (t < 1 - small)
            & np.isfinite(safe)
        )
    return hit


def deepest(body: Body, of: list[str], within: list[str], but: Mapping[str, set[str]]) -> tuple[float, str]:
    """How deep a vertex of some structures lies inside others, mm, and which two those are."""
    worst, where = 0.0, ""
    for outer in within:
        solid = body.solid(outer)
        for inner in of:
            if inner == outer or outer in but.get(inner, set()):
                continue
            points = body.meshes[inner].points_lps.astype(np.float64)
            points = points[solid.boxed(points)]
            if not len(points):
                continue
            depth = float(solid.depth_mm(points).max())
            if depth > worst:
                worst, where = depth, f"{inner} in {outer}"
    return worst, where


def farthest_outside(body: Body, of: list[str], outside: str) -> tuple[float, str]:
    """How far a vertex of some structures lies outside a structure, mm, and which it is."""
    solid = body.solid(outside)
    worst, where = 0.0, ""
    for ident in of:
        points = body.meshes[ident].points_lps.astype(np.float64)
        beyond = points[~solid.inside(points)]
        if len(beyond):
            gap = float(np.max(solid.nearest(beyond)[0], initial=0.0))
            if gap > worst:
                worst, where = gap, ident
    return worst, where


def asymmetry(body: Body, of: list[str]) -> tuple[float, str]:
    """The farthest that a right structure's vertex lies from its mirrored left one, mm."""
    worst, where = 0.0, ""
    for ident in of:
        twin = ident.removesuffix("_left") + "_right"
        if not ident.endswith("_left") or twin not in body.meshes:
            continue
        left = body.meshes[ident].points_lps.astype(np.float64) * (-1.0, 1.0, 1.0)
        right = body.meshes[twin].points_lps.astype(np.float64)
        gap = float(np.max(cKDTree(left).query(right)[0]))
        if gap > worst:
            worst, where = gap, ident.removesuffix("_left")
    return worst, where
