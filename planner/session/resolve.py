"""State -> Picture, pure: what the user chose, met with the atlas.

The answer and the painted skin follow the marks and must keep up with a brush; the 3D part follows
everything else and is remembered until one of its own inputs changes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from planner.answer import Answer, BlockAnswer
from planner.atlas.forms import formed
from planner.atlas.model import Atlas, Form
from planner.case import Case, recent
from planner.fields import block_fields, numb_field
from planner.pain import pain_map, regions_under, warm_brush
from planner.ranking import answer, block_answer
from planner.risk import neighbours
from planner.session.picture import MarkedRegion, Picture, SkinPaint
from planner.session.scene import SceneInput, scene_picture
from planner.session.state import PointLps, State
from planner.session.variants import drawn as drawn_variants
from planner.space import SIDES, Side
from planner.territory import Territory, referral, territory, territory_of_nerve
from planner.trace import SkinPlace, at_skin


def case_of(state: State) -> Case:
    """The part of a State that the engine is asked about."""
    return Case(
        marks=state.marks,
        depth=state.depth,
        qualities=state.qualities,
        clues=state.clues,
        flags=state.flags,
        unrelieved=state.unrelieved,
        side=state.side,
    )


def resolve(atlas: Atlas, state: State, *, can_undo: bool = False, can_redo: bool = False) -> Picture:
    """Everything on the screen for a State whose ids the atlas knows. KeyError names an unknown id.

    The atlas is given its form here and nowhere else; whoever draws asks `formed` for the same one.
    """
    atlas = formed(atlas, state.form)
    case = case_of(state)
    given = _answered(atlas, case)
    chosen, source = _chosen(atlas, state, case, given)
    drawn = pain_map(atlas, state.marks)
    numb = _numb(atlas, state.block, source, state.side) if state.block else _nothing(atlas)
    shown = _territory(atlas, state.territory, state.selected, state.side)
    over = territory(atlas, state.over, shown.side if shown else state.side) if state.over else None
    if over is None and state.source is not None:
        over = referral(atlas, state.source, state.side)
    named = tuple((one.id, one.side) for one in (shown, over) if one is not None)
    key = (state.marks, state.block, source, state.side, shown is None, named)
    skin = SkinPaint(key, drawn.pain, drawn.deep, numb, shown, over, atlas.form)
    if len(drawn.feels) > 1:
        skin = replace(skin, feels=drawn.feels, feel=drawn.feel, deep_feel=drawn.deep_feel)
    beneath = {(load.region, load.side) for load in drawn.loads if load.deep}
    marked = tuple(
        MarkedRegion(region, side, share, weight, (region, side) in drawn.named, (region, side) in beneath)
        for region, side, share, weight in regions_under(atlas, drawn)
    )
    scene = scene_picture(
        atlas,
        SceneInput(
            block=state.block,
            source=source,
            target=state.target,
            side=state.side,
            selected=state.selected,
            layers=state.layers,
            hidden=state.hidden,
            faded=state.faded,
            isolated=state.isolated,
            variants=tuple(choice.variant for choice in drawn_variants(atlas.content, state.variants)),
            pose=state.pose,
            section=state.section,
            ruler=state.ruler,
            traced=state.traced,
            seat=state.source,
        ),
    )
    place = _place(atlas, state.traced) if state.traced is not None else None
    return Picture(state, given, chosen, skin, marked, scene, can_undo, can_redo, place)


def warming(atlas: Atlas, form: Form) -> Iterator[None]:
    """Computes what depends on the atlas alone, piece by piece: for a worker, after the first frame."""
    body = formed(atlas, form)
    warm_brush(body)
    yield
    block_fields(body)
    yield
    for block in body.content.blocks:
        for side in SIDES:
            neighbours(body, block, side)
            yield


def warm(atlas: Atlas) -> None:
    """All of `warming` at once, in the form the atlas has."""
    for _ in warming(atlas, atlas.form):
        pass


@recent(4)
def _answered(atlas: Atlas, case: Case) -> Answer:
    return answer(atlas, case)


@lru_cache(maxsize=8)
def _place(atlas: Atlas, point_lps: PointLps) -> SkinPlace | None:
    return at_skin(atlas, point_lps)


@lru_cache(maxsize=64)
def _numb(atlas: Atlas, block: str, source: str, side: Side) -> NDArray[np.float32]:
    field = numb_field(atlas, block, source, side)
    field.setflags(write=False)
    return field


@lru_cache(maxsize=4)
def _nothing(atlas: Atlas) -> NDArray[np.float32]:
    field = np.zeros(atlas.fields.vertex_count, np.float32)
    field.setflags(write=False)
    return field


@lru_cache(maxsize=6)
def _territory(atlas: Atlas, asked: str | None, selected: tuple[str, ...], side: Side) -> Territory | None:
    """What was asked for on the side being looked at, else that of the structure selected last."""
    if asked is not None:
        return territory(atlas, asked, side)
    for name in reversed(selected):
        structure = atlas.content.structures[name]
        ident = territory_of_nerve(atlas.content, structure.nerve) if structure.nerve else None
        if ident is not None:
            return territory(atlas, ident, side if structure.side == "midline" else structure.side)
    return None


def _chosen(atlas: Atlas, state: State, case: Case, given: Answer) -> tuple[BlockAnswer | None, str]:
    """The chosen block on the side being looked at, with its rank and neighbours, and the source it tests.

    Marks on the other side never move it: then it says that it covers nothing here.
    """
    if state.block is None:
        return None, ""
    entry, source = block_answer(atlas, case, state.block, state.side)
    listed = next((other for other in (*given.blocks, *given.withheld) if other.id == state.block), None)
    withheld = listed.withheld if listed else ""
    if given.outcome == "urgent_evaluation":
        withheld = given.alerts[0].text
    near = neighbours(atlas, state.block, state.side, state.target)
    return replace(entry, rank=listed.rank if listed else 0, neighbours=near, withheld=withheld), source
