"""Red flags, cautions, criteria and reasons to reassess."""

from __future__ import annotations

import dataclasses

import msgspec
import pytest

from planner import alerts
from planner.atlas.model import Atlas
from planner.case import Case, RegionMark
from planner.ranking import answer

TOP = (RegionMark("top", "left"),)
SPINE = (RegionMark("spine", "left"),)
FIRST = ("worse_extension", "care_failed", "imaging")
SECOND = ("prior_mbb_done", "prior_positive_mbb_80", "same_level")


def ids(case: Case, small: Atlas) -> set[str]:
    return {alert.id for alert in answer(small, case).alerts}


def test_that_a_red_flag_stops_the_comparison(small: Atlas) -> None:
    given = answer(small, Case(marks=TOP, flags=("alarm",)))
    assert given.outcome == "urgent_evaluation"
    assert given.blocks == () and given.withheld == ()
    (alert,) = given.alerts
    assert (alert.id, alert.text, alert.source) == ("red_flag:alarm", "alarm matters.", "book")


def test_that_a_red_flag_stops_even_an_empty_map(small: Atlas) -> None:
    assert answer(small, Case(flags=("alarm",))).outcome == "urgent_evaluation"


def test_that_a_red_flag_beats_every_other_outcome(small: Atlas) -> None:
    flags = ("infected_skin", "thin_blood", "alarm")
    given = answer(small, Case(marks=SPINE, flags=flags, clues=("widespread_pain",)))
    assert given.outcome == "urgent_evaluation"
    assert {"red_flag:alarm", "infection", "deep_block_bleeding"} <= {alert.id for alert in given.alerts}


@pytest.mark.parametrize("half", ["half_one", "half_two"])
def test_that_half_of_a_pair_of_flags_asks_for_the_other(small: Atlas, half: str) -> None:
    given = answer(small, Case(marks=TOP, flags=(half,)))
    assert given.outcome == "compare"
    assert [alert.id for alert in given.alerts] == [f"reassess:{half}"]
    other = {"half_one": "half_two", "half_two": "half_one"}[half]
    assert other in given.alerts[0].text


def test_that_both_halves_act_together(small: Atlas) -> None:
    given = answer(small, Case(marks=TOP, flags=("half_two", "half_one")))
    assert given.outcome == "urgent_evaluation"
    assert [alert.id for alert in given.alerts] == ["red_flag:half_one", "red_flag:half_two"]


def test_that_bleeding_risk_keeps_deep_blocks_back(small: Atlas) -> None:
    given = answer(small, Case(marks=TOP, flags=("thin_blood",)))
    assert given.outcome == "compare"  # the branch that fits best is no deep block
    assert given.blocks[0].id == "high_block" and given.blocks[0].rank == 1
    assert {entry.id for entry in given.withheld} == {"broad_block", "root_block", "canal_block"}
    assert all(entry.withheld == "thin_blood matters." for entry in given.withheld)
    assert ids(Case(marks=TOP, flags=("thin_blood",)), small) == {"deep_block_bleeding"}


def test_that_a_withheld_best_block_defers(small: Atlas) -> None:
    marks = tuple(RegionMark(region, "left") for region in ("top", "middle", "bottom"))
    assert answer(small, Case(marks=marks)).blocks[0].id == "broad_block"
    given = answer(small, Case(marks=marks, flags=("thin_blood",)))
    assert given.outcome == "defer_anticoag"
    assert given.withheld[0].id == "broad_block" and given.withheld[0].rank == 1
    assert [entry.rank for entry in given.blocks] == list(range(1, len(given.blocks) + 1))
    assert all(small.content.blocks[entry.id].bleeding_class != "deep" for entry in given.blocks)


def _entered(small: Atlas, **regions: tuple[str, ...]) -> Atlas:
    """The small atlas with entry regions for some of its blocks."""
    blocks = {
        name: msgspec.structs.replace(block, entry_regions=regions.get(name, ("bottom",)))
        for name, block in small.content.blocks.items()
    }
    return dataclasses.replace(small, content=dataclasses.replace(small.content, blocks=blocks))


def test_that_infected_skin_concerns_what_enters_where_the_first_block_would(small: Atlas) -> None:
    told = _entered(small, high_block=("top",), low_block=("top", "middle"))
    marks = (RegionMark("top", "left"), RegionMark("middle", "left"), RegionMark("bottom", "left", 3.0))
    plain = answer(told, Case(marks=marks))
    assert plain.blocks[0].id == "broad_block"  # it enters at the bottom, as most here do
    given = answer(told, Case(marks=marks, flags=("infected_skin",)))
    assert given.outcome == "no_block_reassess"
    assert {entry.id for entry in given.blocks} == {"high_block", "low_block"}
    assert any("other skin (top)" in reason.text for entry in given.blocks for reason in entry.reasons)
    assert "broad_block" in {entry.id for entry in given.withheld}


def test_that_no_deep_block_replaces_one_that_infected_skin_keeps_back(small: Atlas) -> None:
    told = _entered(small, high_block=("top",))
    given = answer(told, Case(marks=TOP, flags=("infected_skin",)))
    assert given.withheld[0].id == "high_block"
    assert all(small.content.blocks[entry.id].bleeding_class != "deep" for entry in given.blocks)


