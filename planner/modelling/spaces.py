"""Named spaces as closed smooth volumes: what lies between the structures that bound them.

A space is authored as a stack of ellipses or as a tube, told relative to landmarks, vessels and muscles
(`spaces.toml`); what bounds it is then taken away from it, so that it fits between its walls.
"""

from __future__ import annotations

from functools import lru_cache, partial
from pathlib import Path
from typing import Literal

import msgspec
import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import PchipInterpolator
from scipy.ndimage import gaussian_filter
from scipy.spatial import cKDTree

from planner.modelling import clearance, courses, easing, kidneys, network, neuraxis, plexus, waypoints
from planner.modelling.courses import CourseFault, Waypoint
from planner.modelling.easing import Surface
from planner.modelling.implicit import contoured, relaxed
from planner.modelling.recipe import Recipe, Shape, Solids
from planner.modelling.simplify import reduced
from planner.modelling.tables import Points, TableFault, Tables
from planner.modelling.tube import lengths_mm
from planner.modelling.waypoints import Body, place, spline
from planner.space import SIDES, Side

FILE = "spaces.toml"
_BAND_MM = 4.0  # walls are asked only this close to the space
_FAR_MM = 12.0
_MODULES = (clearance, courses, easing, kidneys, network, neuraxis, plexus, waypoints)


class _Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Strict base of the records of the file."""


class Station(_Record, frozen=True, kw_only=True):
    """One section: its centre, half axes in mm across and along the body's depth, turned about z."""

    at: Waypoint
    half_mm: tuple[float, float]
    turn_deg: float = 0.0


class Wall(_Record, frozen=True, kw_only=True):
    """A structure the space keeps out of, at a distance."""

    of: str
    gap_mm: float = 0.3


class Space(_Record, frozen=True, kw_only=True):
    """A space: a `stack` of axial ellipses, or a `tube` (half_mm[0] is its radius).

    rim_mm: rounding of a stack's two ends.  under: two landmarks; the space lies below the line between them
    as seen from in front.  within: a structure it does not leave.  hollow: it leaves the dural sac free.
    """

    id: str
    sided: bool = True
    kind: Literal["stack", "tube"] = "stack"
    step_mm: float = 1.4
    blur_mm: float = 1.2
    rim_mm: float = 2.0
    under: tuple[str, str] | None = None
    triangles: int = 2500
    within: str = ""
    hollow: bool = False
    walls: tuple[Wall, ...] = ()
    needs: tuple[str, ...] = ()
    station: tuple[Station, ...]


class _File(_Record, frozen=True, kw_only=True):
    format: int
    space: tuple[Space, ...]


@lru_cache(maxsize=2)
def load_spaces(folder: Path) -> tuple[Space, ...]:
    """The authored spaces. Raises TableFault."""
    try:
        found = msgspec.toml.decode((folder / FILE).read_bytes(), type=_File)
    except OSError as error:
        raise TableFault(f"{FILE}: cannot be read ({error.strerror})") from error
    except msgspec.DecodeError as error:
        raise TableFault(f"{FILE}: {error}") from error
    for space in found.space:
        if len(space.station) < 2:
            raise TableFault(f"{FILE}, {space.id}: a space needs two stations at least")
    return found.space


