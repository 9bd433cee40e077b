"""Bones as solids: the measured surface, edited, giving way to the neighbours in a joint."""

from __future__ import annotations

import numpy as np

from planner.modelling.bone_edits import bone_value, edits_of, smooth_max
from planner.modelling.fields import field_of
from planner.modelling.implicit import contoured, relaxed, sampled
from planner.modelling.methods import Clear
from planner.modelling.recipe import Shape, Solids
from planner.modelling.simplify import reduced
from planner.modelling.tables import Tables

_BLEND_MM = 2.0  # width over which the cut by a neighbour is rounded
_TRUST_MM = 28.0  # farther from its points a fitted function says nothing about its bone


def bone(
    tables: Tables,
    solids: Solids,
    *,
    structure: str,
    step_mm: float,
    budget: int,
    passes: int = 4,
    clear: Clear = (),
) -> Shape:
    """A bone as a closed surface of about `budget` triangles, contoured on a grid of step_mm.

    clear: neighbours it gives way to, each with the gap in mm left between them.
    """
    edits = edits_of(tables.folder, structure)
    points = tables.whole_surface(edits.source).points
    margin = 5.0 + 2.0 * step_mm
    low = points.min(0) - margin
    measured = field_of(tables.folder, edits.source)
    values = sampled(lambda at: measured(edits.moved(at)), low, points.max(0) + margin, step_mm)
    if edits.tubes or edits.planes:
        spots = np.stack(np.meshgrid(*[np.arange(n) for n in values.shape], indexing="ij"), -1)
        at = low + step_mm * spots.reshape(-1, 3)
        values = edits.applied(at, values.astype(np.float64).ravel()).reshape(values.shape).astype(np.float32)
    for neighbour, gap_mm in clear:
        inside = np.argwhere(values < _BLEND_MM)
        near = field_of(tables.folder, edits_of(tables.folder, neighbour).source)
        inside = inside[near.near(low + step_mm * inside, _TRUST_MM)]
        spot = tuple(inside.T)
        distance = bone_value(tables.folder, neighbour, low + step_mm * inside)
        values[spot] = smooth_max(values[spot].astype(np.float64), gap_mm - distance, _BLEND_MM)
    vertices, triangles = contoured(values, low, step_mm)
    return reduced(relaxed(vertices, triangles, passes), triangles, budget)
