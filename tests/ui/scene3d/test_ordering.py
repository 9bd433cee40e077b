"""The order in which translucent surfaces blend: what lies in front comes later."""

from __future__ import annotations

import numpy as np

from planner.session.picture import Appearance
from tests.ui.scene3d.conftest import ball
from ui.scene3d import camera
from ui.scene3d.ordering import far_first, sample
from ui.scene3d.quality import KEPT, STILL
from ui.scene3d.stage import Stage

BOX = np.array([(-80.0, -80.0, -80.0), (80.0, 80.0, 80.0)])
FRONT = camera.framed(camera.Pose(), BOX, 1.25)
BACK = camera.of_view(FRONT, "posterior")


def test_that_what_a_surface_encloses_comes_before_it_though_its_middle_is_nearer() -> None:
    around = sample(ball("around", "organs", (0.0, 0.0, 0.0), 60.0))
    within = sample(ball("within", "organs", (0.0, -30.0, 0.0), 10.0))
    for pair, within_at in (((around, within), 1), ((within, around), 0)):
        assert far_first(pair, FRONT, 1.25)[0] == within_at
        assert far_first(pair, BACK, 1.25)[0] == within_at


def test_that_surfaces_one_behind_the_other_turn_round_with_the_camera() -> None:
    row = [sample(ball(str(y), "organs", (0.0, y, 0.0), 12.0)) for y in (20.0, -50.0, 55.0, -15.0)]
    assert far_first(row, FRONT, 1.25) == [2, 0, 3, 1]
    assert far_first(row, BACK, 1.25) == [1, 3, 0, 2]


def test_that_every_surface_is_drawn_once_even_where_none_is_in_view() -> None:
    far = [sample(ball(str(k), "organs", (900.0, 10.0 * k, 0.0), 5.0)) for k in range(5)]
    assert sorted(far_first(far, FRONT, 1.25)) == list(range(5))
    assert far_first(far[:1], FRONT, 1.25) == [0]
    assert far_first([], FRONT, 1.25) == []


def test_that_the_still_picture_blends_as_peeling_would(stage: Stage, scene_of, skin_paint) -> None:
    clear = {name: Appearance(0.5) for name in ("bone_right", "nerve_left", "muscle_left", "nerve_deep_left")}
    stage.apply(scene_of(skin=Appearance(0.0), **clear), skin_paint())
    size = (200, 160)
    pose = camera.turned(FRONT, 25.0, 10.0)
    stage.view.render(pose, size, STILL)
    sorted_frame = stage.window.pixels().astype(int)
    stage.view.render(pose, size, KEPT)
    peeled = stage.window.pixels().astype(int)
    assert (np.abs(sorted_frame - peeled).max(axis=2) > 12).mean() < 0.01
