"""The nerves of groin, abdominal wall and thigh against published distances."""

from __future__ import annotations

import numpy as np
import pytest

from tests.content.anatomy import (
    Points,
    along_ligament_mm,
    landmarks,
    lateral_mm,
    meshes,
    outline,
    pieces,
    solid,
    trunk_at,
)

SIDES = ("left", "right")


def at_ligament(side: str, nerve: str) -> Points:
    """Point of the trunk's axis nearest to the line from the ASIS to the pubic tubercle."""
    asis, tubercle = landmarks()[f"asis_{side}"], landmarks()[f"pubic_tubercle_{side}"]
    line = (tubercle - asis) / np.linalg.norm(tubercle - asis)
    best, gap = None, np.inf
    for z in np.arange(asis[2] + 10.0, 15.0, -0.5):
        point = trunk_at(f"{nerve}_{side}", z)
        # The ligament arches over the muscle: what counts is where the nerve crosses it seen from in front.
        off = (point - asis - line * ((point - asis) @ line)) * (1.0, 0.0, 1.0)
        if np.linalg.norm(off) < gap:
            best, gap = point, float(np.linalg.norm(off))
    assert best is not None
    return best


@pytest.mark.parametrize("side", SIDES)
def test_that_the_lfcn_crosses_the_ligament_medial_to_the_asis(side: str) -> None:
    # Hospodar 1999 J Orthop Trauma 13:17: 20.4 mm (3-46), never lateral; JOSR 2021 5.3, Uzel 2011 29.5 mm.
    assert 5.0 <= along_ligament_mm(side, at_ligament(side, "lfcn")) <= 46.0


@pytest.mark.parametrize("side", SIDES)
def test_that_the_femoral_nerve_crosses_the_ligament_at_the_published_place(side: str) -> None:
    # Femoral nerve morphometry 2020 (Manipal, 40 limbs): 63.8 +/- 14.5 mm from the ASIS.
    assert abs(along_ligament_mm(side, at_ligament(side, "femoral")) - 63.8) <= 14.5


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("z_mm", [10.0, 0.0, -8.0])
def test_that_the_femoral_nerve_lies_lateral_to_the_artery_at_the_crease(side: str, z_mm: float) -> None:
    # Textbook consensus; Gruber 2003 J Ultrasound Med 22:163 (distance varies, 0-15 mm).
    wall = outline(f"artery_femoral_{side}", z_mm)[:, 0] * (1.0 if side == "left" else -1.0)
    nerve = outline(f"femoral_{side}", z_mm)[:, 0] * (1.0 if side == "left" else -1.0)
    assert 0.0 < nerve.min() - wall.max() < 15.0


@pytest.mark.parametrize("side", SIDES)
def test_that_the_femoral_nerve_is_broad_and_thin_at_the_crease(side: str) -> None:
    # Gruber 2003: 9.8 +/- 2.1 mm wide, 3.1 +/- 0.8 mm thick.
    section = outline(f"femoral_{side}", 5.0)
    width, thickness = np.ptp(section, axis=0)
    assert abs(width - 9.8) <= 2.1
    assert abs(thickness - 3.1) <= 0.8


@pytest.mark.parametrize("side", SIDES)
def test_that_the_femoral_vein_lies_medial_to_the_artery_at_the_ligament(side: str) -> None:
    # Textbook consensus: nerve, artery, vein from lateral to medial.
    sign = 1.0 if side == "left" else -1.0
    assert (
        outline(f"vein_femoral_{side}", 5.0)[:, 0].mean() * sign
        < outline(f"artery_femoral_{side}", 5.0)[:, 0].mean() * sign
    )


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize(
    ("nerve", "medial", "below"),
    [
        # Klaassen 2011 Clin Anat 24:454, where they enter the abdominal wall, mean +/- SD.
        ("iliohypogastric_ant", (28.0, 13.0), (14.0, 12.0)),
        ("ilioinguinal", (28.0, 11.0), (40.0, 12.0)),
    ],
)
def test_that_the_wall_nerves_pierce_internal_oblique_where_published(
    side: str, nerve: str, medial: tuple[float, float], below: tuple[float, float]
) -> None:
    asis = landmarks()[f"asis_{side}"]
    inside = [
        trunk_at(f"{nerve}_{side}", asis[2] - drop)
        for drop in np.arange(below[0] - below[1], below[0] + below[1] + 0.1, 2.0)
    ]
    offsets = [lateral_mm(side, asis) - lateral_mm(side, point) for point in inside]
    assert any(abs(offset - medial[0]) <= medial[1] for offset in offsets)


@pytest.mark.parametrize("side", SIDES)
def test_that_the_iliohypogastric_nerve_ends_above_the_symphysis(side: str) -> None:
    # Ndiaye: 31 mm lateral to the midline, 48 mm above the symphysis; Klaassen 2011: 40 +/- 13 mm lateral.
    end = medial_end(f"iliohypogastric_ant_{side}", side)
    assert 18.0 <= lateral_mm(side, end) <= 53.0
    assert 30.0 <= end[2] - landmarks()["symphysis_top"][2] <= 60.0


