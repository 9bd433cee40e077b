"""Muscles of the back and quadratus lumborum: drawn columns that fill what bones and fasciae leave.

The columns are drawn generously; neighbours, bones, the median plane and the thoracolumbar fascia cut
them, so that multifidus lies on the laminae and erector spinae under its fascia without gaps.
"""

from __future__ import annotations

from functools import partial

import numpy as np
from numpy.typing import NDArray

from planner.modelling import envelope as envelopes
from planner.modelling import fields, methods
from planner.modelling.envelope import Envelope, envelope
from planner.modelling.fields import AUTHORED, authored_points, field_of
from planner.modelling.implicit import blurred, contoured, fit, relaxed, sampled
from planner.modelling.methods import Clear
from planner.modelling.recipe import Recipe, Shape, Solids, right
from planner.modelling.simplify import reduced
from planner.modelling.tables import Points, Tables

Grid = NDArray[np.float64]

_STEP_MM = 1.4
_BLEND_MM = 1.5  # width over which a cut is rounded
_TRUST_MM = 28.0
_FASCIA_MM = 1.6  # what lies outside a muscle of the back, up to the envelope
_MEDIAN_MM = 2.2  # half the thickness of the ligaments between the spinous processes
_SPINE = ("vertebra_t11", "vertebra_t12", *(f"vertebra_l{k}" for k in range(1, 6)), "sacrum")
# id, columns, triangles of one side, muscles it gives way to, bones it rests on
_DRAWN: tuple[tuple[str, tuple[str, ...], int, tuple[str, ...], tuple[str, ...]], ...] = (
    (
        "quadratus_lumborum_left",
        ("quadratus_lumborum_left",),
        2200,
        ("psoas_major_left",),
        (*_SPINE[1:], "rib_12_left", "hip_bone_left"),
    ),
    ("multifidus_left", ("multifidus_left",), 4000, (), (*_SPINE, "hip_bone_left", "rib_12_left")),
    (
        "erector_spinae_left",
        ("longissimus_left", "iliocostalis_left"),
        4200,
        ("multifidus_left", "quadratus_lumborum_left"),
        (*_SPINE, "rib_11_left", "rib_12_left", "hip_bone_left"),
    ),
)


def recipes() -> tuple[Recipe, ...]:
    """One recipe per muscle, each with its mirrored twin."""
    found = []
    for ident, columns, budget, soft, bones in _DRAWN:
        clear = (*((name, 0.5) for name in soft), *((name, 0.2) for name in bones))
        make = partial(drawn, columns=columns, budget=budget, clear=clear)
        files = (
            AUTHORED,
            *envelopes.FILES,
            *(f"surfaces/{name}.csv" for name in (*bones, "psoas_major_left")),
        )
        modules = (fields, methods, envelopes)
        found.append(Recipe(ident, "muscles", make, files, twin=right(ident), modules=modules))
    return tuple(found)


def drawn(tables: Tables, solids: Solids, *, columns: tuple[str, ...], budget: int, clear: Clear) -> Shape:
    """The union of drawn columns (a groove stays between them), cut by what lies around."""
    points = [authored_points(tables.folder, name) for name in columns]
    low = np.min([part.min(0) for part, _ in points], 0) - 6.0
    high = np.max([part.max(0) for part, _ in points], 0) + 6.0
    values = np.min([sampled(fit(part, facing), low, high, _STEP_MM) for part, facing in points], 0)
    values = blurred(values, 0.8, _STEP_MM)
    wall = envelope(tables.folder)
    for neighbour, gap_mm in (*clear, ("", 0.0)):
        inside = np.argwhere(values < _BLEND_MM)
        at = low + _STEP_MM * inside
        if neighbour:
            other = field_of(tables.folder, neighbour)
            inside = inside[other.near(at, _TRUST_MM)]
            lack = gap_mm - other(low + _STEP_MM * inside)
        else:
            lack = np.maximum(_beyond(wall, at), _MEDIAN_MM - at[:, 0])
        spot = tuple(inside.T)
        values[spot] = _smooth_max(values[spot].astype(np.float64), lack)
    vertices, triangles = contoured(values, low, _STEP_MM)
    return reduced(relaxed(vertices, triangles, 8), triangles, budget)


def _beyond(wall: Envelope, at: Points) -> Grid:
    """How far points (n, 3) lie outside the fascia that covers the back, mm."""
    azimuth, height, radius = wall.polar(at)
    found: Grid = radius - wall.radius(azimuth, height) + _FASCIA_MM
    return found


def _smooth_max(a: Grid, b: Grid) -> Grid:
    blend = np.maximum(_BLEND_MM - np.abs(a - b), 0.0)
    larger: Grid = np.maximum(a, b) + blend * blend / (4.0 * _BLEND_MM)
    return larger
