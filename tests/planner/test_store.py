"""History, subscribers and refusals of the store."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_atlas import small_atlas

from planner.atlas.model import Atlas
from planner.session import actions as act
from planner.session.ids import UnknownId
from planner.session.picture import Picture
from planner.session.state import PointLps, PoseRequest, RegionMark, State
from planner.session.store import MAX_STEPS, Store
from planner.session.update import BadAction

HERE: PointLps = (60.0, -91.0, 0.0)
acts = st.one_of(
    st.builds(
        act.MarkRegion, st.sampled_from(("top", "middle", "inside")), st.sampled_from(("left", "right"))
    ),
    st.builds(act.UnmarkRegion, st.just("top"), st.just("left")),
    st.builds(act.PaintStroke, st.just((HERE,)), st.just(30.0), continues=st.booleans()),
    st.builds(act.ToggleFlag, st.sampled_from(("alarm", "thin_blood")), st.booleans()),
    st.builds(act.ChooseBlock, st.sampled_from(("high_block", "broad_block", None))),
    st.builds(act.SetLayer, st.just("bone"), st.booleans(), st.just(0.5), continues=st.booleans()),
    st.builds(act.RequestView, st.sampled_from(("left", "anterior"))),
    st.builds(act.HideStructures, st.just(("vessel_left",))),
    st.just(act.ClearMarks()),
)


def stepped(store: Store) -> int:
    """How many steps can be undone; leaves the store at its beginning."""
    count = 0
    while store.picture.can_undo:
        store.dispatch(act.Undo())
        count += 1
    return count


def test_that_a_new_store_shows_the_given_state(small: Atlas) -> None:
    store = Store(small, State(marks=(RegionMark("top", "left"),)))
    assert store.picture.answer.blocks
    assert not store.picture.can_undo and not store.picture.can_redo
    assert Store(small).state == State()


def test_that_every_kind_of_act_is_undone_and_redone(small: Atlas) -> None:
    store = Store(small)
    states = [store.state]
    for action in (
        act.MarkRegion("top", "left"),
        act.ChooseBlock("high_block"),
        act.SetLayer("bone", False, 1.0),
        act.RequestView("left"),
        act.HideStructures(("vessel_left",)),
        act.SetFace("study"),
    ):
        store.dispatch(action)
        states.append(store.state)
    for expected in states[-2::-1]:
        store.dispatch(act.Undo())
        assert store.state == expected
    for expected in states[1:]:
        assert store.picture.can_redo
        store.dispatch(act.Redo())
        assert store.state == expected
    assert not store.picture.can_redo


def test_that_one_drag_is_one_step(small: Atlas) -> None:
    store = Store(small)
    for k in range(20):
        store.dispatch(act.PaintStroke(((60.0, -91.0, float(k)),), 20.0, continues=k > 0))
    assert len(store.state.marks) == 1
    store.dispatch(act.PaintStroke((HERE,), 20.0))  # a second drag
    assert stepped(store) == 2


def test_that_a_slider_drag_is_one_step_for_each_layer(small: Atlas) -> None:
    store = Store(small)
    for layer in ("bone", "skin"):
        for k in range(1, 10):
            store.dispatch(act.SetLayer(layer, True, k / 20, continues=k > 1))  # type: ignore[arg-type]
    assert stepped(store) == 2


def test_that_an_undo_ends_the_drag(small: Atlas) -> None:
    store = Store(small)
    store.dispatch(act.PaintStroke((HERE,), 20.0))
    store.dispatch(act.Undo())
    store.dispatch(act.PaintStroke((HERE,), 20.0, continues=True))
    store.dispatch(act.Undo())
    assert store.state == State()


def test_that_a_new_act_forgets_what_could_be_redone(small: Atlas) -> None:
    store = Store(small)
    store.dispatch(act.MarkRegion("top", "left"))
    store.dispatch(act.Undo())
    store.dispatch(act.MarkRegion("middle", "left"))
    store.dispatch(act.Redo())
    assert store.state.marks == (RegionMark("middle", "left"),)


def test_that_subscribers_hear_once_per_change(small: Atlas) -> None:
    store, heard = Store(small), list[Picture]()
    stop = store.subscribe(heard.append)
    store.dispatch(act.MarkRegion("top", "left"))
    store.dispatch(act.MarkRegion("top", "left"))  # changes nothing
    store.dispatch(act.Redo())  # nothing to redo
    assert [picture.state for picture in heard] == [store.state]
    assert heard[0] is store.picture
    stop()
    stop()
    store.dispatch(act.ClearMarks())
    assert len(heard) == 1


def test_that_an_act_of_a_subscriber_waits_its_turn(small: Atlas) -> None:
    store, heard = Store(small), list[tuple[str, int]]()

    def answering(picture: Picture) -> None:
        heard.append(("first", len(picture.state.marks)))
        if len(picture.state.marks) == 1:
            store.dispatch(act.MarkRegion("middle", "left"))

    store.subscribe(answering)
    store.subscribe(lambda picture: heard.append(("second", len(picture.state.marks))))
    store.dispatch(act.MarkRegion("top", "left"))
    assert heard == [("first", 1), ("second", 1), ("first", 2), ("second", 2)]


@pytest.mark.parametrize(
    ("action", "nearest"),
    [
        (act.MarkRegion("topp", "left"), "top"),
        (act.UnmarkRegion("midle", "left"), "middle"),
        (act.ToggleQuality("burnin", True), "burning"),
        (act.ToggleClue("rootsign", True), "root_sign"),
        (act.ToggleFlag("alarmed", True), "alarm"),
        (act.ChooseBlock("high"), "high_block"),
        (act.ChooseTarget("target_high_block"), "unknown target"),
        (act.SelectStructures(("vessel",)), "vessel_left"),
        (act.HideStructures(("vessel",)), "vessel_left"),
        (act.FadeStructures(("vessel",)), "vessel_left"),
        (act.IsolateStructures(("vessel",)), "vessel_left"),
        (act.FocusOn(("target_high_blok_left",)), "target_high_block_left"),
        (act.LoadState(State(block="broad")), "broad_block"),
        (act.LoadState(State(clues=("rootsign",))), "root_sign"),
        (act.LoadState(State(block="high_block", target="target_x")), "target_high_block"),
        (act.LoadState(State(pose=PoseRequest(0, None, ("nowhere",)))), "unknown focus"),
    ],
)
def test_that_an_unknown_id_is_refused_with_its_nearest(
    small: Atlas, action: act.Action, nearest: str
) -> None:
    store = Store(small)
    with pytest.raises(UnknownId, match=nearest):
        store.dispatch(action)
    assert store.state == State() and not store.picture.can_undo
    store.dispatch(act.MarkRegion("top", "left"))  # and the store goes on working
    assert store.picture.can_undo


def test_that_a_bad_number_is_refused_and_nothing_moves(small: Atlas) -> None:
    store = Store(small)
    with pytest.raises(BadAction):
        store.dispatch(act.MarkRegion("top", "left", 99.0))
    assert store.state == State()
    with pytest.raises(UnknownId):
        Store(small, State(block="no_block"))


def test_that_a_known_target_and_focus_are_taken(small: Atlas) -> None:
    store = Store(small)
    store.dispatch(act.ChooseBlock("high_block"))
    store.dispatch(act.ChooseTarget("target_high_block"))
    store.dispatch(act.FocusOn(("vessel_left", "target_high_block_left")))
    assert store.state.target == "target_high_block"


def test_that_the_past_is_bounded(small: Atlas) -> None:
    store = Store(small)
    for k in range(MAX_STEPS + 20):
        store.dispatch(act.ToggleFlag("half_one", k % 2 == 0))
    assert stepped(store) == MAX_STEPS


@settings(max_examples=15, deadline=None)
@given(st.lists(acts, max_size=12))
def test_that_undoing_all_steps_gives_back_each_state(actions: list[act.Action]) -> None:
    store = Store(small_atlas())
    seen = [store.state]
    for action in actions:
        before = store.state
        store.dispatch(action)
        if store.state != before:
            if getattr(action, "continues", False) and len(store._past) < len(seen):
                seen[-1] = store.state
            else:
                seen.append(store.state)
    for expected in seen[-2::-1]:
        store.dispatch(act.Undo())
        assert store.state == expected
    assert not store.picture.can_undo
