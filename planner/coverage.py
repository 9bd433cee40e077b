"""Maps held against blocks: how much of the drawn pain a block answers, and what else goes numb.

A map is judged by every route of every block on every side that hurts (`planner.fields`); regions
marked by name are read at their word, painted skin vertex by vertex.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planner.atlas.model import Atlas, Block
from planner.fields import Floats, Route, block_fields, reaches
from planner.pain import MM2_PER_CM2, PainMap, RegionLoad
from planner.space import SIDES, Side


@dataclass(frozen=True, slots=True)
class Judged:
    """One route held against one map; areas in cm2 of the model's skin.

    covered: 0-1 of the pain's weight by area.  matched, matched_cm2: the same share, and the area, where
    small regions speak as loud as `region_size_counts` lets them; used for matching alone.
    """

    route: Route
    side: Side
    covered: float
    matched: float
    matched_cm2: float
    covered_cm2: float
    uncovered_cm2: float
    over_covered_cm2: float


@dataclass(frozen=True, eq=False, slots=True)
class MapReading:
    """What a map says before any block is compared.

    nerve_share, generator_share: 0-1 of the pain's weight that points there, on the pain's own side.
    generator_inside: 0-1, how much of each referral area is marked. side_share: weight by side.
    """

    marked_cm2: float
    side_share: Mapping[Side, float]
    nerve_share: Floats
    generator_share: Floats
    generator_inside: Floats


def judge(atlas: Atlas, drawn: PainMap, sides: Sequence[Side] = SIDES) -> tuple[Judged, ...]:
    """Every route on the given sides held against the map; midline routes once. Empty map: nothing."""
    if drawn.empty:
        return ()
    fields, skin = block_fields(atlas), atlas.fields
    hurts = drawn.painted
    area = skin.area_mm2[hurts] / np.float32(MM2_PER_CM2)
    weight = area * drawn.pain[hurts]
    voice = fields.voice[hurts]
    rows = np.stack([weight, area, weight * voice, area * voice])  # (4, hurts)
    totals = rows.sum(axis=1, dtype=np.float64)
    loads = [(load, _sums(load, fields.voice_in[load.region])) for load in drawn.loads]
    for _, sums in loads:
        totals = totals + sums
    total, marked, spoken = (float(value) for value in totals[:3])
    inside = drawn.hurts  # numb skin over deep pain is a side effect, not a cover
    inside_area = skin.area_mm2[inside] / np.float32(MM2_PER_CM2)
    midline = np.array([route.midline for route in fields.routes], bool)
    any_midline = bool(midline.any())

    def of_side(side: Side, field: Floats, at: NDArray[np.intp], whole: NDArray[np.bool_]) -> Floats:
        own: Floats = field[at if side == "left" else skin.mirror[at]]
        if any_midline and len(at):
            other = field[skin.mirror[at] if side == "left" else at]
            own[:, whole] = np.maximum(own[:, whole], other[:, whole])
        return own

    numb_midline = np.zeros(fields.numb.shape[1], bool)
    numb_midline[fields.numb_of] = midline
    found: list[Judged] = []
    for side in sides:
        sums_of = (rows @ of_side(side, fields.pain, hurts, midline)).astype(np.float64)  # (4, K)
        for load, sums in loads:
            p = np.where(midline | (load.side == side), fields.pain_in[load.region], np.float32(0.0))
            sums_of = sums_of + sums[:, None] * p
        numb_inside = inside_area @ of_side(side, fields.numb, inside, numb_midline)
        over = np.maximum(fields.numb_cm2 - numb_inside[fields.numb_of], 0.0).tolist()
        for route, values, beyond in zip(fields.routes, sums_of.T.tolist(), over, strict=True):
            if route.midline and side != sides[0]:
                continue
            by_weight, by_area, by_word, by_word_area = values
            found.append(
                Judged(
                    route=route,
                    side=side,
                    covered=min(by_weight / total, 1.0),
                    matched=min(by_word / spoken, 1.0),
                    matched_cm2=by_word_area,
                    covered_cm2=min(by_area, marked),
                    uncovered_cm2=max(marked - by_area, 0.0),
                    over_covered_cm2=beyond,
                )
            )
    return tuple(found)


def _sums(load: RegionLoad, voice: float) -> NDArray[np.float64]:
    """A load's pain by area, its area, and both once more with its voice, (4,)."""
    area, pain = load.area_cm2, load.weight * load.area_cm2
    return np.array([pain, area, pain * voice, area * voice])


