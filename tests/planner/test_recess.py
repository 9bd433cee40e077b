"""Openness of surfaces: what it says about hollows, and that files carry it unchanged."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import trimesh

from planner.atlas.meshes import Mesh, read_glb
from planner.atlas.recess import openness, packed, unpacked
from planner.modelling.glb import glb_bytes


def dented() -> Mesh:
    """A ball of 20 mm with a narrow dent at its top."""
    ball = trimesh.creation.icosphere(subdivisions=4, radius=20.0)
    points = ball.vertices.copy()
    beside = np.hypot(points[:, 0], points[:, 1])
    points[(beside < 6.0) & (points[:, 2] > 0)] *= 0.72
    shape = trimesh.Trimesh(points, ball.faces, process=False)
    normals = np.asarray(shape.vertex_normals, np.float32)
    return Mesh("ball", "bones", points.astype(np.float32), normals, np.asarray(shape.faces, np.uint32))


def test_that_a_hollow_is_less_open_than_the_round_surface() -> None:
    mesh = dented()
    values = openness(mesh.points_lps, mesh.normals, mesh.triangles)
    top = (np.hypot(mesh.points_lps[:, 0], mesh.points_lps[:, 1]) < 4.0) & (mesh.points_lps[:, 2] > 0)
    assert np.median(values[top]) < 0.9 < values[mesh.points_lps[:, 2] < -5.0].min()


def test_that_bytes_keep_openness_to_a_half_percent() -> None:
    values = np.linspace(0.25, 1.08, 500, dtype=np.float32)
    assert np.abs(unpacked(packed(values)) - values).max() < 0.005


def test_that_a_mesh_file_carries_the_openness_of_its_meshes(tmp_path: Path) -> None:
    mesh = dented()
    path = tmp_path / "bones.glb"
    path.write_bytes(glb_bytes([mesh]))
    read = read_glb(path)["ball"]
    assert read.openness is not None
    assert (read.openness == packed(openness(mesh.points_lps, mesh.normals, mesh.triangles))).all()


def test_that_an_empty_mesh_is_open() -> None:
    none = np.zeros((0, 3), np.uint32)
    assert openness(np.zeros((4, 3), np.float32), np.zeros((4, 3), np.float32), none).tolist() == [1.0] * 4
