"""Muscles and tendons of hip, thigh and leg: on their bones, clear of one another, with fibres along them."""

from __future__ import annotations

import numpy as np
import pytest

from planner.atlas.meshes import Mesh, load_meshes
from planner.modelling.shading import is_closed
from tests.content.anatomy import ASSETS, landmarks, meshes, solid

MUSCLES = (
    *("iliacus", "gluteus_maximus", "gluteus_medius", "gluteus_minimus", "tensor_fasciae_latae"),
    *("sartorius", "rectus_femoris", "pectineus", "adductor_longus", "adductor_brevis", "adductor_magnus"),
    *("gracilis", "vastus_lateralis", "vastus_medialis", "vastus_intermedius", "obturator_externus"),
    *("obturator_internus", "piriformis", "quadratus_femoris", "biceps_femoris_long"),
    *("biceps_femoris_short", "semimembranosus", "semitendinosus", "gastrocnemius", "soleus"),
    "tibialis_anterior",
)
TENDONS = ("iliotibial_tract", "quadriceps_tendon", "patellar_ligament", "calcaneal_tendon")
BONES = ("hip_bone_left", "femur_left", "patella_left", "tibia_left", "fibula_left", "foot_left", "sacrum")


def left(name: str) -> Mesh:
    return meshes()[f"{name}_left"]


# Where each tendon is fixed: Gray's Anatomy (Standring), origins and insertions; the place on the bone is
# a landmark of this body, and the tendon must touch the bone near it.
@pytest.mark.parametrize(
    ("body", "bone", "place", "near_mm"),
    [
        ("rectus_femoris", "hip_bone_left", "aiis_left", 12.0),
        ("sartorius", "hip_bone_left", "asis_left", 12.0),
        ("iliacus", "femur_left", "lesser_trochanter_tip_left", 12.0),
        ("gluteus_medius", "femur_left", "greater_trochanter_tip_left", 20.0),
        ("gluteus_minimus", "femur_left", "greater_trochanter_tip_left", 20.0),
        ("piriformis", "femur_left", "greater_trochanter_tip_left", 12.0),
        ("obturator_internus", "femur_left", "greater_trochanter_tip_left", 28.0),
        ("semitendinosus", "hip_bone_left", "ischial_tuberosity_posterior_left", 15.0),
        ("semimembranosus", "hip_bone_left", "ischial_tuberosity_posterior_left", 25.0),
        ("biceps_femoris_long", "hip_bone_left", "ischial_tuberosity_posterior_left", 15.0),
        ("biceps_femoris_long", "fibula_left", "fibular_head_left", 18.0),
        ("adductor_magnus", "femur_left", "adductor_tubercle_left", 10.0),
        ("adductor_longus", "hip_bone_left", "pubic_tubercle_left", 20.0),
        ("quadriceps_tendon", "patella_left", "patella_base_left", 12.0),
        ("patellar_ligament", "patella_left", "patella_apex_left", 15.0),
        ("patellar_ligament", "tibia_left", "tibial_tuberosity_left", 12.0),
    ],
)
def test_that_a_tendon_reaches_its_bone(body: str, bone: str, place: str, near_mm: float) -> None:
    points = left(body).points_lps.astype(np.float64)
    close = points[np.linalg.norm(points - landmarks()[place], axis=1) < near_mm]
    assert len(close)
    assert solid(bone).signed_mm(close).min() < 2.0


@pytest.mark.parametrize("body", ["sartorius", "gracilis", "semitendinosus"])
def test_that_the_pes_anserinus_reaches_the_medial_face_of_the_tibia(body: str) -> None:
    # Gray's Anatomy: upper part of the medial surface, below the level of the tuberosity.
    points = left(body).points_lps.astype(np.float64)
    low = points[points[:, 2] < landmarks()["tibial_tuberosity_left"][2] - 15.0]
    assert solid("tibia_left").signed_mm(low).min() < 2.0


def test_that_the_iliotibial_tract_runs_from_its_muscles_to_the_tibia() -> None:
    tract = left("iliotibial_tract").points_lps.astype(np.float64)
    assert solid("tensor_fasciae_latae_left").signed_mm(tract).min() < 2.0
    assert solid("gluteus_maximus_left").signed_mm(tract).min() < 2.0
    low = tract[tract[:, 2] < landmarks()["tibial_plateau_centre_left"][2]]
    assert solid("tibia_left").signed_mm(low).min() < 2.0


def test_that_the_iliotibial_tract_covers_the_greater_trochanter() -> None:
    # Seen from the side nothing of the trochanter's outermost point shows.
    point = landmarks()["greater_trochanter_lateral_left"]
    tract = left("iliotibial_tract").points_lps
    around = tract[np.linalg.norm(tract[:, 1:] - point[1:], axis=1) < 12.0]
    assert len(around)
    assert around[:, 0].max() > point[0]


