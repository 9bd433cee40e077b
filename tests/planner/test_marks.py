"""Marks with words and depth of their own: changed, taken away, undone, saved, and heard by the answer."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest

from planner.atlas.model import Atlas
from planner.case import Case, RegionMark, Stroke
from planner.origins import deep_places
from planner.pain import pain_map, place_of, told
from planner.ranking import answer
from planner.session import actions as act
from planner.session.ids import UnknownId
from planner.session.resolve import resolve
from planner.session.scene_file import SceneFault, decode, encode
from planner.session.state import State
from planner.session.store import Store
from planner.session.update import BadAction, update

FRONT = (60.0, -91.7, 0.0)


def after(*actions: act.Action) -> State:
    state = State()
    for action in actions:
        state = update(state, action)
    return state


def test_that_the_last_mark_at_a_place_tells_how_it_feels_there(small: Atlas) -> None:
    marks = (
        RegionMark("top", "left", 6.0, ("burning",)),
        Stroke((FRONT,), 60.0, qualities=("numb", "aching")),
    )
    drawn = pain_map(small, marks)
    assert drawn.feels == ((), ("burning",), ("numb", "aching"))
    own = small.fields.vertices_of("top", "left")
    stroke = pain_map(small, marks[1:]).hurts
    assert set(drawn.feel[stroke].tolist()) == {2}
    assert set(drawn.feel[np.setdiff1d(own, stroke)].tolist()) == {1}
    assert drawn.qualities() == ("burning", "numb", "aching")


def test_that_words_of_a_mark_that_was_erased_or_painted_over_are_not_told(small: Atlas) -> None:
    over = (Stroke((FRONT,), 50.0, qualities=("burning",)), Stroke((FRONT,), 50.0, qualities=("numb",)))
    assert pain_map(small, over).qualities() == ("numb",)
    rubbed = (over[0], Stroke((FRONT,), 50.0, erase=True))
    assert pain_map(small, rubbed).qualities() == ()


def test_that_a_word_of_a_mark_counts_as_one_told_of_the_whole_pain(small: Atlas) -> None:
    quality = next(iter(small.content.qualities))
    by_mark = Case(marks=(RegionMark("top", "left", 6.0, (quality,)),))
    by_case = Case(marks=(RegionMark("top", "left", 6.0),), qualities=(quality,))
    assert answer(small, by_mark) == answer(small, by_case)
    drawn = pain_map(small, by_mark.marks)
    assert told(by_mark, drawn).qualities == (quality,)
    assert told(msgspec.structs.replace(by_mark, qualities=(quality,)), drawn).qualities == (quality,)


def test_that_an_answer_without_words_on_marks_is_the_case_itself(small: Atlas) -> None:
    case = Case(marks=(RegionMark("top", "left"),), qualities=())
    assert told(case, pain_map(small, case.marks)) is case


def test_that_an_unknown_word_on_a_mark_is_named(small: Atlas) -> None:
    with pytest.raises(KeyError, match="fizzy"):
        answer(small, Case(marks=(RegionMark("top", "left", 6.0, ("fizzy",)),)))
    store = Store(small)
    acts = (
        act.MarkRegion("top", "left", 6.0, ("fizzy",)),
        act.PaintStroke((FRONT,), 9.0, qualities=("fizzy",)),
    )
    for action in acts:
        with pytest.raises(UnknownId, match="fizzy"):
            store.dispatch(action)
    store.dispatch(act.MarkRegion("top", "left"))
    with pytest.raises(UnknownId, match="fizzy"):
        store.dispatch(act.ChangeMark(0, qualities=("fizzy",)))


def test_that_a_region_marked_deep_leaves_its_skin_alone_and_is_a_load(small: Atlas) -> None:
    drawn = pain_map(small, (RegionMark("top", "right", 6.0, deep=True),))
    assert not drawn.pain.any() and drawn.deep.max() > 0.0
    (load,) = drawn.loads
    assert (load.region, load.side, load.deep) == ("top", "right", True)
    assert answer(small, Case(marks=(RegionMark("top", "right", 6.0, deep=True),), depth="deep")).blocks


def test_that_marking_again_keeps_words_and_depth_unless_others_are_told() -> None:
    state = after(
        act.MarkRegion("top", "left", 6.0, ("burning",), deep=True), act.MarkRegion("top", "left", 2.0)
    )
    assert state.marks == (RegionMark("top", "left", 2.0, ("burning",), True),)
    state = update(state, act.MarkRegion("top", "left", 2.0, (), deep=False))
    assert state.marks == (RegionMark("top", "left", 2.0),)


def test_that_one_mark_is_changed_in_its_place_and_taken_away() -> None:
    state = after(
        act.MarkRegion("top", "left"), act.PaintStroke((FRONT,), 9.0), act.MarkRegion("low", "left")
    )
    state = update(state, act.ChangeMark(1, weight=3.0, qualities=("numb", "numb")))
    stroke = state.marks[1]
    assert isinstance(stroke, Stroke)
    assert (stroke.weight, stroke.qualities, stroke.points_lps) == (3.0, ("numb",), (FRONT,))
    state = update(state, act.RemoveMark(0))
    assert [type(mark) for mark in state.marks] == [Stroke, RegionMark]


@pytest.mark.parametrize("place", [-1, 2, 9])
def test_that_a_mark_that_is_not_there_is_refused(place: int) -> None:
    state = after(act.MarkRegion("top", "left"), act.MarkRegion("low", "left"))
    for action in (act.ChangeMark(place, weight=3.0), act.RemoveMark(place)):
        with pytest.raises(BadAction, match="no mark"):
            update(state, action)


def test_that_the_path_of_an_eraser_is_no_mark_to_change() -> None:
    state = after(act.MarkRegion("top", "left"), act.PaintStroke((FRONT,), 9.0, erase=True))
    with pytest.raises(BadAction, match="takes paint away"):
        update(state, act.ChangeMark(1, weight=3.0))


def test_that_a_slider_held_is_one_step_of_undo(small: Atlas) -> None:
    store = Store(small)
    store.dispatch(act.MarkRegion("top", "left"))
    store.dispatch(act.ChangeMark(0, weight=6.0))
    store.dispatch(act.ChangeMark(0, weight=5.0, continues=True))
    store.dispatch(act.ChangeMark(0, weight=4.0, continues=True))
    store.dispatch(act.Undo())
    assert [mark.weight for mark in store.state.marks] == [7.0]


def test_that_the_depth_goes_with_the_marks_until_somebody_says_another() -> None:
    deep = act.MarkRegion("top", "left", deep=True)
    assert after(deep).depth == "deep"
    assert after(deep, act.PaintStroke((FRONT,), 9.0)).depth == "mixed"
    assert after(deep, act.PaintStroke((FRONT,), 9.0), act.RemoveMark(0)).depth == "skin"
    assert after(deep, act.ClearMarks()).depth == "skin"
    assert after(deep, act.SetDepth("mixed"), act.MarkRegion("low", "left", deep=True)).depth == "mixed"
    assert after(act.MarkRegion("top", "left"), act.SetDepth("deep"), act.ClearMarks()).depth == "deep"


def test_that_clear_is_one_step_of_undo(small: Atlas) -> None:
    store = Store(small)
    store.dispatch(act.MarkRegion("top", "left", 4.0, deep=True))
    store.dispatch(act.PaintStroke((FRONT,), 30.0))
    before = store.state
    store.dispatch(act.ClearMarks())
    assert store.state.marks == ()
    store.dispatch(act.Undo())
    assert store.state == before


def test_that_the_picture_says_what_feels_how_and_what_lies_deep(small: Atlas) -> None:
    quality = next(iter(small.content.qualities))
    state = State(
        marks=(RegionMark("top", "left", 6.0, (quality,)), RegionMark("middle", "right", deep=True))
    )
    picture = resolve(small, state)
    assert picture.skin.feels == ((), (quality,)) and picture.skin.feel is not None
    assert [(m.side, m.deep) for m in picture.marked if m.deep] == [("right", True)]
    bare = resolve(small, State(marks=(RegionMark("top", "left"),)))
    assert bare.skin.feel is None and bare.skin.feels == ((),)


def test_that_a_scene_keeps_words_and_depth_and_refuses_unknown_or_repeated_ones(small: Atlas) -> None:
    quality = next(iter(small.content.qualities))
    state = State(
        marks=(
            RegionMark("top", "left", 6.0, (quality,), True),
            Stroke((FRONT,), 9.0, form="neutral", qualities=(quality,)),
        )
    )
    data = encode(state, small.content.sha256)
    assert decode(data, small.content).state == state
    for bad, why in (([quality, quality], "twice"), (["fizzy"], "unknown quality")):
        tree = msgspec.json.decode(data)
        tree["state"]["marks"][0]["qualities"] = bad
        with pytest.raises(SceneFault, match=why):
            decode(msgspec.json.encode(tree), small.content)


def test_that_a_scene_of_the_first_version_has_marks_without_words(small: Atlas) -> None:
    tree = msgspec.json.decode(encode(State(marks=(RegionMark("top", "left"),)), small.content.sha256))
    tree["version"] = 1
    for field in ("qualities", "deep"):
        del tree["state"]["marks"][0][field]
    state = decode(msgspec.json.encode(tree), small.content).state
    assert state.marks == (RegionMark("top", "left"),)
    assert state.form == tree["state"]["form"]


def test_that_a_mark_is_placed_in_the_region_it_covers_most(small: Atlas) -> None:
    assert place_of(small, RegionMark("top", "right")) == ("top", "right")
    row = small.fields.vertices_of("bottom", "left")
    skin = small.meshes.full["skin"].points_lps
    middle = skin[row][np.argmin(np.linalg.norm(skin[row] - skin[row].mean(axis=0), axis=1))]
    x, y, z = (float(value) for value in middle)
    assert place_of(small, Stroke(((x, y, z),), 30.0)) == ("bottom", "left")


def test_that_joints_and_levels_of_the_spine_are_places_of_deep_pain(atlas: Atlas) -> None:
    places = {place.source: place.region for place in deep_places(atlas.content)}
    for source in ("hip_joint", "knee_joint", "si_joint", "facet_L1_2", "facet_L3_4", "facet_L5_S1"):
        assert source in places
    found = {place.region for place in deep_places(atlas.content)}
    assert {name for name, region in atlas.content.regions.items() if region.deep} <= found
    assert not any(source.startswith("root_") for source in places)


@pytest.mark.parametrize(
    ("region", "block"), [("si_region", "sij_injection"), ("lumbar_para_L4", "medial_branch")]
)
def test_that_pain_deep_in_a_joint_asks_after_that_joint_first(atlas: Atlas, region: str, block: str) -> None:
    deep = update(State(), act.MarkRegion(region, "left", 7.0, deep=True))
    given = resolve(atlas, deep).answer
    listed = [entry.id for entry in (*given.blocks, *given.withheld)]
    assert listed[0] == block or block in [entry.id for entry in given.withheld]
