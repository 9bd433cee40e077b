"""The sixty vignettes against the bundled content: regression tests, never a measure of accuracy."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from planner.answer import Answer
from planner.atlas.model import Atlas, TeachingCase
from planner.case import Case, RegionMark
from planner.commands.cases import parse_mark
from planner.explaining import explained
from planner.ranking import answer, with_neighbours

VIGNETTES: dict[str, dict[str, Any]] = {
    entry["id"]: entry
    for entry in tomllib.loads((Path(__file__).parent / "vignettes.toml").read_text(encoding="utf-8"))[
        "vignette"
    ]
}


def ids(*kinds: str) -> list[str]:
    return [name for name, entry in VIGNETTES.items() if entry["decided_by"] in kinds]


def posed(atlas: Atlas, name: str, map_alone: bool = False) -> Case:
    entry = VIGNETTES[name]
    parsed = [parse_mark(atlas.content, mark) for mark in entry["marks"]]
    marks = tuple(RegionMark(mark.region, mark.side, mark.weight) for mark in parsed)
    told = {} if map_alone else {key: tuple(entry.get(key, ())) for key in HISTORY}
    return Case(marks=marks, depth=entry.get("depth", "skin"), **told)


HISTORY = ("qualities", "clues", "flags", "unrelieved")


def asked(case: TeachingCase) -> Case:
    marks = tuple(RegionMark(mark.region, mark.side, mark.weight) for mark in case.regions)
    return Case(marks=marks, depth=case.depth, **{key: getattr(case, key) for key in HISTORY})


def first(given: Answer) -> str:
    return given.blocks[0].id if given.outcome == "compare" and given.blocks else given.outcome


def refuted(name: str, given: Answer) -> str:
    """What is wrong with an answer to a vignette, "" for nothing."""
    entry = VIGNETTES[name]
    wanted = (*entry["best"], *entry.get("acceptable", ()))
    listed = given.blocks[0].id if given.blocks else ""
    if first(given) not in wanted:
        return f"{name}: {first(given)}, expected one of {wanted}"
    return f"{name}: {listed} may not stand first" if listed in entry.get("not_first", ()) else ""


@pytest.mark.parametrize("name", VIGNETTES)
def test_that_the_vignette_is_answered(atlas: Atlas, name: str) -> None:
    assert refuted(name, answer(atlas, posed(atlas, name))) == ""


@pytest.mark.parametrize("name", ids("map"))
def test_that_the_map_alone_is_enough(atlas: Atlas, name: str) -> None:
    assert refuted(name, answer(atlas, posed(atlas, name, map_alone=True))) == ""


def test_that_there_are_sixty_vignettes_and_the_atlas_tells_the_same(atlas: Atlas) -> None:
    assert len(VIGNETTES) == 60
    assert list(atlas.content.cases) == list(VIGNETTES)
    for name, case in atlas.content.cases.items():
        entry = VIGNETTES[name]
        assert asked(case) == posed(atlas, name)
        assert set(case.expected) == set(entry["best"])
        assert set(case.not_first) == set(entry.get("not_first", ()))
        assert {*case.expected, *case.acceptable} == {*entry["best"], *entry.get("acceptable", ())}


@pytest.mark.parametrize("name", ids("safety"))
def test_that_the_outcome_is_exactly_what_safety_asks_for(atlas: Atlas, name: str) -> None:
    given = answer(atlas, posed(atlas, name))
    entry = VIGNETTES[name]
    assert first(given) in entry["best"]
    assert given.alerts
    listed = {block.id for block in given.blocks}
    assert not listed & set(entry["not_first"])
    assert all(atlas.content.blocks[block].bleeding_class != "deep" for block in listed)


def test_that_every_bundled_answer_has_reasons_sources_and_neighbours(atlas: Atlas) -> None:
    references = atlas.content.references
    for case in atlas.content.cases.values():
        told = asked(case)
        given = with_neighbours(atlas, explained(atlas, told, answer(atlas, told), with_changes=False))
        for alert in given.alerts:
            assert alert.text and alert.source in references
        for entry in (*given.blocks, *given.withheld):
            assert entry.reasons
            assert all(reason.text and set(reason.sources) <= set(references) for reason in entry.reasons)
            assert all(reason.sources for reason in entry.reasons)
            assert entry.neighbours, f"{case.id}: {entry.id} has no neighbours in the model"
            structures = atlas.content.structures
            assert all(structures[near.structure].risk for near in entry.neighbours)


def test_that_left_and_right_of_the_bundled_model_agree(atlas: Atlas) -> None:
    other = {"left": "right", "right": "left"}
    for name in ids("map"):
        case = posed(atlas, name, map_alone=True)
        marks = tuple(RegionMark(m.region, other[m.side], m.weight) for m in case.marks)  # type: ignore
        mirrored, given = answer(atlas, Case(marks=marks, depth=case.depth)), answer(atlas, case)
        assert mirrored.blocks[0].id == given.blocks[0].id
        scores = {entry.id: (entry.score, entry.covered) for entry in given.blocks}
        listed = [entry for entry in mirrored.blocks if entry.covered > 0.1]
        for entry in listed:
            assert (entry.score, entry.covered) == pytest.approx(scores[entry.id], abs=1e-5)


def test_that_words_stay_within_the_intended_use(atlas: Atlas) -> None:
    forbidden = ("recommended", "indicated for you", "safe distance", "diagnosis")
    texts = [weight.meaning for weight in atlas.content.weights.values()]
    texts += [text for flag in atlas.content.flags.values() for text in (flag.text, flag.text_plain)]
    texts += [clue.text for clue in atlas.content.clues.values()]
    for case in atlas.content.cases.values():
        given = explained(atlas, asked(case), answer(atlas, asked(case)), with_changes=False)
        texts += [reason.text for reason in given.origin.reasons] if given.origin else []
        texts += [reason.text for entry in (*given.blocks, *given.withheld) for reason in entry.reasons]
    found = [text for text in texts if any(word in text.lower() for word in forbidden)]
    assert found == []
