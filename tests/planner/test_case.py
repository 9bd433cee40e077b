"""What is remembered of the latest questions."""

from __future__ import annotations

from planner.case import Case, RegionMark, Stroke, recent


def test_that_equal_questions_are_answered_once() -> None:
    calls: list[int] = []

    @recent(2)
    def double(number: int) -> int:
        calls.append(number)
        return 2 * number

    assert [double(1), double(1), double(2), double(1), double(3), double(1)] == [2, 2, 4, 2, 6, 2]
    assert calls == [1, 2, 3, 1]


def test_that_cases_are_values() -> None:
    marks = (RegionMark("top", "left"), Stroke(((1.0, 2.0, 3.0),), 5.0))
    assert Case(marks=marks) == Case(marks=marks)
    assert Case(marks=marks) != Case(marks=marks[:1])
    assert Case().depth == "skin" and Case().side == "left"
