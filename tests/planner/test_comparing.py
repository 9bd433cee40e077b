"""What stands beside a ranking: moves, branch against plexus, portraits, plain words, blocks done before."""

from __future__ import annotations

import numpy as np
import pytest

from planner.answer import Answer, BlockAnswer
from planner.atlas.forms import formed
from planner.atlas.model import Atlas
from planner.case import Case, RegionMark
from planner.moves import Move, moves
from planner.pair import branch_and_plexus
from planner.plain_words import PlainWords
from planner.portraits import portraits
from planner.ranking import answer
from planner.session import actions as act
from planner.session.ids import UnknownId
from planner.session.resolve import case_of, resolve
from planner.session.scene_file import SceneFault, decode, encode
from planner.session.state import State
from planner.session.store import Store

OUTER_THIGH = (RegionMark("thigh_lat_mid", "left"),)
WIDE = (*OUTER_THIGH, RegionMark("groin_crease", "left"), RegionMark("thigh_med_mid", "left"))


def listed(*names: str) -> Answer:
    """An answer that lists these blocks in this order."""
    entries = (
        BlockAnswer(name, rank, "left", 0.5, 0.5, 0.0, 0.0, (), (), ())
        for rank, name in enumerate(names, start=1)
    )
    return Answer("compare", (), tuple(entries))


# -- moves -------------------------------------------------------------------------------------------


def test_that_nothing_moves_where_nothing_was_listed_or_nothing_changed() -> None:
    assert moves(Answer("compare"), listed("a", "b")) == ()
    assert moves(listed("a", "b"), Answer("compare")) == ()
    assert moves(listed("a", "b"), listed("a", "b")) == ()


def test_that_the_leader_that_fell_is_named_first_and_then_what_climbed() -> None:
    assert moves(listed("a", "b", "c"), listed("c", "a", "b")) == (Move("a", 1, 2), Move("c", 3, 1))


def test_that_new_and_lost_blocks_are_told_and_far_places_are_not() -> None:
    before, after = listed("a", "b"), listed("a", "d")
    assert set(moves(before, after)) == {Move("d", 0, 2), Move("b", 2, 0)}
    many = [f"n{k}" for k in range(9)]
    assert moves(listed(*many), listed(*many[:7], many[8], many[7])) == ()


# -- branch and plexus -------------------------------------------------------------------------------


def test_that_one_branch_that_explains_the_map_stands_before_the_plexus_with_the_reason(atlas: Atlas) -> None:
    pair = branch_and_plexus(atlas.content, answer(atlas, Case(marks=OUTER_THIGH)))
    assert pair is not None and pair.branch_first
    assert (pair.branch.id, pair.plexus.id) == ("lfcn", "lumbar_plexus")
    assert pair.reason is not None and pair.reason.by == "plexus_when_branch_explains"


def test_that_overlapping_branches_speak_for_the_plexus(atlas: Atlas) -> None:
    pair = branch_and_plexus(atlas.content, answer(atlas, Case(marks=WIDE)))
    assert pair is not None and pair.reason is not None
    assert pair.reason.by == "plexus_per_further_branch"
    assert pair.branch_first == (pair.branch.rank < pair.plexus.rank)


def test_that_a_plexus_that_is_kept_back_stands_behind_its_branch(atlas: Atlas) -> None:
    given = answer(atlas, Case(marks=WIDE, flags=("anticoagulant_not_held",)))
    assert "lumbar_plexus" in [entry.id for entry in given.withheld]
    pair = branch_and_plexus(atlas.content, given)
    assert pair is not None and pair.branch_first


def test_that_where_every_block_is_kept_back_nothing_is_placed_first(atlas: Atlas) -> None:
    given = answer(atlas, Case(marks=WIDE, clues=("widespread_pain",)))
    assert given.blocks == () and len(given.withheld) > 2
    assert branch_and_plexus(atlas.content, given) is None


def test_that_without_a_plexus_that_covers_there_is_no_pair(atlas: Atlas) -> None:
    assert branch_and_plexus(atlas.content, listed()) is None
    alone = answer(atlas, Case(marks=(RegionMark("foot_sole", "left"),)))
    assert branch_and_plexus(atlas.content, alone) is None


