"""Bones and discs: what is built from which table, how finely, with how many triangles."""

from __future__ import annotations

from functools import partial
from itertools import pairwise

from planner.modelling import bone_edits, fields
from planner.modelling.bone_solid import bone
from planner.modelling.discs import disc
from planner.modelling.methods import Clear, from_points
from planner.modelling.recipe import Recipe, right

# id, grid step in mm, triangles of one side, neighbours to keep clear of (gap in mm)
_BONES: tuple[tuple[str, float, int, Clear], ...] = (
    ("vertebra_t11", 0.9, 5000, ()),
    ("vertebra_t12", 0.9, 6000, (("vertebra_t11", 0.3),)),
    ("vertebra_l1", 0.8, 8000, (("vertebra_t12", 0.5),)),
    ("vertebra_l2", 0.8, 8000, (("vertebra_l1", 0.5),)),
    ("vertebra_l3", 0.8, 8000, (("vertebra_l2", 0.5),)),
    ("vertebra_l4", 0.8, 8000, (("vertebra_l3", 0.5),)),
    ("vertebra_l5", 0.8, 8500, (("vertebra_l4", 0.5),)),
    ("sacrum", 0.9, 18000, (("vertebra_l5", 0.5),)),
    ("coccyx", 0.9, 1600, ()),
    ("rib_11_left", 0.8, 3200, (("vertebra_t11", 0.4),)),
    ("rib_12_left", 0.8, 2400, (("vertebra_t12", 0.4),)),
    # The gaps of hip and knee stand for joint cartilage.
    ("hip_bone_left", 1.2, 14000, (("femur_left", 1.2), ("sacrum", 0.4))),
    ("femur_left", 1.5, 8000, ()),
    ("patella_left", 1.0, 1600, (("femur_left", 0.8), ("tibia_left", 0.8))),
    ("tibia_left", 1.5, 6000, (("femur_left", 0.8),)),
    ("fibula_left", 1.1, 3000, (("tibia_left", 0.4),)),
    ("foot_left", 1.1, 11000, (("tibia_left", 0.4), ("fibula_left", 0.4))),
)
_LEVELS = ("vertebra_t11", "vertebra_t12", *(f"vertebra_l{k}" for k in range(1, 6)), "sacrum")

_EDITED = (*_LEVELS, "coccyx")  # bones that bone_edits.toml may change


def recipes() -> tuple[Recipe, ...]:
    """One recipe per bone or disc, paired bones with their mirrored twin."""
    found = []
    for ident, step, budget, clear in _BONES:
        twin = right(ident) if ident.endswith("_left") else ""
        if {ident, *(name for name, _ in clear)} & set(_EDITED):
            make = partial(bone, structure=ident, step_mm=step, budget=budget, clear=clear)
            files = (bone_edits.FILE, *_tables(_source(ident), clear))
            found.append(Recipe(ident, "bones", make, files, twin=twin, modules=(bone_edits, fields)))
        else:
            make = partial(from_points, structure=ident, step_mm=step, budget=budget, clear=clear)
            found.append(Recipe(ident, "bones", make, _tables(ident, clear), twin=twin))
    return (*found, *_discs())


def _discs() -> list[Recipe]:
    """Discs fill the gap between the vertebrae; the uppermost, which nothing needs whole, is as measured."""
    found = []
    for above, below in pairwise(_LEVELS):
        upper, lower = (name.removeprefix("vertebra_").replace("sacrum", "s1") for name in (above, below))
        ident = f"disc_{upper}_{lower}"
        if upper == "t11":
            between: Clear = ((above, 0.02), (below, 0.02))
            make = partial(from_points, structure=ident, step_mm=0.8, budget=2000, clear=between)
            found.append(Recipe(ident, "discs", make, _tables(ident, between)))
            continue
        ends = (
            f"{upper}_endplate_inferior_centre",
            f"{lower}_endplate_superior_centre".replace("s1_endplate_superior", "s1_endplate"),
        )
        make = partial(
            disc,
            upper=above,
            lower=below,
            above=ends[0],
            below=ends[1],
            step_mm=0.7,
            budget=3000,
        )
        files = ("landmarks.csv", bone_edits.FILE, f"surfaces/{above}.csv", f"surfaces/{below}.csv")
        found.append(Recipe(ident, "discs", make, files, modules=(bone_edits, fields)))
    return found


def _source(ident: str) -> str:
    return "sacrum" if ident == "coccyx" else ident


def _tables(ident: str, clear: Clear) -> tuple[str, ...]:
    return (f"surfaces/{ident}.csv", *(f"surfaces/{name}.csv" for name, _ in clear))
