"""The muscles and fasciae of the trunk: where they lie, in which order, and what they keep clear of."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from planner.modelling.envelope import WALL, envelope
from planner.modelling.tables import TableFault, Tables
from tests.content.anatomy import ASSETS, landmarks, lateral_mm, meshes, outline, solid

Points = NDArray[np.float64]
SIDES = ("left", "right")
BONES = ("hip_bone", "rib_11", "rib_12")
WALL_LAYERS = ("external_oblique", "internal_oblique", "transversus_abdominis")
NEW = (
    *WALL_LAYERS,
    "external_oblique_aponeurosis",
    "rectus_sheath_anterior",
    "rectus_sheath_posterior",
    "rectus_abdominis",
    "latissimus_dorsi",
    "thoracolumbar_fascia",
    "fascia_iliaca",
    "quadratus_lumborum",
    "multifidus",
    "erector_spinae",
    "psoas_minor",
    "medial_arcuate_ligament",
    "lateral_arcuate_ligament",
    *(f"intertransversarii_{pair}" for pair in ("l1_l2", "l2_l3", "l3_l4", "l4_l5")),
)


def crossings_mm(name: str, start: Points, ahead: Points) -> NDArray[np.float64]:
    """Distances, sorted, at which a ray enters or leaves a structure (Moeller and Trumbore)."""
    mesh = meshes()[name]
    a, b, c = (mesh.points_lps[mesh.triangles[:, k]].astype(np.float64) for k in range(3))
    first, second = b - a, c - a
    across = np.cross(ahead, second)
    size = (first * across).sum(1)
    size[np.abs(size) < 1e-12] = 1e-12
    gap = start - a
    u = (gap * across).sum(1) / size
    turned = np.cross(gap, first)
    v = (turned @ ahead) / size
    t = (second * turned).sum(1) / size
    return np.sort(t[(u >= 0.0) & (v >= 0.0) & (u + v <= 1.0) & (t > 0.0)])


def outward(side: str, azimuth_deg: float, z_mm: float) -> tuple[Points, Points]:
    """A ray from inside the belly: azimuth from the front towards the named side."""
    turn = np.radians(azimuth_deg)
    ahead = np.array([np.sin(turn) * (1.0 if side == "left" else -1.0), -np.cos(turn), 0.0])
    return np.array([0.0, -20.0, z_mm]) + 60.0 * ahead, ahead


@pytest.mark.parametrize("name", NEW)
def test_that_left_and_right_of_the_trunk_are_mirror_images(name: str) -> None:
    left, right = (meshes()[f"{name}_{side}"] for side in SIDES)
    assert np.allclose(left.points_lps * (-1.0, 1.0, 1.0), right.points_lps, atol=1e-3)
    assert left.points_lps[:, 0].mean() > 0.0


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize(
    ("azimuth", "z"),
    [(70.0, 120.0), (65.0, 125.0), (75.0, 150.0), (90.0, 155.0), (90.0, 175.0), (70.0, 180.0), (60.0, 200.0)],
)
def test_that_the_wall_is_layered_from_skin_to_peritoneum(side: str, azimuth: float, z: float) -> None:
    # Textbook consensus: skin, external oblique, internal oblique, transversus, peritoneum.
    start, ahead = outward(side, azimuth, z)
    start = start - 25.0 * ahead
    borders = [crossings_mm(f"{name}_{side}", start, ahead)[-2:] for name in reversed(WALL_LAYERS)]
    borders.append(crossings_mm("skin", start, ahead)[-1:])
    found = np.concatenate(borders)
    assert len(found) == 7
    assert (np.diff(found) > 0.1).all(), found
    sac = crossings_mm("peritoneal_sac", start, ahead)
    assert not len(sac) or sac[-1] < found[0]


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize(("azimuth", "z"), [(70.0, 130.0), (75.0, 150.0), (90.0, 165.0), (65.0, 190.0)])
def test_that_a_cleft_is_left_for_the_nerves_before_transversus(side: str, azimuth: float, z: float) -> None:
    # The nerves of the wall run between internal oblique and transversus (textbook consensus).
    start, ahead = outward(side, azimuth, z)
    inner = crossings_mm(f"transversus_abdominis_{side}", start, ahead)[-1]
    outer = crossings_mm(f"internal_oblique_{side}", start, ahead)[-2]
    assert 0.6 <= outer - inner <= 2.5


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize(("azimuth", "z"), [(75.0, 160.0), (88.0, 172.0), (65.0, 185.0)])
def test_that_internal_oblique_is_the_thickest_and_transversus_the_thinnest_layer(
    side: str, azimuth: float, z: float
) -> None:
    start, ahead = outward(side, azimuth, z)
    external, internal, deepest = (
        float(np.ptp(crossings_mm(f"{name}_{side}", start, ahead)[-2:])) for name in WALL_LAYERS
    )
    assert 10.0 > internal > external > deepest > 2.0


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize(("azimuth", "z"), [(20.0, 110.0), (25.0, 180.0), (20.0, 240.0)])
def test_that_rectus_lies_between_the_layers_of_its_sheath(side: str, azimuth: float, z: float) -> None:
    start, ahead = outward(side, azimuth, z)
    names = (
        "rectus_sheath_posterior",
        "rectus_abdominis",
        "rectus_sheath_anterior",
        "external_oblique_aponeurosis",
    )
    found = np.concatenate([crossings_mm(f"{name}_{side}", start, ahead)[-2:] for name in names])
    assert len(found) == 8
    assert (np.diff(found) > 0.0).all(), found


@pytest.mark.parametrize("side", SIDES)
def test_that_external_oblique_ends_on_the_inguinal_ligament(side: str) -> None:
    # Textbook consensus: the ligament is its lower border, from the ASIS to the pubic tubercle.
    sheet = solid(f"external_oblique_aponeurosis_{side}")
    ligament = meshes()[f"inguinal_ligament_{side}"].points_lps.astype(np.float64)
    asis, tubercle = landmarks()[f"asis_{side}"], landmarks()[f"pubic_tubercle_{side}"]
    for share in np.linspace(0.08, 0.88, 9):
        x = asis[0] + share * (tubercle[0] - asis[0])
        near = ligament[np.abs(ligament[:, 0] - x) < 2.5]
        assert min(abs(sheet.closest(point)[0]) for point in near) < 3.0, share


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("name", WALL_LAYERS)
def test_that_the_flat_muscles_end_on_the_iliac_crest(side: str, name: str) -> None:
    bone = solid(f"hip_bone_{side}")
    points = meshes()[f"{name}_{side}"].points_lps.astype(np.float64)
    out = np.abs(points[:, 0])
    for low, high in ((118.0, 126.0), (130.0, 137.0)):
        part = points[(out > low) & (out < high) & (points[:, 1] > -35.0)]
        assert min(bone.closest(point)[0] for point in part[np.argsort(part[:, 2])[:40]]) < 3.0


def test_that_the_sheaths_meet_the_linea_alba() -> None:
    for z in (60.0, 120.0, 200.0, 260.0):
        half = np.abs(outline("linea_alba", z)[:, 0]).max()
        for side in SIDES:
            gap = np.abs(outline(f"external_oblique_aponeurosis_{side}", z)[:, 0]).min() - half
            assert -0.2 < gap < 1.5


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("name", [name for name in NEW if not name.startswith("intertr")])
def test_that_no_muscle_or_fascia_of_the_trunk_enters_bone(side: str, name: str) -> None:
    points = meshes()[f"{name}_{side}"].points_lps.astype(np.float64)
    bones = [f"{bone}_{side}" for bone in BONES]
    bones += [bone for bone in meshes() if bone.startswith(("vertebra_", "sacrum"))]
    for bone in bones:
        depth = solid(bone).signed_mm(points[:: max(1, len(points) // 900)], 1.0)
        assert depth.min() > -0.5, bone


@pytest.mark.parametrize("side", SIDES)
def test_that_the_trunk_keeps_clear_of_kidney_and_great_vessels(side: str) -> None:
    for name in (*(f"{name}_{side}" for name in NEW), "diaphragm_crus_left", "diaphragm_crus_right"):
        points = meshes()[name].points_lps.astype(np.float64)[::3]
        for other in (f"kidney_{side}", "aorta_abdominal", "vena_cava_inferior"):
            assert solid(other).signed_mm(points, 1.0).min() > -0.3, (name, other)


def test_that_the_peritoneal_sac_lies_before_the_retroperitoneum() -> None:
    # Textbook consensus: kidneys, great vessels, psoas and colon lie behind or beside the peritoneum.
    points = meshes()["peritoneal_sac"].points_lps.astype(np.float64)[::2]
    names = [
        "aorta_abdominal",
        "vena_cava_inferior",
        "colon_ascending",
        "colon_descending",
        "urinary_bladder",
    ]
    names += [f"{name}_{side}" for name in ("kidney", "psoas_major", "iliacus") for side in SIDES]
    for name in names:
        assert solid(name).signed_mm(points, 1.0).min() > -1.5, name


@pytest.mark.parametrize("side", SIDES)
def test_that_multifidus_lies_on_the_laminae(side: str) -> None:
    # Textbook consensus: it fills the groove between spinous and mammillary processes.
    for level in ("l2", "l3", "l4", "l5"):
        lamina = landmarks()[f"{level}_mammillary_process_{side}"]
        assert solid(f"multifidus_{side}").closest(lamina + np.array([0.0, 1.0, 0.0]))[0] < 3.0, level


@pytest.mark.parametrize("side", SIDES)
def test_that_erector_spinae_shows_two_columns(side: str) -> None:
    # Textbook consensus: iliocostalis lateral, longissimus medial, a groove between them.
    cut = outline(f"erector_spinae_{side}", 215.0)
    out, back = np.abs(cut[:, 0]), cut[:, 1]
    crest = [back[(out > low) & (out < high)].max() for low, high in ((30.0, 44.0), (60.0, 72.0))]
    furrow = min(back[(out > x) & (out < x + 3.0)].max() for x in np.arange(46.0, 60.0, 1.5))
    line = 0.5 * (crest[0] + crest[1])
    assert line - furrow > 0.4


@pytest.mark.parametrize("side", SIDES)
def test_that_the_fascia_iliaca_covers_iliacus_between_crest_and_ligament(side: str) -> None:
    sheet = meshes()[f"fascia_iliaca_{side}"].points_lps.astype(np.float64)
    assert sheet[:, 2].max() > landmarks()[f"iliac_crest_top_{side}"][2] - 6.0
    ligament = solid(f"inguinal_ligament_{side}")
    low = sheet[sheet[:, 2] < 70.0]
    assert min(abs(ligament.closest(point)[0]) for point in low) < 3.0
    assert max(lateral_mm(side, point) for point in sheet) > 120.0


@pytest.mark.parametrize(
    ("level", "published"),
    # morphometry.yaml, psoas.csa_cm2_per_side, male.
    [("l2", 6.0), ("l3", 10.5), ("l4", 15.0), ("l5", 15.5)],
)
def test_that_psoas_is_of_the_published_order_of_size(level: str, published: float) -> None:
    area = section_cm2("psoas_major_left", float(landmarks()[f"{level}_body_centre"][2]))
    assert 0.6 * published <= area <= 1.5 * published


def section_cm2(name: str, z_mm: float) -> float:
    """Area of an axial section by Green's theorem over its unordered segments."""
    mesh = meshes()[name]
    height = mesh.points_lps[:, 2].astype(np.float64) - z_mm
    height[height == 0.0] = 1e-9
    total = 0.0
    for corners in mesh.triangles[np.ptp(np.sign(height[mesh.triangles]), axis=1) > 0]:
        points, above = mesh.points_lps[corners].astype(np.float64), height[corners]
        ends = [
            points[k] + above[k] / (above[k] - above[(k + 1) % 3]) * (points[(k + 1) % 3] - points[k])
            for k in range(3)
            if above[k] * above[(k + 1) % 3] < 0.0
        ]
        facing = np.cross(points[1] - points[0], points[2] - points[0])
        along = ends[1] - ends[0]
        turn = np.sign(facing[0] * along[1] - facing[1] * along[0])
        total += turn * 0.5 * (ends[0][0] * ends[1][1] - ends[0][1] * ends[1][0])
    return abs(total) / 100.0


def test_that_a_damaged_wall_table_is_refused_with_file_and_entry(tmp_path: Path) -> None:
    text = (ASSETS / "measurements" / WALL).read_text(encoding="utf-8")
    (tmp_path / WALL).write_text(text.replace("[74.0, -50.0]", "[74.0]", 1), encoding="utf-8")
    with pytest.raises(TableFault, match=r"abdominal_wall\.toml, external_oblique_left, lower"):
        envelope(tmp_path)


def test_that_the_envelope_reaches_the_iliac_spine() -> None:
    wall = envelope(ASSETS / "measurements")
    asis = Tables.load(ASSETS / "measurements").landmarks["asis_left"]
    azimuth, height, _ = wall.polar(asis[None])
    assert np.linalg.norm(wall.at(azimuth, height + 2.0)[0] - asis) < 6.0
