"""The order of blocks, its reasons, and the laws every answer keeps."""

from __future__ import annotations

import dataclasses
from itertools import permutations

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_atlas import small_atlas

from planner.answer import Answer
from planner.atlas.model import Atlas
from planner.case import Case, Mark, RegionMark
from planner.coverage import judge
from planner.pain import pain_map
from planner.ranking import answer, block_answer, f_measure, with_neighbours
from planner.space import Side, other_side

REGIONS = ("top", "middle", "bottom", "inside", "spine")
marks_of = st.lists(
    st.builds(
        RegionMark,
        st.sampled_from(REGIONS),
        st.sampled_from(("left", "right")),
        st.floats(0.5, 10.0).map(lambda weight: round(weight, 1)),
    ),
    unique_by=lambda mark: (mark.region, mark.side),
    max_size=6,
).map(tuple)
some_flags = st.sets(
    st.sampled_from(("thin_blood", "infected_skin", "kidney_disease", "half_one", "allergy_contrast"))
).map(tuple)
some_clues = st.sets(st.sampled_from(("worse_extension", "root_sign", "joint_sign", "widespread_pain"))).map(
    tuple
)


def left(*regions: str) -> tuple[Mark, ...]:
    return tuple(RegionMark(region, "left") for region in regions)


def order(given: Answer) -> list[str]:
    return [entry.id for entry in given.blocks]


def test_that_the_f_measure_is_bounded_and_keeps_its_ends() -> None:
    assert f_measure(0.0, 1.0, 2.0) == f_measure(1.0, 0.0, 2.0) == 0.0
    assert f_measure(1.0, 1.0, 2.0) == 1.0
    assert f_measure(0.9, 0.3, 2.0) > f_measure(0.3, 0.9, 2.0)  # covering counts more than sparing


@pytest.mark.parametrize(
    ("region", "block"), [("top", "high_block"), ("middle", "low_block"), ("bottom", "other_block")]
)
def test_that_one_branch_leads_its_own_region(small: Atlas, region: str, block: str) -> None:
    given = answer(small, Case(marks=left(region)))
    assert given.outcome == "compare"
    assert order(given)[0] == block
    assert "broad_block" in order(given)


def test_that_the_plexus_leads_when_branches_overlap(small: Atlas) -> None:
    given = answer(small, Case(marks=left("top", "middle", "bottom")))
    assert order(given)[0] == "broad_block"
    assert any("overlap" in reason.text and reason.effect > 1.0 for reason in given.blocks[0].reasons)


def test_that_the_plexus_says_why_one_branch_is_more_specific(small: Atlas) -> None:
    (broad,) = (entry for entry in answer(small, Case(marks=left("top"))).blocks if entry.id == "broad_block")
    assert any("more specific" in reason.text and reason.effect < 1.0 for reason in broad.reasons)


def test_that_every_entry_has_reasons_with_words_and_sources(small: Atlas) -> None:
    case = Case(marks=left("top", "inside"), clues=("root_sign", "joint_sign"), qualities=("burning",))
    given = answer(small, case)
    assert given.blocks
    for rank, entry in enumerate(given.blocks, start=1):
        assert entry.rank == rank
        assert 0.0 <= entry.score <= 1.0 and 0.0 < entry.covered <= 1.0
        assert entry.reasons and all(reason.text and reason.sources for reason in entry.reasons)
        assert entry.reasons[0].text.startswith("Covers about")


def test_that_scores_follow_from_fit_and_effects(small: Atlas) -> None:
    """Every factor on a score stands in the reasons: taking a clue away takes exactly its factor away."""
    plain, moved = (
        next(e for e in answer(small, Case(marks=left("top"), clues=clues)).blocks if e.id == "broad_block")
        for clues in ((), ("root_sign",))
    )
    odds = [entry.score / (1.0 - entry.score) for entry in (plain, moved)]
    assert odds[1] / odds[0] == pytest.approx(0.3, rel=0.01)
    effects = [
        next((r.effect for r in entry.reasons if "root_sign" in r.text), 1.0) for entry in (plain, moved)
    ]
    assert effects == [1.0, 0.3]


