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
class Uncovered:
    """A marked region that a block mostly does not cover. share: 0-1 of it that stays; cm2: of the marks."""

    region: str
    side: Side
    share: float
    cm2: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """A nerve, root or deep source and how well (0-1) what it serves or refers to fits the map.

    kind: nerve, root, joint, facet, sympathetic or other.
    """

    id: str
    kind: str
    fit: float


@dataclass(frozen=True, slots=True)
class Origin:
    """What the map looks like: the best nerve against the best root, and against the best deep source.

    by: fit of the nerve less that of the root.  apart: whether that is enough to tell them apart.
    source: set where a joint, a facet or another deep source explains the map better than any nerve.
    tested_by: blocks that test it.  reasons: the same in words, with sources.
    """

    nerve: Explanation | None
    root: Explanation | None
    by: float
    apart: bool
    source: Explanation | None
    tested_by: tuple[str, ...]
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """One region or clue more or less with which another block would lead.

    id: region or clue; side: of a region ("" for a clue).  leads: the block that then stands first ("" for
    none); outcome: the outcome then.
    """

    kind: Literal["region_added", "region_removed", "clue_added", "clue_removed"]
    id: str
    side: Side | Literal[""]
    leads: str
    outcome: Outcome
    text: str


@dataclass(frozen=True, slots=True)
class BlockAnswer:
    """One compared block. covered: 0-1 of the pain's weight; areas in cm2 on the model's skin.

    withheld: why it is not offered ("" when it is); only blocks of `Answer.withheld` have one.
    covered_range: 5th and 95th percentile of covered over people (None until `explaining` fills it in).
    uncovered: marked regions it leaves.  not_apart: blocks that answer the map about equally well.
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
    covered_range: tuple[float, float] | None = None
    uncovered: tuple[Uncovered, ...] = ()
    not_apart: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """Everything said about one map of pain. withheld: fitting blocks that an alert keeps back.

    origin, changes: what `explaining` adds.
    """

    outcome: Outcome
    alerts: tuple[Alert, ...] = ()
    blocks: tuple[BlockAnswer, ...] = ()
    nerves: tuple[NerveShare, ...] = ()
    generators: tuple[GeneratorFit, ...] = ()
    withheld: tuple[BlockAnswer, ...] = ()
    marked_cm2: float = 0.0
    origin: Origin | None = None
    changes: tuple[Change, ...] = ()
