"""How far a covered share may spread: territories, reach rates and variants differ between people.

A field of shares says in how many people a nerve serves a place, not how its territory looks in one of
them. One person is drawn like this: every nerve has an extent u between 0 and 1 and serves the places
whose share, relative to the place it serves most constantly, is above u; so the core belongs to nearly
everybody, the largest extent to few, and the mean over people is the field itself. Reach rates are drawn
between their published ends (or `reach_unpublished_spread` around them), variants by their prevalence.

The people are the same for every map and block (a rank-1 sequence, each dimension stratified), so that
answers repeat and two blocks are compared in the same people.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import sqrt

import numpy as np

from planner.atlas.model import Atlas, Block, Content
from planner.coverage import Judged
from planner.fields import (
    Floats,
    Route,
    block_fields,
    reach_by,
    reaches,
    source_reach,
    trunk_of,
)
from planner.pain import PainMap
from planner.pieces import Pieces, here, pieces


@dataclass(frozen=True, eq=False, slots=True)
class Spread:
    """Routes in S drawn people: covered share of the pain's weight and the same in matching, (J, S)."""

    covered: Floats
    matched: Floats


@dataclass(frozen=True, eq=False, slots=True)
class _People:
    """S people. extent: (T, S) by trunk, root or generator; trunk: nerve -> row, generator: id -> row.

    present: (N, S) factor on each nerve's share: 0 where a variant takes it away, else what keeps its mean.
    reach: (block, nerve or generator) -> (S,) reach rates.
    """

    trunk: dict[str, int]
    generator: dict[str, int]
    extent: Floats
    highest: Floats
    highest_felt: Floats
    present: Floats
    reach: dict[tuple[str, str], Floats]


def _stratified(dimensions: int, count: int) -> Floats:
    """count points of a unit cube, (dimensions, count); every axis is met evenly."""
    primes: list[int] = []
    number = 2
    while len(primes) < dimensions:
        if all(number % prime for prime in primes if prime * prime <= number):
            primes.append(number)
        number += 1
    steps = np.arange(1, count + 1)
    rows = np.array([(steps * sqrt(prime)) % 1.0 for prime in primes]).reshape(-1, count)
    order = np.argsort(np.argsort(rows, axis=1, kind="stable"), axis=1, kind="stable")
    return ((order + 0.5) / count).astype(np.float32)


def _between(low: float, middle: float, high: float, at: Floats) -> Floats:
    """Values from low over middle (the median) to high by quantile."""
    found: Floats = np.interp(at, (0.0, 0.5, 1.0), (low, middle, high)).astype(np.float32)
    return found


@lru_cache(maxsize=4)
def _people(atlas: Atlas) -> _People:
    if atlas.base is not None:
        return _people(atlas.base)
    content, fields = atlas.content, block_fields(atlas)
    count = int(content.weights["range_people"].value)
    trunks = list(dict.fromkeys(trunk_of(content, nerve) for nerve in fields.nerves))
    figures = [(block, nerve) for block in content.blocks.values() for nerve in _figures(content, block)]
    variants = [v for v in content.variants.values() if v.nerve in fields.nerves and v.percent]
    variants = [v for v in variants if v.hides and not v.shows]
    rows = _stratified(len(trunks) + len(fields.generators) + len(figures) + len(variants), count)
    extent, rows = rows[: len(trunks) + len(fields.generators)], rows[len(trunks) + len(fields.generators) :]
    reach = {
        (block.id, name): _reach(content, block, name, at)
        for (block, name), at in zip(figures, rows[: len(figures)], strict=True)
    }
    present = np.ones((len(fields.nerves), count), np.float32)
    for variant, at in zip(variants, rows[len(figures) :], strict=True):
        assert variant.percent is not None and variant.nerve is not None
        absent = min(sum(variant.percent) / 200.0, 0.95)
        row = fields.nerves.index(variant.nerve)
        present[row] *= np.where(at < absent, 0.0, 1.0 / (1.0 - absent))
    return _People(
        trunk={nerve: trunks.index(trunk_of(content, nerve)) for nerve in fields.nerves},
        generator={name: len(trunks) + k for k, name in enumerate(fields.generators)},
        extent=extent,
        highest=np.array(
            [max(float(row[k]) for row in fields.nerve_in.values()) for k in range(len(present))]
        ),
        highest_felt=np.array(
            [max(float(row[k]) for row in fields.referral_in.values()) for k in range(len(fields.generators))]
        ),
        present=present,
        reach=reach,
    )


def _figures(content: Content, block: Block) -> list[str]:
    """What a block reaches by a figure of its own: nerves, and the generators that it tests."""
    tested = [g.id for g in content.generators.values() if source_reach(content, block, g) > 0.0]
    return [*(reach.nerve for reach in block.reaches), *tested]


