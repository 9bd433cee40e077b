"""Vessels, organs, cords and spaces of the built model; each number stands beside its source."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from planner.modelling.branch_courses import load_branches
from planner.modelling.easing import Surface
from planner.modelling.spaces import load_spaces
from tests.content.anatomy import ASSETS, Points, landmarks, meshes, outline, pieces

SIDES = ("left", "right")
BONES = sorted(name for name, mesh in meshes().items() if mesh.system == "bones")
DISCS = sorted(name for name, mesh in meshes().items() if name.startswith("disc_"))
JOINTS = sorted({name for name, mesh in meshes().items() if mesh.system == "discs"} - set(DISCS))
VESSELS = sorted(name for name, mesh in meshes().items() if mesh.system == "vessels")
CORDS = [f"{name}_{side}" for name in ("ureter", "spermatic_cord", "ductus_deferens") for side in SIDES]
BRANCHES = load_branches(ASSETS / "measurements")
SPACES = [
    f"{space.id}_{side}" if space.sided else space.id
    for space in load_spaces(ASSETS / "measurements")
    for side in (SIDES if space.sided else SIDES[:1])
]
DEPTH_MM = 0.2
LUMEN_MM = 0.5
JOINT_MM = 16.0  # about the width of the largest vessel: here one lumen runs into the other


@cache
def surface(name: str) -> Surface:
    return Surface(meshes()[name])


def points_of(name: str) -> Points:
    return meshes()[name].points_lps.astype(np.float64)


def depth_mm(name: str, other: str) -> float:
    """How deep the surface of one structure lies in another."""
    points = points_of(name)
    wall = surface(other)
    points = points[((points > wall.low) & (points < wall.high)).all(1)]
    return max(0.0, float(-wall.signed_mm(points).min())) if len(points) else 0.0


@cache
def ends(name: str) -> Points:
    """The poles of a structure's tubes: a sweep ends its vertices with the two."""
    return np.vstack([piece.points[-2:] for piece in pieces(name)])


def mean_y(name: str, z_mm: float) -> float:
    return float(outline(name, z_mm)[:, 1].mean())


def mean_x(name: str, z_mm: float) -> float:
    return float(outline(name, z_mm)[:, 0].mean())


@pytest.mark.parametrize("vessel", [*VESSELS, *CORDS])
def test_that_no_vessel_enters_bone(vessel: str) -> None:
    deep = {bone: depth_mm(vessel, bone) for bone in (*BONES, *DISCS)}
    worst = max(deep, key=lambda bone: deep[bone])
    assert deep[worst] <= DEPTH_MM, f"{vessel} lies {deep[worst]:.2f} mm deep in {worst}"


@pytest.mark.parametrize("vessel", VESSELS)
def test_that_no_vessel_crosses_another(vessel: str) -> None:
    points = points_of(vessel)
    for other in VESSELS:
        if other == vessel:
            continue
        wall = surface(other)
        near = points[((points > wall.low) & (points < wall.high)).all(1)]
        if not len(near):
            continue
        inside = near[wall.signed_mm(near) < -LUMEN_MM]
        if not len(inside):
            continue
        joints = np.vstack([ends(vessel), ends(other)])
        away = np.linalg.norm(inside[:, None] - joints[None], axis=2).min(1)
        where = inside[int(away.argmax())].round()
        assert away.max() <= JOINT_MM, f"{vessel} runs through {other} near {where}"


@pytest.mark.parametrize("vessel", [*VESSELS, *CORDS])
def test_that_every_vessel_lies_inside_the_skin(vessel: str) -> None:
    assert float(surface("skin").signed_mm(points_of(vessel)).max()) < 0.0


def test_that_every_authored_vessel_springs_from_its_parent() -> None:
    home = {branch.id: branch.structure or branch.id for branch in BRANCHES}
    for branch in BRANCHES:
        if not branch.parent:
            continue
        for side in SIDES:
            if branch.sides not in ("both", side):
                continue
            own, parent = (f"{home.get(name, name)}_{side}" for name in (branch.id, branch.parent))
            if own != parent:
                parent = parent if parent in meshes() else branch.parent
                gap = float(surface(parent).signed_mm(points_of(own)).min())
                assert gap <= 1.0, f"{own} starts {gap:.1f} mm from {parent}"


def test_that_vessels_and_spaces_are_present_on_both_sides() -> None:
    single = {"aorta_abdominal", "vena_cava_inferior", "epidural_space"}
    for name in {*VESSELS, *CORDS, *SPACES} - single:
        other = name.removesuffix("_left") + "_right" if name.endswith("_left") else None
        assert (other or name.removesuffix("_right") + "_left") in meshes(), name


def test_that_the_aorta_divides_at_l4() -> None:
    # Chithriki 2002 Surg Radiol Anat 24:308: L4 in 67 %; Lee 2004 AJR: 83 %.
    low, high = (landmarks()[f"l4_endplate_{end}_centre"][2] for end in ("inferior", "superior"))
    assert low <= points_of("aorta_abdominal")[:, 2].min() <= high


