"""Muscles of trunk, pelvis and leg: what is built from which table and with how many triangles."""

from __future__ import annotations

from functools import partial

from planner.modelling import fields, limb_muscles, methods
from planner.modelling.methods import Clear
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


def recipes() -> tuple[Recipe, ...]:
    """One recipe per muscle, each with its mirrored twin."""
    found = [
        _recipe(
            "psoas_major_left", partial(psoas, budget=3600, clear=_gaps((*_LUMBAR, *_HIP))), (*_LUMBAR, *_HIP)
        )
    ]
    found.extend(limb_muscles.recipes())
    return tuple(found)


def _gaps(names: tuple[str, ...], gap_mm: float = 0.2) -> Clear:
    return tuple((name, gap_mm) for name in names)


def _recipe(ident: str, make: partial, bones: tuple[str, ...]) -> Recipe:  # type: ignore[type-arg]
    files = [f"surfaces/{name}.csv" for name in (ident, *bones)]
    if ident == "psoas_major_left":
        files.append(f"sections/{ident}.csv")
    return Recipe(ident, "muscles", make, tuple(files), twin=right(ident), modules=(fields, methods))
