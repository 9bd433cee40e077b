"""Territories on the skin: stated shares kept, smooth, nested, mirrored, and where anatomists draw them."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter1d
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from planner.atlas.forms import formed
from planner.atlas.load import load_atlas
from planner.atlas.model import Atlas, Form
from planner.atlas.spreading import spread
from planner.contours import Outline
from planner.fields import levels_of
from planner.modelling.tables import Tables
from planner.territory import (
    AT,
    EXTENTS,
    Extent,
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
    assert max(off.values()) < 0.05, max(off, key=lambda key: off[key])
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


def test_that_every_nerve_with_skin_and_every_dermatome_is_drawn(atlas: Atlas) -> None:
    smooth = atlas.fields.smooth
    assert smooth is not None
    shares = {
        share.of
        for region in atlas.content.regions.values()
        if not region.deep
        for share in (*region.supply, *region.dermatomes)
    }
    assert shares == set(smooth.drawn_ids)


# Two pieces are lawful where maps draw two: limb and back of the segments whose skin on the buttock is not
# found (dermatomes.toml, L4 and L5), the two branches of the iliohypogastric nerve, and the obturator nerve's
# skin on the thigh and behind the knee (Bouaziz 2002).
TWO_PIECES: dict[str, tuple[Extent, ...]] = {
    "L4": ("largest", "usual"),
    "L5": ("largest", "usual"),
    "iliohypogastric": EXTENTS,
    "obturator": ("usual", "core"),
    "obturator_anterior": ("usual", "core"),
    "obturator_cutaneous": ("usual", "core"),
}
SPECK_MM2 = 60.0  # less is one corner of a triangle and has no outline


def pieces(atlas: Atlas, mask: np.ndarray) -> list[np.ndarray]:
    """Connected parts of some vertices of the left side's skin, specks left out."""
    skin = atlas.fields
    triangles = atlas.meshes.full["skin"].triangles.astype(np.int64)
    own = triangles[(skin.side[triangles] >= 0).all(axis=1)]
    edges = np.vstack([own[:, [0, 1]], own[:, [1, 2]], own[:, [2, 0]]])
    edges = edges[mask[edges].all(axis=1)]
    graph = coo_matrix((np.ones(len(edges)), edges.T), (len(mask), len(mask)))
    label = connected_components(graph, directed=False)[1]
    parts = [np.flatnonzero((label == each) & mask) for each in np.unique(label[mask])]
    return [part for part in parts if skin.area_mm2[part].sum() >= SPECK_MM2]


def test_that_each_extent_is_one_piece_save_where_maps_draw_two(
    atlas: Atlas, every: dict[str, Territory]
) -> None:
    left = atlas.fields.side >= 0
    for shown in every.values():
        for extent in EXTENTS:
            count = len(pieces(atlas, left & (shown.extent >= AT[extent])))
            assert count == (2 if extent in TWO_PIECES.get(shown.id, ()) else 1), (shown.id, extent)


def test_that_no_extent_has_a_hole(atlas: Atlas, every: dict[str, Territory]) -> None:
    skin = atlas.fields
    median = skin.side == 0
    for shown in every.values():
        for extent in EXTENTS:
            rest = pieces(atlas, (skin.side >= 0) & (shown.extent < AT[extent]))
            outside = max(rest, key=len, default=np.empty(0, np.int64))
            holes = [part for part in rest if part is not outside and not median[part].any()]
            assert not holes, (shown.id, extent)


def test_that_extents_end_straight_at_the_median_plane(atlas: Atlas, every: dict[str, Territory]) -> None:
    skin = atlas.meshes.full["skin"].points_lps
    for shown in every.values():
        assert shown.extent[skin[:, 0] < -3.1].max() < AT["largest"], shown.id
        for line in (line for extent in EXTENTS for line in shown.outlines[extent]):
            across = line.points_lps[:, 0].astype(float)
            assert across.min() > -3.1, shown.id
            for run in np.split(across, np.flatnonzero(across > -0.2)):
                if len(run) > 30:  # it runs along the plane
                    assert np.percentile(np.abs(np.diff(run[4:-4])), 90) < 0.25, shown.id


def raggedness_mm(line: Outline) -> float:
    """How far an outline leaves its own course, mm: the 95th percentile of what evening over 10 mm removes
    beyond the bend of the course itself; 0 for a line too short to have one."""
    points = line.points_lps.astype(float)
    points = np.vstack([points, points[:1]]) if line.closed else points
    way = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(points, axis=0), axis=1))])
    if way[-1] < 80.0:
        return 0.0
    at = np.arange(0.0, way[-1], 2.0)
    even = np.stack([np.interp(at, way, points[:, k]) for k in range(3)], axis=1)
    mode = "wrap" if line.closed else "nearest"
    once = gaussian_filter1d(even, 5.0, axis=0, mode=mode)
    twice = gaussian_filter1d(once, 5.0, axis=0, mode=mode)
    off = np.linalg.norm((even - once) - (once - twice), axis=1)
    return float(np.percentile(off if line.closed else off[12:-12], 95))


@pytest.mark.parametrize("form", ["male", "female"])
def test_that_outlines_do_not_follow_the_triangles(atlas: Atlas, form: Form) -> None:
    # A staircase of triangles leaves its course by half an edge; corners that maps draw, by a third.
    shaped = formed(atlas, form)
    skin = shaped.meshes.full["skin"]
    ends = skin.points_lps[skin.triangles.astype(np.int64)[:, :2]]
    edge_mm = float(np.median(np.linalg.norm(ends[:, 0] - ends[:, 1], axis=1)))
    found = {
        (name, extent): max((raggedness_mm(line) for line in shown.outlines[extent]), default=0.0)
        for name in territory_ids(atlas.content)
        for shown in [territory.__wrapped__(shaped, name, "left")]
        for extent in EXTENTS
    }
    worst = max(found, key=lambda key: found[key])
    assert found[worst] < 0.38 * edge_mm, (worst, found[worst])
    assert np.median(list(found.values())) < 0.15 * edge_mm


def test_that_what_is_drawn_agrees_with_the_shares(atlas: Atlas, every: dict[str, Territory]) -> None:
    # A region that a nerve serves nearly as constantly as any lies mostly within its largest extent, one that
    # it does not serve lies mostly outside its core.
    skin, area = atlas.fields, atlas.fields.area_mm2
    of = [np.flatnonzero((skin.side >= 0) & (skin.region_of == k)) for k in range(len(skin.region_ids))]
    for shown in every.values():
        shares = wanted_of(atlas.content, shown.id).shares
        for region, rows in zip(skin.region_ids, of, strict=True):
            part = shares.get(region, 0.0) / shown.highest
            weight = area[rows] / area[rows].sum()
            if part >= 0.8:
                assert weight @ (shown.extent[rows] >= AT["largest"]) > 0.5, (shown.id, region)
            if part == 0.0:
                assert weight @ (shown.extent[rows] >= AT["core"]) < 0.5, (shown.id, region)


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
