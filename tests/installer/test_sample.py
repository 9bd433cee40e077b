"""The bundled sample: case and scene say the same, and the engine has an answer for them."""

from __future__ import annotations

import json
from pathlib import Path

import environment
import headless
import pytest

from planner.atlas.model import Atlas
from planner.case import RegionMark
from planner.cli import main
from planner.ranking import answer
from planner.session.resolve import case_of
from planner.session.scene_file import load

CASE = environment.CHECKOUT / headless.SAMPLE_CASE
SCENE = environment.CHECKOUT / headless.SAMPLE_SCENE


def test_that_the_sample_scene_shows_the_sample_case(atlas: Atlas) -> None:
    case = json.loads(CASE.read_text(encoding="utf-8"))
    state = load(SCENE, atlas.content, atlas.points_lps).state
    marks = [mark for mark in state.marks if isinstance(mark, RegionMark)]
    assert [(mark.region, mark.side, mark.weight) for mark in marks] == [
        (mark["region"], mark["side"], mark["weight"]) for mark in case["marks"]
    ]
    assert (state.depth, list(state.clues), list(state.flags)) == (
        case["depth"],
        case["clues"],
        case["flags"],
    )
    assert list(state.qualities) == case["qualities"]


def test_that_the_scene_opens_on_the_block_that_fits_the_sample_best(atlas: Atlas) -> None:
    state = load(SCENE, atlas.content, atlas.points_lps).state
    assert answer(atlas, case_of(state)).blocks[0].id == state.block


def test_that_the_command_line_answers_the_sample_as_the_installer_asks_it(
    capsys: pytest.CaptureFixture[str], atlas_folder: Path
) -> None:
    arguments = headless.explain_arguments(json.loads(CASE.read_text(encoding="utf-8")))
    assert main(["--content", str(atlas_folder), *arguments, "--json"]) == 0
    given = json.loads(capsys.readouterr().out)
    assert given["outcome"] == "compare"
    assert given["blocks"][0]["rank"] == 1
    assert given["blocks"][0]["reasons"]
