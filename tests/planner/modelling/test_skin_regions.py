"""The regions drawn on the skin: named rightly, tiling, soft, mirrored and where an anatomist looks."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from pathlib import Path

import msgspec
import numpy as np
import pytest

from planner.atlas.meshes import Mesh, read_glb
from planner.atlas.territories import SkinFields, read_fields
from planner.modelling import skin_regions
from planner.modelling.body_chart import Chart
from planner.modelling.region_borders import Area, BorderFault, BorderFile, decode_borders, read_borders
from planner.modelling.skin import fields_file
from planner.modelling.skin_surface import Skin
from planner.modelling.tables import Tables
from planner.modelling.territory_borders import read_territories
from planner.space import SIDES

ASSETS = Path(str(files("assets")))
MESHES = ASSETS / "meshes"
BORDERS = ASSETS / "atlas" / "region_borders.toml"

# Plausible area of one side's region in an adult, cm2.
AREAS_CM2 = {
    "abd_lower_lateral": (80, 200), "abd_suprapubic": (12, 40), "groin_crease": (60, 140),
    "pubis_mons": (6, 20), "genital_anterior": (4, 20), "genital_distal": (1, 6),
    "genital_posterior": (5, 30), "iliac_crest_lateral": (50, 140), "trochanter_lateral": (40, 110),
    "buttock_upper": (60, 160), "buttock_mid": (80, 180), "buttock_lower": (80, 180),
    "si_region": (15, 45), "sacrum_midline": (20, 70), "flank": (70, 200),
    "thigh_ant_upper": (60, 150), "thigh_ant_mid": (120, 260), "thigh_ant_lower": (80, 200),
    "thigh_antlat_upper": (60, 150), "thigh_antlat_mid": (40, 120), "thigh_antlat_lower": (20, 80),
    "thigh_lat_upper": (50, 130), "thigh_lat_mid": (60, 150), "thigh_lat_lower": (40, 110),
    "thigh_med_upper": (80, 190), "thigh_med_mid": (60, 160), "thigh_med_lower": (30, 100),
    "thigh_post_upper": (150, 330), "thigh_post_mid": (120, 280), "thigh_post_lower": (60, 160),
    "knee_ant": (35, 80), "knee_infrapatellar": (20, 60), "knee_med": (40, 110), "knee_lat": (40, 110),
    "knee_post": (70, 160), "popliteal_superomedial": (15, 50),
    "leg_med_upper": (60, 130), "leg_med_mid": (80, 180), "leg_med_lower": (50, 120), "leg_ant": (90, 220),
    "leg_lat": (120, 260), "leg_post_upper": (160, 320), "leg_post_lower": (70, 160),
    "ankle_med": (25, 70), "ankle_lat": (25, 70), "foot_med": (35, 90), "great_toe": (8, 30),
    "foot_dorsum": (40, 100), "first_web": (2, 8), "foot_lat": (40, 100), "foot_sole": (100, 200),
    "heel": (50, 110), "toes_lateral": (15, 50),
    **{f"lumbar_para_L{k}": (8, 30) for k in range(1, 6)},
}  # fmt: skip
DEEP = {
    "testis_cord_deep", "back_midline", "knee_deep", "hip_deep_groin", "thigh_deep", "ischial_sit",
    "calf_deep", "buttock_deep",
}  # fmt: skip


@pytest.fixture(scope="module")
def skin() -> Mesh:
    return read_glb(MESHES / "skin.glb")["skin"]


@pytest.fixture(scope="module")
def fields(skin: Mesh) -> SkinFields:
    return read_fields((MESHES / "skin_fields.npz").read_bytes(), skin)


@pytest.fixture(scope="module")
def tables() -> Tables:
    return Tables.load(ASSETS / "measurements")


@pytest.fixture(scope="module")
def borders() -> BorderFile:
    return read_borders(BORDERS)


def region_at(skin: Mesh, fields: SkinFields, point: np.ndarray) -> str:
    """Region of the skin nearest to a point."""
    vertex = int(np.argmin(np.linalg.norm(skin.points_lps - point, axis=1)))
    row = int(fields.region_of[vertex])
    return fields.region_ids[row] if row >= 0 else ""


def test_that_every_region_is_there_on_both_sides_with_a_plausible_area(fields: SkinFields) -> None:
    assert set(fields.region_ids) == set(AREAS_CM2)
    assert set(fields.deep_ids) == DEEP
    for name, (least, most) in AREAS_CM2.items():
        left = fields.area_mm2[fields.vertices_of(name, "left")].sum() / 100.0
        assert least <= left <= most, (name, left)
        assert len(fields.vertices_of(name, "right")) > 5, name
        soft = [float(fields.membership(name, side) @ fields.area_mm2) for side in SIDES]
        assert soft[0] == pytest.approx(soft[1], rel=1e-4), name


def test_that_every_region_has_a_core(fields: SkinFields) -> None:
    for name in fields.region_ids:
        assert fields.membership(name, "left").max() > 0.6, name
    for name in fields.deep_ids:
        assert fields.membership(name, "left").max() > 0.8, name


def test_that_soft_memberships_never_add_up_to_more_than_one(fields: SkinFields) -> None:
    both = fields.region.sum(0) + fields.region[:, fields.mirror].sum(0)
    assert both.max() <= 1.0 + 1e-5
    data = np.load(MESHES / "skin_fields.npz")
    assert data["region"].dtype == np.uint8
    assert data["region"].astype(int).sum(0).max() <= 255


def test_that_regions_tile_the_skin_from_umbilicus_and_l1_to_the_toes(
    skin: Mesh, fields: SkinFields, tables: Tables
) -> None:
    at = skin.points_lps
    umbilicus = tables.landmarks["umbilicus"][2]
    l2 = tables.landmarks["l2_body_centre"][2]
    low = (at[:, 2] < umbilicus - 4.0) | ((at[:, 1] > 75.0) & (at[:, 2] < l2))
    assert (fields.region_of[low] >= 0).all()
    both = fields.region.sum(0) + fields.region[:, fields.mirror].sum(0)
    inner = (at[:, 2] < umbilicus - 20.0) & (np.abs(at[:, 0]) > 12.0)
    assert both[inner].min() > 0.75
    assert (fields.region_of[at[:, 2] > 260.0] == -1).all()
    assert both[at[:, 2] > 275.0].max() < 0.05


def test_that_each_vertex_is_named_after_its_largest_membership(fields: SkinFields) -> None:
    left = (fields.side > 0) & (fields.region_of >= 0)
    best = fields.region.argmax(0)
    assert (fields.region_of[left] == best[left]).mean() > 0.985
    assert (fields.region_of[fields.mirror] == fields.region_of).all()


def test_that_left_fields_stay_on_the_left(skin: Mesh, fields: SkinFields) -> None:
    right = skin.points_lps[:, 0] < -14.0
    assert fields.region[:, right].max() < 0.01
    assert fields.deep[:, right].max() < 0.01


def test_that_fields_are_smooth(skin: Mesh, fields: SkinFields) -> None:
    ends = skin.triangles.astype(np.int64)[:, [0, 1]]
    length = np.linalg.norm(skin.points_lps[ends[:, 0]] - skin.points_lps[ends[:, 1]], axis=1)
    step = np.abs(fields.region[:, ends[:, 0]] - fields.region[:, ends[:, 1]]) / length
    assert step.max() < 0.25
    large = fields.region_ids.index("thigh_ant_mid")
    assert step[large].max() < 0.13


@pytest.mark.parametrize(
    ("landmark", "regions"),
    [
        ("asis", {"groin_crease", "thigh_antlat_upper", "iliac_crest_lateral"}),
        ("psis", {"si_region", "buttock_upper", "sacrum_midline", "lumbar_para_L5"}),
        ("greater_trochanter_lateral", {"trochanter_lateral"}),
        ("patella_anterior", {"knee_ant"}),
        ("tibial_tuberosity", {"knee_infrapatellar"}),
        ("medial_malleolus", {"ankle_med"}),
        ("lateral_malleolus", {"ankle_lat"}),
        ("adductor_tubercle", {"thigh_med_lower", "knee_med"}),
        ("fibular_head", {"knee_lat", "leg_lat"}),
        ("ischial_tuberosity_posterior", {"buttock_lower"}),
        ("mid_inguinal_point", {"groin_crease"}),
        ("iliac_tubercle", {"iliac_crest_lateral"}),
        ("pubic_tubercle", {"pubis_mons", "groin_crease", "abd_suprapubic"}),
    ],
)
def test_that_landmarks_lie_in_the_region_named_after_them(
    skin: Mesh, fields: SkinFields, tables: Tables, landmark: str, regions: set[str]
) -> None:
    for side in SIDES:
        over = f"skin_over_{landmark}_{side}"
        name = over if over in tables.landmarks else f"{landmark}_{side}"
        assert region_at(skin, fields, tables.landmarks[name]) in regions


def test_that_lumbar_bands_lie_beside_their_spinous_processes(
    skin: Mesh, fields: SkinFields, tables: Tables
) -> None:
    for level in range(1, 6):
        tip = tables.landmarks[f"l{level}_spinous_process_tip"]
        body = tables.landmarks[f"l{level}_body_centre"]
        for height in ((tip[2] + body[2]) / 2.0, body[2]):
            assert region_at(skin, fields, np.array([35.0, 85.0, height])) == f"lumbar_para_L{level}"


def middle(skin: Mesh, fields: SkinFields, name: str) -> np.ndarray:
    """Weighted middle of a left region."""
    weight = fields.membership(name, "left") * fields.area_mm2
    return np.asarray((skin.points_lps * weight[:, None]).sum(0) / weight.sum())


def test_that_regions_lie_in_anatomical_order(skin: Mesh, fields: SkinFields) -> None:
    at = {name: middle(skin, fields, name) for name in fields.region_ids}
    for upper, lower in (
        ("thigh_ant_upper", "thigh_ant_mid"), ("thigh_ant_mid", "thigh_ant_lower"),
        ("thigh_ant_lower", "knee_ant"), ("knee_ant", "knee_infrapatellar"),
        ("thigh_post_upper", "thigh_post_mid"), ("thigh_post_lower", "knee_post"),
        ("buttock_upper", "buttock_mid"), ("buttock_mid", "buttock_lower"),
        ("leg_med_upper", "leg_med_mid"), ("leg_med_mid", "leg_med_lower"), ("leg_med_lower", "ankle_med"),
        ("leg_post_upper", "leg_post_lower"), ("leg_post_lower", "heel"),
        *((f"lumbar_para_L{k}", f"lumbar_para_L{k + 1}") for k in range(1, 5)),
    ):  # fmt: skip
        assert at[upper][2] > at[lower][2] + 10.0, (upper, lower)
    for outer, inner in (
        ("thigh_antlat_mid", "thigh_ant_mid"),
        ("thigh_ant_mid", "thigh_med_mid"), ("knee_lat", "knee_ant"), ("knee_ant", "knee_med"),
        ("leg_lat", "leg_med_mid"), ("ankle_lat", "ankle_med"), ("foot_lat", "foot_dorsum"),
        ("foot_dorsum", "foot_med"), ("toes_lateral", "great_toe"), ("buttock_mid", "si_region"),
        ("knee_post", "popliteal_superomedial"), ("flank", "lumbar_para_L2"),
    ):  # fmt: skip
        assert at[outer][0] > at[inner][0] + 5.0, (outer, inner)
    for front, back in (
        ("leg_ant", "leg_post_upper"), ("knee_ant", "knee_post"), ("great_toe", "heel"),
        ("thigh_antlat_mid", "thigh_lat_mid"), ("thigh_lat_mid", "thigh_post_mid"),
    ):  # fmt: skip
        assert at[front][1] < at[back][1] - 30.0
    assert at["foot_sole"][2] < at["foot_dorsum"][2] - 15.0


def test_that_the_border_files_give_the_committed_fields(
    skin: Mesh, fields: SkinFields, tables: Tables, borders: BorderFile
) -> None:
    made = skin_regions.fields(Skin(skin, fields.mirror), tables.landmarks, borders)
    drawn = read_territories(ASSETS / "atlas" / "territory_borders.toml")
    data = fields_file(made, drawn)
    assert data == (MESHES / "skin_fields.npz").read_bytes()
    for name, vertex in made.centres.items():
        assert fields.membership(name, "left")[vertex] > 0.5, name


def faulty(text: str, old: str, new: str) -> str:
    assert old in text
    return text.replace(old, new, 1)


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ('field = "inguinal", low = -30.0', 'field = "inguinale", low = -30.0', "groin_crease.*inguinale"),
        ('landmark = "patella_centre"', 'landmark = "kneecap"', "knee_ant.*kneecap"),
        ('near = "psis_left"', 'near = "psis_centre"', "landmark crest_posterior.*psis_centre"),
        ('"gluteal_fold_lateral"]', '"gluteal_fold_outer"]', "line fold.*gluteal_fold_outer"),
    ],
)
def test_that_unknown_names_in_the_border_file_are_refused_by_entry(
    skin: Mesh, fields: SkinFields, tables: Tables, old: str, new: str, named: str
) -> None:
    text = faulty(BORDERS.read_text(encoding="utf-8"), old, new)
    with pytest.raises(BorderFault, match=named):
        skin_regions.fields(Skin(skin, fields.mirror), tables.landmarks, decode_borders(text))


HEAD = "format = 1\n[domain]\n[[domain.area]]\ninside = [{ field = 'height', high = 0.0 }]\n"
REGION = HEAD + "[[region]]\nid = 'r'\nsources = ['compiler']\ngrade = 'estimate'\n[[region.area]]\n"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("format = 2", "format 1"),
        ("format = 1\ncolour = 'red'", "colour"),
        ("format = 1\n[domain", "Expected"),
        ("format = 1", "domain"),
        (HEAD + "[[region]]\nid = 'r'\nsources = []\ngrade = 'estimate'", "region r"),
        (REGION + "inside = []", "region r"),
        (REGION + "inside = [{ field = 'height' }]", "region r.*neither low nor high"),
        (REGION + "inside = [{ low = 1.0 }]", "region r.*a field or a disc"),
        (REGION + "inside = [{ field = 'height', low = 1.0, colour = 2 }]", "region r.*colour"),
        (REGION + "inside = [{ field = 'height', low = 1.0, strip = { through = ['a'], half_mm = [9.0] } }]",
         "region r.*one of"),
        (REGION + "inside = [{ strip = { through = ['a', 'b'], half_mm = [9.0] } }]", "r.*one half_mm"),
        (REGION + "inside = [{ strip = { through = [{ height = 1.0 }], half_mm = [9.0] } }]",
         "region r.*exactly one of azimuth, around"),
        (REGION + "inside = [{ field = 'height', low = { at = 'a', along = 'height' } }]", "r.*exactly one"),
        (REGION + "inside = [{ field = 'height', low = { along = 'height' } }]", "r.*two or more"),
        (REGION.replace("estimate", "certain") + "inside = [{ field = 'height', low = 1.0 }]", "r.*certain"),
        ((REGION + "inside = [{ field = 'height', low = 1.0 }]\n") + REGION[len(HEAD) :]
         + "inside = [{ field = 'height', low = 1.0 }]", "region r.*twice"),
        (HEAD + "[[line]]\nid = 'l'\nthrough = ['a']\npositive = [0, 0, 1]", "line l"),
    ],
)  # fmt: skip
def test_that_a_malformed_border_file_is_refused_by_entry(text: str, named: str) -> None:
    with pytest.raises(BorderFault, match=named):
        decode_borders(text)


@pytest.mark.parametrize(
    ("inside", "named"),
    [
        ("{ field = 'azimuth', low = 10.0 }", "region r.*needs both"),
        ("{ field = 'azimuth', low = 50.0, high = 20.0 }", "region r.*not above"),
        ("{ field = 'height', low = 900.0 }", "region r.*enclose no skin"),
        ("{ strip = { through = ['kneecap'], half_mm = [9.0] } }", "region r.*kneecap"),
    ],
)
def test_that_borders_that_cannot_be_drawn_are_refused(
    skin: Mesh, fields: SkinFields, tables: Tables, inside: str, named: str
) -> None:
    with pytest.raises(BorderFault, match=named):
        skin_regions.fields(
            Skin(skin, fields.mirror), tables.landmarks, decode_borders(REGION + f"inside = [{inside}]")
        )


def test_that_a_new_region_needs_only_an_entry(skin: Mesh, fields: SkinFields, tables: Tables) -> None:
    entry = """
