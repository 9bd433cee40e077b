"""How open each vertex of a surface lies: the shading of hollows, computed when the meshes are built.

It darkens what lies in a hollow (foramina, sulci, between processes), as a brush would. It follows from
the surface's own curvature, so it costs nothing while drawing; it is stored beside the mesh because
computing it for the whole atlas would take a third of the program's start.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

STEPS_PER_ONE = 236  # a stored byte of this value means 1.0; 255 then holds the largest openness, 1.08


def openness(
    points_lps: NDArray[np.float32],
    normals: NDArray[np.float32],
    triangles: NDArray[np.uint32],
    reach_mm: float = 3.5,
) -> NDArray[np.float32]:
    """How open each vertex lies, (n,) float32: 1 on ridges and planes, towards 0 in hollows.

    The mean rise of the surface over its neighbours, summed while the neighbourhood widens to about
    `reach_mm`; deeper or narrower hollows come out darker.
    """
    n = len(points_lps)
    if n == 0 or not len(triangles):
        return np.ones(n, np.float32)
    t = triangles.astype(np.intp)
    start = np.concatenate([t[:, 0], t[:, 1], t[:, 2]])
    end = np.concatenate([t[:, 1], t[:, 2], t[:, 0]])
    counts = np.maximum(np.bincount(start, minlength=n), 1).astype(np.float32)
    along = points_lps[end] - points_lps[start]
    length = np.linalg.norm(along, axis=1) + 1e-6
    rise = np.einsum("ij,ij->i", normals[start] - normals[end], along) / length
    # Divided by edge length this is curvature; coarse and fine meshes come out alike.
    value = np.bincount(start, weights=rise / length, minlength=n).astype(np.float32) / counts
    edge = float(np.median(length))
    rounds = int(np.clip(round((reach_mm / edge) ** 2), 1, 8))
    total = value.copy()
    for _ in range(rounds):
        spread = np.bincount(start, weights=value[end], minlength=n).astype(np.float32) / counts
        value = 0.35 * value + 0.65 * spread
        total += value
    mean = total / (rounds + 1)
    return np.clip(1.0 - mean * 5.0, 0.25, 1.08).astype(np.float32)


def packed(values: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Openness as bytes, (n,) uint8."""
    stored: NDArray[np.uint8] = np.clip(np.rint(values * np.float32(STEPS_PER_ONE)), 0, 255).astype(np.uint8)
    return stored


def unpacked(stored: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Openness from bytes, (n,) float32."""
    return stored.astype(np.float32) / np.float32(STEPS_PER_ONE)