def medial_end(name: str, side: str) -> Points:
    points = pieces(name)[0].points
    return np.asarray(points[int(np.argmin(points[:, 0] * (1.0 if side == "left" else -1.0)))])


@pytest.mark.parametrize("side", SIDES)
def test_that_the_obturator_nerve_passes_the_canal_at_the_published_distance(side: str) -> None:
    # Kendir 2008 Surg Radiol Anat 30:495: lateral wall of the canal 41.4 +/- 1.1 mm from the median plane.
    # This body's canal landmark lies 54.6 mm out; the nerve keeps to the medial half of the opening.
    lateral = lateral_mm(side, trunk_at(f"obturator_{side}", landmarks()[f"obturator_canal_{side}"][2]))
    assert 38.0 <= lateral <= 50.0


@pytest.mark.parametrize("side", SIDES)
def test_that_the_saphenous_nerve_stays_by_the_artery_in_the_adductor_canal(side: str) -> None:
    # Heo 2024 Korean J Pain 37(2): the membrane begins 274 +/- 20 mm below the ASIS.
    top = landmarks()[f"asis_{side}"][2] - 274.0
    for z in np.arange(top, top - 90.0, -15.0):
        nerve = trunk_at(f"saphenous_{side}", z)
        assert solid(f"artery_femoral_{side}").closest(nerve)[0] < 12.0
        # In front of the artery, covered by sartorius.
        assert nerve[1] < outline(f"artery_femoral_{side}", z)[:, 1].mean()


@pytest.mark.parametrize("side", SIDES)
def test_that_the_infrapatellar_branch_crosses_below_the_patella(side: str) -> None:
    # James 2019 JAAOS Glob Res Rev 3(12): 28.2 mm (25.8-30.6) below the apex, medial edge of the tendon.
    apex = landmarks()[f"patella_apex_{side}"]
    points = pieces(f"saphenous_infrapatellar_{side}")[0].points
    edge = lateral_mm(side, apex) - 14.0
    crossing = points[int(np.argmin(np.abs(points[:, 0] * (1.0 if side == "left" else -1.0) - edge)))]
    assert 20.0 <= apex[2] - crossing[2] <= 36.0


@pytest.mark.parametrize("side", SIDES)
def test_that_the_superior_cluneal_nerves_cross_the_crest_where_published(side: str) -> None:
    # Medial branch 65-81 mm from the midline (Iwanaga 2019, Loubser, Lu 1998);
    # 50, 65 and 73 mm from the PSIS (Tubbs 2010 J Neurosurg Spine).
    bone, psis = solid(f"hip_bone_{side}"), landmarks()[f"psis_{side}"]
    crossings = []
    for piece in pieces(f"superior_cluneal_{side}"):
        gap = [bone.closest(point)[0] for point in piece.points]
        if min(gap) > 4.0:
            continue  # a twig beyond the crest
        crossings.append(piece.points[int(np.argmin(gap))])
    out = sorted(lateral_mm(side, point) for point in crossings)
    assert len(out) == 3
    assert 65.0 <= out[0] <= 81.0
    distances = sorted(float(np.linalg.norm(point - psis)) for point in crossings)
    assert all(38.0 <= distance <= 85.0 for distance in distances)


@pytest.mark.parametrize("side", SIDES)
def test_that_the_sciatic_nerve_runs_between_trochanter_and_tuberosity(side: str) -> None:
    # Textbook consensus: about midway.
    z = -28.0
    nerve = lateral_mm(side, trunk_at(f"sciatic_{side}", z))
    medial = lateral_mm(side, landmarks()[f"ischial_tuberosity_posterior_{side}"])
    lateral = lateral_mm(side, landmarks()[f"greater_trochanter_lateral_{side}"])
    assert 0.2 <= (nerve - medial) / (lateral - medial) <= 0.7


@pytest.mark.parametrize("side", SIDES)
def test_that_the_pudendal_nerve_passes_behind_the_ischial_spine(side: str) -> None:
    # Textbook consensus.
    spine = landmarks()[f"ischial_spine_{side}"]
    near = np.linalg.norm(pieces(f"pudendal_{side}")[0].points - spine, axis=1)
    assert near.min() < 12.0
    assert trunk_at(f"pudendal_{side}", spine[2])[1] > spine[1]


def test_that_kidneys_stand_at_the_published_levels() -> None:
    # Textbook consensus: lower poles about L3, not below L4.
    floor = landmarks()["l4_endplate_superior_centre"][2]
    for side in SIDES:
        assert meshes()[f"kidney_{side}"].points_lps[:, 2].min() > floor


