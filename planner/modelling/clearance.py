"""Moves a nerve's centreline clear of bone and of vessel lumina.

Authored waypoints say where a nerve runs; between them a spline knows nothing of bone. Each point that
lies closer to an obstacle than its own radius plus a margin is moved along the shortest way out, and
its neighbours follow smoothly, so that the correction leaves no kink. Signed distances are negative
inside a closed surface, in mm (VTK's rule).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import vtk
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d
from scipy.spatial import cKDTree
from vtk.util.numpy_support import numpy_to_vtk, numpy_to_vtkIdTypeArray

from planner.atlas.meshes import Mesh

Points = NDArray[np.float64]

BONE_MARGIN_MM = 0.3
VESSEL_MARGIN_MM = 0.25
SKIN_MARGIN_MM = 1.2  # of subcutaneous tissue over a nerve
_SKIN_REACH_MM = 9.0  # farther from the skin than this a nerve is not looked at
_ORGANS = ("kidney_",)  # nerves of the trunk wall run behind them
_ROUNDS = 60
_FINISH_ROUNDS = 12  # last rounds: the spread narrows until single points are corrected


def polydata(mesh: Mesh) -> vtk.vtkPolyData:
    """The mesh as VTK sees it."""
    points = vtk.vtkPoints()
    points.SetData(numpy_to_vtk(np.ascontiguousarray(mesh.points_lps, np.float64), deep=True))
    cells = vtk.vtkCellArray()
    corners = np.ascontiguousarray(mesh.triangles, np.int64)
    offsets = np.arange(0, 3 * len(corners) + 1, 3, dtype=np.int64)
    cells.SetData(
        numpy_to_vtkIdTypeArray(offsets, deep=True), numpy_to_vtkIdTypeArray(corners.ravel(), deep=True)
    )
    body = vtk.vtkPolyData()
    body.SetPoints(points)
    body.SetPolys(cells)
    return body


class Solid:
    """Signed distance to one closed surface."""

    def __init__(self, mesh: Mesh) -> None:
        self.id = mesh.id
        self.low = mesh.points_lps.min(0).astype(np.float64)
        self.high = mesh.points_lps.max(0).astype(np.float64)
        self._mesh = mesh
        self._distance: vtk.vtkImplicitPolyDataDistance | None = None
        self._tree: cKDTree | None = None
        corners = mesh.points_lps[mesh.triangles].astype(np.float64)
        edges = np.linalg.norm(corners - np.roll(corners, 1, axis=1), axis=2)
        self._reach = float(edges.max()) if len(edges) else 0.0

    def near(self, points: Points, within_mm: NDArray[np.float64] | float) -> NDArray[np.intp]:
        """Rows of points (n, 3) that may lie closer than within_mm, inside counting as closer."""
        limit = np.broadcast_to(np.asarray(within_mm, np.float64), (len(points),))
        boxed = ((points > self.low - limit[:, None]) & (points < self.high + limit[:, None])).all(1)
        return np.flatnonzero(boxed)

    def closest(self, point: Points) -> tuple[float, Points]:
        """Signed distance of a point (3,) and the nearest point of the surface (3,)."""
        if self._distance is None:
            self._distance = vtk.vtkImplicitPolyDataDistance()
            self._distance.SetInput(polydata(self._mesh))
        nearest = [0.0, 0.0, 0.0]
        distance = self._distance.EvaluateFunctionAndGetClosestPoint(tuple(map(float, point)), nearest)
        return float(distance), np.asarray(nearest)

    def way_out(self, point: Points) -> tuple[float, Points]:
        """Signed distance of a point and the unit direction (3,) of the shortest way out."""
        distance, nearest = self.closest(point)
        away = (point - nearest) if distance > 0.0 else (nearest - point)
        length = float(np.linalg.norm(away))
        return distance, away / length if length > 1e-9 else np.array([0.0, 0.0, 1.0])

    def signed_mm(self, points: Points, within_mm: float = np.inf) -> NDArray[np.float64]:
        """Signed distances (n,); points out of reach of the bounding box get +inf."""
        found = np.full(len(points), np.inf)
        rows = self.near(points, within_mm) if np.isfinite(within_mm) else np.arange(len(points))
        for row in rows:
            found[row] = self.closest(points[row])[0]
        return found


@dataclass(frozen=True, slots=True)
class Moved:
    """A cleared course: points (n, 3), the largest shift, and what remains inside the margin."""

    points: Points
    largest_mm: float
    where: int
    remaining_mm: float
    against: str


class Obstacles:
    """Bones and vessels that a nerve may not enter, and the skin that it may not leave."""

    def __init__(self, bones: Iterable[Mesh], vessels: Iterable[Mesh], skin: Mesh | None = None) -> None:
        self._skin = Solid(skin) if skin is not None else None
        self._skin_points = cKDTree(skin.points_lps) if skin is not None else None
        self._margins: list[tuple[Solid, float]] = [(Solid(mesh), BONE_MARGIN_MM) for mesh in bones]
        self._margins += [(Solid(mesh), VESSEL_MARGIN_MM) for mesh in vessels]

    def clear(
        self,
        points: Points,
        radius_mm: NDArray[np.float64],
        hold: NDArray[np.float64],
        spread: float = 3.0,
        through: frozenset[str] = frozenset(),
    ) -> Moved:
        """Moves an evenly resampled course (n, 3) off all obstacles.

        radius_mm: (n,).  hold: (n,) 0-1, how far a point may move (0 where it is tied to its parent).
        spread: width over which neighbours follow, in rows.  through: ids that are no obstacle here.
        """
        course = points.copy()
        watched = [
            (solid, margin)
            for solid, margin in self._margins
            if solid.id not in through and len(solid.near(points, radius_mm + margin + 14.0))
        ]
        under_skin = self._under_skin(course, radius_mm)
        worst, against = 0.0, ""
        for turn in range(_ROUNDS + _FINISH_ROUNDS):
            push = np.zeros_like(course)
            worst, against = 0.0, ""
            for solid, margin in watched:
                need = radius_mm + margin
                for row in solid.near(course, need + 0.5):
                    if hold[row] < 0.02:
                        continue
                    distance, direction = solid.way_out(course[row])
                    lack = need[row] - distance
                    if lack > 0.0:
                        if lack * hold[row] > worst:
                            worst, against = float(lack * hold[row]), solid.id
                        push[row] += direction * lack
            for row in under_skin:
                assert self._skin is not None
                distance, direction = self._skin.way_out(course[row])
                lack = radius_mm[row] + SKIN_MARGIN_MM + distance
                if lack > 0.0 and hold[row] >= 0.02:
                    if lack * hold[row] > worst:
                        worst, against = float(lack * hold[row]), self._skin.id
                    push[row] -= direction * lack
            if worst < 0.02:
                break
            left = max(0, _ROUNDS - turn)
            width = spread * (0.25 + 0.75 * left / _ROUNDS) if left else 0.6
            size = np.linalg.norm(push, axis=1)
            soft = gaussian_filter1d(push, width, axis=0, mode="nearest")
            reached = np.linalg.norm(soft, axis=1)
            # The smoothed push is scaled so that the neediest point moves about as far as it must.
            scale = size.max() / max(float(reached.max()), 1e-9)
            course += soft * min(scale, 2.5) * 0.8 * hold[:, None]
        shift = np.linalg.norm(course - points, axis=1)
        return Moved(course, float(shift.max()), int(shift.argmax()), worst, against)

    def _under_skin(self, points: Points, radius_mm: NDArray[np.float64]) -> NDArray[np.intp]:
        """Rows of points (n, 3) that lie, or may come to lie, near the skin."""
        if self._skin_points is None:
            return np.zeros(0, np.intp)
        gap, _ = self._skin_points.query(points)
        return np.flatnonzero(gap < radius_mm + SKIN_MARGIN_MM + _SKIN_REACH_MM)


def obstacles(solids: Mapping[str, Mesh]) -> Obstacles:
    """Bones and discs, arteries and veins, the kidneys and the skin of the built solids."""
    bones = [mesh for mesh in solids.values() if mesh.system in ("bones", "discs")]
    soft = [mesh for mesh in solids.values() if mesh.system == "vessels" or mesh.id.startswith(_ORGANS)]
    return Obstacles(bones, soft, solids.get("skin"))
