"""The 3D picture of the page: the chosen pathway before white paper, drawn off the screen.

Drawn by a stage of its own where there is no window, or by the window's stage between two frames.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage, QPainter

from planner.atlas.forms import formed
from planner.atlas.model import Atlas
from planner.session.picture import Label, Picture, ScenePicture, SkinPaint
from ui.page.pictures import paper_scene, pixels
from ui.page.setting import pt
from ui.page.sheet import scene_size
from ui.scene3d import camera, overlay
from ui.scene3d.backdrop import backdrop
from ui.scene3d.stage import Stage

Frame = NDArray[np.uint8]
# Draws a scene with its skin before the ground of paper: the frame (h, w, 4) RGBA and the camera's pose.
Drawing = Callable[[ScenePicture, SkinPaint, tuple[int, int]], "tuple[Frame, camera.Pose] | None"]
_PX_PT = 0.52  # of the overlay's pixels on paper: its letters then come out at the size of the small type
_NAMES = 3  # nerves named in a small picture


def scene_image(atlas: Atlas, picture: Picture, drawing: Drawing) -> QImage | None:
    """The picture of a State as `paper_state` makes it, None where nothing can be drawn.

    Without a block there is no pathway to show, and the charts say it all.
    """
    if picture.state.block is None or picture.answer.outcome == "urgent_evaluation":
        return None
    body = formed(atlas, picture.state.form)
    scene = paper_scene(body, picture)
    width, height = scene_size()
    size = (pixels(width), pixels(height))
    drawn = drawing(scene, picture.skin, size)
    if drawn is None:
        return None
    frame, pose = drawn
    image = QImage(frame.data, *size, 4 * size[0], QImage.Format.Format_RGBX8888).copy()
    scene = replace(scene, labels=_few(scene.labels))
    painter = QPainter(image)
    logical = (width / pt(_PX_PT), height / pt(_PX_PT))
    painter.scale(size[0] / logical[0], size[1] / logical[1])
    what = overlay.Overlay(ground=backdrop("print"), cube=False)
    overlay.draw(painter, pose, *logical, scene, what)
    painter.end()
    return image


def _few(labels: tuple[Label, ...]) -> tuple[Label, ...]:
    """The target and the first few nerves, each name once."""
    named: dict[str, Label] = {}
    for label in labels:
        if label.kind == "nerve" and len(named) < _NAMES:
            named.setdefault(label.text, label)
    return (*(label for label in labels if label.kind == "target"), *named.values())


def exposed(stage: Stage, pose: camera.Pose, size: tuple[int, int]) -> Frame:
    """A whole still as the window shows it at rest: on paper of this size nobody sees a finer one."""
    exposure = stage.exposure(pose, size)
    frame = exposure.step()
    while not exposure.done:
        frame = exposure.step()
    return frame


def alone(atlas: Atlas) -> Drawing:
    """A stage of its own for one picture. Its drawing raises GraphicsMissing where there is no OpenGL."""

    def drawing(
        scene: ScenePicture, skin: SkinPaint, size: tuple[int, int]
    ) -> tuple[Frame, camera.Pose] | None:
        stage = Stage()
        try:
            stage.view.set_backdrop(backdrop("print"))
            stage.set_atlas(atlas)
            stage.apply(scene, skin)
            aspect = size[0] / size[1]
            pose = stage.first_pose(stage.home_pose(camera.Pose(), aspect), scene, aspect)
            while stage.view.deepen():
                pass
            return exposed(stage, pose, size), pose
        finally:
            stage.close()

    return drawing
