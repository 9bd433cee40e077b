"""Criteria of a block: met, not met or not known, and nothing in between."""

from __future__ import annotations

from importlib.resources import files
from itertools import combinations
from pathlib import Path

import pytest

from planner.atlas.load import load_content
from planner.criteria import STAGES, judged

CONTENT = load_content(Path(str(files("assets"))))


def standings(stage: str, *clues: str) -> dict[str, str]:
    found = judged(CONTENT, "medial_branch", stage, clues)  # type: ignore[arg-type]
    return {one.criterion.id.removeprefix(f"mbb_{stage}_"): one.standing for one in found}


def test_that_a_first_block_has_four_criteria_and_a_second_three() -> None:
    """As the page on medial branch blocks counts them."""
    assert list(standings("first")) == [
        "extension_rotation",
        "conservative_care",
        "no_other_cause",
        "not_fused",
    ]
    assert list(standings("second")) == ["relief", "same_level", "radiofrequency"]


def test_that_a_silent_history_leaves_every_criterion_unknown() -> None:
    for stage in STAGES:
        assert set(standings(stage).values()) == {"unknown"}


def test_that_clues_meet_or_miss_a_criterion() -> None:
    assert standings("first", "worse_extension_rotation", "conservative_care_failed", "imaging_stenosis") == {
        "extension_rotation": "met",
        "conservative_care": "met",
        "no_other_cause": "missing",
        "not_fused": "unknown",
    }
    assert standings("first", "prior_fusion_at_level")["not_fused"] == "missing"
    assert standings("second", "prior_mbb_relief_below_80", "prior_mbb_same_level") == {
        "relief": "missing",
        "same_level": "met",
        "radiofrequency": "unknown",
    }


def test_that_a_clue_against_a_criterion_outweighs_one_for_it() -> None:
    both = standings("second", "prior_positive_mbb_80", "prior_mbb_relief_below_80")
    assert both["relief"] == "missing"


def test_that_the_clue_that_settled_it_is_named() -> None:
    found = judged(CONTENT, "medial_branch", "second", ["prior_mbb_other_level"])
    assert [(one.standing, one.by) for one in found][1] == ("missing", "prior_mbb_other_level")


@pytest.mark.parametrize("stage", STAGES)
def test_that_more_clues_never_make_a_settled_criterion_unknown(stage: str) -> None:
    clues = {c for one in CONTENT.criteria.values() for c in (*one.met_by, *one.missing_by)}
    for pair in combinations(sorted(clues), 2):
        for one in pair:
            fewer, more = standings(stage, one), standings(stage, *pair)
            assert all(more[name] != "unknown" for name, found in fewer.items() if found != "unknown")


def test_that_blocks_without_criteria_have_none() -> None:
    assert judged(CONTENT, "femoral", "first", ["worse_extension_rotation"]) == ()


def test_that_thresholds_of_guideline_and_payers_stand_side_by_side() -> None:
    relief = CONTENT.criteria["mbb_second_relief"]
    assert "80 %" in relief.differs and "50 %" in relief.differs
    assert {"seed2", "cohen2020", "cms_lcd"} == set(relief.sources)
