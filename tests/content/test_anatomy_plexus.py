"""The built plexus against published anatomy; each number stands beside its source."""

from __future__ import annotations

import numpy as np
import pytest

from planner.atlas.meshes import Mesh
from planner.modelling.waypoints import axial_cut
from tests.content.anatomy import (
    Piece,
    Points,
    depth_in_psoas,
    landmarks,
    lateral_mm,
    meshes,
    outline,
    pieces,
    solid,
    trunk_at,
)

SIDES = ("left", "right")
DIVISIONS = tuple(
    f"division_{kind}_{level}" for kind in ("anterior", "posterior") for level in ("l2", "l3", "l4")
)
PLEXUS = ("femoral", "obturator", "lfcn", "ilioinguinal", "iliohypogastric", *DIVISIONS)


def level_z(level: str) -> float:
    name = f"disc_centre_{level}" if "_" in level else f"{level}_body_centre"
    return float(landmarks()[name][2])


def inside_psoas(side: str, level: str) -> list[tuple[str, Points]]:
    z = level_z(level)
    found = []
    for nerve in PLEXUS:
        for piece in pieces(f"{nerve}_{side}"):
            centre = piece.axis_at(z)
            if centre is not None and solid(f"psoas_major_{side}").closest(centre)[0] < 0.0:
                found.append((nerve, centre))
    return found


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("level", ["l3", "l3_l4", "l4", "l4_l5", "l5"])
def test_that_the_plexus_lies_in_the_posterior_third_of_psoas(side: str, level: str) -> None:
    # Lu 2011 BMC Musculoskelet Disord 12:76: posterior third at every section L2-L5.
    # Kirchmair 2008 Reg Anesth Pain Med 33:109: inside psoas in 61 of 63.
    nerves = inside_psoas(side, level)
    assert nerves, f"no nerve of the plexus lies in psoas at {level}"
    for nerve, centre in nerves:
        assert depth_in_psoas(side, centre) <= 1.0 / 3.0, nerve


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("nerve", ["femoral", "obturator"])
def test_that_femoral_and_obturator_nerves_run_inside_psoas_at_l4(side: str, nerve: str) -> None:
    # Kirchmair 2008: within psoas at L4-L5 in the vast majority.
    assert nerve in [name for name, _ in inside_psoas(side, "l4")]


@pytest.mark.parametrize("side", SIDES)
def test_that_the_order_at_l4_l5_is_obturator_femoral_lfcn_from_medial_to_lateral(side: str) -> None:
    # Farny 1994 Can J Anaesth 41:480.
    z = level_z("l4_l5")
    places = [lateral_mm(side, trunk_at(f"{nerve}_{side}", z)) for nerve in ("obturator", "femoral", "lfcn")]
    assert places == sorted(places)
    assert min(np.diff(places)) > 4.0


@pytest.mark.parametrize("side", SIDES)
def test_that_the_genitofemoral_nerve_pierces_the_anterior_face_between_l3_and_l4(side: str) -> None:
    # Moro 2003 Spine 28:423: between the cranial third of L3 and the caudal third of L4.
    top = landmarks()["l3_endplate_superior_centre"][2]
    bottom = landmarks()["l4_endplate_inferior_centre"][2]
    psoas = solid(f"psoas_major_{side}")
    heights = np.arange(level_z("l2_l3"), level_z("l4_l5") - 10.0, -1.0)
    out = [z for z in heights if psoas.closest(trunk_at(f"genitofemoral_{side}", z))[0] > 0.0]
    assert bottom <= max(out) <= top
    assert depth_in_psoas(side, trunk_at(f"genitofemoral_{side}", max(out))) > 0.85


def exit_from_psoas(side: str, nerve: str) -> Points:
    """Where the trunk last leaves the muscle on its way down."""
    psoas = solid(f"psoas_major_{side}")
    for z in np.arange(level_z("l4"), 30.0, -1.0):
        centre = trunk_at(f"{nerve}_{side}", z)
        if all(psoas.closest(trunk_at(f"{nerve}_{side}", z - step))[0] > 0.0 for step in (0.0, 2.0, 4.0)):
            return centre
    raise AssertionError(f"{nerve} does not leave psoas")


