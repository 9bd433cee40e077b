"""Where lines of sight meet meshes: triangles in small bundles, each with its box, by numpy alone.

A bundle holds neighbouring triangles, so that a line meets few boxes and only their triangles are worked
out. A table of all structures costs four bytes a triangle; a search tree per mesh costs eighty.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planner.atlas.meshes import Mesh

BUNDLE = 64  # triangles
_SLACK_MM = 0.01  # boxes are single precision
_CELLS = 32  # along each axis of a mesh, by which its triangles are brought into the order of a space curve
_SPREAD = np.array([sum((k >> bit & 1) << 3 * bit for bit in range(5)) for k in range(_CELLS)], np.uint16)

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False, slots=True)
class Bundles:
    """A mesh's triangles in bundles: their numbers (k, BUNDLE), the last repeated to fill up, and the
    low and high corners (k, 2, 3) of the bundles' boxes, LPS mm."""

    mesh: Mesh
    triangles: NDArray[np.uint32]
    boxes: NDArray[np.float32]


def bundled(mesh: Mesh) -> Bundles:
    """The triangles of a mesh, neighbours together."""
    places = mesh.points_lps[mesh.triangles[:, 0]]
    low = places.min(0)
    cell = np.maximum((places.max(0) - low).max(), np.float32(1e-3)) / np.float32(_CELLS - 0.5)
    x, y, z = ((places - low) / cell).astype(np.uint8).T
    order = np.argsort(_SPREAD[x] | _SPREAD[y] << 1 | _SPREAD[z] << 2, kind="stable").astype(np.uint32)
    order = np.append(order, np.repeat(order[-1:], -len(order) % BUNDLE)).reshape(-1, BUNDLE)
    corners = mesh.points_lps[mesh.triangles[order].reshape(len(order), -1)]
    return Bundles(mesh, order, np.stack([corners.min(1), corners.max(1)], axis=1))


class RayTable:
    """The bundles of many structures in one table, so that lines are held against all boxes at once."""

    def __init__(self) -> None:
        self._held: dict[str, Bundles] = {}
        self._names: tuple[str, ...] = ()
        self._owner = np.zeros(0, np.intp)
        self._first = np.zeros(0, np.intp)
        self._boxes = np.zeros((0, 2, 3), np.float32)

    def __contains__(self, name: str) -> bool:
        return name in self._held

    def add(self, name: str, mesh: Mesh) -> None:
        """Takes in a structure."""
        self._held[name] = bundled(mesh)
        self._names = ()

    def forget(self, name: str = "") -> None:
        """Drops a structure, or all of them."""
        if name:
            self._held.pop(name, None)
        else:
            self._held.clear()
        self._names = ()

    def first_hits(self, names: Collection[str], starts: Floats, ends: Floats) -> list[dict[str, float]]:
        """Of each line, from a start to an end (r, 3) LPS mm, the named structures that it meets and the
        share 0-1 of its length at which it meets each first."""
        self._gather()
        wanted = np.array([name in names for name in self._names], bool)
        rows = np.flatnonzero(wanted[self._owner]) if wanted.any() else np.zeros(0, np.intp)
        found: list[dict[str, float]] = [{} for _ in starts]
        row, line = np.nonzero(_boxes_met(self._boxes[rows], starts, ends - starts))
        if not len(row):
            return found
        bundle = rows[row]
        owner = self._owner[bundle]
        corners = []
        for number in np.unique(owner).tolist():
            held = self._held[self._names[number]]
            own = held.triangles[bundle[owner == number] - self._first[number]]
            corners.append(held.mesh.points_lps[held.mesh.triangles[own]])
        shares = _shares(np.concatenate(corners).astype(float), starts[line], (ends - starts)[line])
        met = np.flatnonzero(np.isfinite(shares))
        for k in met[np.argsort(-shares[met])].tolist():  # the nearest of each is noted last
            found[line[k]][self._names[owner[k]]] = float(shares[k])
        return found

    def _gather(self) -> None:
        """Puts the table together anew after a change."""
        if len(self._names) == len(self._held):
            return
        self._names = tuple(self._held)
        counts = [len(held.boxes) for held in self._held.values()]
        self._owner = np.repeat(np.arange(len(counts)), counts)
        self._first = np.cumsum([0, *counts[:-1]])
        self._boxes = np.concatenate([held.boxes for held in self._held.values()])


def _boxes_met(boxes: NDArray[np.float32], starts: Floats, along: Floats) -> NDArray[np.bool_]:
    """Which axis-parallel boxes (k, 2, 3) each line (r) meets, (k, r)."""
    safe = np.where(np.abs(along) < 1e-9, 1e-9, along)
    enter, leave = np.zeros((len(boxes), len(starts))), np.ones((len(boxes), len(starts)))
    for axis in range(3):
        low = (boxes[:, 0, axis, None] - _SLACK_MM - starts[:, axis]) / safe[:, axis]
        high = (boxes[:, 1, axis, None] + _SLACK_MM - starts[:, axis]) / safe[:, axis]
        np.maximum(enter, np.minimum(low, high), out=enter)
        np.minimum(leave, np.maximum(low, high), out=leave)
    met: NDArray[np.bool_] = enter <= leave
    return met


def _shares(corners: Floats, starts: Floats, along: Floats) -> Floats:
    """Where lines (p) first meet the triangles (p, BUNDLE, 3, 3) that each is held against, as shares of
    their length, (p,); infinite where they meet none. After Moeller and Trumbore, columns by column."""
    ax, ay, az = corners[:, :, 0].transpose(2, 0, 1)
    ux, uy, uz = (corners[:, :, 1] - corners[:, :, 0]).transpose(2, 0, 1)
    vx, vy, vz = (corners[:, :, 2] - corners[:, :, 0]).transpose(2, 0, 1)
    dx, dy, dz = along.T[:, :, None]
    px, py, pz = dy * vz - dz * vy, dz * vx - dx * vz, dx * vy - dy * vx
    wide = ux * px + uy * py + uz * pz
    with np.errstate(divide="ignore", invalid="ignore"):
        part = 1.0 / wide
        tx, ty, tz = starts[:, 0, None] - ax, starts[:, 1, None] - ay, starts[:, 2, None] - az
        first = (tx * px + ty * py + tz * pz) * part
        qx, qy, qz = ty * uz - tz * uy, tz * ux - tx * uz, tx * uy - ty * ux
        second = (dx * qx + dy * qy + dz * qz) * part
        share = (vx * qx + vy * qy + vz * qz) * part
        within = (first >= 0.0) & (second >= 0.0) & (first + second <= 1.0) & (share >= 0.0) & (share <= 1.0)
    nearest: Floats = np.where(within, share, np.inf).min(axis=1)
    return nearest
