"""Dural sac, conus and cauda equina, and how a course springs from its parent.

The vertebral canal's axis is found in the bones themselves: at each height the midline point that lies
farthest from bone, between body and lamina. The sacral canal is not open in the measured sacrum, so
there the axis runs through the points between the anterior and posterior sacral foramina.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import PchipInterpolator

from planner.modelling.clearance import Solid
from planner.modelling.courses import Course, CourseFault
from planner.modelling.tube import lengths_mm
from planner.modelling.waypoints import Body, place, spline
from planner.space import Side

Points = NDArray[np.float64]

# Published places the sac and cord must meet (see tests): sac ends about the middle of S2
# (moussallem2014), conus about the lower third of L1 (saifuddin1998).
_CANAL_LEVELS = ("t12", "l1", "l2", "l3", "l4", "l5")
_SAC_RADIUS_MM = {
    "top": 7.0,
    "t12": 7.2,
    "l1": 7.6,
    "l2": 7.6,
    "l3": 7.4,
    "l4": 7.2,
    "l5": 6.6,
    "s1": 5.0,
    "s2": 1.2,
}
_SAC_MARGIN_MM = 0.35
_CONUS_LENGTH_MM = 26.0
_CORD_RADIUS_MM = 4.3
_STRAND_REACH_MM = 3.9  # of the strands of the cauda equina from the sac's axis
_TURNS_BACK = -0.2  # cosine below which a branch leaves against its parent's direction


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


def dural_sac(body: Body) -> Run:
    """The sac from T11 to its tip at S2, as wide as the canal allows."""
    landmarks = body.tables.landmarks
    near = [body.solid(name) for name in body.solids if name.startswith("vertebra_") or name == "sacrum"]
    height = np.array([landmarks[f"{level}_canal_centre"][2] for level in _CANAL_LEVELS])
    guess = np.array([landmarks[f"{level}_canal_centre"][1] for level in _CANAL_LEVELS])
    heights = np.arange(float(height[-1]) - 8.0, float(height[0]) + 30.0, 4.0)[::-1]
    guessed = np.interp(heights, height[::-1], guess[::-1])
    guessed[heights > height[0]] += (heights[heights > height[0]] - height[0]) * 0.12
    middle = []
    for z, y in zip(heights, guessed, strict=True):
        tried = np.linspace(y - 5.0, y + 5.0, 21)
        room = [_room(near, np.array([0.0, t, z])) - 0.05 * abs(t - y) for t in tried]
        middle.append([0.0, float(tried[int(np.argmax(room))]), float(z)])
    rear = landmarks["s1_body_rim_posterior_superior"] + (0.0, 9.0, 1.0)
    sacral = [rear]
    for level in ("s1", "s2"):
        ends = [landmarks[f"sacral_foramen_{face}_{level}_left"] for face in ("anterior", "posterior")]
        sacral.append(np.mean(ends, axis=0) * (0.0, 1.0, 1.0))
    knots = np.vstack([_evened(np.array(middle)), sacral])
    points, _ = spline(knots)
    marks = {"top": points[0][2], "s1": sacral[1][2], "s2": sacral[2][2]}
    marks |= {level: z for level, z in zip(_CANAL_LEVELS, height, strict=True)}
    order = sorted(marks, key=lambda name: -marks[name])
    wanted = np.interp(-points[:, 2], [-marks[k] for k in order], [_SAC_RADIUS_MM[k] for k in order])
    free = np.array([_room(near, p) if p[2] > sacral[0][2] + 4.0 else 99.0 for p in points])
    radius = _evened(np.minimum(wanted, np.maximum(free - _SAC_MARGIN_MM, 2.0))[:, None], 7, lowest=True)[
        :, 0
    ]
    return Run(points, radius, np.ones(len(points)))


def _room(bones: list[Solid], point: Points) -> float:
    """Distance to the nearest bone, negative inside."""
    return min((float(s.signed_mm(point[None], 25.0)[0]) for s in bones), default=np.inf)


def _evened(values: Points, width: int = 5, lowest: bool = False) -> Points:
    """Moving mean over rows; with `lowest`, of the running minimum, so that it never exceeds the values."""
    half = width // 2
    padded = np.pad(values, ((half, half), (0, 0)), mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, width, axis=0)
    if lowest:
        floor = np.pad(windows.min(-1), ((half, half), (0, 0)), mode="edge")
        windows = np.lib.stride_tricks.sliding_window_view(floor, width, axis=0)
    return np.asarray(windows.mean(-1))


def conus(sac: Run, body: Body) -> Run:
    """Cord and conus inside the sac; the tip in the lower third of L1."""
    upper = body.tables.landmarks["l1_endplate_superior_centre"][2]
    lower = body.tables.landmarks["l1_endplate_inferior_centre"][2]
    tip_z = lower + 0.2 * (upper - lower)
    rows = np.flatnonzero(sac.points[:, 2] >= tip_z)[3:]
    points = sac.points[rows]
    from_tip = lengths_mm(points)[-1] - lengths_mm(points)
    full = np.minimum(_CORD_RADIUS_MM, 0.72 * sac.radius_mm[rows])
    radius = full * np.sqrt(np.clip(from_tip / _CONUS_LENGTH_MM, 0.015, 1.0))
    return Run(points, radius, np.ones(len(points)))


def cauda_equina(sac: Run, cone: Run, starts: Mapping[str, Points]) -> list[Run]:
    """One strand from the conus to where each root leaves the sac, and the filum terminale.

    starts: point (3,) in the sac's wall at which a root begins, by root name.
    """
    strands = []
    for name, start in sorted(starts.items()):
        bottom = sac.nearest(start)
        offset = start - sac.points[bottom]
        around = offset * (1.0, 0.6, 0.0)
        angle = np.arctan2(around[1], around[0])
        top = max(2, len(cone.points) - 8 - (sum(map(ord, name)) % 7))
        first = sac.nearest(cone.points[top])
        if bottom - first < 12:
            continue
        rows = np.arange(first, bottom + 1)
        share = np.linspace(0.0, 1.0, len(rows))
        inner = np.minimum(cone.radius_mm[top] * 0.8, 3.0)
        reach = np.interp(share, [0.0, 0.25, 1.0], [inner, _STRAND_REACH_MM, _STRAND_REACH_MM])
        reach = np.minimum(reach, sac.radius_mm[rows] - 0.9)
        # Lower roots lie nearer the middle and behind, as in the supine patient.
        tilt = angle + (0.5 * np.pi - angle) * 0.35 * (1.0 - share)
        points = sac.points[rows] + np.stack([reach * np.cos(tilt), reach * np.sin(tilt), 0 * reach], 1)
        radius = np.full(len(rows), 0.5)
        strands.append(Run(points, radius, np.ones(len(rows))))
    below = sac.points[:, 2] <= cone.points[-1][2] + 2.0
    filum = sac.points[below][:-4]
    strands.append(Run(filum, np.full(len(filum), 0.45), np.ones(len(filum))))
    return strands


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
    along = lengths_mm(points)
    radius = _profile(along, at, [w.radius_mm for w in waypoints], course.radius_mm)
    flat = _profile(along, at, [w.flat for w in waypoints], 1.0)
    if parent is not None:
        base = float(parent.radius_mm[parent.nearest(knots[0])])
        # A continuation takes over its parent's width, a side branch springs from a short cone.
        onward = course.leaves == "end"
        flare = 0.985 * base if onward else min(0.92 * base, 1.35 * float(radius[0]))
        reach = np.clip(along / (max(2.5 * base, 4.0) + (8.0 if onward else 0.0)), 0.0, 1.0)
        radius = radius * reach + (1.0 - reach) * flare
    if course.taper_mm > 0.0:
        radius *= 0.42 + 0.58 * np.clip((along[-1] - along) / course.taper_mm, 0.0, 1.0) ** 0.8
    return Run(points, radius, flat)


def _direction(run: Run, row: int, towards: Points) -> Points | None:
    """The run's direction at a row, unless the branch turns back against it."""
    tangent = run.tangent(row)
    cosine = float(tangent @ towards) / max(float(np.linalg.norm(towards)), 1e-9)
    return tangent if cosine > _TURNS_BACK else None


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


def bulge(run: Run, at: Points, radius_mm: float, length_mm: float) -> Run:
    """The run with a swelling (a ganglion) about its point nearest to `at`."""
    along = lengths_mm(run.points)
    centre = along[run.nearest(at)]
    bell = np.exp(-0.5 * ((along - centre) / (0.27 * length_mm)) ** 2)
    return Run(run.points, run.radius_mm + (radius_mm - run.radius_mm) * np.clip(bell, 0, 1), run.flat)
