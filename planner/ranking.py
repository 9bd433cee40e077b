"""One map of pain -> the blocks compared, with every reason in words.

The fit of a block is an F-measure of two shares: how much of the pain it covers, and how much of the
skin it numbs lies inside the marks. Each further argument multiplies the odds of that fit, so scores
stay between 0 and 1 and an order can be read off the reasons. All numbers are in `rules.toml`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from math import prod

import numpy as np

from planner import alerts, reasons, risk, withholding
from planner.answer import Alert, Answer, BlockAnswer, GeneratorFit, NerveShare, Reason
from planner.atlas.model import Atlas, Block, Clue, Content, Depth, Quality
from planner.case import Case, recent
from planner.coverage import Judged, MapReading, dominant_trunks, judge, read_map
from planner.fields import BlockFields, Floats, block_fields, reaches
from planner.pain import PainMap, pain_map, told
from planner.space import Side, other_side
from planner.withholding import CRITERIA_FAMILY, Stops

_DEPTH_ORDER = {"superficial": 0, "intermediate": 1, "deep": 2}


@dataclass(frozen=True, slots=True)
class Compared:
    """One block held against one map: its entry, its best route and the product of its factors."""

    entry: BlockAnswer
    judged: Judged
    odds: float


@dataclass(frozen=True, eq=False, slots=True)
class _Reading:
    """One map, read once: what every block is held against."""

    atlas: Atlas
    case: Case
    drawn: PainMap
    fields: BlockFields
    map: MapReading
    nerve_share: Mapping[str, float]


def f_measure(covered: float, inside: float, beta: float) -> float:
    """F-beta of two shares 0-1: coverage of the pain counts beta times as much as precision; 0-1."""
    if covered <= 0.0 or inside <= 0.0:
        return 0.0
    square = beta * beta
    return (1.0 + square) * covered * inside / (square * inside + covered)


def with_odds(fit: float, factor: float) -> float:
    """A fit 0-1 whose odds are multiplied by a factor."""
    fit = min(max(fit, 1e-6), 1.0 - 1e-6)
    odds = factor * fit / (1.0 - fit)
    return odds / (1.0 + odds)


def score_of(content: Content, judged: Judged, matched: float, odds: float) -> float:
    """The score 0-1 of a route that covers `matched` of the map, numbs what it is judged to numb outside
    the marks and carries arguments of these odds."""
    inside_cm2 = judged.matched_cm2 * (matched / judged.matched if judged.matched > 0.0 else 0.0)
    numb = inside_cm2 + judged.over_covered_cm2
    inside = inside_cm2 / numb if numb > 0.0 else 0.0
    return with_odds(f_measure(matched, inside, content.weights["coverage_over_spill"].value), odds)


def scores_of(content: Content, found: Sequence[Compared], matched: Floats) -> Floats:
    """`score_of` for many blocks in many people at once: matched (J, S) -> scores (J, S)."""
    square = np.float32(content.weights["coverage_over_spill"].value ** 2)
    judged = [(one.judged.matched_cm2, one.judged.matched, one.judged.over_covered_cm2) for one in found]
    area, share, over = np.array(judged, np.float32).reshape(-1, 3).T[..., None]
    inside_cm2 = area * matched / np.maximum(share, np.float32(1e-9))
    inside = inside_cm2 / np.maximum(inside_cm2 + over, np.float32(1e-9))
    fit = (1.0 + square) * matched * inside / np.maximum(square * inside + matched, np.float32(1e-9))
    fit = np.clip(fit, 1e-6, 1.0 - 1e-6)
    odds = np.array([one.odds for one in found], np.float32)[:, None] * fit / (1.0 - fit)
    scores: Floats = odds / (1.0 + odds)
    return scores


@recent(4)
def _read(atlas: Atlas, case: Case) -> _Reading | None:
    drawn = pain_map(atlas, case.marks)
    if drawn.empty:
        return None
    fields, seen = block_fields(atlas), read_map(atlas, drawn)
    shares = dict(zip(fields.nerves, seen.nerve_share.tolist(), strict=True))
    return _Reading(atlas, told(case, drawn), drawn, fields, seen, shares)


@lru_cache(maxsize=4)
def _block_traits(atlas: Atlas) -> tuple[dict[str, float], dict[str, float]]:
    """Per block: the best probability with which it covers any deep region, and its numb skin in cm2."""
    fields = block_fields(atlas)
    deep: dict[str, float] = {}
    numb: dict[str, float] = {}
    for column, route in enumerate(fields.routes):
        under = (name for name, region in atlas.content.regions.items() if region.deep)
        reach = max((float(fields.pain_in[name][column]) for name in under), default=0.0)
        deep[route.block] = max(deep.get(route.block, 0.0), reach)
        numb[route.block] = max(numb.get(route.block, 0.0), float(fields.numb_cm2[column]))
    for name in deep:
        if atlas.content.blocks[name].family == "joint":
            # A joint or tendon lies deep even where no deep region is drawn for it.
            deep[name] = max(deep[name], atlas.content.weights["joint_injection_reach"].value)
    return deep, numb


def _compared(reading: _Reading, block: Block, found: Sequence[Judged], only: Side | None) -> Compared:
    """One block at its best route, on the side where it covers most (or on the one side asked for)."""
    content, case = reading.atlas.content, reading.case
    trunks = dominant_trunks(reading.atlas, reading.drawn, block) if block.family == "plexus" else {}
    arguments = (
        *reasons.specificity(content, block, trunks),
        *_history(reading.atlas, block.id, case.clues, case.qualities, case.flags, case.depth),
        *reasons.tried(content, block, case.unrelieved),
    )

    odds = prod(reason.effect for reason in arguments)

    def scored(judged: Judged) -> tuple[float, float, bool]:
        # Rounded, so that a map that is the same on both sides keeps to the side being looked at.
        score = round(score_of(content, judged, judged.matched, odds), 6)
        return (score, round(judged.covered, 6), judged.side == case.side)

    wanted = [judged for judged in found if only is None or block.midline or judged.side == only]
    best = max(wanted, key=scored)
    there = max(
        (judged.covered for judged in found if judged.side != best.side and judged.route == best.route),
        default=0.0,
    )
    side = (only or case.side) if block.midline else best.side
    elsewhere = 1.0 - reading.map.side_share[side]
    nerves = reasons.carriers(content, _reached(reading, best), reading.nerve_share)
    said = (
        *reasons.coverage_reasons(content, block, best, nerves),
        *reasons.by_weight(arguments),
        *reasons.other_side_reason(content, block, side, elsewhere, there),
    )
    entry = BlockAnswer(
        id=block.id,
        rank=0,
        side=side,
        score=round(scored(best)[0], 4),
        covered=round(best.covered, 4),
        uncovered_cm2=round(best.uncovered_cm2, 1),
        over_covered_cm2=round(best.over_covered_cm2, 1),
        nerves=nerves,
        reasons=said,
        neighbours=(),
    )
    return Compared(entry, best, odds)


def _reached(reading: _Reading, best: Judged) -> Iterator[tuple[str, str, float]]:
    """(nerve, trunk, reach) of the nerves that a route can use: its own root alone where it tests one."""
    nerves, source = reading.atlas.content.nerves, best.route.source
    for _, nerve, trunk, reach in reaches(reading.atlas, best.route.block):
        if nerves[nerve].kind != "root" or source in ("", nerve):
            yield nerve, trunk, reach


@lru_cache(maxsize=512)
def _history(
    atlas: Atlas,
    name: str,
    clues: tuple[str, ...],
    qualities: tuple[str, ...],
    flags: tuple[str, ...],
    depth: Depth,
) -> tuple[Reason, ...]:
    """Arguments about a block that do not depend on where it hurts; a brush stroke leaves them alone."""
    content, block = atlas.content, atlas.content.blocks[name]
    deep_reach, numb_cm2 = _block_traits(atlas)
    pointed = any(reason.effect > 1.0 for reason in reasons.said(content, block, clues, ()))
    return (
        *reasons.said(content, block, clues, qualities),
        *reasons.signs(content, block, pointed),
        *reasons.depth_match(
            content, depth, numb_cm2[name], reasons.reaches_deep(content, block, deep_reach[name])
        ),
        *reasons.burden(content, block, flags),
    )


def _order(reading: _Reading, found: list[Compared]) -> tuple[Compared, ...]:
    content = reading.atlas.content
    step = content.weights["tie_within"].value

    def key(one: Compared) -> tuple[int, int, bool, float, str]:
        entry = one.entry
        block = content.blocks[entry.id]
        tier = -int(entry.score / step)
        return (tier, _DEPTH_ORDER[block.depth_class], block.family == "plexus", -entry.score, entry.id)

    ordered = enumerate(sorted(found, key=key), start=1)
    return tuple(replace(one, entry=replace(one.entry, rank=rank)) for rank, one in ordered)


def answer(atlas: Atlas, case: Case) -> Answer:
    """The engine's whole answer to one case. KeyError names an id that content does not know."""
    content = atlas.content
    for known, used in (
        (content.clues.keys(), case.clues),
        (content.qualities.keys(), (*case.qualities, *(name for m in case.marks for name in m.qualities))),
        (content.flags.keys(), case.flags),
        (content.blocks.keys(), case.unrelieved),
    ):
        for name in used:
            if name not in known:
                raise KeyError(name)
    acting = alerts.acting(content, case.flags)
    said: list[Alert] = [*alerts.red_flags(acting), *alerts.cautions(acting)]
    said += alerts.half_told(content, case.flags)
    reading = _read(atlas, case)
    nerves, sources = _nerves(reading), _generators(reading)
    marked = round(reading.map.marked_cm2, 1) if reading else 0.0
    if any(flag.effect == "urgent_evaluation" for flag in acting):
        return Answer("urgent_evaluation", tuple(said), (), nerves, sources, (), marked)
    if reading is None:
        return Answer("compare", tuple(said))

    ranked = tuple(one.entry for one in _ranked(reading))
    found = withholding.sort(content, ranked, acting, _stops(reading, ranked, said))
    return Answer(found.outcome, tuple(said), found.offered, nerves, sources, found.withheld, marked)


