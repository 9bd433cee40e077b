"""Blocks, comparators and what is read beside them: nothing that pages or tables ask for is missing."""

from __future__ import annotations

import re
import shutil
from importlib.resources import files
from pathlib import Path

import pytest

from planner.atlas import cache
from planner.atlas.integrity import RATES_DIFFER_FROM, integrity_faults
from planner.atlas.load import load_content, load_handbook, read_entries
from planner.atlas.text import read_folder

ASSETS = Path(str(files("assets")))
CONTENT = load_content(ASSETS)
HANDBOOK = load_handbook(ASSETS)

LISTS = (
    "purpose",
    "situations",
    "not_first_for",
    "reaches",
    "nearby",
    "approaches",
    "guidance",
    "steps",
    "risks",
    "better_candidates",
    "poorer_candidates",
    "preparation",
    "recovery",
    "track",
    "ask",
    "duration",
    "reading",
    "if_it_helps",
    "if_it_does_not",
)
FACETS = {
    "facet_L1_2": ("medial_branch_T12", "medial_branch_L1"),
    "facet_L2_3": ("medial_branch_L1", "medial_branch_L2"),
    "facet_L3_4": ("medial_branch_L2", "medial_branch_L3"),
    "facet_L4_5": ("medial_branch_L3", "medial_branch_L4"),
    "facet_L5_S1": ("medial_branch_L4", "dorsal_ramus_L5"),
}


@pytest.mark.parametrize("name", CONTENT.blocks)
def test_that_a_block_says_everything(name: str) -> None:
    block = CONTENT.blocks[name]
    # An injection at a tendon reaches no nerve: it asks the tendon itself.
    wanted = [part for part in LISTS if not (part == "reaches" and name == "gtps_injection")]
    assert [part for part in wanted if not getattr(block, part)] == []
    for part in ("question", "target", "numb", "weakness", "walking", "depth"):
        assert getattr(block, part) is not None, part


@pytest.mark.parametrize("name", CONTENT.blocks)
def test_that_how_to_read_a_result_names_the_sign_proper_to_the_block(name: str) -> None:
    ids = {claim.id for claim in (*CONTENT.blocks[name].reading, *CONTENT.blocks[name].if_it_does_not)}
    assert ids & {"sign", "contrast", "negative"}, name


def test_that_a_negative_block_is_read_by_its_sign_where_no_skin_goes_numb() -> None:
    for name in ("obturator", "lumbar_sympathetic", "medial_branch", "peng", "hip_ia_injection"):
        told = " ".join(c.text for c in (*CONTENT.blocks[name].reading, *CONTENT.blocks[name].if_it_helps))
        assert "no numb skin" in told or "without numb skin" in told or "no skin is numb" in told, name


def test_that_each_facet_joint_has_its_two_nerves() -> None:
    """Bogduk: each lumbar facet joint is served by the medial branch of its level and the one above."""
    assert {name: CONTENT.generators[name].nerves for name in FACETS} == FACETS
    for nerves in FACETS.values():
        assert set(nerves) <= {reach.nerve for reach in CONTENT.blocks["medial_branch"].reaches}


def test_that_published_rates_that_disagree_are_told_and_not_averaged() -> None:
    conflicts = {
        (name, reach.nerve)
        for name, block in CONTENT.blocks.items()
        for reach in block.reaches
        if reach.rates and max(r.p for r in reach.rates) - min(r.p for r in reach.rates) >= RATES_DIFFER_FROM
    }
    assert {
        ("three_in_one", "obturator"),  # 4 % by the trunk (Lang 1993), 52 % by skin testing (Capdevila 1998)
        ("fascia_iliaca_supra", "obturator"),  # MRI 8 of 10 (Vermeylen 2019), none in cadavers (2024)
        ("fascia_iliaca_infra", "obturator"),
        ("lfcn", "lfcn"),  # 40 % by landmark, 85-100 % by stimulator (Shannon 1995)
        ("lumbar_sympathetic", "genitofemoral"),  # 0 of 15 at L2, 6 of 15 at L4 (Sayson 1997)
        ("lumbar_plexus", "lfcn"),  # 85 % (Capdevila 2002), 93-97 % (Mannion 2005)
    } <= conflicts
    for name, nerve in conflicts:
        reach = next(reach for reach in CONTENT.blocks[name].reaches if reach.nerve == nerve)
        assert reach.conflict, (name, nerve)


def test_that_every_published_rate_has_one_source_and_says_how_it_was_judged() -> None:
    rates = [rate for b in CONTENT.blocks.values() for reach in b.reaches for rate in reach.rates]
    assert len(rates) >= 25
    assert all(len(rate.sources) == 1 and rate.judged_by for rate in rates)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (r"high = 0\.52", "high = 0.6", "least and the greatest of its rates"),
        (r'conflict = """.*?"""', 'conflict = ""', "no conflict says why"),
        (r"p = 0\.52", "p = 1.52", "<= 1.0"),
    ],
)
def test_that_rates_and_their_range_must_agree(tmp_path: Path, old: str, new: str, words: str) -> None:
    shutil.copytree(ASSETS / "atlas", tmp_path / "atlas")
    path = tmp_path / "atlas" / "blocks" / "three_in_one.toml"
    head, mark, rest = path.read_text(encoding="utf-8").partition('nerve = "obturator"')
    changed = re.sub(old, new, rest, count=1, flags=re.DOTALL)
    assert changed != rest
    path.write_text(head + mark + changed, encoding="utf-8")
    reading = read_entries(read_folder(tmp_path / "atlas"))
    faults = [*reading.faults, *integrity_faults(reading.entries, reading.broken)]
    assert any(fault.file == "blocks/three_in_one.toml" and words in fault.text for fault in faults), faults


