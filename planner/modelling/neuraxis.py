"""Dural sac with its root sleeves, conus and cauda equina.

The vertebral canal's axis is found in the bones themselves: at each height the midline point that lies
farthest from bone, between body and lamina. In the sacrum it runs through the points between the anterior
and posterior sacral foramina.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from planner.modelling.clearance import Solid
from planner.modelling.plexus import Run, Swelling
from planner.modelling.tube import lengths_mm
from planner.modelling.waypoints import Body, spline

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
_SLEEVE_MM = (0.9, 0.35)  # thickness over the root, where it leaves the sac and at the ganglion
_SAC_MARGIN_MM = 0.35
_CANAL_SEARCH_MM = 10.0
_TIP_BELOW_S2_MM = 2.0  # end of the sac against the middle of the second foramina
_CONUS_LENGTH_MM = 26.0
_CORD_RADIUS_MM = 4.3
_STRAND_REACH_MM = 3.9  # of the strands of the cauda equina from the sac's axis


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
    for level in ("s1", "s2", "s3"):
        ends = [landmarks[f"sacral_foramen_{face}_{level}_left"] for face in ("anterior", "posterior")]
        sacral.append(np.mean(ends, axis=0) * (0.0, 1.0, 1.0))
    tip_z = sacral[2][2] - _TIP_BELOW_S2_MM
    canal = _in_canal(near, np.array(sacral))
    canal = canal[canal[:, 2] >= tip_z]
    points, _ = spline(np.vstack([_evened(np.array(middle)), canal]))
    marks = {"top": points[0][2], "s1": sacral[1][2], "s2": points[-1][2]}
    marks |= {level: z for level, z in zip(_CANAL_LEVELS, height, strict=True)}
    order = sorted(marks, key=lambda name: -marks[name])
    wanted = np.interp(-points[:, 2], [-marks[k] for k in order], [_SAC_RADIUS_MM[k] for k in order])
    free = np.array([_room(near, p) for p in points])
    radius = _evened(np.minimum(wanted, np.maximum(free - _SAC_MARGIN_MM, 2.0))[:, None], 7, lowest=True)[
        :, 0
    ]
    return Run(points, radius, np.ones(len(points)))


def _in_canal(near: list[Solid], guess: Points) -> Points:
    """The sacral part of the axis: from the guessed line (k, 3) square to it to where there is most room."""
    line, _ = spline(guess, step_mm=4.0)
    ahead = np.gradient(line, axis=0)
    found = []
    for at, along in zip(line, ahead, strict=True):
        across = np.array([0.0, -along[2], along[1]]) / np.linalg.norm(along)
        tried = np.linspace(-_CANAL_SEARCH_MM, _CANAL_SEARCH_MM, 41)
        room = [_room(near, at + across * t) - 0.05 * abs(t) for t in tried]
        found.append(at + across * tried[int(np.argmax(room))])
    return _evened(np.array(found))


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


def sleeved(run: Run, swellings: Sequence[Swelling]) -> Run:
    """The run as thick as its dural sleeve as far as that goes."""
    cover = sleeve(run, swellings)
    radius = run.radius_mm.copy()
    radius[: len(cover.points)] = np.maximum(radius[: len(cover.points)], cover.radius_mm)
    return Run(run.points, radius, run.flat)


def sleeve(run: Run, swellings: Sequence[Swelling]) -> Run:
    """The funnel of dura about a root, from the sac to the middle of its ganglion, which it hides in.

    swellings: the root's; without one the sleeve ends half-way.
    """
    last = run.nearest(swellings[0].at) if swellings else len(run.points) // 2
    last = max(last, 3)
    share = np.linspace(0.0, 1.0, last + 1)
    over = np.interp(share, [0.0, 0.35, 1.0], [_SLEEVE_MM[0], _SLEEVE_MM[1] + 0.12, _SLEEVE_MM[1]])
    return Run(run.points[: last + 1], run.radius_mm[: last + 1] + over, run.flat[: last + 1])