def _marked_sides(reading: _Reading) -> tuple[Side, ...]:
    """The sides on which anything hurts, the one being looked at first."""
    case = reading.case
    order: tuple[Side, Side] = (case.side, other_side(case.side))
    return tuple(side for side in order if reading.map.side_share[side] > 0.0)


def compared(atlas: Atlas, case: Case) -> tuple[Compared, ...]:
    """Every block that covers enough of the map, best first, whatever is then kept back."""
    reading = _read(atlas, case)
    return _ranked(reading) if reading else ()


@lru_cache(maxsize=4)
def _ranked(reading: _Reading) -> tuple[Compared, ...]:
    content = reading.atlas.content
    by_block: dict[str, list[Judged]] = {}
    for judged in judge(reading.atlas, reading.drawn, _marked_sides(reading)):
        by_block.setdefault(judged.route.block, []).append(judged)
    enough = content.weights["listed_from_covered"].value
    entries = [
        _compared(reading, content.blocks[name], found, None)
        for name, found in by_block.items()
        if max(judged.covered for judged in found) >= enough
    ]
    return _order(reading, entries)


def _stops(reading: _Reading, ranked: Sequence[BlockAnswer], said: list[Alert]) -> Stops:
    """What speaks against comparing blocks, or against those that ask for criteria; adds its alerts."""
    content, clues = reading.atlas.content, reading.case.clues
    every, criteria = "", ""
    for alert, changes in alerts.reassess(content, clues):
        said.append(alert)
        every = every or (alert.text if changes else "")
    asking = [entry.rank for entry in ranked if content.blocks[entry.id].family == CRITERIA_FAMILY]
    for alert, changes in alerts.unmet_criteria(content, clues) if asking else ():
        # What is merely not given is asked for when that block leads; what speaks against it is always said.
        if asking[0] == 1 or alert.id.removeprefix("criteria:") in clues:
            said.append(alert)
        criteria = criteria or (alert.text if changes else "")
    if max((entry.covered for entry in ranked), default=0.0) < content.weights["answers_from_covered"].value:
        alert = alerts.nothing_answers(content)
        said.append(alert)
        every = every or alert.text
    return Stops(every, criteria)


