"""The envelope of the trunk wall: a surface under the skin told by azimuth and height.

It is the outer face of external oblique, rectus sheath and thoracolumbar fascia. It follows the measured
skin at the tabulated depth and bends, near its lower border, to the bones and the inguinal ligament.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import PchipInterpolator, RBFInterpolator, RegularGridInterpolator

from planner.modelling.tables import TableFault, Tables

Points = NDArray[np.float64]

WALL = "abdominal_wall.toml"
FILES = (WALL, "surfaces/skin.csv", "landmarks.csv")
_MM_PER_DEG = 2.0  # about the radius of the trunk: makes azimuth and height comparable
_NAVEL_MM = 18.0
_LOWEST_MM = -70.0
_HIGHEST_MM = 368.0  # above lie the ripples of the measured rim


@dataclass(frozen=True, eq=False)
class Envelope:
    """Radius of the envelope by azimuth and height, and the wall's content as read."""

    content: dict[str, Any]
    axis_y_mm: float
    _skin: RBFInterpolator
    _depth: RegularGridInterpolator
    _edge: PchipInterpolator  # azimuth -> height, radius, reach

    def edge_mm(self, azimuth: Points) -> Points:
        """Height of the lower border by azimuth."""
        return np.asarray(self._edge(np.clip(azimuth, 0.0, 180.0))[..., 0])

    def radius(self, azimuth: Points, height: Points) -> Points:
        """Distance in mm from the axis."""
        azimuth = np.clip(azimuth, 0.0, 180.0)
        low, radius, reach = np.moveaxis(np.asarray(self._edge(azimuth)), -1, 0)
        share = np.clip((height - low) / reach, 0.0, 1.0)
        pull = (1.0 - share) ** 2 * (1.0 + 2.0 * share)
        return np.asarray(
            self._beneath(azimuth, height)
            + pull * (radius - self._beneath(azimuth, np.maximum(low, _LOWEST_MM)))
        )

    def _beneath(self, azimuth: Points, height: Points) -> Points:
        flat = np.stack([np.ravel(azimuth), np.ravel(height)], 1)
        skin = self._skin(flat * (_MM_PER_DEG, 1.0))
        heights, _ = self._depth.grid
        held = np.stack([np.clip(flat[:, 1], heights[0], heights[-1]), flat[:, 0]], 1)
        return np.asarray((skin - self._depth(held)).reshape(np.shape(azimuth)))

    def at(self, azimuth: Points, height: Points) -> Points:
        """Points (..., 3) of the envelope."""
        radius, turn = self.radius(azimuth, height), np.radians(azimuth)
        return np.stack(
            [radius * np.sin(turn), self.axis_y_mm - radius * np.cos(turn), np.asarray(height, np.float64)],
            -1,
        )

    def outward(self, azimuth: Points, height: Points) -> Points:
        """Unit normals (..., 3) away from the axis, taken over a few millimetres."""
        across = self.at(azimuth + 1.5, height) - self.at(azimuth - 1.5, height)
        upward = self.at(azimuth, height + 3.0) - self.at(azimuth, height - 3.0)
        normal = np.cross(across, upward)
        return np.asarray(normal / np.linalg.norm(normal, axis=-1, keepdims=True))

    def polar(self, points: Points) -> tuple[Points, Points, Points]:
        """Azimuth in degrees, height and distance from the axis of points (n, 3), taken to the left side."""
        x, y = np.abs(points[:, 0]), points[:, 1] - self.axis_y_mm
        return np.degrees(np.arctan2(x, -y)), points[:, 2], np.hypot(x, y)


@lru_cache(maxsize=2)
def envelope(folder: Path) -> Envelope:
    """The envelope of the tables in `folder`. Raises TableFault naming the faulty entry."""
    content = read(folder)
    tables = Tables.load(folder)
    axis = float(content["axis_y_mm"])
    points = tables.whole_surface("skin").points
    points = points[(points[:, 2] > _LOWEST_MM) & (points[:, 2] < _HIGHEST_MM)]
    points = points[np.linalg.norm(points - tables.landmarks["umbilicus"], axis=1) > _NAVEL_MM]
    turn = np.degrees(np.arctan2(points[:, 0], axis - points[:, 1]))
    radius = np.hypot(points[:, 0], points[:, 1] - axis)
    near = np.abs(turn) > 150.0  # the back is continued over the median plane
    turn = np.concatenate([turn, turn[near] - 360.0 * np.sign(turn[near])])
    height, radius = (np.concatenate([values, values[near]]) for values in (points[:, 2], radius))
    skin = RBFInterpolator(
        np.stack([turn * _MM_PER_DEG, height], 1), radius, smoothing=4.0, kernel="linear", degree=1
    )
    table = content["envelope"]
    depth = RegularGridInterpolator(
        (table["height_mm"], table["azimuth_deg"]), np.array(table["depth_mm"], float), method="pchip"
    )
    border = np.array(content["border"]["points"], float)
    at = np.degrees(np.arctan2(border[:, 0], axis - border[:, 1]))
    if (np.diff(at) <= 0.0).any():
        row = int(np.flatnonzero(np.diff(at) <= 0.0)[0]) + 2
        raise TableFault(f"{WALL}, border: point {row} does not lie farther round than the one before it")
    ring = np.stack([border[:, 2], np.hypot(border[:, 0], border[:, 1] - axis), border[:, 3]], 1)
    return Envelope(content, axis, skin, depth, PchipInterpolator(at, ring, axis=0))


def read(folder: Path) -> dict[str, Any]:
    """The wall's table with its shapes checked. Raises TableFault."""
    try:
        content = tomllib.loads((folder / WALL).read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise TableFault(f"{WALL}: {error}") from error
    try:
        table = content["envelope"]
        shape = len(table["height_mm"]), len(table["azimuth_deg"])
        _numbers("envelope", table["depth_mm"], shape)
        _numbers("border", content["border"]["points"], (len(content["border"]["points"]), 4))
        for entry in (*content["layer"], *content["sheet"]):
            for name in ("lower", "upper", "medial", "lateral"):
                _numbers(f"{entry['id']}, {name}", entry[name], (len(entry[name]), 2))
    except KeyError as error:
        raise TableFault(f"{WALL}: {error} is missing") from error
    return content


def _numbers(where: str, values: object, shape: tuple[int, ...]) -> None:
    try:
        found = np.array(values, float)
    except (TypeError, ValueError):
        raise TableFault(f"{WALL}, {where}: rows differ in length or hold what is no number") from None
    if found.shape != shape or not np.isfinite(found).all():
        raise TableFault(f"{WALL}, {where}: {shape[0]} rows of {shape[1]} finite numbers are wanted")