def test_that_the_calcaneal_tendon_ends_on_the_calcaneus() -> None:
    tendon = left("calcaneal_tendon").points_lps.astype(np.float64)
    assert solid("foot_left").signed_mm(tendon[tendon[:, 2] < -840.0]).min() < 2.0


@pytest.mark.parametrize("name", (*MUSCLES, *TENDONS))
def test_that_no_muscle_of_the_limb_enters_bone(name: str) -> None:
    points = left(name).points_lps.astype(np.float64)
    for bone in BONES:
        depth = -solid(bone).signed_mm(points, 0.0)
        depth = depth[np.isfinite(depth)]
        assert depth.max(initial=0.0) <= 0.9, f"{name} lies {depth.max():.2f} mm deep in {bone}"


@pytest.mark.parametrize("name", MUSCLES)
def test_that_muscles_of_the_limb_overlap_over_no_visible_extent(name: str) -> None:
    mesh = left(name)
    points, areas = mesh.points_lps.astype(np.float64), mesh.vertex_areas_mm2()
    for other in MUSCLES:
        if other == name:
            continue
        depth = -solid(f"{other}_left").signed_mm(points, 0.0)
        deep = areas[np.isfinite(depth) & (depth > 1.5)].sum()
        assert deep < 200.0, f"{name}: {deep:.0f} square mm lie more than 1.5 mm deep in {other}"


@pytest.mark.parametrize("name", (*MUSCLES, *TENDONS))
def test_that_fibres_are_smooth_and_measured_in_millimetres(name: str) -> None:
    mesh = left(name)
    assert mesh.fibre is not None
    across, share = mesh.fibre[:, 0].astype(np.float64), mesh.fibre[:, 1]
    assert np.isfinite(mesh.fibre).all()
    assert share.min() >= 0.0 and share.max() <= 1.0
    assert np.ptp(across) < 260.0
    ends = np.vstack([mesh.triangles[:, [0, 1]], mesh.triangles[:, [1, 2]], mesh.triangles[:, [2, 0]]])
    length = np.linalg.norm(mesh.points_lps[ends[:, 0]] - mesh.points_lps[ends[:, 1]], axis=1)
    slope = np.abs(across[ends[:, 0]] - across[ends[:, 1]]) / np.maximum(length, 0.5)
    assert np.quantile(slope, 0.99) < 3.0
    assert 0.2 < np.quantile(slope, 0.9) < 1.6


def test_that_gluteus_maximus_fibres_run_obliquely_down_and_outwards() -> None:
    # Gray's Anatomy: from ilium and sacrum downwards and laterally to tract and gluteal tuberosity.
    mesh = left("gluteus_maximus")
    assert mesh.fibre is not None
    a, b, c = (mesh.points_lps[mesh.triangles[:, k]].astype(np.float64) for k in range(3))
    u = mesh.fibre[:, 0].astype(np.float64)[mesh.triangles]
    normal = np.cross(b - a, c - a)
    double = np.linalg.norm(normal, axis=1, keepdims=True)
    normal /= double
    slope = (
        sum(u[:, k, None] * np.cross(normal, side) for k, side in enumerate((c - b, a - c, b - a))) / double
    )
    way = np.cross(normal, slope)
    way *= np.sign(way[:, :1])
    middle = (a + b + c) / 3.0
    belly = (normal[:, 1] > 0.5) & (np.abs(middle[:, 2] - 20.0) < 50.0) & (np.abs(middle[:, 0] - 75.0) < 30.0)
    mean = way[belly].mean(0)
    assert mean[2] < 0.0 < mean[0]
    assert 20.0 < np.degrees(np.arctan2(-mean[2], mean[0])) < 65.0


def test_that_both_sets_of_reduced_meshes_are_closed_and_within_budget() -> None:
    found = load_meshes(ASSETS / "meshes")
    for reduced, budget in ((found.proxies, 100_000), (found.small, 30_000)):
        assert set(reduced) == set(found.full)
        assert sum(len(mesh.triangles) for mesh in reduced.values()) <= budget
        for ident, mesh in reduced.items():
            assert is_closed(mesh.triangles.astype(np.int64)), ident


def test_that_reduced_meshes_have_the_silhouette_of_the_full_ones() -> None:
    # The model, 1.3 m high, fills 600 pixels: one pixel is about 2.2 mm.
    found = load_meshes(ASSETS / "meshes")
    pixel = 1300.0 / 600.0
    for reduced, limit in ((found.proxies, 2.0), (found.small, 3.0)):
        for ident, mesh in found.full.items():
            for axis in range(3):
                for end in (np.min, np.max):
                    gap = abs(end(mesh.points_lps[:, axis]) - end(reduced[ident].points_lps[:, axis]))
                    assert gap <= limit * pixel, f"{ident}: {gap:.1f} mm along {'xyz'[axis]}"
