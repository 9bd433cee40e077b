"""The course of a muscle's fibres over its surface: a coordinate across them, and the share of tendon.

Between origin and insertion a harmonic function rises over the surface; its gradient is the direction of the
fibres. The coordinate across them is the function that changes by a millimetre per millimetre across and
hardly along them (least squares). It rises over the superficial face and falls back over the deep one, so
that it is continuous all around and needs no seam; its folds lie in the edges of the muscle.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix, csr_matrix, diags
from scipy.sparse.linalg import spsolve

from planner.atlas.meshes import Mesh
from planner.modelling import tendons
from planner.modelling.shading import mirrored
from planner.modelling.tables import Landmarks, Points, TableFault, Tables

TABLE = "fibres.toml"
Triangles = NDArray[np.int64]

_END_SHARE = 0.05  # of the long axis, where no table names origin or insertion
_EVEN_ROUNDS = 24
_STEEP = 1.5  # millimetres of the coordinate on one of the surface: more is a step, no spacing of fibres
_LEAST_EDGE_MM = 0.5
_ALONG = 25.0  # how much more a change along the fibres costs than a wrong spacing across them
_SPREAD_ROUNDS = 12  # rounds in which directions reach the plateaus of origin and insertion
_COVER_MM = 2.2  # thickness of flesh over a tendon that hides it
_SOFT_FOLD = 0.25  # cosine to the face's direction below which the spacing eases off at an edge


@dataclass(frozen=True, eq=False, slots=True)
class Site:
    """Where fibres begin or end: all of the surface within reach_mm of a line of points (k, 3), LPS mm."""

    line: Points
    reach_mm: float

    def distance_mm(self, points: Points) -> Points:
        """Distance of points (n, 3) from the line, (n,)."""
        if len(self.line) == 1:
            return np.asarray(np.linalg.norm(points - self.line[0], axis=1))
        best = np.full(len(points), np.inf)
        for start, end in zip(self.line[:-1], self.line[1:], strict=True):
            along = end - start
            share = np.clip((points - start) @ along / max(float(along @ along), 1e-9), 0.0, 1.0)
            best = np.minimum(best, np.linalg.norm(points - start - share[:, None] * along, axis=1))
        return best


@dataclass(frozen=True, eq=False, slots=True)
class Fibres:
    """What the table says of one left or midline muscle.

    origin, insertion: None where the ends of its long axis serve.  direction: (3,) of fibres that run
    straight, as in the flat muscles.  superficial: (3,) towards the face that is looked at.
    tendon_mm: lengths of the tendons of origin and insertion.  bands: tendons drawn by hand.
    tendinous: all of it is tendon, ligament or aponeurosis.
    """

    origin: Site | None = None
    insertion: Site | None = None
    direction: Points | None = None
    superficial: Points | None = None
    tendon_mm: tuple[float, float] = (0.0, 0.0)
    bands: tuple[tendons.Band, ...] = ()
    tendinous: bool = False


@lru_cache(maxsize=4)
def load(folder: Path) -> Mapping[str, Fibres]:
    """The table of fibres by left or midline structure id. Raises TableFault naming entry and fault."""
    try:
        content = tomllib.loads((folder / TABLE).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise TableFault(f"{TABLE}: {error}") from error
    landmarks = Tables.load(folder).landmarks
    found: dict[str, Fibres] = {}
    for entry in content.get("muscle", []):
        ident = str(entry.get("id", "an entry without id"))
        if ident in found:
            raise TableFault(f"{TABLE}, {ident}: it stands twice")
        found[ident] = _decoded(entry, ident, landmarks)
    for ident, bands in tendons.load(folder).items():
        found[ident] = replace(found.get(ident, Fibres()), bands=bands)
    return found


_KEYS = {
    "id",
    "origin",
    "insertion",
    "reach_mm",
    "direction",
    "superficial",
    "tendon_mm",
    "tendinous",
    "note",
}


def _decoded(entry: Mapping[str, object], ident: str, landmarks: Landmarks) -> Fibres:
    unknown = sorted(set(entry) - _KEYS)
    if unknown:
        raise TableFault(f"{TABLE}, {ident}: there is no field {unknown[0]}")
    reach = _numbers(entry.get("reach_mm", [8.0, 8.0]), 2, ident, "reach_mm")
    tendon = _numbers(entry.get("tendon_mm", [0.0, 0.0]), 2, ident, "tendon_mm")
    ways = {
        name: _numbers(entry[name], 3, ident, name) if name in entry else None
        for name in ("direction", "superficial")
    }
    if (reach <= 0.0).any() or (tendon < 0.0).any():
        raise TableFault(f"{TABLE}, {ident}: reach_mm must be above 0 and tendon_mm not below it")
    sites = {
        name: Site(_line(entry[name], ident, name, landmarks), float(reach[k])) if name in entry else None
        for k, name in enumerate(("origin", "insertion"))
    }
    return Fibres(
        sites["origin"],
        sites["insertion"],
        ways["direction"],
        ways["superficial"],
        (float(tendon[0]), float(tendon[1])),
        tendinous=entry.get("tendinous") is True,
    )


def _line(value: object, ident: str, name: str, landmarks: Landmarks) -> Points:
    """Points of a site: landmarks by name, or coordinates."""
    if not isinstance(value, list) or not value:
        raise TableFault(f"{TABLE}, {ident}: {name} must be a list of landmarks or points")
    rows = [
        landmarks[point] if isinstance(point, str) else _numbers(point, 3, ident, name) for point in value
    ]
    return np.array(rows, np.float64)


def _numbers(value: object, count: int, ident: str, name: str) -> Points:
    try:
        row = np.asarray(value, np.float64)
    except (TypeError, ValueError):
        row = np.empty(0)
    if row.shape != (count,) or not np.isfinite(row).all():
        raise TableFault(f"{TABLE}, {ident}: {name} needs {count} numbers")
    return row


def with_fibres(mesh: Mesh, rules: Mapping[str, Fibres]) -> Mesh:
    """The mesh with its fibre coordinate and tendon share at every vertex. Raises ValueError.

    Left and right follow the same rule, the right one mirrored, so that mirror images get the same fibres.
    """
    if mesh.id.endswith("_right"):
        twin = mirrored(mesh, mesh.id[: -len("_right")] + "_left")
        return replace(mesh, fibre=with_fibres(twin, rules).fibre)
    rule = rules.get(mesh.id, Fibres())
    points, triangles = mesh.points_lps.astype(np.float64), mesh.triangles.astype(np.int64)
    frame = _Faces.of(points, triangles)
    origin, insertion = _distances(points, rule)
    along = frame.directions(_rise(frame, points, origin, insertion, rule))
    ends = (origin[1] | insertion[1]) if rule.direction is None else np.zeros(len(points), np.bool_)
    across = _evened(_across(frame, along, rule, ends), points, triangles)
    share = np.maximum(_tendon(origin[0], rule.tendon_mm[0]), _tendon(insertion[0], rule.tendon_mm[1]))
    if rule.bands:
        # On the band itself all is tendon; where it dips into the belly the muscle covers it.
        outside = tendons.distance_mm(rule.bands, points)
        share = np.maximum(share, np.clip((_COVER_MM - outside) / _COVER_MM, 0.0, 1.0) ** 0.5)
    if rule.tendinous:
        share = np.ones(len(points))
    fibre = np.stack([across, share], 1).astype(np.float32)
    if not np.isfinite(fibre).all():
        raise ValueError("its fibres could not be solved")
    return replace(mesh, fibre=fibre)


_Ends = tuple[Points, NDArray[np.bool_]]  # distance of the vertices from an end in mm, and which belong to it


def _distances(points: Points, rule: Fibres) -> tuple[_Ends, _Ends]:
    axis = np.linalg.svd(points - points.mean(0), full_matrices=False)[2][0]
    axis = -axis if axis[2] > 0.0 else axis  # from above downwards
    place = (points - points.mean(0)) @ axis
    length = float(np.ptp(place))
    ends: list[_Ends] = []
    for site, gap in ((rule.origin, place - place.min()), (rule.insertion, place.max() - place)):
        if site is None:
            ends.append((gap, gap <= _END_SHARE * length))
            continue
        gap = site.distance_mm(points)
        near = gap <= max(site.reach_mm, float(np.partition(gap, 3)[3]))
        ends.append((np.maximum(gap - 0.5 * site.reach_mm, 0.0), near))
    (_, first), (gap, last) = ends
    last = last & ~first
    if not last.any():
        raise ValueError("its origin and insertion coincide")
    return ends[0], (gap, last)


def _tendon(distance_mm: Points, length_mm: float) -> Points:
    """Share of tendon at a distance from its end: the belly begins gradually about its length."""
    if length_mm <= 0.0:
        return np.zeros(len(distance_mm))
    part = np.clip((1.35 - distance_mm / length_mm) / 0.7, 0.0, 1.0)
    smooth: Points = part * part * (3.0 - 2.0 * part)
    return smooth


@dataclass(frozen=True, eq=False, slots=True)
class _Faces:
    """A surface's triangles: areas (m,), unit normals (m, 3), gradients of the three corners (m, 3, 3)."""

    triangles: Triangles
    count: int
    area: Points
    normal: Points
    basis: Points

    @classmethod
    def of(cls, points: Points, triangles: Triangles) -> _Faces:
        a, b, c = (points[triangles[:, k]] for k in range(3))
        cross = np.cross(b - a, c - a)
        double = np.maximum(np.linalg.norm(cross, axis=1), 1e-6)
        normal = cross / double[:, None]
        sides = np.stack([c - b, a - c, b - a], 1)
        basis = np.cross(normal[:, None, :], sides) / double[:, None, None]
        return cls(triangles, len(points), double / 2.0, normal, basis)

    def gradient(self, values: Points) -> Points:
        """Gradient of a function of the vertices on each triangle, (m, 3)."""
        found: Points = np.einsum("mk,mkx->mx", values[self.triangles], self.basis)
        return found

    def system(self, weights: Points) -> csr_matrix:
        """Stiffness of the quadratic form given by symmetric (m, 3, 3) weights of the gradient."""
        local = np.einsum("m,mix,mxy,mjy->mij", self.area, self.basis, weights, self.basis)
        rows = np.repeat(self.triangles, 3, axis=1).ravel()
        columns = np.tile(self.triangles, (1, 3)).ravel()
        return coo_matrix((local.ravel(), (rows, columns)), shape=(self.count, self.count)).tocsr()

    def at_vertices(self, faces: Points) -> Points:
        """Area-weighted mean of face vectors (m, 3) at the vertices, not normalised, (n, 3)."""
        total = np.empty((self.count, 3))
        for axis in range(3):
            share = np.repeat(self.area * faces[:, axis], 3)
            total[:, axis] = np.bincount(self.triangles.ravel(), share, self.count)
        return total

    def directions(self, rise: Points) -> Points:
        """Unit tangents along the rise of a function, (m, 3), carried on into plateaus."""
        gradient = self.gradient(rise)
        for _ in range(_SPREAD_ROUNDS):
            spread = _unit(self.at_vertices(_unit(gradient, 0.15)))[self.triangles].mean(1)
            spread -= (spread * self.normal).sum(1, keepdims=True) * self.normal
            gradient = _unit(gradient, 0.15) + 0.35 * spread
        return _unit(gradient)


