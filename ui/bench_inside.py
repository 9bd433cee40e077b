"""What one process can time about itself: a brush stroke, the map's repaint, frames and picks.

The parts are the ones the window is made of, driven without the window, so that a figure points at the
part it belongs to. Times are milliseconds; `p95` is what 95 of 100 acts stay under.
"""

from __future__ import annotations

import itertools
import statistics
import time
from collections.abc import Callable, Iterator

import numpy as np
from PySide6.QtWidgets import QApplication

from planner.atlas.model import Atlas
from planner.chart import fit_frame, region_borders
from planner.session.actions import ChooseBlock, ClearMarks, PaintStroke, SetLayer
from planner.session.picture import SkinPaint
from planner.session.resolve import warm
from planner.session.store import Store
from planner.space import View
from ui.scene3d import camera
from ui.scene3d.stage import Stage
from ui.theme import LIGHT
from ui.widgets.chart_paint import PaintLayer, draw

STROKES = 200
REPAINTS = 60
FRAMES = 24
STILLS = 3
PICKS = 200
SIZES_PX = ((1280, 800), (1920, 1080))
MAP_PX = (300, 640)
MAP_VIEWS: tuple[View, View] = ("anterior", "posterior")
BRUSH_MM = 18.0

Point = tuple[float, float, float]


def timed(act: Callable[[], object]) -> float:
    """Milliseconds one call takes."""
    began = time.perf_counter()
    act()
    return 1000.0 * (time.perf_counter() - began)


def summary(values_ms: list[float]) -> dict[str, float]:
    """Median and 95th percentile in ms."""
    return {
        "median_ms": round(statistics.median(values_ms), 2),
        "p95_ms": round(statistics.quantiles(values_ms, n=20)[-1], 2),
    }


def brush_path(atlas: Atlas, count: int) -> list[Point]:
    """A path of `count` points down the front of the left thigh, on the skin, LPS mm."""
    skin = atlas.meshes.full["skin"]
    front = (atlas.fields.side > 0) & (skin.normals[:, 1] < -0.7) & (skin.points_lps[:, 2] < 0.0)
    points = skin.points_lps[front]
    order = np.argsort(-points[:, 2])
    chosen = points[order[np.linspace(0, len(order) - 1, count).astype(int)]]
    return [(float(x), float(y), float(z)) for x, y, z in chosen]


def painted(atlas: Atlas, store: Store, count: int) -> Iterator[tuple[float, SkinPaint]]:
    """Dispatch `count` pieces of brush strokes, ten to a drag; the ms and the paint after each."""
    path = brush_path(atlas, count + 1)
    for number, ends in enumerate(itertools.pairwise(path)):
        if number % 50 == 0:
            store.dispatch(ClearMarks())
        act = PaintStroke(ends, BRUSH_MM, continues=number % 10 != 0)
        began = time.perf_counter()
        store.dispatch(act)
        picture = store.picture
        yield 1000.0 * (time.perf_counter() - began), picture.skin


def measure_strokes(atlas: Atlas) -> dict[str, float]:
    """Stroke -> State -> Picture, with a block chosen so that numbness is computed as well.

    warmed_beside: what the program works out in its worker once the first picture stands.
    """
    began = time.perf_counter()
    warm(atlas)
    warmed_ms = 1000.0 * (time.perf_counter() - began)
    store = Store(atlas)
    store.dispatch(ChooseBlock(next(iter(atlas.content.blocks))))
    values = [ms for ms, _ in painted(atlas, store, STROKES)]
    return {**summary(values), "most_ms": round(max(values), 2), "warmed_beside_ms": round(warmed_ms, 1)}


