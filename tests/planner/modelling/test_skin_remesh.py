"""Remeshing on shapes whose surface is known."""

from __future__ import annotations

import numpy as np
import trimesh
from scipy.spatial import Delaunay

from planner.modelling.remesh import remesh
from planner.modelling.shading import is_closed

RADIUS_MM = 30.0


def onto_sphere(points: np.ndarray) -> np.ndarray:
    return np.asarray(points / np.linalg.norm(points, axis=1, keepdims=True) * RADIUS_MM)


def onto_half_sphere(points: np.ndarray) -> np.ndarray:
    flat = points[:, 0] == 0.0
    moved = onto_sphere(points)
    moved[flat, 0] = 0.0
    return moved


def test_that_a_sphere_keeps_its_shape_and_gets_the_wanted_edges() -> None:
    coarse = trimesh.creation.icosphere(subdivisions=2, radius=RADIUS_MM)
    points, faces = remesh(
        np.asarray(coarse.vertices, float),
        np.asarray(coarse.faces, np.int64),
        lambda at: np.full(len(at), 4.0),
        onto_sphere,
    )
    assert is_closed(faces)
    assert np.allclose(np.linalg.norm(points, axis=1), RADIUS_MM)
    ends = points[faces[:, [0, 1]]]
    length = np.linalg.norm(ends[:, 0] - ends[:, 1], axis=1)
    assert 3.5 < np.median(length) < 4.5
    assert length.min() > 2.0
    assert length.max() < 6.5


def test_that_the_border_of_a_half_stays_in_the_median_plane() -> None:
    rings = [(k / 16 * RADIUS_MM, max(1, 6 * k)) for k in range(17)]
    flat = np.array(
        [
            (r * np.cos(t), r * np.sin(t))
            for r, n in rings
            for t in np.linspace(0, 2 * np.pi, n, endpoint=False)
        ]
    )
    height = np.sqrt(np.maximum(RADIUS_MM**2 - (flat**2).sum(1), 0.0))
    height[-rings[-1][1] :] = 0.0
    points = np.column_stack([height, flat])
    start = Delaunay(flat).simplices.astype(np.int64)
    a, b, c = (flat[start[:, k]] for k in range(3))
    turned = (b[:, 0] - a[:, 0]) * (c[:, 1] - a[:, 1]) < (b[:, 1] - a[:, 1]) * (c[:, 0] - a[:, 0])
    start[turned] = start[turned][:, ::-1]
    before = int((points[:, 0] == 0.0).sum())
    made, faces = remesh(points, start, lambda at: np.full(len(at), 5.0), onto_half_sphere)
    pairs = np.sort(np.vstack([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]]), axis=1)
    unique, count = np.unique(pairs, axis=0, return_counts=True)
    rim = np.unique(unique[count == 1])
    assert (made[rim, 0] == 0.0).all()
    assert 20 < len(rim) < before
    assert np.allclose(np.linalg.norm(made[rim], axis=1), RADIUS_MM, atol=0.01)


def test_that_remeshing_twice_gives_the_same_mesh() -> None:
    ball = trimesh.creation.icosphere(subdivisions=2, radius=RADIUS_MM)
    start = np.asarray(ball.vertices, float), np.asarray(ball.faces, np.int64)
    first, second = (
        remesh(*start, lambda at: np.full(len(at), 6.0), onto_sphere, rounds=3) for _ in range(2)
    )
    assert (first[0] == second[0]).all()
    assert (first[1] == second[1]).all()
