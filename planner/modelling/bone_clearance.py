"""Moves the vertices of a thin body out of the bones it ends on."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from planner.modelling.fields import field_of
from planner.modelling.tables import Tables

Points = NDArray[np.float64]

_TRUST_MM = 12.0  # farther from its points a fitted function says nothing about its bone
_ROUNDS = 5


def out_of_bone(tables: Tables, vertices: Points, bones: tuple[str, ...], gap_mm: Points) -> Points:
    """Vertices (n, 3) moved the shortest way until each lies its gap_mm (n,) outside the named bones."""
    moved = vertices.copy()
    for bone in bones:
        function = field_of(tables.folder, bone)
        for _ in range(_ROUNDS):
            rows = np.flatnonzero(function.near(moved, _TRUST_MM))
            lack = gap_mm[rows] - function(moved[rows])
            rows, lack = rows[lack > 0.0], lack[lack > 0.0]
            if not len(rows):
                break
            steps = 0.5 * np.eye(3)
            slope = np.stack([function(moved[rows] + s) - function(moved[rows] - s) for s in steps], 1)
            slope /= np.maximum(np.linalg.norm(slope, axis=1, keepdims=True), 1e-6)
            moved[rows] += slope * lack[:, None]
    return moved
