"""What is told about one person's pain: the question that the engine answers.

Only what was drawn and said: marks on the skin, depth, words, history and flags. No identity, no
measurement of the person, nothing computed. Marks are kept in the order in which they were made,
because an eraser takes away only what was there before it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import msgspec

from planner.atlas.model import Depth, Form
from planner.space import Side

# Fainter than any hand can mark; sums over fainter pain would drown in rounding.
LEAST_WEIGHT = 0.01
PointLps = tuple[float, float, float]
P = ParamSpec("P")
T = TypeVar("T")


class RegionMark(msgspec.Struct, frozen=True, tag="region", forbid_unknown_fields=True):
    """A named region marked as a whole; weight 0-10. qualities: how the pain feels there.

    deep: it is felt beneath this region, not on its skin; deep regions are so in any case.
    """

    region: str
    side: Side
    weight: float = 7.0
    qualities: tuple[str, ...] = ()
    deep: bool = False


class Stroke(msgspec.Struct, frozen=True, tag="stroke", forbid_unknown_fields=True):
    """One drag of the brush (or eraser) over the skin: a path in LPS mm and its radius.

    form: the form of the body it was drawn on; the vertices it met there hurt in every form.
    qualities: how the pain feels there.
    shares: how much of the radius was set down at each point, as a pen was pressed; none: all of it.
    """

    points_lps: tuple[PointLps, ...]
    radius_mm: float
    weight: float = 7.0
    erase: bool = False
    form: Form = "male"
    qualities: tuple[str, ...] = ()
    shares: tuple[float, ...] = ()


Mark = RegionMark | Stroke


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """One map of pain with its history. side breaks ties between the two sides, nothing more.

    qualities: what was said of the whole pain; marks add their own (`planner.pain.told`).
    unrelieved: blocks done before that numbed what they should, while the pain stayed.
    """

    marks: tuple[Mark, ...] = ()
    depth: Depth = "skin"
    qualities: tuple[str, ...] = ()
    clues: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    unrelieved: tuple[str, ...] = ()
    side: Side = "left"


def recent(size: int) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Remembers the latest `size` results of a pure function, found again by equality.

    Unlike `lru_cache` it hashes nothing: hashing a drawing of thousands of points costs more than all
    else that a brush stroke needs, while comparing it to the drawing before stops at shared parts.
    """

    def decorate(function: Callable[P, T]) -> Callable[P, T]:
        kept: deque[tuple[object, T]] = deque(maxlen=size)

        @wraps(function)
        def remembered(*args: P.args, **kwargs: P.kwargs) -> T:
            key = (args, kwargs)
            for known, result in tuple(kept):
                if known == key:
                    return result
            result = function(*args, **kwargs)
            kept.appendleft((key, result))
            return result

        return remembered

    return decorate
