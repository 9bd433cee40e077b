"""No nerve in bone or in a vessel, none missing on a side, none floating, every target where it belongs."""

from __future__ import annotations

import tomllib
from functools import cache

import numpy as np
import pytest
from scipy.spatial import cKDTree

from planner.modelling.clearance import Solid
from planner.modelling.courses import load_courses
from tests.content.anatomy import ASSETS, Points, landmarks, meshes, pieces, solid

NERVES = sorted(name for name, mesh in meshes().items() if mesh.system == "nerves")
BONES = sorted(name for name, mesh in meshes().items() if mesh.system == "bones")
VESSELS = sorted(
    name for name, mesh in meshes().items() if name.startswith(("artery_", "vein_", "aorta", "vena_"))
)
DEPTH_MM = 0.2


def deepest(nerve: str, obstacles: list[str]) -> tuple[float, str]:
    """How deep (mm) a nerve's surface enters the worst obstacle, and which that is."""
    points = meshes()[nerve].points_lps.astype(np.float64)
    worst, where = 0.0, ""
    for name in obstacles:
        depth = -solid(name).signed_mm(points, 0.0)
        depth[~np.isfinite(depth)] = 0.0
        if len(depth) and depth.max() > worst:
            worst, where = float(depth.max()), name
    return worst, where


@pytest.mark.parametrize("nerve", NERVES)
def test_that_no_nerve_enters_bone(nerve: str) -> None:
    depth, where = deepest(nerve, BONES)
    assert depth <= DEPTH_MM, f"{nerve} lies {depth:.2f} mm deep in {where}"


@pytest.mark.parametrize("nerve", NERVES)
def test_that_no_nerve_enters_an_artery_or_a_vein(nerve: str) -> None:
    depth, where = deepest(nerve, VESSELS)
    assert depth <= DEPTH_MM, f"{nerve} lies {depth:.2f} mm deep in {where}"


@pytest.mark.parametrize("nerve", NERVES)
def test_that_no_nerve_leaves_the_skin(nerve: str) -> None:
    depth = under_skin(meshes()[nerve].points_lps.astype(np.float64))
    assert depth.min() >= 0.5, f"{nerve} comes to {depth.min():.2f} mm beneath the skin"


CUTANEOUS = sorted(
    {
        f"{course.structure or course.id}_{side}"
        for course in load_courses(ASSETS / "measurements" / "courses")
        if course.twigs is not None and course.twigs.on == "skin"
        for side in ("left", "right")
    }
)


@pytest.mark.parametrize("nerve", CUTANEOUS)
def test_that_cutaneous_nerves_end_in_twigs_just_beneath_the_skin(nerve: str) -> None:
    # Subcutaneous tissue: 1 to 10 mm beneath the surface; a nerve frays out into 2 twigs and more.
    tubes = pieces(nerve)
    assert len(tubes) >= 3
    ends = [float(under_skin(tube.points).min()) for tube in tubes]
    assert sum(1.0 <= end <= 10.0 for end in ends) >= 2, ends


def under_skin(points: Points) -> Points:
    """Depth (n,) beneath the skin, mm; points farther from it than 12 mm count as 12."""
    gap, _ = skin_points().query(points)
    depth = np.full(len(points), 12.0)
    for row in np.flatnonzero(gap < 12.0):
        depth[row] = -solid("skin").closest(points[row])[0]
    return depth


@cache
def skin_points() -> cKDTree:
    return cKDTree(meshes()["skin"].points_lps)


def test_that_every_nerve_is_present_on_both_sides() -> None:
    midline = {"dural_sac", "conus_medullaris", "cauda_equina"}
    left = {name.removesuffix("_left") for name in NERVES if name.endswith("_left")}
    right = {name.removesuffix("_right") for name in NERVES if name.endswith("_right")}
    assert left == right
    assert set(NERVES) == {f"{name}_{side}" for name in left for side in ("left", "right")} | midline
    for name in left:
        a, b = (pieces(f"{name}_{side}") for side in ("left", "right"))
        assert len(a) == len(b), name


