"""Poses, framing and rays: arithmetic without a window."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.space import VIEW_FROM_LPS, VIEW_UP_LPS, View
from ui.scene3d import camera

VIEWS: tuple[View, ...] = ("anterior", "posterior", "left", "right", "superior", "inferior")
ANGLES = st.floats(-180.0, 180.0)
TILTS = st.floats(-89.0, 89.0)


@pytest.mark.parametrize("view", VIEWS)
def test_that_a_named_view_looks_and_stands_as_the_frame_defines_it(view: View) -> None:
    frame = camera.axes(camera.of_view(camera.Pose(), view))
    assert np.allclose(frame.toward, VIEW_FROM_LPS[view], atol=1e-9)
    assert np.allclose(frame.up, VIEW_UP_LPS[view], atol=1e-9)


@given(ANGLES, TILTS)
def test_that_turning_never_rolls(azimuth: float, elevation: float) -> None:
    frame = camera.axes(camera.Pose(azimuth_deg=azimuth, elevation_deg=elevation))
    assert abs(frame.right[2]) < 1e-9  # the screen's horizontal stays horizontal in the body
    assert frame.up[2] > 0.0
    assert np.allclose(np.cross(frame.right, frame.up), frame.toward)


def test_that_turning_stops_short_of_the_poles() -> None:
    pose = camera.turned(camera.Pose(), 0.0, 500.0)
    assert pose.elevation_deg == camera.ELEVATION_LIMIT_DEG


@given(ANGLES, TILTS, st.floats(0.4, 2.5))
def test_that_framing_keeps_every_point_in_view_with_a_margin(
    azimuth: float, elevation: float, aspect: float
) -> None:
    points = np.array([(-90.0, -40.0, 10.0), (80.0, 60.0, 200.0), (0.0, 0.0, -150.0), (30.0, -70.0, 90.0)])
    pose = camera.framed(camera.Pose(azimuth_deg=azimuth, elevation_deg=elevation), points, aspect)
    width, height = 800.0 * aspect, 800.0
    places, depths = camera.project(pose, points, width, height)
    assert (depths > 0.0).all()
    assert (places > -0.5).all()
    assert (places[:, 0] < width + 0.5).all()
    assert (places[:, 1] < height + 0.5).all()


@given(st.floats(0.0, 800.0), st.floats(0.0, 600.0), ANGLES, TILTS)
def test_that_a_ray_goes_through_the_point_projected_to_its_pixel(
    x: float, y: float, azimuth: float, elevation: float
) -> None:
    pose = camera.Pose(azimuth_deg=azimuth, elevation_deg=elevation, distance_mm=900.0)
    eye, direction = camera.ray(pose, x, y, 800.0, 600.0)
    places, _ = camera.project(pose, (eye + 700.0 * direction)[None], 800.0, 600.0)
    assert np.allclose(places[0], (x, y), atol=1e-6)


def test_that_zooming_keeps_the_point_under_the_cursor() -> None:
    pose = camera.Pose(azimuth_deg=30.0, elevation_deg=20.0)
    frame = camera.axes(pose)
    point = np.asarray(pose.focus_lps) + 70.0 * frame.right + 30.0 * frame.up
    (before,), _ = camera.project(pose, point[None], 1000.0, 700.0)
    nearer = camera.zoomed(pose, 1.6, before[0], before[1], 1000.0, 700.0)
    (after,), _ = camera.project(nearer, point[None], 1000.0, 700.0)
    assert nearer.distance_mm < pose.distance_mm
    assert np.allclose(before, after, atol=1e-6)


def test_that_panning_moves_the_focus_with_the_cursor() -> None:
    pose = camera.Pose(azimuth_deg=-20.0, elevation_deg=10.0)
    moved = camera.panned(pose, 40.0, -25.0, 700.0)
    (place,), _ = camera.project(moved, np.array([pose.focus_lps]), 1000.0, 700.0)
    assert np.allclose(place, (540.0, 325.0), atol=1e-6)


def test_that_a_flight_starts_and_ends_where_it_should_and_takes_the_short_way() -> None:
    start, end = camera.Pose(azimuth_deg=170.0), camera.Pose(azimuth_deg=-170.0, distance_mm=600.0)
    assert camera.alike(camera.between(start, end, 0.0), start)
    assert camera.alike(camera.between(start, end, 1.0), end)
    assert abs(camera.between(start, end, 0.5).azimuth_deg) == pytest.approx(180.0)


@pytest.mark.parametrize("view", VIEWS)
def test_that_the_opposite_of_the_opposite_is_the_view_itself(view: View) -> None:
    assert camera.opposite(camera.opposite(view)) == view
    assert np.allclose(np.array(VIEW_FROM_LPS[view]), -np.array(VIEW_FROM_LPS[camera.opposite(view)]))
