"""The only place that knows what an act means: (State, action) -> State, pure.

Ids are taken as valid (the store holds them against the atlas first); numbers are refused here with a
sentence, because a State must never hold a weight or an opacity that nothing can draw.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import singledispatch
from math import isfinite
from typing import TypeVar

import msgspec

from planner.atlas.model import FORMS
from planner.session import actions as act
from planner.session import marking
from planner.session.cutting import facing_view, normal_of_points
from planner.session.marking import MAX_RADIUS_MM as MAX_RADIUS_MM
from planner.session.marking import MAX_WEIGHT as MAX_WEIGHT
from planner.session.marking import REACH_MM as REACH_MM
from planner.session.marking import BadAction as BadAction
from planner.session.marking import checked_stroke as checked_stroke
from planner.session.marking import checked_weight as checked_weight
from planner.session.state import PointLps, PoseRequest, Section, State, VariantChoice
from planner.space import View

MAX_RULER = 24
T = TypeVar("T")


def update(state: State, action: act.Action) -> State:
    """The State after the act; the same one when it changes nothing. Raises BadAction."""
    return _update(action, state)


@singledispatch
def _update(action: object, state: State) -> State:
    raise BadAction(f"unknown act {type(action).__name__}")


def _on(kind: type[T]) -> Callable[[Callable[[T, State], State]], Callable[[T, State], State]]:
    """Registers what one kind of act does."""

    def register(function: Callable[[T, State], State]) -> Callable[[T, State], State]:
        _update.register(kind, function)
        return function

    return register


def _with(state: State, **changes: object) -> State:
    return msgspec.structs.replace(state, **changes)


def _posed(state: State, view: View | None, focus: tuple[str, ...]) -> PoseRequest:
    return PoseRequest(state.pose.serial + 1, view, focus)


def _toggled(items: tuple[str, ...], item: str, on: bool) -> tuple[str, ...]:
    rest = tuple(other for other in items if other != item)
    if on:
        return items if item in items else (*rest, item)
    return rest


def _joined(items: tuple[str, ...], more: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*items, *more)))


def _without(items: tuple[str, ...], gone: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(item for item in items if item not in gone)


for _act, _does in (
    (act.MarkRegion, marking.mark_region),
    (act.UnmarkRegion, marking.unmark_region),
    (act.PaintStroke, marking.paint_stroke),
    (act.ChangeMark, marking.change_mark),
    (act.RemoveMark, marking.remove_mark),
    (act.ClearMarks, marking.clear_marks),
):
    _update.register(_act, _does)


@_on(act.SetDepth)
def _depth(action: act.SetDepth, state: State) -> State:
    return _with(state, depth=action.depth)


@_on(act.ToggleQuality)
def _quality(action: act.ToggleQuality, state: State) -> State:
    return _with(state, qualities=_toggled(state.qualities, action.quality, action.on))


@_on(act.ToggleClue)
def _clue(action: act.ToggleClue, state: State) -> State:
    return _with(state, clues=_toggled(state.clues, action.clue, action.on))


@_on(act.ToggleFlag)
def _flag(action: act.ToggleFlag, state: State) -> State:
    return _with(state, flags=_toggled(state.flags, action.flag, action.on))


@_on(act.ToggleUnrelieved)
def _unrelieved(action: act.ToggleUnrelieved, state: State) -> State:
    return _with(state, unrelieved=_toggled(state.unrelieved, action.block, action.on))


@_on(act.ChooseSide)
def _side(action: act.ChooseSide, state: State) -> State:
    if action.side == state.side:
        return state
    # The camera goes over to the same block on the other side; without a block it stays where it is.
    pose = _posed(state, None, (state.block,)) if state.block else state.pose
    return _with(state, side=action.side, pose=pose)


@_on(act.ChooseBlock)
def _block(action: act.ChooseBlock, state: State) -> State:
    if action.block == state.block:
        return state
    pose = _posed(state, None, (action.block,)) if action.block else state.pose
    return _with(state, block=action.block, target=None, pose=pose)


@_on(act.ChooseTarget)
def _target(action: act.ChooseTarget, state: State) -> State:
    if state.block is None:
        raise BadAction("a target needs a chosen block")
    return _with(state, target=action.target, pose=_posed(state, None, (state.block,)))


@_on(act.SelectStructures)
def _select(action: act.SelectStructures, state: State) -> State:
    # What is clicked now is what the user looks at: it takes the place of a territory asked for earlier.
    state = _with(state, territory=None, traced=None) if action.structures else state
    if not action.add:
        return _with(state, selected=_joined((), action.structures))
    if action.structures and all(name in state.selected for name in action.structures):
        return _with(state, selected=_without(state.selected, action.structures))
    return _with(state, selected=_joined(state.selected, action.structures))


@_on(act.ShowTerritory)
def _territory(action: act.ShowTerritory, state: State) -> State:
    return _with(state, territory=action.territory)


@_on(act.SetLayer)
def _layer(action: act.SetLayer, state: State) -> State:
    if not (isfinite(action.opacity) and 0.0 <= action.opacity <= 1.0):
        raise BadAction(f"opacity {action.opacity:g} does not lie between 0 and 1")
    looks = tuple(
        msgspec.structs.replace(look, visible=action.visible, opacity=float(action.opacity))
        if look.layer == action.layer
        else look
        for look in state.layers
    )
    return _with(state, layers=looks)


@_on(act.GoTo)
def _go_to(action: act.GoTo, state: State) -> State:
    if not action.structures:
        return state
    names = _joined((), action.structures)
    return _with(
        _shown(state, names), selected=names, territory=None, traced=None, pose=_posed(state, None, names)
    )


def _shown(state: State, names: tuple[str, ...]) -> State:
    return _with(
        state,
        hidden=_without(state.hidden, names),
        faded=_without(state.faded, names),
        isolated=_joined(state.isolated, names) if state.isolated else (),
    )


@_on(act.ShowStructures)
def _show(action: act.ShowStructures, state: State) -> State:
    return _shown(state, action.structures)


@_on(act.HideStructures)
def _hide(action: act.HideStructures, state: State) -> State:
    return _with(
        state,
        hidden=_joined(state.hidden, action.structures),
        selected=_without(state.selected, action.structures),
    )


@_on(act.FadeStructures)
def _fade(action: act.FadeStructures, state: State) -> State:
    if action.structures and all(name in state.faded for name in action.structures):
        return _with(state, faded=_without(state.faded, action.structures))
    return _with(state, faded=_joined(state.faded, action.structures))


@_on(act.IsolateStructures)
def _isolate(action: act.IsolateStructures, state: State) -> State:
    only = _joined((), action.structures)
    return _with(state, isolated=only, hidden=_without(state.hidden, only))


@_on(act.ChooseVariant)
def _variant(action: act.ChooseVariant, state: State) -> State:
    others = tuple(choice for choice in state.variants if choice.group != action.group)
    chosen = () if action.variant is None else (VariantChoice(action.group, action.variant),)
    return _with(state, variants=(*others, *chosen))


@_on(act.ShowAll)
def _show_all(action: act.ShowAll, state: State) -> State:
    return _with(state, hidden=(), faded=(), isolated=(), section=None)


@_on(act.RequestView)
def _view(action: act.RequestView, state: State) -> State:
    return _with(state, pose=_posed(state, action.view, ()))


@_on(act.FocusOn)
def _focus(action: act.FocusOn, state: State) -> State:
    return _with(state, pose=_posed(state, action.view, _joined((), action.ids)))


def checked_point(point_lps: PointLps) -> PointLps:
    """The point itself; BadAction unless it lies in the reach of a body."""
    if not all(isfinite(x) and abs(x) <= REACH_MM for x in point_lps):
        raise BadAction("a point lies outside the body")
    x, y, z = (float(part) for part in point_lps)
    return x, y, z


def checked_section(section: Section) -> Section:
    """The section itself; BadAction when its place or its points are not those of a body."""
    if not (isfinite(section.at_mm) and abs(section.at_mm) <= REACH_MM):
        raise BadAction(f"a cut at {section.at_mm:g} mm does not meet the body")
    for point in section.points_lps:
        checked_point(point)
    if len(section.points_lps) > 3 or (section.points_lps and section.axis != "points"):
        raise BadAction("a cutting plane goes through three points")
    if len(section.points_lps) == 3 and normal_of_points(section.points_lps) is None:
        raise BadAction("the three points lie in one line: pick one beside it")
    return section


@_on(act.ChooseSource)
def _source(action: act.ChooseSource, state: State) -> State:
    if action.source is None:
        return _with(state, source=None)
    framed = _joined(action.joint, action.nerves)
    pose = _posed(state, "posterior", framed) if framed else state.pose
    return _with(
        _shown(state, framed),
        source=action.source,
        selected=action.joint,
        block=None,
        target=None,
        territory=None,
        traced=None,
        pose=pose,
    )


@_on(act.LayOver)
def _lay_over(action: act.LayOver, state: State) -> State:
    return _with(state, over=action.territory)


@_on(act.TraceSkin)
def _trace(action: act.TraceSkin, state: State) -> State:
    return _with(state, traced=checked_point(action.point_lps) if action.point_lps is not None else None)


@_on(act.SetSection)
def _section(action: act.SetSection, state: State) -> State:
    if action.section is None:
        return _with(state, section=None)
    section = checked_section(action.section)
    pose = _posed(state, facing_view(section), ()) if action.facing else state.pose
    return _with(state, section=section, pose=pose)


@_on(act.PickSectionPoint)
def _pick(action: act.PickSectionPoint, state: State) -> State:
    now = state.section
    goes_on = now is not None and now.axis == "points" and len(now.points_lps) < 3
    points = now.points_lps if now is not None and goes_on else ()
    section = Section("points", points_lps=(*points, checked_point(action.point_lps)))
    return _with(state, section=checked_section(section))


@_on(act.MeasurePoint)
def _measure(action: act.MeasurePoint, state: State) -> State:
    if len(state.ruler) >= MAX_RULER:
        raise BadAction(f"more than {MAX_RULER // 2} measures cannot be told apart: clear them first")
    return _with(state, ruler=(*state.ruler, checked_point(action.point_lps)))


@_on(act.ClearMeasures)
def _clear_measures(action: act.ClearMeasures, state: State) -> State:
    return _with(state, ruler=())


@_on(act.SetFace)
def _face(action: act.SetFace, state: State) -> State:
    return _with(state, face=action.face)


@_on(act.SetForm)
def _form(action: act.SetForm, state: State) -> State:
    if action.form not in FORMS:
        raise BadAction(f"the form of the body is {' or '.join(FORMS)}, not {action.form!r}")
    return _with(state, form=action.form)


@_on(act.LoadState)
def _load(action: act.LoadState, state: State) -> State:
    # A new serial, so that the camera goes where the loaded State wants it.
    pose = msgspec.structs.replace(action.state.pose, serial=state.pose.serial + 1)
    return _with(action.state, pose=pose)


@_on(act.ClearSelection)
def _clear_selection(action: act.ClearSelection, state: State) -> State:
    return _with(
        state, selected=(), block=None, target=None, territory=None, over=None, traced=None, source=None
    )
