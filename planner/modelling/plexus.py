"""How a course becomes a run: sprung from its parent, laid on surfaces, with its width.

A branch begins on its parent's axis in the parent's direction, and a head joins its trunk in the trunk's,
so that forks are those of a Y. Ganglia are swellings of a run, cut out as runs of their own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import PchipInterpolator
from scipy.ndimage import gaussian_filter1d

from planner.modelling.courses import Course, CourseFault, Waypoint
from planner.modelling.tube import lengths_mm
from planner.modelling.waypoints import Body, laid, place, spline
from planner.space import Side

Points = NDArray[np.float64]

# Cosine of the angle at or below which a branch pays no heed to its parent's direction, and how much more
# makes it leave straight along it.
_TURNS_BACK = -0.2
_TURNS_OVER = 0.9
_LAY_ROUNDS = 2
_LAY_SIGMA = 3.0  # rows over which the shift onto a surface is evened out


@dataclass(frozen=True, eq=False, slots=True)
class Run:
    """A resolved course: points (n, 3) mm evenly spaced, radius_mm (n,), flat (n,) thickness / width."""

    points: Points
    radius_mm: NDArray[np.float64]
    flat: NDArray[np.float64]

    def tangent(self, row: int) -> Points:
        """Unit direction of travel at a row."""
        low, high = max(0, row - 2), min(len(self.points) - 1, row + 2)
        along = self.points[high] - self.points[low]
        return np.asarray(along / max(float(np.linalg.norm(along)), 1e-9))

    def nearest(self, point: Points) -> int:
        """Row nearest to a point (3,)."""
        return int(np.linalg.norm(self.points - point, axis=1).argmin())


def follow(course: Course, side: Side, body: Body, runs: Mapping[str, Run]) -> Run:
    """The course as an even run before it is cleared of bone. Raises CourseFault naming the waypoint."""
    knots, waypoints = [], list(course.waypoint)
    for number, waypoint in enumerate(waypoints, start=1):
        try:
            knots.append(place(waypoint, side, body))
        except CourseFault as fault:
            raise CourseFault(f"course {course.id} ({side}), waypoint {number}: {fault}") from fault
    start = end = None
    parent = runs.get(f"{course.parent}_{side}") if course.parent != "dural_sac" else None
    if parent is not None:
        row = len(parent.points) - 1 if course.leaves == "end" else parent.nearest(knots[0])
        knots[0] = parent.points[row]
        start = _direction(parent, row, knots[1] - knots[0])
    if course.joins:
        other = runs[f"{course.joins}_{side}"]
        row = other.nearest(knots[-1])
        end = _direction(other, row, other.points[row] - knots[-2])
        knots[-1] = other.points[row]
    try:
        points, at = spline(np.array(knots), start, end)
    except CourseFault as fault:
        raise CourseFault(f"course {course.id} ({side}): {fault}") from fault
    points = _on_surfaces(points, at, waypoints, side, body)
    along = lengths_mm(points)
    radius = _profile(along, at, [w.radius_mm for w in waypoints], course.radius_mm)
    flat = _profile(along, at, [w.flat for w in waypoints], 1.0)
    if parent is not None:
        base = float(parent.radius_mm[parent.nearest(knots[0])])
        # A continuation takes over its parent's width, a side branch springs from a short cone.
        onward = course.leaves == "end"
        flare = 0.985 * base if onward else min(0.92 * base, 1.35 * float(radius[0]))
        reach = np.clip(along / (max(2.5 * base, 4.0) + (3.0 * base if onward else 0.0)), 0.0, 1.0)
        radius = radius * reach + (1.0 - reach) * flare
    if course.taper_mm > 0.0:
        radius *= 0.42 + 0.58 * np.clip((along[-1] - along) / course.taper_mm, 0.0, 1.0) ** 0.8
    return Run(points, radius, flat)


def _on_surfaces(
    points: Points, at: NDArray[np.float64], waypoints: list[Waypoint], side: Side, body: Body
) -> Points:
    """The points (n, 3) with each stretch between waypoints that name the same surfaces laid there."""
    along = lengths_mm(points)
    course = points
    for _ in range(_LAY_ROUNDS):
        shift = np.zeros_like(course)
        for number, (a, b) in enumerate(pairwise(waypoints)):
            if (a.on, a.between) != (b.on, b.between) or not (a.on or a.between):
                continue
            low, high = at[number], at[number + 1]
            for row in np.flatnonzero((along > low + 0.5) & (along < high - 0.5)):
                depth = float(np.interp(along[row], [low, high], [a.depth_mm, b.depth_mm]))
                shift[row] = laid(course[row], a, depth, side, body) - course[row]
        if not shift.any():
            return course
        eased = np.clip(np.minimum(along, along[-1] - along) / 3.0, 0.0, 1.0)[:, None]
        course = course + gaussian_filter1d(shift, _LAY_SIGMA, axis=0, mode="nearest") * eased
    return course


def _direction(run: Run, row: int, towards: Points) -> Points:
    """The run's direction at a row, turned the more towards where the branch goes the more that differs."""
    tangent = run.tangent(row)
    unit = towards / max(float(np.linalg.norm(towards)), 1e-9)
    share = float(np.clip((float(tangent @ unit) - _TURNS_BACK) / _TURNS_OVER, 0.0, 1.0))
    blend = share * tangent + (1.0 - share) * unit
    return np.asarray(blend / max(float(np.linalg.norm(blend)), 1e-9))


