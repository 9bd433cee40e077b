"""What explains an answer: the part computed with every answer, and what is asked for on demand."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from planner.answer import Answer
from planner.atlas.model import Atlas
from planner.case import Case, RegionMark
from planner.changes import changes
from planner.coverage import Judged
from planner.explaining import explained
from planner.origins import origin
from planner.pain import PainMap, pain_map
from planner.ranking import answer, compared
from planner.session.actions import PaintStroke
from planner.session.resolve import case_of
from planner.session.store import Store
from planner.uncertainty import spread
from ui.bench_inside import BRUSH_MM, brush_path

ROUND = 60


def _cases(atlas: Atlas) -> list[Case]:
    """The teaching cases: one to seven regions each, with their history."""
    return [
        Case(
            marks=tuple(RegionMark(mark.region, mark.side, mark.weight) for mark in case.regions),
            depth=case.depth,
            qualities=case.qualities,
            clues=case.clues,
        )
        for case in atlas.content.cases.values()
    ]


def _judged(atlas: Atlas, case: Case) -> tuple[PainMap, list[Judged]]:
    return pain_map(atlas, case.marks), [one.judged for one in compared(atlas, case)]


def test_ranges_of_a_named_map(benchmark: Any, atlas: Atlas) -> None:
    asked = [_judged(atlas, case) for case in _cases(atlas)]
    found = benchmark(lambda: [spread(atlas, drawn, judged) for drawn, judged in asked])
    assert len(found) == ROUND
    benchmark.extra_info["answers_per_round"] = ROUND


def _painted(atlas: Atlas) -> Case:
    store = Store(atlas)
    path = brush_path(atlas, 101)
    for a, b in pairwise(path):
        store.dispatch(PaintStroke((a, b), BRUSH_MM, continues=True))
    return case_of(store.state)


def test_ranges_of_a_painted_map(benchmark: Any, atlas: Atlas) -> None:
    drawn, judged = _judged(atlas, _painted(atlas))
    found = benchmark(lambda: spread(atlas, drawn, judged))
    assert len(found.covered) == len(judged)


def test_an_answer_with_everything_but_the_changes(benchmark: Any, atlas: Atlas) -> None:
    cases = _cases(atlas)

    def ask() -> list[Answer]:
        return [explained(atlas, case, answer(atlas, case), with_changes=False) for case in cases]

    assert len(benchmark(ask)) == ROUND
    benchmark.extra_info["answers_per_round"] = ROUND


def test_nerve_against_root_against_source(benchmark: Any, atlas: Atlas) -> None:
    asked = [(case, pain_map(atlas, case.marks)) for case in _cases(atlas)]
    found = benchmark(lambda: [origin(atlas, case, drawn) for case, drawn in asked])
    assert len(found) == ROUND
    benchmark.extra_info["answers_per_round"] = ROUND


def test_what_would_change_one_answer(benchmark: Any, atlas: Atlas) -> None:
    case = _cases(atlas)[19]
    given = answer(atlas, case)
    assert benchmark(lambda: changes(atlas, case, given))
