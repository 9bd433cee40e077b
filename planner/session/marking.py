"""What acts upon marks mean: (action, State) -> State, pure; part of `update`.

Marks keep their order, because a later one is laid over an earlier one. Numbers that no body and no
brush can have are refused with a sentence.
"""

from __future__ import annotations

from math import isfinite
from typing import TypeGuard

import msgspec

from planner.atlas.model import Depth
from planner.case import LEAST_WEIGHT
from planner.session import actions as act
from planner.session.state import Mark, RegionMark, State, Stroke
from planner.space import Side

MAX_WEIGHT = 10.0
MAX_RADIUS_MM = 200.0
LEAST_SHARE, MOST_SHARE = 0.5, 1.5  # of the brush's radius, under a pen hardly or fully pressed
REACH_MM = 3000.0  # no part of a body lies farther from the hips


class BadAction(ValueError):
    """An act with a number or id that makes no sense; the text says which."""


def checked_weight(weight: float) -> float:
    """The weight itself; BadAction unless it lies between 0.01 and 10."""
    if not (isfinite(weight) and LEAST_WEIGHT <= weight <= MAX_WEIGHT):
        raise BadAction(f"weight {weight:g} does not lie between {LEAST_WEIGHT:g} and {MAX_WEIGHT:g}")
    return float(weight)


def _first_side(state: State, side: Side) -> Side:
    """The first mark turns the side to itself, unless a block is being looked at."""
    return side if not state.marks and state.block is None else state.side


def _marked(state: State, marks: tuple[Mark, ...], side: Side | None = None) -> State:
    """The State with other marks. The depth goes with them until somebody says another."""
    depth = depth_of(marks) if state.depth == depth_of(state.marks) else state.depth
    return msgspec.structs.replace(state, marks=marks, depth=depth, side=side or state.side)


def depth_of(marks: tuple[Mark, ...]) -> Depth:
    """What the kinds of the marks tell of the depth."""
    deep = [isinstance(m, RegionMark) and m.deep for m in marks if isinstance(m, RegionMark) or not m.erase]
    if not any(deep):
        return "skin"
    return "deep" if all(deep) else "mixed"


def mark_region(action: act.MarkRegion, state: State) -> State:
    """The region marked, or its mark changed; the last mark made counts last."""
    own = [m for m in state.marks if _names(m, action.region, action.side)]
    before = own[-1] if own else RegionMark(action.region, action.side)
    mark = msgspec.structs.replace(before, weight=checked_weight(action.weight))
    if action.qualities is not None:
        mark = msgspec.structs.replace(mark, qualities=tuple(dict.fromkeys(action.qualities)))
    if action.deep is not None:
        mark = msgspec.structs.replace(mark, deep=action.deep)
    if mark in state.marks and not any(isinstance(other, Stroke) for other in state.marks):
        return state
    kept = tuple(m for m in state.marks if m not in own)
    return _marked(state, (*kept, mark), side=_first_side(state, action.side))


def _names(mark: Mark, region: str, side: Side) -> TypeGuard[RegionMark]:
    """Whether the mark is that of a named region."""
    return isinstance(mark, RegionMark) and (mark.region, mark.side) == (region, side)


def unmark_region(action: act.UnmarkRegion, state: State) -> State:
    """Without the mark of a named region."""
    return _marked(state, tuple(m for m in state.marks if not _names(m, action.region, action.side)))


def checked_stroke(stroke: Stroke) -> Stroke:
    """The stroke itself; BadAction when its path, radius or weight is not that of a body."""
    if not stroke.erase:
        checked_weight(stroke.weight)
    if not (isfinite(stroke.radius_mm) and 0.0 < stroke.radius_mm <= MAX_RADIUS_MM):
        given, most = stroke.radius_mm, MAX_RADIUS_MM
        raise BadAction(f"brush radius {given:g} mm is not above 0 and at most {most:g} mm")
    if stroke.shares and len(stroke.shares) != len(stroke.points_lps):
        raise BadAction(f"a stroke of {len(stroke.points_lps)} points has {len(stroke.shares)} shares")
    if not all(LEAST_SHARE <= share <= MOST_SHARE for share in stroke.shares):
        raise BadAction(f"a share of the brush does not lie between {LEAST_SHARE:g} and {MOST_SHARE:g}")
    if not all(isfinite(x) and abs(x) <= REACH_MM for point in stroke.points_lps for x in point):
        raise BadAction("a point of the stroke lies outside the body")
    return stroke


def paint_stroke(action: act.PaintStroke, state: State) -> State:
    """With a stroke begun, or gone on with the same brush."""
    if not action.points_lps:
        return state
    feel = () if action.erase else tuple(dict.fromkeys(action.qualities))
    brush = (action.radius_mm, action.weight, action.erase, state.form, feel)
    new = checked_stroke(Stroke(action.points_lps, *brush, shares=action.shares))
    last = state.marks[-1] if state.marks else None
    if action.continues and isinstance(last, Stroke) and _same_brush(last, new):
        path = last.points_lps
        again = new.points_lps[: len(path)] == path  # the whole path again, grown
        known = len(path) if again else int(new.points_lps[0] == path[-1])
        grown = msgspec.structs.replace(
            last, points_lps=path + new.points_lps[known:], shares=last.shares + new.shares[known:]
        )
        return _marked(state, (*state.marks[:-1], grown))
    if action.erase and not state.marks:
        return state
    side: Side = "left" if action.points_lps[0][0] >= 0.0 else "right"
    return _marked(state, (*state.marks, new), side=_first_side(state, side))


def _same_brush(last: Stroke, new: Stroke) -> bool:
    same = msgspec.structs.replace(last, points_lps=new.points_lps, shares=new.shares)
    return same == new and bool(last.shares) == bool(new.shares)


def change_mark(action: act.ChangeMark, state: State) -> State:
    """With one mark changed in its place."""
    mark = _mark_at(state, action.mark)
    if action.weight is not None:
        mark = msgspec.structs.replace(mark, weight=checked_weight(action.weight))
    if action.qualities is not None:
        mark = msgspec.structs.replace(mark, qualities=tuple(dict.fromkeys(action.qualities)))
    marks = (*state.marks[: action.mark], mark, *state.marks[action.mark + 1 :])
    return msgspec.structs.replace(state, marks=marks)


def remove_mark(action: act.RemoveMark, state: State) -> State:
    """Without one of the marks."""
    _mark_at(state, action.mark)
    return _marked(state, (*state.marks[: action.mark], *state.marks[action.mark + 1 :]))


def _mark_at(state: State, place: int) -> Mark:
    """The mark at a place among them; BadAction where there is none, or an eraser's path."""
    if not 0 <= place < len(state.marks):
        raise BadAction(f"there is no mark {place + 1} among {len(state.marks)}")
    mark = state.marks[place]
    if isinstance(mark, Stroke) and mark.erase:
        raise BadAction(f"mark {place + 1} takes paint away and has nothing to change")
    return mark


def clear_marks(action: act.ClearMarks, state: State) -> State:
    """Without marks."""
    return _marked(state, ())
