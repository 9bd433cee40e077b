"""A map of pain in a few dozen pieces: what hurts within one region of one side is one piece.

Vertex by vertex a map is exact and large. Questions that are asked many times over (how far would the
answer spread, what is left uncovered) are asked of its pieces: a region named in a mark is one, and so
is all painted skin within a region.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planner.atlas.model import Atlas
from planner.case import recent
from planner.fields import Floats, block_fields
from planner.pain import MM2_PER_CM2, PainMap
from planner.space import Side


@dataclass(frozen=True, eq=False, slots=True)
class Pieces:
    """A pieces of a map, named regions first; K routes, N nerves, G generators as in `BlockFields`.

    region: "" for painted skin outside every region.  area_cm2, pain (cm2 x weight), voiced (cm2 x weight
    x voice): (A,).  nerve (A, N), referral (A, G), covered (A, K): means of what points there, on the
    pain's own side.
    """

    region: tuple[str, ...]
    side: tuple[Side, ...]
    area_cm2: Floats
    pain: Floats
    voiced: Floats
    nerve: Floats
    referral: Floats
    covered: Floats


@recent(4)
def pieces(atlas: Atlas, drawn: PainMap) -> Pieces:
    """The pieces of a map that is not empty."""
    fields, skin = block_fields(atlas), atlas.fields
    region = [load.region for load in drawn.loads]
    side: list[Side] = [load.side for load in drawn.loads]
    area = [load.area_cm2 for load in drawn.loads]
    pain = [load.area_cm2 * load.weight for load in drawn.loads]
    voiced = [amount * fields.voice_in[name] for amount, name in zip(pain, region, strict=True)]
    rows = [(fields.nerve_in[name], fields.referral_in[name], fields.pain_in[name]) for name in region]
    at = drawn.painted
    if len(at):
        count = len(skin.region_ids)
        code = 2 * np.where(skin.region_of[at] < 0, count, skin.region_of[at]) + (skin.side[at] < 0)
        known, group = np.unique(code, return_inverse=True)
        cm2 = skin.area_mm2[at] / np.float32(MM2_PER_CM2)
        hurt = cm2 * drawn.pain[at]
        own = np.where(skin.side[at] >= 0, at, skin.mirror[at])
        share = np.zeros((len(known), len(at)), np.float32)
        share[group, np.arange(len(at))] = hurt
        sums = share.sum(axis=1)
        share /= np.maximum(sums, np.float32(1e-9))[:, None]
        nerve, referral, covered = (share @ f[own] for f in (fields.nerve, fields.referral, fields.pain))
        area += np.bincount(group, cm2).tolist()
        pain += sums.tolist()
        voiced += np.bincount(group, hurt * fields.voice[at]).tolist()
        for k, at_code in enumerate(known.tolist()):
            region.append(skin.region_ids[at_code // 2] if at_code // 2 < count else "")
            side.append("right" if at_code % 2 else "left")
            rows.append((nerve[k], referral[k], covered[k]))
    return Pieces(
        region=tuple(region),
        side=tuple(side),
        area_cm2=np.array(area, np.float32),
        pain=np.array(pain, np.float32),
        voiced=np.array(voiced, np.float32),
        nerve=np.array([row[0] for row in rows], np.float32),
        referral=np.array([row[1] for row in rows], np.float32),
        covered=np.array([row[2] for row in rows], np.float32),
    )


def here(found: Pieces, side: Side, midline: bool) -> NDArray[np.bool_]:
    """The pieces that a block on this side can answer, (A,)."""
    return np.array([midline or own == side for own in found.side], bool)
