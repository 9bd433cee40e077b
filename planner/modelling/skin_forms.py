"""The skin's other forms: the same vertices and faces, moved by what soft tissue adds or takes away.

`assets/measurements/skin_forms.toml` says by rings and pads how far the skin stands farther out or in; the
bones, and with them every landmark, stay. Shifts are horizontal, so that heights keep their meaning, and
follow directions evened over a hand's breadth, so that creases keep their shape instead of crossing. Where
a form draws the skin inwards, it stops at the cover that bone and muscle must have.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import PchipInterpolator
from scipy.sparse import csr_matrix
from scipy.spatial import cKDTree

from planner.atlas.meshes import BETWEEN, Mesh, Shape
from planner.atlas.model import MEASURED_FORM
from planner.modelling.body_chart import averaging
from planner.modelling.shading import smooth_normals
from planner.modelling.skin_surface import Skin, symmetric_normals
from planner.modelling.tables import TableFault

Points = NDArray[np.float64]
Values = NDArray[np.float64]

_TOLD = tuple(form for form in BETWEEN if form != MEASURED_FORM)  # what a table may tell
_EVEN_DIRECTION = 30  # rounds of averaging over neighbours: about 35 mm on this mesh
_EVEN_SHIFT = 12
_EVEN_LIMIT = 6
_SLACK_MM = 0.6  # a solid's surface lies nearer than its nearest sample
_LEAST_MM = 0.25  # how far a vertex of the left half stays off the median plane


class _Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Base of the table's records."""


class Figure(_Record, frozen=True, kw_only=True):
    """Mean of a survey for each sex, mm."""

    id: str
    male_mm: float
    female_mm: float
    source: str


class Ring(_Record, frozen=True, kw_only=True):
    """Shifts at one height, mm, of skin facing the side, the front, the back and the midline."""

    height_mm: float
    lateral_mm: float
    anterior_mm: float
    posterior_mm: float
    medial_mm: float
    basis: str


class Pad(_Record, frozen=True, kw_only=True):
    """A swelling about a point: exp(-sum of squares of offset over radius) of `shift_mm`."""

    id: str
    centre_lps: tuple[float, float, float]
    radii_mm: tuple[float, float, float]
    shift_mm: float
    basis: str


class FormTable(_Record, frozen=True, kw_only=True):
    """One form: rings from above downwards or in any order, pads, and the cover kept when drawn inwards."""

    id: str
    cover_mm: float
    ring: tuple[Ring, ...]
    pad: tuple[Pad, ...] = ()


class FormFile(_Record, frozen=True, kw_only=True):
    """The whole table."""

    format: int
    figure: tuple[Figure, ...]
    form: tuple[FormTable, ...]

    def ratio(self, figure: str) -> float:
        """Female over male of a figure at the same stature. KeyError for an unknown one."""
        means = {entry.id: entry.female_mm / entry.male_mm for entry in self.figure}
        return means[figure] / means["stature"]


def read_forms(path: Path) -> FormFile:
    """The table at path. Raises TableFault naming file, entry and fault."""
    try:
        file = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), FormFile)
    except (OSError, ValueError) as error:
        raise TableFault(f"{path.name}: {error}") from error
    fault = _fault(file)
    if fault:
        raise TableFault(f"{path.name}: {fault}")
    return file


def _fault(file: FormFile) -> str:
    """What is wrong with the table, or ""."""
    if file.format != 1:
        return f"its format is {file.format}; this program reads 1"
    for form in file.form:
        if form.id not in _TOLD:
            return f"form {form.id}: there is no such form; there are {', '.join(_TOLD)}"
        heights = [ring.height_mm for ring in form.ring]
        if len(heights) < 2 or len(set(heights)) != len(heights):
            return f"form {form.id}: it needs two rings or more, each at its own height"
        for ring in form.ring:
            shifts = (ring.lateral_mm, ring.anterior_mm, ring.posterior_mm, ring.medial_mm)
            if not all(abs(shift) <= 60.0 for shift in shifts):
                return f"form {form.id}, ring at {ring.height_mm:g} mm: a shift is no number up to 60 mm"
        for pad in form.pad:
            if min(pad.radii_mm) <= 0.0 or not abs(pad.shift_mm) <= 60.0:
                return f"form {form.id}, pad {pad.id}: radii must be above 0 and the shift at most 60 mm"
    ids = [form.id for form in file.form]
    return "" if len(set(ids)) == len(ids) else "a form stands twice"


def with_forms(skin: Skin, file: FormFile, solids: Mapping[str, Mesh]) -> Skin:
    """The skin with every form of the table as a shape of its mesh, the built one as "male".

    solids: bones and muscles by id, which every form must cover.
    """
    own = skin.mesh
    shapes: dict[str, Shape] = {MEASURED_FORM: Shape(own.points_lps, own.normals)}
    for form in file.form:
        points = _moved(skin, form, solids).astype(np.float32)
        triangles = own.triangles.astype(np.int64)
        normals = smooth_normals(points.astype(np.float64), triangles)
        shapes[form.id] = Shape(points, symmetric_normals(normals, skin.mirror))
    return replace(skin, mesh=replace(own, form=MEASURED_FORM, shapes=shapes))


