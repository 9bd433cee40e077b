"""The scene on an off-screen window, without Qt: what is touched, what is seen, what is picked."""

from __future__ import annotations

import gc
from collections.abc import Callable

import numpy as np
import pytest

from planner.atlas.model import Atlas
from planner.session.picture import Appearance, ScenePicture, SkinPaint
from ui.scene3d import camera, materials, window
from ui.scene3d.exposure import depth_mm, shade, surroundings
from ui.scene3d.quality import JITTER_PX, MOVING, SCALES, STILL, Governor
from ui.scene3d.stage import Stage, home_points
from ui.scene3d.window import GraphicsMissing, OffscreenWindow, is_software, require_opengl

SIZE = (320, 240)
HIDDEN = Appearance(0.0)
FRONT = camera.framed(camera.Pose(), np.array([(-90.0, -90.0, -90.0), (90.0, 90.0, 90.0)]), 320 / 240)
BACK = camera.of_view(FRONT, "posterior")

SceneOf = Callable[..., ScenePicture]
PaintOf = Callable[..., SkinPaint]


def pixel(stage: Stage, pose: camera.Pose, at_lps: tuple[float, float, float]) -> np.ndarray:
    """RGB 0-1 at the place of a point, full quality."""
    frame = stage.still(pose, SIZE)
    x, y = camera.project(pose, np.array([at_lps]), *SIZE)[0][0]
    return frame[round(float(y)), round(float(x)), :3] / 255.0


def test_that_the_first_apply_touches_only_what_is_not_plain(
    stage: Stage, scene_of: SceneOf, skin_paint: PaintOf
) -> None:
    assert stage.apply(scene_of(bone_right=Appearance(1.0, "selected")), skin_paint())
    assert stage.view.touched == 1


def test_that_applying_the_same_picture_again_touches_nothing(
    stage: Stage, scene_of: SceneOf, skin_paint: PaintOf
) -> None:
    scene, paint = scene_of(nerve_left=Appearance(1.0, "lit"), skin=HIDDEN), skin_paint()
    stage.apply(scene, paint)
    assert not stage.apply(scene, paint)
    assert stage.view.touched == 0


def test_that_only_structures_that_differ_are_touched(
    stage: Stage, scene_of: SceneOf, skin_paint: PaintOf
) -> None:
    stage.apply(scene_of(nerve_left=Appearance(1.0, "lit"), skin=HIDDEN), skin_paint())
    assert stage.apply(scene_of(nerve_left=HIDDEN, skin=HIDDEN), skin_paint())
    assert stage.view.touched == 1
    assert stage.apply(scene_of(skin=HIDDEN), skin_paint(pain=(0.0, -110.0, 0.0)))
    assert stage.view.touched == 1  # the nerve is plain again; the paint is no structure


def test_that_a_lit_nerve_is_yellow_and_a_hidden_one_is_gone(
    stage: Stage, scene_of: SceneOf, skin_paint: PaintOf
) -> None:
    at = (40.0, -12.0, 40.0)
    stage.apply(scene_of(nerve_left=Appearance(1.0, "lit"), skin=HIDDEN), skin_paint())
    red, green, blue = pixel(stage, FRONT, at)
    assert red > 0.6
    assert green > 0.5
    assert blue < 0.45
    assert red - blue > 0.35
    stage.apply(scene_of(nerve_left=HIDDEN, skin=HIDDEN), skin_paint())
    gone = pixel(stage, FRONT, at)
    assert gone.max() < 0.3  # the slate ground
    assert not np.allclose(gone, (red, green, blue), atol=0.2)


def test_that_a_lit_nerve_shows_through_what_hides_it(
    stage: Stage, scene_of: SceneOf, skin_paint: PaintOf
) -> None:
    at, solid = (40.0, 2.0, -40.0), Appearance(1.0)
    stage.apply(scene_of(skin=HIDDEN, muscle_left=solid), skin_paint())
    hidden = pixel(stage, FRONT, at)
    stage.apply(
        scene_of(skin=HIDDEN, muscle_left=solid, nerve_deep_left=Appearance(1.0, "lit")), skin_paint()
    )
    shown = pixel(stage, FRONT, at)
    assert shown[1] > hidden[1] + 0.08
    assert stage.apply(scene_of(skin=HIDDEN, muscle_left=solid), skin_paint())
    assert np.allclose(pixel(stage, FRONT, at), hidden, atol=0.02)


