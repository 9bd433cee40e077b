"""What lies under the cursor: lines of sight held against the meshes.

What that needs of a mesh is made a few at a time while nothing else happens, or at the latest when a click
needs it.
What the eye takes for the answer is not always the first surface: a glassy skin or muscle is looked
through, and a thin nerve is meant even when the click misses it by a few pixels.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planner.sections import holds
from ui.scene3d.actors import SKIN
from ui.scene3d.camera import Pose, eye_lps, ray
from ui.scene3d.rays import RayTable
from ui.scene3d.view import SceneView

SOLID_FROM = 0.75  # a skin of at least this opacity is picked like anything else
GLASSY_BELOW = 0.60  # muscles and organs fainter than this let a nerve behind them be picked
FAINT_BELOW = 0.20  # and fainter than this let everything behind them be picked
NERVE_REACH_PX = 5.0
Line = tuple[NDArray[np.float64], NDArray[np.float64]]
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
        self._table = RayTable()

    def forget(self, structure: str = "") -> None:
        """Drops what is known of a structure that has changed its shape, or of all of them."""
        self._table.forget(structure)

    def prepare(self, count: int = 16) -> bool:
        """Takes in the next few structures that are drawn; True while some are missing."""
        missing = [name for name in self._view.meshes() if name not in self._table]
        self._take_in(missing[:count])
        return len(missing) > count

    @property
    def ready(self) -> bool:
        """Whether every visible structure is taken in, so that a pick costs next to nothing."""
        return all(name in self._table for name in self._view.meshes())

    def pick(self, pose: Pose, x_px: float, y_px: float, width_px: float, height_px: float) -> Hit | None:
        """The structure meant by a click at this pixel; None for the background."""
        shown = {name: look for name, look in self._looks().items() if name != SKIN or look >= SOLID_FROM}
        eye, direction = ray(pose, x_px, y_px, width_px, height_px)
        hits = self._hits(shown, [(eye, direction)])[0]
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
        hits = self._hits({SKIN: 1.0}, [(eye, direction)])[0]
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
            around = _RING if radius else ((0.0, 0.0),)
            places = [(x_px + radius * dx, y_px + radius * dy) for dx, dy in around]
            lines = [ray(pose, x, y, width_px, height_px) for x, y in places]
            near = [hit for found in self._hits(nerves, lines) for hit in found if hit.depth_mm <= limit]
            if near:
                return min(near, key=lambda hit: hit.depth_mm)
        return None

    def _hits(self, names: dict[str, float], lines: Sequence[Line]) -> list[list[Hit]]:
        """First hits of the named structures on each line of sight, an eye and a direction; nearest first."""
        self._take_in(names)
        found: list[list[Hit]] = [[] for _ in lines]
        kept = {k: ends for k, line in enumerate(lines) if (ends := self._kept(*line)) is not None}
        if not kept:
            return found
        starts, ends = (np.array(part) for part in zip(*kept.values(), strict=True))
        met = self._table.first_hits(names, starts, ends)
        for number, start, end, shares in zip(kept, starts, ends, met, strict=True):
            eye = lines[number][0]
            hits = self._cut_face(names, eye, start)
            for name, share in shares.items():
                x, y, z = (start + share * (end - start)).tolist()
                hits.append(Hit(name, (x, y, z), float(np.linalg.norm(np.array((x, y, z)) - eye))))
            found[number] = sorted(hits, key=lambda hit: hit.depth_mm)
        return found

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
        if plane is None or np.array_equal(at, eye):
            return []
        point = (float(at[0]), float(at[1]), float(at[2]))
        held = [face for face in self._view.faces if face.structure in names and holds(face, plane, point)]
        if not held:
            return []
        face = min(held, key=lambda face: face.area_mm2)
        return [Hit(face.structure, point, float(np.linalg.norm(at - eye)))]

    def _take_in(self, names: Iterable[str]) -> None:
        for name in names:
            if name not in self._table:
                self._table.add(name, self._view.mesh_of(name))


def depth_of(pose: Pose, point_lps: tuple[float, float, float]) -> float:
    """Distance of a point from the eye, mm."""
    return float(np.linalg.norm(np.asarray(point_lps) - eye_lps(pose)))
