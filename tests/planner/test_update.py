"""What each act means."""

from __future__ import annotations

import pytest

from planner.session import actions as act
from planner.session.state import LayerLook, PointLps, PoseRequest, RegionMark, State, Stroke
from planner.session.update import BadAction, update

HERE: PointLps = (10.0, -5.0, 3.0)
THERE: PointLps = (12.0, -5.0, 3.0)


def after(*actions: act.Action, state: State | None = None) -> State:
    """The State after several acts."""
    now = state or State()
    for action in actions:
        now = update(now, action)
    return now


def test_that_marking_a_region_twice_keeps_one_mark() -> None:
    state = after(
        act.MarkRegion("top", "left"), act.MarkRegion("low", "left"), act.MarkRegion("top", "left", 3.0)
    )
    assert state.marks == (RegionMark("low", "left"), RegionMark("top", "left", 3.0))
    assert after(act.MarkRegion("top", "left", 3.0), state=state) == state


def test_that_marking_again_over_a_stroke_puts_the_region_on_top() -> None:
    state = after(act.MarkRegion("top", "left"), act.PaintStroke((HERE,), 9.0), act.MarkRegion("top", "left"))
    assert isinstance(state.marks[0], Stroke) and state.marks[1] == RegionMark("top", "left")


def test_that_unmarking_takes_one_side_away() -> None:
    state = after(
        act.MarkRegion("top", "left"), act.MarkRegion("top", "right"), act.UnmarkRegion("top", "left")
    )
    assert state.marks == (RegionMark("top", "right"),)


@pytest.mark.parametrize("weight", [0.0, -1.0, 10.5, float("nan"), float("inf")])
def test_that_a_weight_out_of_range_is_refused(weight: float) -> None:
    with pytest.raises(BadAction, match="weight"):
        after(act.MarkRegion("top", "left", weight))


def test_that_the_first_mark_turns_the_side_and_later_ones_do_not() -> None:
    state = after(act.MarkRegion("top", "right"))
    assert state.side == "right"
    assert after(act.MarkRegion("top", "left"), state=state).side == "right"
    assert after(act.PaintStroke(((-5.0, 0.0, 0.0),), 9.0)).side == "right"


def test_that_a_chosen_block_keeps_its_side() -> None:
    state = after(act.ChooseBlock("lfcn"), act.MarkRegion("top", "right"))
    assert state.side == "left"


def test_that_a_drag_grows_one_stroke() -> None:
    state = after(
        act.PaintStroke((HERE,), 9.0), act.PaintStroke((HERE, THERE), 9.0, continues=True)
    )  # the whole path again
    assert state.marks == (Stroke((HERE, THERE), 9.0, form="neutral"),)
    state = after(act.PaintStroke((THERE, HERE), 9.0, continues=True), state=state)  # joined at its end
    assert state.marks == (Stroke((HERE, THERE, HERE), 9.0, form="neutral"),)
    state = after(act.PaintStroke(((1.0, 1.0, 1.0),), 9.0, continues=True), state=state)  # new points alone
    assert state.marks == (Stroke((HERE, THERE, HERE, (1.0, 1.0, 1.0)), 9.0, form="neutral"),)


def test_that_the_pressure_of_a_pen_grows_with_its_stroke() -> None:
    state = after(
        act.PaintStroke((HERE,), 9.0, shares=(0.5,)),
        act.PaintStroke((HERE, THERE), 9.0, continues=True, shares=(0.5, 0.8)),
    )
    assert state.marks == (Stroke((HERE, THERE), 9.0, form="neutral", shares=(0.5, 0.8)),)
    state = after(act.PaintStroke((THERE, HERE), 9.0, continues=True, shares=(0.8, 1.5)), state=state)
    assert state.marks == (Stroke((HERE, THERE, HERE), 9.0, form="neutral", shares=(0.5, 0.8, 1.5)),)
    for shares in ((), (0.5,), (0.4, 0.5), (float("nan"), 1.0)):
        if shares:
            with pytest.raises(BadAction, match="share"):
                after(act.PaintStroke((HERE, THERE), 9.0, shares=shares))
        else:  # a mouse goes on where a pen began: another brush
            assert len(after(act.PaintStroke((HERE,), 9.0, continues=True), state=state).marks) == 2


def test_that_another_brush_begins_another_stroke() -> None:
    state = after(act.PaintStroke((HERE,), 9.0), act.PaintStroke((THERE,), 5.0, continues=True))
    assert len(state.marks) == 2
    assert len(after(act.PaintStroke((THERE,), 9.0), state=state).marks) == 3
    assert (
        len(after(act.MarkRegion("top", "left"), act.PaintStroke((THERE,), 9.0, continues=True)).marks) == 2
    )


def test_that_an_empty_stroke_or_erasing_nothing_changes_nothing() -> None:
    assert after(act.PaintStroke((), 9.0)) == State()
    assert after(act.PaintStroke((HERE,), 9.0, erase=True)) == State()


@pytest.mark.parametrize(
    "stroke",
    [
        act.PaintStroke((HERE,), 0.0),
        act.PaintStroke((HERE,), 1e6),
        act.PaintStroke((HERE,), float("nan")),
        act.PaintStroke(((float("inf"), 0.0, 0.0),), 9.0),
        act.PaintStroke(((1e7, 0.0, 0.0),), 9.0),
        act.PaintStroke((HERE,), 9.0, weight=11.0),
    ],
)
def test_that_a_stroke_beyond_the_body_is_refused(stroke: act.PaintStroke) -> None:
    with pytest.raises(BadAction):
        after(stroke)


def test_that_marks_are_cleared() -> None:
    assert after(act.MarkRegion("top", "left"), act.ClearMarks()).marks == ()


