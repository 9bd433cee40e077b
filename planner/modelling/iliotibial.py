"""The iliotibial tract: a taut band over the lateral thigh, laid upon the muscles and bones it covers.

Seen from an axis through the thigh, each place of the band lies just outside the outermost surface in its
direction; then it is drawn taut, so that it bridges the grooves and the hollow below the greater trochanter.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from scipy.interpolate import PchipInterpolator
from scipy.ndimage import gaussian_filter, gaussian_filter1d

from planner.modelling.loft import slab
from planner.modelling.recipe import Recipe, Shape, Solids, right
from planner.modelling.tables import Points, TableFault, Tables

TABLE = "iliotibial_tract.toml"
ID = "iliotibial_tract_left"
UNDER = (
    "tensor_fasciae_latae_left",
    "gluteus_maximus_left",
    "gluteus_medius_left",
    "vastus_lateralis_left",
    "biceps_femoris_long_left",
    "femur_left",
    "tibia_left",
)
_ROWS, _COLUMNS = 64, 13  # of the mid-surface
_MESH = (60, 13)  # rows and columns of triangles
_CLEAR_MM = 0.5  # between the band and what it covers
_TAUT_ROUNDS = 6
_FAR_MM = 400.0
_SAG_FADES_MM = 70.0  # height over which the hanging upper edge gives way to level rows
_SUNK_MM = 2.5  # how deep the upper edge lies in what it springs from
_SUNK_ROWS = 4


@dataclass(frozen=True, eq=False, slots=True)
class Outline:
    """Rows from above downwards: height, axis x and y, angles of front and back edge, thickness in mm.

    Angles in radians about the axis from lateral (0) towards posterior.
    """

    z: Points
    axis: Points
    front: Points
    back: Points
    thickness: Points
    sag_mm: float


def outline(folder: Path) -> Outline:
    """The table of the tract. Raises TableFault naming the fault."""
    try:
        content = tomllib.loads((folder / TABLE).read_text(encoding="utf-8"))
        rows, sag_mm = np.asarray(content["rows"], np.float64), float(content["sag_mm"])
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError, ValueError, TypeError) as error:
        raise TableFault(f"{TABLE}: {error}") from error
    if rows.ndim != 2 or rows.shape[1] != 6 or len(rows) < 4 or not np.isfinite(rows).all():
        raise TableFault(f"{TABLE}, rows: at least four rows of six numbers are needed")
    if (np.diff(rows[:, 0]) >= 0.0).any() or (rows[:, 5] <= 0.0).any() or (rows[:, 1] <= 0.0).any():
        raise TableFault(f"{TABLE}, rows: they must run downwards on the left side, with a thickness above 0")
    place = np.linspace(0.0, 1.0, _ROWS)
    fine = PchipInterpolator((rows[0, 0] - rows[:, 0]) / (rows[0, 0] - rows[-1, 0]), rows, axis=0)(place)
    return Outline(
        fine[:, 0], fine[:, 1:3], np.radians(fine[:, 3]), np.radians(fine[:, 4]), fine[:, 5], sag_mm
    )


def tract(tables: Tables, solids: Solids) -> Shape:
    """The left iliotibial tract as a closed slab."""
    plan = outline(tables.folder)
    share = np.linspace(0.0, 1.0, _COLUMNS)
    angle = plan.front[:, None] + share * (plan.back - plan.front)[:, None]
    outward = np.stack([np.cos(angle), np.sin(angle), np.zeros_like(angle)], -1)
    level = np.clip((plan.z[0] - plan.z) / _SAG_FADES_MM, 0.0, 1.0)
    hang = plan.sag_mm * (1.0 - level)[:, None] ** 2 * (1.0 - (2.0 * share - 1.0) ** 2)
    start = np.concatenate(
        [np.broadcast_to(plan.axis[:, None, :], (*angle.shape, 2)), (plan.z[:, None] - hang)[..., None]], -1
    )
    radius = np.zeros(angle.shape)
    for name in UNDER:
        mesh = solids[name]
        corners = mesh.points_lps.astype(np.float64)[mesh.triangles.astype(np.int64)]
        hit = outermost(start.reshape(-1, 3), outward.reshape(-1, 3), corners)
        radius = np.maximum(radius, hit.reshape(radius.shape))
    radius = bridged(radius)
    lift = np.clip(np.arange(_ROWS) / _SUNK_ROWS, 0.0, 1.0)[:, None]
    radius = taut(radius) + lift * (_CLEAR_MM + plan.thickness[:, None] / 2.0) - (1.0 - lift) * _SUNK_MM
    middle = start + radius[..., None] * outward
    return slab(middle, np.broadcast_to(plan.thickness[:, None], radius.shape).copy(), *_MESH, rim=0.5)


def outermost(start: Points, outward: Points, corners: Points) -> Points:
    """Distance along each ray (n, 3) to the farthest triangle (m, 3, 3) it meets, (n,); 0 for none."""
    a, ab, ac = corners[:, 0], corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    low, high = corners[..., 2].min(1), corners[..., 2].max(1)
    found = np.zeros(len(start))
    for row in range(len(start)):
        # The rays are level: only triangles at their height can be met.
        near = (low <= start[row, 2]) & (high >= start[row, 2])
        p = np.cross(outward[row], ac[near])
        det = (ab[near] * p).sum(1)
        det = np.where(np.abs(det) < 1e-9, np.inf, det)
        away = start[row] - a[near]
        u = (away * p).sum(1) / det
        q = np.cross(away, ab[near])
        v = (q @ outward[row]) / det
        along = (ac[near] * q).sum(1) / det
        met = (u >= 0.0) & (v >= 0.0) & (u + v <= 1.0) & (along > 0.0) & (along < _FAR_MM)
        found[row] = float(along[met].max(initial=0.0))
    return found


def bridged(radius: Points) -> Points:
    """Places where nothing was met (0) filled in from their row, empty rows from those above and below."""
    full = radius.copy()
    some = np.flatnonzero((radius > 0.0).any(1))
    if not len(some):
        raise ValueError("it lies on nothing")
    places, columns = np.arange(len(radius)), np.arange(radius.shape[1])
    for row in some:
        met = np.flatnonzero(radius[row] > 0.0)
        full[row] = np.interp(columns, met, radius[row, met])
    for column in columns:
        full[:, column] = np.interp(places, some, full[some, column])
    return full


def taut(radius: Points) -> Points:
    """The smoothest surface that nowhere dips below `radius` (rows, columns)."""
    drawn = radius.copy()
    for _ in range(_TAUT_ROUNDS):
        drawn = np.maximum(gaussian_filter1d(drawn, 2.5, axis=0, mode="nearest"), radius)
        drawn = np.maximum(gaussian_filter1d(drawn, 1.0, axis=1, mode="nearest"), radius)
    soft: Points = gaussian_filter(drawn, (1.2, 0.8), mode="nearest")
    return np.maximum(soft, radius)


def recipe() -> Recipe:
    """The tract with its mirrored twin; it needs what it lies on."""
    return Recipe(ID, "muscles", partial(tract), (TABLE,), needs=UNDER, twin=right(ID))