def _unit(vectors: Points, soft: float = 0.0) -> Points:
    """Vectors of unit length; those below `soft` of the median length stay shorter."""
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    found: Points = vectors / np.maximum(length, max(soft * float(np.median(length)), 1e-12))
    return found


def _rise(frame: _Faces, points: Points, origin: _Ends, insertion: _Ends, rule: Fibres) -> Points:
    """A function of the vertices that rises along the fibres."""
    if rule.direction is not None:
        return np.asarray(points @ rule.direction)
    fixed = origin[1] | insertion[1]
    stiff = frame.system(np.broadcast_to(np.eye(3), (len(frame.area), 3, 3)))
    values = insertion[1].astype(np.float64)
    free = np.flatnonzero(~fixed)
    if len(free):
        load_ = -(stiff[free][:, np.flatnonzero(fixed)] @ values[fixed])
        part = stiff[free][:, free] + diags(np.full(len(free), 1e-9))
        values[free] = spsolve(part.tocsc(), load_)
    return values


def _across(frame: _Faces, along: Points, rule: Fibres, ends: NDArray[np.bool_]) -> Points:
    """The coordinate across the fibres, mm, (n,); `ends` marks the vertices where fibres begin or end."""
    side = np.cross(frame.normal, along)
    face = np.clip(frame.normal @ _facing(frame, rule) / _SOFT_FOLD, -1.0, 1.0)
    # Where fibres end, they meet from all around: there nothing is asked along them.
    firm = np.where(ends[frame.triangles].any(1), 0.02, _ALONG)
    weights = np.einsum("mx,my->mxy", side, side) + np.einsum("m,mx,my->mxy", firm, along, along)
    stiff = frame.system(weights) + diags(np.full(frame.count, 1e-7))
    wanted = (frame.area * face)[:, None] * np.einsum("mkx,mx->mk", frame.basis, side)
    pull = np.bincount(frame.triangles.ravel(), wanted.ravel(), frame.count)
    values = np.asarray(spsolve(stiff.tocsc(), pull))
    slope = np.abs((frame.gradient(values) * side).sum(1))
    values /= max(float(np.median(slope)), 1e-3)
    return np.asarray(values - values.min())


def _evened(across: Points, points: Points, triangles: NDArray[np.int64]) -> Points:
    """The coordinate without the steps that fold over a sharp border; elsewhere the spacing stays."""
    here, other = np.vstack([triangles[:, [k, (k + 1) % 3]] for k in range(3)]).T
    length = np.maximum(np.linalg.norm(points[here] - points[other], axis=1), _LEAST_EDGE_MM)
    number = np.bincount(here, minlength=len(across))
    for _ in range(_EVEN_ROUNDS):
        steep = np.abs(across[here] - across[other]) > _STEEP * length
        lies = np.bincount(here, weights=steep, minlength=len(across)) > 0
        beside = np.bincount(here, weights=across[other], minlength=len(across)) / number
        across = np.where(lies, 0.5 * (across + beside), across)
    return across


def _facing(frame: _Faces, rule: Fibres) -> Points:
    """Direction towards the superficial face, unit, (3,)."""
    if rule.superficial is not None:
        return np.asarray(rule.superficial / np.linalg.norm(rule.superficial))
    # The flattest direction: that which most of the surface faces.
    spread = np.einsum("m,mx,my->xy", frame.area, frame.normal, frame.normal)
    return np.asarray(np.linalg.eigh(spread)[1][:, -1])
