"""When which frame is drawn: the camera's pose, its flights, quick frames and the still picture after them.

A moving camera gets quick frames; at rest a finer picture is gathered step by step and dropped at the next
movement; then what picking needs is prepared. After that no timer runs: rest costs nothing.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal

from planner.atlas.model import Atlas, Content
from planner.session.cutting import face_labels
from planner.session.picture import Label, Picture, ScenePicture
from ui.scene3d import anchors, camera
from ui.scene3d.backdrop import Backdrop
from ui.scene3d.exposure import Exposure
from ui.scene3d.quality import REST_MS
from ui.scene3d.stage import Stage

FLIGHT_MS = 450
LIVE_FILL_MS = 90.0  # cut faces that took longer to fill wait for the slider to rest


class Projector(QObject):
    """Keeps `frame` fit to be painted for the pose and the picture. `changed`: paint again.

    Raises GraphicsMissing where there is no OpenGL library.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.stage = Stage()
        self.pose = camera.Pose()
        self.reduced_motion = False
        self._picture: Picture | None = None
        self._ready = False
        self._shown = False
        self._size_px = (1, 1)
        self._serial: int | None = None
        self._follows_wish = False
        self._frame: NDArray[np.uint8] | None = None
        self._stale = True
        self._fine = False  # whether the frame is a whole still
        self._held = False
        self._exposure: Exposure | None = None
        self._pinned: tuple[ScenePicture, ScenePicture] | None = None
        self._content: Content | None = None
        self._cut_names: tuple[Label, ...] = ()
        self._fill_ms = 0.0
        self._flight: tuple[camera.Pose, camera.Pose] | None = None
        self._own_ground: Backdrop | None = None  # of this projector, while its stage is lent
        self._clock = QElapsedTimer()
        self._rest = self._timer(REST_MS, self._begin_still, once=True)
        self._steps = self._timer(0, self._still_step)
        self._flights = self._timer(16, self._fly)
        self._chores = self._timer(0, self._chore)

    def _timer(self, ms: int, slot: object, once: bool = False) -> QTimer:
        timer = QTimer(self, singleShot=once, interval=ms)
        timer.timeout.connect(slot)
        return timer

    # -- state ----------------------------------------------------------------------------------------

    @property
    def closed(self) -> bool:
        """Whether the render window is gone."""
        return self.stage.window.closed

    @property
    def drawable(self) -> bool:
        """Whether there is something to draw and somewhere to draw it."""
        return self._ready and not self.closed and not self.lent and min(self._size_px) > 1

    @property
    def lent(self) -> bool:
        """Whether somebody else draws on the stage; the last frame stands meanwhile."""
        return self._own_ground is not None

    @property
    def busy(self) -> bool:
        """Whether any timer runs; False at rest."""
        timers = (self._rest, self._steps, self._flights, self._chores)
        return any(timer.isActive() for timer in timers)

    @property
    def picture(self) -> Picture | None:
        """The picture last shown."""
        return self._picture

    @property
    def scene(self) -> ScenePicture | None:
        """The scene last shown, its labels pinned to points that were seen at the last rest."""
        given = self._picture.scene if self._picture is not None else None
        pinned = self._pinned is not None and self._pinned[0] is given
        scene = self._pinned[1] if self._pinned is not None and pinned else given
        if scene is None or not self._cut_names or not self.stage.view.faces:
            return scene
        return replace(scene, labels=(*self._cut_names, *scene.labels))

    def _fill(self) -> None:
        """Fills and names the cut faces, if the model is cut and they are not filled yet."""
        if self.stage.view.filled or self._picture is None or self._content is None:
            return
        clock = QElapsedTimer()
        clock.start()
        faces, state = self.stage.view.fill(), self._picture.state
        self._cut_names = face_labels(self._content, faces, state.side, state.selected, self._size_px[0])
        self._fill_ms = float(clock.elapsed())

    def _pin(self, depths: NDArray[np.float32] | None) -> None:
        if self._picture is not None and self._picture.scene.labels:
            scene, shown = self._picture.scene, self.stage.view.meshes()
            self._pinned = (scene, anchors.pinned(scene, shown, self.pose, self._size_px, depths))

    def _aspect(self) -> float:
        return self._size_px[0] / self._size_px[1]

    # -- what changes the frame -------------------------------------------------------------------------

    def set_atlas(self, atlas: Atlas) -> None:
        """Shows another atlas, all plain, from the front."""
        self.stage.set_atlas(atlas)
        self._content, self._cut_names = atlas.content, ()
        self._ready = True
        self._serial = None
        self.pose = self.stage.home_pose(camera.Pose(), self._aspect())
        self._follows_wish = True
        self.renew(0)

    def show(self, picture: Picture, painting: bool = False) -> None:
        """Makes the scene like the picture and grants a new wish for the camera.

        painting: more changes follow at once, so the fine picture waits for the brush to rest.
        """
        before, self._picture = self._picture, picture
        changed = self.stage.apply(picture.scene, picture.skin) if self._ready and not self.lent else False
        if changed and self._fill_ms <= LIVE_FILL_MS:
            self._fill()
        if self._ready and picture.scene.pose.serial != self._serial:
            first = self._serial is None
            self._serial = picture.scene.pose.serial
            wished = self.stage.first_pose if first else self.stage.requested_pose
            goal = wished(self.pose, picture.scene, self._aspect())
            self._follows_wish = True
            self.fly_to(goal, at_once=first)
        if changed:
            self.renew(REST_MS if painting else 1)
        elif before is None or before.scene != picture.scene or before.state.side != picture.state.side:
            self.changed.emit()

    def set_backdrop(self, ground: Backdrop) -> None:
        """Puts the model before another ground."""
        if self.lent:
            self._own_ground = ground
            return
        if ground is not self.stage.view.backdrop:
            self.stage.view.set_backdrop(ground)
            self.renew(1)

    def lend(self) -> Stage | None:
        """The stage, for a picture beside the window's own, until `take_back`; None if it cannot be had."""
        if not self._ready or self.closed or self.lent:
            return None
        self._stop()
        self._own_ground = self.stage.view.backdrop
        return self.stage

    def take_back(self) -> None:
        """Makes the stage like the picture again."""
        ground, self._own_ground = self._own_ground, None
        if ground is None or self.closed:
            return
        self.stage.view.set_backdrop(ground)
        if self._picture is not None:
            self.stage.apply(self._picture.scene, self._picture.skin)
        self.renew(1)

    def move(self, pose: camera.Pose) -> None:
        """The user took the camera: flights end, and a resize no longer frames the last wish again."""
        self._end_flight()
        self._follows_wish = False
        self._set_pose(pose)

    def fly_to(self, goal: camera.Pose, at_once: bool = False) -> None:
        """Moves the camera, in a short flight unless motion is reduced."""
        if at_once or self.reduced_motion or not self._shown or camera.alike(self.pose, goal):
            self._end_flight()
            self._set_pose(goal)
            return
        self._flight = (self.pose, goal)
        self._clock.start()
        self._flights.start()

    def resize(self, width_px: int, height_px: int) -> None:
        """Device pixels of the widget; frames the camera's last wish again if the user left it alone."""
        if (width_px, height_px) == self._size_px:
            return
        self._size_px = (max(1, width_px), max(1, height_px))
        if self._follows_wish and self._flight is None and self._ready:
            scene = self._picture.scene if self._picture else None
            if scene is not None and scene.focus_lps:
                self.pose = camera.framed(self.pose, np.array(scene.focus_lps), self._aspect())
            else:
                self.pose = self.stage.home_pose(self.pose, self._aspect())
        self.renew(REST_MS)

    def set_shown(self, shown: bool) -> None:
        """A hidden widget draws nothing and a flight ends at its goal."""
        self._shown = shown
        if shown:
            self.renew(REST_MS)
            return
        if self._flight is not None:
            self.pose = self._flight[1]
        self._stop()

    def renew(self, rest_ms: int) -> None:
        """The frame is out of date: a quick one at the next painting, a fine one after `rest_ms`."""
        self._stale, self._fine = True, False
        self._exposure = None
        self._steps.stop()
        self._chores.stop()
        if not self.closed and self._shown and not self._held:
            self._rest.start(rest_ms)
        self.changed.emit()

    @property
    def flying(self) -> bool:
        """Whether the camera is on its way."""
        return self._flight is not None

    def hold(self, held: bool) -> None:
        """While held, no fine picture is gathered: something moves over it that must not stutter."""
        if held == self._held:
            return
        self._held = held
        if held:
            self._rest.stop()
            self._steps.stop()
        elif not self._fine and self.drawable and self._shown:
            self._rest.start(REST_MS)

    def close(self) -> None:
        """Stops everything and frees the render window."""
        self._stop()
        self._frame = None
        self.stage.close()

    # -- frames -----------------------------------------------------------------------------------------

    def frame(self) -> NDArray[np.uint8] | None:
        """The frame to paint, (h, w, 4) uint8 RGBA, drawn now if the last is out of date; None for none."""
        if self.drawable and (self._stale or self._frame is None):
            if self._frame is None and self.stage.view.deepened:
                # The first picture is a fine one from the start: nobody waits for its movement.
                self._fill()
                self._exposure = self.stage.exposure(self.pose, self._size_px)
                self._frame = self._exposure.step()
            else:
                self._frame = self.stage.quick(self.pose, self._size_px)
            self._stale = False
        return self._frame

    def still(self) -> NDArray[np.uint8] | None:
        """The fine picture, (h, w, 4) uint8 RGBA, drawn at once; None when there is nothing to draw."""
        if not self.drawable:
            return None
        self._fill()
        return self.stage.still(self.pose, self._size_px)

    def _set_pose(self, pose: camera.Pose) -> None:
        if pose != self.pose:
            self.pose = pose
            self.renew(REST_MS)

    def _begin_still(self) -> None:
        if not self.drawable or not self._shown:
            return
        if self._stale:  # the quick frame has not been painted yet
            self._rest.start(REST_MS)
        else:
            self._steps.start()

    def _still_step(self) -> None:
        if not self.drawable or not self._shown:
            self._steps.stop()
            return
        if self.stage.view.deepen():
            return
        self._fill()
        if self._exposure is None:
            self._exposure = self.stage.exposure(self.pose, self._size_px)
        first = self._exposure.depths is None
        self._frame = self._exposure.step()
        if first:
            self._pin(self._exposure.depths)
        if self._exposure.done:
            self._exposure = None
            self._fine = True
            self._steps.stop()
            self._chores.start()
        self.changed.emit()

    def _chore(self) -> None:
        if self.closed:
            self._chores.stop()
        elif not self.stage.prepare() and not self.stage.rehearse(self.pose, self._size_px):
            self._chores.stop()
            self.stage.rest()

    def _fly(self) -> None:
        if self._flight is None:
            self._flights.stop()
            return
        start, goal = self._flight
        share = self._clock.elapsed() / FLIGHT_MS
        if share >= 1.0:
            self._end_flight()
            self._set_pose(goal)
        else:
            self._set_pose(camera.between(start, goal, share))

    def _end_flight(self) -> None:
        self._flight = None
        self._flights.stop()

    def _stop(self) -> None:
        self._end_flight()
        self._exposure = None
        for timer in (self._rest, self._steps, self._chores):
            timer.stop()
