"""From shares by region to smooth fields over the skin: where a nerve, root or referral is felt.

The field is the smoothest one whose area means over the regions are the stated shares (pycnophylactic
interpolation, Tobler 1979), kept between 0 and 1 and away from skin that has no share and borders on
none. Where an outline of the nerve is drawn (territory_borders.toml) the field is the drawing plus the
smoothest correction that restores the stated means: the drawing gives the shape, the shares the amounts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planner.atlas.territories import BASIS_STEPS, SkinFields, SmoothBasis

Floats = NDArray[np.float32]

_ROUNDS = 12
_STRIDE = 1.4  # of each correction; bounds swallow part of it, so that more than 1 is right; 1.8 swings
_EVERY = 3  # of the vertices of a large region, as many speak for its mean while the means are sought
_SMALL = 400  # vertices; a smaller region speaks with all of them
_NOTHING = 0.18  # extent from which outwards a drawing says that nothing is served
_LEAST_GIVE = 0.04
_RIM = 6.0  # a field ends where less than 1/6 of the skin belongs to regions with a share: 4 mm out


@dataclass(frozen=True, slots=True)
class Levels:
    """Where a territory's extents begin, as shares 0-1 of the highest share that the nerve has anywhere."""

    largest: float
    usual: float
    core: float


@dataclass(frozen=True, eq=False, slots=True)
class Wanted:
    """One field to spread. shares: by region, 0-1; ids that are not regions of the skin are left out.

    drawn: nerves whose drawn outlines give the shape, each with its highest share.
    """

    shares: Mapping[str, float]
    drawn: Mapping[str, float]


def spread(fields: SkinFields, wanted: Sequence[Wanted], levels: Levels) -> Floats:
    """Fields 0-1 over all vertices in the left side's frame, (k, n)."""
    rows = [[one.shares.get(region, 0.0) for region in fields.region_ids] for one in wanted]
    table = np.array(rows, np.float32).reshape(-1, len(fields.region_ids))
    if fields.smooth is None or not len(table):
        by_membership: Floats = np.minimum(table @ fields.region, 1.0, dtype=np.float32)
        return by_membership
    smooth = fields.smooth
    half = smooth.basis.shape[1]
    ground = np.stack([_drawn(smooth, one.drawn, levels) for one in wanted])
    give = np.stack([_give(smooth, one.drawn) for one in wanted])
    own = fields.region[:, :half] + fields.region[:, fields.mirror[:half]]
    own /= np.maximum(own.sum(axis=0), np.float32(1e-3))
    window = np.clip((table > 0.0).astype(np.float32) @ own * np.float32(_RIM), 0.0, 1.0)
    window = window * window * (3.0 - 2.0 * window)
    basis = smooth.basis.astype(np.float32) / np.float32(BASIS_STEPS)
    weights = _weights(fields, basis, table, ground, give, window)
    field = weights @ basis
    field *= give
    field += ground
    np.clip(field, 0.0, 1.0, out=field)
    field *= window
    every = np.arange(fields.vertex_count)
    folded = np.where(every < half, every, fields.mirror)
    whole: Floats = field[:, folded] * smooth.fade
    return whole


def _drawn(smooth: SmoothBasis, drawn: Mapping[str, float], levels: Levels) -> Floats:
    """The drawn outlines as a field: the level of each extent at its outline, (m,)."""
    field = np.zeros(smooth.basis.shape[1], np.float32)
    for nerve, highest in drawn.items():
        if nerve in smooth.drawn_ids:
            extent = smooth.drawn[smooth.drawn_ids.index(nerve)]
            heights = (0.0, levels.largest, levels.usual, levels.core, 1.0)
            row = np.interp(extent, (_NOTHING, 0.25, 0.5, 0.75, 1.0), heights) * highest
            np.maximum(field, row, out=field, casting="same_kind")
    return field


def _give(smooth: SmoothBasis, drawn: Mapping[str, float]) -> Floats:
    """How readily the field may leave the drawing, (m,): freely within it, less the farther outside.

    So that what a region's share wants beyond the drawing comes to lie beside it. 1 without a drawing.
    """
    rows = [smooth.drawn[smooth.drawn_ids.index(nerve)] for nerve in drawn if nerve in smooth.drawn_ids]
    if not rows:
        return np.ones(smooth.basis.shape[1], np.float32)
    extent = np.max(rows, axis=0)
    give: Floats = np.clip(2.0 * extent, _LEAST_GIVE, 1.0).astype(np.float32)
    return give


def _weights(
    fields: SkinFields, basis: Floats, table: Floats, ground: Floats, give: Floats, window: Floats
) -> Floats:
    """Amounts of the basis fields (k, R) for which the bounded fields keep the stated means.

    Bounds take away from what the basis alone would give, so the means are approached in rounds.
    """
    half, smooth = basis.shape[1], fields.smooth
    assert smooth is not None
    region_of = fields.region_of[:half].astype(np.intp)
    count = np.bincount(region_of[region_of >= 0], minlength=len(table.T))
    speaks = (np.arange(half) % _EVERY == 0) | (count[np.maximum(region_of, 0)] < _SMALL)
    at = np.flatnonzero((region_of >= 0) & speaks)
    at = at[np.argsort(region_of[at], kind="stable")]
    starts = np.flatnonzero(np.diff(region_of[at], prepend=-1))
    area = fields.area_mm2[at] * (smooth.fade[at] + smooth.fade[fields.mirror[at]])
    area /= np.repeat(np.add.reduceat(area, starts), np.diff(starts, append=len(at)))
    basis = np.ascontiguousarray(basis[:, at])
    ground, give, window = ground[:, at], give[:, at], window[:, at] * area
    stride = np.float32(_STRIDE) / np.add.reduceat(give * area, starts, axis=1)
    weights: Floats = table - np.add.reduceat(ground * area, starts, axis=1)
    for _ in range(_ROUNDS):
        field = weights @ basis
        field *= give
        field += ground
        np.clip(field, 0.0, 1.0, out=field)
        field *= window
        weights += stride * (table - np.add.reduceat(field, starts, axis=1))
    return weights
