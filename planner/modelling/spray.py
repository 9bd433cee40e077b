"""How a nerve frays out: twigs that fork again and again on a surface, as a cutaneous nerve does in the skin.

A twig is walked step by step on a layer beneath the surface, in a heading that turns smoothly away from
its sister's, so that it neither leaves the layer nor crosses it. Deterministic; lengths in mm.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from planner.modelling.clearance import Solid
from planner.modelling.courses import Twigs
from planner.modelling.plexus import Run
from planner.modelling.tube import lengths_mm
from planner.modelling.waypoints import Body, sided
from planner.space import Side

Points = NDArray[np.float64]
Inward = Callable[[Points], tuple[float, Points]]

_STEP_MM = 1.0
_FORK = 0.42  # share of a stem's length after which it forks
_THINNER = 0.8  # of a branch against its stem
_FINEST_MM = 0.16
_CLIMB = 0.5  # mm by which a path may rise or sink per step
_SETTLES = 0.75  # share of the length over which the wanted depth is reached
_FORWARD = np.array([0.35, -1.0, 0.2])  # twigs in the depth spread in a plane about square to this
_SIDE_SHARE = 0.6  # length of a twig along the course against those at the end


def spray(run: Run, twigs: Twigs, side: Side, body: Body) -> list[Run]:
    """The twigs of a finished run (n, 3), each a run that begins on the axis of what it springs from."""
    # Turning is counter-clockwise about the layer's normal on the left and clockwise on the right.
    mirror = 1.0 if side == "left" else -1.0
    inward = _free(run, mirror) if not twigs.on else _under(body.solid(sided(twigs.on, side)))
    turn = np.radians(twigs.spread_deg)
    end = len(run.points) - 1
    grown = _forks(
        run.points[end],
        run.tangent(end),
        float(run.radius_mm[end]),
        twigs.count,
        twigs.length_mm,
        mirror * turn,
        twigs.depth_mm,
        inward,
    )
    along = lengths_mm(run.points)
    for number, share in enumerate(twigs.along):
        row = int(np.searchsorted(along, share * along[-1]))
        # Twigs leave to both sides in turn.
        hand = mirror * (1.0 if number % 2 == 0 else -1.0)
        path = _walk(
            run.points[row],
            run.tangent(row),
            _SIDE_SHARE * twigs.length_mm,
            hand * 0.5 * max(turn, 0.9),
            twigs.depth_mm,
            inward,
        )
        grown.append(_twig(path, 0.7 * float(run.radius_mm[row])))
    return grown


def _under(solid: Solid) -> Inward:
    """Depth beneath a surface and the direction into it."""

    def inward(point: Points) -> tuple[float, Points]:
        distance, outward = solid.way_out(point)
        return -distance, -outward

    return inward


def _free(run: Run, mirror: float) -> Inward:
    """No surface: the twigs spread in the plane in which the run comes in and that stands up most."""
    ahead = run.tangent(len(run.points) - 1)
    normal = np.cross(ahead, np.cross(_FORWARD * (mirror, 1.0, 1.0), ahead))
    normal /= max(float(np.linalg.norm(normal)), 1e-9)
    return lambda point: (0.0, normal)


def _forks(
    start: Points,
    heading: Points,
    radius_mm: float,
    count: int,
    length_mm: float,
    turn: float,
    depth_mm: float,
    inward: Inward,
) -> list[Run]:
    """A stem that forks until there are `count` ends."""
    if count <= 1:
        return [_twig(_walk(start, heading, length_mm, 0.0, depth_mm, inward), radius_mm)]
    found = []
    for hand, part in ((1.0, (count + 1) // 2), (-1.0, count // 2)):
        # The larger half turns less: the nerve goes on, the lesser branch leaves it.
        aside = hand * turn * (0.5 if part == count - part else (0.35 if hand > 0 else 0.65))
        own = length_mm * (1.0 if hand > 0 else 0.86)
        reach = own if part == 1 else _FORK * own
        path = _walk(start, heading, reach, aside, depth_mm, inward)
        thin = radius_mm * (_THINNER if part < count - part or part == 1 else 0.9)
        found.append(_twig(path, thin, ends=part == 1))
        if part > 1:
            found += _forks(
                path[-1], path[-1] - path[-2], thin, part, own - reach, 0.7 * turn, depth_mm, inward
            )
    return found


def _walk(
    start: Points, heading: Points, length_mm: float, turn: float, depth_mm: float, inward: Inward
) -> Points:
    """Points (n, 3) of a path on the layer that turns by `turn` radians in all, first fast, then straight."""
    count = max(4, round(length_mm / _STEP_MM))
    share = np.linspace(0.0, 1.0, count + 1)
    # Turned by nine tenths at half-way, then bent back a little: twigs end side by side, not as a star.
    course = turn * (1.25 * (1.0 - np.exp(-4.0 * share)) - 0.3 * share)
    first, normal = inward(start)
    at, ahead = start.astype(np.float64), heading / max(float(np.linalg.norm(heading)), 1e-9)
    path = [at]
    for k in range(count):
        ahead = ahead - normal * (ahead @ normal)
        ahead /= max(float(np.linalg.norm(ahead)), 1e-9)
        step = course[k + 1] - course[k]
        ahead = ahead * np.cos(step) + np.cross(normal, ahead) * np.sin(step)
        ahead /= max(float(np.linalg.norm(ahead)), 1e-9)
        ahead_of = at + ahead * _STEP_MM
        depth, found = inward(ahead_of)
        # The surface's facets are evened out: the layer's normal follows them with some inertia.
        normal = normal + 0.35 * (found - normal)
        normal /= max(float(np.linalg.norm(normal)), 1e-9)
        settled = min(1.0, float(share[k + 1]) / _SETTLES)
        wanted = first + (depth_mm - first) * settled * settled * (3.0 - 2.0 * settled)
        at = ahead_of + found * np.clip(wanted - depth, -_CLIMB, _CLIMB)
        path.append(at)
    return np.array(path)


def _twig(path: Points, radius_mm: float, ends: bool = True) -> Run:
    """A run that thins out towards its end, or (`ends` False) only a little towards its fork."""
    share = np.linspace(0.0, 1.0, len(path))
    last = max(_FINEST_MM, 0.4 * radius_mm) if ends else max(_FINEST_MM, 0.85 * radius_mm)
    radius = radius_mm + (last - radius_mm) * share
    return Run(path, np.maximum(radius, _FINEST_MM), np.ones(len(path)))
