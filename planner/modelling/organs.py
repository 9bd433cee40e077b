"""Kidneys, ureters, bladder and colon."""

from __future__ import annotations

from functools import partial

from planner.modelling import fields, kidneys, methods, network
from planner.modelling.methods import from_points, solid
from planner.modelling.recipe import Recipe, Shape, Solids
from planner.modelling.tables import Tables
from planner.modelling.vessels import vessel

_KIDNEYS = ("kidney_left", "kidney_right")
# id, grid step in mm, triangles, muscles and bones it lies on
_HOLLOW: tuple[tuple[str, float, int, tuple[str, ...]], ...] = (
    ("urinary_bladder", 1.8, 2500, ("hip_bone_left", "hip_bone_right")),
    ("colon_ascending", 1.8, 4000, ("psoas_major_right", "iliacus_right", "hip_bone_right")),
    ("colon_descending", 1.8, 5000, ("psoas_major_left", "iliacus_left", "hip_bone_left")),
)
_GAP_MM = 1.5


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
    for ident, step, budget, under in _HOLLOW:
        clear = tuple((name, _GAP_MM) for name in under)
        hollow = partial(
            from_points, structure=ident, step_mm=step, budget=budget, blur_mm=1.5, passes=8, clear=clear
        )
        left = (name.replace("_right", "_left") for name in under)
        tables = tuple(f"surfaces/{name}.csv" for name in dict.fromkeys((ident, *left)))
        found.append(Recipe(ident, "organs", hollow, tables))
    files = network.files()
    for side in ("left", "right"):
        ident = f"ureter_{side}"
        tube = partial(vessel, structure=ident, sides=10, spacing_mm=5.0)
        found.append(Recipe(ident, "organs", tube, files, modules=(network, kidneys, fields)))
    return tuple(found)
