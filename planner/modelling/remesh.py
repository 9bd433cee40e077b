"""Even, well-shaped triangles on an implicit surface (isotropic remeshing after Botsch and Kobbelt).

Contouring leaves slivers; a map that is painted on, picked and measured per vertex needs triangles of
known size. Long edges are split, short ones collapsed, valences evened by flips, vertices relaxed in
the tangent plane and drawn back to the surface. An open border stays in its plane x = 0. The order
of every step follows vertex numbers, so the same surface always gives the same mesh.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Vertices = NDArray[np.float64]
Triangles = NDArray[np.int64]
Sizing = Callable[[Vertices], Vertices]  # (n, 3) -> wanted edge length in mm (n,)
Projection = Callable[[Vertices], Vertices]  # (n, 3) -> nearest points of the surface (n, 3)

_LONG, _SHORT = 4.0 / 3.0, 4.0 / 5.0


@dataclass(slots=True)
class _Work:
    """A mesh under change: `at` vertex positions, `faces` (None when removed), `ring` faces at a vertex."""

    at: list[Vertices]
    faces: list[tuple[int, int, int] | None]
    ring: list[set[int]]

    @classmethod
    def of(cls, vertices: Vertices, triangles: Triangles) -> _Work:
        ring: list[set[int]] = [set() for _ in range(len(vertices))]
        faces: list[tuple[int, int, int] | None] = []
        for number, (a, b, c) in enumerate(triangles.tolist()):
            faces.append((a, b, c))
            ring[a].add(number)
            ring[b].add(number)
            ring[c].add(number)
        return cls(list(vertices), faces, ring)

    def arrays(self) -> tuple[Vertices, Triangles]:
        """Vertices and triangles without the removed ones, numbered anew in the old order."""
        triangles = np.array([face for face in self.faces if face is not None], np.int64)
        used = np.unique(triangles)
        number = np.full(len(self.at), -1, np.int64)
        number[used] = np.arange(len(used))
        return np.array(self.at)[used], number[triangles]

    def edges(self) -> NDArray[np.int64]:
        """Unique edges (m, 2), lower vertex first, sorted."""
        triangles = np.array([face for face in self.faces if face is not None], np.int64)
        pairs = np.vstack([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]])
        return np.unique(np.sort(pairs, axis=1), axis=0)

    def neighbours(self, vertex: int) -> set[int]:
        around: set[int] = set()
        for number in self.ring[vertex]:
            around.update(self.faces[number] or ())
        around.discard(vertex)
        return around

    def replace(self, number: int, face: tuple[int, int, int] | None) -> None:
        for vertex in self.faces[number] or ():
            self.ring[vertex].discard(number)
        self.faces[number] = face
        for vertex in face or ():
            self.ring[vertex].add(number)

    def add(self, face: tuple[int, int, int]) -> None:
        self.faces.append(None)
        self.replace(len(self.faces) - 1, face)

    def normal(self, a: int, b: int, c: int) -> Vertices:
        p, q, r = self.at[a], self.at[b], self.at[c]
        u, v = q - p, r - p
        return np.array([u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]])


def remesh(
    vertices: Vertices,
    triangles: Triangles,
    edge_mm: Sizing,
    onto_surface: Projection,
    rounds: int = 6,
) -> tuple[Vertices, Triangles]:
    """The surface with edges of about `edge_mm`; border vertices are those at x = 0 and stay there.

    vertices (n, 3) mm, triangles (m, 3) manifold with at most one kind of border (in the plane x = 0).
    """
    points, faces = vertices, triangles
    for turn in range(rounds):
        work = _Work.of(points, faces)
        if turn < rounds - 1:
            _split(work, edge_mm)
            _collapse(work, edge_mm)
        _flip(work)
        points, faces = work.arrays()
        for _ in range(3):
            points = onto_surface(_relaxed(points, faces, edge_mm))
    return points, faces


def _lengths(at: Vertices, edges: NDArray[np.int64]) -> Vertices:
    return np.asarray(np.linalg.norm(at[edges[:, 0]] - at[edges[:, 1]], axis=1))


def _split(work: _Work, edge_mm: Sizing) -> None:
    edges = work.edges()
    at = np.array(work.at)
    middles = (at[edges[:, 0]] + at[edges[:, 1]]) / 2.0
    ratio = _lengths(at, edges) / edge_mm(middles)
    picked = np.flatnonzero(ratio > _LONG)
    for index in picked[np.argsort(-ratio[picked], kind="stable")]:
        a, b = (int(v) for v in edges[index])
        shared = sorted(work.ring[a] & work.ring[b])
        if not shared:
            continue
        new = len(work.at)
        work.at.append(middles[index])
        work.ring.append(set())
        for number in shared:
            face = work.faces[number]
            assert face is not None
            k = next(i for i in range(3) if face[i] not in (a, b))
            top, first, second = face[k], face[(k + 1) % 3], face[(k + 2) % 3]
            work.replace(number, (top, first, new))
            work.add((top, new, second))


def _border(work: _Work) -> NDArray[np.bool_]:
    on = np.zeros(len(work.at), bool)
    triangles = np.array([face for face in work.faces if face is not None], np.int64)
    pairs = np.sort(np.vstack([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]]), axis=1)
    unique, count = np.unique(pairs, axis=0, return_counts=True)
    on[unique[count == 1].ravel()] = True
    return on


def _collapse(work: _Work, edge_mm: Sizing) -> None:
    edges = work.edges()
    at = np.array(work.at)
    wanted = edge_mm(at)
    ratio = _lengths(at, edges) / (wanted[edges[:, 0]] + wanted[edges[:, 1]]) * 2.0
    border = _border(work)
    picked = np.flatnonzero(ratio < _SHORT)
    for index in picked[np.argsort(ratio[picked], kind="stable")]:
        keep, drop = (int(v) for v in edges[index])
        shared = work.ring[keep] & work.ring[drop]
        if not shared or len(shared) != (1 if border[keep] and border[drop] else 2):
            continue
        if border[drop] and not border[keep]:
            keep, drop = drop, keep
        _collapse_edge(work, keep, drop, bool(border[keep]), bool(border[drop]), shared, wanted)


def _collapse_edge(
    work: _Work,
    keep: int,
    drop: int,
    keep_border: bool,
    drop_border: bool,
    shared: set[int],
    wanted: Vertices,
) -> None:
    around_keep, around_drop = work.neighbours(keep), work.neighbours(drop)
    if len(around_keep & around_drop) != len(shared):
        return  # joining them would pinch the surface
    if len(work.ring[drop]) < 4 and not drop_border:
        return
    home = work.at[keep]
    target = home if keep_border and not drop_border else (home + work.at[drop]) / 2.0
    for other in around_keep | around_drop:
        if float(np.linalg.norm(work.at[other] - target)) > _LONG * wanted[min(other, len(wanted) - 1)]:
            return
    moved = [(n, f) for v in (keep, drop) for n in work.ring[v] - shared if (f := work.faces[n]) is not None]
    before = [work.normal(*face) for _, face in moved]
    left = work.at[drop]
    work.at[keep] = work.at[drop] = target
    after = [work.normal(*face) for _, face in moved]
    lengths = [float(np.linalg.norm(a) * np.linalg.norm(b)) for a, b in zip(before, after, strict=True)]
    if any(float(a @ b) <= 0.2 * size for a, b, size in zip(before, after, lengths, strict=True)):
        work.at[keep], work.at[drop] = home, left  # a triangle would turn over
        return
    for number in sorted(shared):
        work.replace(number, None)
    for number in sorted(work.ring[drop]):
        face = work.faces[number]
        assert face is not None
        a, b, c = (keep if v == drop else v for v in face)
        work.replace(number, (a, b, c))


def _flip(work: _Work) -> None:
    border = _border(work)
    wanted = np.where(border, 4, 6)
    valence = np.array([len(work.neighbours(v)) for v in range(len(work.at))])
    for a, b in work.edges().tolist():
        shared = sorted(work.ring[a] & work.ring[b])
        if len(shared) != 2:
            continue
        first, second = work.faces[shared[0]], work.faces[shared[1]]
        assert first is not None and second is not None
        k = next(i for i in range(3) if first[i] not in (a, b))
        c, p, q = first[k], first[(k + 1) % 3], first[(k + 2) % 3]
        d = next(v for v in second if v not in (a, b))
        if d == c or d in work.neighbours(c):
            continue
        excess = [int(valence[v] - wanted[v]) for v in (a, b, c, d)]
        after = [excess[0] - 1, excess[1] - 1, excess[2] + 1, excess[3] + 1]
        if sum(e * e for e in after) >= sum(e * e for e in excess):
            continue
        old = work.normal(*first), work.normal(*second)
        new = work.normal(c, p, d), work.normal(c, d, q)
        sum_old = old[0] + old[1]
        length = float(np.linalg.norm(sum_old))
        if min(float(n @ sum_old) / (length * float(np.linalg.norm(n)) + 1e-12) for n in new) < 0.8:
            continue  # the flipped pair would fold or lose the surface's shape
        work.replace(shared[0], (c, p, d))
        work.replace(shared[1], (c, d, q))
        valence[[a, b]] -= 1
        valence[[c, d]] += 1


def _relaxed(points: Vertices, faces: Triangles, edge_mm: Sizing) -> Vertices:
    """Each vertex moved in its tangent plane towards the weighted centre of its triangles."""
    a, b, c = (points[faces[:, k]] for k in range(3))
    cross = np.cross(b - a, c - a)
    centre = (a + b + c) / 3.0
    weight = np.linalg.norm(cross, axis=1) / np.maximum(edge_mm(centre), 1e-6) ** 2
    total = np.zeros(len(points))
    goal, normal = np.zeros_like(points), np.zeros_like(points)
    for k in range(3):
        np.add.at(total, faces[:, k], weight)
        np.add.at(goal, faces[:, k], weight[:, None] * centre)
        np.add.at(normal, faces[:, k], cross)
    goal /= np.maximum(total, 1e-12)[:, None]
    goal[total < 1e-9] = points[total < 1e-9]  # contouring leaves triangles without area: they pull nowhere
    normal /= np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-12)
    step = goal - points
    step -= (step * normal).sum(1, keepdims=True) * normal
    pairs = np.sort(np.vstack([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]]), axis=1)
    unique, count = np.unique(pairs, axis=0, return_counts=True)
    rim = unique[count == 1]
    moved = points + 0.7 * step
    if len(rim):
        # A border vertex moves along the border only: towards the middle of its two border neighbours.
        middle, number = np.zeros_like(points), np.zeros(len(points))
        for one, other in ((rim[:, 0], rim[:, 1]), (rim[:, 1], rim[:, 0])):
            np.add.at(middle, one, points[other])
            np.add.at(number, one, 1.0)
        on = number > 0
        moved[on] = points[on] + 0.5 * (middle[on] / number[on, None] - points[on])
        moved[on, 0] = 0.0
    return moved
