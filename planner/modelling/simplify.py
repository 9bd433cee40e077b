"""Reduces a mesh to a triangle budget and keeps it closed."""

from __future__ import annotations

from itertools import product

import fast_simplification
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from planner.modelling.implicit import largest_piece
from planner.modelling.shading import is_closed

Points = NDArray[np.float64]
Triangles = NDArray[np.int64]

# What is tried, as shares of the budget: now and then a collapse leaves no closed surface.
_SHARES = (1.0, 0.96, 1.04, 0.92, 1.08, 1.15, 1.25, 1.4, 1.6, 2.0)
_SHRINK_MM = 6.0  # greatest change of the extent along an axis


def reduced(
    vertices: Points, triangles: Triangles, budget: int, haste: float = 5.0
) -> tuple[Points, Triangles]:
    """About `budget` triangles of the same shape, closed if the input is; unchanged if within budget.

    haste: how eagerly edges are collapsed; low values keep the shape better but can stop short.
    Raises ValueError when no closed surface of about that size is found.
    """
    if len(triangles) <= budget:
        return vertices, triangles
    centre = vertices.mean(0)  # the collapse works in single precision
    source = (vertices - centre).astype(np.float32)
    faces = triangles.astype(np.int32)
    for share, pace in product(_SHARES, (haste, haste + 2.0, haste + 4.0)):
        goal = 1.0 - share * budget / len(triangles)
        if goal <= 0.0:
            continue
        found, kept = fast_simplification.simplify(source, faces, goal, agg=pace)
        small, joined = unpinched(found.astype(np.float64), unfolded(kept.astype(np.int64)))
        small, joined = largest_piece(small, joined)
        # A slow pace can stop short; a pinched tube can fall apart: neither is what was asked for.
        whole = np.abs(np.ptp(small, axis=0) - np.ptp(source, axis=0)).max() < _SHRINK_MM
        if is_closed(joined) and len(joined) <= 1.1 * share * budget and whole:
            return small + centre, joined
    raise ValueError(f"no closed mesh of about {budget} triangles was found")


def unfolded(triangles: Triangles) -> Triangles:
    """Without the pairs of triangles that lie back to back on the same three corners."""
    _, home, count = np.unique(np.sort(triangles, axis=1), axis=0, return_inverse=True, return_counts=True)
    kept: Triangles = triangles[count[home.ravel()] == 1]
    return kept


def unpinched(vertices: Points, triangles: Triangles) -> tuple[Points, Triangles]:
    """Where sheets touch in an edge or a corner, each gets vertices of its own."""
    count = len(triangles)
    corners = np.arange(3 * count).reshape(count, 3)
    ends = np.concatenate([triangles[:, [k, (k + 1) % 3]] for k in range(3)])
    places = np.concatenate([corners[:, [k, (k + 1) % 3]] for k in range(3)])
    turned = ends[:, 0] > ends[:, 1]
    ends[turned], places[turned] = ends[turned][:, ::-1], places[turned][:, ::-1]
    order = np.lexsort((ends[:, 1], ends[:, 0]))
    ends, places = ends[order], places[order]
    _, first, uses = np.unique(ends, axis=0, return_index=True, return_counts=True)
    pair = first[uses == 2]
    rows = np.concatenate([places[pair, 0], places[pair, 1]])
    columns = np.concatenate([places[pair + 1, 0], places[pair + 1, 1]])
    graph = coo_matrix((np.ones(len(rows), np.int8), (rows, columns)), shape=(3 * count, 3 * count))
    pieces, label = connected_components(graph, directed=False)
    home = np.empty(pieces, np.int64)
    home[label] = triangles.ravel()
    return vertices[home], label.reshape(count, 3).astype(np.int64)