def read_map(atlas: Atlas, drawn: PainMap) -> MapReading:
    """Shares of nerves and generators in a map that is not empty, both sides folded onto one."""
    fields, skin = block_fields(atlas), atlas.fields
    hurts = drawn.painted
    own = np.where(skin.side[hurts] >= 0, hurts, skin.mirror[hurts])
    area = skin.area_mm2[hurts] / np.float32(MM2_PER_CM2)
    weight = area * drawn.pain[hurts] * fields.voice[hurts]
    nerve = weight @ fields.nerve[own]
    source = weight @ fields.referral[own]
    folded = np.unique(own)
    inside = (skin.area_mm2[folded] / np.float32(MM2_PER_CM2)) @ fields.referral[folded]
    whole = fields.referral_cm2.copy()
    total = float(weight.sum())
    leftward = weight * (skin.side[hurts] + 1) / 2  # the median plane is half of each side
    by_side: dict[Side, float] = {
        "left": float(leftward.sum()),
        "right": float(weight.sum() - leftward.sum()),
    }
    for load in drawn.loads:
        amount = load.weight * load.area_cm2 * fields.voice_in[load.region]
        total += amount
        by_side[load.side] += amount
        nerve = nerve + amount * fields.nerve_in[load.region]
        source = source + amount * fields.referral_in[load.region]
    # Both sides are folded onto one: what is marked on both counts once, at its larger part.
    folded_loads = {load.region: load for load in sorted(drawn.loads, key=lambda load: load.area_cm2)}
    for load in folded_loads.values():
        felt = load.area_cm2 * fields.referral_in[load.region]
        inside = inside + felt
        if load.region in skin.deep_ids:  # the skin's own area is in the whole already
            whole = whole + felt
    return MapReading(
        marked_cm2=float(area.sum()) + sum(load.area_cm2 for load in drawn.loads),
        side_share={side: value / total for side, value in by_side.items()},
        nerve_share=(nerve / total).astype(np.float32),
        generator_share=(source / total).astype(np.float32),
        generator_inside=(inside / np.maximum(whole, 1e-6)).astype(np.float32),
    )


def dominant_trunks(atlas: Atlas, drawn: PainMap, block: Block) -> Mapping[str, float]:
    """Share 0-1 of the pain's weight for which each trunk the block reaches is the likeliest carrier."""
    fields, skin, content = block_fields(atlas), atlas.fields, atlas.content
    columns: dict[str, list[int]] = {}
    for column, nerve, trunk, _ in reaches(atlas, block.id):
        if content.nerves[nerve].kind != "root":
            columns.setdefault(trunk, []).append(column)
    if not columns or drawn.empty:
        return {}
    trunks = tuple(columns)
    hurts = drawn.painted
    own = np.where(skin.side[hurts] >= 0, hurts, skin.mirror[hurts])
    weight = skin.area_mm2[hurts] * drawn.pain[hurts] * fields.voice[hurts] / np.float32(MM2_PER_CM2)
    rows = fields.nerve[own]
    strength = np.stack([rows[:, columns[trunk]].max(axis=1) for trunk in trunks], axis=1)
    share = np.zeros(len(trunks))
    np.add.at(share, strength.argmax(axis=1), np.where(strength.max(axis=1) > 0.0, weight, 0.0))
    total = float(weight.sum())
    for load in drawn.loads:
        row = fields.nerve_in[load.region]
        best = [float(row[columns[trunk]].max()) for trunk in trunks]
        amount = load.weight * load.area_cm2 * fields.voice_in[load.region]
        total += amount
        if max(best) > 0.0:
            share[int(np.argmax(best))] += amount
    return {trunk: float(share[k]) / total for k, trunk in enumerate(trunks)}