[[region]]
id = "navel"
layer = 2
sources = ["compiler"]
grade = "estimate"
[[region.area]]
inside = [{ disc = { landmark = "umbilicus", up_mm = 25.0, across_mm = 25.0 } }]
"""
    text = BORDERS.read_text(encoding="utf-8") + entry
    made = skin_regions.fields(Skin(skin, fields.mirror), tables.landmarks, decode_borders(text))
    assert "navel" in made.region_ids
    below = region_row = made.region_ids.index("navel")
    assert (made.region_of == region_row).sum() > 5
    assert made.region[below].max() > 100


@pytest.fixture(scope="module")
def chart(skin: Mesh, fields: SkinFields, tables: Tables, borders: BorderFile) -> Chart:
    return skin_regions.chart_of(Skin(skin, fields.mirror), tables.landmarks, borders)


def area(text: str) -> tuple[Area, ...]:
    return (msgspec.convert({"inside": tomllib.loads(f"x = [{text}]")["x"]}, Area),)


def test_that_a_strip_is_as_broad_as_it_says_at_each_place(chart: Chart) -> None:
    strip = """{ strip = { through = [{ height = -150.0, azimuth = 0.0 }, { height = -380.0, azimuth = 0.0 }],
                           half_mm = [40.0, 15.0] } }"""
    inside = skin_regions.union(chart, area(strip.replace("\n", " "))) > 0.0
    for height, half in ((-160.0, 39.0), (-260.0, 28.0), (-370.0, 16.0)):
        level = chart.vertices[inside & (np.abs(chart.vertices[:, 2] - height) < 8.0)]
        breadth = level[:, 0].max() - level[:, 0].min()
        assert abs(breadth - 2.0 * half) < 10.0, height
    assert chart.vertices[inside][:, 1].max() < 0.0, "it stays on the front of the thigh"


def test_that_spots_lie_at_their_height_and_angle(chart: Chart) -> None:
    for field, angle, height in (
        ("azimuth", 90.0, -250.0),
        ("azimuth", 268.0, -600.0),
        ("around", 150.0, 120.0),
    ):
        at = chart.spot(height, field, angle)
        assert abs(at[2] - height) < 6.0
        assert abs(float(chart.value(field, at[None])[0]) - angle) < 5.0


def test_that_a_limit_along_an_angle_runs_through_the_front_of_the_limb(chart: Chart) -> None:
    # Knots from -60 to 60 degrees: the border descends evenly where the angle passes from 359 to 0.
    border = "{ field = 'height', high = { along = 'azimuth', knots = [[-60.0, -200.0], [60.0, -300.0]] } }"
    distance = skin_regions.union(chart, area(border))
    azimuth = (chart.value("azimuth", chart.vertices) + 180.0) % 360.0 - 180.0
    front = (np.abs(azimuth) < 8.0) & (np.abs(chart.vertices[:, 2] + 250.0) < 30.0)
    wanted = -250.0 - azimuth[front] * (100.0 / 120.0) - chart.vertices[front, 2]
    clear = np.abs(wanted) > 8.0
    assert clear.sum() > 20 and (np.sign(distance[front])[clear] == np.sign(wanted)[clear]).all()
