"""From a root to all the skin it serves, and from a place on the skin to every root, nerve and block.

Shares are those of the content's regions (how likely in a typical person); what a block numbs at a place is
its field there.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from planner.atlas.model import Atlas, Content, Share
from planner.fields import numb_field
from planner.risk import PointLps
from planner.space import Side

_FARTHEST_MM = 40.0  # a point farther from the skin names no place on it
_LEAST_NUMB = 0.05


@dataclass(frozen=True, slots=True)
class Served:
    """A region of skin that a root serves. p: how likely; nerves: those that carry it there."""

    region: str
    p: float
    nerves: tuple[Share, ...]


@dataclass(frozen=True, slots=True)
class SkinPlace:
    """A place on the skin and all that leads to it, likeliest first.

    blocks: `of` is a block, p how likely it numbs this place.
    """

    region: str
    side: Side
    roots: tuple[Share, ...]
    nerves: tuple[Share, ...]
    blocks: tuple[Share, ...]


def areas_of_root(content: Content, level: str) -> tuple[Served, ...]:
    """The regions of a level's dermatome, likeliest first; () for a level without one."""
    found = [
        Served(
            region.id,
            share.p,
            _likeliest(
                supply
                for supply in region.supply
                if supply.of in content.nerves and level in content.nerves[supply.of].roots
            ),
        )
        for region in content.regions.values()
        for share in region.dermatomes
        if share.of == level and not region.deep
    ]
    return tuple(sorted(found, key=lambda served: -served.p))


def at_skin(atlas: Atlas, point_lps: PointLps) -> SkinPlace | None:
    """What serves the skin nearest to a point; None where that lies in no region, or too far away."""
    skin, fields = atlas.meshes.full["skin"], atlas.fields
    away = np.linalg.norm(skin.points_lps - np.array(point_lps, np.float32), axis=1)
    vertex = int(np.argmin(np.where(fields.region_of >= 0, away, np.inf)))
    if fields.region_of[vertex] < 0 or away[vertex] > _FARTHEST_MM:
        return None
    side: Side = "left" if point_lps[0] >= 0.0 else "right"
    region = atlas.content.regions[fields.region_ids[int(fields.region_of[vertex])]]
    numb = (
        Share(of=block, p=round(float(numb_field(atlas, block, "", side)[vertex]), 3))
        for block in atlas.content.blocks
    )
    return SkinPlace(
        region.id,
        side,
        _likeliest(region.dermatomes),
        _likeliest(region.supply),
        _likeliest(share for share in numb if share.p >= _LEAST_NUMB),
    )


def _likeliest(shares: Iterable[Share]) -> tuple[Share, ...]:
    return tuple(sorted(shares, key=lambda share: -share.p))
