"""Window, view, picker and quality in one hand, without Qt: what the widget and the snapshot share."""

from __future__ import annotations

import statistics
import time

import numpy as np
from numpy.typing import NDArray

from planner.atlas.model import Atlas
from planner.session.picture import ScenePicture, SkinPaint
from ui import memory
from ui.scene3d import camera
from ui.scene3d.actors import SKIN
from ui.scene3d.exposure import Exposure
from ui.scene3d.picking import Picker
from ui.scene3d.quality import KEPT, Governor
from ui.scene3d.view import SceneView
from ui.scene3d.window import OffscreenWindow, is_software

HOME_PAD_MM = 45.0
STILL_PIXELS_SOFTWARE = 2_600_000  # a still picture on a very large screen is drawn smaller than it


class Stage:
    """An off-screen scene that can be posed, applied to, drawn and picked from. Close it when done.

    depths: see `Exposure.depths`, of the last whole still.

    Raises GraphicsMissing where there is no OpenGL library.
    """

    def __init__(self) -> None:
        self.window = OffscreenWindow()
        self.view = SceneView(self.window)
        self.picker = Picker(self.view)
        self._governor: Governor | None = None
        self._home = np.zeros((0, 3))
        self._drawn = False  # whether a frame of a moving camera was drawn since the atlas came
        self.depths: NDArray[np.float32] | None = None

    @property
    def governor(self) -> Governor:
        """The quality of frames; asks the driver for its name at first use."""
        if self._governor is None:
            self._governor = Governor(is_software(self.window.renderer_name()))
        return self._governor

    def set_atlas(self, atlas: Atlas) -> None:
        """Shows another atlas."""
        self.view.set_atlas(atlas)
        self._drawn = False
        self.picker.forget()
        self._home = home_points(atlas)

    def apply(self, scene: ScenePicture, skin: SkinPaint) -> bool:
        """Makes the scene like the picture; True if anything changed."""
        form = self.view.form
        changed = self.view.apply(scene, skin)
        if self.view.form != form:
            self.picker.forget(SKIN)
        return changed

    def requested_pose(self, now: camera.Pose, scene: ScenePicture, aspect: float) -> camera.Pose:
        """The pose a picture asks for: its view, framing its focus; without focus, the working region.

        Asked for the view and region the camera already has, it shows the whole model instead.
        """
        pose = camera.of_view(now, scene.pose.view) if scene.pose.view else now
        if scene.focus_lps:
            return camera.framed(pose, np.array(scene.focus_lps), aspect)
        if scene.pose.view is None:
            return pose
        home = self.home_pose(pose, aspect)
        if camera.alike(home, now):
            return camera.framed(pose, self.view.extent_lps(), aspect)
        return home

    def first_pose(self, start: camera.Pose, scene: ScenePicture, aspect: float) -> camera.Pose:
        """The pose of a scene's first picture: what it asks for, else the working region from its view."""
        if scene.focus_lps:
            return self.requested_pose(start, scene, aspect)
        pose = camera.of_view(start, scene.pose.view) if scene.pose.view else start
        return self.home_pose(pose, aspect)

    def home_pose(self, pose: camera.Pose, aspect: float) -> camera.Pose:
        """The pose, direction kept, that frames the region the atlas is about."""
        points = self._home if len(self._home) else self.view.extent_lps()
        return camera.framed(pose, points, aspect)

    def quick(self, pose: camera.Pose, size_px: tuple[int, int]) -> NDArray[np.uint8]:
        """One frame at the quality of a moving camera, (h, w, 4) RGBA; h, w may be below `size_px`."""
        start = time.perf_counter()
        quality = self.governor.moving()
        size = _scaled(size_px, quality.scale)
        self.view.render(pose, size, quality)
        pixels = self.window.pixels()
        if self._drawn:
            self.governor.note_moving(1000.0 * (time.perf_counter() - start))
        self._drawn = True  # the first frame also builds buffers and shaders and says nothing about speed
        return pixels

    def warm_up(self) -> None:
        """Opens the graphics driver while there is nothing to draw yet."""
        self.governor.still()

    def exposure(self, pose: camera.Pose, size_px: tuple[int, int]) -> Exposure:
        """A still picture in the making."""
        scale = 1.0
        if self.governor.software:
            scale = min(1.0, (STILL_PIXELS_SOFTWARE / max(size_px[0] * size_px[1], 1)) ** 0.5)
        return Exposure(self.window, self.view, pose, _scaled(size_px, scale), self.governor.still())

    def still(self, pose: camera.Pose, size_px: tuple[int, int]) -> NDArray[np.uint8]:
        """A whole picture to be kept, drawn at once and as finely as can be, (h, w, 4) RGBA."""
        while self.view.deepen():
            pass
        exposure = Exposure(self.window, self.view, pose, size_px, KEPT)
        picture = exposure.step()
        while not exposure.done:
            picture = exposure.step()
        self.depths = exposure.depths
        return picture

    def prepare(self) -> bool:
        """Makes a little of what the next movement or click needs; True while something is missing."""
        return self.view.prepare(self.governor.moving().detail) or self.picker.prepare()

    def rehearse(self, pose: camera.Pose, size_px: tuple[int, int]) -> bool:
        """Draws the first frame of a moving camera for nobody; False where one was drawn already.

        It makes buffers and shaders, which would be half of the time from a first click to its selection.
        """
        if self._drawn:
            return False
        self.quick(pose, size_px)
        return True

    def rest(self) -> None:
        """Hands memory back that only drawing needs; costs some milliseconds, and the next frame nothing."""
        self.view.let_go(self.governor.moving().detail)
        if self.governor.software:
            self.window.let_go()
        memory.hand_back()

    def close(self, *_: object) -> None:
        """Frees everything the graphics driver holds."""
        self.picker.forget()
        self.window.close()


def home_points(atlas: Atlas) -> NDArray[np.float64]:
    """Corners (8, 3) of the box around the atlas's block targets, LPS mm; (0, 3) without targets.

    The region an atlas is about follows from its content. Targets more than twice as far from the middle
    as half of them (down a limb) do not widen it.
    """
    targets = np.array([at for name, at in atlas.points_lps.items() if name.startswith("target_")], float)
    if len(targets) < 2:
        return np.zeros((0, 3))
    # Python's medians: numpy's bring in its masked arrays, which take longer to import than this.
    middle = [statistics.median(column) for column in targets.T.tolist()]
    away = np.linalg.norm(targets - np.array(middle), axis=1)
    near = targets[away <= 2.0 * statistics.median(away.tolist())]
    low, high = near.min(axis=0) - HOME_PAD_MM, near.max(axis=0) + HOME_PAD_MM
    ends = [(low[k], high[k]) for k in range(3)]
    return np.array([(x, y, z) for x in ends[0] for y in ends[1] for z in ends[2]])


def _scaled(size_px: tuple[int, int], scale: float) -> tuple[int, int]:
    return max(1, round(size_px[0] * scale)), max(1, round(size_px[1] * scale))
