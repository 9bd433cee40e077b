"""Vertex normals, orientation and closure of triangle meshes, in numpy."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from planner.atlas.meshes import Mesh

Vertices = NDArray[np.float64]
Triangles = NDArray[np.int64]


def smooth_normals(vertices: Vertices, triangles: Triangles) -> NDArray[np.float32]:
    """Area-weighted unit normals at the vertices, (n, 3) float32; outward when the winding is."""
    a, b, c = (vertices[triangles[:, k]] for k in range(3))
    faces = np.cross(b - a, c - a)
    total = np.zeros_like(vertices)
    for axis in range(3):
        total[:, axis] = np.bincount(
            triangles.ravel(), weights=np.repeat(faces[:, axis], 3), minlength=len(vertices)
        )
    length = np.linalg.norm(total, axis=1, keepdims=True)
    total[length[:, 0] < 1e-12] = (0.0, 0.0, 1.0)
    normals: NDArray[np.float32] = (total / np.maximum(length, 1e-12)).astype(np.float32)
    return normals


def volume_mm3(vertices: Vertices, triangles: Triangles) -> float:
    """Signed volume; positive when a closed mesh is wound counter-clockwise seen from outside."""
    a, b, c = (vertices[triangles[:, k]] for k in range(3))
    return float(np.einsum("ij,ij->i", a, np.cross(b, c)).sum() / 6.0)


def is_closed(triangles: Triangles) -> bool:
    """Whether every edge is used exactly twice, once in each direction."""
    directed = np.vstack([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]]).astype(np.int64)
    base = int(triangles.max()) + 1 if len(triangles) else 1
    forward = np.sort(directed[:, 0] * base + directed[:, 1])
    backward = np.sort(directed[:, 1] * base + directed[:, 0])
    unique = len(forward) > 0 and bool((np.diff(forward) > 0).all())
    return unique and bool((forward == backward).all())


def outward(vertices: Vertices, triangles: Triangles) -> Triangles:
    """The triangles wound so that the volume is positive."""
    return triangles if volume_mm3(vertices, triangles) > 0.0 else triangles[:, ::-1].copy()


def mesh(ident: str, system: str, vertices: Vertices, triangles: Triangles) -> Mesh:
    """A Mesh with outward winding and smooth normals; positions are rounded to a thousandth of a mm."""
    rounded: Vertices = np.asarray(vertices, np.float64).round(3)
    wound = outward(rounded, np.asarray(triangles, np.int64))
    return Mesh(
        ident,
        system,
        rounded.astype(np.float32),
        smooth_normals(rounded, wound),
        wound.astype(np.uint32),
    )


def mirrored(source: Mesh, ident: str) -> Mesh:
    """The mesh reflected in the median plane, winding turned so that normals stay outward."""
    flip = np.array([-1.0, 1.0, 1.0], np.float32)
    turned = np.ascontiguousarray(source.triangles[:, ::-1])
    return Mesh(ident, source.system, source.points_lps * flip, source.normals * flip, turned)
