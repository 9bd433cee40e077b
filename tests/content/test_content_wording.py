"""Text for users keeps to the words of the intended use."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

import pytest

from planner.atlas.load import load_content
from planner.atlas.wording import forbidden_in, texts_within

ASSETS = Path(str(files("assets")))


@pytest.mark.parametrize(
    "text",
    [
        "We recommend this block.",
        "This is indicated for you.",
        "A safe distance from the artery.",
        "Your diagnosis is meralgia.",
        "Inject 10 mL slowly.",
        "Give 0.5% ropivacaine.",
        "Up to 3 mg/kg.",
        "Stop warfarin 5 days before the block.",
        "Held for 72 h.",
    ],
)
def test_that_a_forbidden_wording_is_seen(text: str) -> None:
    assert forbidden_in(text)


@pytest.mark.parametrize(
    "text",
    [
        "A diagnostic block is worth discussing.",
        "About 20-40 mm below the skin.",
        "The block covers the outer thigh; compare the branches.",
        "Quadriceps block in 90 % after 3 hours.",
        "A vessel can be hit; pressing on it stops the bleeding.",
        "Improved in 20 of 29 people (69 %).",
    ],
)
def test_that_plain_statements_pass(text: str) -> None:
    assert forbidden_in(text) == []


def test_that_no_text_of_the_content_is_forbidden() -> None:
    content = load_content(ASSETS)
    tables = (content.nerves, content.regions, content.generators, content.blocks, content.clues)
    for table in (
        *tables,
        content.qualities,
        content.flags,
        content.weights,
        content.cases,
        content.structures,
    ):
        for key, record in table.items():
            for path, text in texts_within(record):
                assert forbidden_in(text) == [], f"{key} {path}"


def test_that_no_text_names_a_clinic_or_a_price() -> None:
    for path in sorted((ASSETS / "atlas").rglob("*.toml")):
        text = path.read_text(encoding="utf-8").lower()
        for word in ("spinepain", "carecredit", "appointment", "insurance", "todo", "/work", "/tmp"):
            assert word not in text, f"{path.name}: {word}"


def test_that_every_plain_text_is_free_of_abbreviations_and_latin() -> None:
    content = load_content(ASSETS)
    hard = ("lfcn", "asis", "psis", "nervus", "ramus", "plexus block", "fascia iliaca", "paraesthesia")
    for block in content.blocks.values():
        for path, text in texts_within(block):
            if path == "plain" or path.endswith(".plain"):
                assert not [word for word in hard if word in text.lower()], f"{block.id} {path}"
                assert len(text) < 220, f"{block.id} {path}"


def test_that_sides_are_spelled_out_in_teaching_cases() -> None:
    for case in load_content(ASSETS).cases.values():
        sides = {mark.side for mark in case.regions}
        if case.title.endswith((", left", ", right")):
            assert sides == {case.title.rpartition(", ")[2]}, case.id


def test_that_the_sample_case_uses_ids_of_the_content() -> None:
    content = load_content(ASSETS)
    case = json.loads((ASSETS / "atlas" / "sample_case.json").read_text(encoding="utf-8"))
    assert {mark["region"] for mark in case["marks"]} <= set(content.regions)
    assert {mark["side"] for mark in case["marks"]} == {"left"}
    assert set(case["qualities"]) <= set(content.qualities)
    assert set(case["clues"]) <= set(content.clues)
