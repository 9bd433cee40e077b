"""The skin: one closed surface from the ribs to the toes, exactly mirror-symmetric.

Only the left half (x >= 0) is made, up to an open border that lies in the median plane; it is mirrored
and welded there, so vertex i has a known mirror vertex and every field drawn on it holds for both sides.
Built from the measured oriented points (`implicit`), shaped (`skin_sculpt`), kept outside the bones
and muscles it must cover, and meshed evenly (`remesh`), finer where regions are small.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter, map_coordinates, maximum_filter, spline_filter
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree
from skimage.measure import marching_cubes

from planner.atlas.meshes import Mesh
from planner.modelling import implicit, skin_sculpt
from planner.modelling.remesh import remesh
from planner.modelling.shading import mesh
from planner.modelling.tables import Tables

Points = NDArray[np.float64]
Triangles = NDArray[np.int64]
_Step = Callable[[Points, Points], Points]  # field values (n,) at nodes (n, 3) -> changed values (n,)

_STEP_MM = 2.5
_COARSE = 4  # fine cells per coarse cell
_BAND_MM = 10.0  # the field is exact this close to the surface
_REACH_MM = 25.0  # no step asks for larger distances
_MARGIN = 4  # grid cells kept beyond the median plane, filled by reflection
_BENEATH_MM = 3.0
# Least thickness of what lies over a solid, and how far a push is spread, by system.
_COVER_MM = {"bones": (1.6, 6.0), "muscles": (1.0, 10.0)}
# Share of the broadly smoothed field by height: feet and knees keep their detail.
_BROAD_SHARE = (
    (-905, 0.0), (-790, 0.0), (-740, 0.7), (-520, 0.8), (-490, 0.35), (-385, 0.35), (-345, 0.9), (375, 0.9),
)  # fmt: skip
# Wanted edge length by height.
_EDGE_MM = (
    (-905, 4.7), (-800, 4.7), (-740, 6.3), (-520, 6.5), (-480, 5.6), (-390, 5.6), (-340, 7.0), (375, 7.2),
)  # fmt: skip
_LOW = np.array([0.0, -180.0, -905.0])
_HIGH = np.array([190.0, 140.0, 375.0])


@dataclass(frozen=True, eq=False)
class Skin:
    """The mesh with its mirror: `mirror[i]` is the vertex at (-x, y, z) of vertex i."""

    mesh: Mesh
    mirror: NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class _Grid:
    """A sampled field over the left half with a reflected margin beyond x = 0."""

    values: NDArray[np.float64]
    low: Points

    def splines(self) -> _Grid:
        return _Grid(spline_filter(self.values, order=2), self.low)

    def at(self, points: Points) -> Points:
        """Field at points (n, 3); the values must be spline coefficients."""
        where = ((points - self.low) / _STEP_MM).T
        return np.asarray(map_coordinates(self.values, where, order=2, prefilter=False, mode="nearest"))

    def gradient(self, points: Points) -> Points:
        steps = np.eye(3) * 0.8
        return np.stack([(self.at(points + s) - self.at(points - s)) / 1.6 for s in steps], 1)


def make(tables: Tables, solids: Mapping[str, Mesh]) -> Skin:
    """The skin over the given solids (bones and muscles by id; may be empty)."""
    grid = _field(tables, solids)
    half, faces = _half(grid)
    return _both_sides(half, faces)


def _nodes() -> tuple[Points, tuple[int, int, int]]:
    counts = np.ceil((_HIGH - _LOW) / (_STEP_MM * _COARSE)).astype(int) * _COARSE + 1
    axes = [_LOW[a] + _STEP_MM * np.arange(counts[a]) for a in range(3)]
    return np.stack(np.meshgrid(*axes, indexing="ij"), -1), (int(counts[0]), int(counts[1]), int(counts[2]))


def _field(tables: Tables, solids: Mapping[str, Mesh]) -> _Grid:
    nodes, shape = _nodes()
    table = tables.whole_surface("skin")
    measured = table.points[:, 2] < skin_sculpt.RIM_MM + 13.0  # above lie the ripples of the rim
    function = implicit.fit(table.points[measured], table.normals[measured], smoothing=1.0)
    values = _sampled(function, nodes, shape)
    navel = tables.landmarks["umbilicus"]
    values = _evened(_in_mm(values, nodes), nodes, navel)
    values = _shaped(values, nodes)
    values = _covering(values, nodes, solids, navel)
    values = _blurred(values, 0.6)
    values = _apply(values, nodes, skin_sculpt.level_rim, nodes[..., 2] > skin_sculpt.RIM_MM - 30.0)
    pad = np.concatenate([values[_MARGIN:0:-1], values])
    return _Grid(pad, _LOW - np.array([_MARGIN * _STEP_MM, 0.0, 0.0]))


def _sampled(function: implicit.Implicit, nodes: Points, shape: tuple[int, int, int]) -> Points:
    coarse_nodes = nodes[::_COARSE, ::_COARSE, ::_COARSE]
    coarse = function(coarse_nodes.reshape(-1, 3)).reshape(coarse_nodes.shape[:3])
    ramps = np.meshgrid(*[np.arange(n) / _COARSE for n in shape], indexing="ij")
    values = np.asarray(map_coordinates(coarse, ramps, order=1), np.float64)
    near = np.abs(values) < _BAND_MM
    values[near] = function(nodes[near])
    return np.asarray(values)


def _in_mm(values: Points, nodes: Points) -> Points:
    """The field turned into the distance from its own zero surface, out to where no step looks any more.

    The fitted function is a distance only close to the points it was fitted to.
    """
    square = np.zeros_like(values)
    for axis in range(3):
        square += np.asarray(np.gradient(values, _STEP_MM, axis=axis)) ** 2
    steep = np.sqrt(square)
    close = values / np.maximum(steep, 0.2)
    vertices = marching_cubes(values, 0.0, spacing=(_STEP_MM,) * 3)[0] + _LOW
    band = np.abs(values) < _REACH_MM
    away = cKDTree(vertices).query(nodes[band], distance_upper_bound=_REACH_MM)[0]
    away = np.where(np.isfinite(away), away, _REACH_MM) * np.sign(values[band])
    # Within a cell or two the first-order distance is the better one.
    far = np.clip((np.abs(away) - 2.0) / 3.0, 0.0, 1.0)
    out = np.sign(values) * _REACH_MM
    out[band] = far * away + (1.0 - far) * np.clip(close[band], -8.0, 8.0)
    return np.asarray(out)


def _evened(values: Points, nodes: Points, navel: Points) -> Points:
    """Takes the ripple of sparse points out of the large smooth parts; foot, knee and navel stay crisp."""
    broad = _blurred(values, 9.0 / _STEP_MM)
    fine = _blurred(values, 3.0 / _STEP_MM)
    z = nodes[..., 2]
    heights, shares = zip(*_BROAD_SHARE, strict=True)
    share = np.interp(z, heights, shares)
    share = share * np.clip((np.linalg.norm(nodes - navel, axis=-1) - 18.0) / 25.0, 0.0, 1.0)
    return np.asarray(share * broad + (1.0 - share) * fine)


def _blurred(values: Points, cells: float) -> Points:
    """Gaussian mean with the left half's mirror image beyond the median plane."""
    reach = int(4 * cells) + 1
    return np.asarray(gaussian_filter(np.concatenate([values[reach:0:-1], values]), cells)[reach:])


