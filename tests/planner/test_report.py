"""The page to take home as a record: every statement cited, nobody named, no block beside a warning."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
import textstat

from planner.atlas.handbook import Handbook
from planner.atlas.load import load_handbook
from planner.atlas.model import Atlas
from planner.atlas.wording import forbidden_in
from planner.reasons import percent
from planner.report import Page, Words
from planner.session.paper import page_of
from planner.session.resolve import resolve
from planner.session.state import RegionMark, State
from planner.space import Side

MAPS = {
    "thigh": ("thigh_ant_mid", "knee_ant"),
    "many": ("groin_crease", "thigh_ant_upper", "thigh_ant_mid", "thigh_med_mid", "hip_deep_groin"),
    "back": ("lumbar_para_L4", "buttock_mid"),
    "nothing": (),
}
IDENTITY = re.compile(
    r"\b(your name|name:|date of birth|born|birthday|record number|insurance|address|phone|signature)\b",
    re.IGNORECASE,
)


@pytest.fixture(scope="session")
def handbook(atlas_folder: Path) -> Handbook:
    return load_handbook(atlas_folder)


def marks(*regions: str, side: Side = "left", weight: float = 7.0) -> tuple[RegionMark, ...]:
    return tuple(RegionMark(region, side, weight) for region in regions)


def statements(page: Page) -> list[Words]:
    lead = [page.lead] if page.lead is not None else []
    return [*lead, *(words for part in page.parts for words in part.words)]


def text_of(page: Page) -> str:
    titles = [
        page.title,
        page.side,
        *(part.title for part in page.parts),
        *page.columns,
        page.use,
        page.reviewed,
    ]
    return "\n".join([*titles, *(words.text for words in statements(page))])


def pages(atlas: Atlas, handbook: Handbook) -> list[Page]:
    states = [
        State(marks=marks(*MAPS[name]), block=block)
        for name in MAPS
        for block in (None, *atlas.content.blocks)
    ]
    states.append(State(marks=marks("thigh_lat_mid"), flags=("foot_drop",), block="lfcn"))
    states += [State(flags=(flag,), marks=marks("groin_crease")) for flag in atlas.content.flags]
    return [page_of(atlas, handbook, state) for state in states]


def test_that_every_statement_of_content_and_model_is_cited_and_graded(
    atlas: Atlas, handbook: Handbook
) -> None:
    for page in pages(atlas, handbook):
        for words in statements(page):
            if words.origin in ("content", "model"):
                assert words.sources and words.grade, (page.title, words.text)
                assert set(words.sources) <= set(page.references)
            else:
                assert not words.sources and words.grade is None
            assert words.origin != "model" or words.grade == "estimate"


def test_that_a_source_is_told_with_its_year(atlas: Atlas, handbook: Handbook) -> None:
    page = page_of(atlas, handbook, State(marks=marks(*MAPS["many"]), block="lumbar_plexus"))
    years = {key: atlas.content.references[key].year for key in page.references}
    assert len([year for year in years.values() if year]) > 3
    for key, year in years.items():
        assert year is None or str(year) in page.references[key]


def test_that_no_page_names_anybody_or_says_a_forbidden_word(atlas: Atlas, handbook: Handbook) -> None:
    for page in pages(atlas, handbook):
        text = text_of(page)
        assert not IDENTITY.search(text), page.title
        assert forbidden_in(text.replace("diagnosis or treatment decisions", "")) == [], page.title
        assert "_" not in text, page.title


def test_that_no_record_of_the_page_has_room_for_a_person() -> None:
    assert set(Page.__slots__) == {
        "kind", "block", "title", "side", "lead", "parts", "columns", "references", "reviewed", "use",
    }  # fmt: skip


def test_that_a_page_reads_at_twelve_years(atlas: Atlas, handbook: Handbook) -> None:
    for block in atlas.content.blocks:
        page = page_of(atlas, handbook, State(marks=marks(*MAPS["thigh"]), block=block))
        own = [words for words in statements(page) if words.origin != "told"]
        assert textstat.flesch_kincaid_grade(" ".join(words.text for words in own)) <= 7.0, block


@pytest.mark.parametrize("side", ["left", "right"])
def test_that_the_side_is_said_in_words_and_is_the_only_one(
    atlas: Atlas, handbook: Handbook, side: Side
) -> None:
    state = State(marks=marks("thigh_med_mid", "knee_med", side=side), block="obturator", side=side)
    page = page_of(atlas, handbook, state)
    other = "right" if side == "left" else "left"
    assert page.side == f"on the patient's {side}"
    assert side in text_of(page) and not re.search(rf"\b{other}\b", text_of(page))


def test_that_marks_on_both_sides_are_told_apart(atlas: Atlas, handbook: Handbook) -> None:
    state = State(marks=(*marks("thigh_lat_mid"), *marks("knee_ant", side="right")))
    page = page_of(atlas, handbook, state)
    marked = page.part("marked")
    assert page.side == "on both sides" and marked is not None
    assert [words.text for words in marked.words[:2]] == [
        "On the patient's left: outer thigh.",
        "On the patient's right: kneecap.",
    ]


def test_that_a_midline_block_has_no_side(atlas: Atlas, handbook: Handbook) -> None:
    state = State(marks=marks("thigh_ant_mid"), block="epidural_interlaminar")
    assert page_of(atlas, handbook, state).side == "in the midline"


@pytest.mark.parametrize("flag", ["foot_drop", "bowel_bladder_loss", "fever_chills"])
def test_that_a_warning_sign_takes_the_place_of_every_block(
    atlas: Atlas, handbook: Handbook, flag: str
) -> None:
    state = State(marks=marks(*MAPS["thigh"]), block="femoral", flags=(flag,))
    page = page_of(atlas, handbook, state)
    assert (page.kind, page.block) == ("alert", "")
    assert page.parts[0].words[0].text == atlas.content.flags[flag].text_plain
    assert {part.id for part in page.parts} <= {"alerts", "help", "marked"}
    names = [block.name.lower() for block in atlas.content.blocks.values()]
    assert not [name for name in names if name in text_of(page).lower()]


def test_that_a_block_kept_back_says_so_first(atlas: Atlas, handbook: Handbook) -> None:
    state = State(marks=marks(*MAPS["many"]), block="lumbar_plexus", flags=("anticoagulant_not_held",))
    first = page_of(atlas, handbook, state).parts[0]
    assert first.id == "alerts" and first.least == len(first.words)
    assert first.words[0].text == atlas.content.flags["anticoagulant_not_held"].text_plain
    assert first.words[-1].text == "The block of this page is kept back for that reason."


def test_that_criteria_are_told_in_their_plain_words(atlas: Atlas, handbook: Handbook) -> None:
    page = page_of(atlas, handbook, State(marks=marks("lumbar_para_L4"), block="medial_branch"))
    said = [words.text for words in page.parts[0].words]
    weight = atlas.content.weights["criterion_first_worse_extension_rotation"]
    assert weight.meaning_plain in said and weight.meaning not in said


def test_that_the_page_says_the_figure_of_the_window(atlas: Atlas, handbook: Handbook) -> None:
    for block in ("femoral", "lumbar_plexus", "lfcn", "saphenous_acb"):
        state = State(marks=marks(*MAPS["many"]), block=block)
        chosen = resolve(atlas, state).chosen
        covers = page_of(atlas, handbook, state).part("covers")
        assert chosen is not None and covers is not None
        said = percent(chosen.covered) if round(20 * chosen.covered) else "none"
        assert f"covers {said} of the pain" in covers.words[0].text


def test_that_marks_on_the_other_side_are_not_covered(atlas: Atlas, handbook: Handbook) -> None:
    state = State(marks=marks("thigh_ant_mid", side="right"), block="femoral", side="left")
    covers = page_of(atlas, handbook, state).part("covers")
    assert covers is not None and "covers none of the pain" in covers.words[0].text
    assert "right" in covers.words[-1].text


def test_that_risks_help_and_alerts_are_never_shortened(atlas: Atlas, handbook: Handbook) -> None:
    for page in pages(atlas, handbook):
        for name in ("alerts", "help", "risks", "strength"):
            part = page.part(name)
            assert part is None or part.least == len(part.words), (page.title, name)
        assert all(0 <= part.least <= len(part.words) and part.words for part in page.parts)
        covers = page.part("covers")
        assert covers is None or all(words.origin == "told" for words in covers.words[covers.least :])
        assert page.part("help") is not None


def test_that_parts_of_a_stretch_of_limb_have_the_name_of_its_middle(
    atlas: Atlas, handbook: Handbook
) -> None:
    state = State(marks=marks("thigh_ant_upper", "thigh_ant_mid", "thigh_ant_lower", "heel"))
    marked = page_of(atlas, handbook, state).part("marked")
    assert marked is not None
    assert sorted(re.split(r", | and |: ", marked.words[0].text.rstrip("."))[1:]) == [
        "front of the thigh",
        "heel",
    ]


def test_that_how_it_feels_is_told_as_it_was_told(atlas: Atlas, handbook: Handbook) -> None:
    drawn = (RegionMark("heel", "left", 3.0), RegionMark("knee_ant", "left", 8.0, ("aching",)))
    marked = page_of(atlas, handbook, State(marks=drawn, qualities=("burning", "numb"))).part("marked")
    assert marked is not None
    assert marked.words[-1].text == "How strong: 3 to 8 of 10. It feels: burning, numb, aching."


def test_that_a_page_without_marks_or_block_still_helps(atlas: Atlas, handbook: Handbook) -> None:
    page = page_of(atlas, handbook, State())
    assert page.kind == "map" and page.side == "" and page.part("compared") is None
    assert page.part("track") is not None and page.part("help") is not None


def test_that_nobody_has_reviewed_a_page_until_the_content_says_so(atlas: Atlas, handbook: Handbook) -> None:
    state = State(block="femoral")
    assert page_of(atlas, handbook, state).reviewed == "Not clinically reviewed"
    import msgspec

    block = msgspec.structs.replace(
        atlas.content.blocks["femoral"], reviewed_by="a clinician", reviewed_on="2026-05-01"
    )
    content = replace(atlas.content, blocks={**atlas.content.blocks, "femoral": block})
    told = page_of(replace(atlas, content=content), handbook, state)
    assert told.reviewed == "Reviewed by a clinician 2026-05-01"


def test_that_the_same_state_gives_the_same_page(atlas: Atlas, handbook: Handbook) -> None:
    state = State(marks=marks(*MAPS["many"]), block="femoral", qualities=("aching",))
    assert page_of(atlas, handbook, state) == page_of(atlas, handbook, state)


def test_that_other_content_without_the_general_words_makes_a_page(atlas: Atlas) -> None:
    bare = Handbook({}, {}, {}, {})
    page = page_of(atlas, bare, State(marks=marks("knee_ant"), block="femoral"))
    part = page.part("help")
    assert part is not None and len(part.words) == 1