@pytest.mark.parametrize("side", SIDES)
def test_that_the_obturator_nerve_leaves_psoas_medially_at_the_pelvic_brim(side: str) -> None:
    # Textbook consensus; Farny 1994: medial border at the brim (L5/S1).
    leaves = exit_from_psoas(side, "obturator")
    section = outline(f"psoas_major_{side}", leaves[2]) * ((1.0 if side == "left" else -1.0), 1.0)
    assert lateral_mm(side, leaves) < section[:, 0].mean()
    assert landmarks()["s1_endplate_centre"][2] - 20.0 < leaves[2] < level_z("l5")


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("nerve", ["femoral", "lfcn"])
def test_that_femoral_nerve_and_lfcn_leave_psoas_laterally(side: str, nerve: str) -> None:
    # Textbook consensus; Kirchmair 2008: posterolateral surface.  LFCN about L4 (L2-L5).
    leaves = exit_from_psoas(side, nerve)
    section = outline(f"psoas_major_{side}", leaves[2]) * ((1.0 if side == "left" else -1.0), 1.0)
    assert lateral_mm(side, leaves) > section[:, 0].mean()
    lowest, highest = (60.0, level_z("l4_l5")) if nerve == "femoral" else (level_z("l5"), level_z("l2"))
    assert lowest < leaves[2] < highest


@pytest.mark.parametrize("side", SIDES)
def test_that_the_lfcn_leaves_psoas_at_the_published_distance_from_the_asis(side: str) -> None:
    # Uzel 2011 Clin Orthop Relat Res 469:2605: 123.9 +/- 26.7 mm.
    leaves = exit_from_psoas(side, "lfcn")
    assert abs(np.linalg.norm(leaves - landmarks()[f"asis_{side}"]) - 123.9) <= 26.7


@pytest.mark.parametrize("side", SIDES)
def test_that_the_ilioinguinal_nerve_crosses_the_lateral_psoas_border_above_the_psis(side: str) -> None:
    # Tubbs (ed.), ilioinguinal chapter: 44-86 mm cranial to the PSIS.
    assert 44.0 <= exit_height(side, "ilioinguinal") - landmarks()[f"psis_{side}"][2] <= 86.0


def exit_height(side: str, nerve: str) -> float:
    psoas = solid(f"psoas_major_{side}")
    heights = np.arange(level_z("l1_l2") - 10.0, level_z("l3_l4"), -1.0)
    within = [z for z in heights if psoas.closest(trunk_at(f"{nerve}_{side}", z))[0] < 0.0]
    return float(min(within))


@pytest.mark.parametrize("side", SIDES)
def test_that_the_plexus_lies_about_18_mm_deep_to_the_l4_transverse_process(side: str) -> None:
    # Capdevila 2002 Anesth Analg 94:1606: 15-20 mm, no difference between the sexes.
    rear = landmarks()[f"l4_transverse_process_mid_dorsal_{side}"][1]
    assert 15.0 <= rear - trunk_at(f"femoral_{side}", level_z("l4"))[1] <= 20.0


@pytest.mark.parametrize("side", SIDES)
def test_that_skin_to_plexus_at_l4_lies_in_the_male_range(side: str) -> None:
    # Capdevila 2002: men 61-101 mm (median 85), 40 mm from the midline.
    z = level_z("l4")
    skin = outline("skin", z)
    near = skin[np.abs(skin[:, 0] - (40.0 if side == "left" else -40.0)) < 4.0]
    assert 61.0 <= near[:, 1].max() - trunk_at(f"femoral_{side}", z)[1] <= 101.0


@pytest.mark.parametrize("side", SIDES)
def test_that_each_medial_branch_crosses_the_root_of_the_transverse_process_below(side: str) -> None:
    # Bogduk 1982; Demondion 2005 AJNR 26:706: junction of transverse and superior articular process.
    targets = {f"medial_branch_{a}": f"{b}_tp_sap_junction" for a, b in zip(_ABOVE, _BELOW, strict=True)}
    targets["dorsal_ramus_l5"] = "s1_ala_sap_junction"
    for nerve, place in targets.items():
        gap = np.linalg.norm(
            surface(pieces(f"{nerve}_{side}")[0].mesh) - landmarks()[f"{place}_{side}"], axis=1
        )
        assert gap.min() <= 2.5, nerve


_ABOVE, _BELOW = ("t12", "l1", "l2", "l3", "l4"), ("l1", "l2", "l3", "l4", "l5")


def surface(mesh: Mesh) -> Points:
    """Points on the surface: vertices and points within the triangles."""
    corners = mesh.points_lps[mesh.triangles].astype(np.float64)
    weights = np.array([[a, b, 8 - a - b] for a in range(9) for b in range(9 - a)]) / 8.0
    return np.einsum("wk,tkc->twc", weights, corners).reshape(-1, 3)


@pytest.mark.parametrize("side", SIDES)
def test_that_the_sympathetic_trunk_lies_anterolateral_on_the_bodies(side: str) -> None:
    # Textbook consensus; 0-28 mm (mean 8.5) medial to the genitofemoral nerve at L3/4 (Br J Anaesth 2014).
    z = level_z("l3_l4")
    chain, genitofemoral = trunk_at(f"sympathetic_chain_{side}", z), trunk_at(f"genitofemoral_{side}", z)
    assert 0.0 < lateral_mm(side, genitofemoral) - lateral_mm(side, chain) <= 28.0
    for level in ("l2", "l3", "l4"):
        body, chain = (
            landmarks()[f"{level}_body_centre"],
            trunk_at(f"sympathetic_chain_{side}", level_z(level)),
        )
        assert chain[1] < body[1]
        assert solid(f"vertebra_{level}").closest(chain)[0] < 6.0


