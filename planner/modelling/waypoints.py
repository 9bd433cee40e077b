"""Waypoints resolved to points of this body: LPS mm, one function per kind of base.

On the right side the same words mean the right side's landmarks, vessels and muscles, so that courses
follow what differs between the sides. Faults say what is missing; the caller adds course and number.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import CubicSpline

from planner.atlas.meshes import Mesh
from planner.modelling.clearance import Solid
from planner.modelling.courses import CourseFault, Waypoint
from planner.modelling.network import network
from planner.modelling.tables import TableFault, Tables
from planner.modelling.tube import lengths_mm
from planner.space import Side

Points = NDArray[np.float64]

STEP_MM = 1.0
_INSET_MM = 1.5  # a place in a muscle stays at least this far inside its outline


def sided(name: str, side: Side) -> str:
    """The id of the same structure or landmark on the given side (ids without a side stay)."""
    return name.replace("_left", "_right") if side == "right" else name


class Body:
    """What waypoints refer to: landmarks and centrelines of the tables, and the built solids."""

    def __init__(self, tables: Tables, solids: Mapping[str, Mesh]) -> None:
        self.tables = tables
        self.solids = solids
        self.nerves: dict[str, Points] = {}
        self._distances: dict[str, Solid] = {}
        self._sections: dict[tuple[str, float], Points] = {}

    def solid(self, name: str) -> Solid:
        """Signed distance to a built structure. Raises CourseFault if it was not built."""
        if name not in self._distances:
            if name not in self.solids:
                raise CourseFault(f"there is no structure {name!r}")
            self._distances[name] = Solid(self.solids[name])
        return self._distances[name]

    def section(self, name: str, z_mm: float) -> Points:
        """End points (n, 2, 2) of the x-y segments in which an axial plane cuts a structure."""
        key = (name, round(z_mm, 3))
        if key not in self._sections:
            if name not in self.solids:
                raise CourseFault(f"there is no structure {name!r}")
            self._sections[key] = axial_cut(self.solids[name], z_mm)
        return self._sections[key]

    def centreline(self, name: str) -> Points:
        """Axis (n, 3) of a vessel as built, or as measured where it is not built. Raises TableFault."""
        built = network(self.tables.folder)
        return built[name].points if name in built else self.tables.centreline(name)[0]

    def level_z_mm(self, level: str) -> float:
        """Height of a vertebral body's centre ("l4") or a disc's ("l4_l5")."""
        name = f"disc_centre_{level}" if "_" in level else f"{level}_body_centre"
        return float(self.tables.landmarks[name][2])

    def in_muscle(
        self, name: str, side: Side, z_mm: float, medial_lateral: float, posterior_anterior: float
    ) -> Points:
        """Point (3,) in a muscle's axial section: fractions 0-1 of its width and depth, kept inside."""
        cut = self.section(name, z_mm)
        if not len(cut):
            raise CourseFault(f"{name} has no section at z {z_mm:.1f} mm")
        sign = 1.0 if side == "left" else -1.0
        flat = cut.reshape(-1, 2) * (sign, 1.0)
        x = flat[:, 0].min() + medial_lateral * np.ptp(flat[:, 0])
        y = flat[:, 1].max() - posterior_anterior * np.ptp(flat[:, 1])
        crossing = _crossings(cut * (sign, 1.0), x)
        if len(crossing) >= 2:
            low, high = crossing.min() + _INSET_MM, crossing.max() - _INSET_MM
            y = float(np.clip(y, low, high)) if low < high else 0.5 * (low + high)
        return np.array([sign * x, y, z_mm])


def axial_cut(mesh: Mesh, z_mm: float) -> Points:
    """Segments (n, 2, 2) of x-y points in which the plane z = z_mm cuts the mesh."""
    height = mesh.points_lps[:, 2].astype(np.float64) - z_mm
    height[height == 0.0] = 1e-9
    corner = height[mesh.triangles]
    cut = mesh.triangles[(corner.min(1) < 0.0) & (corner.max(1) > 0.0)]
    points, corner = mesh.points_lps[cut].astype(np.float64), height[cut]
    ends = []
    for k in range(3):
        a, b = corner[:, k], corner[:, (k + 1) % 3]
        share = np.where((a < 0) != (b < 0), a / np.where(a == b, 1.0, a - b), np.nan)
        ends.append(points[:, k, :2] + share[:, None] * (points[:, (k + 1) % 3, :2] - points[:, k, :2]))
    three = np.stack(ends, 1)
    segments: Points = three[~np.isnan(three[:, :, 0])].reshape(-1, 2, 2)
    return segments


def _crossings(segments: Points, x: float) -> NDArray[np.float64]:
    """y at which the segments cross a line of constant x."""
    left, right = segments[:, 0], segments[:, 1]
    hit = (left[:, 0] - x) * (right[:, 0] - x) < 0.0
    left, right = left[hit], right[hit]
    crossing: NDArray[np.float64] = left[:, 1] + (x - left[:, 0]) / (right[:, 0] - left[:, 0]) * (
        right[:, 1] - left[:, 1]
    )
    return crossing


def place(waypoint: Waypoint, side: Side, body: Body) -> Points:
    """The waypoint as a point (3,) LPS mm. Raises CourseFault saying what is wrong with it."""
    bases = [
        bool(waypoint.landmark),
        waypoint.psoas is not None,
        bool(waypoint.muscle),
        bool(waypoint.centreline),
        bool(waypoint.nerve),
    ]
    if sum(bases) != 1:
        raise CourseFault("it must have exactly one of landmark, level with psoas, muscle, centreline, nerve")
    try:
        point = _base(waypoint, side, body)
    except TableFault as error:
        raise CourseFault(str(error)) from error
    mirror = np.array([1.0 if side == "left" else -1.0, 1.0, 1.0])
    point = point + np.asarray(waypoint.offset_mm) * mirror
    return laid(point, waypoint, waypoint.depth_mm, side, body)