def _apply(values: Points, nodes: Points, step: _Step, where: NDArray[np.bool_]) -> Points:
    values = values.copy()
    values[where] = step(values[where], nodes[where])
    return values


def _shaped(values: Points, nodes: Points) -> Points:
    x, y, z = nodes[..., 0], nodes[..., 1], nodes[..., 2]
    for groove in (skin_sculpt.NATAL_CLEFT, skin_sculpt.GLUTEAL_FOLD):
        step = partial(skin_sculpt.grooved, groove=groove)
        values = _apply(values, nodes, step, (y > 0) & (z > -150) & (z < 80))
    values = _apply(values, nodes, skin_sculpt.thigh_gap, (x < 45) & (z < -50) & (z > -330))
    return _apply(values, nodes, skin_sculpt.toes, (y < -50) & (z < -800))


def _covering(values: Points, nodes: Points, solids: Mapping[str, Mesh], navel: Points) -> Points:
    """Pushes the skin outwards where a solid comes closer than the cover it must have.

    The push is spread over its surroundings, so that it leaves a gentle swelling and no edge.
    """
    for system, (cover, spread_mm) in _COVER_MM.items():
        solid = [mesh for _, mesh in sorted(solids.items()) if mesh.system == system]
        if not solid:
            continue
        cloud, facing = (np.vstack(parts) for parts in zip(*map(_beneath, solid), strict=True))
        low = (cloud[:, 0] > -8.0) & (cloud[:, 2] < skin_sculpt.RIM_MM - 6.0)
        cloud, facing = cloud[low], facing[low]
        where = ((cloud - _LOW) / _STEP_MM).T
        depth = map_coordinates(values, where, order=1, mode="nearest")
        ahead = map_coordinates(values, where + facing.T * 3.0 / _STEP_MM, order=1, mode="nearest")
        # Only what faces the skin counts: the deep side of a thin sheet would be moved through it.
        cloud = cloud[(depth > -(_BENEATH_MM + cover + 2.0)) & (ahead - depth > 1.5)]
        if not len(cloud):
            continue
        near = np.abs(values) < 12.0
        gap = cKDTree(cloud).query(nodes[near])[0] - _BENEATH_MM - cover
        lift = np.zeros_like(values)
        lift[near] = np.maximum(values[near] - gap, 0.0)
        if system == "muscles":  # the navel is a dip in their wall
            lift *= np.clip((np.linalg.norm(nodes - navel, axis=-1) - 15.0) / 20.0, 0.0, 1.0)
        cells = max(1, round(spread_mm / _STEP_MM))
        values = values - _blurred(maximum_filter(lift, 2 * cells + 1), 0.6 * cells)
    return values