def test_that_the_right_sympathetic_trunk_runs_behind_the_vena_cava() -> None:
    # Textbook consensus.
    z = level_z("l3")
    assert trunk_at("sympathetic_chain_right", z)[1] > outline("vena_cava_inferior", z)[:, 1].mean()


def test_that_the_conus_ends_between_t12_and_l3() -> None:
    # Saifuddin 1998 Spine (n=504): middle third of T12 to upper third of L3, mean lower third of L1.
    tip = pieces("conus_medullaris")[0].points[:, 2].min()
    upper, lower = (
        landmarks()["l3_endplate_superior_centre"][2],
        landmarks()["l3_endplate_inferior_centre"][2],
    )
    assert upper - (upper - lower) / 3.0 <= tip <= landmarks()["t12_body_centre"][2]
    l1 = landmarks()["l1_endplate_inferior_centre"][2], landmarks()["l1_endplate_superior_centre"][2]
    assert l1[0] - 3.0 <= tip <= l1[0] + (l1[1] - l1[0]) / 3.0


def test_that_the_dural_sac_ends_at_s2() -> None:
    # Conus/thecal sac MRI study 2014 Anat Res Int 351769: middle third of S2 (range S1 to S3-4).
    tip = pieces("dural_sac")[0].points[:, 2].min()
    height = [landmarks()[f"sacral_foramen_anterior_s{n}_left"][2] for n in (1, 2, 3)]
    assert 0.5 * (height[1] + height[2]) <= tip <= 0.5 * (height[0] + height[1]) + 2.0


def test_that_conus_and_cauda_equina_lie_within_the_sac() -> None:
    for name in ("conus_medullaris", "cauda_equina"):
        points = np.vstack([piece.points for piece in pieces(name)])
        assert solid("dural_sac").signed_mm(points).max() < 0.6, name


def test_that_the_aorta_divides_at_l4() -> None:
    # Aortic bifurcation MRI 2002 Surg Radiol Anat 24:308 (n=441): L4 body in 67 %.
    end = float(pieces("aorta_abdominal")[0].points[:, 2].min())
    assert (
        landmarks()["l4_endplate_inferior_centre"][2] - 3.0
        <= end
        <= landmarks()["l4_endplate_superior_centre"][2]
    )


@pytest.mark.parametrize("side", SIDES)
def test_that_the_plexus_lies_behind_the_dorsal_quarter_of_the_body_at_l2_l3(side: str) -> None:
    # Moro 2003 Spine 28:423: L2/3 and above, genitofemoral nerve aside.
    front = landmarks()["l2_body_rim_anterior_inferior"][1]
    rear = landmarks()["l2_body_rim_posterior_inferior"][1]
    z = level_z("l2_l3")
    for name in ("root_l2", "iliohypogastric", "ilioinguinal", "root_l1"):
        for piece in pieces(f"{name}_{side}"):
            centre = piece.axis_at(z)
            if centre is not None:
                assert centre[1] >= rear - 0.25 * (rear - front), name


@pytest.mark.parametrize("side", SIDES)
def test_that_the_plexus_moves_forward_on_its_way_down(side: str) -> None:
    # Benglis 2009 J Neurosurg Spine 10:139: 0.18 of the disc's length from the posterior endplate at L3/4,
    # 0.28 at L4/5. In the posterior third of this body's psoas and 15-20 mm deep to the transverse process
    # (Capdevila 2002) it keeps farther back: the direction is tested, the shares within 0.2.
    shares = []
    for disc, published in (("l3_l4", 0.18), ("l4_l5", 0.28)):
        upper = disc.split("_")[0]
        front = landmarks()[f"{upper}_body_rim_anterior_inferior"][1]
        rear = landmarks()[f"{upper}_body_rim_posterior_inferior"][1]
        shares.append(
            max(float((rear - centre[1]) / (rear - front)) for _, centre in inside_psoas(side, disc))
        )
        assert abs(shares[-1] - published) <= 0.2
    assert shares == sorted(shares)