def block_answer(atlas: Atlas, case: Case, block: str, side: Side) -> tuple[BlockAnswer, str]:
    """One block held against the map on a given side, whatever its rank, and the source it then tests.

    An empty map gives an entry that covers nothing. KeyError for an unknown block.
    """
    record = atlas.content.blocks[block]
    reading = _read(atlas, case)
    sides = dict.fromkeys((side, *_marked_sides(reading))) if reading else ()
    found = judge(atlas, reading.drawn, tuple(sides)) if reading else ()
    found = tuple(judged for judged in found if judged.route.block == block)
    if reading is None or not found:
        return BlockAnswer(block, 0, side, 0.0, 0.0, 0.0, 0.0, (), (), ()), ""
    one = _compared(reading, record, found, side)
    return one.entry, one.judged.route.source


def with_neighbours(atlas: Atlas, given: Answer) -> Answer:
    """The answer with the neighbours of every listed and withheld block's target filled in."""

    def filled(entries: tuple[BlockAnswer, ...]) -> tuple[BlockAnswer, ...]:
        return tuple(
            replace(entry, neighbours=risk.neighbours(atlas, entry.id, entry.side)) for entry in entries
        )

    return replace(given, blocks=filled(given.blocks), withheld=filled(given.withheld))


def _nerves(reading: _Reading | None) -> tuple[NerveShare, ...]:
    if reading is None:
        return ()
    enough = reading.atlas.content.weights["nerve_listed_from"].value
    listed = ((nerve, share) for nerve, share in reading.nerve_share.items() if share >= enough)
    shares = [NerveShare(nerve, round(share, 4)) for nerve, share in listed]
    return tuple(sorted(shares, key=lambda entry: (-entry.share, entry.id)))


def _generators(reading: _Reading | None) -> tuple[GeneratorFit, ...]:
    """Deep sources by how well their referral area fits, moved by what history and words say."""
    if reading is None:
        return ()
    content, seen = reading.atlas.content, reading.map
    beta = content.weights["coverage_over_spill"].value
    enough = content.weights["generator_listed_from"].value
    records: list[Clue | Quality] = [content.clues[clue] for clue in reading.case.clues]
    records += [content.qualities[quality] for quality in reading.case.qualities]
    fits = []
    for column, name in enumerate(reading.fields.generators):
        fit = f_measure(float(seen.generator_share[column]), float(seen.generator_inside[column]), beta)
        if fit <= 0.0:
            continue
        tested = content.generators[name].tested_by
        moved = prod(
            shift.factor
            for record in records
            for shift in record.shifts
            if shift.toward == name or (len(tested) == 1 and shift.toward == tested[0])
        )
        fit = with_odds(fit, moved)
        if fit >= enough:
            fits.append(GeneratorFit(name, round(fit, 4)))
    return tuple(sorted(fits, key=lambda entry: (-entry.fit, entry.id)))
