"""Territories on the skin: stated shares kept, smooth, nested, mirrored, and where anatomists draw them."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

from planner.atlas.load import load_atlas
from planner.atlas.model import Atlas
from planner.atlas.spreading import spread
from planner.fields import levels_of
from planner.modelling.tables import Tables
from planner.territory import (
    AT,
    EXTENTS,
    Territory,
    dermatomes,
    nerves_with_skin,
    territory,
    territory_ids,
    territory_of_nerve,
    wanted_of,
)

ASSETS = Path(str(files("assets")))


@pytest.fixture(scope="module")
def atlas() -> Atlas:
    return load_atlas(ASSETS)


@pytest.fixture(scope="module")
def every(atlas: Atlas) -> dict[str, Territory]:
    return {name: territory.__wrapped__(atlas, name, "left") for name in territory_ids(atlas.content)}


@pytest.fixture(scope="module")
def fields(atlas: Atlas) -> dict[str, np.ndarray]:
    names = territory_ids(atlas.content)
    wanted = [wanted_of(atlas.content, name) for name in names]
    return dict(zip(names, spread(atlas.fields, wanted, levels_of(atlas.content)), strict=True))


def extent_at(atlas: Atlas, shown: Territory, point: np.ndarray) -> float:
    """The extent at the skin nearest to a point."""
    skin = atlas.meshes.full["skin"].points_lps
    return float(shown.extent[int(np.argmin(np.linalg.norm(skin - point, axis=1)))])


def test_that_fields_lie_between_nothing_and_certainty(fields: dict[str, np.ndarray]) -> None:
    for name, field in fields.items():
        assert field.min() >= 0.0 and field.max() <= 1.0 + 1e-6, name
        assert field.max() > 0.15, name


def test_that_region_means_are_the_stated_shares(atlas: Atlas, fields: dict[str, np.ndarray]) -> None:
    skin = atlas.fields
    assert skin.smooth is not None
    fade = skin.smooth.fade + skin.smooth.fade[skin.mirror]
    left = np.flatnonzero((skin.side >= 0) & (skin.region_of >= 0))
    row, area = skin.region_of[left].astype(np.intp), skin.area_mm2[left]
    whole = np.bincount(row, area * fade[left])
    off = {}
    for name, field in fields.items():
        mean = np.bincount(row, area * (field + field[skin.mirror])[left]) / whole
        shares = wanted_of(atlas.content, name).shares
        off |= {
            (name, region): abs(mean[k] - shares.get(region, 0.0)) for k, region in enumerate(skin.region_ids)
        }
    assert max(off.values()) < 0.06, max(off, key=lambda key: off[key])
    assert np.mean([value > 0.03 for value in off.values()]) < 0.005


def test_that_fields_do_not_jump_between_neighbouring_vertices(
    atlas: Atlas, fields: dict[str, np.ndarray]
) -> None:
    skin = atlas.meshes.full["skin"]
    ends = skin.triangles.astype(np.int64)[:, [0, 1]]
    length = np.maximum(
        np.linalg.norm(skin.points_lps[ends[:, 0]] - skin.points_lps[ends[:, 1]], axis=1), 2.0
    )
    for name, field in fields.items():
        step = np.abs(field[ends[:, 0]] - field[ends[:, 1]]) / length
        assert np.percentile(step[step > 0.0], 99) < 0.13, name
        assert step.max() < 0.35, name


def test_that_skin_far_from_every_share_is_not_served(atlas: Atlas, fields: dict[str, np.ndarray]) -> None:
    skin = atlas.meshes.full["skin"].points_lps
    assert fields["saphenous"][skin[:, 2] > -150.0].max() == 0.0
    assert fields["ilioinguinal"][skin[:, 2] < -480.0].max() == 0.0
    for name, field in fields.items():
        assert field[skin[:, 0] < -20.0].max() < 0.02, name


def test_that_extents_are_nested(every: dict[str, Territory]) -> None:
    for shown in every.values():
        areas = [int((shown.extent >= AT[extent]).sum()) for extent in EXTENTS]
        assert areas == sorted(areas, reverse=True) and areas[-1] > 0, shown.id
        assert all(shown.outlines[extent] for extent in EXTENTS), shown.id


def test_that_left_and_right_are_mirror_images(atlas: Atlas) -> None:
    left, right = (territory.__wrapped__(atlas, "lfcn", side) for side in ("left", "right"))
    assert np.array_equal(right.extent, left.extent[atlas.fields.mirror])


def test_that_outlines_are_closed_or_end_where_the_regions_do(
    atlas: Atlas, every: dict[str, Territory]
) -> None:
    known, skin = atlas.fields.known(), atlas.meshes.full["skin"].points_lps
    assert known is not None
    edge = skin[~known]
    for shown in every.values():
        for line in (line for extent in EXTENTS for line in shown.outlines[extent] if not line.closed):
            for end in (line.points_lps[0], line.points_lps[-1]):
                assert np.linalg.norm(edge - end, axis=1).min() < 14.0, shown.id


def test_that_outlines_do_not_zigzag(every: dict[str, Territory]) -> None:
    for shown in every.values():
        for line in (line for extent in EXTENTS for line in shown.outlines[extent]):
            step = np.diff(line.points_lps.astype(float), axis=0)
            step = step[np.linalg.norm(step, axis=1) > 0.4]
            step /= np.linalg.norm(step, axis=1, keepdims=True)
            if len(step) > 60:
                turn = np.degrees(np.arccos(np.clip((step[1:] * step[:-1]).sum(1), -1.0, 1.0)))
                assert np.median(turn) < 15.0, shown.id


def test_that_lfcn_lies_on_the_outer_thigh_from_trochanter_to_above_the_knee(
    atlas: Atlas, every: dict[str, Territory]
) -> None:
    # evidence/nerves.yaml: ASIS to lateral patella in front, trochanter to lateral condyle behind.
    skin = atlas.meshes.full["skin"].points_lps
    inside = skin[every["lfcn"].extent >= AT["usual"]]
    marks = Tables.load(ASSETS / "measurements").landmarks
    trochanter, knee = marks["greater_trochanter_lateral_left"][2], marks["tibial_plateau_centre_left"][2]
    assert abs(inside[:, 2].max() - trochanter) < 90.0
    assert knee - 60.0 < inside[:, 2].min() < knee + 120.0
    assert inside[:, 0].min() > 90.0


def test_that_saphenous_reaches_the_medial_malleolus_and_not_the_toes(
    atlas: Atlas, every: dict[str, Territory]
) -> None:
    # evidence/nerves.yaml: from the knee to the medial malleolus and midfoot, sparing sole and hallux.
    marks = Tables.load(ASSETS / "measurements").landmarks
    shown = every["saphenous"]
    assert extent_at(atlas, shown, marks["medial_malleolus_left"]) >= AT["usual"]
    for region in ("great_toe", "toes_lateral", "foot_sole", "heel"):
        at = np.array(atlas.points_lps[f"region_{region}_left"])
        assert extent_at(atlas, shown, at) < AT["usual"], region


@pytest.mark.parametrize(
    ("name", "inside", "outside"),
    [
        (
            "femoral_intermediate_cutaneous",
            ("thigh_ant_mid", "thigh_ant_lower"),
            ("thigh_lat_mid", "thigh_post_mid"),
        ),
        ("saphenous_infrapatellar", ("knee_infrapatellar",), ("thigh_ant_lower", "leg_post_upper")),
        ("genitofemoral_femoral", ("thigh_ant_upper",), ("thigh_ant_mid", "abd_suprapubic")),
        ("genitofemoral_genital", ("genital_anterior",), ("thigh_med_mid", "abd_suprapubic")),
        ("ilioinguinal", ("pubis_mons",), ("thigh_med_lower", "thigh_lat_upper")),
        ("iliohypogastric_ant", ("abd_suprapubic",), ("thigh_ant_upper", "thigh_med_upper")),
        ("iliohypogastric_lat", ("iliac_crest_lateral",), ("buttock_lower", "thigh_antlat_mid")),
        ("subcostal", ("abd_lower_lateral",), ("thigh_ant_upper", "buttock_lower")),
        ("superior_cluneal", ("buttock_upper",), ("buttock_lower", "thigh_post_upper")),
        ("middle_cluneal", ("sacrum_midline",), ("thigh_post_upper", "iliac_crest_lateral")),
        ("inferior_cluneal", ("buttock_lower",), ("buttock_upper", "thigh_post_mid")),
        ("pfcn", ("thigh_post_mid",), ("thigh_ant_mid", "heel")),
        ("L1", ("groin_crease",), ("thigh_ant_lower",)),
        ("L3", ("knee_ant",), ("foot_dorsum", "heel")),
        ("L4", ("leg_med_mid", "ankle_med"), ("foot_lat", "leg_post_upper")),
        ("L5", ("foot_dorsum", "leg_lat"), ("heel", "leg_med_mid")),
        ("S1", ("foot_lat", "heel"), ("leg_med_mid",)),
        ("S2", ("thigh_post_mid",), ("thigh_ant_mid",)),
        ("S3", ("genital_posterior",), ("foot_sole",)),
    ],
)
def test_that_territories_lie_where_printed_plates_show_them(
    atlas: Atlas, every: dict[str, Territory], name: str, inside: tuple[str, ...], outside: tuple[str, ...]
) -> None:
    # Standring, Gray's Anatomy; Lee 2008 (dermatomes): evidence/territories.yaml.
    skin = atlas.fields
    for region in (*inside, *outside):
        rows = (skin.region_of == skin.region_ids.index(region)) & (skin.side >= 0)
        within = skin.area_mm2[rows] @ (every[name].extent[rows] >= AT["usual"]) / skin.area_mm2[rows].sum()
        assert (within >= 0.5) == (region in inside), f"{within:.2f} of {region}"


def test_that_nerves_without_skin_show_none_and_roots_show_their_dermatome(atlas: Atlas) -> None:
    content = atlas.content
    assert territory_of_nerve(content, "medial_branch_L3") is None
    assert territory_of_nerve(content, "root_L3") == "L3"
    assert territory_of_nerve(content, "femoral") == "femoral"
    assert {"T11", "T12", "L1", "L2", "L3", "L4", "L5", "S1", "S2", "S3"} <= set(dermatomes(content))
    assert "root_L3" not in nerves_with_skin(content)