def test_that_painted_pain_is_vermillion_where_it_is_painted_and_nowhere_else(
    stage: Stage, scene_of: SceneOf, skin_paint: PaintOf
) -> None:
    scene = scene_of(skin=Appearance(1.0))
    stage.apply(scene, skin_paint(pain=(0.0, -110.0, 0.0)))
    red, green, blue = pixel(stage, FRONT, (0.0, -110.0, 0.0))
    assert red > 0.6
    assert red > 1.5 * green
    assert green > blue
    aside = pixel(stage, FRONT, (75.0, -80.0, 0.0))
    assert aside[0] < 1.4 * aside[1]
    assert np.allclose(
        pixel(stage, BACK, (0.0, 110.0, 0.0)), pixel(stage, BACK, (5.0, 110.0, 5.0)), atol=0.05
    )


def test_that_numbness_is_hatched_blue_and_deep_pain_dotted_purple(
    stage: Stage, scene_of: SceneOf, skin_paint: PaintOf
) -> None:
    stage.apply(scene_of(skin=Appearance(1.0)), skin_paint(numb=(0.0, -110.0, 0.0)))
    frame = stage.still(FRONT, SIZE)[95:145, 135:185, :3].astype(float)
    bluer = frame[:, :, 2] - frame[:, :, 0]
    assert bluer.max() > 20.0  # the lines
    assert bluer.max() - bluer.min() > 40.0  # and the gaps between them
    stage.apply(scene_of(skin=Appearance(1.0)), skin_paint(deep=(0.0, -110.0, 0.0)))
    frame = stage.still(FRONT, SIZE)[95:145, 135:185, :3].astype(float)
    assert (frame[:, :, 2] > frame[:, :, 1] + 15.0).any()
    assert frame[:, :, 1].max() - frame[:, :, 1].min() > 25.0


def test_that_a_stroke_shows_in_the_very_next_quick_frame(
    stage: Stage, scene_of: SceneOf, skin_paint: PaintOf
) -> None:
    stage.apply(scene_of(skin=Appearance(1.0)), skin_paint())
    before = stage.quick(FRONT, SIZE)
    stage.apply(scene_of(skin=Appearance(1.0)), skin_paint(pain=(0.0, -110.0, 0.0)))
    after = stage.quick(FRONT, SIZE)
    assert np.abs(after.astype(int) - before.astype(int)).max() > 40


def test_that_paint_for_another_skin_is_left_alone(
    stage: Stage, scene_of: SceneOf, skin_paint: PaintOf
) -> None:
    few = np.zeros(5, np.float32)
    stage.apply(scene_of(), skin_paint())
    assert not stage.apply(scene_of(), SkinPaint(("other",), few, few, few))


def test_that_the_target_appears_and_goes(stage: Stage, scene_of: SceneOf, skin_paint: PaintOf) -> None:
    nothing = {name: HIDDEN for name in stage.view.structures()}
    stage.apply(scene_of(**nothing), skin_paint())
    ground = pixel(stage, FRONT, (0.0, 0.0, 0.0))
    assert stage.apply(scene_of(target_lps=(0.0, 0.0, 0.0), **nothing), skin_paint())
    assert pixel(stage, FRONT, (0.0, 0.0, 0.0)).min() > 0.5
    assert stage.apply(scene_of(**nothing), skin_paint())
    assert np.allclose(pixel(stage, FRONT, (0.0, 0.0, 0.0)), ground, atol=0.02)


def test_that_the_patient_s_right_is_on_the_left_of_the_screen_from_the_front(
    stage: Stage, scene_of: SceneOf, skin_paint: PaintOf
) -> None:
    stage.apply(scene_of(skin=HIDDEN, muscle_left=HIDDEN, nerve_deep_left=HIDDEN), skin_paint())
    frame = stage.still(FRONT, SIZE).astype(int)
    yellow = (frame[:, :, 0] - frame[:, :, 2]) > 70
    bright = frame[:, :, 2] > 110
    assert np.nonzero(yellow)[1].mean() > SIZE[0] / 2 > np.nonzero(bright)[1].mean()


