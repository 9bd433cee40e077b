"""Lumbar discs: what lies between two endplates, with a wall that bulges a little beyond their rims.

The measured discs leave slits beside bone that was moved or cut; a disc is therefore made from the
vertebrae it joins: it fills the gap between them and its wall spans from rim to rim.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planner.modelling.bone_edits import bone_value, smooth_max
from planner.modelling.implicit import contoured, relaxed
from planner.modelling.recipe import Shape, Solids
from planner.modelling.simplify import reduced
from planner.modelling.tables import Points, Tables

_TURNS = 72  # directions in which the rims are looked for
_WAVES = 7  # of their Fourier series: an outline without the vertebra's own roughness
_DEPTH_MM = 3.0  # into the body, below the rounded edge
_REACH_MM = (10.0, 34.0)
_WIDER_MM = 2.5  # the lower body carries pedicles at this height: it may differ from the upper by this
_BULGE_MM = 1.2
_TUCK_MM = 0.4  # by which the wall starts inside the rims
_INSET_MM = 3.5  # from the wall: where the height of the rims is taken
_LIP_MM = 0.8  # by which the wall laps over a rim
_DOME_MM = 5.0  # by which the endplates may be hollower than their rims
_GAP_MM = 0.03


@dataclass(frozen=True, eq=False)
class Frame:
    """The disc's own axes: middle (3,), up (towards the upper vertebra), left, back; half height in mm."""

    middle: Points
    up: Points
    left: Points
    back: Points
    half_mm: float

    def rays(self) -> Points:
        """Unit directions (_TURNS, 3) around the disc, from left over back."""
        turn = np.linspace(0.0, 2.0 * np.pi, _TURNS, endpoint=False)[:, None]
        found: Points = np.cos(turn) * self.left + np.sin(turn) * self.back
        return found


def disc(
    tables: Tables,
    solids: Solids,
    *,
    upper: str,
    lower: str,
    above: str,
    below: str,
    step_mm: float,
    budget: int,
) -> Shape:
    """The disc between two vertebrae; above, below: the landmarks of the endplates' centres."""
    frame = _frame(tables.landmarks[above], tables.landmarks[below])
    wide = _outline(tables, upper, frame, frame.half_mm + _DEPTH_MM)
    other = _outline(tables, lower, frame, -frame.half_mm - _DEPTH_MM)
    other = np.clip(other, wide - _WIDER_MM, wide + _WIDER_MM)
    wide, other = _smooth(wide), _smooth(other)
    inner = np.minimum(wide, other) - _INSET_MM
    high, low = (
        _smooth(_rim(tables, upper, frame, inner, 1.0)),
        _smooth(_rim(tables, lower, frame, inner, -1.0)),
    )

    reach = float(max(wide.max(), other.max())) + 4.0
    corner = frame.middle - reach
    count = int(np.ceil(2.0 * reach / step_mm)) + 1
    spots = np.stack(np.meshgrid(*[np.arange(count)] * 3, indexing="ij"), -1).reshape(-1, 3)
    at = corner + step_mm * spots
    height = (at - frame.middle) @ frame.up
    near = np.flatnonzero(np.abs(height) < frame.half_mm + _DOME_MM + 4.0)
    values = np.full(len(at), 10.0)
    values[near] = _between(frame, at[near], height[near], wide, other, high, low)
    inside = np.flatnonzero(values < 2.0)
    for bone in (upper, lower):
        distance = bone_value(tables.folder, bone, at[inside])
        values[inside] = smooth_max(values[inside], _GAP_MM - distance, 0.6)
    vertices, triangles = contoured(values.reshape(count, count, count).astype(np.float32), corner, step_mm)
    return reduced(relaxed(vertices, triangles, 3), triangles, budget)


def _frame(top: Points, bottom: Points) -> Frame:
    up = top - bottom
    length = float(np.linalg.norm(up))
    left = np.array([1.0, 0.0, 0.0])
    return Frame((top + bottom) / 2.0, up / length, left, np.cross(up / length, left), length / 2.0)


def _between(
    frame: Frame, at: Points, height: Points, wide: Points, other: Points, high: Points, low: Points
) -> Points:
    """Signed distance estimate (n,) to the barrel from rim to rim; the endplates are cut out of it later."""
    side, deep = (at - frame.middle) @ frame.left, (at - frame.middle) @ frame.back
    turn = np.mod(np.arctan2(deep, side), 2.0 * np.pi) / (2.0 * np.pi) * _TURNS
    row = np.arange(_TURNS + 1)
    upper, lower, top, bottom = (
        np.interp(turn, row, np.append(series, series[0])) for series in (wide, other, high, low)
    )
    share = np.clip((height - bottom) / (top - bottom), -0.2, 1.2)
    wall = lower + share * (upper - lower) - _TUCK_MM + 4.0 * (_BULGE_MM + _TUCK_MM) * share * (1.0 - share)
    radius = np.hypot(side, deep)
    dome = _LIP_MM + _DOME_MM * np.clip(1.0 - (radius / wall) ** 2, 0.0, 1.0)
    caps = np.maximum(height - top - dome, bottom - dome - height)
    return smooth_max(radius - wall, caps, 1.0)


def _outline(tables: Tables, bone: str, frame: Frame, height_mm: float) -> Points:
    """Distance from the axis to the wall of a body in _TURNS directions (n,) mm."""
    steps = np.arange(*_REACH_MM, 0.25)
    centre = frame.middle + height_mm * frame.up
    at = centre + steps[None, :, None] * frame.rays()[:, None]
    outside = bone_value(tables.folder, bone, at.reshape(-1, 3)).reshape(_TURNS, -1) > 0.0
    outside[:, -1] = True
    found: Points = steps[outside.argmax(1)]
    return found


def _rim(tables: Tables, bone: str, frame: Frame, radius_mm: Points, sign: float) -> Points:
    """Height at which an endplate begins beside its rim, in _TURNS directions (n,) mm; sign: 1 the upper."""
    steps = np.arange(0.0, frame.half_mm + _DOME_MM, 0.2)
    foot = frame.middle + radius_mm[:, None] * frame.rays()
    at = foot[:, None] + (sign * steps)[None, :, None] * frame.up
    inside = bone_value(tables.folder, bone, at.reshape(-1, 3)).reshape(_TURNS, -1) < 0.0
    inside[:, -1] = True
    found: Points = sign * steps[inside.argmax(1)]
    return found


def _smooth(values: Points) -> Points:
    """The periodic series (n,) without its short waves, the same on both sides."""
    series = np.fft.rfft(values)
    series[_WAVES:] = 0.0
    even: Points = np.fft.irfft(series, len(values))
    return (even + np.roll(even[::-1], _TURNS // 2 + 1)) / 2.0