def test_that_the_vena_cava_begins_at_the_upper_half_of_l5() -> None:
    # Park 2008 J Korean Soc Vasc Surg 24:101: upper half of L5 in 43 % of 79.
    high = landmarks()["l5_endplate_superior_centre"][2]
    middle = landmarks()["l5_body_centre"][2]
    assert middle <= points_of("vena_cava_inferior")[:, 2].min() <= high


def test_that_the_right_common_iliac_artery_crosses_in_front_of_the_vein() -> None:
    # Textbook consensus.
    for z in (124.0, 120.0):
        assert mean_y("artery_common_iliac_right", z) < mean_y("vein_common_iliac_left", z)


def test_that_the_left_renal_vein_passes_in_front_of_the_aorta() -> None:
    # Textbook consensus.
    vein = points_of("vein_renal_left")
    over = vein[np.abs(vein[:, 0] - 9.0) < 3.0]
    assert over[:, 1].max() < mean_y("aorta_abdominal", float(over[:, 2].mean()))


def test_that_the_right_renal_artery_passes_behind_the_vena_cava() -> None:
    # Textbook consensus.
    artery = points_of("artery_renal_right")
    behind = artery[np.abs(artery[:, 0] + 14.0) < 3.0]
    assert behind[:, 1].min() > mean_y("vena_cava_inferior", float(behind[:, 2].mean()))


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("vessel", ["artery_renal", "vein_renal"])
def test_that_the_renal_vessels_reach_the_hilum(side: str, vessel: str) -> None:
    assert depth_mm(f"{vessel}_{side}", f"kidney_{side}") > 0.0


@pytest.mark.parametrize("side", SIDES)
def test_that_the_kidneys_stand_from_t12_to_l3(side: str) -> None:
    # Textbook consensus: T12-L3; a lower pole at L4 in 15.9 % (Yoo 2019 Can J Anaesth 66:302).
    points = points_of(f"kidney_{side}")
    assert landmarks()["l3_endplate_inferior_centre"][2] < points[:, 2].min()
    assert points[:, 2].min() < landmarks()["l3_endplate_superior_centre"][2]
    assert landmarks()["t12_endplate_inferior_centre"][2] < points[:, 2].max()


def test_that_the_right_kidney_stands_10_to_20_mm_lower() -> None:
    # Textbook consensus.
    left, right = (points_of(f"kidney_{side}")[:, 2].min() for side in SIDES)
    assert 10.0 <= left - right <= 20.0


@pytest.mark.parametrize("vessel", ["aorta_abdominal", "vena_cava_inferior"])
@pytest.mark.parametrize("side", SIDES)
def test_that_the_great_vessels_lie_beside_psoas(vessel: str, side: str) -> None:
    assert depth_mm(vessel, f"psoas_major_{side}") <= LUMEN_MM


@pytest.mark.parametrize("side", SIDES)
def test_that_nerve_artery_and_vein_follow_from_lateral_to_medial_at_the_crease(side: str) -> None:
    # Textbook consensus.
    sign = 1.0 if side == "left" else -1.0
    order = [sign * mean_x(f"{name}_{side}", 0.0) for name in ("femoral", "artery_femoral", "vein_femoral")]
    assert order == sorted(order, reverse=True)


@pytest.mark.parametrize("side", SIDES)
def test_that_the_femoral_vein_lies_behind_the_artery_at_the_apex(side: str) -> None:
    # Textbook consensus.
    z = points_of(f"femoral_triangle_{side}")[:, 2].min()
    assert mean_y(f"vein_femoral_{side}", z) > mean_y(f"artery_femoral_{side}", z)


@pytest.mark.parametrize("side", SIDES)
def test_that_the_popliteal_artery_is_the_deepest_behind_the_knee(side: str) -> None:
    # Textbook consensus: from the skin nerve, vein, artery.
    z = -425.0
    assert mean_y(f"artery_popliteal_{side}", z) < mean_y(f"vein_popliteal_{side}", z)


@pytest.mark.parametrize("side", SIDES)
def test_that_the_great_saphenous_vein_runs_under_the_skin(side: str) -> None:
    # Textbook consensus: in the subcutaneous fat, here 3-8 mm deep from the thigh to the ankle.
    for z in np.arange(-110.0, -800.0, -30.0):
        section = outline(f"vein_great_saphenous_{side}", float(z))
        centre = np.array([[*(0.5 * (section.min(0) + section.max(0))), z]])
        depth = -float(surface("skin").signed_mm(centre)[0])
        assert 2.8 <= depth <= 8.0, z


@pytest.mark.parametrize("side", SIDES)
def test_that_the_great_saphenous_vein_passes_in_front_of_the_medial_malleolus(side: str) -> None:
    # Textbook consensus.
    malleolus = landmarks()[f"medial_malleolus_{side}"]
    assert mean_y(f"vein_great_saphenous_{side}", float(malleolus[2]) + 4.0) < malleolus[1] - 5.0


