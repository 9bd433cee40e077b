"""Muscles and tendons of hip, thigh and leg: what is built from which table, beside what, how finely."""

from __future__ import annotations

from functools import partial

from planner.modelling import bone_clearance, fields, iliotibial, kidneys, limb, methods, network, tendons
from planner.modelling.fields import AUTHORED
from planner.modelling.recipe import Recipe, right

_HIP = ("hip_bone_left", "femur_left")
_BACK = ("sacrum", "hip_bone_left", "femur_left")
_THIGH = ("hip_bone_left", "femur_left", "patella_left", "tibia_left")
_LEG = ("femur_left", "tibia_left", "fibula_left")

# id, grid step in mm, width of the evening of beads in mm, triangles of one side, bones it rests on
_MUSCLES: tuple[tuple[str, float, float, int, tuple[str, ...]], ...] = (
    ("iliacus_left", 1.5, 1.8, 2200, ("hip_bone_left", "femur_left", "sacrum")),
    ("gluteus_maximus_left", 1.9, 2.0, 2800, _BACK),
    ("gluteus_medius_left", 1.6, 2.2, 1800, _HIP),
    ("gluteus_minimus_left", 1.5, 1.8, 1000, _HIP),
    ("tensor_fasciae_latae_left", 1.5, 1.8, 1000, _HIP),
    ("sartorius_left", 1.4, 1.4, 2200, _THIGH),
    ("rectus_femoris_left", 1.5, 1.4, 2200, _THIGH),
    ("pectineus_left", 1.4, 1.6, 1300, _HIP),
    ("adductor_longus_left", 1.5, 1.6, 1400, _HIP),
    ("adductor_brevis_left", 1.5, 1.6, 1100, _HIP),
    ("adductor_magnus_left", 1.6, 1.8, 2600, _HIP),
    ("gracilis_left", 1.4, 1.2, 1600, _THIGH),
    ("vastus_lateralis_left", 1.7, 1.8, 2200, _THIGH),
    ("vastus_medialis_left", 1.7, 1.8, 1800, _THIGH),
    ("vastus_intermedius_left", 1.7, 1.8, 1500, _THIGH),
    ("obturator_externus_left", 1.3, 1.4, 900, _HIP),
    ("obturator_internus_left", 1.3, 1.4, 1200, _HIP),
    ("piriformis_left", 1.4, 1.4, 900, _BACK),
    ("quadratus_femoris_left", 1.4, 1.4, 600, _HIP),
    ("biceps_femoris_long_left", 1.6, 1.6, 1600, (*_HIP, "fibula_left", "tibia_left")),
    ("biceps_femoris_short_left", 1.5, 1.6, 1000, _LEG),
    ("semimembranosus_left", 1.6, 1.6, 1600, _THIGH),
    ("semitendinosus_left", 1.5, 1.3, 1600, _THIGH),
    ("gastrocnemius_left", 1.9, 1.8, 1500, _LEG),
    ("soleus_left", 1.9, 1.8, 1400, _LEG),
    ("tibialis_anterior_left", 1.4, 1.3, 1100, ("tibia_left", "fibula_left", "foot_left")),
)
_FILLED_MM = {"gluteus_maximus_left": 32.0}  # the measured dimple behind the trochanter
_NOTCHES_MM = 4.0

