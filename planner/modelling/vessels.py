"""The measured vessels and the inguinal ligament as tubes along the courses of the network."""

from __future__ import annotations

from functools import partial

import numpy as np

from planner.modelling import fields, kidneys, network
from planner.modelling.recipe import Recipe, Shape, Solids
from planner.modelling.tables import Tables
from planner.modelling.tube import resample, smoothed, sweep

_MIDLINE = (("aorta_abdominal", 20), ("vena_cava_inferior", 20))
# vessel, corners of its section
_SIDED = (
    ("artery_common_iliac", 14),
    ("artery_external_iliac", 14),
    ("artery_internal_iliac", 10),
    ("artery_femoral", 14),
    ("artery_popliteal", 12),
    ("artery_inferior_epigastric", 7),
    ("artery_renal", 12),
    ("vein_common_iliac", 14),
    ("vein_external_iliac", 14),
    ("vein_internal_iliac", 10),
    ("vein_femoral", 14),
    ("vein_popliteal", 12),
    ("vein_renal", 12),
)
_LIGAMENT_FLAT = 0.45  # thickness / width of the inguinal ligament
_LIGAMENT_MM = 4.0
_UNDER_LIGAMENT = ("artery_external_iliac", "artery_femoral", "vein_external_iliac", "vein_femoral")
_MODULES = (network, kidneys, fields)


def vessel(tables: Tables, solids: Solids, *, structure: str, sides: int, spacing_mm: float) -> Shape:
    """Tube along a course of the network."""
    course = network.network(tables.folder)[structure]
    return sweep(course.points, course.radius, sides, spacing_mm)


def ligament(tables: Tables, solids: Solids, *, structure: str) -> Shape:
    """The inguinal ligament: a flat band that arches over the femoral vessels."""
    points, radius = tables.centreline(structure)
    even, width = resample(points, 2.0, radius)
    axis = smoothed(even, 24.0, 2.0)[: len(width)]
    side = structure.rsplit("_", 1)[-1]
    courses = network.network(tables.folder)
    under = [courses[f"{name}_{side}"] for name in _UNDER_LIGAMENT]
    axis = network.settled(tables.folder, axis, np.full(len(axis), _LIGAMENT_MM), under, 1, 0.0)
    axis = smoothed(axis, 24.0, 2.0)
    width = np.interp(np.linspace(0.0, 1.0, len(axis)), np.linspace(0.0, 1.0, len(width)), width)
    return sweep(axis, width, 12, 9.0, flatten=(_LIGAMENT_FLAT, (0.0, 1.0, 0.35)))


def sided() -> tuple[tuple[str, int], ...]:
    """Structure ids of all vessels with the corners of their sections."""
    return _MIDLINE + tuple((f"{name}_{side}", sides) for name, sides in _SIDED for side in ("left", "right"))


def recipes() -> tuple[Recipe, ...]:
    """One recipe per vessel and side."""
    names = sided()
    files = network.files()
    found = []
    for ident, sides in names:
        thin = np.isin(sides, (6, 7))
        make = partial(vessel, structure=ident, sides=sides, spacing_mm=7.0 if thin else 5.0)
        found.append(Recipe(ident, "vessels", make, files, modules=_MODULES))
    for side in ("left", "right"):
        ident = f"inguinal_ligament_{side}"
        band = partial(ligament, structure=ident)
        found.append(Recipe(ident, "muscles", band, (*files, f"centrelines/{ident}.csv"), modules=_MODULES))
    return tuple(found)
