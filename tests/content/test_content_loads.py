"""The shipped text decodes, holds what the program promises, and broken text is refused by name."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import get_args

import pytest

from planner.answer import Outcome
from planner.atlas import cache
from planner.atlas.integrity import OUTCOMES, cited_within
from planner.atlas.load import ContentFault, load_content, nearest
from planner.atlas.model import Content, Record

ASSETS = Path(str(files("assets")))
FULL_BLOCKS = (
    "lumbar_plexus",
    "femoral",
    "saphenous_acb",
    "lfcn",
    "obturator",
    "ilioinguinal_iliohypogastric",
    "genitofemoral",
    "medial_branch",
)


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "cache"
    monkeypatch.setattr(cache, "cache_folder", lambda: folder)
    return folder


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Content]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cache, "cache_folder", lambda: tmp_path_factory.getbasetemp() / "content-cache")
        yield load_content(ASSETS)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A content folder with the text alone, to be broken."""
    shutil.copytree(ASSETS / "atlas", tmp_path / "content" / "atlas")
    return tmp_path / "content"


def edit(path: Path, old: str, new: str) -> int:
    """Replaces the first occurrence and returns its line."""
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{old!r} is not in {path.name}"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def test_that_the_content_holds_every_region_nerve_source_and_block(content: Content) -> None:
    assert len(content.regions) == 66
    assert len(content.nerves) == 63
    assert len(content.generators) == 28
    assert len(content.blocks) == 22
    assert len(content.cases) == 60
    assert len(content.references) >= 100
    assert sum(block.role == "comparator" for block in content.blocks.values()) == 9


def test_that_every_id_of_a_table_is_its_key(content: Content) -> None:
    for table in (content.nerves, content.regions, content.blocks, content.cases, content.structures):
        assert all(key == record.id for key, record in table.items())


def test_that_every_claim_and_every_sentence_of_a_block_has_sources(content: Content) -> None:
    for block in content.blocks.values():
        cited = list(cited_within(block))
        assert len(cited) >= 3, block.id
        for path, claim in cited:
            assert claim.sources, f"{block.id} {path}"
            assert set(claim.sources) <= set(content.references), f"{block.id} {path}"


def test_that_the_blocks_of_the_first_road_are_complete(content: Content) -> None:
    for name in FULL_BLOCKS:
        block = content.blocks[name]
        for claim in (block.question, block.target, block.numb, block.weakness, block.walking, block.depth):
            assert claim is not None and claim.plain, name
        for part in ("approaches", "guidance", "steps", "risks", "better_candidates", "poorer_candidates"):
            assert getattr(block, part), f"{name}: {part}"
        for part in ("preparation", "recovery", "track", "ask", "if_it_helps", "if_it_does_not"):
            assert getattr(block, part), f"{name}: {part}"
        assert all(risk.plain for risk in block.risks), name


def test_that_every_block_names_a_question_a_target_and_its_points(content: Content) -> None:
    for block in content.blocks.values():
        assert block.question.text and block.question.plain, block.id
        assert block.targets, block.id
        assert all(target.startswith("target_") for target in block.targets), block.id


def test_that_deep_blocks_are_not_compressible_and_count_as_deep_for_bleeding(content: Content) -> None:
    deep = {block.id for block in content.blocks.values() if block.depth_class == "deep"}
    assert deep == {"lumbar_plexus", "epidural_interlaminar", "tfesi", "lumbar_sympathetic"}
    for name in deep:
        assert content.blocks[name].compressible == "no"
        assert content.blocks[name].bleeding_class == "deep"
    for name in ("obturator", "fascia_iliaca_supra", "peng"):
        assert content.blocks[name].compressible == "partly"
        assert content.blocks[name].bleeding_class == "case_by_case"


def test_that_branches_belong_to_their_trunks(content: Content) -> None:
    for branch, trunk in (
        ("lfcn_ant", "lfcn"),
        ("saphenous", "femoral"),
        ("saphenous_infrapatellar", "saphenous"),
        ("femoral_articular_hip", "femoral"),
        ("obturator_cutaneous", "obturator_anterior"),
        ("obturator_anterior", "obturator"),
        ("genitofemoral_genital", "genitofemoral"),
        ("inferior_cluneal", "pfcn"),
        ("tibial", "sciatic"),
    ):
        assert content.nerves[branch].part_of == trunk


def test_that_nerves_without_skin_are_no_supply_of_a_superficial_region(content: Content) -> None:
    silent = {"sympathetic_chain", "dorsal_ramus_L5", "sacral_lateral_branches", "superior_gluteal"}
    silent |= {name for name in content.nerves if "articular" in name or name.startswith("medial_branch")}
    for region in content.regions.values():
        if not region.deep:
            assert not silent & {share.of for share in region.supply}, region.id


