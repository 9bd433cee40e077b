"""Kidneys, ureters, bladder and colon."""

from __future__ import annotations

from functools import partial

from planner.modelling import easing, fields, kidneys, methods, network, waypoints
from planner.modelling.colon import FILE as COLON
from planner.modelling.colon import bowel
from planner.modelling.methods import from_points, solid
from planner.modelling.recipe import Recipe, Shape, Solids
from planner.modelling.tables import Tables
from planner.modelling.vessels import vessel

_KIDNEYS = ("kidney_left", "kidney_right")
_BLADDER_GAP_MM = 1.5
_BLADDER_LIES_ON = ("hip_bone_left", "hip_bone_right")
# id, what it gives way to
_BOWEL: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "colon_ascending",
        (
            *("psoas_major_right", "iliacus_right", "hip_bone_right", "quadratus_lumborum_right"),
            *("kidney_right", "transversus_abdominis_right", "rib_11_right", "rib_12_right"),
        ),
    ),
    (
        "colon_descending",
        (
            *("psoas_major_left", "iliacus_left", "hip_bone_left", "quadratus_lumborum_left"),
            *("kidney_left", "transversus_abdominis_left", "rib_11_left", "rib_12_left"),
            *("sacrum", "artery_external_iliac_left", "artery_common_iliac_left", "ureter_left"),
        ),
    ),
)


def kidney(tables: Tables, solids: Solids, *, structure: str) -> Shape:
    """A kidney in its place; see `planner.modelling.kidneys`."""
    table = tables.whole_surface(structure)
    points = kidneys.moved(tables, structure, table.points)
    normals = kidneys.turned(structure, table.normals)
    return solid(tables, (points, normals), 1.5, 4500, 1.0, 6, ())


def recipes() -> tuple[Recipe, ...]:
    """One recipe per organ; left and right kidneys have tables of their own."""
    found = []
    for ident in _KIDNEYS:
        make = partial(kidney, structure=ident)
        found.append(Recipe(ident, "organs", make, (f"surfaces/{ident}.csv",), modules=(kidneys, methods)))
    bladder = "urinary_bladder"
    hollow = partial(
        from_points,
        structure=bladder,
        step_mm=1.8,
        budget=2500,
        blur_mm=1.5,
        passes=8,
        clear=tuple((name, _BLADDER_GAP_MM) for name in _BLADDER_LIES_ON),
    )
    tables = (f"surfaces/{bladder}.csv", "surfaces/hip_bone_left.csv")
    found.append(Recipe(bladder, "organs", hollow, tables, modules=(fields,)))
    for ident, beside in _BOWEL:
        gut = partial(bowel, structure=ident, beside=beside)
        found.append(Recipe(ident, "organs", gut, (COLON,), needs=beside, modules=(easing, waypoints)))
    files = network.files()
    for side in ("left", "right"):
        ident = f"ureter_{side}"
        tube = partial(vessel, structure=ident, sides=10, spacing_mm=5.0)
        found.append(Recipe(ident, "organs", tube, files, modules=(network, kidneys, fields)))
    return tuple(found)
