"""Tendons as flat tapering bands along hand-drawn paths: their table, and distances to them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from scipy.interpolate import PchipInterpolator
from scipy.spatial import cKDTree

from planner.modelling.tables import FRAME_LIMIT_MM, Points, TableFault

TABLE = "tendons.toml"
_STEP_MM = 1.0  # spacing of the stations along a band
_FAR_MM = 12.0  # beyond this distance from its axis's reach a band is not worked out


@dataclass(frozen=True, eq=False, slots=True)
class Band:
    """A band with elliptical sections at stations along its axis.

    axis: (k, 3) LPS mm.  across, face: (k, 3) unit vectors along width and thickness.  half: (k, 2) half
    width and half thickness, mm.
    """

    axis: Points
    across: Points
    face: Points
    half: Points

    def distance_mm(self, at: Points) -> Points:
        """Signed distance estimate at points (n, 3), negative inside; 12 where it is out of reach."""
        reach = float(self.half.max()) + _FAR_MM
        found = np.full(len(at), _FAR_MM)
        gap, home = cKDTree(self.axis).query(at, distance_upper_bound=reach)
        rows = np.flatnonzero(np.isfinite(gap))
        home = np.asarray(home)[rows]
        offset = at[rows] - self.axis[home]
        a = (offset * self.across[home]).sum(1)
        b = (offset * self.face[home]).sum(1)
        along = np.sqrt(np.maximum((offset * offset).sum(1) - a * a - b * b, 0.0))
        end = (home == 0) | (home == len(self.axis) - 1)
        thick = self.half[home, 1]
        tip = np.where(end, along / thick, 0.0)
        scale = np.sqrt((a / self.half[home, 0]) ** 2 + (b / thick) ** 2 + tip**2)
        length = np.sqrt(a * a + b * b + np.where(end, along, 0.0) ** 2)
        found[rows] = np.where(scale > 1e-6, length * (1.0 - 1.0 / np.maximum(scale, 1e-6)), -thick)
        near: Points = np.minimum(found, _FAR_MM)
        return near


@lru_cache(maxsize=4)
def load(folder: Path) -> Mapping[str, tuple[Band, ...]]:
    """The bands of each structure. Raises TableFault naming entry and fault."""
    try:
        content = tomllib.loads((folder / TABLE).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise TableFault(f"{TABLE}: {error}") from error
    found: dict[str, tuple[Band, ...]] = {}
    for number, entry in enumerate(content.get("tendon", []), start=1):
        home = str(entry.get("of", f"entry {number}"))
        found[home] = (*found.get(home, ()), _band(entry, home))
    return found


def _band(entry: Mapping[str, object], home: str) -> Band:
    path, face = _array(entry, "path", home), _array(entry, "face", home)
    if path.ndim != 2 or path.shape[1] != 5 or len(path) < 2:
        raise TableFault(f"{TABLE}, {home}: path needs at least two points of five numbers")
    if face.shape != (3,) or not np.linalg.norm(face) > 0.0:
        raise TableFault(f"{TABLE}, {home}: face needs three numbers that are not all 0")
    if np.abs(path[:, :3]).max() > FRAME_LIMIT_MM:
        raise TableFault(f"{TABLE}, {home}: a point lies more than {FRAME_LIMIT_MM:g} mm from the origin")
    if (path[:, 0] <= 0.0).any() or (path[:, 3:] <= 0.0).any():
        raise TableFault(f"{TABLE}, {home}: the path must lie on the left, with widths above 0")
    return band(path, face)


def _array(entry: Mapping[str, object], name: str, home: str) -> Points:
    try:
        found = np.asarray(entry[name], np.float64)
    except KeyError:
        raise TableFault(f"{TABLE}, {home}: {name} is missing") from None
    except (TypeError, ValueError):
        raise TableFault(f"{TABLE}, {home}: {name} must hold numbers") from None
    if not np.isfinite(found).all():
        raise TableFault(f"{TABLE}, {home}: {name} holds a value that is not a number")
    return found


def band(path: Points, face: Points) -> Band:
    """The band along a path (k, 5) of x, y, z, width, thickness with its flat side towards `face`."""
    place = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(path[:, :3], axis=0), axis=1))])
    count = max(3, int(place[-1] / _STEP_MM) + 1)
    fine = PchipInterpolator(place, path, axis=0)(np.linspace(0.0, place[-1], count))
    tangent = np.gradient(fine[:, :3], axis=0)
    tangent /= np.linalg.norm(tangent, axis=1, keepdims=True)
    across = np.cross(np.broadcast_to(face, tangent.shape), tangent)
    length = np.linalg.norm(across, axis=1, keepdims=True)
    if (length < 1e-3 * float(np.linalg.norm(face))).any():
        raise TableFault(f"{TABLE}: a face runs along its tendon")
    across /= length
    return Band(fine[:, :3], across, np.cross(tangent, across), fine[:, 3:] / 2.0)


def distance_mm(bands: tuple[Band, ...], at: Points) -> Points:
    """Distance of points (n, 3) to the nearest of several bands."""
    found = np.full(len(at), _FAR_MM)
    for one in bands:
        found = np.minimum(found, one.distance_mm(at))
    return found
