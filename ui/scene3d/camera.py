"""The camera as a plain value: where it looks, from where, how far; named views, framing, rays.

A turntable: azimuth turns about the body's long axis, elevation tilts, superior stays up and there is no
roll. Everything here is arithmetic on small records, so it is tested without a window.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from planner.space import View

VIEW_ANGLE_DEG = 20.0  # a long lens: little perspective, so that distances do not deceive
MARGIN = 1.10
NEAREST_MM, FARTHEST_MM = 60.0, 12_000.0
ELEVATION_LIMIT_DEG = 89.0

# Azimuth and elevation of the named views: 0 is in front of the patient, +90 at the patient's left.
VIEW_ANGLES_DEG: dict[View, tuple[float, float]] = {
    "anterior": (0.0, 0.0),
    "left": (90.0, 0.0),
    "posterior": (180.0, 0.0),
    "right": (-90.0, 0.0),
    "superior": (180.0, 90.0),
    "inferior": (0.0, -90.0),
}

Vector = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Pose:
    """focus_lps: the point looked at, mm. azimuth and elevation in degrees, distance in mm."""

    focus_lps: tuple[float, float, float] = (0.0, 0.0, 150.0)
    azimuth_deg: float = 0.0
    elevation_deg: float = 0.0
    distance_mm: float = 1200.0


@dataclass(frozen=True, slots=True)
class Axes:
    """Unit vectors (3,), LPS: `toward` points from the focus to the eye."""

    right: Vector
    up: Vector
    toward: Vector


def axes(pose: Pose) -> Axes:
    """The screen's right, up and out-of-the-screen directions in the body's frame."""
    a, e = math.radians(pose.azimuth_deg), math.radians(pose.elevation_deg)
    toward = np.array([math.sin(a) * math.cos(e), -math.cos(a) * math.cos(e), math.sin(e)])
    up = np.array([-math.sin(a) * math.sin(e), math.cos(a) * math.sin(e), math.cos(e)])
    return Axes(np.array([math.cos(a), math.sin(a), 0.0]), up, toward)


def eye_lps(pose: Pose) -> Vector:
    """Position of the eye, (3,), mm."""
    return np.asarray(pose.focus_lps) + pose.distance_mm * axes(pose).toward


def mm_per_px(pose: Pose, height_px: float) -> float:
    """Size of one pixel at the focus."""
    return 2.0 * pose.distance_mm * math.tan(math.radians(VIEW_ANGLE_DEG / 2)) / max(height_px, 1.0)


def turned(pose: Pose, azimuth_deg: float, elevation_deg: float) -> Pose:
    """The pose turned about its focus; the elevation stops short of the poles."""
    elevation = pose.elevation_deg + elevation_deg
    if elevation_deg:
        elevation = max(-ELEVATION_LIMIT_DEG, min(ELEVATION_LIMIT_DEG, elevation))
    return replace(pose, azimuth_deg=_wrapped(pose.azimuth_deg + azimuth_deg), elevation_deg=elevation)


def panned(pose: Pose, right_px: float, down_px: float, height_px: float) -> Pose:
    """The pose moved so that the point under the cursor follows the cursor by these pixels."""
    frame, scale = axes(pose), mm_per_px(pose, height_px)
    moved = np.asarray(pose.focus_lps) + scale * (-right_px * frame.right + down_px * frame.up)
    return replace(pose, focus_lps=_tuple(moved))


def zoomed(pose: Pose, factor: float, x_px: float, y_px: float, width_px: float, height_px: float) -> Pose:
    """The pose `factor` times nearer (> 1 enlarges) with the point under the cursor kept in place."""
    distance = max(NEAREST_MM, min(FARTHEST_MM, pose.distance_mm / max(factor, 1e-6)))
    kept = 1.0 - distance / pose.distance_mm
    shift_x, shift_y = x_px - width_px / 2.0, y_px - height_px / 2.0
    moved = panned(pose, -shift_x * kept, -shift_y * kept, height_px)
    return replace(moved, distance_mm=distance)


def of_view(pose: Pose, view: View) -> Pose:
    """The pose seen from a named direction, focus and distance kept."""
    azimuth, elevation = VIEW_ANGLES_DEG[view]
    return replace(pose, azimuth_deg=azimuth, elevation_deg=elevation)


def opposite(view: View) -> View:
    """The view from the other side."""
    pairs: dict[View, View] = {
        "anterior": "posterior",
        "posterior": "anterior",
        "left": "right",
        "right": "left",
        "superior": "inferior",
        "inferior": "superior",
    }
    return pairs[view]


def framed(
    pose: Pose,
    points_lps: NDArray[np.floating],
    aspect: float,
    margin: float = MARGIN,
    least_mm: float = 90.0,
) -> Pose:
    """The pose, direction kept, from which all points `(n, 3)` are in view. aspect: width / height.

    least_mm: a smaller extent is framed as if it were this tall, so that a point has surroundings.
    """
    points = np.atleast_2d(np.asarray(points_lps, float))
    if not points.size:
        return pose
    frame = axes(pose)
    local = np.stack([points @ frame.right, points @ frame.up, points @ frame.toward], axis=1)
    low, high = local.min(0), local.max(0)
    middle = (low + high) / 2.0
    tan_v = math.tan(math.radians(VIEW_ANGLE_DEG / 2)) / margin
    tan_h = tan_v * max(aspect, 0.05)
    off = local - middle
    needed = np.maximum(np.abs(off[:, 0]) / tan_h, np.abs(off[:, 1]) / tan_v) + off[:, 2]
    distance = max(float(needed.max()), 0.5 * least_mm / min(tan_v, tan_h))
    focus = middle[0] * frame.right + middle[1] * frame.up + middle[2] * frame.toward
    return replace(pose, focus_lps=_tuple(focus), distance_mm=max(NEAREST_MM, min(FARTHEST_MM, distance)))


def between(start: Pose, end: Pose, t: float) -> Pose:
    """The pose at 0 <= t <= 1 of an eased flight: shortest turn, even zoom."""
    t = max(0.0, min(1.0, t))
    s = t * t * (3.0 - 2.0 * t)
    turn = _wrapped(end.azimuth_deg - start.azimuth_deg)
    focus = (1 - s) * np.asarray(start.focus_lps) + s * np.asarray(end.focus_lps)
    return Pose(
        _tuple(focus),
        _wrapped(start.azimuth_deg + s * turn),
        (1 - s) * start.elevation_deg + s * end.elevation_deg,
        math.exp((1 - s) * math.log(start.distance_mm) + s * math.log(end.distance_mm)),
    )


def alike(first: Pose, second: Pose) -> bool:
    """Whether two poses show practically the same picture."""
    apart = float(np.linalg.norm(np.asarray(first.focus_lps) - np.asarray(second.focus_lps)))
    return (
        apart < 0.002 * first.distance_mm
        and abs(first.distance_mm - second.distance_mm) < 0.005 * first.distance_mm
        and abs(_wrapped(first.azimuth_deg - second.azimuth_deg)) < 0.5
        and abs(first.elevation_deg - second.elevation_deg) < 0.5
    )


def project(
    pose: Pose, points_lps: NDArray[np.floating], width_px: float, height_px: float
) -> tuple[Vector, Vector]:
    """Screen places `(n, 2)` in pixels from the top left, and depths `(n,)` in mm before the eye."""
    frame = axes(pose)
    local = np.atleast_2d(np.asarray(points_lps, float)) - eye_lps(pose)
    depth = -(local @ frame.toward)
    scale = height_px / (2.0 * math.tan(math.radians(VIEW_ANGLE_DEG / 2))) / np.maximum(depth, 1e-6)
    x = width_px / 2.0 + (local @ frame.right) * scale
    y = height_px / 2.0 - (local @ frame.up) * scale
    return np.stack([x, y], axis=1), depth


def ray(pose: Pose, x_px: float, y_px: float, width_px: float, height_px: float) -> tuple[Vector, Vector]:
    """Eye and unit direction, both (3,) LPS, of the line of sight through a pixel."""
    frame = axes(pose)
    half = math.tan(math.radians(VIEW_ANGLE_DEG / 2))
    u = (x_px - width_px / 2.0) / max(height_px / 2.0, 0.5) * half
    v = (height_px / 2.0 - y_px) / max(height_px / 2.0, 0.5) * half
    direction = u * frame.right + v * frame.up - frame.toward
    return eye_lps(pose), direction / np.linalg.norm(direction)


def _wrapped(angle_deg: float) -> float:
    return (angle_deg + 180.0) % 360.0 - 180.0


def _tuple(vector: Vector) -> tuple[float, float, float]:
    return float(vector[0]), float(vector[1]), float(vector[2])
