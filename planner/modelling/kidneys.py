"""Where the kidneys stand, and how what hangs on them follows.

The measured kidneys are low and the left one lies in psoas; they are moved as rigid bodies towards the
published levels (T12-L3, the right one lower, lower poles lateral) and clear of psoas.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planner.modelling.tables import Tables

Points = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Pose:
    """A rigid move: a turn about the antero-posterior axis (+: lower pole towards the left) and a shift."""

    turn_deg: float
    shift_mm: tuple[float, float, float]


POSES = {
    "kidney_left": Pose(8.0, (9.0, -6.0, 9.0)),
    "kidney_right": Pose(-13.0, (-9.0, -4.0, 15.0)),
}


def moved(tables: Tables, kidney: str, points: Points) -> Points:
    """Points (n, 3) carried along with a kidney; for directions see `turned`."""
    centre = _centre(tables, kidney)
    found: Points = turned(kidney, points - centre) + centre + np.array(POSES[kidney].shift_mm)
    return found


def turned(kidney: str, vectors: Points) -> Points:
    """Directions (n, 3) turned with a kidney."""
    angle = np.radians(POSES[kidney].turn_deg)
    cosine, sine = np.cos(angle), np.sin(angle)
    # The lower pole (z < 0) swings towards +x for a positive turn.
    found: Points = vectors @ np.array([[cosine, 0.0, sine], [0.0, 1.0, 0.0], [-sine, 0.0, cosine]])
    return found


def _centre(tables: Tables, kidney: str) -> Points:
    points = tables.surface(kidney)[0]
    return np.asarray((points.min(0) + points.max(0)) / 2.0)
