"""Muscles of trunk, pelvis and leg: what is built from which table and with how many triangles."""

from __future__ import annotations

from functools import partial

from planner.modelling import fields, kidneys, methods, network
from planner.modelling.methods import Clear, from_points
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
_BACK = ("sacrum", "hip_bone_left", "femur_left")
_THIGH = ("hip_bone_left", "femur_left", "patella_left", "tibia_left")
_LEG = ("femur_left", "tibia_left", "fibula_left")

# id, grid step in mm, width of the evening of beads in mm, triangles of one side, bones it rests on
_MEASURED: tuple[tuple[str, float, float, int, tuple[str, ...]], ...] = (
    ("iliacus_left", 1.5, 1.6, 2000, ("hip_bone_left", "femur_left", "sacrum")),
    ("gluteus_maximus_left", 1.9, 1.6, 2200, _BACK),
    ("gluteus_medius_left", 1.6, 2.2, 1300, _HIP),
    ("gluteus_minimus_left", 1.5, 1.8, 800, _HIP),
    ("tensor_fasciae_latae_left", 1.5, 1.8, 800, _HIP),
    ("sartorius_left", 1.5, 1.4, 1500, _THIGH),
    ("rectus_femoris_left", 1.5, 1.4, 1200, _THIGH),
    ("pectineus_left", 1.4, 1.6, 1000, _HIP),
    ("adductor_longus_left", 1.5, 1.6, 1000, _HIP),
    ("adductor_brevis_left", 1.5, 1.6, 800, _HIP),
    ("adductor_magnus_left", 1.7, 1.8, 1800, _HIP),
    ("gracilis_left", 1.4, 1.2, 1000, _THIGH),
    ("vastus_lateralis_left", 1.7, 1.8, 1500, _THIGH),
    ("vastus_medialis_left", 1.7, 1.8, 1200, _THIGH),
    ("vastus_intermedius_left", 1.7, 1.8, 1200, _THIGH),
    ("obturator_externus_left", 1.3, 1.4, 800, _HIP),
    ("obturator_internus_left", 1.3, 1.4, 1000, _HIP),
    ("piriformis_left", 1.4, 1.4, 800, _BACK),
    ("quadratus_femoris_left", 1.4, 1.4, 500, _HIP),
    ("biceps_femoris_long_left", 1.7, 1.6, 1000, (*_HIP, "fibula_left", "tibia_left")),
    ("biceps_femoris_short_left", 1.7, 1.6, 700, _LEG),
    ("semimembranosus_left", 1.7, 1.6, 1000, _THIGH),
    ("semitendinosus_left", 1.5, 1.3, 1000, _THIGH),
    ("gastrocnemius_left", 1.9, 1.8, 900, _LEG),
    ("soleus_left", 1.9, 1.8, 800, _LEG),
    ("tibialis_anterior_left", 1.5, 1.3, 700, ("tibia_left", "fibula_left", "foot_left")),
)
_FEMORAL = ("artery_femoral_left", "vein_femoral_left")
_POPLITEAL = ("artery_popliteal_left", "vein_popliteal_left")
# The great vessels lie in grooves of the muscles beside them.
_GROOVES: dict[str, tuple[str, ...]] = {
    "pectineus_left": _FEMORAL,
    "adductor_longus_left": _FEMORAL,
    "adductor_magnus_left": (*_FEMORAL, *_POPLITEAL),
    "vastus_medialis_left": _FEMORAL,
    "sartorius_left": _FEMORAL,
    "gastrocnemius_left": _POPLITEAL,
    "soleus_left": _POPLITEAL,
}


def recipes() -> tuple[Recipe, ...]:
    """One recipe per muscle, each with its mirrored twin."""
    found = [
        _recipe(
            "psoas_major_left", partial(psoas, budget=3600, clear=_gaps((*_LUMBAR, *_HIP))), (*_LUMBAR, *_HIP)
        )
    ]
    for ident, step, blur, budget, bones in _MEASURED:
        make = partial(
            from_points,
            structure=ident,
            step_mm=step,
            fill_mm=32.0 if ident == "gluteus_maximus_left" else 4.0,
            blur_mm=blur,
            budget=budget,
            passes=10,
            clear=(*_gaps(bones), *_gaps(_GROOVES.get(ident, ()), 0.4)),
        )
        found.append(_recipe(ident, make, bones))
    return tuple(found)


def _gaps(names: tuple[str, ...], gap_mm: float = 0.2) -> Clear:
    return tuple((name, gap_mm) for name in names)


def _recipe(ident: str, make: partial, bones: tuple[str, ...]) -> Recipe:  # type: ignore[type-arg]
    files = [f"surfaces/{name}.csv" for name in (ident, *bones)]
    if ident == "psoas_major_left":
        files.append(f"sections/{ident}.csv")
    if ident not in _GROOVES:
        return Recipe(ident, "muscles", make, tuple(files), twin=right(ident), modules=(fields, methods))
    files.extend(network.files())
    modules = (fields, methods, network, kidneys)
    return Recipe(ident, "muscles", make, tuple(files), twin=right(ident), modules=modules)
