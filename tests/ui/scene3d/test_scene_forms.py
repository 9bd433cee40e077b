"""The skin of the scene in another form: its points move, everything else stays."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest

from planner.atlas.meshes import MeshSet, Shape
from planner.atlas.model import Atlas
from planner.session.picture import ScenePicture, SkinPaint
from ui.scene3d import camera, geometry
from ui.scene3d.stage import Stage


@pytest.fixture(scope="module")
def two_forms(toy_atlas: Atlas) -> Atlas:
    """The toy atlas with a female skin that is 30 mm wider on either side."""
    skin = toy_atlas.meshes.full["skin"]
    wide = (skin.points_lps * np.array([14.0 / 11.0, 1.0, 1.0])).astype(np.float32)
    shapes = {"male": Shape(skin.points_lps, skin.normals), "female": Shape(wide, skin.normals)}
    full = {**toy_atlas.meshes.full, "skin": replace(skin, shapes=shapes, form="male")}
    return replace(toy_atlas, meshes=MeshSet(full, toy_atlas.meshes.proxies))


@pytest.fixture
def formed_stage(two_forms: Atlas) -> Iterator[Stage]:
    made = Stage()
    made.set_atlas(two_forms)
    yield made
    made.close()


def breadth(stage: Stage) -> float:
    low, high = stage.view._pieces["skin"].full.GetBounds()[:2]
    return float(high - low)


def test_that_the_skin_changes_its_points_and_keeps_actor_paint_and_camera(
    formed_stage: Stage, skin_paint: Callable[..., SkinPaint], scene_of: Callable[..., ScenePicture]
) -> None:
    stage, paint = formed_stage, skin_paint(pain=(110.0, 0.0, 0.0))
    stage.apply(scene_of(), paint)
    piece = stage.view._pieces["skin"]
    actor, data, extent = piece.actor, piece.full, stage.view.extent_lps()
    before = stage.still(camera.framed(camera.Pose(), extent, 1.0), (120, 120))
    assert stage.apply(scene_of(), replace(paint, form="female"))
    assert breadth(stage) == pytest.approx(280.0, abs=1.0)
    assert (piece.actor, piece.full) == (actor, data)
    assert data.GetPointData().GetArray(geometry.PAINT).GetRange()[1] == pytest.approx(1.0)
    after = stage.still(camera.framed(camera.Pose(), extent, 1.0), (120, 120))
    assert (before != after).any()
    assert not stage.apply(scene_of(), replace(paint, form="female"))
    assert stage.apply(scene_of(), paint)
    assert breadth(stage) == pytest.approx(220.0, abs=1.0)
    again = stage.still(camera.framed(camera.Pose(), extent, 1.0), (120, 120))
    assert np.abs(again.astype(int) - before.astype(int)).max() <= 2


def test_that_a_brush_meets_the_skin_that_is_shown(
    formed_stage: Stage, skin_paint: Callable[..., SkinPaint], scene_of: Callable[..., ScenePicture]
) -> None:
    stage = formed_stage
    pose = camera.of_view(camera.Pose(), "left")
    pose = camera.framed(pose, stage.view.extent_lps(), 1.0)
    for form, x in (("male", 110.0), ("female", 140.0), ("male", 110.0)):
        stage.apply(scene_of(), replace(skin_paint(), form=form))
        met = stage.picker.on_skin(pose, 101.3, 99.1, 200.0, 200.0)
        assert met is not None
        assert met[0] == pytest.approx(x, abs=1.5)
