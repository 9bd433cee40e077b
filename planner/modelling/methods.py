"""The general ways in which a table becomes a solid.

Everything but the flat muscles goes through an implicit function, so that a structure can give way to
its neighbours: where it would enter one, the neighbour's function is subtracted.
"""

from __future__ import annotations

import numpy as np

from planner.modelling.fields import authored_points, field_of
from planner.modelling.implicit import blurred, contoured, filled, fit, relaxed, sampled
from planner.modelling.loft import slab
from planner.modelling.network import tube_distance
from planner.modelling.recipe import Shape, Solids
from planner.modelling.simplify import reduced
from planner.modelling.tables import Points, Tables

Clear = tuple[tuple[str, float], ...]

VESSELS = ("artery_", "vein_")  # beginnings of the ids that are courses of the network
_BLEND_MM = 2.0  # width over which a cut is rounded
_TRUST_MM = 28.0  # farther from its points a fitted function says nothing about its bone


def from_points(
    tables: Tables,
    solids: Solids,
    *,
    structure: str,
    step_mm: float,
    budget: int,
    blur_mm: float = 0.0,
    fill_mm: float = 0.0,
    passes: int = 4,
    clear: Clear = (),
) -> Shape:
    """Implicit surface through a surface table, reduced to `budget` triangles.

    fill_mm, blur_mm: see `implicit.filled` and `implicit.blurred`.
    clear: neighbours the surface gives way to, each with the gap in mm left between them.
    """
    table = tables.whole_surface(structure)
    return solid(tables, (table.points, table.normals), step_mm, budget, blur_mm, passes, clear, fill_mm)


def from_authored(
    tables: Tables, solids: Solids, *, structure: str, step_mm: float, budget: int, clear: Clear
) -> Shape:
    """Implicit surface through the hand-drawn sections of a muscle, cut by its neighbours."""
    return solid(tables, authored_points(tables.folder, structure), step_mm, budget, 1.0, 10, clear)


def from_sheet(
    tables: Tables,
    solids: Solids,
    *,
    structure: str,
    rows: int,
    columns: int,
    even: float,
    top_mm: float = 330.0,
) -> Shape:
    """Slab about a mid-surface table, as far up as `top_mm`."""
    middle, thickness = tables.sheet(structure)
    kept = middle[..., 2].max(1) <= top_mm
    return slab(middle[kept], thickness[kept], rows, columns, even)


def solid(
    tables: Tables,
    oriented: tuple[Points, Points],
    step_mm: float,
    budget: int,
    blur_mm: float,
    passes: int,
    clear: Clear,
    fill_mm: float = 0.0,
) -> Shape:
    """Closed surface through oriented points that keeps clear of the named neighbours."""
    points, normals = oriented
    function = fit(points, normals)
    margin = 3.0 + 2.0 * step_mm + 2.0 * blur_mm + fill_mm
    low = points.min(0) - margin
    values = sampled(function, low, points.max(0) + margin, step_mm)
    values = blurred(filled(values, fill_mm, step_mm), blur_mm, step_mm)
    for neighbour, gap_mm in clear:
        inside = np.argwhere(values < _BLEND_MM)
        if neighbour.startswith(VESSELS):
            distance = tube_distance(tables.folder, neighbour, low + step_mm * inside)
        else:
            other = field_of(tables.folder, neighbour)
            inside = inside[other.near(low + step_mm * inside, _TRUST_MM)]
            distance = other(low + step_mm * inside)
        spot = tuple(inside.T)
        values[spot] = _smooth_max(values[spot].astype(np.float64), gap_mm - distance)
    vertices, triangles = contoured(values, low, step_mm)
    return reduced(relaxed(vertices, triangles, passes), triangles, budget)


def _smooth_max(a: Points, b: Points) -> Points:
    """The larger of two fields with the crease between them rounded off."""
    blend = np.maximum(_BLEND_MM - np.abs(a - b), 0.0)
    larger: Points = np.maximum(a, b) + blend * blend / (4.0 * _BLEND_MM)
    return larger