def space_shape(tables: Tables, solids: Solids, *, space: str, side: Side) -> Shape:
    """The closed surface of one space. Raises TableFault naming the entry."""
    entry = next(item for item in load_spaces(tables.folder) if item.id == space)
    body = Body(tables, solids)
    try:
        centres = np.array([place(station.at, side, body) for station in entry.station])
    except (CourseFault, TableFault) as fault:
        raise TableFault(f"{FILE}, {space} ({side}): {fault}") from fault
    half = np.array([station.half_mm for station in entry.station])
    turn = np.radians([station.turn_deg for station in entry.station]) * (1.0 if side == "left" else -1.0)
    margin = float(half.max()) + 4.0 * entry.step_mm
    low, high = centres.min(0) - margin, centres.max(0) + margin
    ramps = [np.arange(a, b, entry.step_mm) for a, b in zip(low, high, strict=True)]
    grid = np.stack(np.meshgrid(*ramps, indexing="ij"), -1)
    nodes = grid.reshape(-1, 3)
    if entry.kind == "tube":
        values = _tube(nodes, centres, half[:, 0])
    else:
        values = _stack(nodes, centres, half, turn, entry.rim_mm)
    if entry.under:
        first, last = (body.tables.landmarks[waypoints.sided(name, side)] for name in entry.under)
        slope = (last[2] - first[2]) / (last[0] - first[0])
        over = nodes[:, 2] - (first[2] + slope * (nodes[:, 0] - first[0]))
        values = np.maximum(values, over / np.hypot(1.0, slope))
    for wall, gap_mm in ((wall.of, wall.gap_mm) for wall in entry.walls):
        values = _cut(values, nodes, Surface(solids[waypoints.sided(wall, side)]), gap_mm, 1.0)
    if entry.within:
        values = _cut(values, nodes, Surface(solids[waypoints.sided(entry.within, side)]), 0.4, -1.0)
    if entry.hollow:
        sac = neuraxis.dural_sac(body)
        distance, row = cKDTree(sac.points).query(nodes)
        values = np.maximum(values, sac.radius_mm[row] + 0.3 - distance)
    whole = np.clip(values, -_FAR_MM, _FAR_MM).reshape(grid.shape[:3])
    soft = gaussian_filter(whole, entry.blur_mm / entry.step_mm, mode="nearest")
    vertices, triangles = contoured(soft.astype(np.float32), low, entry.step_mm)
    return reduced(relaxed(vertices, triangles, 8), triangles, entry.triangles)


def _tube(nodes: Points, centres: Points, radius: NDArray[np.float64]) -> NDArray[np.float64]:
    axis, at = spline(centres, step_mm=0.8)
    widths = np.asarray(PchipInterpolator(at, radius)(lengths_mm(axis)))
    distance, row = cKDTree(axis).query(nodes)
    return np.asarray(distance - widths[row])


def _stack(
    nodes: Points, centres: Points, half: Points, turn: NDArray[np.float64], rim_mm: float
) -> NDArray[np.float64]:
    """About the signed distance to a stack of axial ellipses, its two ends rounded by rim_mm."""
    order = np.argsort(centres[:, 2])
    z = centres[order, 2]
    if (np.diff(z) < 1.0).any():
        raise TableFault(f"{FILE}: two stations of a stack lie at the same height")
    told = np.column_stack([centres[order, :2], half[order], turn[order]])
    x, y, a, b, angle = PchipInterpolator(z, told)(np.clip(nodes[:, 2], z[0], z[-1])).T
    dx, dy = nodes[:, 0] - x, nodes[:, 1] - y
    across = (dx * np.cos(angle) + dy * np.sin(angle)) / a
    along = (-dx * np.sin(angle) + dy * np.cos(angle)) / b
    around = (np.hypot(across, along) - 1.0) * np.minimum(a, b)
    beyond = np.maximum(z[0] - nodes[:, 2], nodes[:, 2] - z[-1])
    edge = np.hypot(np.maximum(around + rim_mm, 0.0), np.maximum(beyond + rim_mm, 0.0)) - rim_mm
    return np.asarray(np.maximum(edge, np.maximum(around, beyond)))


def _cut(
    values: NDArray[np.float64], nodes: Points, wall: Surface, gap_mm: float, sign: float
) -> NDArray[np.float64]:
    """The space without what lies inside the wall (sign 1) or outside it (sign -1)."""
    rows = np.flatnonzero(values < _BAND_MM)
    if sign > 0.0:
        near = ((nodes[rows] > wall.low - _BAND_MM) & (nodes[rows] < wall.high + _BAND_MM)).all(1)
        rows = rows[near]
    if not len(rows):
        return values
    cut = values.copy()
    cut[rows] = np.maximum(cut[rows], gap_mm - sign * wall.signed_mm(nodes[rows]))
    return cut


def recipes(folder: Path) -> tuple[Recipe, ...]:
    """One recipe per space and side."""
    found = []
    for space in load_spaces(folder):
        for side in SIDES if space.sided else SIDES[:1]:
            names = [space.within, *(wall.of for wall in space.walls), *space.needs]
            for station in space.station:
                names += [station.at.on, *(station.at.between or ())]
                names += ["psoas_major_left"] if station.at.psoas is not None else []
            needs = tuple(dict.fromkeys(waypoints.sided(name, side) for name in names if name))
            ident = f"{space.id}_{side}" if space.sided else space.id
            make = partial(space_shape, space=space.id, side=side)
            files = (FILE, *network.files())
            found.append(Recipe(ident, "organs", make, files, needs=needs, modules=_MODULES))
    return tuple(found)
