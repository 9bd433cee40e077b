"""Reads assets/atlas/territory_borders.toml and draws it: how far the skin of a nerve or segment reaches.

The file gives outlines in the same language as region_borders.toml. Their corners are rounded and their
distances evened out over the skin, by a length in mm and not by mesh edges, so that no line is sharper
than a pen would draw it and none follows the triangles; across the median plane an outline is its own
mirror image and meets it at a right angle. The result is an extent over the vertices: 1/4 at the largest
outline, 1/2 at the usual one, 3/4 at the core's; beyond the largest it tells how near that is. What
probability these stand for is decided when the atlas is used (rules.toml).
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
from msgspec import Meta
from numpy.typing import NDArray
from scipy.sparse import csc_matrix, diags
from scipy.sparse.linalg import SuperLU, splu

from planner.modelling.body_chart import Chart
from planner.modelling.region_borders import (
    Anchor,
    Area,
    BorderFault,
    Identifier,
    Line,
    Strict,
    entries,
)
from planner.modelling.skin_basis import stiffness
from planner.modelling.skin_regions import add_places, naming, union

Values = NDArray[np.float64]

FILE = "territory_borders.toml"
_RISE_MM = 14.0  # from the core's outline to full height
_TAIL_MM = 35.0  # beyond the largest outline the extent falls to a third over this way: nearness, no more
_LEAST_GAP_MM = 2.0  # outlines never touch
_EVENING_STEPS = 2
_ROUND_MM = 20.0  # radius to which corners of an outline are rounded
_EVEN_MM = 11.0  # distances are evened out over this length of skin: no corner, no tooth is sharper
_TABLES = {"format", "landmark", "line", "territory"}


class Outline(Strict, frozen=True, kw_only=True):
    """The union of areas, with where the outline was read."""

    area: Annotated[tuple[Area, ...], Meta(min_length=1)]
    sources: Annotated[tuple[Identifier, ...], Meta(min_length=1)]
    grade: Literal["published", "textbook", "estimate"]
    note: str = ""


class Territory(Strict, frozen=True, kw_only=True):
    """Outlines of a nerve or segment. Core and largest may be given by their distance from the usual one."""

    id: Identifier
    usual: Outline
    core: Outline | None = None
    largest: Outline | None = None
    core_mm: Annotated[float, Meta(gt=0.0)] = 12.0
    largest_mm: Annotated[float, Meta(gt=0.0)] = 16.0


class TerritoryFile(Strict, frozen=True, kw_only=True):
    """The whole file."""

    anchors: tuple[Anchor, ...] = ()
    lines: tuple[Line, ...] = ()
    territories: tuple[Territory, ...] = ()


def read_territories(path: Path) -> TerritoryFile:
    """The decoded file. Raises BorderFault naming the entry."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BorderFault(f"{path.name}: cannot be read ({error.strerror})") from error
    except tomllib.TOMLDecodeError as error:
        raise BorderFault(f"{path.name}: {error}") from error
    unknown = sorted(set(table) - _TABLES)
    if unknown:
        raise BorderFault(f"{path.name}: unknown table {unknown[0]!r}")
    if table.get("format") != 1:
        raise BorderFault(f"{path.name}: format 1 is wanted, the file says {table.get('format')!r}")
    return TerritoryFile(
        anchors=entries(table.get("landmark", []), Anchor, f"{path.name}, landmark"),
        lines=entries(table.get("line", []), Line, f"{path.name}, line"),
        territories=entries(table.get("territory", []), Territory, f"{path.name}, territory"),
    )


def extents(chart: Chart, file: TerritoryFile) -> Values:
    """Extent 0-1 of every drawn territory over the chart's vertices, (T, n). Raises BorderFault."""
    add_places(chart, file.anchors, file.lines, FILE)
    stretch, area = stiffness(chart.vertices, chart.triangles)
    even = splu(csc_matrix(diags(area) + _EVEN_MM**2 / 2.0 * stretch))
    rows = [_extent(chart, even, area, territory) for territory in file.territories]
    return np.stack(rows) if rows else np.zeros((0, len(chart.vertices)))


def _extent(chart: Chart, even: SuperLU, area: Values, territory: Territory) -> Values:
    def reach(outline: Outline) -> Values:
        return np.asarray(even.solve(area * union(chart, outline.area, _ROUND_MM)))

    with naming(FILE, f"territory {territory.id}"):
        usual = reach(territory.usual)
        if not (usual > 0.0).any():
            raise BorderFault("its usual outline encloses no skin")
        core = reach(territory.core) if territory.core else usual - territory.core_mm
        wide = reach(territory.largest) if territory.largest else usual + territory.largest_mm
    core = np.minimum(core, usual - _LEAST_GAP_MM)
    wide = np.maximum(wide, usual + _LEAST_GAP_MM)
    extent = np.select(
        [core >= 0.0, usual >= 0.0, wide >= 0.0],
        [
            0.75 + 0.25 * np.clip(core / _RISE_MM, 0.0, 1.0),
            0.50 + 0.25 * usual / np.maximum(usual - core, 1e-6),
            0.25 + 0.25 * wide / np.maximum(wide - usual, 1e-6),
        ],
        0.25 * np.exp(np.minimum(wide, 0.0) / _TAIL_MM),
    )
    for _ in range(_EVENING_STEPS):
        extent = chart.spread @ extent
    return np.asarray(extent)
