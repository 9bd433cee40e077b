"""Fields of every block over the skin: where it numbs, and where drawn pain would be its to answer.

Two fields per block. *Numb* uses the skin supply of the nerves reached: it is what the person would
notice. *Pain* uses what drawn pain there points to, articular and deep nerves included: it is what the
block tests. Within one trunk the branches are nested, so the best branch counts; different trunks are
taken as independent: p(v) = 1 - prod over trunks (1 - max over branches (reach x share)).

A block can answer in more than one way (a root among several, a joint that it tests): each way is a
`Route`. All fields are stored for the left side; the right side is read through the skin's mirror, so
the sides cannot drift apart.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from planner.atlas.model import Atlas, Block, Content, Generator, Reach, Region
from planner.atlas.spreading import Levels, Wanted, spread
from planner.pain import MM2_PER_CM2
from planner.space import Side

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

    columns: the place of each route in 0..K-1.

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
    columns: Mapping[Route, int]


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


def reach_by(content: Content, block: Block, nerve: str) -> Reach | None:
    """The figure that says how often the block reaches the nerve: its own, else its nearest trunk's."""
    figures = {reach.nerve: reach for reach in block.reaches}
    return next((figures[name] for name in lineage(content, nerve) if name in figures), None)


def reach_of(content: Content, block: Block, nerve: str) -> float:
    """How often the block reaches the nerve, 0-1; skin branches by the trunk's figure for skin."""
    reach = reach_by(content, block, nerve)
    if reach is None:
        return 0.0
    own = reach.nerve == nerve or not content.nerves[nerve].kind.startswith("cutaneous")
    return reach.p if own or reach.skin is None else reach.skin


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


def levels_of(content: Content) -> Levels:
    """Where the largest, usual and core extents begin, from rules.toml."""
    weights = content.weights
    return Levels(*(weights[f"territory_{extent}_from"].value for extent in ("largest", "usual", "core")))


def highest(shares: Mapping[str, float]) -> float:
    """The highest share of any region, 0 for none."""
    return max(shares.values(), default=0.0)


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
        self.pain_skin, self.pain_named = self.skin(self.pain), self.named(self.pain.values())
        self.numb_skin = self.skin(self.numb)

    def skin(self, shares: Mapping[str, Mapping[str, float]]) -> Floats:
        """Fields (k, n) of k nerves' or generators' shares by region, of a drawn nerve in its drawn shape."""
        wanted = [
            Wanted(by_region, {self.drawn_as(name): highest(by_region)}) for name, by_region in shares.items()
        ]
        return spread(self.fields, wanted, levels_of(self.content))

    def drawn_as(self, name: str) -> str:
        """Whose outline shapes the field: of a root its dermatome's."""
        nerve = self.content.nerves.get(name)
        return nerve.roots[0] if nerve is not None and nerve.kind == "root" and nerve.roots else name

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
    left = (fields.side >= 0) & (fields.region_of >= 0)
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
    """The fields of every block, computed once per atlas; in another form only what its areas change."""
    if atlas.base is not None:
        return _with_areas(atlas, block_fields(atlas.base))
    loom, content = _Loom(atlas), atlas.content
    area = atlas.fields.area_mm2 / np.float32(MM2_PER_CM2)
    generators = tuple(content.generators)
    shares = {name: {share.of: share.p for share in content.generators[name].referral} for name in generators}
    referral, referral_in = loom.skin(shares), loom.named(shares.values())

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
        columns={route: k for k, route in enumerate(routes)},
    )


def _with_areas(atlas: Atlas, known: BlockFields) -> BlockFields:
    """The same fields over skin that is wider here and narrower there."""
    area = atlas.fields.area_mm2 / np.float32(MM2_PER_CM2)
    both = np.array([2.0 if route.midline else 1.0 for route in known.routes], np.float32)
    voice, voice_in = _voices(atlas)
    return replace(
        known,
        numb_cm2=((area @ known.numb)[known.numb_of] * both).astype(np.float32),
        referral_cm2=(area @ known.referral).astype(np.float32),
        voice=voice,
        voice_in=voice_in,
    )


def numb_field(atlas: Atlas, block: str, source: str, side: Side) -> Floats:
    """Expected numbness 0-1 of every skin vertex, (n,). KeyError for an unknown block."""
    fields, column = block_fields(atlas), _column(atlas, block, source)
    return _on_side(atlas, fields.numb[:, fields.numb_of[column]], fields.routes[column], side)


def answered_field(atlas: Atlas, block: str, source: str, side: Side) -> Floats:
    """How likely pain drawn at each skin vertex is the block's to answer, numb or not, 0-1, (n,).

    KeyError for an unknown block.
    """
    fields, column = block_fields(atlas), _column(atlas, block, source)
    return _on_side(atlas, fields.pain[:, column], fields.routes[column], side)


def _column(atlas: Atlas, block: str, source: str) -> int:
    """The block's route that tests this source, else its first. KeyError for an unknown block."""
    routes = block_fields(atlas).routes
    columns = [k for k, route in enumerate(routes) if route.block == block]
    if not columns:
        raise KeyError(block)
    return next((k for k in columns if routes[k].source == source), columns[0])


def _on_side(atlas: Atlas, left: Floats, route: Route, side: Side) -> Floats:
    """A field of the left side (n,) on the side asked for, on both for a midline block; a copy."""
    right = left[atlas.fields.mirror]
    if route.midline:
        return np.maximum(left, right)
    return left.copy() if side == "left" else right


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
