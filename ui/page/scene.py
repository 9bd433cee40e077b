"""The 3D picture of the page: the chosen pathway before white paper, drawn off the screen.

Drawn by a stage of its own where there is no window, or by the window's stage, lent for a moment and
stepped through so that the window stays awake.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QImage, QPainter

from planner.atlas.forms import formed
from planner.atlas.model import Atlas
from planner.session.picture import Label, Picture, ScenePicture, SkinPaint
from ui.page.pictures import paper_scene, pixels
from ui.page.setting import pt
from ui.page.sheet import scene_size
from ui.scene3d import camera, overlay
from ui.scene3d.backdrop import backdrop
from ui.scene3d.exposure import Exposure
from ui.scene3d.stage import Stage

Frame = NDArray[np.uint8]
_PX_PT = 0.52  # of the overlay's pixels on paper: its letters then come out at the size of the small type
_NAMES = 3  # nerves named in a small picture


@runtime_checkable
class Lender(Protocol):
    """A 3D widget that can do without its stage for a moment."""

    def lend(self) -> Stage | None: ...
    def take_back(self) -> None: ...


@dataclass(frozen=True, eq=False, slots=True)
class Shot:
    """What is to be drawn."""

    scene: ScenePicture
    skin: SkinPaint
    size_px: tuple[int, int]

    @property
    def aspect(self) -> float:
        """Width by height."""
        return self.size_px[0] / self.size_px[1]


def shot_of(atlas: Atlas, picture: Picture) -> Shot | None:
    """The picture of a State as `paper_state` makes it; without a block there is no pathway to show."""
    if picture.state.block is None or picture.answer.outcome == "urgent_evaluation":
        return None
    width, height = scene_size()
    scene = paper_scene(formed(atlas, picture.state.form), picture)
    return Shot(scene, picture.skin, (pixels(width), pixels(height)))


def lettered(shot: Shot, frame: Frame, pose: camera.Pose) -> QImage:
    """The frame, (h, w, 4) RGBA, with orientation letters and the names of the nerves."""
    width, height = shot.size_px
    image = QImage(frame.data, width, height, 4 * width, QImage.Format.Format_RGBX8888).copy()
    scene = replace(shot.scene, labels=_few(shot.scene.labels))
    with QPainter(image) as painter:
        logical = tuple(side / pt(_PX_PT) for side in scene_size())
        painter.scale(width / logical[0], height / logical[1])
        what = overlay.Overlay(ground=backdrop("print"), cube=False)
        overlay.draw(painter, pose, logical[0], logical[1], scene, what)
    return image


def _few(labels: tuple[Label, ...]) -> tuple[Label, ...]:
    """The target and the first few nerves, each name once."""
    named: dict[str, Label] = {}
    for label in labels:
        if label.kind == "nerve" and len(named) < _NAMES:
            named.setdefault(label.text, label)
    return (*(label for label in labels if label.kind == "target"), *named.values())


class Drawing:
    """A shot in the making on a stage: `step` until it is `done`, then `image`."""

    def __init__(self, stage: Stage, shot: Shot) -> None:
        self._stage, self._shot = stage, shot
        stage.view.set_backdrop(backdrop("print"))
        stage.apply(shot.scene, shot.skin)
        start = stage.home_pose(camera.Pose(), shot.aspect)
        self._pose = stage.first_pose(start, shot.scene, shot.aspect)
        self._exposure: Exposure | None = None
        self._frame: Frame | None = None

    @property
    def done(self) -> bool:
        """Whether the picture is as fine as the window shows one at rest: on paper nobody sees more."""
        return self._exposure is not None and self._exposure.done

    def step(self) -> None:
        """One more mesh in full, or one more frame."""
        if self._exposure is None:
            if self._stage.view.deepen():
                return
            self._exposure = self._stage.exposure(self._pose, self._shot.size_px)
        self._frame = self._exposure.step()

    def image(self) -> QImage | None:
        """The lettered picture so far, None before the first frame."""
        return lettered(self._shot, self._frame, self._pose) if self._frame is not None else None


def drawn_alone(atlas: Atlas, shot: Shot) -> QImage | None:
    """The picture by a stage of its own. Raises GraphicsMissing where there is no OpenGL library."""
    stage = Stage()
    try:
        stage.set_atlas(atlas)
        drawing = Drawing(stage, shot)
        while not drawing.done:
            drawing.step()
        return drawing.image()
    finally:
        stage.close()


class LentDrawing(QObject):
    """Draws on a lent stage, a step per turn of the event loop; `finished` brings the image or None."""

    finished = Signal(object)

    def __init__(self, lender: Lender, shot: Shot, parent: QObject) -> None:
        super().__init__(parent)
        self._lender, self._shot = lender, shot
        self._drawing: Drawing | None = None
        self._steps = QTimer(self, interval=0)
        self._steps.timeout.connect(self._step)
        self._steps.start()

    def _step(self) -> None:
        if self._drawing is None:
            stage = self._lender.lend()
            if stage is None:
                self._end(None)
                return
            self._drawing = Drawing(stage, self._shot)
            return
        self._drawing.step()
        if self._drawing.done:
            self._end(self._drawing.image())

    def _end(self, image: QImage | None) -> None:
        self.stop()
        self.finished.emit(image)

    def stop(self) -> None:
        """Gives the stage back, whatever has been drawn."""
        self._steps.stop()
        if self._drawing is not None:
            self._drawing = None
            self._lender.take_back()
