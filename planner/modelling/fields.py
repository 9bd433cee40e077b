"""Implicit functions of whole structures by id, from measured tables or hand-drawn sections.

What gives way to a neighbour, and what must stay out of bone, asks these.
"""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path

import numpy as np

from planner.modelling.implicit import Implicit, fit
from planner.modelling.loft import loft
from planner.modelling.shading import smooth_normals
from planner.modelling.tables import Points, TableFault, Tables

AUTHORED = "authored_muscles.toml"


@lru_cache(maxsize=64)
def field_of(folder: Path, structure: str) -> Implicit:
    """The fitted function of a structure from its table; a right side is the mirrored left one."""
    if structure.endswith("_right"):
        return field_of(folder, structure[: -len("_right")] + "_left").mirrored()
    tables = Tables.load(folder)
    if structure in authored_ids(folder):
        return fit(*authored_points(folder, structure))
    table = tables.whole_surface(structure)
    return fit(table.points, table.normals)


@lru_cache(maxsize=4)
def _authored(folder: Path) -> dict[str, Points]:
    path = folder / AUTHORED
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise TableFault(f"{AUTHORED}: {error}") from error
    found: dict[str, Points] = {}
    for entry in content["muscle"]:
        sections = np.asarray(entry["sections"], np.float64)
        if sections.ndim != 2 or sections.shape[1] != 6 or not np.isfinite(sections).all():
            raise TableFault(f"{AUTHORED}, {entry['id']}: a section needs six numbers")
        if (np.diff(sections[:, 0]) <= 0.0).any() or (sections[:, 1] <= 0.0).any():
            raise TableFault(f"{AUTHORED}, {entry['id']}: sections must run upwards on the left side")
        found[entry["id"]] = sections
    return found


def authored_ids(folder: Path) -> frozenset[str]:
    """The hand-drawn muscles."""
    return frozenset(_authored(folder))


def authored_points(folder: Path, structure: str) -> tuple[Points, Points]:
    """Oriented points (n, 3), (n, 3) on the loft through a muscle's hand-drawn sections."""
    sections = _authored(folder)[structure]
    turn = np.linspace(0.0, 2.0 * np.pi, 24, endpoint=False)
    # A superellipse: fuller than an ellipse, as muscles packed between fasciae are.
    round_x = np.sign(np.cos(turn)) * np.abs(np.cos(turn)) ** 0.8
    round_y = np.sign(np.sin(turn)) * np.abs(np.sin(turn)) ** 0.8
    z, x, y, width, depth, degrees = (sections[:, k, None] for k in range(6))
    angle = np.radians(degrees)
    across, along = width / 2.0 * round_x, depth / 2.0 * round_y
    outlines = np.stack(
        [
            x + across * np.cos(angle) - along * np.sin(angle),
            y + across * np.sin(angle) + along * np.cos(angle),
            np.broadcast_to(z, across.shape),
        ],
        -1,
    )
    count = max(8, int((sections[-1, 0] - sections[0, 0]) / 8.0))
    vertices, triangles = loft(outlines, count, 20, dome_mm=2.0)
    return vertices, smooth_normals(vertices, triangles).astype(np.float64)
