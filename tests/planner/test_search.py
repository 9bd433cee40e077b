"""What a query finds: by every kind of name, with an error in it, in which order."""

from __future__ import annotations

import pytest

from planner.atlas.model import Atlas
from planner.search import Entry, Index, entries_of, words_of
from planner.session import actions as act
from planner.session.finding import going_to


@pytest.fixture(scope="module")
def index(atlas: Atlas) -> Index:
    return Index(entries_of(atlas.content))


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("femoral nerve", "femoral_left"),
        ("Nervus femoralis", "femoral_left"),
        ("femoral nerve right", "femoral_right"),
        ("LFCN", "lfcn_left"),
        ("lateral femoral cutaneous", "lfcn_left"),
        ("ilioingunal", "ilioinguinal_left"),
        ("nrve femoral", "femoral_left"),
        ("kidny", "kidney_left"),
        ("FMA10059", "vertebra_t11"),
        ("10059", "vertebra_t11"),
        ("L4/5 disc", "disc_l4_l5"),
        ("L4-L5 disc", "disc_l4_l5"),
        ("ivc", "vena_cava_inferior"),
        ("psoas major", "psoas_major_left"),
        ("asis", "hip_bone_asis_left"),
        ("lumbar plexus block", "lumbar_plexus"),
        ("shin", "leg_ant"),
    ],
)
def test_that_every_kind_of_name_finds_what_it_names(
    index: Index, atlas: Atlas, query: str, first: str
) -> None:
    hit = index.find(query)[0].entry
    if hit.kind == "part":
        assert "anterior superior iliac spine" in hit.title.casefold()
    elif hit.kind == "structure" and first not in atlas.content.structures:
        assert first.split("_")[0] in hit.id
    else:
        assert hit.id == first


def test_that_every_structure_is_found_by_its_own_name_and_id(index: Index, atlas: Atlas) -> None:
    for name, record in atlas.content.structures.items():
        side = "right" if record.side == "right" else "left"
        titles = [hit.entry.title.casefold() for hit in index.find(record.name, 8, side=side)]
        assert record.name.casefold() in titles, name
        assert name in [hit.entry.id for hit in index.find(name, 8, side=side)], name


def test_that_the_side_being_looked_at_comes_first(index: Index) -> None:
    assert index.find("obturator nerve", side="right")[0].entry.id == "obturator_right"
    assert index.find("obturator nerve", side="left")[0].entry.id == "obturator_left"


def test_that_a_wrong_digit_is_another_thing_and_not_an_error(index: Index) -> None:
    assert all("T12" not in hit.entry.title for hit in index.find("FMA10059"))


@pytest.mark.parametrize("query", ["", "   ", "…", "qqqqzzzz", "\x00", "a" * 5000])
def test_that_nonsense_finds_nothing_and_breaks_nothing(index: Index, query: str) -> None:
    assert index.find(query) == ()


def test_that_accents_case_and_punctuation_do_not_count() -> None:
    assert words_of("Née L4/5, (M.) ÉPAULE") == ("nee", "l4", "l5", "m", "epaule")


def test_that_kinds_and_the_number_of_results_can_be_limited(index: Index) -> None:
    assert {hit.entry.kind for hit in index.find("femoral", kinds=("block",))} == {"block"}
    assert len(index.find("nerve", limit=5)) == 5 and Index(()).find("nerve") == ()


def test_that_what_is_found_leads_to_the_act_that_shows_it(index: Index, atlas: Atlas) -> None:
    content = atlas.content

    def found(query: str, kind: str) -> Entry:
        return next(hit.entry for hit in index.find(query, 200) if hit.entry.kind == kind)

    nerve, bone = found("femoral nerve", "structure"), found("sacrum", "structure")
    assert going_to(content, [nerve, bone], "left") == act.GoTo((nerve.id, bone.id))
    part = found("asis", "part")
    assert going_to(content, [part], "left") == act.GoTo((content.parts[part.id].structure,))
    assert going_to(content, [found("lumbar plexus", "block")], "left") == act.ChooseBlock("lumbar_plexus")
    region = found("shin", "region")
    assert going_to(content, [region], "right") == act.FocusOn((f"region_{region.id}_right",))
    assert going_to(content, [], "left") is None
    for variant in content.variants.values():
        for stem in variant.shows[:1]:
            shown = going_to(content, [Entry("structure", f"{stem}_left", (stem,))], "left")
            assert isinstance(shown, act.ChooseVariant) and shown.group
    group = found("lumbar plexus", "group")
    led = going_to(content, [group], "left")
    assert isinstance(led, act.GoTo) and "obturator_left" in led.structures