def test_that_infected_skin_keeps_back_every_block_whose_entry_nobody_tells(small: Atlas) -> None:
    given = answer(small, Case(marks=TOP, flags=("infected_skin",)))
    assert given.outcome == "no_block_reassess"
    assert given.blocks == () and given.withheld[0].id == "high_block"
    assert given.alerts[0].id == "infection"


def test_that_cautions_inform(small: Atlas) -> None:
    found = ids(Case(marks=TOP, flags=("allergy_contrast", "kidney_disease")), small)
    assert found == {"allergy", "reassess:kidney_disease"}


def test_that_an_unusual_kidney_weighs_on_deep_blocks(small: Atlas) -> None:
    plain = {e.id: e.score for e in answer(small, Case(marks=TOP)).blocks}
    given = {e.id: e.score for e in answer(small, Case(marks=TOP, flags=("kidney_disease",))).blocks}
    assert given["broad_block"] < plain["broad_block"]
    assert given["high_block"] == plain["high_block"]


def test_that_unmet_criteria_lead_to_reassessment(small: Atlas) -> None:
    given = answer(small, Case(marks=SPINE, depth="deep"))
    assert given.outcome == "no_block_reassess"
    assert {alert.id for alert in given.alerts} == {
        "criteria:worse_extension",
        "criteria:care_failed",
        "criteria:imaging",
    }
    assert given.blocks == () and given.withheld[0].withheld


def test_that_met_criteria_let_the_block_be_compared(small: Atlas) -> None:
    given = answer(small, Case(marks=SPINE, depth="deep", clues=FIRST))
    assert given.outcome == "compare" and given.alerts == ()
    assert given.blocks[0].id == "facet_block"


def test_that_unmet_criteria_keep_back_what_nothing_points_to_but_not_a_branch(small: Atlas) -> None:
    marks = (*SPINE, RegionMark("middle", "left", 6.0))
    given = answer(small, Case(marks=marks, depth="mixed", clues=("worse_extension",)))
    assert given.outcome == "no_block_reassess"
    kept = {entry.id: entry.withheld for entry in given.withheld}
    assert "criterion" in kept["facet_block"]
    assert all(small.content.blocks[entry.id].family in ("branch", "plexus") for entry in given.blocks)
    pointed = answer(small, Case(marks=marks, depth="mixed", clues=("worse_extension", "joint_sign")))
    assert "joint_injection" not in {entry.id for entry in pointed.withheld if "points" in entry.withheld}


def test_that_a_criterion_that_is_only_said_does_not_stop(small: Atlas) -> None:
    given = answer(small, Case(marks=SPINE, depth="deep", clues=FIRST[:2]))
    assert given.outcome == "compare"
    assert [alert.id for alert in given.alerts] == ["criteria:imaging"]


def test_that_a_reason_against_stops_in_spite_of_met_criteria(small: Atlas) -> None:
    given = answer(small, Case(marks=SPINE, depth="deep", clues=(*FIRST, "fusion")))
    assert given.outcome == "no_block_reassess"
    assert [alert.id for alert in given.alerts] == ["criteria:fusion"]


def test_that_a_second_block_has_its_own_criteria(small: Atlas) -> None:
    assert answer(small, Case(marks=SPINE, depth="deep", clues=SECOND)).outcome == "compare"
    given = answer(small, Case(marks=SPINE, depth="deep", clues=("prior_mbb_done", "same_level")))
    assert given.outcome == "no_block_reassess"
    assert [alert.id for alert in given.alerts] == ["criteria:prior_positive_mbb_80"]


def test_that_criteria_are_asked_only_when_that_block_leads(small: Atlas) -> None:
    assert ids(Case(marks=(RegionMark("middle", "left"),)), small) == set()


def test_that_a_block_whose_criteria_are_not_met_is_kept_back_behind_another_too(small: Atlas) -> None:
    case = Case(marks=(RegionMark("middle", "left"),), depth="mixed")
    given = answer(small, case)
    assert given.outcome == "compare" and given.blocks[0].id == "low_block" and given.alerts == ()
    assert "criterion" in next(entry.withheld for entry in given.withheld if entry.id == "facet_block")
    fused = answer(small, msgspec.structs.replace(case, clues=("fusion",)))
    assert fused.outcome == "compare" and [alert.id for alert in fused.alerts] == ["criteria:fusion"]


def test_that_widespread_pain_is_reassessed_and_a_hoped_for_cure_is_said(small: Atlas) -> None:
    given = answer(small, Case(marks=TOP, clues=("widespread_pain", "expects_cure")))
    assert given.outcome == "no_block_reassess"
    assert {alert.id for alert in given.alerts} == {"reassess:widespread_pain", "reassess:expects_cure"}
    assert answer(small, Case(marks=TOP, clues=("expects_cure",))).outcome == "compare"


def test_that_nothing_that_covers_is_said(small: Atlas) -> None:
    assert alerts.nothing_answers(small.content).id == "reassess:no_single_block_covers"