def measure_map(atlas: Atlas) -> dict[str, float]:
    """Repaint of front and back of the pain map after a stroke."""
    skin = atlas.meshes.full["skin"]
    borders = region_borders(skin, atlas.fields)
    layers = []
    began = time.perf_counter()
    for view in MAP_VIEWS:
        frame = fit_frame(skin.points_lps, view, *MAP_PX, 10.0)
        drawn = draw(skin, atlas.fields, borders, frame, LIGHT, 1.0)
        layers.append(PaintLayer(drawn, LIGHT, 1.0))
    built_ms = 1000.0 * (time.perf_counter() - began)
    values = []
    for _, paint in painted(atlas, Store(atlas), REPAINTS):
        values.append(timed(lambda paint=paint: [layer.image(paint) for layer in layers]))  # type: ignore[misc]
    return {**summary(values), "body_drawn_once_ms": round(built_ms, 1)}


def measure_frames(atlas: Atlas) -> dict[str, object]:
    """Moving and resting frames at both sizes, with and without the translucent skin; then picks."""
    stage = Stage()
    try:
        began = time.perf_counter()
        stage.set_atlas(atlas)
        store = Store(atlas)
        stage.apply(store.picture.scene, store.picture.skin)
        while stage.view.deepen() or stage.view.prepare():
            pass
        figures: dict[str, object] = {
            "renderer": stage.window.renderer_name(),
            "actors_made_once_ms": round(1000.0 * (time.perf_counter() - began), 1),
        }
        for with_skin in (True, False):
            store.dispatch(SetLayer("skin", visible=with_skin, opacity=0.22))
            stage.apply(store.picture.scene, store.picture.skin)
            for size in SIZES_PX:
                name = f"{size[0]}x{size[1]}_{'with' if with_skin else 'without'}_skin"
                figures[name] = _measure_size(stage, size)
        figures["pick"] = _measure_picks(stage)
        return figures
    finally:
        stage.close()


def _measure_size(stage: Stage, size: tuple[int, int]) -> dict[str, float]:
    """A turn of the camera as the program draws it, and the picture at rest after it.

    The first half of the turn is where the resolution settles to what this machine can do.
    """
    home = stage.home_pose(camera.Pose(), size[0] / size[1])
    poses = [camera.turned(home, 6.0 * number, 0.0) for number in range(FRAMES)]
    moving = [timed(lambda pose=pose: stage.quick(pose, size)) for pose in poses][FRAMES // 2 :]  # type: ignore[misc]
    first, refined = [], []
    for pose in poses[: 2 * STILLS : 2]:
        began = time.perf_counter()
        exposure = stage.exposure(pose, size)
        exposure.step()
        first.append(1000.0 * (time.perf_counter() - began))
        while not exposure.done:
            exposure.step()
        refined.append(1000.0 * (time.perf_counter() - began))
    return {
        "moving_ms": round(statistics.median(moving), 1),
        "moving_scale": stage.governor.moving().scale,
        "first_still_ms": round(statistics.median(first), 1),
        "refined_still_ms": round(statistics.median(refined), 1),
    }


def _measure_picks(stage: Stage) -> dict[str, float]:
    """Picks all over the picture, and what preparing for them costs in the background."""
    began = time.perf_counter()
    while stage.picker.prepare():
        pass
    built_ms = 1000.0 * (time.perf_counter() - began)
    width, height = SIZES_PX[0]
    pose = stage.home_pose(camera.Pose(), width / height)
    places = np.random.default_rng(7).uniform((0.3 * width, 0.0), (0.7 * width, height), (PICKS, 2))
    pick = stage.picker.pick
    values = [timed(lambda x=x, y=y: pick(pose, x, y, width, height)) for x, y in places]  # type: ignore[misc]
    return {**summary(values), "prepared_ms": round(built_ms, 1)}


def measure_inside(atlas: Atlas) -> dict[str, object]:
    """All of it, on one atlas."""
    application = QApplication.instance() or QApplication([])
    figures: dict[str, object] = {
        "stroke_to_picture": measure_strokes(atlas),
        "map_repaint": measure_map(atlas),
        "frames": measure_frames(atlas),
    }
    del application
    return figures
