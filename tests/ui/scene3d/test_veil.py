"""What translucent tissue covers is shaded and inked less; fascia lets flesh shimmer through."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from planner.atlas.meshes import Mesh
from planner.session.picture import Appearance, ScenePicture, SkinPaint
from ui.scene3d import actors, camera, geometry, materials
from ui.scene3d.exposure import shade
from ui.scene3d.quality import KEPT, MOVING, STILL
from ui.scene3d.stage import Stage

SIZE = (320, 240)
FRONT = camera.framed(camera.Pose(), np.array([(-90.0, -90.0, -90.0), (90.0, 90.0, 90.0)]), 320 / 240)

SceneOf = Callable[..., ScenePicture]
PaintOf = Callable[..., SkinPaint]


def alpha_over(stage: Stage, structure: str, quality: object = STILL) -> int:
    """Alpha of the frame in the middle of a structure."""
    stage.view.render(FRONT, SIZE, quality)  # type: ignore[arg-type]
    mesh, _ = stage.view.meshes()[structure]
    x, y = camera.project(FRONT, mesh.points_lps.mean(0)[None].astype(float), *SIZE)[0][0]
    return int(stage.window.pixels()[round(float(y)), round(float(x)), 3])


def test_that_the_alpha_of_a_still_tells_what_translucent_tissue_covers(
    stage: Stage, scene_of: SceneOf, skin_paint: PaintOf
) -> None:
    stage.apply(scene_of(skin=Appearance(0.0)), skin_paint())
    assert alpha_over(stage, "bone_right") == 0
    stage.apply(scene_of(skin=Appearance(0.5)), skin_paint())
    for quality in (STILL, KEPT):
        assert 60 < alpha_over(stage, "bone_right", quality) < 255


def test_that_a_casing_made_later_does_not_hide_what_is_covered(
    stage: Stage, scene_of: SceneOf, skin_paint: PaintOf
) -> None:
    stage.apply(scene_of(skin=Appearance(0.0)), skin_paint())
    stage.view.render(FRONT, SIZE, STILL)
    stage.apply(scene_of(skin=Appearance(0.0), bone_right=Appearance(1.0, "selected")), skin_paint())
    assert alpha_over(stage, "bone_right") == 0


def test_that_a_moving_frame_is_opaque(stage: Stage, scene_of: SceneOf, skin_paint: PaintOf) -> None:
    stage.apply(scene_of(skin=Appearance(0.5)), skin_paint())
    stage.view.render(FRONT, SIZE, STILL)
    assert alpha_over(stage, "bone_right", MOVING) == 255


def test_that_what_shows_through_half_is_darkened_half() -> None:
    depth = np.full((4, 4), 40.0, np.float32)
    around = (np.zeros((4, 4), np.float32), np.zeros((4, 4), np.float32))
    bare = 256 - shade(depth, around).astype(int)
    half = 256 - shade(depth, around, np.full((4, 4), 0.5, np.float32)).astype(int)
    none = shade(depth, around, np.zeros((4, 4), np.float32))
    assert bare.min() > 40
    assert np.abs(2 * half - bare).max() <= 2
    assert (none == 256).all()


def test_that_flesh_shimmers_through_a_fascia_until_it_is_pointed_at() -> None:
    fascia = materials.MATERIALS["fascia"]
    assert materials.dress(fascia, Appearance(1.0), "muscles").opacity == fascia.most < 1.0
    assert materials.dress(fascia, Appearance(1.0, "selected"), "muscles").opacity == 1.0


def test_that_a_fascia_is_drawn_in_strands_where_its_mesh_says_how_they_run() -> None:
    corners = np.array([(0, 0, 0), (1, 0, 0), (0, 1, 0)], np.float32)
    bare = Mesh("f", "muscles", corners, corners, np.array([(0, 1, 2)], np.uint32))
    told = replace(bare, fibre=np.zeros((3, 2), np.float32))
    fascia, nerve = materials.MATERIALS["fascia"], materials.MATERIALS["nerve"]
    assert actors.kind_of({"full": bare}, fascia) == "placed"
    assert actors.kind_of({"full": told}, fascia) == "woven"
    assert actors.kind_of({"full": told}, nerve) == "strand"


def test_that_a_softened_mark_keeps_its_middle_and_loses_its_steps() -> None:
    ring = 24
    around = np.arange(ring)
    after = (around + 1) % ring
    # Two rings of vertices and their poles: a closed drum.
    sides = [(around, after, around + ring), (after, after + ring, around + ring)]
    caps = [(after, around, np.full(ring, 48)), (around + ring, after + ring, np.full(ring, 49))]
    triangles = np.concatenate([np.stack(part, 1) for part in (*sides, *caps)]).astype(np.uint32)
    marked = np.zeros(50, np.float32)
    marked[:12] = marked[24:36] = 1.0
    soft = geometry.softened(marked, triangles)
    assert soft.max() > 0.75
    assert np.abs(np.diff(soft[:ring])).max() < 0.6
    assert geometry.softened(np.zeros(50, np.float32), triangles).max() == 0.0
