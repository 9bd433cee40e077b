"""Reduced meshes for the moving camera: the same silhouette with a fraction of the triangles."""

from __future__ import annotations

import numpy as np

from planner.atlas.meshes import Mesh
from planner.modelling import shading
from planner.modelling.simplify import reduced

_LEAST = 48  # fewer triangles no longer show a tube's course
_MORE = (1.0, 1.5, 2.2, 3.2)  # long thin tubes fall apart at the first share
_HASTE = 7.0


def proxy(mesh: Mesh, share: float) -> Mesh:
    """The mesh with about `share` of its triangles, closed, same id and system."""
    points, triangles = mesh.points_lps.astype(np.float64), mesh.triangles.astype(np.int64)
    for more in _MORE:
        try:
            small, kept = reduced(points, triangles, max(_LEAST, int(len(triangles) * share * more)), _HASTE)
        except ValueError:
            continue
        return shading.mesh(mesh.id, mesh.system, small, kept)
    return mesh
