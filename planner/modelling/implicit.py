"""Solid surfaces from oriented points: a biharmonic implicit function, contoured in a narrow band.

f(x) = sum_k w_k |x - c_k| + a + b.x, fitted to 0 at the measured points and to +-offset at points moved
along their outward normals, so f is about the distance in mm, negative inside. It is the smoothest
such function, which is what lets a few hundred points carry a vertebra.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import solve
from scipy.ndimage import distance_transform_edt, gaussian_filter, map_coordinates
from scipy.sparse import coo_matrix, csr_matrix, diags
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree
from scipy.spatial.distance import cdist
from skimage.measure import marching_cubes

from planner.modelling.shading import outward

Points = NDArray[np.float64]
Triangles = NDArray[np.int64]
Field = Callable[[Points], Points]

_COARSE = 4  # fine steps along the edge of a coarse cell
_CHUNK = 4096


@dataclass(frozen=True, eq=False, slots=True)
class Implicit:
    """A fitted function: centres (k, 3), weights (k,), linear part (4,) = constant and gradient.

    The first third of the centres are the measured points; `tree` finds the nearest of them.
    """

    centres: Points
    weights: Points
    linear: Points
    tree: cKDTree = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "tree", cKDTree(self.centres[: len(self.centres) // 3]))

    def __call__(self, at: Points) -> Points:
        """Signed distance estimate in mm at points (n, 3), negative inside, (n,) float64."""
        values = np.empty(len(at))
        weights = self.weights.astype(np.float32)
        for start in range(0, len(at), _CHUNK):
            part = at[start : start + _CHUNK]
            # Callers pass neighbours together; with a local origin single precision is exact to ~0.01 mm.
            origin = part.mean(0)
            x, c = (part - origin).astype(np.float32), (self.centres - origin).astype(np.float32)
            square = x @ (-2.0 * c.T)
            square += (x * x).sum(1)[:, None]
            square += (c * c).sum(1)[None, :]
            np.maximum(square, 0.0, out=square)
            values[start : start + _CHUNK] = np.sqrt(square, out=square) @ weights
        whole: Points = values + self.linear[0] + at @ self.linear[1:]
        return whole

    def mirrored(self) -> Implicit:
        """The function of the structure reflected in the median plane."""
        flip = np.array([-1.0, 1.0, 1.0])
        return Implicit(self.centres * flip, self.weights, self.linear * np.array([1.0, -1.0, 1.0, 1.0]))

    def near(self, at: Points, distance_mm: float) -> NDArray[np.bool_]:
        """Which points (n, 3) lie within a distance of the measured ones; elsewhere f is a guess."""
        inside = ((at > self.centres.min(0) - distance_mm) & (at < self.centres.max(0) + distance_mm)).all(1)
        found = np.zeros(len(at), np.bool_)
        found[inside] = np.isfinite(self.tree.query(at[inside], distance_upper_bound=distance_mm)[0])
        return found


def fit(points: Points, normals: Points, offset_mm: float = 1.5, smoothing: float = 0.01) -> Implicit:
    """Fits the function to oriented points (n, 3) and their outward unit normals (n, 3).

    smoothing: 0 passes through every point; larger values even out points that disagree.
    """
    centre = points.mean(0)
    nodes = np.vstack([points, points + offset_mm * normals, points - offset_mm * normals]) - centre
    values = np.repeat([0.0, offset_mm, -offset_mm], len(points))
    size = len(nodes)
    system = np.zeros((size + 4, size + 4))
    system[:size, :size] = cdist(nodes, nodes)
    system[np.arange(size), np.arange(size)] -= smoothing
    system[:size, size] = system[size, :size] = 1.0
    system[:size, size + 1 :] = nodes
    system[size + 1 :, :size] = nodes.T
    found = solve(system, np.concatenate([values, np.zeros(4)]), overwrite_a=True, check_finite=False)
    linear = found[size:].copy()
    linear[0] -= float(linear[1:] @ centre)
    return Implicit(nodes + centre, found[:size], linear)


def sampled(function: Field, low: Points, high: Points, step_mm: float) -> NDArray[np.float32]:
    """The function on a grid from `low` on: exact near the surface, interpolated elsewhere, (nx, ny, nz)."""
    edge = step_mm * _COARSE
    cells = np.maximum(np.ceil((high - low) / edge).astype(int), 1)
    ramps = [low[axis] + edge * np.arange(cells[axis] + 1) for axis in range(3)]
    nodes = np.stack(np.meshgrid(*ramps, indexing="ij"), -1)
    coarse = function(nodes.reshape(-1, 3)).reshape(nodes.shape[:3])
    fine = np.meshgrid(*[np.arange(n * _COARSE + 1) / _COARSE for n in cells], indexing="ij")
    values = map_coordinates(coarse.astype(np.float32), fine, order=1, output=np.float32, mode="nearest")
    near = np.argwhere(_near_surface(coarse, edge))
    near = near[np.lexsort((*near.T, *(near // 4).T))]  # neighbours together, in blocks of 4 x 4 x 4
    steps = np.stack(np.meshgrid(*[np.arange(_COARSE)] * 3, indexing="ij"), -1).reshape(-1, 3)
    spots = (near[:, None] * _COARSE + steps).reshape(-1, 3)
    values[tuple(spots.T)] = function(low + step_mm * spots)
    return values


def _near_surface(coarse: Points, edge_mm: float) -> NDArray[np.bool_]:
    """Coarse cells that the surface can pass through, judged by their eight corners."""
    x, y, z = (n - 1 for n in coarse.shape)
    corners = np.stack(
        [coarse[i : i + x, j : j + y, k : k + z] for i in (0, 1) for j in (0, 1) for k in (0, 1)]
    )
    near: NDArray[np.bool_] = (corners.min(0) < 0.9 * edge_mm) & (corners.max(0) > -0.9 * edge_mm)
    return near


def contoured(values: NDArray[np.float32], low: Points, step_mm: float) -> tuple[Points, Triangles]:
    """The zero surface of a grid, its largest piece, closed and wound outward."""
    closed = np.pad(values, 1, constant_values=float(max(values.max(), 1.0)))
    vertices, triangles, _, _ = marching_cubes(closed, 0.0, allow_degenerate=False)
    placed = low + step_mm * (vertices.astype(np.float64) - 1.0)
    return largest_piece(placed, outward(placed, triangles.astype(np.int64)))


def largest_piece(vertices: Points, triangles: Triangles) -> tuple[Points, Triangles]:
    """The connected piece with the most triangles, with unused vertices dropped."""
    count = len(vertices)
    ends = triangles[:, [0, 1]], triangles[:, [1, 2]]
    rows, columns = (np.concatenate([end[:, k] for end in ends]) for k in (0, 1))
    graph = coo_matrix((np.ones(len(rows), np.int8), (rows, columns)), shape=(count, count))
    _, labels = connected_components(graph, directed=False)
    home = labels[triangles[:, 0]]
    kept = triangles[home == np.bincount(home).argmax()]
    used, renumbered = np.unique(kept, return_inverse=True)
    return vertices[used], renumbered.reshape(-1, 3).astype(np.int64)


def relaxed(vertices: Points, triangles: Triangles, passes: int, shrink: float = 0.5) -> Points:
    """Taubin smoothing: evens out ripples of the size of a few triangles without loss of volume."""
    count = len(vertices)
    rows, columns = triangles[:, [0, 1, 2]].ravel(), triangles[:, [1, 2, 0]].ravel()
    links = csr_matrix((np.ones(len(rows)), (rows, columns)), shape=(count, count))
    links = links + links.T
    links.data[:] = 1.0
    mean = diags(1.0 / np.maximum(np.asarray(links.sum(1)).ravel(), 1.0)) @ links
    moved = vertices
    for _ in range(passes):
        moved = moved + shrink * (mean @ moved - moved)
        moved = moved - shrink * 1.04 * (mean @ moved - moved)
    return moved


def filled(values: NDArray[np.float32], radius_mm: float, step_mm: float) -> NDArray[np.float32]:
    """The field with notches and dimples narrower than twice the radius filled (a morphological closing)."""
    if radius_mm <= 0.0:
        return values
    width = int(np.ceil(radius_mm / step_mm)) + 2
    roomy = np.pad(values, width, constant_values=float(max(values.max(), 1.0)))
    grown = distance_transform_edt(roomy > 0.0) * step_mm <= radius_mm
    rest = radius_mm - distance_transform_edt(grown) * step_mm
    inner = rest[width:-width, width:-width, width:-width].astype(np.float32)
    # A little slack: where nothing is filled, the finer original decides.
    closed: NDArray[np.float32] = np.minimum(values, inner + np.float32(0.2 * step_mm))
    return closed


def blurred(values: NDArray[np.float32], width_mm: float, step_mm: float) -> NDArray[np.float32]:
    """The field evened out by a Gaussian, which melts beads and fringes, at a level that keeps the volume."""
    if width_mm <= 0.0:
        return values
    reach = 3.0 * width_mm
    soft = gaussian_filter(np.clip(values, -reach, reach), width_mm / step_mm, mode="nearest")
    inside = int((values < 0.0).sum())
    level = np.partition(soft.ravel(), inside)[inside]
    return soft - min(max(float(level), -0.5 * width_mm), width_mm)


def surface(
    points: Points,
    normals: Points,
    step_mm: float,
    smoothing: float = 0.01,
    passes: int = 4,
    offset_mm: float = 1.5,
) -> tuple[Points, Triangles]:
    """Closed surface through oriented points (n, 3), contoured on a grid of step_mm."""
    margin = 3.0 + 2.0 * step_mm
    low = points.min(0) - margin
    values = sampled(fit(points, normals, offset_mm, smoothing), low, points.max(0) + margin, step_mm)
    vertices, triangles = contoured(values, low, step_mm)
    return relaxed(vertices, triangles, passes), triangles