def test_that_a_root_block_needs_a_sign(small: Atlas) -> None:
    without = answer(small, Case(marks=left("top"))).blocks
    assert any("nerve root" in r.text for e in without if e.id == "root_block" for r in e.reasons)
    assert order(answer(small, Case(marks=left("top"), clues=("root_sign",))))[0] == "root_block"


def test_that_a_clue_for_a_source_moves_the_block_that_tests_it(small: Atlas) -> None:
    case = Case(marks=left("inside"), depth="deep", clues=("joint_sign",))
    given = answer(small, case)
    assert set(order(given)[:2]) == {"joint_injection", "other_block"}
    assert given.generators[0].id == "joint"
    before = {g.id: g.fit for g in answer(small, Case(marks=left("inside"), depth="deep")).generators}
    assert given.generators[0].fit > before["joint"]


def test_that_depth_moves_blocks_of_skin_and_of_deep_tissue(small: Atlas) -> None:
    def score(depth: str, block: str) -> float:
        given = answer(small, Case(marks=left("middle"), depth=depth))  # type: ignore[arg-type]
        return next(entry.score for entry in given.blocks if entry.id == block)

    assert score("deep", "low_block") < score("mixed", "low_block") == score("skin", "low_block")
    assert score("skin", "joint_injection") < score("mixed", "joint_injection")
    assert score("deep", "other_block") == score("mixed", "other_block")


def test_that_equal_scores_put_superficial_before_deep(small: Atlas) -> None:
    weights = dict(small.content.weights)
    weights["tie_within"] = msgspec.structs.replace(weights["tie_within"], value=1.0)
    tied = dataclasses.replace(small, content=dataclasses.replace(small.content, weights=weights))
    depths = [
        tied.content.blocks[name].depth_class
        for name in order(answer(tied, Case(marks=left("top", "bottom"))))
    ]
    assert depths == sorted(depths, key=["superficial", "intermediate", "deep"].index)


def test_that_nerves_and_sources_are_listed_by_share(small: Atlas) -> None:
    given = answer(small, Case(marks=left("middle")))
    shares = [nerve.share for nerve in given.nerves]
    assert shares == sorted(shares, reverse=True)
    assert given.nerves[0].id == "low" and given.nerves[0].share == pytest.approx(0.8)
    assert [source.id for source in given.generators] == ["joint"]
    assert given.blocks[0].nerves == ("low",)


def test_that_the_other_side_is_told_in_words(small: Atlas) -> None:
    marks = (RegionMark("top", "left", 9.0), RegionMark("top", "right", 4.0))
    given = answer(small, Case(marks=marks))
    first = given.blocks[0]
    assert first.side == "left"
    assert any("Acts on the left side only" in reason.text for reason in first.reasons)
    canal = next(entry for entry in given.blocks if entry.id == "canal_block")
    assert not any("side only" in reason.text for reason in canal.reasons)


def test_that_a_block_can_be_asked_about_on_a_side_without_pain(small: Atlas) -> None:
    entry, _ = block_answer(small, Case(marks=left("top")), "high_block", "right")
    assert entry.side == "right" and entry.covered == 0.0 and entry.uncovered_cm2 > 0.0
    assert any("lies on the left" in reason.text for reason in entry.reasons)
    entry, source = block_answer(small, Case(marks=left("bottom")), "root_block", "left")
    assert source == "root_Y" and entry.nerves == ("root_Y",)
    empty, _ = block_answer(small, Case(), "high_block", "left")
    assert empty.covered == 0.0 and empty.reasons == ()
    with pytest.raises(KeyError):
        block_answer(small, Case(), "no_block", "left")


def test_that_neighbours_are_filled_in_on_request(small: Atlas) -> None:
    given = answer(small, Case(marks=left("top"), flags=("thin_blood",)))
    assert given.blocks[0].neighbours == ()
    filled = with_neighbours(small, given)
    assert filled.blocks[0].neighbours and filled.withheld[0].neighbours
    assert dataclasses.replace(filled.blocks[0], neighbours=()) == given.blocks[0]


