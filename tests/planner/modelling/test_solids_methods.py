"""The laws of the modelling methods, on small synthetic input."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.modelling import implicit, loft, shading, simplify, tube


def _sphere(count: int, radius: float) -> tuple[np.ndarray, np.ndarray]:
    """Evenly spread points on a sphere about the origin and their outward normals."""
    k = np.arange(count) + 0.5
    height, turn = 1.0 - 2.0 * k / count, k * np.pi * (1.0 + 5.0**0.5)
    ring = np.sqrt(1.0 - height**2)
    normals = np.stack([ring * np.cos(turn), ring * np.sin(turn), height], 1)
    return radius * normals, normals


def test_that_a_sphere_is_rebuilt_from_oriented_points_within_a_tenth_of_a_millimetre() -> None:
    points, normals = _sphere(160, 20.0)
    vertices, triangles = implicit.surface(points, normals, step_mm=1.0)
    assert np.abs(np.linalg.norm(vertices, axis=1) - 20.0).max() < 0.1
    assert shading.is_closed(triangles)
    assert shading.volume_mm3(vertices, triangles) == pytest.approx(4.0 / 3.0 * np.pi * 20.0**3, rel=0.005)


def test_that_the_fitted_function_is_negative_inside_and_grows_like_distance() -> None:
    function = implicit.fit(*_sphere(160, 20.0))
    at = np.array([[0.0, 0.0, 17.0], [0.0, 0.0, 20.0], [0.0, 0.0, 23.0]])
    assert function(at) == pytest.approx([-3.0, 0.0, 3.0], abs=0.5)


def test_that_single_precision_sums_agree_with_double_ones() -> None:
    function = implicit.fit(*_sphere(160, 20.0))
    at = np.random.default_rng(1).uniform(-25.0, 25.0, (500, 3))
    gaps = np.linalg.norm(at[:, None] - function.centres[None], axis=2)
    exact = gaps @ function.weights + function.linear[0] + at @ function.linear[1:]
    assert np.abs(function(at) - exact).max() < 0.01


def test_that_a_mirrored_function_is_the_function_of_the_mirrored_points() -> None:
    points, normals = _sphere(120, 10.0)
    shift = np.array([30.0, 4.0, -2.0])
    function = implicit.fit(points + shift, normals)
    at = np.random.default_rng(2).uniform(-15.0, 15.0, (50, 3)) + shift
    assert function.mirrored()(at * [-1.0, 1.0, 1.0]) == pytest.approx(function(at), abs=0.02)


def test_that_filling_closes_a_dimple_and_leaves_a_ball_alone() -> None:
    axis = np.arange(-20.0, 20.5, 1.0)
    x, y, z = np.meshgrid(axis, axis, axis, indexing="ij")
    ball = (np.sqrt(x**2 + y**2 + z**2) - 15.0).astype(np.float32)
    assert (implicit.filled(ball, 4.0, 1.0) < 0.0).sum() == pytest.approx((ball < 0.0).sum(), rel=0.02)
    drilled = np.maximum(ball, (3.0 - np.hypot(x, y)).astype(np.float32))
    assert (implicit.filled(drilled, 6.0, 1.0)[20, 20, 10:30] < 0.0).all()


def test_that_the_largest_piece_alone_is_kept() -> None:
    big, faces = implicit.surface(*_sphere(100, 10.0), step_mm=2.0)
    small, other = implicit.surface(*_sphere(100, 4.0), step_mm=1.5)
    both = np.vstack([big, small + 40.0])
    kept, _ = implicit.largest_piece(both, np.vstack([faces, other + len(big)]))
    assert len(kept) == len(big)


def test_that_relaxing_keeps_the_volume_of_a_ball() -> None:
    vertices, triangles = implicit.surface(*_sphere(160, 20.0), step_mm=1.5, passes=0)
    before = shading.volume_mm3(vertices, triangles)
    after = shading.volume_mm3(implicit.relaxed(vertices, triangles, 20), triangles)
    assert after == pytest.approx(before, rel=0.01)


@pytest.mark.parametrize("budget", [3000, 800, 120])
def test_that_reduction_meets_its_budget_and_stays_closed(budget: int) -> None:
    vertices, triangles = implicit.surface(*_sphere(160, 20.0), step_mm=1.0)
    small, faces = simplify.reduced(vertices, triangles, budget)
    assert len(faces) <= 1.1 * budget
    assert shading.is_closed(faces)
    assert np.abs(np.linalg.norm(small, axis=1) - 20.0).max() < 1.5


def test_that_sheets_touching_in_an_edge_get_vertices_of_their_own() -> None:
    vertices = np.array([[0, 0, 0], [0, 0, 1], [1, 0, 0], [1, 1, 0], [-1, 0, 0], [-1, -1, 0]], float)
    first = np.array([[0, 1, 2], [1, 0, 3], [0, 2, 3], [1, 3, 2]])
    second = np.array([[0, 1, 4], [1, 0, 5], [0, 4, 5], [1, 5, 4]])
    assert not shading.is_closed(np.vstack([first, second]))
    split, triangles = simplify.unpinched(vertices, np.vstack([first, second]))
    assert shading.is_closed(triangles)
    assert len(split) == 8


def test_that_triangles_lying_back_to_back_are_dropped() -> None:
    triangles = np.array([[0, 1, 2], [2, 1, 0], [2, 3, 4]])
    assert simplify.unfolded(triangles).tolist() == [[2, 3, 4]]


def test_that_a_straight_tube_has_the_volume_of_its_cylinder_and_round_ends() -> None:
    vertices, triangles = tube.sweep([[0, 0, 0], [0, 0, 100]], 4.0, sides=24, spacing_mm=5.0)
    expected = np.pi * 16.0 * 100.0 + 4.0 / 3.0 * np.pi * 64.0
    assert shading.is_closed(triangles)
    assert shading.volume_mm3(vertices, triangles) == pytest.approx(expected, rel=0.03)
    assert vertices[:, 2].min() == pytest.approx(-4.0, abs=0.1)


def test_that_a_flattened_tube_keeps_its_area_and_its_short_axis() -> None:
    course = [[0, 0, 0], [0, 0, 40], [0, 0, 80]]
    vertices, triangles = tube.sweep(course, 3.0, 24, 5.0, flatten=(0.25, (1.0, 0.0, 0.0)))
    middle = vertices[(vertices[:, 2] > 10.0) & (vertices[:, 2] < 70.0)]
    assert np.abs(middle[:, 0]).max() == pytest.approx(1.5, abs=0.05)
    assert np.abs(middle[:, 1]).max() == pytest.approx(6.0, abs=0.1)
    assert shading.volume_mm3(vertices, triangles) > 0.0


def test_that_a_tube_does_not_twist_along_a_bend() -> None:
    turn = np.linspace(0.0, np.pi, 20)
    course = np.stack([40.0 * np.cos(turn), 40.0 * np.sin(turn), 0.0 * turn], 1)
    vertices, _ = tube.sweep(course, 2.0, sides=8, spacing_mm=4.0, caps=False)
    rings = vertices[:-2].reshape(-1, 8, 3)
    centres = rings.mean(1)
    first = rings[:, 0] - centres
    # In a plane curve the angle of a corner to the plane stays what it was.
    assert np.ptp(first[:, 2]) < 0.05


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(*[st.floats(-200.0, 200.0, allow_nan=False)] * 3), min_size=2, max_size=12),
    st.floats(0.3, 9.0),
    st.integers(3, 16),
)
def test_that_every_tube_is_closed_and_finite(
    course: list[tuple[float, float, float]], radius: float, sides: int
) -> None:
    points = np.array(course)
    if (np.linalg.norm(np.diff(points, axis=0), axis=1) > 1e-6).sum() < 1:
        with pytest.raises(ValueError, match="two distinct points"):
            tube.sweep(points, radius, sides)
        return
    vertices, triangles = tube.sweep(points, radius, sides, 20.0)
    assert np.isfinite(vertices).all()
    assert shading.is_closed(triangles)


def test_that_resampling_keeps_the_ends_and_the_spacing() -> None:
    course = np.array([[0, 0, 0], [10, 5, 0], [30, 5, 10]], float)
    points, width = tube.resample(course, 2.0, [1.0, 2.0, 3.0])
    assert points[0] == pytest.approx(course[0])
    assert points[-1] == pytest.approx(course[-1])
    assert np.linalg.norm(np.diff(points, axis=0), axis=1).max() < 2.05
    assert width[0] == pytest.approx(1.0)
    assert width[-1] == pytest.approx(3.0)


def test_that_smoothing_takes_out_a_zigzag_and_keeps_the_ends() -> None:
    height = np.arange(0.0, 60.0, 2.0)
    zigzag = np.stack([1.5 * (-1.0) ** np.arange(len(height)), 0.0 * height, height], 1)
    smooth = tube.smoothed(zigzag, 16.0)
    assert np.abs(smooth[16:-16, 0]).max() < 0.3
    assert smooth[0] == pytest.approx(zigzag[0])
    assert smooth[-1] == pytest.approx(zigzag[-1])


def test_that_a_loft_through_circles_has_the_volume_of_its_cylinder() -> None:
    turn = np.linspace(0.0, 2.0 * np.pi, 32, endpoint=False)
    rings = np.stack(
        [np.stack([10.0 * np.cos(turn), 10.0 * np.sin(turn), np.full(32, z)], 1) for z in range(0, 60, 10)]
    )
    vertices, triangles = loft.loft(rings, stations=12, around=40, dome_mm=0.5)
    assert shading.is_closed(triangles)
    assert shading.volume_mm3(vertices, triangles) == pytest.approx(np.pi * 100.0 * 50.0, rel=0.03)


def test_that_a_slab_has_the_volume_of_its_sheet() -> None:
    y, z = np.meshgrid(np.linspace(0.0, 50.0, 8), np.linspace(0.0, 80.0, 10))
    middle = np.stack([np.zeros_like(y), y, z], -1)
    vertices, triangles = loft.slab(middle, np.full(y.shape, 4.0), rows=20, columns=16, rim=1.0)
    assert shading.is_closed(triangles)
    assert abs(shading.volume_mm3(vertices, triangles)) == pytest.approx(50.0 * 80.0 * 4.0, rel=0.01)


def test_that_a_mesh_is_wound_outward_whatever_it_is_made_from() -> None:
    vertices, triangles = implicit.surface(*_sphere(80, 10.0), step_mm=2.0)
    made = shading.mesh("ball", "bones", vertices, triangles[:, ::-1])
    assert shading.volume_mm3(made.points_lps.astype(float), made.triangles.astype(np.int64)) > 0.0
    assert ((made.normals * made.points_lps).sum(1) > 0.0).all()


def test_that_a_mirrored_mesh_stays_outward() -> None:
    vertices, triangles = implicit.surface(*_sphere(80, 10.0), step_mm=2.0)
    left = shading.mesh("ball_left", "bones", vertices + np.array([30.0, 0.0, 0.0]), triangles)
    right = shading.mirrored(left, "ball_right")
    assert right.points_lps[:, 0].max() < 0.0
    assert shading.volume_mm3(right.points_lps.astype(float), right.triangles.astype(np.int64)) > 0.0