@pytest.mark.parametrize("side", SIDES)
def test_that_anterior_divisions_lie_medial_to_posterior_ones(side: str) -> None:
    # Textbook consensus: obturator nerve from the anterior, femoral nerve from the posterior divisions.
    for level, z in (("l2", level_z("l3_l4")), ("l3", level_z("l4") - 6.0), ("l4", level_z("l5"))):
        ventral, dorsal = (
            trunk_at(f"division_{kind}_{level}_{side}", z) for kind in ("anterior", "posterior")
        )
        assert lateral_mm(side, ventral) < lateral_mm(side, dorsal), level


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("level", ["l1", "l2", "l3", "l4", "l5"])
def test_that_each_lumbar_ganglion_lies_in_the_foramen_under_its_pedicle(side: str, level: str) -> None:
    # Textbook consensus: dorsal root ganglia L1-L5 lie in the foramen, below the pedicle.
    middle = meshes()[f"drg_{level}_{side}"].points_lps.astype(np.float64).mean(0)
    pedicle = landmarks()[f"{level}_pedicle_centre_{side}"]
    assert 5.0 <= pedicle[2] - middle[2] <= 20.0
    assert abs(lateral_mm(side, middle) - lateral_mm(side, pedicle)) <= 6.0


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("level", ["s1", "s2"])
def test_that_the_upper_sacral_ganglia_lie_in_the_sacral_canal(side: str, level: str) -> None:
    # Textbook consensus.
    middle = meshes()[f"drg_{level}_{side}"].points_lps.astype(np.float64).mean(0)
    front = landmarks()[f"sacral_foramen_anterior_{level}_{side}"]
    assert lateral_mm(side, middle) < lateral_mm(side, front) - 4.0
    assert middle[1] > front[1] + 4.0
    assert middle[2] > front[2]


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("level", ["l1", "l2", "l3", "l4", "l5", "s1", "s2"])
def test_that_a_ganglion_is_thicker_than_its_nerve(side: str, level: str) -> None:
    # Textbook consensus: an oval swelling, so that it stands out from the root on both its ends.
    points = meshes()[f"drg_{level}_{side}"].points_lps.astype(np.float64)
    spread = np.sqrt(np.linalg.eigvalsh(np.cov((points - points.mean(0)).T)))
    assert 1.3 <= spread[2] / spread[1] <= 4.8
    assert spread[1] * np.sqrt(2.0) >= 1.5


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("level", ["l1", "l2", "l3", "l4"])
def test_that_a_dorsal_ramus_is_short(side: str, level: str) -> None:
    # Bogduk 1982 J Anat 134:383: about 5 mm long; here from the spinal nerve's axis, so longer by its radius.
    assert 4.0 <= np.ptp(meshes()[f"dorsal_ramus_{level}_{side}"].points_lps, axis=0).max() <= 15.0


@pytest.mark.parametrize("side", SIDES)
def test_that_four_lumbar_ganglia_lie_on_the_sympathetic_trunk_from_above_down(side: str) -> None:
    # Textbook consensus.
    heights = []
    for level in ("l1", "l2", "l3", "l4"):
        middle = meshes()[f"sympathetic_ganglion_{level}_{side}"].points_lps.astype(np.float64).mean(0)
        heights.append(middle[2])
        assert solid(f"sympathetic_chain_{side}").closest(middle)[0] < 0.5
        assert middle[1] < landmarks()[f"{level}_body_centre"][1] + 6.0
    assert heights == sorted(heights, reverse=True)


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize(
    ("nerve", "z_mm", "low", "high"),
    [
        # nerve_diameters_mm of the evidence; where no figure is published, the compiler's estimate.
        ("lfcn", 66.0, 2.5, 3.9),  # Peng: 3.2 +/- 0.7
        ("obturator", 70.0, 3.0, 4.5),
        ("lumbosacral_trunk", 80.0, 5.0, 7.0),
        ("sciatic", -60.0, 8.0, 16.0),
        ("genitofemoral", 130.0, 1.5, 2.5),
        ("saphenous", -200.0, 2.0, 3.0),
        ("iliohypogastric", 180.0, 2.0, 3.0),
        ("ilioinguinal", 160.0, 1.3, 3.3),  # Tubbs (ed.): 2.2 (1.3-3.3)
    ],
)
def test_that_nerves_are_as_thick_as_published(
    side: str, nerve: str, z_mm: float, low: float, high: float
) -> None:
    assert low <= diameter_mm(pieces(f"{nerve}_{side}"), z_mm) <= high


def diameter_mm(tubes: tuple[Piece, ...], z_mm: float) -> float:
    """Diameter of the round tube with the area of the trunk's section square to its axis at a height."""
    for tube in tubes:
        low, middle, high = (tube.axis_at(z_mm + dz) for dz in (-2.0, 0.0, 2.0))
        if low is not None and middle is not None and high is not None:
            ahead = (high - low) / np.linalg.norm(high - low)
            cut = axial_cut(tube.mesh, z_mm)
            edges = cut - middle[:2]
            area = 0.5 * np.abs(edges[:, 0, 0] * edges[:, 1, 1] - edges[:, 0, 1] * edges[:, 1, 0]).sum()
            return float(2.0 * np.sqrt(area * abs(ahead[2]) / np.pi))
    raise AssertionError(f"nothing reaches z {z_mm}")