@pytest.mark.parametrize("side", SIDES)
def test_that_the_obturator_artery_passes_the_canal_below_its_nerve(side: str) -> None:
    # Textbook consensus: nerve, artery, vein from above downwards.
    canal = surface(f"obturator_canal_{side}")
    inside = [
        points_of(name)[canal.signed_mm(points_of(name)) < 0.0][:, 2].mean()
        for name in (f"obturator_{side}", f"artery_obturator_{side}")
    ]
    assert inside[0] > inside[1]


@pytest.mark.parametrize("level", ["l1", "l2", "l3", "l4"])
@pytest.mark.parametrize("side", SIDES)
def test_that_each_lumbar_artery_gives_its_dorsal_branch_medial_to_the_process_tip(
    level: str, side: str
) -> None:
    # Textbook consensus: at the foramen, 10-20 mm medial to the tip of the transverse process.
    tip = landmarks()[f"{level}_transverse_process_tip_{side}"]
    points = points_of(f"artery_lumbar_{level}_{side}")
    behind = points[(points[:, 1] > tip[1] + 8.0) & (np.abs(points[:, 0]) < abs(tip[0]))]
    assert len(behind)
    assert 8.0 <= abs(tip[0]) - np.abs(behind[:, 0]).mean() <= 24.0


@pytest.mark.parametrize("side", SIDES)
def test_that_the_ascending_lumbar_vein_lies_in_front_of_the_transverse_processes(side: str) -> None:
    # Textbook consensus.
    for level in ("l2", "l3", "l4"):
        tip = landmarks()[f"{level}_transverse_process_tip_{side}"]
        assert mean_y(f"vein_ascending_lumbar_{side}", float(tip[2])) < tip[1]


BESIDE = {
    "colon_ascending": (
        "kidney_right",
        "psoas_major_right",
        "iliacus_right",
        "rib_12_right",
        "hip_bone_right",
    ),
    "colon_descending": ("kidney_left", "psoas_major_left", "iliacus_left", "rib_12_left", "hip_bone_left"),
}


@pytest.mark.parametrize("colon", sorted(BESIDE))
def test_that_the_colon_lies_beside_its_neighbours(colon: str) -> None:
    for other in BESIDE[colon]:
        assert max(depth_mm(colon, other), depth_mm(other, colon)) <= 1.0, other


@pytest.mark.parametrize("side", SIDES)
def test_that_the_ureter_runs_on_psoas_and_ends_in_the_bladder(side: str) -> None:
    # Textbook consensus.
    assert depth_mm(f"ureter_{side}", f"psoas_major_{side}") <= 1.0
    assert 0.5 <= depth_mm(f"ureter_{side}", "urinary_bladder") <= 6.0


@pytest.mark.parametrize("side", SIDES)
def test_that_the_cord_passes_the_inguinal_canal_lateral_to_the_epigastric_artery(side: str) -> None:
    # Textbook consensus: the deep ring lies lateral to the inferior epigastric artery.
    ring = points_of(f"spermatic_cord_{side}")
    ring = ring[ring[:, 2] > ring[:, 2].max() - 4.0]
    artery = outline(f"artery_inferior_epigastric_{side}", float(ring[:, 2].mean()))
    assert np.abs(ring[:, 0]).min() > np.abs(artery[:, 0]).max()
    end = points_of(f"spermatic_cord_{side}")[:, 2].min()
    assert landmarks()["symphysis_bottom"][2] - 15.0 <= end <= landmarks()["symphysis_centre"][2]


@pytest.mark.parametrize("side", SIDES)
def test_that_the_femoral_triangle_ends_at_the_published_distance_from_the_asis(side: str) -> None:
    # Heo 2024 Korean J Pain 37(2): apex 253 +/- 22 mm from the ASIS along the line to the patella's base.
    asis, base = landmarks()[f"asis_{side}"], landmarks()[f"patella_base_{side}"]
    line = (base - asis) / np.linalg.norm(base - asis)
    points = points_of(f"femoral_triangle_{side}")
    assert abs(float(((points - asis) @ line).max()) - 253.0) <= 22.0


@pytest.mark.parametrize("space", SPACES)
def test_that_no_space_enters_bone(space: str) -> None:
    for solid in (*BONES, *DISCS, *JOINTS):
        assert depth_mm(space, solid) <= 1.0, solid


@pytest.mark.parametrize("side", SIDES)
def test_that_the_plexus_lies_in_the_psoas_compartment(side: str) -> None:
    # Farny 1994 Can J Anaesth 41:480: between the two heads of psoas.
    z = float(landmarks()["l4_body_centre"][2])
    centre = np.array([[*outline(f"femoral_{side}", z).mean(0), z]])
    assert float(surface(f"psoas_compartment_{side}").signed_mm(centre)[0]) < 2.0
