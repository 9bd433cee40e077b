"""Every statement of the pages of origin is served by an entry, and the check sees when one is not."""

from __future__ import annotations

import json
import shutil
from importlib.resources import files
from pathlib import Path

import pytest

from planner.atlas.load import load_handbook, read_entries
from planner.atlas.seeds import key_fault
from planner.atlas.text import read_folder
from planner.cli import main
from planner.commands.seeds import seeds_of

ASSETS = Path(str(files("assets")))

# How many statements the two pages make, group by group, counted on the pages.
COUNTS = {
    "model": 32,
    "map": 19,
    "patterns": 5,
    "comparison": 12,
    "suitability": 51,
    "red_flags": 10,
    "procedure": 13,
    "reading": 20,
    "next_steps": 16,
    "risks": 25,
    "recovery": 8,
    "preparation": 9,
    "questions": 15,
    "coverage": 19,
    "texts": 49,
    "left_out": 3,
    "medial_branch": 10,
    "traps": 4,
}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A content folder with the text alone, to be broken."""
    shutil.copytree(ASSETS / "atlas", tmp_path / "content" / "atlas")
    return tmp_path / "content"


def edit(folder: Path, old: str, new: str, name: str = "seeds.toml") -> int:
    """Replaces the first occurrence and returns its line."""
    path = folder / "atlas" / name
    text = path.read_text(encoding="utf-8")
    assert old in text, old
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def listed(folder: Path) -> list[str]:
    return [str(fault) for fault in seeds_of(folder)[1]]


def test_that_no_statement_of_the_pages_is_lost() -> None:
    seeds = load_handbook(ASSETS).seeds
    assert {name: len(section.items) for name, section in seeds.items()} == COUNTS


def test_that_the_page_lists_are_whole() -> None:
    """Counts of the pages' own lists: situations, candidates, risks, questions, answers, takeaways."""
    ids = [item.id for section in load_handbook(ASSETS).seeds.values() for item in section.items]
    for prefix, count in (
        ("pattern_", 5),
        ("row_", 6),
        ("situation_", 9),
        ("not_first_", 5),
        ("better_", 7),
        ("poorer_", 9),
        ("source_", 12),
        ("aim_", 6),
        ("duration_", 7),
        ("helps_", 9),
        ("fails_", 7),
        ("risk_", 16),
        ("raised_", 8),
        ("prepare_", 9),
        ("ask_", 14),
        ("pay_", 11),
        ("short_", 7 + 1),  # and "short and strong" of the reading
        ("q_", 19),
        ("take_", 10),
        ("call_", 10),
        ("mb_first_", 4),
        ("mb_second_", 3),
    ):
        assert len([name for name in ids if name.startswith(prefix)]) == count, prefix