def _reach(content: Content, block: Block, name: str, at: Floats) -> Floats:
    give = content.weights["reach_unpublished_spread"].value
    low: float | None = None
    high: float | None = None
    if name in content.nerves:
        record = next(reach for reach in block.reaches if reach.nerve == name)
        middle, low, high = record.p, record.low, record.high
    else:
        middle = source_reach(content, block, content.generators[name])
    low = max(middle - give, 0.0) if low is None else low
    high = min(middle + give, 1.0) if high is None else high
    return _between(low, middle, high, at)


def _served(share: Floats, highest: float, extent: Floats, edge: float) -> Floats:
    """Shares (A, 1) in people whose territory has this extent (S,): mean over extents = the share."""
    if highest <= 0.0:
        return np.zeros((len(share), len(extent)), np.float32)
    relative = np.clip(share / highest, 0.0, 1.0)
    width = np.minimum(edge, 2.0 * np.minimum(relative, 1.0 - relative))
    inside: Floats = np.clip((relative - extent) / np.maximum(width, 1e-6) + 0.5, 0.0, 1.0) * highest
    return inside.astype(np.float32)


class _Drawn:
    """One map in all people; what a nerve serves of it is worked out once for all blocks."""

    def __init__(self, atlas: Atlas, found: Pieces) -> None:
        self.atlas, self.content, self.found = atlas, atlas.content, found
        self.people, self.fields = _people(atlas), block_fields(atlas)
        self.edge = atlas.content.weights["territory_edge_width"].value
        self.pointed = np.any(found.nerve, axis=0)
        self.served: dict[int, Floats] = {}

    def nerve(self, column: int, nerve: str) -> Floats:
        """How likely a nerve serves each piece in each person, (A, S)."""
        if column not in self.served:
            people = self.people
            share = self.found.nerve[:, column : column + 1] * people.present[column]
            extent = people.extent[people.trunk[nerve]]
            self.served[column] = _served(share, float(people.highest[column]), extent, self.edge)
        return self.served[column]

    def route(self, route: Route) -> Floats:
        """How likely a route answers each piece in each person, wherever it lies, (A, S)."""
        block, people = self.content.blocks[route.block], self.people
        trunks: dict[str, Floats] = {}
        for column, nerve, trunk, reach in reaches(self.atlas, route.block):
            root = self.content.nerves[nerve].kind == "root"
            if not self.pointed[column] or (root and route.source not in ("", nerve)):
                continue
            figure = reach_by(self.content, block, nerve)
            assert figure is not None
            scale = np.float32(reach / figure.p) if figure.p > 0.0 else np.float32(0.0)
            one = self.nerve(column, nerve) * (people.reach[route.block, figure.nerve] * scale)
            trunks[trunk] = np.maximum(trunks[trunk], one) if trunk in trunks else one
        spared = np.ones((len(self.found.region), people.extent.shape[1]), np.float32)
        for one in trunks.values():
            spared *= 1.0 - np.minimum(one, 1.0)
        answered: Floats = 1.0 - spared
        if route.source in people.generator and route.source not in self.content.nerves:
            column = self.fields.generators.index(route.source)
            extent = people.extent[people.generator[route.source]]
            share = self.found.referral[:, column : column + 1]
            felt = _served(share, float(people.highest_felt[column]), extent, self.edge)
            answered = np.maximum(answered, felt * people.reach[route.block, route.source])
        return answered


def spread(atlas: Atlas, drawn: PainMap, judged: Sequence[Judged]) -> Spread:
    """The routes of a map that is not empty in many people, brought to the scale of the judged shares."""
    found = pieces(atlas, drawn)
    people, columns = _Drawn(atlas, found), block_fields(atlas).columns
    covered: list[Floats] = []
    matched: list[Floats] = []
    for one in judged:
        own = here(found, one.side, one.route.midline)
        p = people.route(one.route)[own]
        expected = found.covered[own, columns[one.route]]
        for amount, share, rows in ((found.pain, one.covered, covered), (found.voiced, one.matched, matched)):
            scale = share / max(float(amount[own] @ expected), 1e-9)
            rows.append(np.minimum(amount[own] @ p * np.float32(scale), 1.0))
    return Spread(np.array(covered, np.float32), np.array(matched, np.float32))


def ends(content: Content, rows: Floats) -> list[tuple[float, float]]:
    """The lower and upper end of a range over people, leaving out `range_tail` at each; rows (J, S)."""
    tail = content.weights["range_tail"].value
    low, high = np.quantile(rows, (tail, 1.0 - tail), axis=1)
    return list(zip(low.tolist(), high.tolist(), strict=True))
