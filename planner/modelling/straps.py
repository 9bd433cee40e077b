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

from planner.modelling import fields, methods, waypoints
from planner.modelling.loft import loft
from planner.modelling.methods import Clear, solid
from planner.modelling.recipe import Recipe, Shape, Solids, right
from planner.modelling.shading import smooth_normals
from planner.modelling.tables import TableFault, Tables
from planner.modelling.tube import sweep
from planner.modelling.waypoints import axial_cut

Points = NDArray[np.float64]

FASCIAE = "fasciae.toml"
_PATH = Path(__file__).resolve().parents[2] / "assets" / "measurements"
_PSOAS = "psoas_major_left"
_BONE_GAP_MM = 0.25


def recipes() -> tuple[Recipe, ...]:
    """One recipe per strap, cord and slip; paired ones with their mirrored twin."""
    content = read(_PATH)
    found = []
    for entry in content["strap"]:
        make = partial(strap, structure=entry["id"])
        files = (FASCIAE, "landmarks.csv", *(f"surfaces/{name}.csv" for name in entry["bones"]))
        needs = (_PSOAS,) if "on" in entry else ()
        found.append(
            Recipe(entry["id"], "muscles", make, files, needs, _twin(entry), (fields, methods, waypoints))
        )
    for entry in content["cord"]:
        make = partial(cord, structure=entry["id"])
        found.append(Recipe(entry["id"], "muscles", make, (FASCIAE,), twin=_twin(entry)))
    for above, below in pairwise(content["slip"]["levels"]):
        ident = f"intertransversarii_{above}_{below}_left"
        bones = (f"vertebra_{above}", f"vertebra_{below}")
        make = partial(slip, above=above, below=below)
        files = (FASCIAE, "landmarks.csv", *(f"surfaces/{name}.csv" for name in bones))
        found.append(Recipe(ident, "muscles", make, files, twin=right(ident), modules=(fields, methods)))
    return tuple(found)


def _twin(entry: dict[str, Any]) -> str:
    return right(entry["id"]) if entry.get("twin") else ""


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
        content["slip"]["levels"], content["peritoneal_sac"]["neighbours"]
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


def strap(tables: Tables, solids: Solids, *, structure: str) -> Shape:
    """A flat muscle or tendon through its drawn sections, cut clear of its bones."""
    entry = next(entry for entry in read(tables.folder)["strap"] if entry["id"] == structure)
    sections = rows(structure, entry["sections"], 6)
    if "on" in entry:
        sections[:, 1:3] = [_on_psoas(solids, row) for row in sections[:, :3]]
    clear = tuple((name, _BONE_GAP_MM) for name in entry["bones"])
    return _lofted(tables, sections, float(entry["step_mm"]), int(entry["budget"]), clear)


def cord(tables: Tables, solids: Solids, *, structure: str) -> Shape:
    """An arch of tendon of even thickness, thinner at its ends."""
    entry = next(entry for entry in read(tables.folder)["cord"] if entry["id"] == structure)
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
    clear = ((f"vertebra_{above}", _BONE_GAP_MM), (f"vertebra_{below}", _BONE_GAP_MM))
    return _lofted(tables, sections, 0.9, int(entry["budget"]), clear)


def _lofted(tables: Tables, sections: Points, step_mm: float, budget: int, clear: Clear) -> Shape:
    turn = np.linspace(0.0, 2.0 * np.pi, 20, endpoint=False)
    z, x, y, width, depth, degrees = (sections[:, k, None] for k in range(6))
    across, along, angle = width / 2.0 * np.cos(turn), depth / 2.0 * np.sin(turn), np.radians(degrees)
    outlines = np.stack(
        [
            x + across * np.cos(angle) - along * np.sin(angle),
            y + across * np.sin(angle) + along * np.cos(angle),
            np.broadcast_to(z, across.shape),
        ],
        -1,
    )
    count = max(8, int((sections[-1, 0] - sections[0, 0]) / 5.0))
    vertices, triangles = loft(outlines, count, 18, dome_mm=1.5)
    facing = smooth_normals(vertices, triangles).astype(np.float64)
    return solid(tables, (vertices, facing), step_mm, budget, 0.0, 6, clear)


def _on_psoas(solids: Solids, row: Points) -> Points:
    """x, y of a place told by shares of psoas' section (from medial, from posterior) at the height row[0]."""
    flat = axial_cut(solids[_PSOAS], float(row[0])).reshape(-1, 2)
    if not len(flat):
        raise TableFault(f"{FASCIAE}: {_PSOAS} has no section at z {row[0]:g}")
    x = flat[:, 0].min() + row[1] * np.ptp(flat[:, 0])
    near = flat[np.abs(flat[:, 0] - x) < 3.0] if (np.abs(flat[:, 0] - x) < 3.0).any() else flat
    front, back = near[:, 1].min(), flat[:, 1].max()
    return np.array([x, back + row[2] * (front - back)])