def _beneath(mesh: Mesh) -> tuple[Points, Points]:
    """Points `_BENEATH_MM` under a solid's surface (vertices and middles of triangles) and their normals."""
    corners = mesh.triangles
    points = np.vstack([mesh.points_lps, mesh.points_lps[corners].mean(axis=1)]).astype(np.float64)
    normals = np.vstack([mesh.normals, mesh.normals[corners].mean(axis=1)]).astype(np.float64)
    normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-9)
    return points - _BENEATH_MM * normals, normals


def _edge_mm(at: Points, inside_mm: Points) -> Points:
    """Wanted edge length: about 7 mm, shorter where regions are small, long in the middle of the flat cap.

    inside_mm: how far each point's foot on the section below the rim lies within that section.
    """
    heights, edges = zip(*_EDGE_MM, strict=True)
    edge = np.interp(at[:, 2], heights, edges)
    groin = np.linalg.norm((at - np.array([20.0, -20.0, -60.0])) / np.array([80.0, 110.0, 75.0]), axis=1)
    edge = np.minimum(edge, 5.0 + 2.4 * np.clip((groin - 0.8) * 1.6, 0.0, 1.0))
    toes = np.clip((at[:, 1] + 95.0) / 30.0, 0.0, 1.0)
    edge = np.where(at[:, 2] < -790.0, np.minimum(edge, 3.3 + 1.4 * toes), edge)
    # The rim is rounded over a few millimetres: with longer edges its outline would be notched.
    rim = np.interp(skin_sculpt.RIM_MM - at[:, 2], (0.0, 6.0, 22.0), (4.5, 4.5, 7.2))
    edge = np.minimum(edge, rim)
    cap = 4.5 + 0.2 * np.maximum(inside_mm - 4.0, 0.0)
    return np.asarray(np.where(at[:, 2] > skin_sculpt.RIM_MM - 1.5, np.minimum(cap, 8.5), edge))


def _half(grid: _Grid) -> tuple[Points, Triangles]:
    coarse = grid.values[_MARGIN::2, ::2, ::2]
    vertices, faces, _, _ = marching_cubes(coarse, 0.0, spacing=(2 * _STEP_MM,) * 3)
    vertices = vertices + _LOW
    vertices, faces = _largest(np.asarray(vertices, float), np.asarray(faces, np.int64))
    vertices[vertices[:, 0] < 1e-4, 0] = 0.0
    smooth = grid.splines()

    def onto(points: Points) -> Points:
        moved = points.copy()
        border = points[:, 0] == 0.0
        for _ in range(3):
            slope = smooth.gradient(moved)
            step = smooth.at(moved)[:, None] * slope / np.maximum((slope * slope).sum(1, keepdims=True), 0.05)
            long = np.maximum(np.linalg.norm(step, axis=1, keepdims=True) / 2.0, 1.0)
            moved = moved - step / long
            moved[border, 0] = 0.0
            moved[~border, 0] = np.maximum(moved[~border, 0], 0.25)
        return moved

    def edge_mm(points: Points) -> Points:
        foot = points * np.array([1.0, 1.0, 0.0]) + np.array([0.0, 0.0, skin_sculpt.RIM_MM - 32.0])
        return _edge_mm(points, -smooth.at(foot))

    return remesh(vertices, faces, edge_mm, onto)


def _largest(vertices: Points, faces: Triangles) -> tuple[Points, Triangles]:
    n = len(vertices)
    pairs = coo_matrix((np.ones(len(faces)), (faces[:, 0], faces[:, 1])), (n, n))
    pairs = pairs + coo_matrix((np.ones(len(faces)), (faces[:, 1], faces[:, 2])), (n, n))
    label = connected_components(pairs, directed=False)[1]
    keep = faces[label[faces[:, 0]] == np.bincount(label).argmax()]
    used, number = np.unique(keep, return_inverse=True)
    return vertices[used], number.reshape(-1, 3).astype(np.int64)


def _both_sides(half: Points, faces: Triangles) -> Skin:
    """Mirrors the left half and welds it along the border: left vertices first, then the right ones."""
    half = np.round(half, 3)
    border = half[:, 0] == 0.0
    count = len(half)
    partner = np.arange(count)
    partner[~border] = count + np.arange(int((~border).sum()))
    right = half[~border] * np.array([-1.0, 1.0, 1.0])
    vertices = np.vstack([half, right])
    triangles = np.vstack([faces, partner[faces][:, ::-1]])
    mirror = np.concatenate([partner, np.flatnonzero(~border)])
    skin = mesh("skin", "skin", vertices, triangles)
    normals = symmetric_normals(skin.normals, mirror)
    return Skin(Mesh(skin.id, skin.system, skin.points_lps, normals, skin.triangles), mirror.astype(np.int32))


def symmetric_normals(normals: NDArray[np.float32], mirror: NDArray[np.integer]) -> NDArray[np.float32]:
    """Normals (n, 3) that mirror exactly: sums taken in another order differ in the last bit."""
    flip = np.array([-1.0, 1.0, 1.0], np.float32)
    even: NDArray[np.float32] = normals + normals[mirror] * flip
    even[mirror == np.arange(len(mirror)), 0] = 0.0
    even /= np.linalg.norm(even, axis=1, keepdims=True)
    return even
