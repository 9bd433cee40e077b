"""Conditions set before a block, each with whether the history meets it.

Which conditions there are, and which clue settles one, is content (`criteria.toml`). A condition that no
clue speaks of is not known, which is neither met nor missing.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from planner.atlas.model import Content, Criterion

Standing = Literal["met", "missing", "unknown"]
Stage = Literal["first", "second"]

STAGES: tuple[Stage, ...] = ("first", "second")


@dataclass(frozen=True, slots=True)
class Judged:
    """A condition and where it stands; by: the clue that settles it ("" for none)."""

    criterion: Criterion
    standing: Standing
    by: str = ""


def judged(content: Content, block: str, stage: Stage, clues: Collection[str]) -> tuple[Judged, ...]:
    """Every condition of a block and stage, in the order of the content (empty: none are set).

    A clue against a condition outweighs one for it.
    """
    return tuple(
        _judge(criterion, clues)
        for criterion in content.criteria.values()
        if criterion.block == block and criterion.stage == stage
    )


def _judge(criterion: Criterion, clues: Collection[str]) -> Judged:
    against = next((clue for clue in criterion.missing_by if clue in clues), "")
    if against:
        return Judged(criterion, "missing", against)
    speaking = next((clue for clue in criterion.met_by if clue in clues), "")
    return Judged(criterion, "met", speaking) if speaking else Judged(criterion, "unknown")
