"""Points against closed surfaces, and plane cuts through them."""

from __future__ import annotations

import numpy as np
import pytest
import trimesh
from hypothesis import given
from hypothesis import strategies as st

from planner.sections import area_mm2, plane_cut
from planner.solids import Solid

BALL = trimesh.creation.icosphere(subdivisions=4, radius=10.0)
BOX = trimesh.creation.box(extents=(4.0, 6.0, 8.0))
coordinate = st.floats(-14.0, 14.0, allow_nan=False).filter(lambda value: abs(value) > 1e-3)


def solid(mesh: trimesh.Trimesh) -> Solid:
    return Solid(np.asarray(mesh.vertices), np.asarray(mesh.faces))


@given(st.lists(st.tuples(coordinate, coordinate, coordinate), min_size=1, max_size=40))
def test_that_a_ball_holds_what_lies_nearer_than_its_radius(points: list[tuple[float, float, float]]) -> None:
    at = np.array(points)
    away = np.linalg.norm(at, axis=1)
    sure = np.abs(away - 10.0) > 0.05  # between the ball and its facets either answer is right
    assert (solid(BALL).inside(at) == (away < 10.0))[sure].all()


@given(st.lists(st.tuples(coordinate, coordinate, coordinate), min_size=1, max_size=20))
def test_that_the_signed_distance_to_a_box_is_exact(points: list[tuple[float, float, float]]) -> None:
    at = np.array(points)
    beyond = np.abs(at) - np.array([2.0, 3.0, 4.0])
    expected = np.linalg.norm(np.maximum(beyond, 0.0), axis=1) + np.minimum(beyond.max(1), 0.0)
    assert solid(BOX).signed_mm(at) == pytest.approx(expected, abs=1e-6)


def test_that_overlapping_shells_count_as_their_union() -> None:
    moved = BOX.copy()
    moved.apply_translation((1.0, 0.0, 0.0))
    both = trimesh.util.concatenate([BOX, moved])
    at = np.array([[0.5, 0.1, 0.1], [-1.5, 0.1, 0.1], [2.5, 0.1, 0.1], [3.5, 0.1, 0.1]])
    assert solid(both).inside(at).tolist() == [True, True, True, False]


def test_that_depth_is_nought_outside() -> None:
    at = np.array([[0.1, 0.2, 0.3], [9.0, 9.0, 9.0]])
    depth = solid(BALL).depth_mm(at)
    assert depth[0] == pytest.approx(10.0 - np.linalg.norm(at[0]), abs=0.05)
    assert depth[1] == 0.0


def test_that_a_ray_meets_front_and_back() -> None:
    met = solid(BALL).reached_mm(np.array([-30.0, 0.3, 0.2]), np.array([1.0, 0.0, 0.0]))
    assert met == pytest.approx([20.0, 40.0], abs=0.1)
    assert len(solid(BALL).reached_mm(np.array([-30.0, 12.0, 0.0]), np.array([1.0, 0.0, 0.0]))) == 0


@pytest.mark.parametrize("axis", [0, 1, 2])
@pytest.mark.parametrize("at", [-6.0, 0.1, 7.3])
def test_that_a_cut_through_a_ball_has_the_area_of_its_circle(axis: int, at: float) -> None:
    cut = plane_cut(np.asarray(BALL.vertices), np.asarray(BALL.faces), axis, at)
    assert area_mm2(cut, axis) == pytest.approx(np.pi * (100.0 - at * at), rel=0.01)
    assert np.allclose(cut[:, :, axis], at)


def test_that_the_segments_of_a_cut_follow_one_another() -> None:
    cut = plane_cut(np.asarray(BALL.vertices), np.asarray(BALL.faces), 2, 0.37).round(9)
    starts, ends = ({tuple(point) for point in cut[:, k]} for k in (0, 1))
    assert starts == ends


def test_that_a_plane_beside_the_solid_cuts_nothing() -> None:
    assert plane_cut(np.asarray(BALL.vertices), np.asarray(BALL.faces), 2, 11.0).shape == (0, 2, 3)