@pytest.mark.parametrize("field", ["clues", "qualities", "flags"])
def test_that_an_unknown_id_is_named(small: Atlas, field: str) -> None:
    with pytest.raises(KeyError, match="never_heard"):
        answer(small, Case(marks=left("top"), **{field: ("never_heard",)}))


def test_that_nothing_marked_ranks_nothing(small: Atlas) -> None:
    given = answer(small, Case(clues=("root_sign",), qualities=("burning",)))
    assert (given.outcome, given.blocks, given.withheld) == ("compare", (), ())
    assert (given.nerves, given.generators, given.marked_cm2) == ((), (), 0.0)


def test_that_too_little_cover_is_reassessed(small: Atlas) -> None:
    blocks = {"high_block": small.content.blocks["high_block"]}
    lone = dataclasses.replace(small, content=dataclasses.replace(small.content, blocks=blocks))
    given = answer(lone, Case(marks=(RegionMark("top", "left", 1.0), RegionMark("bottom", "left", 9.0))))
    assert given.outcome == "no_block_reassess"
    assert [alert.id for alert in given.alerts] == ["reassess:no_single_block_covers"]
    assert [entry.id for entry in given.withheld] == ["high_block"]


@settings(max_examples=25, deadline=None)
@given(marks=marks_of, more=marks_of)
def test_that_more_marks_never_lower_the_covered_area(
    marks: tuple[Mark, ...], more: tuple[Mark, ...]
) -> None:
    small = small_atlas()
    taken = {(mark.region, mark.side) for mark in marks if isinstance(mark, RegionMark)}
    added = tuple(m for m in more if isinstance(m, RegionMark) and (m.region, m.side) not in taken)

    def areas(of: tuple[Mark, ...]) -> dict[tuple[str, str, Side], float]:
        return {
            (e.route.block, e.route.source, e.side): e.covered_cm2 for e in judge(small, pain_map(small, of))
        }

    after = areas((*marks, *added))
    for key, area in areas(marks).items():
        assert after[key] >= area - 1e-3


@settings(max_examples=25, deadline=None)
@given(marks=marks_of, flags=some_flags, clues=some_clues)
def test_that_left_and_right_are_mirror_images(
    marks: tuple[RegionMark, ...], flags: tuple[str, ...], clues: tuple[str, ...]
) -> None:
    small = small_atlas()
    case = Case(marks=marks, flags=flags, clues=clues)
    mirrored = Case(
        marks=tuple(RegionMark(mark.region, other_side(mark.side), mark.weight) for mark in marks),
        flags=flags,
        clues=clues,
        side="right",
    )
    here, there = answer(small, case), answer(small, mirrored)
    assert here.outcome == there.outcome and here.alerts == there.alerts
    for one, other in zip((*here.blocks, *here.withheld), (*there.blocks, *there.withheld), strict=True):
        assert one.id == other.id
        assert one.side == other_side(other.side) or small.content.blocks[one.id].midline
        assert one.score == pytest.approx(other.score, abs=2e-4)
        assert one.covered == pytest.approx(other.covered, abs=2e-4)


@settings(max_examples=25, deadline=None)
@given(marks=marks_of, clues=some_clues)
def test_that_the_order_of_telling_does_not_matter(
    marks: tuple[RegionMark, ...], clues: tuple[str, ...]
) -> None:
    small = small_atlas()
    first = answer(small, Case(marks=marks, clues=clues))
    for told in list(permutations(marks))[1:4]:
        again = answer(small, Case(marks=told, clues=clues[::-1]))
        assert (again.blocks, again.withheld) == (first.blocks, first.withheld)
        assert again.outcome == first.outcome


@settings(max_examples=25, deadline=None)
@given(marks=marks_of, flags=some_flags, clues=some_clues)
def test_that_a_red_flag_always_interrupts(
    marks: tuple[RegionMark, ...], flags: tuple[str, ...], clues: tuple[str, ...]
) -> None:
    found = answer(small_atlas(), Case(marks=marks, flags=(*flags, "alarm"), clues=clues))
    assert found.outcome == "urgent_evaluation"
    assert found.blocks == () and found.withheld == ()
    assert any(alert.id == "red_flag:alarm" for alert in found.alerts)
