"""What is cut out of, added to or moved in a measured bone: canals, foramina, joints of fused pieces.

The measured surface of a bone is one closed skin; what a solid skin cannot hold (the sacral canal) and
what the measured body lacks (a pedicle of the published width) is told in `bone_edits.toml` and worked
into the bone's implicit function, so that every edge comes out rounded. Distances are mm, LPS.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from scipy.interpolate import PchipInterpolator
from scipy.spatial import cKDTree

from planner.modelling.fields import field_of
from planner.modelling.tables import FRAME_LIMIT_MM, Points, TableFault

FILE = "bone_edits.toml"
_SAMPLE_MM = 0.4  # spacing of the samples of a path
_REACH_MM = 6.0  # farther from a tube its distance no longer matters
_FAR_MM = 1.0e3
_ACTS = ("cut", "add", "move")
_MIRROR = np.array([-1.0, 1.0, 1.0])


@dataclass(frozen=True, eq=False)
class Tube:
    """A tapered tube along a path: centres (n, 3), tangents (n, 3), widths and depths (n,), their axes.

    act: "cut" takes the tube out of the bone, "add" joins it to the bone, "move" carries the surface
    inside it along by `by` (3,) mm, which fades out over blend_mm beyond the tube.
    flat: its ends are plane, not domed.  place_mm: (n,) way along the path.
    taper: share by which the section is narrower towards +depth than towards -depth (0: an ellipse).
    """

    act: str
    blend_mm: float
    mirror: bool
    flat: bool
    taper: float
    centre: Points
    place_mm: Points
    along: Points
    across: Points
    deep: Points
    half_width_mm: Points
    half_depth_mm: Points
    tree: cKDTree
    by: Points

    def moved(self, at: Points) -> Points:
        """Where the surface now at points (n, 3) was before this move."""
        source = at.copy()
        for flip in (np.ones(3), _MIRROR) if self.mirror else (np.ones(3),):
            rest = np.clip(self._one(at * flip) / self.blend_mm, 0.0, 1.0)
            weight = 1.0 - rest * rest * (3.0 - 2.0 * rest)
            source -= weight[:, None] * self.by * flip
        return source

    def distance(self, at: Points) -> Points:
        """Signed distance estimate (n,) of points (n, 3), negative inside, far away a large number."""
        found = self._one(at)
        return np.minimum(found, self._one(at * _MIRROR)) if self.mirror else found

    def _one(self, at: Points) -> Points:
        found = np.full(len(at), _FAR_MM)
        wide = float(max(self.half_width_mm.max(), self.half_depth_mm.max())) + _REACH_MM
        near = ((at > self.centre.min(0) - wide) & (at < self.centre.max(0) + wide)).all(1)
        if not near.any():
            return found
        _, row = self.tree.query(at[near])
        offset = at[near] - self.centre[row]
        forth, side, deep = (
            np.einsum("ij,ij->i", offset, axis[row]) for axis in (self.along, self.across, self.deep)
        )
        depth = self.half_depth_mm[row]
        width = self.half_width_mm[row] * (1.0 - self.taper * np.clip(0.5 + 0.5 * deep / depth, 0.0, 1.0))
        deep = deep if self.flat else np.hypot(deep, forth)
        level = np.hypot(side / width, deep / depth)
        # First-order distance to an ellipse; at the axis, where it is undefined, the depth itself.
        slope = np.hypot(side / width**2, deep / depth**2)
        wall = np.where(level < 0.05, -depth, level * (level - 1.0) / np.maximum(slope, 1e-9))
        if self.flat:
            place = self.place_mm[row] + forth
            wall = smooth_max(wall, np.maximum(-place, place - self.place_mm[-1]), 1.0)
        found[near] = wall
        return found


@dataclass(frozen=True, eq=False)
class Plane:
    """Keeps what lies on the side of `point` (3,) to which the unit `normal` (3,) looks."""

    point: Points
    normal: Points
    blend_mm: float

    def distance(self, at: Points) -> Points:
        """Signed distance (n,), negative where the bone is kept."""
        found: Points = -((at - self.point) @ self.normal)
        return found


@dataclass(frozen=True)
class Edits:
    """All edits of one bone; `source` is the measured structure whose function is edited."""

    source: str
    tubes: tuple[Tube, ...] = ()
    planes: tuple[Plane, ...] = ()

    def moved(self, at: Points) -> Points:
        """Where the surface at points (n, 3) was measured, before every move."""
        for tube in reversed(self.tubes):
            if tube.act == "move":
                at = tube.moved(at)
        return at

    def applied(self, at: Points, values: Points) -> Points:
        """The bone's function (n,) at points (n, 3), moves done, with every cut and addition worked in."""
        for tube in self.tubes:
            if tube.act == "move":
                continue
            distance = tube.distance(at)
            if tube.act == "cut":
                values = smooth_max(values, -distance, tube.blend_mm)
            else:
                values = -smooth_max(-values, -distance, tube.blend_mm)
        for plane in self.planes:
            values = smooth_max(values, plane.distance(at), plane.blend_mm)
        return values


def smooth_max(a: Points, b: Points, blend_mm: float) -> Points:
    """The larger of two fields (n,) with the crease between them rounded off over blend_mm."""
    blend = np.maximum(blend_mm - np.abs(a - b), 0.0)
    larger: Points = np.maximum(a, b) + blend * blend / (4.0 * blend_mm)
    return larger


