"""The cut of the scene: what is taken away, what is filled, and what a click on it means."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from planner.atlas.model import Atlas
from planner.sections import Plane
from planner.session.picture import Picture
from ui.scene3d import camera
from ui.scene3d.stage import Stage

SIZE = (240, 240)
FRONT = Plane((0.0, -1.0, 0.0), 0.0)  # takes away what lies before the middle
Toy = Callable[..., Picture]


def posed(stage: Stage) -> camera.Pose:
    return camera.framed(camera.Pose(), np.array([[-110.0, -110.0, -110.0], [110.0, 110.0, 110.0]]), 1.0)


def cut_picture(picture_of: Toy, plane: Plane | None) -> Picture:
    given = picture_of()
    return replace(given, scene=replace(given.scene, cut=plane))


def test_that_a_cut_opens_and_fills_and_goes_again(stage: Stage, toy_atlas: Atlas, picture_of: Toy) -> None:
    stage.set_atlas(toy_atlas)
    whole = cut_picture(picture_of, None)
    stage.apply(whole.scene, whole.skin)
    pose = posed(stage)
    before = stage.still(pose, SIZE).astype(int)
    picture = cut_picture(picture_of, FRONT)
    assert stage.apply(picture.scene, picture.skin) and not stage.view.filled
    faces = {face.structure for face in stage.view.fill()}
    assert {"bone_right", "nerve_left", "skin"} <= faces and "muscle_left" not in faces
    after = stage.still(pose, SIZE).astype(int)
    assert np.abs(after - before).mean() > 4.0
    assert not stage.apply(picture.scene, picture.skin) and stage.view.filled
    stage.apply(whole.scene, whole.skin)
    assert stage.view.faces == () and np.abs(stage.still(pose, SIZE).astype(int) - before).mean() < 1.0


def test_that_a_click_meets_the_face_and_never_what_was_taken_away(
    stage: Stage, toy_atlas: Atlas, picture_of: Toy
) -> None:
    stage.set_atlas(toy_atlas)
    pose = posed(stage)
    place, _ = camera.project(pose, np.array([(40.0, -48.0, -40.0), (-40.0, 0.0, 40.0)]), *SIZE)
    muscle, bone = ((float(x), float(y)) for x, y in place)
    whole = cut_picture(picture_of, None)
    stage.apply(whole.scene, whole.skin)
    hit = stage.picker.pick(pose, *muscle, *SIZE)
    assert hit is not None and hit.structure in ("muscle_left", "nerve_deep_left")
    picture = cut_picture(picture_of, FRONT)
    stage.apply(picture.scene, picture.skin)
    stage.view.fill()
    hit = stage.picker.pick(pose, *muscle, *SIZE)
    assert hit is None or hit.structure != "muscle_left"
    hit = stage.picker.pick(pose, *bone, *SIZE)
    assert hit is not None and hit.structure == "bone_right" and abs(hit.at_lps[1]) < 1e-3


def test_that_a_cut_survives_another_look_and_fills_anew(
    stage: Stage, toy_atlas: Atlas, picture_of: Toy
) -> None:
    from planner.session.picture import Appearance

    stage.set_atlas(toy_atlas)
    picture = cut_picture(picture_of, FRONT)
    stage.apply(picture.scene, picture.skin)
    stage.view.fill()
    hidden = replace(picture.scene, appearances={**picture.scene.appearances, "bone_right": Appearance(0.0)})
    stage.apply(hidden, picture.skin)
    assert not stage.view.filled
    assert "bone_right" not in {face.structure for face in stage.view.fill()}
