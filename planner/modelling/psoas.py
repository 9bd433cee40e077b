"""Psoas major: measured surface in the abdomen, section outlines for the tendon.

Over the hip joint the muscle thins to a tendon narrower than the spacing of the surface points, which
would string it like beads; there the measured outlines carry it.
"""

from __future__ import annotations

import numpy as np

from planner.modelling.loft import loft
from planner.modelling.methods import Clear, solid
from planner.modelling.recipe import Shape, Solids
from planner.modelling.shading import smooth_normals
from planner.modelling.tables import Tables

_SWITCH_MM = 52.0  # height above the hip centres at which outlines take over
_STEP_MM = 1.4


def psoas(tables: Tables, solids: Solids, *, budget: int, clear: Clear) -> Shape:
    """The left psoas major as a closed surface."""
    table = tables.whole_surface("psoas_major_left")
    outlines = tables.outline("psoas_major_left")
    low = outlines[outlines[:, :, 2].mean(1) < _SWITCH_MM + 25.0]
    vertices, triangles = loft(low, 3 * len(low) // 2, 16, even=1.2, dome_mm=2.0)
    normals = smooth_normals(vertices, triangles).astype(np.float64)
    below = vertices[:, 2] < _SWITCH_MM
    above = table.points[:, 2] > _SWITCH_MM + 6.0
    points = np.vstack([table.points[above], vertices[below]])
    facing = np.vstack([table.normals[above], normals[below]])
    return solid(tables, (points, facing), _STEP_MM, budget, 1.2, 10, clear)