def bone_value(folder: Path, structure: str, at: Points) -> Points:
    """The edited function of a bone (n,) at points (n, 3), negative inside."""
    edits = edits_of(folder, structure)
    return edits.applied(at, field_of(folder, edits.source)(edits.moved(at)))


def edits_of(folder: Path, structure: str) -> Edits:
    """The edits of a bone, those of a right one mirrored by its left; none for most. Raises TableFault."""
    return _all(folder).get(structure, Edits(structure))


@lru_cache(maxsize=4)
def _all(folder: Path) -> Mapping[str, Edits]:
    try:
        content = tomllib.loads((folder / FILE).read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise TableFault(f"{FILE}: {error}") from error
    found: dict[str, Edits] = {}
    for entry in content.get("bone", []):
        found[entry["id"]] = Edits(entry["source"])
    for entry in content.get("tube", []):
        old = found.get(entry["bone"], Edits(entry["bone"]))
        found[entry["bone"]] = Edits(old.source, (*old.tubes, _tube(entry)), old.planes)
    for entry in content.get("plane", []):
        old = found.get(entry["bone"], Edits(entry["bone"]))
        found[entry["bone"]] = Edits(old.source, old.tubes, (*old.planes, _plane(entry)))
    return found


def _tube(entry: Mapping[str, object]) -> Tube:
    name = f"{FILE}, tube {entry.get('id', '?')}"
    act = str(entry.get("act", ""))
    if act not in _ACTS:
        raise TableFault(f"{name}: act is {act!r}, not one of {', '.join(_ACTS)}")
    return tube(name, entry, numbers(name, entry, "path", 5), act)


def tube(name: str, entry: Mapping[str, object], path: Points, act: str) -> Tube:
    """A tube through rows of x, y, z, half width, half depth (n, 5); the rest is told in `entry`.

    name: file and entry, for the words of a TableFault.
    """
    if len(path) < 2 or (path[:, 3:] <= 0.0).any():
        raise TableFault(f"{name}: a path needs two or more points with positive half width and half depth")
    steps = np.linalg.norm(np.diff(path[:, :3], axis=0), axis=1)
    if (steps < 1e-6).any():
        raise TableFault(f"{name}: two points of the path fall together")
    place = np.concatenate([[0.0], np.cumsum(steps)])
    even = np.linspace(0.0, place[-1], int(place[-1] / _SAMPLE_MM) + 2)
    dense = PchipInterpolator(place, path, axis=0)(even)
    centre = np.ascontiguousarray(dense[:, :3])
    along = np.gradient(centre, axis=0)
    along /= np.linalg.norm(along, axis=1, keepdims=True)
    wide = numbers(name, entry, "across", 1)[:, 0] if "across" in entry else np.array([1.0, 0.0, 0.0])
    across = wide - (along @ wide)[:, None] * along
    across /= np.maximum(np.linalg.norm(across, axis=1, keepdims=True), 1e-9)
    place = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(centre, axis=0), axis=1))])
    return Tube(
        act,
        positive(name, entry, "blend_mm"),
        bool(entry.get("mirror", False)),
        bool(entry.get("flat", False)),
        _share(name, entry.get("taper", 0.0)),
        centre,
        place,
        along,
        across,
        np.cross(across, along),
        dense[:, 3],
        dense[:, 4],
        cKDTree(centre),
        _move(name, entry, act),
    )


def _move(name: str, entry: Mapping[str, object], act: str) -> Points:
    """The way (3,) of a "move"; nothing for the other acts. A steep one would fold the surface."""
    if act != "move":
        return np.zeros(3)
    by = numbers(name, entry, "by", 1)[:, 0]
    if 1.5 * np.linalg.norm(by) > 0.8 * positive(name, entry, "blend_mm"):
        raise TableFault(f"{name}: blend_mm is too short for this move, which would fold the surface")
    return by


def _plane(entry: Mapping[str, object]) -> Plane:
    name = f"{FILE}, plane {entry.get('id', '?')}"
    normal = numbers(name, entry, "normal", 1)[:, 0]
    length = float(np.linalg.norm(normal))
    if length < 1e-6:
        raise TableFault(f"{name}: the normal has no length")
    return Plane(numbers(name, entry, "point", 1)[:, 0], normal / length, positive(name, entry, "blend_mm"))


def numbers(name: str, entry: Mapping[str, object], key: str, columns: int) -> Points:
    """A table (n, columns) of finite numbers within the body frame; one column for a plain list."""
    try:
        values = np.asarray(entry[key], np.float64).reshape(-1, columns)
    except KeyError:
        raise TableFault(f"{name}: {key} is missing") from None
    except (TypeError, ValueError):
        raise TableFault(f"{name}: {key} needs rows of {columns} numbers") from None
    if not np.isfinite(values).all() or (np.abs(values) > FRAME_LIMIT_MM).any():
        raise TableFault(f"{name}: {key} holds a number that is no place in the body")
    if columns == 1 and len(values) != 3:
        raise TableFault(f"{name}: {key} needs three numbers")
    return values


def positive(name: str, entry: Mapping[str, object], key: str) -> float:
    value = entry.get(key)
    if not isinstance(value, int | float) or not 0.0 < value < 50.0:
        raise TableFault(f"{name}: {key} is {value!r}, not a length in mm")
    return float(value)


def _share(name: str, value: object) -> float:
    if not isinstance(value, int | float) or not -0.9 <= value <= 0.9:
        raise TableFault(f"{name}: taper is {value!r}, not a share between -0.9 and 0.9")
    return float(value)
