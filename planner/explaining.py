"""The answer with everything that explains it: ranges, what is left uncovered, what cannot be told apart,
nerve against root against deep source, and what would change it.

`answer` keeps up with a brush; what is added here is asked for when the hand rests.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from planner.answer import Answer, BlockAnswer, Reason, Uncovered
from planner.atlas.model import Atlas, Content
from planner.case import Case
from planner.changes import changes
from planner.fields import Floats, block_fields
from planner.origins import origin
from planner.pain import pain_map, told
from planner.pieces import Pieces, here, pieces
from planner.ranking import Compared, compared, scores_of
from planner.reasons import inline, listed
from planner.uncertainty import ends, spread

_NAMED = 3  # ties in one sentence; the record holds them all


def explained(atlas: Atlas, case: Case, given: Answer, *, with_changes: bool = True) -> Answer:
    """The answer to the case with ranges, uncovered regions, ties, origin and changes filled in."""
    drawn = pain_map(atlas, case.marks)
    if drawn.empty or given.outcome == "urgent_evaluation":
        return given  # a warning sign interrupts: nothing else is said
    ranked, content = compared(atlas, case), atlas.content
    people = spread(atlas, drawn, [one.judged for one in ranked])
    found, columns = pieces(atlas, drawn), block_fields(atlas).columns
    scores = scores_of(content, ranked, people.matched)
    ranges = ends(content, people.covered) if ranked else []
    row = {one.entry.id: k for k, one in enumerate(ranked)}

    def filled(entries: tuple[BlockAnswer, ...]) -> tuple[BlockAnswer, ...]:
        ties = _ties(content, entries, scores, row)  # by block: those it cannot be told apart from
        whole = []
        for entry in entries:
            k = row[entry.id]
            low, high = ranges[k]
            left = _uncovered(content, found, ranked[k], columns[ranked[k].judged.route])
            alike = ties.get(entry.id, ())
            said = (
                *entry.reasons[:1],
                *_words(content, left),
                *entry.reasons[1:],
                *_tie_words(content, alike),
            )
            whole.append(
                replace(
                    entry,
                    covered_range=(round(low, 4), round(high, 4)),
                    uncovered=left,
                    not_apart=alike,
                    reasons=said,
                )
            )
        return tuple(whole)

    return replace(
        given,
        blocks=filled(given.blocks),
        withheld=filled(given.withheld),
        origin=origin(atlas, told(case, drawn), drawn),
        changes=changes(atlas, case, given) if with_changes else (),
    )


def _ties(
    content: Content, entries: tuple[BlockAnswer, ...], scores: Floats, row: dict[str, int]
) -> dict[str, tuple[str, ...]]:
    """The first entry with those it does not stay ahead of in enough people, and each of these with it."""
    if not entries:
        return {}
    enough = content.weights["apart_from"].value
    first = scores[row[entries[0].id]]
    alike = tuple(e.id for e in entries[1:] if float((first > scores[row[e.id]]).mean()) < enough)
    return {entries[0].id: alike, **dict.fromkeys(alike, (entries[0].id,))}


def _uncovered(content: Content, found: Pieces, one: Compared, column: int) -> tuple[Uncovered, ...]:
    """Marked regions that the block leaves for the most part, the largest remainder first."""
    least = content.weights["uncovered_named_from"].value
    own = here(found, one.judged.side, one.judged.route.midline)
    stays = 1.0 - np.where(own, found.covered[:, column], np.float32(0.0))
    cm2 = stays * found.area_cm2
    left = [
        Uncovered(region, found.side[k], round(float(stays[k]), 4), round(float(cm2[k]), 1))
        for k, region in enumerate(found.region)
        if region and stays[k] >= least
    ]
    return tuple(sorted(left, key=lambda piece: (-piece.cm2, piece.region, piece.side)))


def _words(content: Content, left: tuple[Uncovered, ...]) -> tuple[Reason, ...]:
    if not left:
        return ()
    names = listed([f"{inline(content.regions[piece.region].name)} ({piece.side})" for piece in left])
    sources = dict.fromkeys(key for piece in left for key in content.regions[piece.region].sources)
    return (Reason(f"Leaves mostly uncovered: {names}.", tuple(sources)),)


def _tie_words(content: Content, alike: tuple[str, ...]) -> tuple[Reason, ...]:
    if not alike:
        return ()
    named = [f"the {inline(content.blocks[name].name)}" for name in alike[:_NAMED]]
    names = listed([*named, f"{len(alike) - _NAMED} more"] if len(alike) > _NAMED else named)
    sources = content.weights["apart_from"].sources
    return (
        Reason(
            f"Cannot be told apart from {names} by this map: which leads differs between people.", sources
        ),
    )
