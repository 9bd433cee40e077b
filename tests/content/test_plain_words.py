"""Texts for patients: each has a plain wording, and a reader of about twelve years can read it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest
import textstat

from planner.atlas.check import check
from planner.atlas.load import load_content, load_handbook, read_entries
from planner.atlas.plain import plain_faults, plain_within, without_plain
from planner.atlas.text import read_folder

ASSETS = Path(str(files("assets")))

# Flesch-Kincaid gives the US school grade that can read a text; a child of grade 7 is about 12 years old.
GRADE_OF_TWELVE_YEARS = 7.0
# A single sentence is short, so that one long word moves it by grades: it may reach the ninth.
GRADE_OF_ONE_TEXT = 9.5
WORDS_OF_A_SENTENCE = 25


def plain_texts() -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Everything a patient may be shown, by entry: (place, text)."""
    content, handbook = load_content(ASSETS), load_handbook(ASSETS)
    tables = (content.blocks, handbook.explanations, handbook.comparisons, handbook.dermatomes)
    for table in tables:
        for name, record in table.items():
            yield name, [(path, text) for path, text in plain_within(record) if text]
    for name, flag in content.flags.items():
        yield name, [("text_plain", flag.text_plain)]
    for table_of_reasons in (content.clues, content.qualities):
        for name, reason in table_of_reasons.items():
            yield name, [("text_plain", reason.text_plain)] if reason.text_plain else []
    for name, criterion in content.criteria.items():
        words = [("plain", criterion.plain), ("differs_plain", criterion.differs_plain)]
        yield name, [(place, text) for place, text in words if text]
    for name, variant in content.variants.items():
        yield name, [("plain", variant.plain)]
    for name, weight in content.weights.items():
        yield name, [("meaning_plain", weight.meaning_plain)] if weight.meaning_plain else []


ENTRIES = dict(plain_texts())


def grade(texts: list[str]) -> float:
    """School grade of some sentences together."""
    closed = (text if text[-1] in ".?!" else f"{text}." for text in texts)
    return float(textstat.flesch_kincaid_grade(" ".join(closed)))


def test_that_the_measure_tells_hard_words_from_easy_ones() -> None:
    easy = ["The leg may be weak for some hours. Walk only with help."]
    hard = ["Perineuraxial administration necessitates discontinuation of anticoagulant medication."]
    assert grade(easy) < 3.0 < 12.0 < grade(hard)


def test_that_all_plain_texts_together_are_for_readers_of_twelve_years() -> None:
    texts = [text for found in ENTRIES.values() for _, text in found]
    assert len(texts) > 1300
    assert grade(texts) <= 5.0  # with room: a mean of 7 would leave half of them too hard


@pytest.mark.parametrize("name", [name for name, found in ENTRIES.items() if len(found) > 3])
def test_that_an_entry_as_a_whole_is_for_readers_of_twelve_years(name: str) -> None:
    assert grade([text for _, text in ENTRIES[name]]) <= GRADE_OF_TWELVE_YEARS


def test_that_no_single_plain_text_is_far_harder() -> None:
    hard = [
        f"{grade([text]):.1f} {name} {path}: {text}"
        for name, found in ENTRIES.items()
        for path, text in found
        if len(text.split()) > 5 and grade([text]) > GRADE_OF_ONE_TEXT
    ]
    assert hard == []


def test_that_sentences_for_patients_are_short() -> None:
    for name, found in ENTRIES.items():
        for path, text in found:
            for sentence in text.replace("?", ".").replace(":", ".").split(". "):
                assert len(sentence.split()) <= WORDS_OF_A_SENTENCE, f"{name} {path}: {sentence}"


def test_that_every_text_of_a_block_has_both_wordings() -> None:
    for name, block in load_content(ASSETS).blocks.items():
        assert list(without_plain(block)) == [], name


@pytest.mark.parametrize(
    ("file", "old", "entry"),
    [
        ("blocks/peng.toml", 'plain = "Little or no skin goes numb."\n', "peng"),
        (
            "flags.toml",
            'text_plain = "Loss of control over bowel or bladder is an emergency."\n',
            "bowel_bladder_loss",
        ),
        (
            "clues.toml",
            'text_plain = "A second test is done at the same place as the first."\n',
            "prior_mbb_same_level",
        ),
        (
            "rules.toml",
            'meaning_plain = "The pain is spread wide. One block cannot answer for all of it."\n',
            "reassess_widespread_pain",
        ),
    ],
)
def test_that_a_missing_plain_wording_is_a_fault(tmp_path: Path, file: str, old: str, entry: str) -> None:
    shutil.copytree(ASSETS / "atlas", tmp_path / "atlas")
    path = tmp_path / "atlas" / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, "", 1), encoding="utf-8")
    faults = [f for f in plain_faults(read_entries(read_folder(tmp_path / "atlas")).entries)]
    assert [(fault.file, fault.entry) for fault in faults] == [(file, entry)]
    assert faults[0].line > 0
    assert "no plain words" in faults[0].text


def test_that_check_asks_for_plain_words() -> None:
    assert not [fault for fault in check(ASSETS) if "plain words" in fault.text]
