"""Muscles of trunk, pelvis and leg: what is built from which table and with how many triangles."""

from __future__ import annotations

from functools import partial

from planner.modelling import fields, limb_muscles, methods
from planner.modelling.fields import AUTHORED
from planner.modelling.methods import Clear, from_authored
from planner.modelling.psoas import psoas
from planner.modelling.recipe import Recipe, right

_LUMBAR = (
    "vertebra_t12",
    "vertebra_l1",
    "vertebra_l2",
    "vertebra_l3",
    "vertebra_l4",
    "vertebra_l5",
    "sacrum",
)
_HIP = ("hip_bone_left", "femur_left")
# id, triangles of one side, muscles it gives way to, bones it rests on
_DRAWN: tuple[tuple[str, int, tuple[str, ...], tuple[str, ...]], ...] = (
    ("quadratus_lumborum_left", 1600, ("psoas_major_left",), (*_LUMBAR, "rib_12_left", "hip_bone_left")),
    ("multifidus_left", 1800, (), _LUMBAR),
    (
        "erector_spinae_left",
        2400,
        ("multifidus_left", "quadratus_lumborum_left"),
        (*_LUMBAR, "vertebra_t11", "rib_11_left", "rib_12_left", "hip_bone_left"),
    ),
)


def recipes() -> tuple[Recipe, ...]:
    """One recipe per muscle, each with its mirrored twin."""
    found = [
        _recipe(
            "psoas_major_left", partial(psoas, budget=3600, clear=_gaps((*_LUMBAR, *_HIP))), (*_LUMBAR, *_HIP)
        )
    ]
    found.extend(limb_muscles.recipes())
    for ident, budget, soft, bones in _DRAWN:
        drawn = partial(
            from_authored,
            structure=ident,
            step_mm=1.5,
            budget=budget,
            clear=(*_gaps(soft, 0.5), *_gaps(bones)),
        )
        files = (AUTHORED, *(f"surfaces/{name}.csv" for name in (*bones, "psoas_major_left")))
        found.append(Recipe(ident, "muscles", drawn, files, twin=right(ident)))
    return tuple(found)


def _gaps(names: tuple[str, ...], gap_mm: float = 0.2) -> Clear:
    return tuple((name, gap_mm) for name in names)


def _recipe(ident: str, make: partial, bones: tuple[str, ...]) -> Recipe:  # type: ignore[type-arg]
    files = [f"surfaces/{name}.csv" for name in (ident, *bones)]
    if ident == "psoas_major_left":
        files.append(f"sections/{ident}.csv")
    return Recipe(ident, "muscles", make, tuple(files), twin=right(ident), modules=(fields, methods))
