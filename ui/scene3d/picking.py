"""What lies under the cursor: rays against a static cell locator per mesh.

Locators are built a few at a time while nothing else happens, or at the latest when a click needs them.
What the eye takes for the answer is not always the first surface: a glassy skin or muscle is looked
through, and a thin nerve is meant even when the click misses it by a few pixels.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from vtkmodules.vtkCommonCore import mutable, reference
from vtkmodules.vtkCommonDataModel import vtkStaticCellLocator

from planner.sections import holds
from ui.scene3d.actors import SKIN
from ui.scene3d.camera import Pose, eye_lps, ray
from ui.scene3d.view import SceneView

SOLID_FROM = 0.75  # a skin of at least this opacity is picked like anything else
GLASSY_BELOW = 0.60  # muscles and organs fainter than this let a nerve behind them be picked
FAINT_BELOW = 0.20  # and fainter than this let everything behind them be picked
NERVE_REACH_PX = 5.0
_RING = tuple((math.cos(k * math.pi / 4), math.sin(k * math.pi / 4)) for k in range(8))


@dataclass(frozen=True, slots=True)
class Hit:
    """A structure met by a line of sight, where (LPS mm) and how far from the eye (mm)."""

    structure: str
    at_lps: tuple[float, float, float]
    depth_mm: float


class Picker:
    """Picks in the scene of one view; `forget` when the view gets another atlas."""

    def __init__(self, view: SceneView) -> None:
        self._view = view
        self._locators: dict[str, vtkStaticCellLocator] = {}
        # Rows of one table, so that one ray is held against all boxes at once.
        self._rows: dict[str, int] = {}
        self._boxes = np.zeros((0, 2, 3))

    def forget(self, structure: str = "") -> None:
        """Drops the locator of a structure that has changed its shape, or all of them."""
        if structure:
            self._locators.pop(structure, None)
        else:
            self._locators.clear()
        self._rows.clear()
        self._boxes = np.zeros((0, 2, 3))

    def prepare(self, count: int = 4) -> bool:
        """Builds the next few locators, visible structures first; True while some are missing."""
        missing = [name for name in self._view.meshes() if name not in self._locators]
        missing += [
            name for name in self._view.structures() if name not in self._locators and name not in missing
        ]
        for name in missing[:count]:
            self._locator(name)
        return len(missing) > count

    @property
    def ready(self) -> bool:
        """Whether every visible structure has its locator, so that a pick costs next to nothing."""
        return all(name in self._locators for name in self._view.meshes())

    def pick(self, pose: Pose, x_px: float, y_px: float, width_px: float, height_px: float) -> Hit | None:
        """The structure meant by a click at this pixel; None for the background."""
        shown = {name: look for name, look in self._looks().items() if name != SKIN or look >= SOLID_FROM}
        eye, direction = ray(pose, x_px, y_px, width_px, height_px)
        hits = self._hits(shown, eye, direction)
        nerve = self._nerve_near(shown, pose, x_px, y_px, width_px, height_px, hits)
        if nerve is not None:
            return nerve
        firm = [hit for hit in hits if shown[hit.structure] >= FAINT_BELOW]
        return (firm or hits or [None])[0]

    def on_skin(
        self, pose: Pose, x_px: float, y_px: float, width_px: float, height_px: float
    ) -> tuple[float, float, float] | None:
        """Where the line of sight first meets the skin, drawn or not, LPS mm."""
        if SKIN not in self._view.structures():
            return None
        eye, direction = ray(pose, x_px, y_px, width_px, height_px)
        hits = self._hits({SKIN: 1.0}, eye, direction)
        return hits[0].at_lps if hits else None

    def _looks(self) -> dict[str, float]:
        return {name: opacity for name, (_, opacity) in self._view.meshes().items()}

    def _nerve_near(
        self,
        shown: dict[str, float],
        pose: Pose,
        x_px: float,
        y_px: float,
        width_px: float,
        height_px: float,
        hits: list[Hit],
    ) -> Hit | None:
        """A nerve at or beside the pixel that nothing solid hides."""
        nerves = {name: look for name, look in shown.items() if self._view.system_of(name) == "nerves"}
        veiled = [hit for hit in hits if shown[hit.structure] >= GLASSY_BELOW and hit.structure not in nerves]
        limit = veiled[0].depth_mm + 2.0 if veiled else math.inf
        for radius in (0.0, NERVE_REACH_PX / 2, NERVE_REACH_PX):
            found: list[Hit] = []
            for dx, dy in _RING if radius else ((0.0, 0.0),):
                eye, direction = ray(pose, x_px + radius * dx, y_px + radius * dy, width_px, height_px)
                found += self._hits(nerves, eye, direction)
            near = [hit for hit in found if hit.depth_mm <= limit]
            if near:
                return min(near, key=lambda hit: hit.depth_mm)
        return None

    def _hits(
        self, names: dict[str, float], eye: NDArray[np.float64], direction: NDArray[np.float64]
    ) -> list[Hit]:
        """First hits of the named structures, nearest first."""
        found: list[Hit] = []
        self._measure()
        kept = self._kept(eye, direction)
        if kept is None:
            return []
        near, far = kept
        met = _meets(self._boxes, eye, direction)
        for name in names:
            if not met[self._rows[name]]:
                continue
            locator = self._locator(name)
            share, place, place_in_cell = mutable(0.0), [0.0, 0.0, 0.0], [0.0, 0.0, 0.0]
            sub, cell = reference(0), reference(0)
            if locator.IntersectWithLine(near, far, 0.0, share, place, place_in_cell, sub, cell):
                depth = float(np.linalg.norm(np.asarray(place) - eye))
                found.append(Hit(name, (place[0], place[1], place[2]), depth))
        found += self._cut_face(names, eye, near)
        return sorted(found, key=lambda hit: hit.depth_mm)

    def _kept(
        self, eye: NDArray[np.float64], direction: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
        """The stretch of a line of sight on the side of a cut that is kept; None for none of it."""
        far = eye + direction * 20_000.0
        plane = self._view.cut
        if plane is None:
            return eye, far
        start, end = plane.heights_mm(np.array([eye, far]))
        if start > 0.0 and end > 0.0:
            return None
        if (start > 0.0) == (end > 0.0):
            return eye, far
        met = eye + (far - eye) * (start / (start - end))
        return (met, far) if start > 0.0 else (eye, met)

    def _cut_face(
        self, names: dict[str, float], eye: NDArray[np.float64], at: NDArray[np.float64]
    ) -> list[Hit]:
        """The cut face where a line of sight passes the plane: the smallest of those there."""
        plane = self._view.cut
        if plane is None or at is eye:
            return []
        point = (float(at[0]), float(at[1]), float(at[2]))
        held = [face for face in self._view.faces if face.structure in names and holds(face, plane, point)]
        if not held:
            return []
        face = min(held, key=lambda face: face.area_mm2)
        return [Hit(face.structure, point, float(np.linalg.norm(at - eye)))]

    def _locator(self, name: str) -> vtkStaticCellLocator:
        locator = self._locators.get(name)
        if locator is None:
            data = self._view.data_of(name)
            locator = vtkStaticCellLocator()
            locator.SetDataSet(data)
            locator.BuildLocator()
            self._locators[name] = locator
        return locator

    def _measure(self) -> None:
        """Fills the table of boxes once per atlas."""
        names = self._view.structures()
        if len(self._rows) == len(names):
            return
        self._rows = {name: row for row, name in enumerate(names)}
        bounds = np.array([self._view.data_of(name).GetBounds() for name in names], float)
        boxes = bounds.reshape(-1, 3, 2).transpose(0, 2, 1)
        self._boxes = boxes + np.array([-0.5, 0.5])[None, :, None]


def depth_of(pose: Pose, point_lps: tuple[float, float, float]) -> float:
    """Distance of a point from the eye, mm."""
    return float(np.linalg.norm(np.asarray(point_lps) - eye_lps(pose)))


def _meets(
    boxes: NDArray[np.float64], eye: NDArray[np.float64], direction: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """Which axis-parallel boxes (n, 2, 3), low and high corner, a ray meets; (n,)."""
    safe = np.where(np.abs(direction) < 1e-12, 1e-12, direction)
    ends = (boxes - eye) / safe
    enter, leave = ends.min(axis=1).max(axis=1), ends.max(axis=1).min(axis=1)
    return leave >= np.maximum(enter, 0.0)