def laid(point: Points, waypoint: Waypoint, depth_mm: float, side: Side, body: Body) -> Points:
    """The point (3,) moved to where the waypoint lies: between its two surfaces, or depth_mm beneath one.

    Raises CourseFault where no direction is known.
    """
    if waypoint.between is not None:
        first, second = (body.solid(sided(name, side)) for name in waypoint.between)
        for _ in range(12):
            middle = 0.5 * (first.closest(point)[1] + second.closest(point)[1])
            if float(np.linalg.norm(middle - point)) < 0.05:
                break
            point = 0.5 * (point + middle)
    if waypoint.on:
        distance, nearest = body.solid(sided(waypoint.on, side)).closest(point)
        outward = (point - nearest) * np.sign(distance)
        length = float(np.linalg.norm(outward))
        if length < 1e-6:
            raise CourseFault(
                f"it lies on {waypoint.on} itself: shift it a little so that a direction is known"
            )
        point = nearest - outward / length * depth_mm
    return np.asarray(point, np.float64)


def _base(waypoint: Waypoint, side: Side, body: Body) -> Points:
    if waypoint.landmark:
        return body.tables.landmarks[sided(waypoint.landmark, side)]
    if waypoint.psoas is not None:
        if waypoint.z_mm is not None:
            z_mm = waypoint.z_mm
        elif waypoint.level:
            z_mm = body.level_z_mm(waypoint.level) + waypoint.dz_mm
        else:
            raise CourseFault("a place in psoas needs level or z_mm")
        return body.in_muscle(f"psoas_major_{side}", side, z_mm, *waypoint.psoas)
    if waypoint.muscle:
        if waypoint.z_mm is None:
            raise CourseFault("a place in a muscle needs z_mm")
        return body.in_muscle(sided(waypoint.muscle, side), side, waypoint.z_mm, *waypoint.place)
    if waypoint.nerve and waypoint.share is not None:
        return at_share(_nerve(waypoint.nerve, side, body), waypoint.share)
    if waypoint.z_mm is None:
        raise CourseFault("a place on a centreline needs z_mm, one on a nerve z_mm or share")
    if waypoint.centreline:
        line = body.centreline(sided(waypoint.centreline, side))
    else:
        line = _nerve(waypoint.nerve, side, body)
    return at_height(line, waypoint.z_mm)


def _nerve(ident: str, side: Side, body: Body) -> Points:
    name = f"{ident}_{side}"
    if name not in body.nerves:
        raise CourseFault(f"nerve {name!r} is not resolved before it")
    return body.nerves[name]


def at_share(line: Points, share: float) -> Points:
    """Point (3,) at a share 0-1 of a line's length."""
    along = lengths_mm(line)
    return np.array([np.interp(share * along[-1], along, line[:, axis]) for axis in range(3)])


def at_height(line: Points, z_mm: float) -> Points:
    """First point (3,) at which a line (n, 3) reaches a height. Raises CourseFault when it does not."""
    above = line[:, 2] - z_mm
    hits = np.flatnonzero(above[:-1] * above[1:] <= 0.0)
    if not len(hits):
        raise CourseFault(
            f"the line runs from z {line[0, 2]:.1f} to {line[-1, 2]:.1f} mm, not through {z_mm:.1f}"
        )
    k = int(hits[0])
    share = above[k] / (above[k] - above[k + 1]) if above[k] != above[k + 1] else 0.0
    return np.asarray(line[k] + share * (line[k + 1] - line[k]))


def spline(
    knots: Points, start: Points | None = None, end: Points | None = None, step_mm: float = STEP_MM
) -> tuple[Points, NDArray[np.float64]]:
    """Smooth course (n, 3) through the knots and the arc length (k,) at which it meets each.

    start, end: unit directions in which it leaves the first and reaches the last knot; free if None.
    The parameter is the square root of the chord, which keeps unevenly set knots from overshooting.
    """
    gaps = np.linalg.norm(np.diff(knots, axis=0), axis=1)
    if (gaps < 1e-3).any():
        raise CourseFault(f"waypoints {int(gaps.argmin()) + 1} and {int(gaps.argmin()) + 2} coincide")
    knot_t = np.concatenate([[0.0], np.cumsum(np.sqrt(gaps))])
    speed_in, speed_out = np.sqrt(gaps[0]), np.sqrt(gaps[-1])
    first: tuple[Literal[1, 2], Points] = (2, np.zeros(3)) if start is None else (1, start * speed_in)
    last: tuple[Literal[1, 2], Points] = (2, np.zeros(3)) if end is None else (1, end * speed_out)
    curve = CubicSpline(knot_t, knots, axis=0, bc_type=(first, last))
    fine_t = np.unique(np.concatenate([np.linspace(0.0, knot_t[-1], max(16, int(gaps.sum() * 4))), knot_t]))
    fine = curve(fine_t)
    along = lengths_mm(fine)
    count = max(4, int(np.ceil(along[-1] / step_mm)) + 1)
    wanted = np.linspace(0.0, along[-1], count)
    even = np.stack([np.interp(wanted, along, fine[:, axis]) for axis in range(3)], 1)
    return even, np.interp(knot_t, fine_t, along)
