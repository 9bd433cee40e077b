"""The built skin: one closed, symmetric, evenly meshed surface that covers what lies beneath it."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
from scipy.spatial import cKDTree

from planner.atlas.meshes import Mesh, load_meshes, read_glb
from planner.atlas.territories import SkinFields, read_fields
from planner.modelling.shading import is_closed, volume_mm3
from planner.modelling.tables import Tables

MESHES = Path(str(files("assets"))) / "meshes"
MEASUREMENTS = Path(str(files("assets"))) / "measurements"
FLIP = np.array([-1.0, 1.0, 1.0], np.float32)


@pytest.fixture(scope="module")
def skin() -> Mesh:
    return read_glb(MESHES / "skin.glb")["skin"]


@pytest.fixture(scope="module")
def fields(skin: Mesh) -> SkinFields:
    return read_fields((MESHES / "skin_fields.npz").read_bytes(), skin)


def edges(mesh: Mesh) -> np.ndarray:
    triangles = mesh.triangles.astype(np.int64)
    pairs = np.vstack([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]])
    return np.unique(np.sort(pairs, axis=1), axis=0)


def depth_under(skin: Mesh, points: np.ndarray) -> np.ndarray:
    """How far points lie beneath the skin's nearest triangle fan, mm (negative: outside)."""
    middles = skin.points_lps[skin.triangles].mean(axis=1).astype(np.float64)
    a, b, c = (skin.points_lps[skin.triangles[:, k]].astype(np.float64) for k in range(3))
    normals = np.cross(b - a, c - a)
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    _, near = cKDTree(middles).query(points, k=6)
    offset = middles[near] - points[:, None]
    return np.asarray((offset * normals[near]).sum(-1)).mean(axis=1)


def test_that_the_skin_is_closed_outward_and_without_handles(skin: Mesh) -> None:
    triangles = skin.triangles.astype(np.int64)
    assert is_closed(triangles)
    assert volume_mm3(skin.points_lps.astype(np.float64), triangles) > 35e6
    assert len(skin.points_lps) - len(edges(skin)) + len(triangles) == 2


def test_that_no_vertex_of_the_skin_belongs_to_two_fans(skin: Mesh) -> None:
    # On a closed manifold every vertex has as many triangles as neighbours.
    triangles = np.bincount(skin.triangles.ravel(), minlength=len(skin.points_lps))
    neighbours = np.bincount(edges(skin).ravel(), minlength=len(skin.points_lps))
    assert (triangles == neighbours).all()


def test_that_the_skin_has_the_vertices_it_is_allowed(skin: Mesh) -> None:
    assert 32_000 <= len(skin.points_lps) <= 38_000
    assert len(skin.triangles) <= 75_000


def test_that_mirror_is_an_involution_and_exact(skin: Mesh, fields: SkinFields) -> None:
    mirror = fields.mirror
    assert (mirror[mirror] == np.arange(len(mirror))).all()
    assert (skin.points_lps[mirror] == skin.points_lps * FLIP).all()
    assert np.allclose(skin.normals[mirror], skin.normals * FLIP, atol=1e-6)
    assert ((mirror == np.arange(len(mirror))) == (skin.points_lps[:, 0] == 0.0)).all()


def test_that_the_triangles_mirror_too(skin: Mesh, fields: SkinFields) -> None:
    def keys(triangles: np.ndarray) -> set[tuple[int, ...]]:
        return {tuple(sorted(row)) for row in triangles.tolist()}

    assert keys(skin.triangles) == keys(fields.mirror[skin.triangles.astype(np.int64)])


def test_that_left_is_where_x_is_positive(skin: Mesh, fields: SkinFields) -> None:
    x = skin.points_lps[:, 0]
    assert (fields.side[x > 0] == 1).all()
    assert (fields.side[x < 0] == -1).all()


def test_that_triangles_are_well_shaped_and_even(skin: Mesh) -> None:
    corner = skin.points_lps[skin.triangles].astype(np.float64)
    smallest = np.full(len(corner), 180.0)
    for k in range(3):
        u, v = corner[:, (k + 1) % 3] - corner[:, k], corner[:, (k + 2) % 3] - corner[:, k]
        cosine = (u * v).sum(1) / np.linalg.norm(u, axis=1) / np.linalg.norm(v, axis=1)
        smallest = np.minimum(smallest, np.degrees(np.arccos(np.clip(cosine, -1.0, 1.0))))
    assert smallest.min() > 10.0
    assert np.percentile(smallest, 1) > 35.0
    ends = skin.points_lps[edges(skin)]
    below = ends[:, :, 2].max(axis=1) < 340.0  # the flat cap above is coarse on purpose
    length = np.linalg.norm(ends[:, 0] - ends[:, 1], axis=1)[below]
    assert 5.5 < np.median(length) < 7.5
    assert length.max() < 14.0


def test_that_the_top_is_flat_and_the_soles_stand_level(skin: Mesh) -> None:
    z = skin.points_lps[:, 2]
    assert 350.0 <= z.max() <= 360.0
    assert (z > z.max() - 0.6).sum() > 100
    assert -900.0 < z.min() < -880.0


def test_that_the_thighs_are_parted_below_the_perineum(skin: Mesh) -> None:
    low = skin.points_lps[skin.points_lps[:, 2] < -115.0]
    assert np.abs(low[:, 0]).min() > 0.5
    bottom = skin.points_lps[skin.points_lps[:, 0] == 0.0]
    assert -115.0 < bottom[:, 2].min() < -75.0


def test_that_bones_and_muscles_lie_beneath_the_skin(skin: Mesh) -> None:
    for name, least, allowed in (("bones", 1.0, 0.0), ("muscles", 0.0, 0.002)):
        cloud = np.vstack([mesh.points_lps for mesh in read_glb(MESHES / f"{name}.glb").values()])
        cloud = cloud[cloud[:, 2] < 340.0].astype(np.float64)
        close = cKDTree(skin.points_lps).query(cloud, distance_upper_bound=12.0)[0] < np.inf
        depth = depth_under(skin, cloud[close])
        assert (depth < least).mean() <= allowed, (name, depth.min())


def test_that_superficial_landmarks_are_covered_but_palpable(skin: Mesh) -> None:
    landmarks = Tables.load(MEASUREMENTS).landmarks
    tree = cKDTree(skin.points_lps)
    palpable = {
        "asis_left": 35.0,
        "patella_anterior_left": 25.0,
        "tibial_tuberosity_left": 25.0,
        "medial_malleolus_left": 20.0,
        "lateral_malleolus_left": 20.0,
        "greater_trochanter_lateral_left": 25.0,
        "psis_left": 25.0,
        "l4_spinous_process_tip": 35.0,
    }
    for name, most in palpable.items():
        distance = float(tree.query(landmarks[name])[0])
        assert 1.0 <= distance <= most, (name, distance)


def test_that_the_measured_shape_is_kept(skin: Mesh) -> None:
    table = Tables.load(MEASUREMENTS).whole_surface("skin")
    kept = (table.points[:, 2] < 330.0) & (table.points[:, 2] > -840.0)
    kept &= np.abs(table.points[:, 0]) > 25.0  # thighs, cleft and groin were reshaped
    off = np.abs(depth_under(skin, table.points[kept]))
    assert off.mean() < 1.5
    assert np.percentile(off, 95) < 4.0


def test_that_the_mesh_folder_lists_the_skin() -> None:
    assert "skin" in load_meshes(MESHES).full