def test_that_picking_returns_the_structure_under_the_pixel(
    stage: Stage, scene_of: SceneOf, skin_paint: PaintOf
) -> None:
    stage.apply(scene_of(), skin_paint())
    while stage.picker.prepare():
        pass
    assert stage.picker.ready

    def at(point: tuple[float, float, float]) -> str | None:
        x, y = camera.project(FRONT, np.array([point]), *SIZE)[0][0]
        hit = stage.picker.pick(FRONT, float(x), float(y), *SIZE)
        return hit.structure if hit else None

    assert at((-40.0, -22.0, 40.0)) == "bone_right"  # through the translucent skin
    assert at((40.0, -12.0, 40.0)) == "nerve_left"
    assert at((0.0, 0.0, -85.0)) is None
    assert at((40.0, -48.0, -40.0)) == "nerve_deep_left"  # seen through glassy muscle, a nerve is meant
    stage.apply(scene_of(muscle_left=Appearance(1.0)), skin_paint())
    assert at((40.0, -48.0, -40.0)) == "muscle_left"
    stage.apply(scene_of(muscle_left=HIDDEN, nerve_deep_left=HIDDEN), skin_paint())
    assert at((40.0, -48.0, -40.0)) is None
    stage.apply(scene_of(skin=Appearance(1.0)), skin_paint())
    assert at((40.0, -48.0, -40.0)) == "skin"


def test_that_a_near_miss_still_picks_the_nerve(stage: Stage, scene_of: SceneOf, skin_paint: PaintOf) -> None:
    stage.apply(scene_of(skin=HIDDEN), skin_paint())
    (x, y) = camera.project(FRONT, np.array([(40.0, 0.0, 52.0)]), *SIZE)[0][0]
    hit = stage.picker.pick(FRONT, float(x), float(y) - 3.0, *SIZE)
    assert hit is not None
    assert hit.structure == "nerve_left"
    assert stage.picker.pick(FRONT, float(x), float(y) - 20.0, *SIZE) is None


def test_that_the_brush_meets_the_near_side_of_the_skin_even_when_it_is_translucent(stage: Stage) -> None:
    met = stage.picker.on_skin(FRONT, SIZE[0] / 2, SIZE[1] / 2, *SIZE)
    assert met is not None
    assert met[1] == pytest.approx(-110.0, abs=1.0)
    assert stage.picker.on_skin(FRONT, 1.0, 1.0, *SIZE) is None


def test_that_thirty_scenes_open_and_close_without_leaving_vtk_objects(toy_atlas: Atlas) -> None:
    from vtkmodules.vtkRenderingCore import vtkActor, vtkRenderWindow

    def alive() -> int:
        gc.collect()
        return sum(isinstance(thing, vtkActor | vtkRenderWindow) for thing in gc.get_objects())

    before = alive()
    for _ in range(30):
        made = Stage()
        made.set_atlas(toy_atlas)
        made.quick(FRONT, (64, 48))
        made.close()
        made.close()
        assert made.window.closed
    del made
    assert alive() <= before


def test_that_drawing_says_nothing_on_the_terminal(
    toy_atlas: Atlas, capfd: pytest.CaptureFixture[str]
) -> None:
    made = Stage()
    made.set_atlas(toy_atlas)
    made.still(FRONT, (64, 48))
    made.window.handle.ReportCapabilities()
    made.close()
    assert capfd.readouterr() == ("", "")


