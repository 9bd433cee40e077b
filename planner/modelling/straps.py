"""Straps, arches and slips of the trunk: psoas minor, crura, arcuate ligaments, intertransversarii.

They are drawn in `fasciae.toml` and cut clear of the bones they lie on.
"""

from __future__ import annotations

import tomllib
from functools import lru_cache, partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import PchipInterpolator
from scipy.ndimage import gaussian_filter1d, maximum_filter1d, minimum_filter1d

from planner.modelling import bone_clearance, fields, waypoints
from planner.modelling.bone_clearance import out_of_bone
from planner.modelling.fields import field_of
from planner.modelling.loft import loft
from planner.modelling.recipe import Recipe, Shape, Solids, right
from planner.modelling.tables import TableFault, Tables
from planner.modelling.tube import sweep
from planner.modelling.waypoints import axial_cut

Points = NDArray[np.float64]

FASCIAE = "fasciae.toml"
_PSOAS = "psoas_major_left"
_BONE_GAP_MM = 0.25
_END_GAP_MM = 0.6  # from the bone that a slip ends on to the ring before its flat end
_FLAT_MM = 0.3
_BONE_REACH_MM = 12.0  # farther from its points a fitted function says nothing about its bone
_LUMBAR = tuple(f"vertebra_l{k}" for k in range(1, 6))
# id, stations, bones it is kept clear of, whether it has a twin
_STRAPS: tuple[tuple[str, int, tuple[str, ...], bool], ...] = (
    ("psoas_minor_left", 44, ("vertebra_t12", *_LUMBAR[:3], "hip_bone_left"), True),
    ("psoas_slip_left", 24, ("hip_bone_left", "sacrum"), True),
    ("diaphragm_crus_left", 26, ("vertebra_t11", "vertebra_t12", *_LUMBAR[:2]), False),
    ("diaphragm_crus_right", 30, ("vertebra_t11", "vertebra_t12", *_LUMBAR[:3]), False),
)
_CORDS = ("median_arcuate_ligament", "medial_arcuate_ligament_left", "lateral_arcuate_ligament_left")
_LEVELS = ("l1", "l2", "l3", "l4", "l5")


def recipes() -> tuple[Recipe, ...]:
    """One recipe per strap, cord and slip; paired ones with their mirrored twin."""
    modules = (bone_clearance, fields, waypoints)
    found = []
    for ident, stations, bones, paired in _STRAPS:
        make = partial(strap, structure=ident, stations=stations, bones=bones)
        files = (FASCIAE, *(f"surfaces/{name}.csv" for name in bones))
        needs, twin = (_PSOAS,) if paired else (), right(ident) if paired else ""
        found.append(Recipe(ident, "muscles", make, files, needs, twin, modules))
    for ident in _CORDS:
        twin = right(ident) if ident.endswith("_left") else ""
        found.append(Recipe(ident, "muscles", partial(cord, structure=ident), (FASCIAE,), twin=twin))
    for above, below in pairwise(_LEVELS):
        ident = f"intertransversarii_{above}_{below}_left"
        bones = (f"vertebra_{above}", f"vertebra_{below}")
        make = partial(slip, above=above, below=below)
        files = (FASCIAE, "landmarks.csv", *(f"surfaces/{name}.csv" for name in bones))
        found.append(Recipe(ident, "muscles", make, files, twin=right(ident), modules=modules))
    return tuple(found)


