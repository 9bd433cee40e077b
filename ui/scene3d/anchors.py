"""Where a label's leader ends: at a point of the structure that is seen, not merely at its middle."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from planner.atlas.meshes import Mesh
from planner.sections import Plane
from planner.session.picture import Label, ScenePicture
from ui.scene3d import camera

SAMPLES = 240
BEHIND_MM = 3.0  # a point deeper than what is drawn by more than this is hidden
_EDGE = 0.06  # share of the picture along its edges where no leader should end
Point = tuple[float, float, float]


def pinned(
    scene: ScenePicture,
    meshes: Mapping[str, tuple[Mesh, float]],
    pose: camera.Pose,
    size_px: tuple[int, int],
    depths_mm: NDArray[np.float32] | None,
) -> ScenePicture:
    """The scene with the labels of structures moved to points that are seen from this pose.

    depths_mm: (h, w) of what is opaque in the last picture of this pose, of any resolution; None for none.
    """
    if not any(label.structure in meshes for label in scene.labels):
        return scene
    labels = tuple(_pinned(label, meshes, pose, size_px, depths_mm, scene.cut) for label in scene.labels)
    return replace(scene, labels=labels)


def _pinned(
    label: Label,
    meshes: Mapping[str, tuple[Mesh, float]],
    pose: camera.Pose,
    size_px: tuple[int, int],
    depths_mm: NDArray[np.float32] | None,
    cut: Plane | None,
) -> Label:
    if label.structure not in meshes:
        return label
    place = seen_point(meshes[label.structure][0], pose, size_px, depths_mm, cut)
    return label if place is None else replace(label, at_lps=place)


def seen_point(
    mesh: Mesh,
    pose: camera.Pose,
    size_px: tuple[int, int],
    depths_mm: NDArray[np.float32] | None,
    cut: Plane | None = None,
) -> Point | None:
    """The seen point of a surface that lies nearest to the middle of all its seen ones; None if unseen."""
    step = max(1, len(mesh.points_lps) // SAMPLES)
    points = mesh.points_lps[::step].astype(float)
    turned = np.einsum("ij,ij->i", mesh.normals[::step], camera.eye_lps(pose) - points) > 0.0
    places, depth = camera.project(pose, points, *size_px)
    share = places / np.array(size_px, float)
    inside = ((share > _EDGE) & (share < 1.0 - _EDGE)).all(axis=1)
    seen = turned & inside & (depth > 1.0)
    if cut is not None:
        seen &= cut.heights_mm(points) <= 0.0
    if depths_mm is not None and seen.any():
        high, wide = depths_mm.shape
        at = np.clip((share[seen] * (wide, high)).astype(int), 0, (wide - 1, high - 1))
        seen[seen] = depth[seen] < depths_mm[at[:, 1], at[:, 0]] + BEHIND_MM
    if not seen.any():
        return None
    middle = np.median(places[seen], axis=0)
    best = int(np.argmin(np.where(seen, np.linalg.norm(places - middle, axis=1), np.inf)))
    x, y, z = (float(part) for part in points[best])
    return x, y, z
