"""The engine's answer to one map of pain, as records; their names are the command line's JSON names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from planner.space import Side

Outcome = Literal["compare", "urgent_evaluation", "defer_anticoag", "no_block_reassess"]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a block stands where it stands. effect: the factor it put on the odds (1.0: none).

    by: the weight, clue or quality whose factor it is ("" for none).
    """

    text: str
    sources: tuple[str, ...]
    effect: float = 1.0
    by: str = ""


@dataclass(frozen=True, slots=True)
class Alert:
    """Something that must be said before any block is compared."""

    id: str
    text: str
    source: str


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A structure near a block's target in this model: nearest surface point and its distance."""

    structure: str
    distance_mm: float
    nearest_lps: tuple[float, float, float]
    target_lps: tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class NerveShare:
    """A nerve and the share (0-1) of the marked pain that points to it."""

    id: str
    share: float


@dataclass(frozen=True, slots=True)
class GeneratorFit:
    """A deep source and how well (0-1) its referral area fits the marked pain."""

    id: str
    fit: float


@dataclass(frozen=True, slots=True)
class BlockAnswer:
    """One compared block. covered: 0-1 of the pain's weight; areas in cm2 on the model's skin.

    withheld: why it is not offered ("" when it is); only blocks of `Answer.withheld` have one.
    """

    id: str
    rank: int
    side: Side
    score: float
    covered: float
    uncovered_cm2: float
    over_covered_cm2: float
    nerves: tuple[str, ...]
    reasons: tuple[Reason, ...]
    neighbours: tuple[Neighbour, ...]
    withheld: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """Everything said about one map of pain. withheld: fitting blocks that an alert keeps back."""

    outcome: Outcome
    alerts: tuple[Alert, ...] = ()
    blocks: tuple[BlockAnswer, ...] = ()
    nerves: tuple[NerveShare, ...] = ()
    generators: tuple[GeneratorFit, ...] = ()
    withheld: tuple[BlockAnswer, ...] = ()
    marked_cm2: float = 0.0