def test_that_the_comparison_holds_the_six_rows_of_the_page_and_those_it_lacks() -> None:
    rows = {row.id: row for row in HANDBOOK.comparisons["procedures"].rows}
    assert [name for name, row in rows.items() if row.from_page] == [
        "lumbar_plexus",
        "epidural",
        "lumbar_sympathetic",
        "femoral",
        "lfcn",
        "groin_nerves",
    ]
    assert {"obturator", "medial_branch", "iliohypogastric", "saphenous"} <= set(rows)


def test_that_the_five_patterns_lead_to_their_blocks() -> None:
    rows = HANDBOOK.comparisons["patterns"].rows
    assert [row.blocks for row in rows] == [
        ("lfcn",),
        ("genitofemoral", "ilioinguinal_iliohypogastric"),
        ("femoral", "saphenous_acb"),
        ("obturator",),
        ("lumbar_plexus",),
    ]
    assert all(row.from_page and row.regions for row in rows)


def test_that_plexus_epidural_and_sympathetic_block_are_held_against_one_another() -> None:
    table = HANDBOOK.comparisons["plexus_epidural_sympathetic"]
    assert [column.block for column in table.columns] == [
        "lumbar_plexus",
        "epidural_interlaminar",
        "lumbar_sympathetic",
    ]
    assert {"target", "question", "numb", "sign", "depth"} <= {row.id for row in table.rows}


def test_that_a_row_with_a_cell_too_few_is_a_fault(tmp_path: Path) -> None:
    shutil.copytree(ASSETS / "atlas", tmp_path / "atlas")
    path = tmp_path / "atlas" / "comparisons.toml"
    head, mark, rest = path.read_text(encoding="utf-8").partition("[[comparison.rows.cells]]")
    path.write_text(head + mark + rest.partition("[[comparison.rows.cells]]")[2], encoding="utf-8")
    reading = read_entries(read_folder(tmp_path / "atlas"))
    faults = integrity_faults(reading.entries, reading.broken)
    assert any("lumbar_plexus has 1 cells, the table has 2 columns" in fault.text for fault in faults)


def test_that_two_items_of_a_list_cannot_share_an_id(tmp_path: Path) -> None:
    shutil.copytree(ASSETS / "atlas", tmp_path / "atlas")
    path = tmp_path / "atlas" / "blocks" / "lumbar_plexus.toml"
    text = path.read_text(encoding="utf-8").replace('id = "bruising"', 'id = "soreness"', 1)
    path.write_text(text, encoding="utf-8")
    reading = read_entries(read_folder(tmp_path / "atlas"))
    faults = integrity_faults(reading.entries, reading.broken)
    assert [fault.text for fault in faults] == ['risks: the id "soreness" stands twice']


def test_that_dermatomes_reach_from_t11_to_s3() -> None:
    levels = ("T11", "T12", "L1", "L2", "L3", "L4", "L5", "S1", "S2", "S3")
    assert tuple(HANDBOOK.dermatomes) == levels
    drawn = {share.of for region in CONTENT.regions.values() for share in region.dermatomes}
    assert set(levels) <= drawn


def test_that_conflicts_between_dermatome_maps_are_told() -> None:
    """Maps disagree above all about lumbar skin beside the spine and about L5 against S1."""
    told = {name for name, level in HANDBOOK.dermatomes.items() if level.differs is not None}
    assert {"L1", "L2", "L3", "L4", "L5", "S1"} <= told


def test_that_the_handbook_is_decoded_only_when_it_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache, "cache_folder", lambda: tmp_path)
    load_content(ASSETS)
    assert len(list(tmp_path.glob("content-*.msgpack"))) == 1
    first = load_handbook(ASSETS)
    assert len(list(tmp_path.glob("content-*.msgpack"))) == 2
    assert load_handbook(ASSETS) == first


def test_that_no_frequency_of_a_risk_is_a_number_without_a_source_that_could_hold_it() -> None:
    """Figures stand only where a work or a textbook is named; never on this atlas's own estimate."""
    for name, block in CONTENT.blocks.items():
        for risk in block.risks:
            if any(sign.isdigit() for sign in risk.frequency):
                assert set(risk.sources) - {"compiler"}, f"{name}: {risk.name}"


def test_that_no_text_of_the_pages_is_copied() -> None:
    """The pages' wording is not the atlas's: sentences of theirs do not stand in it."""
    sentences = (
        "not treated as a routine injection for all hip, groin, or thigh pain",
        "should not be done because the pain map is vague",
        "less anatomical turbulence",
        "A painless leg can still buckle, stumble, or be injured by overuse",
    )
    for path in sorted((ASSETS / "atlas").rglob("*.toml")):
        text = path.read_text(encoding="utf-8")
        assert not [sentence for sentence in sentences if sentence in text], path.name
