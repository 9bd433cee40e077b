"""What the measured skin lacks: thighs apart, buttocks with cleft and fold, toes, a clean upper rim.

The measured points come from a hull in which the thighs and toes are fused. Each step here takes a
sampled signed field (mm, negative inside, left half) and returns it changed near one place only.
Positions were read off the foot bones and the pelvis of the same tables; the groin is kept neutral.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Field = NDArray[np.float64]
Points = NDArray[np.float64]

RIM_MM = 355.0  # height at which the model ends, below the ripples of the measured rim


@dataclass(frozen=True, slots=True)
class Groove:
    """A crease along a course: depth and half-width in mm at each course point.

    power: 2 for a soft trough, 1 for a cleft that narrows towards its floor.
    """

    course: tuple[tuple[float, float, float], ...]
    depth_mm: tuple[float, ...]
    width_mm: tuple[float, ...]
    power: float = 2.0


# Natal cleft from over the fourth sacral piece down to the perineum, deepest between the buttocks. Its course
# runs in the depth of the cleft: a course on the skin would sink no deeper than it is wide.
NATAL_CLEFT = Groove(
    ((0, 110, 42), (0, 108, 18), (0, 100, -8), (0, 86, -30), (0, 67, -52), (0, 42, -70), (0, 18, -92)),
    (0.0, 12.0, 22.0, 25.0, 21.0, 10.0, 0.0),
    (6.0, 6.0, 6.5, 7.0, 7.0, 7.0, 7.0),
    power=1.0,
)
# Gluteal fold: horizontal under the ischial tuberosity, shallower and slightly rising to the side.
GLUTEAL_FOLD = Groove(
    ((2, 70, -68), (18, 84, -83), (40, 92, -92), (70, 95, -96), (98, 89, -93), (126, 78, -85)),
    (4.0, 7.5, 8.0, 6.0, 2.6, 0.0),
    (8.0, 9.0, 9.0, 10.0, 11.0, 12.0),
)

# Toe axes (x, y, z) from within the ball of the foot to the pulp, with radii; great toe first.
TOES: tuple[tuple[tuple[float, float, float, float], ...], ...] = (
    ((96, -112, -870, 12.0), (108, -136, -873.5, 10.5), (116.5, -151, -875, 9.8)),
    ((117, -108, -871, 8.5), (128.5, -129, -871, 7.6), (137.5, -149, -876, 7.2)),
    ((130, -103, -873, 8.0), (142, -121, -872, 7.2), (150.5, -138, -877, 6.9)),
    ((139, -91, -874, 8.0), (152, -108, -873, 7.0), (159.8, -122.5, -878, 6.7)),
    ((147, -80, -875, 9.0), (159, -94, -874.5, 7.2), (165.6, -105, -878.5, 6.8)),
)
# Where the toes become free, from medial of the great toe to lateral of the fifth (x, y).
WEB_LINE: tuple[tuple[float, float], ...] = (
    (70, -118),
    (98, -122),
    (118.5, -126),
    (137, -123),
    (149, -111),
    (158, -97),
    (185, -84),
)


def smooth_max(a: Field, b: Field, round_mm: float) -> Field:
    """max(a, b) with the inner corner rounded over about `round_mm`."""
    return np.maximum(a, b) + np.maximum(round_mm - np.abs(a - b), 0.0) ** 2 / (4.0 * round_mm)


def smooth_min(a: Field, b: Field, round_mm: float) -> Field:
    """min(a, b) with the inner corner filled over about `round_mm`."""
    return -smooth_max(-a, -b, round_mm)


def polyline(at: Points, course: Points, *carried: Field) -> tuple[Field, ...]:
    """Distance from points (n, d) to a polyline (k, d), and values carried along it, each (n,)."""
    best = np.full(len(at), np.inf)
    values = [np.zeros(len(at)) for _ in carried]
    for k in range(len(course) - 1):
        along = course[k + 1] - course[k]
        t = np.clip((at - course[k]) @ along / float(along @ along), 0.0, 1.0)
        gap = np.linalg.norm(at - course[k] - t[:, None] * along, axis=1)
        nearer = gap < best
        best[nearer] = gap[nearer]
        for value, source in zip(values, carried, strict=True):
            value[nearer] = (source[k] + t * (source[k + 1] - source[k]))[nearer]
    return best, *values


def thigh_gap(field: Field, at: Points) -> Field:
    """Takes away a narrow wedge between the thighs below the perineum."""
    x, y, z = np.abs(at[:, 0]), at[:, 1], at[:, 2]
    # The perineum is an arch: lowest in the middle, its underside rounded by the smooth maximum.
    roof = -103.0 + 0.004 * (y - 2.0) ** 2
    half_gap = 1.7 + 0.015 * np.maximum(roof - z, 0.0)
    wedge = np.maximum(x - half_gap, (z - roof) * 0.5)
    return smooth_max(field, -wedge, 6.0)


def grooved(field: Field, at: Points, groove: Groove) -> Field:
    """Sinks a crease into the surface, deepest on its course."""
    course = np.array(groove.course, float)
    gap, depth, width = polyline(at, course, np.array(groove.depth_mm), np.array(groove.width_mm))
    rounded = np.hypot(gap, 1.5)  # a floor without an edge
    return field + depth * np.exp(-((rounded / width) ** groove.power))


def _round_cones(at: Points, chain: Sequence[tuple[float, float, float, float]]) -> Field:
    nodes = np.array(chain, float)
    best = np.full(len(at), np.inf)
    for k in range(len(nodes) - 1):
        along = nodes[k + 1, :3] - nodes[k, :3]
        t = np.clip((at - nodes[k, :3]) @ along / float(along @ along), 0.0, 1.0)
        gap = np.linalg.norm(at - nodes[k, :3] - t[:, None] * along, axis=1)
        best = (
            smooth_min(best, gap - (nodes[k, 3] + t * (nodes[k + 1, 3] - nodes[k, 3])), 3.0)
            if k
            else (gap - (nodes[k, 3] + t * (nodes[k + 1, 3] - nodes[k, 3])))
        )
    return best


def toes(field: Field, at: Points) -> Field:
    """Replaces the fused front of the foot by five toes."""
    line = np.array(WEB_LINE, float)
    gap = polyline(at[:, :2], line)[0]
    ahead = at[:, 1] < np.interp(at[:, 0], line[:, 0], line[:, 1])
    foot = smooth_max(field, np.where(ahead, gap, -gap), 7.0)
    single = [_round_cones(at, toe) for toe in TOES]
    together = single[0]
    for toe in single[1:]:
        together = smooth_min(together, toe, 2.2)
    return smooth_min(foot, together, 7.0)


def level_rim(field: Field, at: Points) -> Field:
    """Ends the model in a flat plane with a slightly rounded edge."""
    return smooth_max(field, at[:, 2] - RIM_MM, 4.0)
