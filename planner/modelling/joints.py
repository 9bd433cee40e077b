"""Joint capsules, cartilage and ligaments, from the solids told in `joints.toml`.

A solid is a union of tubes set by landmarks. Where it lies on bone it can be limited to a skin over
the bones, which a smooth union webs across the joint line: a capsule follows both bones and closes the
gap between them. What is left is then cut back to the bones' surfaces. Distances are mm, LPS.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import distance_transform_edt

from planner.modelling import bone_edits, fields
from planner.modelling.bone_edits import Plane, Tube, bone_value, smooth_max
from planner.modelling.implicit import contoured, relaxed
from planner.modelling.recipe import Recipe, Shape, Solids, right
from planner.modelling.simplify import reduced
from planner.modelling.tables import Landmarks, Points, TableFault, Tables

FILE = "joints.toml"
_MARGIN_MM = 3.0
_TRUST_MM = 26.0  # farther from its points a fitted function is a guess
_EXACT_MM = 2.0  # so far from the bone it is a distance
_FAR_MM = 1.0e3
_NEAR_MM = 2.5  # farther outside its tubes a solid need not know the bones
_SHAPE = (
    "id",
    "each",
    "bones",
    "web_mm",
    "cover_mm",
    "within_mm",
    "into_mm",
    "step_mm",
    "triangles",
    "passes",
)
_KEYS = frozenset((*_SHAPE, "tube", "plane", "grade", "sources", "note"))


@dataclass(frozen=True, eq=False)
class Solid:
    """One capsule or ligament: tubes joined ("add") and taken away ("cut"), planes, bones it lies on.

    web_mm: width over which the bones' distances melt into one another; 0 for a plain union.
    cover_mm: thickness of the skin over the bones; None where the tubes alone give the shape.
    within_mm: how near it stays to each of its bones; None where it may leave them. What lies between two
        bones in this way ends blunt where they part, and not as a film that runs out upon one of them.
    into_mm: how far it reaches into the bones, so that no slit is left between them.
    """

    id: str
    tubes: tuple[Tube, ...]
    planes: tuple[Plane, ...]
    bones: tuple[str, ...]
    web_mm: float
    cover_mm: float | None
    within_mm: float | None
    into_mm: float
    step_mm: float
    triangles: int
    passes: int


def recipes(folder: Path) -> tuple[Recipe, ...]:
    """One recipe per solid of the table, sided ones with their mirrored twin. Raises TableFault."""
    found = []
    for entry in entries(folder):
        ident = str(entry["id"])
        bones = tuple(entry.get("bones", ()))
        left = {name.replace("_right", "_left") for name in bones}
        surfaces = {f"surfaces/{'sacrum' if name == 'coccyx' else name}.csv" for name in left}
        files = (FILE, bone_edits.FILE, "landmarks.csv", *sorted(surfaces))
        twin = right(ident) if ident.endswith("_left") else ""
        make = partial(shape, structure=ident)
        found.append(Recipe(ident, "discs", make, files, twin=twin, modules=(bone_edits, fields)))
    return tuple(found)


def shape(tables: Tables, solids: Solids, *, structure: str) -> Shape:
    """The closed surface of one solid."""
    told = next(entry for entry in entries(tables.folder) if entry["id"] == structure)
    solid = _solid(told, tables.landmarks)
    kept = [tube for tube in solid.tubes if tube.act == "add"]
    wide = [np.maximum(tube.half_width_mm, tube.half_depth_mm)[:, None] + _MARGIN_MM for tube in kept]
    low = np.min([(t.centre - w).min(0) for t, w in zip(kept, wide, strict=True)], 0)
    high = np.max([(t.centre + w).max(0) for t, w in zip(kept, wide, strict=True)], 0)
    counts = np.ceil((high - low) / solid.step_mm).astype(int) + 1
    spots = np.stack(np.meshgrid(*[np.arange(n) for n in counts], indexing="ij"), -1).reshape(-1, 3)
    at = low + solid.step_mm * spots
    values = _region(solid, at)
    if solid.bones:
        near = np.flatnonzero(values < _NEAR_MM + solid.web_mm)
        apart = [_apart(tables.folder, bone, at, near, counts, solid.step_mm) for bone in solid.bones]
        if solid.cover_mm is not None:
            skin = apart[0]
            for other in apart[1:]:
                skin = -smooth_max(-skin, -other, max(solid.web_mm, 0.1))
            values = smooth_max(values, skin - solid.cover_mm, 0.8)
        if solid.within_mm is not None:
            for distance in apart:
                values = smooth_max(values, distance - solid.within_mm, 1.2)
        values = smooth_max(values, -solid.into_mm - np.min(apart, 0), 0.4)
    vertices, triangles = contoured(values.reshape(counts).astype(np.float32), low, solid.step_mm)
    return reduced(relaxed(vertices, triangles, solid.passes), triangles, solid.triangles)


def _region(solid: Solid, at: Points) -> Points:
    """Signed distance estimate (n,) to the tubes and planes of a solid at points (n, 3)."""
    found = np.full(len(at), 1.0e3)
    for tube in solid.tubes:
        if tube.act == "add":
            found = -smooth_max(-found, -tube.distance(at), tube.blend_mm)
    for tube in solid.tubes:
        if tube.act == "cut":
            found = smooth_max(found, -tube.distance(at), tube.blend_mm)
    for plane in solid.planes:
        found = smooth_max(found, plane.distance(at), plane.blend_mm)
    return found


def _apart(
    folder: Path, bone: str, at: Points, near: NDArray[np.intp], counts: NDArray[np.int64], step_mm: float
) -> Points:
    """Signed distance (n,) from a bone at the nodes (n, 3) of a grid, of which the rows `near` matter.

    A fitted function is a distance beside its surface only; farther away the way over the grid counts.
    """
    found = np.full(len(at), _FAR_MM)
    home = fields.field_of(folder, bone_edits.edits_of(folder, bone).source)
    known = near[home.near(at[near], _TRUST_MM)]
    if len(known):
        found[known] = bone_value(folder, bone, at[known])
    inside = (found < 0.0).reshape(counts)
    if not inside.any():
        return np.full(len(at), _FAR_MM)
    way = distance_transform_edt(~inside).ravel() * step_mm - 0.5 * step_mm
    share = np.clip((way - _EXACT_MM) / _EXACT_MM, 0.0, 1.0)
    return np.where(inside.ravel(), found, (1.0 - share) * np.minimum(found, 3.0 * _EXACT_MM) + share * way)


@lru_cache(maxsize=4)
def entries(folder: Path) -> tuple[Mapping[str, Any], ...]:
    """The solids as the table tells them, those of several levels written out. Raises TableFault."""
    try:
        content = tomllib.loads((folder / FILE).read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise TableFault(f"{FILE}: {error}") from error
    levels: Mapping[str, Sequence[Mapping[str, str]]] = content.get("levels", {})
    found: list[Mapping[str, Any]] = []
    for entry in content.get("solid", []):
        name = f"{FILE}, {entry.get('id', '?')}"
        unknown = sorted(set(entry) - _KEYS)
        if unknown:
            raise TableFault(f"{name}: there is no {unknown[0]!r} here")
        if "each" not in entry:
            found.append(entry)
        elif entry["each"] in levels:
            found.extend(_filled(entry, level) for level in levels[entry["each"]])
        else:
            raise TableFault(f"{name}: there are no levels {entry['each']!r}")
    return tuple(found)


def _filled(entry: Any, level: Mapping[str, str]) -> Any:
    """The entry with {a}, {b}, ... replaced in every text."""
    if isinstance(entry, str):
        return entry.format(**level)
    if isinstance(entry, dict):
        return {key: _filled(item, level) for key, item in entry.items()}
    return [_filled(item, level) for item in entry] if isinstance(entry, list) else entry


def _solid(entry: Mapping[str, Any], landmarks: Landmarks) -> Solid:
    name = f"{FILE}, {entry.get('id', '?')}"
    tubes = tuple(_tubes(name, entry, landmarks))
    if not any(tube.act == "add" for tube in tubes):
        raise TableFault(f"{name}: it has no tube")
    planes = tuple(
        Plane(_anchor(name, plane.get("at"), landmarks)[:3], _unit(name, plane), 1.0)
        for plane in entry.get("plane", [])
    )
    return Solid(
        str(entry["id"]),
        tubes,
        planes,
        tuple(entry.get("bones", ())),
        float(entry.get("web_mm", 0.0)),
        float(entry["cover_mm"]) if "cover_mm" in entry else None,
        bone_edits.positive(name, entry, "within_mm") if "within_mm" in entry else None,
        float(entry.get("into_mm", 0.3)),
        bone_edits.positive(name, entry, "step_mm"),
        int(entry["triangles"]),
        int(entry.get("passes", 4)),
    )


def _tubes(name: str, entry: Mapping[str, Any], landmarks: Landmarks) -> Iterator[Tube]:
    for told in entry.get("tube", []):
        told_rows = [_anchor(name, row, landmarks) for row in told.get("path", [])]
        if not told_rows or any(len(row) != 5 for row in told_rows):
            raise TableFault(f"{name}: a row of a path is [landmark, x, y, z, half width, half depth]")
        path = np.array(told_rows)
        act = str(told.get("act", "add"))
        if act not in ("add", "cut"):
            raise TableFault(f"{name}: act is {act!r}, not add or cut")
        yield bone_edits.tube(name, {"blend_mm": 1.0, **told}, path, act)


def _anchor(name: str, row: object, landmarks: Landmarks) -> Points:
    """[landmark, x, y, z, ...] as numbers (k,), x, y, z counted from the landmark ("" for the origin)."""
    if not isinstance(row, list) or len(row) < 4 or not isinstance(row[0], str):
        raise TableFault(f"{name}: a place is [landmark, x, y, z]")
    try:
        found = np.asarray(row[1:], np.float64)
    except (TypeError, ValueError):
        raise TableFault(f"{name}: {row[0]!r} is not followed by numbers") from None
    if not np.isfinite(found).all():
        raise TableFault(f"{name}: {row[0]!r} is followed by a number that is no place in the body")
    if row[0]:
        found[:3] += landmarks[row[0]]
    return found


def _unit(name: str, entry: Mapping[str, Any]) -> Points:
    normal = bone_edits.numbers(name, entry, "normal", 1)[:, 0]
    length = float(np.linalg.norm(normal))
    if length < 1e-6:
        raise TableFault(f"{name}: the normal of a plane has no length")
    unit: Points = normal / length
    return unit
