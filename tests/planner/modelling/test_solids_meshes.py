"""The built solids: closed, paired, within budget, and standing where anatomy books put them."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from functools import partial
from importlib.resources import files
from itertools import pairwise
from pathlib import Path

import manifold3d
import numpy as np
import pytest
from scipy.spatial import cKDTree

from planner.atlas.manifest import read_manifest
from planner.atlas.meshes import Mesh, MeshSet, load_meshes
from planner.modelling import build
from planner.modelling.glb import glb_bytes
from planner.modelling.implicit import largest_piece
from planner.modelling.methods import from_points
from planner.modelling.network import network
from planner.modelling.part import silent
from planner.modelling.recipe import Recipe
from planner.modelling.shading import is_closed, volume_mm3
from planner.modelling.tables import Tables

ASSETS = Path(str(files("assets")))
SYSTEMS = ("bones", "discs", "muscles", "vessels", "organs")
BUDGETS = {"bones": 170_000, "discs": 100_000, "muscles": 215_000, "vessels": 85_000, "organs": 75_000}
RECIPES = {ident: recipe for recipe in build.all_recipes() for ident in recipe.ids()}
SOLIDS = sorted(RECIPES)


@pytest.fixture(scope="module")
def meshes() -> MeshSet:
    return load_meshes(ASSETS / "meshes")


@pytest.fixture(scope="module")
def tables() -> Tables:
    return Tables.load(ASSETS / "measurements")


def _signed_distance(to: Mesh, points: np.ndarray) -> np.ndarray:
    """Distance of points from the vertices of a mesh, negative behind its surface."""
    distance, nearest = cKDTree(to.points_lps).query(points)
    facing = ((points - to.points_lps[nearest]) * to.normals[nearest]).sum(1)
    return np.where(facing < 0.0, -distance, distance)


def _manifold(mesh: Mesh) -> manifold3d.Manifold:
    return manifold3d.Manifold(
        manifold3d.Mesh(mesh.points_lps.astype(np.float32), mesh.triangles.astype(np.uint32))
    )


def _band(mesh: Mesh, height: float, half: float = 4.0) -> np.ndarray:
    z = mesh.points_lps[:, 2]
    return mesh.points_lps[(z > height - half) & (z < height + half)]


@pytest.mark.parametrize("ident", SOLIDS)
def test_that_a_solid_is_one_closed_outward_surface(meshes: MeshSet, ident: str) -> None:
    mesh = meshes.full[ident]
    points, triangles = mesh.points_lps.astype(float), mesh.triangles.astype(np.int64)
    assert is_closed(triangles)
    assert volume_mm3(points, triangles) > 0.0
    assert len(largest_piece(points, triangles)[1]) == len(triangles)
    assert np.abs(np.linalg.norm(mesh.normals, axis=1) - 1.0).max() < 1e-3


def test_that_left_and_right_are_both_there(meshes: MeshSet) -> None:
    lefts = {ident.removesuffix("_left") for ident in SOLIDS if ident.endswith("_left")}
    rights = {ident.removesuffix("_right") for ident in SOLIDS if ident.endswith("_right")}
    assert lefts == rights
    for name in lefts:
        assert meshes.full[f"{name}_left"].points_lps[:, 0].mean() > 0.0
        assert meshes.full[f"{name}_right"].points_lps[:, 0].mean() < 0.0


@pytest.mark.parametrize("system", SYSTEMS)
def test_that_a_system_keeps_to_its_triangle_budget(meshes: MeshSet, system: str) -> None:
    count = sum(len(mesh.triangles) for mesh in meshes.full.values() if mesh.system == system)
    assert 0.5 * BUDGETS[system] < count <= BUDGETS[system]


def test_that_the_mesh_folder_is_small_enough_to_carry(meshes: MeshSet) -> None:
    entries = read_manifest(ASSETS / "meshes")
    assert sum(entry.bytes for entry in entries if entry.name.endswith(".glb")) <= 25_000_000


def test_that_every_structure_has_a_closed_proxy_of_the_same_shape(meshes: MeshSet) -> None:
    assert set(meshes.proxies) == set(meshes.full)
    assert sum(len(mesh.triangles) for mesh in meshes.proxies.values()) <= 100_000
    for ident in SOLIDS:
        small, full = meshes.proxies[ident], meshes.full[ident]
        assert small.system == full.system
        assert is_closed(small.triangles.astype(np.int64)), ident
        for end in (np.min, np.max):
            assert np.abs(end(small.points_lps, 0) - end(full.points_lps, 0)).max() < 7.0, ident


def test_that_every_solid_has_a_record_and_every_record_a_solid(meshes: MeshSet) -> None:
    records = {}
    for path in sorted((ASSETS / "atlas" / "structures").glob("*.toml")):
        for record in tomllib.loads(path.read_text(encoding="utf-8"))["structure"]:
            if record["system"] in SYSTEMS:
                assert record["system"] == meshes.full[record["id"]].system
                records[record["id"]] = record
    assert set(records) == {ident for ident, mesh in meshes.full.items() if mesh.system in SYSTEMS}
    assert set(SOLIDS) <= set(records)
    for ident in ("artery_femoral_left", "kidney_right", "colon_descending", "ureter_left"):
        assert records[ident]["risk"]
    assert not records["psoas_major_left"]["risk"]


def test_that_no_two_bones_overlap(meshes: MeshSet) -> None:
    bones = [mesh for ident, mesh in meshes.full.items() if mesh.system == "bones" and "_right" not in ident]
    for first, second in _neighbours(bones):
        common = (_manifold(first) ^ _manifold(second)).volume()
        assert common < 1.0, f"{first.id} and {second.id} share {common:.1f} cubic mm"


def _neighbours(bones: list[Mesh]) -> Iterator[tuple[Mesh, Mesh]]:
    for k, first in enumerate(bones):
        for second in bones[k + 1 :]:
            apart = (first.points_lps.min(0) > second.points_lps.max(0)) | (
                second.points_lps.min(0) > first.points_lps.max(0)
            )
            if not apart.any():
                yield first, second


@pytest.mark.parametrize("side", ["left", "right"])
def test_that_the_kidney_clears_psoas_and_quadratus(meshes: MeshSet, side: str) -> None:
    kidney = meshes.full[f"kidney_{side}"].points_lps
    assert _signed_distance(meshes.full[f"psoas_major_{side}"], kidney).min() > 1.5
    assert _signed_distance(meshes.full[f"quadratus_lumborum_{side}"], kidney).min() > 1.5


@pytest.mark.parametrize("side", ["left", "right"])
def test_that_the_kidney_stands_between_t12_and_l3(meshes: MeshSet, tables: Tables, side: str) -> None:
    """Published: T12-L3, lower pole about L3, right one lower, lower poles lateral (general textbooks)."""
    points = meshes.full[f"kidney_{side}"].points_lps
    top, bottom = points[points[:, 2].argmax()], points[points[:, 2].argmin()]
    marks = tables.landmarks
    assert marks["t12_endplate_inferior_centre"][2] < top[2] < marks["t12_endplate_superior_centre"][2] + 10.0
    assert marks["l3_endplate_inferior_centre"][2] < bottom[2] < marks["l3_endplate_superior_centre"][2]
    assert abs(bottom[0]) > abs(top[0])


def test_that_the_right_kidney_is_the_lower_one(meshes: MeshSet) -> None:
    left, right = (meshes.full[f"kidney_{side}"].points_lps[:, 2].mean() for side in ("left", "right"))
    assert 3.0 < left - right < 25.0


@pytest.mark.parametrize("side", ["left", "right"])
def test_that_the_femoral_vein_is_medial_to_the_artery_at_the_inguinal_ligament(
    meshes: MeshSet, side: str
) -> None:
    ligament = meshes.full[f"inguinal_ligament_{side}"].points_lps
    for height in (20.0, 10.0, 0.0, -15.0):
        centre = {}
        for vessel in ("artery", "vein"):
            parts = [
                _band(meshes.full[f"{vessel}_{part}_{side}"], height)
                for part in ("external_iliac", "femoral")
            ]
            centre[vessel] = np.vstack(parts).mean(0)
        across = abs(centre["artery"][0]) - abs(centre["vein"][0])
        assert across > 6.0, f"at z {height:g} the vein lies {across:.1f} mm medial"
        assert abs(centre["vein"][1] - centre["artery"][1]) < across
    courses = network(ASSETS / "measurements")
    for vessel in ("artery", "vein"):
        parts = [courses[f"{vessel}_{part}_{side}"].points for part in ("external_iliac", "femoral")]
        axis = np.vstack(parts)
        distance, nearest = cKDTree(ligament).query(axis)
        closest = int(distance.argmin())
        assert axis[closest, 1] > ligament[nearest[closest], 1], f"the {vessel} lies before the ligament"


def test_that_the_aorta_divides_before_l4(meshes: MeshSet, tables: Tables) -> None:
    """Published: bifurcation at L4 (general textbooks)."""
    end = meshes.full["aorta_abdominal"].points_lps[:, 2].min()
    marks = tables.landmarks
    assert marks["l4_endplate_inferior_centre"][2] < end < marks["l4_endplate_superior_centre"][2]


def test_that_the_cava_lies_right_of_the_aorta(meshes: MeshSet) -> None:
    for height in (180.0, 220.0, 260.0):
        aorta, cava = (
            _band(meshes.full[name], height)[:, 0].mean()
            for name in ("aorta_abdominal", "vena_cava_inferior")
        )
        assert aorta - cava > 14.0


def test_that_trunks_run_on_without_a_step() -> None:
    courses = network(ASSETS / "measurements")
    for side in ("left", "right"):
        for kind in ("artery", "vein"):
            chain = [
                courses[f"{kind}_{part}_{side}"]
                for part in ("common_iliac", "external_iliac", "femoral", "popliteal")
            ]
            for above, below in pairwise(chain):
                assert above.points[-1] == pytest.approx(below.points[0])
                assert above.radius[-1] == pytest.approx(below.radius[0])


def test_that_branches_begin_inside_their_parent() -> None:
    courses, joins = network(ASSETS / "measurements"), Tables.load(ASSETS / "measurements").joins
    for name, course in courses.items():
        parent = courses.get(joins[name].parent) if name in joins else None
        if parent is not None:
            gap, nearest = cKDTree(parent.points).query(course.points[0])
            assert gap < parent.radius[nearest] + 1.0, name


@pytest.mark.parametrize(
    "ident", [ident for ident in SOLIDS if ident.startswith(("artery", "vein", "aorta", "vena"))]
)
def test_that_no_vessel_enters_bone(meshes: MeshSet, ident: str) -> None:
    points = meshes.full[ident].points_lps
    for bone in meshes.full.values():
        if bone.system != "bones":
            continue
        near = points[
            ((points > bone.points_lps.min(0) - 5.0) & (points < bone.points_lps.max(0) + 5.0)).all(1)
        ]
        if len(near):
            assert _signed_distance(bone, near).min() > -2.0, f"{ident} in {bone.id}"


@pytest.mark.parametrize("side", ["left", "right"])
def test_that_quadratus_lumborum_lies_lateral_of_psoas_and_is_about_20_mm_thick(
    meshes: MeshSet, tables: Tables, side: str
) -> None:
    for level in ("l3", "l4"):
        height = float(tables.landmarks[f"{level}_transverse_process_tip_left"][2])
        quadratus = np.abs(_band(meshes.full[f"quadratus_lumborum_{side}"], height))
        psoas = np.abs(_band(meshes.full[f"psoas_major_{side}"], height))
        assert quadratus[:, 0].max() > psoas[:, 0].max() + 10.0
        assert 14.0 < np.ptp(quadratus[:, 1]) < 28.0


def test_that_the_psoas_is_thickest_at_l4_and_l5_and_ends_at_the_lesser_trochanter(
    meshes: MeshSet, tables: Tables
) -> None:
    points = meshes.full["psoas_major_left"].points_lps
    lowest = points[points[:, 2].argmin()]
    assert np.linalg.norm(lowest - tables.landmarks["lesser_trochanter_tip_left"]) < 25.0
    widths = {z: float(np.ptp(_band(meshes.full["psoas_major_left"], z)[:, 0])) for z in (40.0, 131.0, 228.0)}
    assert widths[131.0] > 1.5 * widths[40.0]
    assert widths[131.0] > 1.5 * widths[228.0]


def test_that_multifidus_widens_from_l1_to_the_sacrum(meshes: MeshSet, tables: Tables) -> None:
    heights = [
        float(tables.landmarks[name][2]) for name in ("l1_body_centre", "l3_body_centre", "l5_body_centre")
    ]
    widths = [float(np.ptp(_band(meshes.full["multifidus_left"], height)[:, 0])) for height in heights]
    assert widths[0] < widths[1] < widths[2]


def test_that_the_committed_patella_is_what_the_tables_give(meshes: MeshSet) -> None:
    settings = build.Settings(ASSETS / "measurements", ASSETS / "meshes", cache=None, jobs=1)
    made = [
        build.build_solids(Tables.load(settings.measurements), (RECIPES["patella_left"],), settings, silent)
        for _ in range(2)
    ]
    assert glb_bytes(made[0].values()) == glb_bytes(made[1].values())
    gaps, _ = cKDTree(meshes.full["patella_left"].points_lps).query(made[0]["patella_left"].points_lps)
    assert gaps.max() < 1.0  # another processor may round otherwise


def test_that_the_cache_gives_back_what_it_was_given(tmp_path: Path, tables: Tables) -> None:
    settings = build.Settings(ASSETS / "measurements", tmp_path, cache=tmp_path / "cache", jobs=1)
    notes: list[str] = []
    first = build.build_solids(tables, (RECIPES["disc_l4_l5"],), settings, silent)
    second = build.build_solids(
        tables, (RECIPES["disc_l4_l5"],), settings, lambda _, note="": notes.append(note)
    )
    assert notes == ["cached"]
    assert glb_bytes(first.values()) == glb_bytes(second.values())


def test_that_a_structure_that_fails_names_itself(tmp_path: Path, tables: Tables) -> None:
    make = partial(from_points, structure="vertebra_l9", step_mm=1.0, budget=100)
    recipe = Recipe("vertebra_l9", "bones", make, ())
    settings = build.Settings(ASSETS / "measurements", tmp_path, cache=None, jobs=1)
    with pytest.raises(build.BuildFault, match=r"vertebra_l9: structures\.csv: there is no structure"):
        build.build_solids(tables, (recipe,), settings, silent)


def test_that_an_unknown_structure_is_refused() -> None:
    with pytest.raises(build.BuildFault, match="there is no structure vertebra_l9"):
        build.chosen(build.all_recipes(), ["vertebra_l9"])


def test_that_the_key_of_a_recipe_follows_its_parameters(tables: Tables) -> None:
    files_read = ("surfaces/patella_left.csv",)
    keys = {
        Recipe(
            "patella_left",
            "bones",
            partial(from_points, structure="patella_left", step_mm=step, budget=9),
            files_read,
        ).key(tables, {})
        for step in (1.0, 1.0, 1.2)
    }
    assert len(keys) == 2