def test_that_each_nerve_mesh_has_its_record_and_the_reverse() -> None:
    texts = [path.read_text(encoding="utf-8") for path in (ASSETS / "atlas" / "structures").glob("*.toml")]
    records = [entry for text in texts for entry in tomllib.loads(text)["structure"]]
    assert {entry["id"] for entry in records if entry["system"] == "nerves"} == set(NERVES)


def test_that_every_branch_springs_from_its_parent() -> None:
    courses = load_courses(ASSETS / "measurements" / "courses")
    home = {course.id: course.structure or course.id for course in courses}
    for course in courses:
        if not course.parent:
            assert course.id == "sympathetic_chain", f"{course.id} springs from nothing"
            continue
        for side in ("left", "right"):
            parent = course.parent if course.parent == "dural_sac" else f"{home[course.parent]}_{side}"
            gap = touching(f"{home[course.id]}_{side}", parent)
            assert gap <= 1.0, f"{course.id}_{side} starts {gap:.1f} mm from {parent}"


def touching(name: str, other: str) -> float:
    """Distance between two structures, or between the tubes of one."""
    if name == other:
        tubes = pieces(name)
        return max(
            min(float(Solid(b.mesh).signed_mm(a.points).min()) for b in tubes if b is not a) for a in tubes
        )
    return float(solid(other).signed_mm(meshes()[name].points_lps.astype(np.float64)).min())


def target(name: str) -> Points:
    text = (ASSETS / "meshes" / "points.toml").read_text(encoding="utf-8")
    points = {entry["id"]: np.array(entry["lps"]) for entry in tomllib.loads(text)["point"]}
    return points[name]


@pytest.mark.parametrize("side", ["left", "right"])
@pytest.mark.parametrize(
    ("block", "nerve", "within_mm"),
    [
        ("lumbar_plexus", "femoral", 6.0),
        ("femoral", "femoral", 2.0),
        ("saphenous_acb", "saphenous", 2.0),
        ("lfcn", "lfcn", 1.0),
        ("obturator", "obturator_anterior", 2.0),
        ("ilioinguinal_iliohypogastric", "iliohypogastric_ant", 4.0),
        ("genitofemoral", "genitofemoral_genital", 1.0),
        ("medial_branch_l1", "medial_branch_l1", 2.5),
        ("medial_branch_l2", "medial_branch_l2", 2.5),
        ("medial_branch_l3", "medial_branch_l3", 2.5),
        ("medial_branch_l4", "medial_branch_l4", 2.5),
        ("medial_branch_l5", "dorsal_ramus_l5", 2.5),
        ("lumbar_sympathetic", "sympathetic_chain", 3.0),
        ("pudendal_block", "pudendal", 3.0),
        ("posterior_femoral_sciatic", "sciatic", 8.0),
    ],
)
def test_that_each_target_lies_at_its_nerve(side: str, block: str, nerve: str, within_mm: float) -> None:
    gap = solid(f"{nerve}_{side}").closest(target(f"target_{block}_{side}"))[0]
    assert gap <= within_mm


@pytest.mark.parametrize("side", ["left", "right"])
def test_that_the_plexus_target_lies_in_psoas_15_to_20_mm_behind_which_is_the_transverse_process(
    side: str,
) -> None:
    # Capdevila 2002 Anesth Analg 94:1606.
    point = target(f"target_lumbar_plexus_{side}")
    assert solid(f"psoas_major_{side}").closest(point)[0] < -2.0
    assert 15.0 <= landmarks()[f"l4_transverse_process_mid_dorsal_{side}"][1] - point[1] <= 20.0


def test_that_entries_lie_on_the_skin() -> None:
    text = (ASSETS / "meshes" / "points.toml").read_text(encoding="utf-8")
    entries = [entry for entry in tomllib.loads(text)["point"] if entry["id"].startswith("entry_")]
    assert len(entries) > 40
    for entry in entries:
        assert abs(solid("skin").closest(np.array(entry["lps"]))[0]) < 0.5, entry["id"]


def test_that_the_probe_sees_a_nerve_that_lies_in_bone() -> None:
    # The first sacral root moved forward out of its canal: the tests above are not blind.
    moved = meshes()["root_s1_left"].points_lps.astype(np.float64) - (0.0, 8.0, 0.0)
    assert -float(solid("sacrum").signed_mm(moved, 0.0).min()) > 1.0
