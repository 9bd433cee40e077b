"""What lies near a block's target in this model: exact nearest points on the surfaces at risk.

A bound per triangle (distance of its centre less its radius) leaves a few hundred candidates of some
hundred thousand; for those the closest point on the triangle is computed exactly. Distances are those
of one generic model and are shown as such.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from planner.answer import Neighbour
from planner.atlas.meshes import Mesh
from planner.atlas.model import Atlas, Block, Content, Form
from planner.fields import lineage, reach_of
from planner.solids import closest_on_triangles
from planner.space import Side

PointLps = tuple[float, float, float]


@dataclass(frozen=True, eq=False, slots=True)
class _Surfaces:
    """All triangles of structures at risk in one row. starts: first triangle of each structure."""

    meshes: tuple[Mesh, ...]
    starts: NDArray[np.intp]
    owner: NDArray[np.uint16]
    centres: NDArray[np.float32]
    radii: NDArray[np.float32]

    def corners(self, rows: NDArray[np.intp]) -> NDArray[np.float64]:
        """The corners of some triangles in ascending order, (k, 3, 3), LPS mm."""
        owner = self.owner[rows]
        parts = [
            _corners(self.meshes[number], rows[owner == number] - self.starts[number])
            for number in np.unique(owner).tolist()
        ]
        return np.concatenate([np.empty((0, 3, 3)), *parts])


def _corners(mesh: Mesh, rows: NDArray[np.intp] | slice = slice(None)) -> NDArray[np.float64]:
    return mesh.points_lps[mesh.triangles[rows]].astype(np.float64)


@lru_cache(maxsize=4)
def _surfaces(atlas: Atlas) -> _Surfaces:
    meshes: list[Mesh] = []
    centres, radii = [np.empty((0, 3), np.float32)], [np.empty(0, np.float32)]
    of_variants = {stem for variant in atlas.content.variants.values() for stem in variant.shows}
    for name, record in atlas.content.structures.items():
        mesh = atlas.meshes.full.get(name)
        if name.removesuffix("_left").removesuffix("_right") in of_variants:
            continue  # distances are told of the usual anatomy
        if record.risk and mesh is not None and len(mesh.triangles):
            corners = _corners(mesh)
            centre = corners.mean(axis=1)
            meshes.append(mesh)
            centres.append(centre.astype(np.float32))
            radii.append(np.linalg.norm(corners - centre[:, None], axis=2).max(axis=1).astype(np.float32))
    counts = np.array([len(mesh.triangles) for mesh in meshes], np.intp)
    return _Surfaces(
        tuple(meshes),
        (np.cumsum(counts) - counts).astype(np.intp),
        np.repeat(np.arange(len(meshes), dtype=np.uint16), counts),
        np.concatenate(centres),
        np.concatenate(radii),
    )


def target_point(atlas: Atlas, target: str, side: Side) -> PointLps | None:
    """The named target on a side, or its midline point; None when the model has no such point."""
    return atlas.points_lps.get(f"{target}_{side}", atlas.points_lps.get(target))


def target_of(atlas: Atlas, block: Block, side: Side, chosen: str | None = None) -> PointLps | None:
    """The chosen target of a block, else its first one that the model has."""
    names = (chosen, *block.targets) if chosen in block.targets else block.targets
    points = (target_point(atlas, name, side) for name in names if name)
    return next((point for point in points if point is not None), None)


@lru_cache(maxsize=512)
def _near(atlas: Atlas, point_lps: PointLps) -> tuple[Neighbour, ...]:
    surfaces = _surfaces(atlas.base or atlas)
    if not surfaces.meshes:
        return ()
    radius = atlas.content.weights["neighbour_radius_mm"].value
    point = np.array(point_lps)
    to_centre = np.linalg.norm(surfaces.centres - point.astype(np.float32), axis=1)
    at_most = np.minimum.reduceat(to_centre + surfaces.radii, surfaces.starts)
    slack = np.float32(0.01)  # the bounds are single precision
    at_least = to_centre - surfaces.radii - slack
    near = np.flatnonzero((at_least <= at_most[surfaces.owner] + slack) & (at_least <= radius))
    nearest = closest_on_triangles(point, surfaces.corners(near))
    gaps = np.linalg.norm(nearest - point, axis=1)
    found: dict[int, tuple[float, int]] = {}
    for row, (owner, gap) in enumerate(zip(surfaces.owner[near].tolist(), gaps.tolist(), strict=True)):
        if gap <= radius and gap < found.get(owner, (np.inf, 0))[0]:
            found[owner] = (gap, row)
    return tuple(
        Neighbour(surfaces.meshes[owner].id, round(gap, 1), _tuple(nearest[row]), point_lps)
        for owner, (gap, row) in sorted(found.items(), key=lambda item: item[1])
    )


def _tuple(point: NDArray[np.float64]) -> PointLps:
    return (float(point[0]), float(point[1]), float(point[2]))


def neighbours(atlas: Atlas, block: str, side: Side, target: str | None = None) -> tuple[Neighbour, ...]:
    """Structures at risk near a block's target, nearest first; how far and how many is in `rules.toml`.

    The nerves that the block is aimed at are no neighbours. The neutral form has those of the female and of
    the male one; whoever says them in words says whose they are. Empty when the model has no such target.
    KeyError for an unknown block.
    """
    record = atlas.content.blocks[block]
    point = target_of(atlas, record, side, target)
    if point is None:
        return ()
    structures, aims = atlas.content.structures, aimed_at(atlas.content, record)
    most = int(atlas.content.weights["neighbours_most"].value)
    beside = [near for near in _near(atlas, point) if structures[near.structure].nerve not in aims]
    bodies: tuple[Form, ...] = ("female", "male") if atlas.form == "neutral" else (atlas.form,)
    kept = {
        near.structure
        for body in bodies
        for near in [near for near in beside if structures[near.structure].in_form(body)][:most]
    }
    return tuple(near for near in beside if near.structure in kept)


def aimed_at(content: Content, block: Block) -> frozenset[str]:
    """Nerves a block is aimed at: those it reaches often, with their branches and the trunks they leave.

    A block of the plexus lies among the ventral rami that make it up, so those are its aim as well.
    """
    often = content.weights["nerve_reached_from"].value
    reached = {reach.nerve for reach in block.reaches if reach.p >= often}
    reached |= {name for name in content.nerves if reach_of(content, block, name) >= often}
    if block.family == "plexus":
        levels = {level for name in reached for level in content.nerves[name].roots}
        reached |= {
            nerve.id for nerve in content.nerves.values() if nerve.kind == "root" and levels & {*nerve.roots}
        }
    return frozenset(above for name in reached for above in lineage(content, name))