@lru_cache(maxsize=4)
def read(folder: Path) -> dict[str, Any]:
    """The content of fasciae.toml with its rows checked. Raises TableFault."""
    try:
        content = tomllib.loads((folder / FASCIAE).read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise TableFault(f"{FASCIAE}: {error}") from error
    try:
        for entry in content["strap"]:
            rows(entry["id"], entry["sections"], 6)
        for entry in content["cord"]:
            rows(entry["id"], entry["points"], 3)
        for name in ("lower", "upper", "lateral", "medial"):
            rows(f"fascia_iliaca, {name}", content["fascia_iliaca"][name], 3)
        content["slip"]["width_mm"], content["peritoneal_sac"]["gap_mm"]
    except KeyError as error:
        raise TableFault(f"{FASCIAE}: {error} is missing") from error
    return content


def rows(where: str, values: object, width: int) -> Points:
    """The rows as (n, width) float64. Raises TableFault naming the entry."""
    try:
        found = np.array(values, float)
    except (TypeError, ValueError):
        raise TableFault(f"{FASCIAE}, {where}: rows differ in length or hold what is no number") from None
    if found.ndim != 2 or found.shape[1] != width or not np.isfinite(found).all():
        raise TableFault(f"{FASCIAE}, {where}: rows of {width} finite numbers are wanted")
    return found


def strap(tables: Tables, solids: Solids, *, structure: str, stations: int, bones: tuple[str, ...]) -> Shape:
    """A flat muscle or tendon through its drawn sections, moved clear of its bones."""
    entry = entry_of(tables.folder, "strap", structure)
    sections = rows(structure, entry["sections"], 6)
    if "on" in entry:
        sections = _on_psoas(solids, sections)
    return _lofted(tables, sections, stations, bones)


def cord(tables: Tables, solids: Solids, *, structure: str) -> Shape:
    """An arch of tendon of even thickness, thinner at its ends."""
    entry = entry_of(tables.folder, "cord", structure)
    points = rows(structure, entry["points"], 3)
    share = np.linspace(0.0, 1.0, len(points))
    radius = float(entry["radius_mm"]) * (0.55 + 0.45 * np.sin(np.pi * share))
    return sweep(points, radius, 9, 2.0)


def slip(tables: Tables, solids: Solids, *, above: str, below: str) -> Shape:
    """The intertransversarii of one interval, medial and lateral as one slip between the processes."""
    entry = read(tables.folder)["slip"]
    marks = tables.landmarks
    ends = []
    for level in (below, above):
        tip, middle = (marks[f"{level}_transverse_process_{name}_left"] for name in ("tip", "mid_dorsal"))
        ends.append(0.5 * (tip + middle) + np.array([-1.0, -2.0, 0.0]))
    low, high = ends
    reach = float(entry["reach_mm"])
    share = np.linspace(0.0, 1.0, 7)
    course = low + share[:, None] * (high - low)
    course[:, 2] = low[2] + reach + share * (high[2] - low[2] - 2.0 * reach)
    waist = 1.0 - 0.18 * np.sin(np.pi * share)
    size = np.stack([float(entry["width_mm"]) * waist, float(entry["depth_mm"]) * (1.3 - 0.3 * waist)], 1)
    sections = np.column_stack([course[:, 2], course[:, 0], course[:, 1], size, np.zeros(7)])
    bones = (f"vertebra_{above}", f"vertebra_{below}")
    outlines = _cut_to_bone(tables, _outlines(sections), bones)
    vertices, triangles = loft(outlines, 10, 16, dome_mm=_FLAT_MM)
    return out_of_bone(tables, vertices, bones, np.full(len(vertices), _BONE_GAP_MM)), triangles


def _cut_to_bone(tables: Tables, outlines: Points, bones: tuple[str, str]) -> Points:
    """Outlines (s, p, 3) from one bone to the next, each line along them shortened to where it is clear."""
    share = np.linspace(0.0, 1.0, 121)
    lines = PchipInterpolator(np.linspace(0.0, 1.0, len(outlines)), outlines, axis=0)(share)
    apart = np.full(lines.shape[:2], np.inf)
    for bone in bones:
        function = field_of(tables.folder, bone)
        flat = lines.reshape(-1, 3)
        near = function.near(flat, _BONE_REACH_MM)
        found = np.full(len(flat), np.inf)
        found[near] = function(flat[near])
        apart = np.minimum(apart, found.reshape(apart.shape))
    middle = len(share) // 2
    blocked = apart < _END_GAP_MM
    blocked[0] = blocked[-1] = True
    first = middle - blocked[: middle + 1][::-1].argmax(0)
    last = middle + blocked[middle:].argmax(0)
    # The highest of its neighbours first, so that evening the ends does not take them back into bone.
    even = partial(gaussian_filter1d, sigma=1.5, mode="wrap")
    low = even(maximum_filter1d(share[first], 5, mode="wrap"))
    high = even(minimum_filter1d(share[last], 5, mode="wrap"))
    kept = np.linspace(0.0, 1.0, len(outlines))[:, None]
    at = (low + kept * (high - low)) * (len(share) - 1)
    row = np.clip(at.astype(np.intp), 0, len(share) - 2)
    part, column = (at - row)[..., None], np.arange(outlines.shape[1])
    cut: Points = (1.0 - part) * lines[row, column] + part * lines[row + 1, column]
    return cut


def entry_of(folder: Path, kind: str, ident: str) -> dict[str, Any]:
    """The entry of a structure. Raises TableFault when the table has none."""
    for entry in read(folder)[kind]:
        if entry["id"] == ident:
            found: dict[str, Any] = entry
            return found
    raise TableFault(f"{FASCIAE}: there is no {kind} {ident!r}")


def _lofted(tables: Tables, sections: Points, stations: int, bones: tuple[str, ...]) -> Shape:
    vertices, triangles = loft(_outlines(sections), stations, 16, dome_mm=1.5)
    return out_of_bone(tables, vertices, bones, np.full(len(vertices), _BONE_GAP_MM)), triangles


def _outlines(sections: Points) -> Points:
    """Ellipses (s, 24, 3) of sections told as z, x, y, width, depth, turn."""
    turn = np.linspace(0.0, 2.0 * np.pi, 24, endpoint=False)
    z, x, y, width, depth, degrees = (sections[:, k, None] for k in range(6))
    across, along, angle = width / 2.0 * np.cos(turn), depth / 2.0 * np.sin(turn), np.radians(degrees)
    found: Points = np.stack(
        [
            x + across * np.cos(angle) - along * np.sin(angle),
            y + across * np.sin(angle) + along * np.cos(angle),
            np.broadcast_to(z, across.shape),
        ],
        -1,
    )
    return found


def _on_psoas(solids: Solids, sections: Points) -> Points:
    """Sections whose x and y are shares of psoas' section (from medial, from posterior), in mm."""
    places = []
    for z, medial, posterior in sections[:, :3]:
        flat = axial_cut(solids[_PSOAS], float(z)).reshape(-1, 2)
        if not len(flat):
            raise TableFault(f"{FASCIAE}: {_PSOAS} has no section at z {z:g}")
        x = flat[:, 0].min() + medial * np.ptp(flat[:, 0])
        front = flat[np.abs(flat[:, 0] - x) < 4.0, 1].min()
        places.append((z, x, flat[:, 1].max() + posterior * (front - flat[:, 1].max())))
    at = np.array(places)
    fine = np.arange(at[0, 0], at[-1, 0], 4.0)
    # A tendon under tension is straighter than the muscle it lies on.
    course = gaussian_filter1d(PchipInterpolator(at[:, 0], at[:, 1:])(fine), 2.5, axis=0, mode="nearest")
    size = PchipInterpolator(sections[:, 0], sections[:, 3:])(fine)
    return np.column_stack([fine, course, size])
