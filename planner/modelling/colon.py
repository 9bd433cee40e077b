"""The large bowel: a tube along an authored course with haustra, folds and taeniae, beside its neighbours.

The wall bulges between folds that reach over a third of the circumference each and are set off against
one another; three taeniae draw it in along its length. Where the wall would enter a neighbour it gives
way towards its own axis.
"""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import PchipInterpolator

from planner.modelling.easing import Surface
from planner.modelling.implicit import relaxed
from planner.modelling.recipe import Shape, Solids
from planner.modelling.tables import Points, TableFault, Tables
from planner.modelling.tube import lengths_mm, sweep
from planner.modelling.waypoints import spline

FILE = "colon.toml"
_SIDES = 30
_RING_MM = 3.2
_FOLD_SHARE = 0.17  # width of a fold / length of a haustrum
_TAENIA_RAD = 0.2
_END_MM = 22.0  # from a stump, over which folds and taeniae begin
_GAP_MM = 0.8
_SHRINK = 0.94  # of the distance from the axis, per step of giving way
_DENT_ROUNDS = 10  # steps from vertex to vertex by which a dent runs out
_LEAST = 0.25  # share of its distance from the axis that the wall keeps


def bowel(tables: Tables, solids: Solids, *, structure: str, beside: tuple[str, ...]) -> Shape:
    """A stretch of colon that gives way to the finished structures `beside`. Raises TableFault."""
    entry = _entry(tables.folder, structure)
    rows = np.asarray(entry.course, np.float64)
    axis, at = spline(rows[:, :3])
    along = lengths_mm(axis)
    radius = np.asarray(PchipInterpolator(at, rows[:, 3])(along))
    vertices, triangles = sweep(axis, radius, _SIDES, _RING_MM)
    nearest = np.linalg.norm(vertices[:, None] - axis[None], axis=2).argmin(1)
    vertices = axis[nearest] + (vertices - axis[nearest]) * _relief(
        vertices, axis, along, nearest, entry.haustrum_mm, entry.fold_depth
    )
    vertices = relaxed(vertices, triangles, 2)
    vertices = _giving_way(vertices, triangles, axis[nearest], [Surface(solids[name]) for name in beside])
    return relaxed(vertices, triangles, 4), triangles


class _Bowel(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One stretch: rows of x, y, z, radius; length of a haustrum; depth of a fold as share of the radius."""

    id: str
    haustrum_mm: float
    fold_depth: float
    course: tuple[tuple[float, float, float, float], ...]


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    format: int
    bowel: tuple[_Bowel, ...]


def _entry(folder: Path, structure: str) -> _Bowel:
    try:
        content = msgspec.toml.decode((folder / FILE).read_bytes(), type=_File)
    except OSError as error:
        raise TableFault(f"{FILE}: cannot be read ({error.strerror})") from error
    except msgspec.DecodeError as error:
        raise TableFault(f"{FILE}: {error}") from error
    for entry in content.bowel:
        if entry.id == structure:
            if len(entry.course) < 3 or min(row[3] for row in entry.course) <= 0.0:
                raise TableFault(
                    f"{FILE}, {structure}: a course needs three rows or more, each with a radius"
                )
            return entry
    raise TableFault(f"{FILE}: there is no bowel {structure!r}")


def _relief(
    vertices: Points,
    axis: Points,
    along: NDArray[np.float64],
    nearest: NDArray[np.intp],
    haustrum_mm: float,
    fold_depth: float,
) -> Points:
    """Factor (n, 1) on each vertex's distance from the axis."""
    tangent = np.gradient(axis, axis=0)
    tangent /= np.linalg.norm(tangent, axis=1, keepdims=True)
    # Carried along without twist from a forward direction, so that the taeniae run straight.
    front = np.empty_like(axis)
    held = np.array([0.0, -1.0, 0.0])
    for k, ahead in enumerate(tangent):
        held = held - ahead * float(held @ ahead)
        held /= np.linalg.norm(held)
        front[k] = held
    side = np.cross(tangent, front)
    away = vertices - axis[nearest]
    angle = np.arctan2((away * side[nearest]).sum(1), (away * front[nearest]).sum(1))
    third = np.floor((angle + np.pi) / (2.0 * np.pi / 3.0)).clip(0, 2)
    to_taenia = np.abs((angle + np.pi) % (2.0 * np.pi / 3.0))
    to_taenia = np.minimum(to_taenia, 2.0 * np.pi / 3.0 - to_taenia)
    # Each third has its own folds; their spacing varies a little, as in any bowel.
    place = along[nearest] / haustrum_mm + third / 3.0
    place = place + 0.16 * np.sin(1.7 * place + 2.0 * third)
    to_fold = np.abs(place - np.round(place)) / _FOLD_SHARE
    fold = np.exp(-(to_fold**2)) * np.clip(to_taenia / 0.5, 0.0, 1.0) ** 0.5
    taenia = np.exp(-((to_taenia / _TAENIA_RAD) ** 2))
    ends = np.clip(np.minimum(along[nearest], along[-1] - along[nearest]) / _END_MM, 0.0, 1.0)
    factor = 1.0 + ends * (0.05 - fold_depth * fold - 0.62 * fold_depth * taenia)
    return np.asarray(factor)[:, None]


def _giving_way(
    vertices: Points, triangles: NDArray[np.int64], centres: Points, beside: list[Surface]
) -> Points:
    """The wall drawn towards the axis where it would enter a neighbour, and smoothly around there."""
    share = np.ones(len(vertices))
    for surface in beside:
        for _ in range(24):
            at = centres + (vertices - centres) * share[:, None]
            inside = ((at > surface.low - _GAP_MM) & (at < surface.high + _GAP_MM)).all(1)
            rows = np.flatnonzero(inside & (share > _LEAST))
            rows = rows[surface.signed_mm(at[rows]) < _GAP_MM] if len(rows) else rows
            if not len(rows):
                break
            share[rows] *= _SHRINK
    pairs = np.vstack([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]])
    here, other = pairs.T
    number = np.bincount(here, minlength=len(vertices))
    for _ in range(_DENT_ROUNDS):
        around = np.bincount(here, weights=share[other], minlength=len(vertices)) / number
        share = np.minimum(share, around)
    moved: Points = centres + (vertices - centres) * share[:, None]
    return moved