def test_that_every_item_is_listed_with_its_keys(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--seeds"]) == 0
    out = capsys.readouterr().out
    assert (
        "risk_infection: Infection, uncommon but possible\n    -> block/lumbar_plexus/risks/infection" in out
    )
    assert out.rstrip().endswith("320 items; 0 faults.")


def test_that_the_table_is_printed_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--seeds", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert len(rows) == 320
    assert {"section": "risks", "id": "risk_falls", "text": "Falls"}.items() <= next(
        row for row in rows if row["id"] == "risk_falls"
    ).items()


def test_that_an_item_nothing_serves_fails(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    line = edit(copy, 'keys = ["block/lumbar_plexus/risks/soreness"]', "keys = []")
    assert main(["check", "--seeds", "--content", str(copy)]) == 1
    out = capsys.readouterr().out
    assert "risks: nothing serves the item risk_soreness" in out
    assert any(f"atlas/seeds.toml:{line - near}:" in out for near in (2, 3))


@pytest.mark.parametrize(
    ("key", "why"),
    [
        ("block/lumbar_plexus/risks/sorenes", "risks has no item sorenes; nearest: soreness"),
        ("block/lumbar_plexus/riskz/soreness", "there is no field riskz; nearest: risks"),
        ("block/lumbar_plexis/risks/soreness", 'there is no block "lumbar_plexis"; nearest: lumbar_plexus'),
        ("blocks/lumbar_plexus", "there is no table blocks; nearest: block"),
        ("wording/clinics", "there is no rule clinics; nearest: clinic"),
        ("block/lumbar_plexus/reviewed_by", "the field reviewed_by is empty"),
        ("block/lumbar_plexus/name/first", "the field name holds no items"),
        ("block/lumbar_plexus/question/texts", "there is no field texts; nearest: text"),
    ],
)
def test_that_a_key_that_leads_nowhere_fails(copy: Path, key: str, why: str) -> None:
    line = edit(copy, '"block/lumbar_plexus/risks/soreness"', f'"{key}"')
    (fault,) = listed(copy)
    assert fault.startswith(f"atlas/seeds.toml:{line}: risks: the item risk_soreness: the key ")
    assert why in fault


def test_that_an_item_named_twice_fails(copy: Path) -> None:
    line = edit(copy, 'id = "risk_soreness"', 'id = "risk_falls"')
    edit(copy, 'id = "helps_observe"', 'id = "pattern_mixed"')
    faults = listed(copy)
    assert any("the item risk_falls is named twice, in this section" in fault for fault in faults)
    assert any("the item pattern_mixed is named twice, first in patterns" in fault for fault in faults)
    assert line


def test_that_a_key_named_twice_fails(copy: Path) -> None:
    edit(
        copy,
        'keys = ["block/lumbar_plexus/risks/soreness"]',
        'keys = ["block/lumbar_plexus/risks/soreness", "block/lumbar_plexus/risks/soreness"]',
    )
    (fault,) = listed(copy)
    assert 'names the key "block/lumbar_plexus/risks/soreness" twice' in fault


def test_that_a_lost_item_is_noticed(copy: Path) -> None:
    edit(
        copy,
        '[[section.items]]\nid = "risk_soreness"\ntext = "Soreness"\n'
        'keys = ["block/lumbar_plexus/risks/soreness"]\n',
        "",
    )
    (fault,) = listed(copy)
    assert "it should hold 25 items and holds 24" in fault


def test_that_content_taken_away_leaves_its_item_unserved(copy: Path) -> None:
    edit(copy, '[[risks]]\nid = "soreness"', '[[risks]]\nid = "sore_back"', "blocks/lumbar_plexus.toml")
    (fault,) = listed(copy)
    assert "risk_soreness" in fault


def test_that_check_lists_faults_of_the_seeds_among_all_others(
    copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edit(copy, '"block/lumbar_plexus/risks/soreness"', '"block/lumbar_plexus/risks/nothing"')
    assert main(["check", "--content", str(copy)]) == 1
    assert "risk_soreness" in capsys.readouterr().out


def test_that_content_of_another_body_needs_no_seeds_but_cannot_show_them(copy: Path) -> None:
    (copy / "atlas" / "seeds.toml").unlink()
    assert listed(copy) == ["atlas/seeds.toml: it is missing from the atlas folder"]
    assert not read_entries(read_folder(copy / "atlas")).faults


def test_that_seeds_and_model_are_two_tables(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--seeds", "--model"]) == 2
    assert "argument --seeds" in capsys.readouterr().err


def test_that_a_key_may_name_a_nerve_within_a_block_and_a_whole_entry() -> None:
    entries = read_entries(read_folder(ASSETS / "atlas")).entries
    index = {table: {entry.id: entry.record for entry in found} for table, found in entries.items()}
    assert key_fault(index, "block/lumbar_plexus/reaches/femoral/rates") == ""
    assert key_fault(index, "region/groin_crease") == ""
    assert "has no item sciatic" in key_fault(index, "block/lumbar_plexus/reaches/sciatic")
