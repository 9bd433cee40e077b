"""Eases a course out of what it may not enter: an elastic band instead of a push point by point.

The displacement of the course is what is smoothed, not the course: where a push is needed its
neighbours come along, and where none is needed the course stays as authored. Bone and vessels are
firm: the last rounds give way to them alone. Muscles are soft: a course follows them as far as it can
without a kink.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import vtk
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d
from vtk.util.numpy_support import numpy_to_vtk, vtk_to_numpy

from planner.atlas.meshes import Mesh
from planner.modelling.clearance import polydata

Points = NDArray[np.float64]

_FIRM_GAP_MM = 0.35
_SOFT_GAP_MM = 0.2
_ROUNDS = 46
_LAST_ROUNDS = 24
_STEP_MM = 1.6  # farthest a point goes in one round
_REACH_MM = 22.0  # solids farther from the whole course than this are left out
_WIDE_ROWS, _NARROW_ROWS, _LAST_ROWS = 9.0, 4.0, 1.6  # rows over which a push is spread


class Surface:
    """Signed distance to a closed surface for many points at once, negative inside.

    firm: whether it is bone, disc, vessel or ureter.
    """

    def __init__(self, mesh: Mesh) -> None:
        self.firm = mesh.system in ("bones", "discs", "vessels") or mesh.id.startswith("ureter_")
        self.low = mesh.points_lps.min(0).astype(np.float64)
        self.high = mesh.points_lps.max(0).astype(np.float64)
        self._mesh = mesh
        self._function: vtk.vtkImplicitPolyDataDistance | None = None

    def near(self, points: Points, within_mm: float) -> bool:
        """Whether the box of the surface comes near any of the points."""
        return bool(((points > self.low - within_mm) & (points < self.high + within_mm)).all(1).any())

    def signed_mm(self, points: Points) -> NDArray[np.float64]:
        """Signed distances (n,) of points (n, 3)."""
        found = vtk.vtkDoubleArray()
        given = numpy_to_vtk(np.ascontiguousarray(points, np.float64), deep=True)
        self._distance().EvaluateFunction(given, found)
        return np.array(vtk_to_numpy(found), np.float64)

    def pushes(self, points: Points, need_mm: NDArray[np.float64]) -> Points:
        """How far each point must move to keep its distance, (n, 3), along the shortest way out."""
        push = np.zeros_like(points)
        limit = need_mm[:, None]
        rows = np.flatnonzero(((points > self.low - limit) & (points < self.high + limit)).all(1))
        if not len(rows):
            return push
        lack = need_mm[rows] - self.signed_mm(points[rows])
        spot = [0.0, 0.0, 0.0]
        for row, short in zip(rows[lack > 0.0], lack[lack > 0.0], strict=True):
            signed = self._distance().EvaluateFunctionAndGetClosestPoint(tuple(points[row]), spot)
            away = (points[row] - spot) * (1.0 if signed > 0.0 else -1.0)
            length = float(np.linalg.norm(away))
            if length > 1e-6:
                push[row] = away / length * min(short, _STEP_MM)
        return push

    def _distance(self) -> vtk.vtkImplicitPolyDataDistance:
        if self._function is None:
            self._function = vtk.vtkImplicitPolyDataDistance()
            self._function.SetInput(polydata(self._mesh))
        return self._function


def eased(
    points: Points,
    radius_mm: NDArray[np.float64],
    hold: NDArray[np.float64],
    firm: Sequence[Surface],
    soft: Sequence[Surface],
) -> Points:
    """The course (n, 3), evenly sampled, moved off firm and soft surfaces.

    hold: (n,) 0-1, how far a point may move.  radius_mm: (n,) of the tube about the course.
    """
    firm = [surface for surface in firm if surface.near(points, _REACH_MM)]
    soft = [surface for surface in soft if surface.near(points, _REACH_MM)]
    shift = np.zeros_like(points)
    for turn in range(_ROUNDS + _LAST_ROUNDS):
        last = turn >= _ROUNDS
        course = points + shift
        push = np.zeros_like(points)
        for surface in firm:
            push += surface.pushes(course, radius_mm + _FIRM_GAP_MM)
        for surface in () if last else soft:
            push += 0.6 * surface.pushes(course, radius_mm + _SOFT_GAP_MM)
        size = np.linalg.norm(push, axis=1)
        if float((size * hold).max()) < 0.03:
            break
        push *= np.minimum(1.0, _STEP_MM / np.maximum(size, 1e-9))[:, None]
        rows = _LAST_ROWS if last else _WIDE_ROWS + (_NARROW_ROWS - _WIDE_ROWS) * turn / _ROUNDS
        wide = gaussian_filter1d(push, rows, axis=0, mode="nearest")
        reached = float(np.linalg.norm(wide, axis=1).max())
        scale = min(float(np.linalg.norm(push, axis=1).max()) / max(reached, 1e-9), 3.0)
        shift = shift + wide * scale * 0.8
        if not last:
            shift = gaussian_filter1d(shift, 0.35 * rows, axis=0, mode="nearest")
        shift *= np.minimum(1.0, 4.0 * hold)[:, None]
    return points + shift