def test_that_words_clues_and_flags_are_switched() -> None:
    state = after(
        act.ToggleQuality("burning", True),
        act.ToggleClue("post_tha", True),
        act.ToggleFlag("foot_drop", True),
        act.ToggleClue("trauma", True),
        act.SetDepth("mixed"),
    )
    assert (state.qualities, state.clues, state.flags) == (
        ("burning",),
        ("post_tha", "trauma"),
        ("foot_drop",),
    )
    assert state.depth == "mixed"
    assert after(act.ToggleClue("post_tha", True), state=state) == state
    assert after(act.ToggleClue("post_tha", False), state=state).clues == ("trauma",)
    assert after(act.ToggleFlag("never_set", False), state=state) == state


def test_that_choosing_a_block_asks_the_camera_for_its_target() -> None:
    state = after(act.ChooseBlock("lfcn"))
    assert (state.block, state.target) == ("lfcn", None)
    assert state.pose == PoseRequest(1, None, ("lfcn",))
    assert after(act.ChooseBlock("lfcn"), state=state) == state
    gone = after(act.ChooseBlock(None), state=state)
    assert gone.block is None and gone.pose == state.pose


def test_that_another_block_forgets_the_target() -> None:
    state = after(act.ChooseBlock("lfcn"), act.ChooseTarget("target_lfcn"))
    assert state.target == "target_lfcn" and state.pose.serial == 2
    assert after(act.ChooseBlock("femoral"), state=state).target is None


def test_that_a_target_needs_a_block() -> None:
    with pytest.raises(BadAction, match="block"):
        after(act.ChooseTarget("target_lfcn"))


def test_that_the_side_moves_the_camera_only_with_a_block() -> None:
    assert after(act.ChooseSide("left")) == State()
    state = after(act.ChooseSide("right"))
    assert state.side == "right" and state.pose == PoseRequest()
    state = after(act.ChooseBlock("lfcn"), act.ChooseSide("right"))
    assert state.pose == PoseRequest(2, None, ("lfcn",))


def test_that_selection_replaces_adds_and_takes_away() -> None:
    state = after(act.SelectStructures(("a",)), act.SelectStructures(("b", "c"), add=True))
    assert state.selected == ("a", "b", "c")
    assert after(act.SelectStructures(("b",), add=True), state=state).selected == ("a", "c")
    assert after(act.SelectStructures(("d", "d")), state=state).selected == ("d",)
    assert after(act.SelectStructures(()), state=state).selected == ()


def test_that_a_layer_changes_alone() -> None:
    state = after(act.SetLayer("bone", False, 0.5))
    assert LayerLook("bone", False, 0.5) in state.layers
    assert [look.layer for look in state.layers] == [look.layer for look in State().layers]
    with pytest.raises(BadAction, match="opacity"):
        after(act.SetLayer("bone", True, 1.5))


def test_that_hiding_fading_and_isolating_are_undone_by_show_all() -> None:
    state = after(
        act.SelectStructures(("a", "b")),
        act.HideStructures(("a",)),
        act.FadeStructures(("b",)),
        act.IsolateStructures(("a", "c")),
    )
    assert state.selected == ("b",)
    assert state.hidden == ()  # what is isolated is not hidden
    assert (state.faded, state.isolated) == (("b",), ("a", "c"))
    assert after(act.FadeStructures(("b",)), state=state).faded == ()
    shown = after(act.ShowAll(), state=state)
    assert (shown.hidden, shown.faded, shown.isolated) == ((), (), ())
    assert after(act.IsolateStructures(()), state=state).isolated == ()


def test_that_every_view_is_a_new_wish() -> None:
    state = after(act.RequestView("left"), act.RequestView("left"), act.FocusOn(("a",), "superior"))
    assert state.pose == PoseRequest(3, "superior", ("a",))


def test_that_the_face_is_set_and_a_state_is_loaded_with_a_new_pose() -> None:
    state = after(act.SetFace("study"), act.RequestView("left"))
    loaded = after(act.LoadState(State(block="lfcn", pose=PoseRequest(1, "right"))), state=state)
    assert loaded.block == "lfcn" and loaded.face == "explain"
    assert loaded.pose == PoseRequest(2, "right")


def test_that_escape_clears_selection_and_block_but_not_the_map() -> None:
    state = after(act.MarkRegion("top", "left"), act.ChooseBlock("lfcn"), act.SelectStructures(("a",)))
    cleared = after(act.ClearSelection(), state=state)
    assert (cleared.selected, cleared.block, cleared.target) == ((), None, None)
    assert cleared.marks == state.marks


def test_that_an_unknown_act_is_refused() -> None:
    with pytest.raises(BadAction, match="Undo"):
        update(State(), act.Undo())  # type: ignore[arg-type]


def test_that_going_to_a_structure_selects_shows_and_frames_it_in_one_step() -> None:
    start = State(hidden=("a", "b"), faded=("a",), isolated=("c",), territory="L4")
    after = update(start, act.GoTo(("a", "a")))
    assert (after.selected, after.hidden, after.faded, after.isolated) == (("a",), ("b",), (), ("c", "a"))
    assert after.pose.focus == ("a",) and after.pose.serial == 1 and after.territory is None
    assert update(start, act.GoTo(())) is start


def test_that_showing_structures_undoes_hiding_fading_and_leaving_out() -> None:
    start = State(hidden=("a", "b"), faded=("a",), isolated=("c",))
    after = update(start, act.ShowStructures(("a",)))
    assert (after.hidden, after.faded, after.isolated) == (("b",), (), ("c", "a"))
    assert update(State(hidden=("a",)), act.ShowStructures(("a",))) == State()