# Neighbours whose measured surfaces overlap: they share the border halfway.
_PAIRS: tuple[tuple[str, str], ...] = (
    ("iliacus", "rectus_femoris"),
    ("gluteus_maximus", "vastus_lateralis"),
    ("gluteus_maximus", "gluteus_medius"),
    ("gluteus_medius", "gluteus_minimus"),
    ("gluteus_minimus", "piriformis"),
    ("gluteus_medius", "piriformis"),
    ("sartorius", "rectus_femoris"),
    ("sartorius", "vastus_medialis"),
    ("rectus_femoris", "vastus_lateralis"),
    ("rectus_femoris", "vastus_medialis"),
    ("rectus_femoris", "vastus_intermedius"),
    ("vastus_lateralis", "vastus_intermedius"),
    ("vastus_medialis", "vastus_intermedius"),
    ("vastus_lateralis", "biceps_femoris_long"),
    ("vastus_lateralis", "biceps_femoris_short"),
    ("vastus_medialis", "adductor_longus"),
    ("vastus_medialis", "adductor_magnus"),
    ("pectineus", "adductor_brevis"),
    ("pectineus", "adductor_magnus"),
    ("adductor_longus", "adductor_brevis"),
    ("adductor_longus", "adductor_magnus"),
    ("adductor_longus", "gracilis"),
    ("adductor_brevis", "adductor_magnus"),
    ("adductor_magnus", "gracilis"),
    ("adductor_magnus", "semimembranosus"),
    ("gracilis", "semimembranosus"),
    ("semimembranosus", "semitendinosus"),
    ("semitendinosus", "biceps_femoris_long"),
    ("semitendinosus", "gracilis"),
    ("sartorius", "gracilis"),
    ("biceps_femoris_long", "biceps_femoris_short"),
    ("biceps_femoris_long", "gastrocnemius"),
    ("biceps_femoris_short", "gastrocnemius"),
    ("semimembranosus", "gastrocnemius"),
    ("gastrocnemius", "soleus"),
    ("obturator_externus", "obturator_internus"),
    ("obturator_internus", "piriformis"),
)
# Bodies that keep their shape; the muscle gives way, with this gap in mm.
_YIELDS: dict[str, tuple[tuple[str, float], ...]] = {
    "iliacus_left": (("psoas_major_left", 0.2),),
    **{
        f"{name}_left": (("quadriceps_tendon_left", 0.3),)
        for name in ("rectus_femoris", "vastus_lateralis", "vastus_medialis", "vastus_intermedius")
    },
    "gastrocnemius_left": (("calcaneal_tendon_left", 0.3),),
}
_FEMORAL = ("artery_femoral_left", "vein_femoral_left")
_POPLITEAL = ("artery_popliteal_left", "vein_popliteal_left")
_GROOVE_MM = 0.4
# The great vessels lie in grooves of the muscles beside them; smaller ones are led between the muscles.
_GROOVES: dict[str, tuple[str, ...]] = {
    "iliacus_left": _FEMORAL,
    "pectineus_left": _FEMORAL,
    "adductor_longus_left": _FEMORAL,
    "adductor_magnus_left": (*_FEMORAL, *_POPLITEAL),
    "vastus_medialis_left": _FEMORAL,
    "sartorius_left": _FEMORAL,
    "biceps_femoris_short_left": _POPLITEAL,
    "semimembranosus_left": _POPLITEAL,
    "gastrocnemius_left": _POPLITEAL,
    "soleus_left": _POPLITEAL,
}
# id, grid step in mm, triangles, bones it is fixed to
_TENDONS: tuple[tuple[str, float, int, tuple[str, ...]], ...] = (
    ("quadriceps_tendon_left", 1.2, 700, ("patella_left", "femur_left")),
    ("patellar_ligament_left", 1.0, 600, ("patella_left", "tibia_left")),
    ("calcaneal_tendon_left", 1.1, 1000, ("tibia_left", "fibula_left", "foot_left")),
)


def recipes() -> tuple[Recipe, ...]:
    """One recipe per muscle or tendon, each with its mirrored twin."""
    found = [_muscle(*row) for row in _MUSCLES]
    for ident, step, budget, bones in _TENDONS:
        make = partial(limb.tendon, structure=ident, step_mm=step, budget=budget, bones=bones)
        files = (tendons.TABLE, AUTHORED, *(f"surfaces/{bone}.csv" for bone in bones))
        found.append(
            Recipe(
                ident,
                "muscles",
                make,
                files,
                twin=right(ident),
                modules=(bone_clearance, fields, methods, tendons),
            )
        )
    found.append(iliotibial.recipe())
    return tuple(found)


def _muscle(ident: str, step: float, blur: float, budget: int, bones: tuple[str, ...]) -> Recipe:
    name = ident.removesuffix("_left")
    beside = tuple(f"{b if a == name else a}_left" for a, b in _PAIRS if name in (a, b))
    yields, grooves = _YIELDS.get(ident, ()), _GROOVES.get(ident, ())
    make = partial(
        limb.muscle,
        structure=ident,
        step_mm=step,
        budget=budget,
        blur_mm=blur,
        fill_mm=_FILLED_MM.get(ident, _NOTCHES_MM),
        beside=beside,
        bones=bones,
        clear=(*yields, *((vessel, _GROOVE_MM) for vessel in grooves)),
    )
    solid = [other for other, _ in yields if not other.endswith("_tendon_left")]
    files = [f"surfaces/{other}.csv" for other in (ident, *beside, *solid, *bones)]
    files += [tendons.TABLE, AUTHORED]
    modules = (bone_clearance, fields, methods, tendons)
    if grooves:
        files += network.files()
        return Recipe(
            ident, "muscles", make, tuple(files), twin=right(ident), modules=(*modules, network, kidneys)
        )
    return Recipe(ident, "muscles", make, tuple(files), twin=right(ident), modules=modules)
