"""Muscles of the limb: a measured belly that shares its borders with its neighbours and grows its tendons.

Measured neighbours overlap by a few millimetres. Each side gives up half: the border between two is where
their functions are equal. Tendons, which the measurement lost where they are thin, are then joined on, and
neighbours, bones and vessels are cut away.
"""

from __future__ import annotations

import numpy as np

from planner.modelling import tendons
from planner.modelling.bone_clearance import out_of_bone
from planner.modelling.fields import field_of
from planner.modelling.implicit import blurred, contoured, filled, fit, relaxed, sampled
from planner.modelling.methods import VESSELS, Clear
from planner.modelling.network import tube_distance
from planner.modelling.recipe import Shape, Solids
from planner.modelling.simplify import reduced
from planner.modelling.tables import Points, Tables

_BLEND_MM = 1.6  # width over which cuts and borders are rounded
_JOIN_MM = 3.0  # width over which a tendon flows into its belly
_TRUST_MM = 28.0  # farther from its points a fitted function says nothing about its structure
_GAP_MM = 0.3  # left between two muscles
_BONE_GAP_MM = 0.2  # between a belly and the bone it rests on
_ROOT_MM = 0.35  # how deep a tendon is rooted in its bone: the rough edge of the cut lies hidden there
_DEEPEST_MM = 0.12  # of a vertex of the reduced surface, so that its flat triangles are not deeper than 0.5


def muscle(
    tables: Tables,
    solids: Solids,
    *,
    structure: str,
    step_mm: float,
    budget: int,
    blur_mm: float,
    fill_mm: float,
    beside: tuple[str, ...],
    bones: tuple[str, ...],
    clear: Clear,
) -> Shape:
    """Closed surface of a muscle with its tendons.

    beside: muscles it shares a border with.  bones: those it rests on and is rooted in.
    clear: what else it gives way to, each with the gap in mm left.
    """
    table = tables.whole_surface(structure)
    bands = tendons.load(tables.folder)
    own = bands.get(structure, ())
    ends = [table.points, *(band.axis for band in own)]
    margin = 3.0 + 2.0 * step_mm + 2.0 * blur_mm + fill_mm
    reach = max((float(band.half.max()) for band in own), default=0.0)
    low = np.min([part.min(0) for part in ends], axis=0) - margin - reach
    high = np.max([part.max(0) for part in ends], axis=0) + margin + reach
    values = sampled(fit(table.points, table.normals), low, high, step_mm)
    values = blurred(filled(values, fill_mm, step_mm), blur_mm, step_mm)
    grid = _Grid(values, low, step_mm)
    for neighbour in beside:
        spots, at = grid.inside()
        other = field_of(tables.folder, neighbour)
        near = other.near(at, _TRUST_MM)
        spots, at = spots[near], at[near]
        mine = grid.at(spots)
        grid.put(spots, smooth_max(mine, (mine - other(at)) / 2.0 + _GAP_MM / 2.0, _BLEND_MM))
        if neighbour in bands:
            grid.give_way(tendons.distance_mm(bands[neighbour], grid.inside()[1]), _GAP_MM)
    for bone in bones:
        grid.give_way(_distance(tables, bone, grid.inside()[1]), _BONE_GAP_MM)
    if own:
        grid.join(own)
        for bone in bones:
            grid.give_way(_distance(tables, bone, grid.inside()[1]), -_ROOT_MM)
    for neighbour, gap_mm in clear:
        at = grid.inside()[1]
        if neighbour.startswith(VESSELS):
            distance = tube_distance(tables.folder, neighbour, at)
        elif neighbour in bands and not (tables.folder / "surfaces" / f"{neighbour}.csv").exists():
            distance = tendons.distance_mm(bands[neighbour], at)
        else:
            distance = _distance(tables, neighbour, at)
        grid.give_way(distance, gap_mm)
    vertices, triangles = contoured(grid.values, low, step_mm)
    return _rooted(tables, reduced(relaxed(vertices, triangles, 8), triangles, budget), bones)