# -- portraits ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("side", ["left", "right"])
def test_that_a_portrait_shows_the_numbness_that_the_chosen_block_paints(atlas: Atlas, side: str) -> None:
    state = State(marks=(RegionMark("thigh_lat_mid", side),), side=side, block="lfcn")  # type: ignore[arg-type]
    picture = resolve(atlas, state)
    body = formed(atlas, state.form)
    found = {one.block: one for one in portraits(body, case_of(state), picture.answer.blocks)}
    assert set(found) == {entry.id for entry in picture.answer.blocks}
    assert np.array_equal(found["lfcn"].numb, picture.skin.numb)
    assert picture.chosen is not None and found["lfcn"].near == picture.chosen.neighbours
    numb_there = found["lfcn"].numb[atlas.fields.side == (1 if side == "left" else -1)].sum()
    assert numb_there == pytest.approx(found["lfcn"].numb.sum(), rel=0.01)


# -- plain words -------------------------------------------------------------------------------------


def test_that_every_alert_of_the_content_has_plain_words(atlas: Atlas) -> None:
    content, plain = atlas.content, PlainWords(atlas.content)
    spine = (RegionMark("lumbar_para_L4", "left"),)
    cases = [Case(marks=spine, flags=(flag,)) for flag in content.flags]
    cases += [Case(marks=spine, clues=(clue,)) for clue in content.clues]
    seen = {alert.text: alert for case in cases for alert in answer(atlas, case).alerts}
    assert len(seen) > 20
    for alert in seen.values():
        assert plain.of_alert(alert) != alert.text, alert.id


def test_that_what_keeps_a_block_back_is_said_plainly_and_the_unknown_as_it_is(atlas: Atlas) -> None:
    plain = PlainWords(atlas.content)
    given = answer(atlas, Case(marks=WIDE, flags=("anticoagulant_not_held",)))
    flag = atlas.content.flags["anticoagulant_not_held"]
    deep = [e for e in given.withheld if atlas.content.blocks[e.id].bleeding_class == "deep"]
    assert deep and {plain.of(entry.withheld) for entry in deep} == {flag.text_plain}
    assert plain.of("Never written anywhere.") == "Never written anywhere."


def test_that_half_of_a_warning_asks_for_the_other_half_plainly(atlas: Atlas) -> None:
    content = atlas.content
    flag = next(flag for flag in content.flags.values() if flag.with_flags)
    alert = next(a for a in answer(atlas, Case(flags=(flag.id,))).alerts if a.id == f"reassess:{flag.id}")
    said = PlainWords(content).of_alert(alert)
    assert flag.plain[1:] in said and content.flags[flag.with_flags[0]].plain in said


# -- blocks done before ------------------------------------------------------------------------------


def test_that_a_block_done_without_relief_goes_down_and_undo_brings_it_back(atlas: Atlas) -> None:
    store = Store(atlas, State(marks=OUTER_THIGH))
    first = store.picture.answer.blocks[0].id
    store.dispatch(act.ToggleUnrelieved(first, True))
    assert store.state.unrelieved == (first,)
    assert store.picture.answer.blocks[0].id != first
    reasons = next(entry for entry in store.picture.answer.blocks if entry.id == first).reasons
    assert "tried_without_relief" in [reason.by for reason in reasons]
    store.dispatch(act.Undo())
    assert store.picture.answer.blocks[0].id == first
    store.dispatch(act.ToggleUnrelieved(first, True))
    store.dispatch(act.ToggleUnrelieved(first, False))
    assert store.state.unrelieved == ()


def test_that_blocks_done_before_are_kept_in_a_file_and_unknown_ones_refused(atlas: Atlas) -> None:
    state = State(unrelieved=("lfcn", "femoral"))
    assert decode(encode(state, "x"), atlas.content).state == state
    with pytest.raises(UnknownId):
        Store(atlas).dispatch(act.ToggleUnrelieved("lfcm", True))
    with pytest.raises(SceneFault, match="unknown block"):
        decode(encode(State(unrelieved=("lfcm",)), "x"), atlas.content)
    with pytest.raises(SceneFault, match="twice"):
        decode(encode(State(unrelieved=("lfcn", "lfcn")), "x"), atlas.content)
