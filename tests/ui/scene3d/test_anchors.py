"""Where leaders end: on a point that is seen."""

from __future__ import annotations

import numpy as np
import pytest

from planner.session.picture import Label, ScenePicture
from planner.session.state import PoseRequest
from tests.ui.scene3d.conftest import ball
from ui.scene3d import anchors, camera

SIZE = (400, 320)
FRONT = camera.framed(camera.Pose(), np.array([(-80.0, -80.0, -80.0), (80.0, 80.0, 80.0)]), 1.25)
BALL = ball("x", "bones", (0.0, 0.0, 0.0), 40.0)


def test_that_a_leader_ends_on_the_near_side() -> None:
    point = anchors.seen_point(BALL, FRONT, SIZE, None)
    assert point is not None
    assert point[1] < -25.0
    behind = anchors.seen_point(BALL, camera.of_view(FRONT, "posterior"), SIZE, None)
    assert behind is not None
    assert behind[1] > 25.0


def test_that_a_leader_avoids_what_something_solid_hides() -> None:
    depths = np.full((160, 200), np.inf, np.float32)
    depths[:, :105] = FRONT.distance_mm - 60.0  # a wall before the patient's right half
    point = anchors.seen_point(BALL, FRONT, SIZE, depths)
    assert point is not None
    assert point[0] > 3.0
    depths[:] = FRONT.distance_mm - 60.0
    assert anchors.seen_point(BALL, FRONT, SIZE, depths) is None


def test_that_labels_of_points_and_of_what_is_not_drawn_stay_where_they_are() -> None:
    words = (
        Label("Target", (1.0, 2.0, 3.0), "target"),
        Label("Gone", (4.0, 5.0, 6.0), "structure", "gone"),
        Label("Ball", (0.0, 40.0, 0.0), "structure", "x"),
    )
    scene = ScenePicture({}, (), words, None, PoseRequest(), ())
    found = anchors.pinned(scene, {"x": (BALL, 1.0)}, FRONT, SIZE, None).labels
    assert found[:2] == words[:2]
    assert found[2].at_lps[1] < 0.0
    assert np.linalg.norm(found[2].at_lps) == pytest.approx(40.0, abs=0.1)
