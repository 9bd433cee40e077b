"""The skin's two forms: one set of vertices and faces, a smooth shift, figures of both sexes, cover kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
from scipy.spatial import ConvexHull, cKDTree

from planner.atlas.meshes import Mesh, Shape, read_glb
from planner.atlas.territories import SkinFields, read_fields
from planner.modelling.glb import glb_bytes
from planner.modelling.shading import is_closed, volume_mm3
from planner.modelling.skin_forms import FormFile, read_forms, with_forms
from planner.modelling.skin_surface import Skin
from planner.modelling.tables import TableFault

ASSETS = Path(str(files("assets")))
TABLE = ASSETS / "measurements" / "skin_forms.toml"
FLIP = np.array([-1.0, 1.0, 1.0], np.float32)
# Heights of the model at which the survey's figures are read, LPS mm: omphalion, greatest projection of the
# buttocks, greater trochanter, below the gluteal fold.
NAVEL_MM, BUTTOCK_MM, TROCHANTER_MM, THIGH_MM = 147.0, 0.0, -27.0, -120.0


@pytest.fixture(scope="module")
def skin() -> Mesh:
    return read_glb(ASSETS / "meshes" / "skin.glb")["skin"]


@pytest.fixture(scope="module")
def fields(skin: Mesh) -> SkinFields:
    return read_fields((ASSETS / "meshes" / "skin_fields.npz").read_bytes(), skin)


@pytest.fixture(scope="module")
def table() -> FormFile:
    return read_forms(TABLE)


def section(mesh: Mesh, shape: Shape, z: float) -> tuple[float, float, float, float]:
    """Breadth, depth, girth of the whole section by a tape, and girth of one thigh, mm."""
    points = shape.points_lps.astype(np.float64)
    corners = points[mesh.triangles]
    above = corners[:, :, 2] > z
    cut = corners[above.any(axis=1) & ~above.all(axis=1)]
    ends = []
    for k in range(3):
        a, b = cut[:, k], cut[:, (k + 1) % 3]
        crosses = (a[:, 2] > z) != (b[:, 2] > z)
        share = (z - a[crosses, 2]) / (b[crosses, 2] - a[crosses, 2])
        ends.append(a[crosses] + share[:, None] * (b[crosses] - a[crosses]))
    flat = np.vstack(ends)[:, :2]
    left = flat[flat[:, 0] > 0.0]
    breadth, depth = np.ptp(flat[:, 0]), np.ptp(flat[:, 1])
    return float(breadth), float(depth), float(ConvexHull(flat).area), float(ConvexHull(left).area)


def ratios(mesh: Mesh, z: float) -> np.ndarray:
    """Female over male of `section`."""
    female, male = (np.array(section(mesh, mesh.shapes[form], z)) for form in ("female", "male"))
    return female / male


def depth_under(shape: Shape | Mesh, triangles: np.ndarray, points: np.ndarray) -> np.ndarray:
    """How far points lie beneath the nearest triangles, mm (negative: outside)."""
    a, b, c = (shape.points_lps[triangles[:, k]].astype(np.float64) for k in range(3))
    normals = np.cross(b - a, c - a)
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    middles = (a + b + c) / 3.0
    near = cKDTree(middles).query(points, k=6)[1]
    return np.asarray(((middles[near] - points[:, None]) * normals[near]).sum(-1)).mean(axis=1)


def test_that_both_forms_have_the_same_vertices_and_the_measured_one_is_the_mesh(skin: Mesh) -> None:
    assert list(skin.shapes) == ["male", "female"]
    assert skin.form == "male"
    assert skin.shapes["male"].points_lps is skin.points_lps
    female = skin.formed("female")
    assert female.triangles is skin.triangles
    assert female.points_lps.shape == skin.points_lps.shape
    assert female.formed("male").points_lps is skin.points_lps


def test_that_the_female_form_is_closed_outward_and_no_triangle_turns_over(skin: Mesh) -> None:
    triangles = skin.triangles.astype(np.int64)
    assert is_closed(triangles)

    def facing(shape: Shape) -> np.ndarray:
        a, b, c = (shape.points_lps[triangles[:, k]].astype(np.float64) for k in range(3))
        across = np.cross(b - a, c - a)
        return across / np.linalg.norm(across, axis=1, keepdims=True)

    male, female = skin.shapes["male"], skin.shapes["female"]
    assert volume_mm3(female.points_lps.astype(np.float64), triangles) > 36e6
    turn = np.degrees(np.arccos(np.clip((facing(male) * facing(female)).sum(axis=1), -1.0, 1.0)))
    assert turn.max() < 20.0
    assert np.allclose(np.linalg.norm(female.normals, axis=1), 1.0, atol=1e-3)


def test_that_the_shift_is_horizontal_smooth_and_bounded(skin: Mesh) -> None:
    male, female = (skin.shapes[form].points_lps.astype(np.float64) for form in ("male", "female"))
    shift = female - male
    assert np.abs(shift[:, 2]).max() < 1e-3  # heights, and with them borders and levels, keep their meaning
    assert np.linalg.norm(shift, axis=1).max() < 25.0
    t = skin.triangles.astype(np.int64)
    edges = np.unique(np.sort(np.vstack([t[:, [0, 1]], t[:, [1, 2]], t[:, [2, 0]]]), axis=1), axis=0)
    length = [np.linalg.norm(p[edges[:, 0]] - p[edges[:, 1]], axis=1) for p in (male, female)]
    strain = length[1] / length[0]
    assert strain.min() > 0.75 and strain.max() < 1.3
    step = np.linalg.norm(shift[edges[:, 0]] - shift[edges[:, 1]], axis=1)
    assert step.max() < 2.5  # mm from one vertex to the next


def test_that_the_female_form_mirrors_exactly(skin: Mesh, fields: SkinFields) -> None:
    female = skin.shapes["female"]
    assert (female.points_lps[fields.mirror] == female.points_lps * FLIP).all()
    assert np.allclose(female.normals[fields.mirror], female.normals * FLIP, atol=1e-6)


def test_that_the_neutral_form_lies_halfway_with_a_surface_of_its_own(skin: Mesh) -> None:
    neutral = skin.formed("neutral")
    male, female = (skin.shapes[form].points_lps.astype(np.float64) for form in ("male", "female"))
    assert np.allclose(neutral.points_lps, (male + female) / 2.0, atol=1e-3)
    assert np.allclose(np.linalg.norm(neutral.normals, axis=1), 1.0, atol=1e-4)
    assert neutral.openness is not None and neutral.openness.dtype == np.uint8
    triangles = skin.triangles.astype(np.int64)
    facing = [
        np.cross(at[triangles[:, 1]] - at[triangles[:, 0]], at[triangles[:, 2]] - at[triangles[:, 0]])
        for at in (neutral.points_lps.astype(np.float64), male)
    ]
    assert (np.einsum("ij,ij->i", *facing) > 0.0).all(), "no triangle is turned over"
    assert neutral.formed("male").points_lps is skin.shapes["male"].points_lps
    assert neutral.formed("neutral") is neutral


def test_that_knees_and_feet_are_the_same_in_both_forms(skin: Mesh) -> None:
    low = skin.points_lps[:, 2] < -440.0
    male, female = (skin.shapes[form].points_lps[low] for form in ("male", "female"))
    assert np.abs(male - female).max() < 0.01


def test_that_thighs_stay_parted_and_nothing_crosses_the_median_plane(skin: Mesh) -> None:
    male, female = (skin.shapes[form].points_lps for form in ("male", "female"))
    assert (np.sign(male[:, 0]) == np.sign(female[:, 0])).all()
    assert np.abs(female[female[:, 2] < -115.0, 0]).min() > 0.5


@pytest.mark.parametrize(
    ("figure", "height", "column", "within"),
    [
        # Gordon 2014 (NATICK/TR-15/007): means of women over means of men, at the same stature.
        ("hip_breadth", TROCHANTER_MM, 0, 0.015),
        ("hip_circumference", BUTTOCK_MM, 2, 0.015),
        ("buttock_depth", BUTTOCK_MM, 1, 0.03),
        ("waist_breadth", NAVEL_MM, 0, 0.015),
        ("waist_circumference", NAVEL_MM, 2, 0.015),
        ("thigh_circumference", THIGH_MM, 3, 0.02),
    ],
)
def test_that_the_forms_differ_as_the_sexes_do_in_the_survey(
    skin: Mesh, table: FormFile, figure: str, height: float, column: int, within: float
) -> None:
    assert ratios(skin, height)[column] == pytest.approx(table.ratio(figure), abs=within)


def test_that_the_table_gives_the_waist_of_the_survey_in_depth_too(
    skin: Mesh, fields: SkinFields, table: FormFile
) -> None:
    solids = {
        name: mesh
        for system in ("bones", "muscles")
        for name, mesh in read_glb(ASSETS / "meshes" / f"{system}.glb").items()
    }
    made = with_forms(Skin(skin, fields.mirror), table, solids).mesh
    for column, figure in enumerate(("waist_breadth", "waist_depth", "waist_circumference")):
        assert ratios(made, NAVEL_MM)[column] == pytest.approx(table.ratio(figure), abs=0.015), figure


def test_that_waist_to_hip_is_below_the_limits_of_who_2008(skin: Mesh) -> None:
    # WHO expert consultation on waist circumference and waist-hip ratio, Geneva 2008: raised risk from
    # 0.90 in men and 0.85 in women; waist from 94 and 80 cm.
    for form, ratio, waist_mm in (("male", 0.90, 940.0), ("female", 0.85, 800.0)):
        shape = skin.shapes[form]
        waist = min(section(skin, shape, z)[2] for z in np.arange(150.0, 210.0, 5.0))
        hip = max(section(skin, shape, z)[2] for z in np.arange(-60.0, 40.0, 10.0))
        assert waist / hip < ratio
        assert waist < waist_mm
    assert ratios(skin, 180.0)[2] < 1.0


def test_that_hip_girth_lies_between_the_first_and_last_percentile_of_the_survey(skin: Mesh) -> None:
    # Gordon 2014, buttock circumference, 1st and 99th percentile: men 862-1218, women 867-1206 mm.
    for form, low, high in (("male", 862.0, 1218.0), ("female", 867.0, 1206.0)):
        assert low < section(skin, skin.shapes[form], BUTTOCK_MM)[2] < high


@pytest.mark.parametrize("form", ["female", "neutral"])
@pytest.mark.parametrize(("system", "least", "allowed"), [("bones", 1.0, 0.0), ("muscles", 0.0, 0.002)])
def test_that_every_form_made_of_the_measured_one_covers_bone_and_muscle(
    skin: Mesh, system: str, least: float, allowed: float, form: str
) -> None:
    solids = read_glb(ASSETS / "meshes" / f"{system}.glb").values()
    cloud = np.vstack([mesh.points_lps for mesh in solids]).astype(np.float64)
    cloud = cloud[cloud[:, 2] < 340.0]
    female = skin.formed(form)
    near = cKDTree(female.points_lps).query(cloud, distance_upper_bound=12.0)[0] < np.inf
    depth = depth_under(female, skin.triangles.astype(np.int64), cloud[near])
    assert (depth < least).mean() <= allowed, depth.min()


def ball(radius: float, name: str = "skin", system: str = "skin") -> Mesh:
    import trimesh

    sphere = trimesh.creation.icosphere(subdivisions=4, radius=radius)
    points = np.asarray(sphere.vertices, np.float32)
    normals = (points / radius).astype(np.float32)
    return Mesh(name, system, points, normals, np.asarray(sphere.faces, np.uint32))


def small_skin() -> Skin:
    mesh = ball(100.0)
    mirror = cKDTree(mesh.points_lps).query(mesh.points_lps * FLIP)[1]
    return Skin(mesh, mirror.astype(np.int32))


def small_table(shift_mm: float, cover_mm: float = 2.0) -> FormFile:
    rings = [
        {"height_mm": z, **dict.fromkeys(("lateral_mm", "anterior_mm", "posterior_mm"), shift_mm)}
        | {"medial_mm": 0.0, "basis": "estimate"}
        for z in (-100.0, 100.0)
    ]
    import msgspec

    form = {"id": "female", "cover_mm": cover_mm, "ring": rings}
    return msgspec.convert({"format": 1, "figure": [], "form": [form]}, FormFile)


def reach(skin: Skin) -> Mapping[str, float]:
    """How far the forms stand out at the equator, mm."""
    level = np.abs(skin.mesh.points_lps[:, 2]) < 15.0
    shapes = skin.mesh.shapes
    return {
        form: float(np.linalg.norm(shape.points_lps[level, :2], axis=1).mean())
        for form, shape in shapes.items()
    }


def test_that_rings_move_the_skin_outwards_and_inwards() -> None:
    skin = small_skin()
    for shift in (6.0, -6.0):
        away = reach(with_forms(skin, small_table(shift), {}))
        assert away["female"] - away["male"] == pytest.approx(shift, abs=0.8)


def test_that_the_skin_drawn_inwards_stops_at_the_cover() -> None:
    core = ball(96.0, "core", "muscles")
    moved = with_forms(small_skin(), small_table(-6.0, cover_mm=2.0), {"core": core})
    away = np.linalg.norm(moved.mesh.shapes["female"].points_lps, axis=1)
    assert away.min() > 97.5
    assert away.min() < 99.8


def test_that_forms_survive_the_file_and_the_file_is_the_same_each_time(tmp_path: Path) -> None:
    mesh = with_forms(small_skin(), small_table(6.0), {}).mesh
    data = glb_bytes([mesh])
    assert data == glb_bytes([mesh])
    (tmp_path / "skin.glb").write_bytes(data)
    read = read_glb(tmp_path / "skin.glb")["skin"]
    assert read.form == "male" and list(read.shapes) == ["male", "female"]
    assert np.allclose(read.shapes["female"].points_lps, mesh.shapes["female"].points_lps, atol=1e-4)
    assert read.shapes["female"].openness is not None
    bare = glb_bytes([replace(mesh, shapes={}, form="")])
    assert len(bare) < len(data)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('id = "female"', 'id = "woman"', "no such form"),
        ("height_mm = 300.0", "height_mm = 240.0", "each at its own height"),
        ("lateral_mm = -4.0", "lateral_mm = 400.0", "up to 60 mm"),
        ("lateral_mm = -4.0", "lateral_mm = nan", "up to 60 mm"),
        ("shift_mm = 6.0", 'shift_mm = "far"', "shift_mm"),
        ("cover_mm = 2.5", "covers_mm = 2.5", "covers_mm"),
        ("radii_mm = [48.0, 48.0, 52.0]", "radii_mm = [0.0, 48.0, 52.0]", "radii"),
    ],
)
def test_that_a_faulty_table_is_refused_with_its_reason(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    text = TABLE.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "skin_forms.toml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(TableFault, match=said) as fault:
        read_forms(path)
    assert "skin_forms.toml" in str(fault.value)


def test_that_a_missing_table_is_named(tmp_path: Path) -> None:
    with pytest.raises(TableFault, match=r"skin_forms\.toml"):
        read_forms(tmp_path / "skin_forms.toml")