def test_that_every_probability_of_a_region_is_shown_as_an_estimate(content: Content) -> None:
    assert all(region.grade == "estimate" for region in content.regions.values())
    assert all("compiler" in region.sources for region in content.regions.values())


def test_that_conflicting_figures_keep_their_spread(content: Content) -> None:
    reach = {r.nerve: r for r in content.blocks["three_in_one"].reaches}["obturator"]
    assert (reach.low, reach.high) == (0.04, 0.52)
    reach = {r.nerve: r for r in content.blocks["fascia_iliaca_supra"].reaches}["obturator"]
    assert (reach.low, reach.high) == (0.0, 0.8)


def test_that_outcomes_are_spelled_as_in_the_answer() -> None:
    assert set(OUTCOMES) == set(get_args(Outcome))


def test_that_the_hash_follows_every_change_of_text_but_not_line_endings(copy: Path) -> None:
    first = load_content(copy).sha256
    path = copy / "atlas" / "nerves.toml"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert load_content(copy).sha256 == first
    edit(path, "Subcostal nerve", "Subcostal nerve of T12")
    assert load_content(copy).sha256 != first


def test_that_content_from_the_cache_equals_content_from_text(copy: Path, own_cache: Path) -> None:
    from_text = load_content(copy)
    kept = list(own_cache.glob("content-*.msgpack"))
    assert len(kept) == 1
    assert load_content(copy) == from_text
    kept[0].write_bytes(kept[0].read_bytes()[:-5])
    assert load_content(copy) == from_text


def test_that_an_edited_file_is_read_again_and_not_taken_from_the_cache(copy: Path) -> None:
    load_content(copy)
    edit(copy / "atlas" / "nerves.toml", "Subcostal nerve", "Renamed nerve")
    assert load_content(copy).nerves["subcostal"].name == "Renamed nerve"


def test_that_a_cache_that_cannot_be_written_is_no_fault(copy: Path, own_cache: Path) -> None:
    own_cache.write_text("a file where a folder should be", encoding="utf-8")
    assert load_content(copy).nerves


def test_that_a_truncated_file_is_refused_by_name_and_line(copy: Path) -> None:
    path = copy / "atlas" / "blocks" / "lfcn.toml"
    path.write_bytes(path.read_bytes()[:900])
    with pytest.raises(ContentFault, match=r"blocks/lfcn\.toml:\d+: .*cut off"):
        load_content(copy)


def test_that_an_unknown_field_names_its_line_and_the_nearest_fields(copy: Path) -> None:
    line = edit(copy / "atlas" / "nerves.toml", 'kind = "', 'kindd = "')
    with pytest.raises(ContentFault) as caught:
        load_content(copy)
    (fault,) = caught.value.faults
    assert (fault.file, fault.line, fault.entry) == ("nerves.toml", line, "subcostal")
    assert "kindd" in fault.text and "nearest: kind" in fault.text


def test_that_every_faulty_entry_is_found_in_one_run(copy: Path) -> None:
    lines = {
        "territories.toml": edit(copy / "atlas" / "territories.toml", "p = 0.75", "p = 1.75"),
        "nerves.toml": edit(copy / "atlas" / "nerves.toml", 'part_of = "lfcn"', 'part_of = "lfnc"'),
        "blocks/femoral.toml": edit(copy / "atlas" / "blocks" / "femoral.toml", '["jaeger2013"]', "[]"),
        "cases.toml": edit(copy / "atlas" / "cases.toml", 'id = "V02"', 'id = "V01"'),
    }
    with pytest.raises(ContentFault) as caught:
        load_content(copy)
    found = {fault.file: fault for fault in caught.value.faults}
    assert set(found) == set(lines)
    assert found["territories.toml"].line == lines["territories.toml"]
    assert found["nerves.toml"].line == lines["nerves.toml"]
    assert "nearest: lfcn" in found["nerves.toml"].text
    assert found["cases.toml"].line == lines["cases.toml"]
    assert "weakness" in found["blocks/femoral.toml"].text
    assert "no sources" in found["blocks/femoral.toml"].text


def test_that_a_missing_folder_is_named() -> None:
    with pytest.raises(ContentFault, match="no such folder"):
        load_content(ASSETS / "nowhere")


def test_that_nearest_finds_what_was_meant(content: Content) -> None:
    assert nearest("thigh_lat_mit", content.regions)[0] == "thigh_lat_mid"
    assert nearest("Plexus", content.blocks)[0] == "lumbar_plexus"
    assert nearest("lfcn block", content.blocks)[0] == "lfcn"
    assert len(nearest("xyz", content.flags)) == 3
    assert nearest("anything", []) == []


def test_that_records_cannot_be_changed(content: Content) -> None:
    record: Record = content.nerves["lfcn"]
    with pytest.raises(AttributeError):
        record.name = "other"  # type: ignore[attr-defined]
