"""Blocks x skin -> how likely each spot goes numb, and how much of the drawn pain a block answers.

Two fields per block. *Numb* uses the skin supply of the nerves reached: it is what the person would
notice. *Pain* uses what drawn pain there points to, articular and deep nerves included: it is what the
block tests. Within one trunk the branches are nested, so the best branch counts; different trunks are
taken as independent: p(v) = 1 - prod over trunks (1 - max over branches (reach x share)).

A block can answer in more than one way (a root among several, a joint that it tests): each way is a
`Route`, and a map is judged by the route that fits it best. All fields are stored for the left side;
the right side is read through the skin's mirror, so the sides cannot drift apart.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from planner.atlas.model import Atlas, Block, Content, Generator, Region
from planner.pain import MM2_PER_CM2, PainMap, RegionLoad
from planner.space import SIDES, Side

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Route:
    """One way in which a block may answer. source: the root or generator it then tests ("" for nerves)."""

    block: str
    source: str
    midline: bool


@dataclass(frozen=True, eq=False, slots=True)
class BlockFields:
    """All routes of all blocks over the left side's frame; K routes, N nerves, G generators, n vertices.

    pain: (n, K).  pain_in: region -> (K,), for a region taken at its word.
    numb: (n, U), numb_of: (K,) column of each route.  numb_cm2: (K,), expected numb skin on one side, or
    on both for a midline block.
    nerve: (n, N), nerve_in: region -> (N,): how likely pain there points to each nerve.
    referral: (n, G), referral_in: region -> (G,), referral_cm2: (G,): the same for generators.
    voice, voice_in: (n,) and by region, how much a cm2 counts in matching (see `Judged.matched`).
    """

    routes: tuple[Route, ...]
    pain: Floats
    numb: Floats
    numb_of: NDArray[np.intp]
    pain_in: Mapping[str, Floats]
    numb_cm2: Floats
    nerves: tuple[str, ...]
    nerve: Floats
    nerve_in: Mapping[str, Floats]
    generators: tuple[str, ...]
    referral: Floats
    referral_in: Mapping[str, Floats]
    referral_cm2: Floats
    voice: Floats
    voice_in: Mapping[str, float]


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


def trunk_of(content: Content, nerve: str) -> str:
    """The nerve from which this one branches in the end; itself for a trunk, a root or an unknown id."""
    return lineage(content, nerve)[-1]


def lineage(content: Content, nerve: str) -> tuple[str, ...]:
    """The nerve and what it branches from, up to its trunk."""
    chain = [nerve]
    while True:
        record = content.nerves.get(chain[-1])
        if record is None or not record.part_of or record.part_of in chain:
            return tuple(chain)
        chain.append(record.part_of)


def reach_of(content: Content, block: Block, nerve: str) -> float:
    """How often the block reaches the nerve: its own figure, else that of the nerve it branches from."""
    figures = {reach.nerve: reach.p for reach in block.reaches}
    return next((figures[name] for name in lineage(content, nerve) if name in figures), 0.0)


def source_reach(content: Content, block: Block, generator: Generator) -> float:
    """How much of a generator's nerves the block reaches, 0-1; an injection into a joint, the joint itself.

    Zero for a generator that content does not say the block tests.
    """
    if block.id not in generator.tested_by:
        return 0.0
    reached = [reach_of(content, block, nerve) for nerve in generator.nerves]
    by_nerves = sum(reached) / len(reached) if reached else 0.0
    injected = content.weights["joint_injection_reach"].value if block.family == "joint" else 0.0
    return max(by_nerves, injected)


def _pain_shares(region: Region) -> Mapping[str, float]:
    return {share.of: share.p for share in (region.pain or region.supply)}


def _root_shares(content: Content, root: str) -> tuple[dict[str, float], dict[str, float]]:
    """(pain, numb) shares of a root by region: its dermatome, for pain also where its pain is felt."""
    levels = content.nerves[root].roots
    numb = {
        region.id: max((share.p for share in region.dermatomes if share.of in levels), default=0.0)
        for region in content.regions.values()
    }
    pain = dict(numb)
    for generator in content.generators.values():
        if generator.nerves == (root,):
            for share in generator.referral:
                pain[share.of] = max(pain.get(share.of, 0.0), share.p)
    return pain, numb


class _Loom:
    """Weaves shares per region into fields over vertices; used once per atlas."""

    def __init__(self, atlas: Atlas) -> None:
        self.content, self.fields = atlas.content, atlas.fields
        regions = self.content.regions
        self.regions = tuple(regions)
        self.pain: dict[str, dict[str, float]] = {}
        self.numb: dict[str, dict[str, float]] = {}
        for region in regions.values():
            for nerve, p in _pain_shares(region).items():
                self.pain.setdefault(nerve, {})[region.id] = p
            if not region.deep:
                for share in region.supply:
                    self.numb.setdefault(share.of, {})[region.id] = share.p
        for nerve, record in self.content.nerves.items():
            if record.kind == "root":
                self.pain[nerve], self.numb[nerve] = _root_shares(self.content, nerve)
        self.pain_skin, self.pain_named = self.skin(self.pain.values()), self.named(self.pain.values())
        self.numb_skin = self.skin(self.numb.values())

    def skin(self, shares: Iterable[Mapping[str, float]]) -> Floats:
        """Fields (k, n) of k sets of shares by region."""
        rows = [[share.get(region, 0.0) for region in self.fields.region_ids] for share in shares]
        table = np.array(rows, np.float32).reshape(-1, len(self.fields.region_ids))
        fields: Floats = np.minimum(table @ self.fields.region, 1.0, dtype=np.float32)
        return fields

    def named(self, shares: Iterable[Mapping[str, float]]) -> Floats:
        """The same for regions taken at their word, deep ones included, (k, D)."""
        rows = [[share.get(region, 0.0) for region in self.regions] for share in shares]
        return np.array(rows, np.float32).reshape(-1, len(self.regions))

    def by_trunk(self, block: Block, names: Iterable[str], rows: Floats, roots: Collection[str]) -> Floats:
        """p (m,) of rows (k, m), one per named nerve: best branch of each trunk, trunks independent.

        roots: those of the block's roots that count.
        """
        trunks: dict[str, Floats] = {}
        for row, nerve in zip(rows, names, strict=True):
            if self.content.nerves[nerve].kind == "root" and nerve not in roots:
                continue
            reach = reach_of(self.content, block, nerve)
            if reach > 0.0:
                trunk, scaled = trunk_of(self.content, nerve), row * np.float32(reach)
                trunks[trunk] = np.maximum(trunks[trunk], scaled) if trunk in trunks else scaled
        spared = np.ones(rows.shape[1], np.float32)
        for reached in trunks.values():
            spared *= 1.0 - reached
        return 1.0 - spared


def _voices(atlas: Atlas) -> tuple[Floats, dict[str, float]]:
    """How much a cm2 of each vertex and region counts: (typical area / own area) ** (1 - exponent)."""
    fields = atlas.fields
    rest = 1.0 - atlas.content.weights["region_size_counts"].value
    left = (fields.side > 0) & (fields.region_of >= 0)
    areas = np.bincount(
        fields.region_of[left].astype(np.intp), fields.area_mm2[left], len(fields.region_ids)
    ) / np.float32(MM2_PER_CM2)
    typical = float(areas.mean())
    by_row = (typical / np.maximum(areas, 1e-6)) ** rest
    voice = np.where(fields.region_of >= 0, by_row[np.maximum(fields.region_of, 0)], 1.0)
    voice_in = dict(zip(fields.region_ids, by_row.tolist(), strict=True))
    for region in fields.deep_ids:
        area = float((fields.membership(region, "left") * fields.area_mm2).sum()) / MM2_PER_CM2
        voice_in[region] = (typical / max(area, 1e-6)) ** rest
    return voice.astype(np.float32), voice_in


@lru_cache(maxsize=4)
def block_fields(atlas: Atlas) -> BlockFields:
    """The fields of every block, computed once per atlas."""
    loom, content = _Loom(atlas), atlas.content
    area = atlas.fields.area_mm2 / np.float32(MM2_PER_CM2)
    generators = tuple(content.generators)
    shares = [{share.of: share.p for share in content.generators[name].referral} for name in generators]
    referral, referral_in = loom.skin(shares), loom.named(shares)

    routes: list[Route] = []
    pain: list[Floats] = []
    named: list[Floats] = []
    numb: list[Floats] = []
    numb_of: list[int] = []
    for block in content.blocks.values():
        roots = [r.nerve for r in block.reaches if content.nerves[r.nerve].kind == "root"]
        single = bool(roots) and not block.midline  # one foramen at a time; in the canal all at once
        for choice in [[root] for root in roots] if single else [roots]:
            field = loom.by_trunk(block, loom.pain, loom.pain_skin, choice)
            words = loom.by_trunk(block, loom.pain, loom.pain_named, choice)
            numb.append(loom.by_trunk(block, loom.numb, loom.numb_skin, choice))
            tested = [(choice[0] if single else "", field, words)]
            for row, name in enumerate(generators):
                reach = np.float32(source_reach(content, block, content.generators[name]))
                if reach > 0.0 and not roots:  # a root's referral is already in its pain field
                    felt, felt_in = reach * referral[row], reach * referral_in[row]
                    tested.append((name, np.maximum(field, felt), np.maximum(words, felt_in)))
            for source, answered, answered_in in tested:
                routes.append(Route(block.id, source, block.midline))
                pain.append(answered)
                named.append(answered_in)
                numb_of.append(len(numb) - 1)

    voice, voice_in = _voices(atlas)
    n, count = len(area), len(loom.regions)
    numb_fields = np.ascontiguousarray(np.array(numb, np.float32).reshape(-1, n).T)
    columns = np.array(numb_of, np.intp)
    both = np.array([2.0 if route.midline else 1.0 for route in routes], np.float32)
    pain_in = np.array(named, np.float32).reshape(-1, count)
    return BlockFields(
        routes=tuple(routes),
        pain=np.ascontiguousarray(np.array(pain, np.float32).reshape(-1, n).T),
        numb=numb_fields,
        numb_of=columns,
        pain_in={name: pain_in[:, k] for k, name in enumerate(loom.regions)},
        numb_cm2=((area @ numb_fields)[columns] * both).astype(np.float32),
        nerves=tuple(loom.pain),
        nerve=np.ascontiguousarray(loom.pain_skin.T),
        nerve_in={name: loom.pain_named[:, k] for k, name in enumerate(loom.regions)},
        generators=generators,
        referral=np.ascontiguousarray(referral.T),
        referral_in={name: referral_in[:, k] for k, name in enumerate(loom.regions)},
        referral_cm2=(referral @ area).astype(np.float32),
        voice=voice,
        voice_in=voice_in,
    )


def numb_field(atlas: Atlas, block: str, source: str, side: Side) -> Floats:
    """Expected numbness 0-1 of every skin vertex, (n,). KeyError for an unknown block."""
    fields = block_fields(atlas)
    columns = [k for k, route in enumerate(fields.routes) if route.block == block]
    if not columns:
        raise KeyError(block)
    column = next((k for k in columns if fields.routes[k].source == source), columns[0])
    left = fields.numb[:, fields.numb_of[column]]
    right = left[atlas.fields.mirror]
    if fields.routes[column].midline:
        return np.maximum(left, right)
    return left.copy() if side == "left" else right


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
    own = np.where(skin.side[hurts] > 0, hurts, skin.mirror[hurts])
    area = skin.area_mm2[hurts] / np.float32(MM2_PER_CM2)
    weight = area * drawn.pain[hurts] * fields.voice[hurts]
    nerve = weight @ fields.nerve[own]
    source = weight @ fields.referral[own]
    folded = np.unique(own)
    inside = (skin.area_mm2[folded] / np.float32(MM2_PER_CM2)) @ fields.referral[folded]
    whole = fields.referral_cm2.copy()
    total = float(weight.sum())
    on_left = skin.side[hurts] > 0
    by_side: dict[Side, float] = {
        "left": float(weight[on_left].sum()),
        "right": float(weight[~on_left].sum()),
    }
    for load in drawn.loads:
        amount = load.weight * load.area_cm2 * fields.voice_in[load.region]
        total += amount
        by_side[load.side] += amount
        nerve = nerve + amount * fields.nerve_in[load.region]
        source = source + amount * fields.referral_in[load.region]
        inside = inside + load.area_cm2 * fields.referral_in[load.region]
        whole = whole + load.area_cm2 * fields.referral_in[load.region]
    return MapReading(
        marked_cm2=float(area.sum()) + sum(load.area_cm2 for load in drawn.loads),
        side_share={side: value / total for side, value in by_side.items()},
        nerve_share=(nerve / total).astype(np.float32),
        generator_share=(source / total).astype(np.float32),
        generator_inside=(inside / np.maximum(whole, 1e-6)).astype(np.float32),
    )


@lru_cache(maxsize=256)
def reaches(atlas: Atlas, block: str) -> tuple[tuple[int, str, str, float], ...]:
    """Nerves with a pain field that the block reaches: (column in `BlockFields.nerve`, id, trunk, reach)."""
    content, record = atlas.content, atlas.content.blocks[block]
    found = []
    for column, nerve in enumerate(block_fields(atlas).nerves):
        reach = reach_of(content, record, nerve)
        if reach > 0.0:
            found.append((column, nerve, trunk_of(content, nerve), reach))
    return tuple(found)


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
    own = np.where(skin.side[hurts] > 0, hurts, skin.mirror[hurts])
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