def _profile(
    along: NDArray[np.float64], at: NDArray[np.float64], given: list[float | None], default: float
) -> NDArray[np.float64]:
    """Value along a course from those told at waypoints; the default where none is told."""
    told = [(float(s), float(v)) for s, v in zip(at, given, strict=True) if v is not None]
    if not told:
        return np.full(len(along), default)
    if told[0][0] > 0.0 and given[0] is None:
        told.insert(0, (0.0, default if told[0][0] > 6.0 else told[0][1]))
    if told[-1][0] < along[-1] - 1e-6:
        told.append((float(along[-1]), told[-1][1]))
    if len(told) == 1:
        return np.full(len(along), told[0][1])
    places, values = zip(*told, strict=True)
    return np.asarray(PchipInterpolator(places, values)(along))


@dataclass(frozen=True, eq=False, slots=True)
class Swelling:
    """A ganglion: about the point `at` (3,), radius_mm thick, length_mm long; `ganglion` names its mesh."""

    at: Points
    radius_mm: float
    length_mm: float
    ganglion: str = ""


def bulge(run: Run, swelling: Swelling) -> Run:
    """The run with the swelling about its point nearest to it."""
    bell = _bell(run, swelling)
    return Run(run.points, run.radius_mm + (swelling.radius_mm - run.radius_mm) * bell, run.flat)


def _bell(run: Run, swelling: Swelling) -> NDArray[np.float64]:
    along = lengths_mm(run.points)
    centre = along[run.nearest(swelling.at)]
    return np.asarray(np.exp(-0.5 * ((along - centre) / (0.27 * swelling.length_mm)) ** 2))


def ganglion(run: Run, swelling: Swelling) -> Run:
    """The swelling by itself: a spindle about the run that is as thin as the run at its two ends."""
    along = lengths_mm(run.points)
    centre = along[run.nearest(swelling.at)]
    rows = np.flatnonzero(np.abs(along - centre) <= 0.62 * swelling.length_mm)
    rows = np.arange(max(rows[0] - 1, 0), min(rows[-1] + 2, len(along)))
    thick = bulge(run, swelling)
    # Its poles dive into the nerve, so that the two surfaces cut in a clean line and never coincide.
    share = np.abs(along[rows] - centre) / (0.62 * swelling.length_mm)
    radius = thick.radius_mm[rows] + 0.12 - 0.5 * np.clip((share - 0.7) / 0.3, 0.0, 1.0) ** 2
    return Run(thick.points[rows], radius, thick.flat[rows])