def _moved(skin: Skin, form: FormTable, solids: Mapping[str, Mesh]) -> Points:
    """Vertex positions of a form, (n, 3), mirrored exactly."""
    at = skin.mesh.points_lps.astype(np.float64)
    left = at[:, 0] >= 0.0
    even = averaging(len(at), skin.mesh.triangles.astype(np.int64))
    facing = skin.mesh.normals.astype(np.float64)
    for _ in range(_EVEN_DIRECTION):
        facing = even @ facing
    facing[:, 2] = 0.0
    # What faces up or down, as the cap and the soles do, has no direction to move in.
    length = np.linalg.norm(facing, axis=1, keepdims=True)
    direction = facing / np.maximum(length, 0.25)
    folded = np.where(left, 1.0, -1.0)[:, None] * np.array([1.0, 0.0, 0.0]) + np.array([0.0, 1.0, 1.0])
    shift = direction * _shift_mm(form, at * folded, direction * folded)[:, None]
    shift = _covered(at, shift, skin, form, solids, even)
    for _ in range(_EVEN_SHIFT):
        shift = even @ shift
    moved = at + shift
    # Thighs and cleft stay open: nothing crosses the median plane.
    side = np.where(skin.mirror == np.arange(len(at)), 0.0, np.where(left, 1.0, -1.0))
    kept = np.minimum(np.abs(at[:, 0]), _LEAST_MM)
    moved[:, 0] = side * np.maximum(moved[:, 0] * side, kept)
    moved = moved.round(3)
    moved[skin.mirror[left]] = moved[left] * np.array([-1.0, 1.0, 1.0])
    moved[side == 0.0, 0] = 0.0
    return np.asarray(moved)


def _shift_mm(form: FormTable, at: Points, direction: Points) -> Values:
    """How far each vertex moves, (n,), from places and directions folded onto the left half."""
    rings = sorted(form.ring, key=lambda ring: ring.height_mm)
    heights = np.array([ring.height_mm for ring in rings])
    level = np.clip(at[:, 2], heights[0], heights[-1])
    x, y = direction[:, 0], direction[:, 1]
    facing = {
        "lateral_mm": np.maximum(x, 0.0) ** 2,
        "medial_mm": np.maximum(-x, 0.0) ** 2,
        "anterior_mm": np.maximum(-y, 0.0) ** 2,
        "posterior_mm": np.maximum(y, 0.0) ** 2,
    }
    shift = np.zeros(len(at))
    for name, share in facing.items():
        run = PchipInterpolator(heights, [float(getattr(ring, name)) for ring in rings])
        shift += share * run(level)
    for pad in form.pad:
        off = (at - np.array(pad.centre_lps)) / np.array(pad.radii_mm)
        shift += pad.shift_mm * np.exp(-(off * off).sum(axis=1))
    return shift


def _covered(
    at: Points, shift: Points, skin: Skin, form: FormTable, solids: Mapping[str, Mesh], even: csr_matrix
) -> Points:
    """The shifts, shortened where they would bring the skin nearer to a solid than the form's cover."""
    normals = skin.mesh.normals.astype(np.float64)
    inward = np.maximum(-(shift * normals).sum(axis=1), 0.0)
    moving = np.flatnonzero(inward > 1e-3)
    cloud = [_samples(mesh) for _, mesh in sorted(solids.items()) if mesh.system in ("bones", "muscles")]
    if not len(moving) or not cloud:
        return shift
    reach = float(inward.max()) + form.cover_mm + 10.0
    near = cKDTree(np.vstack(cloud)).query(at[moving], distance_upper_bound=reach)[0]
    room = np.full(len(at), reach)
    room[moving] = np.maximum(np.minimum(near, reach) - form.cover_mm - _SLACK_MM, 0.0)
    # The least room nearby counts, and the limit rises gently from it: no dent shows where it ends.
    for _ in range(_EVEN_LIMIT):
        room = _least_nearby(room, skin.mesh.triangles)
    for _ in range(2 * _EVEN_LIMIT):
        room = even @ room
    share = np.where(inward > room, room / np.maximum(inward, 1e-6), 1.0)
    return np.asarray(shift * share[:, None])


def _samples(mesh: Mesh) -> Points:
    """Vertices and middles of triangles, (k, 3)."""
    return np.vstack([mesh.points_lps, mesh.points_lps[mesh.triangles].mean(axis=1)]).astype(np.float64)


def _least_nearby(values: Values, triangles: NDArray[np.uint32]) -> Values:
    """The least value among each vertex and its neighbours, (n,)."""
    least = values.copy()
    lowest = values[triangles].min(axis=1)
    for corner in range(3):
        np.minimum.at(least, triangles[:, corner], lowest)
    return least