def test_that_vtk_errors_go_to_the_log(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    from vtkmodules.vtkCommonCore import vtkOutputWindow

    with caplog.at_level("INFO", logger="ui.scene3d.window"):
        vtkOutputWindow.GetInstance().DisplayErrorText("something broke")
    assert "something broke" in caplog.text


def test_that_a_missing_opengl_library_is_named_instead_of_crashing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(window.sys, "platform", "linux")
    with pytest.raises(GraphicsMissing, match=r"libgl1 libegl1 libgl1-mesa-dri"):
        require_opengl(("libno-such-gl.so.9",))
    monkeypatch.setattr(window.sys, "platform", "win32")
    require_opengl(("libno-such-gl.so.9",))


def test_that_odd_sizes_are_drawn_exactly(stage: Stage) -> None:
    for size in ((1, 1), (37, 91), (333, 2)):
        stage.quick(FRONT, size)
        frame = stage.still(FRONT, size)
        assert frame.shape == (size[1], size[0], 4)


def test_that_a_closed_window_stays_closed() -> None:
    made = OffscreenWindow(20, 10)
    made.render()
    assert made.pixels().shape == (10, 20, 4)
    assert made.depths_view().shape == (10, 20)
    made.close()
    made.close()
    assert made.closed


def test_that_software_renderers_are_told_from_gpus() -> None:
    assert is_software("llvmpipe (LLVM 15.0.6, 256 bits)")
    assert is_software("Google SwiftShader")
    assert not is_software("NVIDIA GeForce RTX 3060/PCIe/SSE2")


def test_that_slow_frames_lose_resolution_and_quick_ones_win_it_back() -> None:
    governor = Governor(software=True)
    assert governor.moving() == MOVING
    for _ in range(20):
        governor.note_moving(120.0)
    assert governor.moving().scale == SCALES[-1]
    for _ in range(100):
        governor.note_moving(9.0)
    assert governor.moving().scale == 1.0
    assert governor.still() == STILL


def test_that_a_gpu_keeps_full_meshes_while_moving_until_it_proves_slow() -> None:
    governor = Governor(software=False)
    governor.note_moving(6.0)
    assert governor.moving().detail == "full"
    for _ in range(4):
        governor.note_moving(90.0)
    assert governor.moving().detail == "proxy"


def test_that_the_shifts_of_averaged_frames_cancel_out() -> None:
    for count in (2, 4, 8):
        assert np.allclose(np.mean(JITTER_PX[:count], axis=0), 0.0)


def test_that_only_what_lies_behind_an_edge_is_darkened() -> None:
    depths = np.full((80, 80), 0.9, np.float32)
    depths[:, 40:] = 0.7  # the nearer half
    depths[:10] = 1.0  # ground
    depth = depth_mm(depths, 100.0, 1000.0)
    around = surroundings(depth[::2, ::2])
    assert around is not None
    wide, close = (np.repeat(np.repeat(part, 2, axis=0), 2, axis=1) for part in around)
    factors = shade(depth, (wide, close))
    assert (factors[:10] == 256).all()
    assert factors[40, 38] < 240
    assert factors[40, 20] > 250
    assert (factors[20:, 41:] == 256).all()


def test_that_home_is_the_region_of_most_targets() -> None:
    targets = {f"target_{k}_left": (20.0 + k, 0.0, 100.0 + 4.0 * k) for k in range(12)}
    from types import SimpleNamespace

    near = home_points(SimpleNamespace(points_lps=targets))  # type: ignore[arg-type]
    far = home_points(SimpleNamespace(points_lps={**targets, "target_far_left": (0.0, 0.0, -900.0)}))  # type: ignore[arg-type]
    assert near.shape == (8, 3)
    assert far[:, 2].min() > 0.0
    assert home_points(SimpleNamespace(points_lps={})).shape == (0, 3)  # type: ignore[arg-type]


def test_that_left_and_right_of_a_muscle_look_alike_and_neighbours_differ() -> None:
    def colour(name: str) -> tuple[float, float, float]:
        return materials.material_of(name, "muscles", None).colour

    assert colour("psoas_major_left") == colour("psoas_major_right")
    assert colour("psoas_major_left") != colour("iliacus_left")


def test_that_emphasis_is_never_colour_alone() -> None:
    for system, emphasis in (("nerves", "lit"), ("bones", "selected"), ("vessels", "neighbour")):
        material = materials.material_of("x", system, None)
        plain = materials.dress(material, Appearance(1.0), system)
        marked = materials.dress(material, Appearance(1.0, emphasis), system)  # type: ignore[arg-type]
        assert plain.casing is None
        assert marked.casing is not None
        assert marked.casing_px > plain.grow_px


def test_that_what_was_never_drawn_costs_nothing_and_is_drawn_when_it_is_shown(
    stage: Stage, scene_of: SceneOf, skin_paint: PaintOf
) -> None:
    stage.apply(scene_of(bone_right=HIDDEN), skin_paint())
    without = stage.quick(FRONT, SIZE)
    bone = stage.view._pieces["bone_right"]
    assert not bone.data and not bone.mappers
    stage.apply(scene_of(), skin_paint())
    assert (stage.quick(FRONT, SIZE) != without).any()
    stage.apply(scene_of(bone_right=HIDDEN), skin_paint())
    assert (stage.quick(FRONT, SIZE) == without).all()


def test_that_rest_frees_the_reduced_meshes_that_no_frame_shows_and_changes_no_picture(
    stage: Stage, scene_of: SceneOf, skin_paint: PaintOf
) -> None:
    stage.apply(scene_of(), skin_paint())
    while stage.prepare():
        pass
    still = stage.still(FRONT, SIZE)
    quick = stage.quick(FRONT, SIZE)
    bone = stage.view._pieces["bone_right"]
    assert ("proxy", None) in bone.mappers
    assert (stage.still(FRONT, SIZE) == still).all()
    stage.view.let_go("full")
    assert ("proxy", None) not in bone.mappers and "proxy" not in bone.data
    stage.rest()
    assert (stage.still(FRONT, SIZE) == still).all()
    apart = np.abs(stage.quick(FRONT, SIZE).astype(int) - quick)
    assert apart.max() <= 4 and (apart > 0).mean() < 0.01  # VTK rounds differently once it has peeled
