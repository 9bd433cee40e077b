"""Laws that every answer of the bundled atlas keeps, whatever is marked and told."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.answer import Answer
from planner.atlas.load import load_atlas
from planner.atlas.model import Atlas
from planner.case import Case, Mark, RegionMark, Stroke
from planner.coverage import judge
from planner.explaining import explained
from planner.pain import pain_map
from planner.ranking import answer
from planner.space import other_side

ATLAS: Atlas = load_atlas(Path(str(files("assets"))))
CONTENT = ATLAS.content
RED = [f.id for f in CONTENT.flags.values() if f.effect == "urgent_evaluation" and not f.with_flags]

weights = st.floats(1.0, 5.0).map(lambda weight: round(weight, 1))
marks_of = st.lists(
    st.builds(
        RegionMark, st.sampled_from(list(CONTENT.regions)), st.sampled_from(("left", "right")), weights
    ),
    unique_by=lambda mark: (mark.region, mark.side),
    min_size=1,
    max_size=5,
).map(tuple)
some_clues = st.sets(st.sampled_from(list(CONTENT.clues)), max_size=3).map(tuple)
some_qualities = st.sets(st.sampled_from(list(CONTENT.qualities)), max_size=2).map(tuple)
cautions = [f.id for f in CONTENT.flags.values() if f.kind == "caution"]
some_flags = st.sets(st.sampled_from(cautions), max_size=2).map(tuple)
cases = st.builds(
    Case,
    marks=marks_of,
    depth=st.sampled_from(("skin", "deep", "mixed")),
    qualities=some_qualities,
    clues=some_clues,
    flags=some_flags,
)


def told(given: Answer) -> list[tuple[str, float, float]]:
    entries = (*given.blocks, *given.withheld)
    return [(entry.id, entry.score, entry.covered) for entry in entries]


@settings(max_examples=40, deadline=None)
@given(marks=marks_of, more=marks_of)
def test_that_more_marks_never_lower_a_covered_area(
    marks: tuple[Mark, ...], more: tuple[RegionMark, ...]
) -> None:
    taken = {(mark.region, mark.side) for mark in marks if isinstance(mark, RegionMark)}
    added = tuple(mark for mark in more if (mark.region, mark.side) not in taken)
    before, after = (
        {(j.route, j.side): j.covered_cm2 for j in judge(ATLAS, pain_map(ATLAS, of))}
        for of in (marks, (*marks, *added))
    )
    assert all(after[key] >= area - 1e-2 for key, area in before.items())


@settings(max_examples=40, deadline=None)
@given(case=cases)
def test_that_the_mirrored_map_has_the_mirrored_answer(case: Case) -> None:
    marks = tuple(
        RegionMark(m.region, other_side(m.side), m.weight) for m in case.marks if isinstance(m, RegionMark)
    )
    mirrored = Case(
        marks=marks,
        depth=case.depth,
        qualities=case.qualities,
        clues=case.clues,
        flags=case.flags,
        side=other_side(case.side),
    )
    here, there = (answer(ATLAS, one) for one in (case, mirrored))
    assert here.outcome == there.outcome and here.alerts == there.alerts
    # Fields are stored for the left side alone; areas of left and right differ by rounding.
    ours, theirs = ({name: (score, covered) for name, score, covered in told(one)} for one in (here, there))
    assert ours.keys() == theirs.keys()
    assert all(ours[name] == pytest.approx(theirs[name], abs=2e-3) for name in ours)
    sides = {entry.id: entry.side for entry in (*there.blocks, *there.withheld)}
    for entry in (*here.blocks, *here.withheld):
        if not CONTENT.blocks[entry.id].midline:
            assert sides[entry.id] == other_side(entry.side)


@settings(max_examples=40, deadline=None)
@given(case=cases, factor=st.sampled_from((0.5, 1.5, 2.0)))
def test_that_scaling_all_weights_changes_nothing(case: Case, factor: float) -> None:
    marks = tuple(
        RegionMark(m.region, m.side, m.weight * factor) for m in case.marks if isinstance(m, RegionMark)
    )
    scaled = Case(marks=marks, depth=case.depth, qualities=case.qualities, clues=case.clues, flags=case.flags)
    here, there = answer(ATLAS, case), answer(ATLAS, scaled)
    assert here.outcome == there.outcome
    for one, other in zip(told(here), told(there), strict=True):
        assert one[0] == other[0] and one[1:] == pytest.approx(other[1:], abs=2e-4)


@settings(max_examples=20, deadline=None)
@given(clues=some_clues, qualities=some_qualities, flags=some_flags)
def test_that_an_unmarked_map_ranks_nothing(
    clues: tuple[str, ...], qualities: tuple[str, ...], flags: tuple[str, ...]
) -> None:
    case = Case(clues=clues, qualities=qualities, flags=flags)
    found = explained(ATLAS, case, answer(ATLAS, case))
    assert (found.blocks, found.withheld, found.nerves, found.generators) == ((), (), (), ())
    assert found.origin is None and found.changes == ()


@settings(max_examples=40, deadline=None)
@given(case=cases, flag=st.sampled_from(RED))
def test_that_a_red_flag_always_interrupts(case: Case, flag: str) -> None:
    found = answer(
        ATLAS, Case(marks=case.marks, depth=case.depth, clues=case.clues, flags=(*case.flags, flag))
    )
    assert found.outcome == "urgent_evaluation"
    assert found.blocks == () and found.withheld == ()
    assert f"red_flag:{flag}" in {alert.id for alert in found.alerts}


@settings(max_examples=30, deadline=None)
@given(case=cases, seed=st.randoms(use_true_random=False))
def test_that_the_order_of_marks_and_history_is_irrelevant(case: Case, seed: object) -> None:
    marks, clues = list(case.marks), list(case.clues)
    seed.shuffle(marks)  # type: ignore[attr-defined]
    seed.shuffle(clues)  # type: ignore[attr-defined]
    again = Case(
        marks=tuple(marks), depth=case.depth, qualities=case.qualities, clues=tuple(clues), flags=case.flags
    )
    here, there = answer(ATLAS, case), answer(ATLAS, again)
    assert (here.outcome, told(here)) == (there.outcome, told(there))
    assert {alert.id for alert in here.alerts} == {alert.id for alert in there.alerts}


@settings(max_examples=15, deadline=None)
@given(case=cases)
def test_that_every_answer_explains_itself(case: Case) -> None:
    found = explained(ATLAS, case, answer(ATLAS, case), with_changes=False)
    assert found == explained(ATLAS, case, answer(ATLAS, case), with_changes=False)
    for entry in (*found.blocks, *found.withheld):
        low, high = entry.covered_range or (-1.0, -1.0)
        assert 0.0 <= low <= high <= 1.0
        assert entry.reasons[0].text.startswith("Covers") and all(reason.sources for reason in entry.reasons)
        marked = {(mark.region, mark.side) for mark in case.marks if isinstance(mark, RegionMark)}
        assert all((left.region, left.side) in marked for left in entry.uncovered)
    assert all(reason.sources for reason in found.origin.reasons) if found.origin else True


def test_that_painted_skin_is_explained_as_named_regions_are() -> None:
    own = ATLAS.fields.vertices_of("thigh_lat_mid", "left")
    points = ATLAS.meshes.full["skin"].points_lps[own][:: max(1, len(own) // 60)]
    strokes = tuple(Stroke((tuple(map(float, point)),), 25.0) for point in points)  # type: ignore[arg-type]
    case = Case(marks=strokes)
    found = explained(ATLAS, case, answer(ATLAS, case))
    assert found.blocks[0].id == "lfcn" and found.changes
    low, high = found.blocks[0].covered_range or (0.0, 0.0)
    assert low < found.blocks[0].covered < high
    assert found.origin and found.origin.nerve and "lfcn" in found.origin.nerve.id