def tendon(
    tables: Tables, solids: Solids, *, structure: str, step_mm: float, budget: int, bones: tuple[str, ...]
) -> Shape:
    """Closed surface of a tendon or ligament that is a body of its own."""
    bands = tendons.load(tables.folder)[structure]
    axis = np.vstack([band.axis for band in bands])
    margin = 3.0 + 2.0 * step_mm + max(float(band.half.max()) for band in bands)
    low, high = axis.min(0) - margin, axis.max(0) + margin
    values = sampled(lambda at: tendons.distance_mm(bands, at), low, high, step_mm)
    grid = _Grid(values, low, step_mm)
    for bone in bones:
        grid.give_way(_distance(tables, bone, grid.inside()[1]), -_ROOT_MM)
    vertices, triangles = contoured(grid.values, low, step_mm)
    return _rooted(tables, reduced(relaxed(vertices, triangles, 6), triangles, budget), bones)


def _rooted(tables: Tables, shape: Shape, bones: tuple[str, ...]) -> Shape:
    """The reduced surface, which cuts the corners of a hollow cut, no deeper in its bones than its root."""
    vertices, triangles = shape
    return out_of_bone(tables, vertices, bones, np.full(len(vertices), -_DEEPEST_MM)), triangles


def _distance(tables: Tables, structure: str, at: Points) -> Points:
    """Signed distance of places (n, 3) to a measured structure, (n,); +inf where its function is a guess."""
    other = field_of(tables.folder, structure)
    found = np.full(len(at), np.inf)
    near = other.near(at, _TRUST_MM)
    found[near] = other(at[near])
    return found


class _Grid:
    """Values of a signed distance on a regular grid that neighbours cut into."""

    def __init__(self, values: np.ndarray, low: Points, step_mm: float) -> None:
        self.values = values
        self._low, self._step = low, step_mm

    def inside(self) -> tuple[np.ndarray, Points]:
        """Indices (n, 3) and places (n, 3) of the nodes that can still belong to the body."""
        spots = np.argwhere(self.values < 2.0 * _BLEND_MM)
        return spots, self._low + self._step * spots

    def at(self, spots: np.ndarray) -> Points:
        """Values at nodes, float64."""
        found: Points = self.values[tuple(spots.T)].astype(np.float64)
        return found

    def put(self, spots: np.ndarray, values: Points) -> None:
        """New values at nodes."""
        self.values[tuple(spots.T)] = values

    def give_way(self, distance: Points, gap_mm: float) -> None:
        """Cuts away what lies nearer than the gap; `distance` belongs to the nodes of `inside`."""
        spots = np.argwhere(self.values < 2.0 * _BLEND_MM)
        self.put(spots, smooth_max(self.at(spots), gap_mm - distance, _BLEND_MM))

    def join(self, bands: tuple[tendons.Band, ...]) -> None:
        """Adds bands to the body, flowing into it."""
        for band in bands:
            reach = float(band.half.max()) + 4.0 * self._step
            first = np.floor((band.axis.min(0) - reach - self._low) / self._step).astype(int)
            last = np.ceil((band.axis.max(0) + reach - self._low) / self._step).astype(int)
            box = tuple(slice(max(a, 0), b + 1) for a, b in zip(first.tolist(), last.tolist(), strict=True))
            part = self.values[box]
            spots = np.argwhere(np.ones(part.shape, bool)) + np.array([s.start for s in box])
            distance = band.distance_mm(self._low + self._step * spots)
            self.put(spots, -smooth_max(-self.at(spots), -distance, _JOIN_MM))


def smooth_max(a: Points, b: Points, width: float) -> Points:
    """The larger of two fields with the crease between them rounded off."""
    blend = np.maximum(width - np.abs(a - b), 0.0)
    larger: Points = np.maximum(a, b) + blend * blend / (4.0 * width)
    return larger