@pytest.mark.parametrize("side", SIDES)
def test_that_the_femoral_nerve_lies_10_to_15_mm_lateral_to_the_artery(side: str) -> None:
    # Textbook consensus; Gruber 2003 J Ultrasound Med 22:163: 10-15 mm from the artery's centre, measured in
    # the section in which this body's artery comes from beneath the ligament.
    z = 18.0
    nerve, artery = (outline(f"{name}_{side}", z) for name in ("femoral", "artery_femoral"))
    apart = 0.5 * (nerve.min(0) + nerve.max(0)) - 0.5 * (artery.min(0) + artery.max(0))
    assert 10.0 <= apart[0] * (1.0 if side == "left" else -1.0) <= 16.0
    assert abs(apart[1]) <= 8.0


@pytest.mark.parametrize("side", SIDES)
def test_that_the_femoral_nerve_is_a_flat_oval_at_the_ligament(side: str) -> None:
    # Gruber 2003: 9.8 +/- 2.1 mm wide, 3.1 +/- 0.8 mm thick.
    z = at_ligament(side, "femoral")[2] - 8.0
    width, thickness = np.ptp(outline(f"femoral_{side}", z), axis=0)
    assert abs(width - 9.8) <= 2.1
    assert thickness <= 5.5  # an axial cut meets the descending ribbon aslant


@pytest.mark.parametrize("side", SIDES)
def test_that_the_femoral_nerve_fans_out_below_the_ligament(side: str) -> None:
    # Gustafson 2009 J Rehabil Res Dev 46:973: free of branches for 15.0 +/- 4.7 mm below the ligament;
    # Manipal 2020: trunk 21.9 +/- 3.4 mm.
    below = at_ligament(side, "femoral")[2]
    trunk = pieces(f"femoral_{side}")[0].points[:, 2].min()
    assert 10.0 <= below - trunk <= 25.3
    muscular = ("sartorius", "pectineus", "rectus_femoris", "vastus_lateralis", "vastus_intermedius")
    first = max(pieces(f"femoral_{name}_{side}")[0].points[:, 2].max() for name in muscular)
    assert 10.0 <= below - first <= 40.0


@pytest.mark.parametrize("side", SIDES)
def test_that_the_ilioinguinal_nerve_ends_beside_the_pubic_tubercle(side: str) -> None:
    # Klaassen 2011 Clin Anat 24:454: ends 30 +/- 5 mm lateral to the midline; Whiteside 2003: 27 mm, 17 mm
    # above the symphysis; Ndiaye: 25 mm and 19 mm.
    z = landmarks()["symphysis_top"][2] + 17.0
    assert 20.0 <= lateral_mm(side, trunk_at(f"ilioinguinal_{side}", z)) <= 45.0


@pytest.mark.parametrize("side", SIDES)
def test_that_the_cutaneous_branch_of_the_obturator_nerve_leaves_high(side: str) -> None:
    # Jessen, Moriggl, Bendtsen: leaves the anterior division 60-100 mm below the inguinal ligament.
    asis, tubercle = landmarks()[f"asis_{side}"], landmarks()[f"pubic_tubercle_{side}"]
    top = max(float(piece.points[:, 2].max()) for piece in pieces(f"obturator_cutaneous_{side}"))
    assert 40.0 <= 0.5 * (asis[2] + tubercle[2]) - top <= 110.0


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize(
    "branch",
    ["rectus_femoris", "vastus_lateralis", "vastus_intermedius", "vastus_medialis", "sartorius", "pectineus"],
)
def test_that_each_muscular_branch_of_the_femoral_nerve_ends_in_its_muscle(side: str, branch: str) -> None:
    muscle = solid(f"{branch}_{side}")
    ends = [float(muscle.signed_mm(piece.points).min()) for piece in pieces(f"femoral_{branch}_{side}")]
    assert min(ends) < -1.0


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize(
    ("nerve", "bone"),
    [("superolateral", "femur"), ("superomedial", "femur"), ("inferomedial", "tibia")],
)
def test_that_each_genicular_nerve_runs_on_the_bone(side: str, nerve: str, bone: str) -> None:
    # Genicular nerve targets: where shaft and condyle meet.
    name = f"genicular_{nerve}"
    gap = solid(f"{bone}_{side}").signed_mm(pieces(f"{name}_{side}")[0].points)
    assert gap.min() < 2.5


@pytest.mark.parametrize("side", SIDES)
def test_that_the_gluteal_nerves_leave_above_and_below_piriformis(side: str) -> None:
    # Textbook consensus.
    muscle = outline(f"piriformis_{side}", 30.0)
    assert len(muscle)
    top = pieces(f"superior_gluteal_{side}")[0].points
    low = pieces(f"inferior_gluteal_{side}")[0].points
    assert top[:, 2].max() > 45.0 > low[:, 2].max()
    assert (
        min(
            float(solid(f"gluteus_maximus_{side}").signed_mm(p.points).min())
            for p in pieces(f"inferior_gluteal_{side}")
        )
        < -2.0
    )
