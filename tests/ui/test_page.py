"""The page on paper: one sheet whatever is on it, nothing cut, small or named."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from planner.atlas.handbook import Handbook
from planner.atlas.model import Atlas
from planner.report import Page, Part, Words
from planner.session.paper import page_of
from planner.session.state import RegionMark, State
from tests.ui.pages import CAUTIONS, EVERYWHERE, PAPERS, SOME
from ui.page.blocks import IN_PROGRAM
from ui.page.papers import Paper
from ui.page.pdf import image_of
from ui.page.pictures import Pictures
from ui.page.setting import LEAST_SCALE, UNITS_PER_PT, Paragraph, Run, pt, size_pt
from ui.page.sheet import Sheet, set_page

ROOM_PT = {"a4": 841.89, "letter": 792.0}
LEAST_SHRINK = 0.95  # with five cautions at once on the shorter paper: 9.5 points


def shown(page: Page, sheet: Sheet) -> list[str]:
    """The statements that the sheet should hold."""
    lead = [page.lead.text] if page.lead is not None else []
    return [*lead, *(words.text for part in page.parts for words in part.words[: sheet.fit.count(part.id)])]


def fits(page: Page, sheet: Sheet) -> None:
    """One page, all of what it claims to hold, and the rest counted."""
    assert sheet.blocks.height * sheet.shrink <= pt(ROOM_PT[sheet.paper] - 2 * 26.0) + 1.0
    told = " ".join(sheet.texts())
    for text in shown(page, sheet):
        assert text in told
    for part in page.parts:
        count = sheet.fit.count(part.id)
        assert count >= part.least
        left = len(part.words) - count
        assert not (count and left) or IN_PROGRAM.format(count=left) in told


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("hurts", [SOME, EVERYWHERE, ()], ids=["some", "everywhere", "nothing"])
def test_that_every_block_fits_one_page_at_ten_points(
    qapp: object,
    atlas: Atlas,
    handbook: Handbook,
    blank: Pictures,
    hurts: tuple[RegionMark, ...],
    paper: Paper,
) -> None:
    for block in (None, *atlas.content.blocks):
        page = page_of(atlas, handbook, State(marks=hurts, block=block))
        sheet = set_page(page, blank, paper)
        fits(page, sheet)
        assert sheet.shrink == 1.0, page.title
        assert size_pt("body", sheet.fit.scale) >= 10.0 and size_pt("small", sheet.fit.scale) >= 9.0


@pytest.mark.parametrize("paper", PAPERS)
def test_that_four_words_of_pain_cost_no_block_its_picture_of_the_way(
    qapp: object, atlas: Atlas, handbook: Handbook, blank: Pictures, paper: Paper
) -> None:
    for block in atlas.content.blocks:
        page = page_of(atlas, handbook, State(marks=SOME, block=block))
        for words in (0, 4):
            sheet = set_page(page, replace(blank, feels=blank.feels[:words]), paper)
            assert sheet.fit.scene_pt >= 100.0 and sheet.fit.chart_pt >= 150.0, (block, words)


@pytest.mark.parametrize("paper", PAPERS)
def test_that_cautions_leave_the_page_one_page(
    qapp: object, atlas: Atlas, handbook: Handbook, blank: Pictures, paper: Paper
) -> None:
    for block in atlas.content.blocks:
        for flags in (CAUTIONS[:1], CAUTIONS):
            page = page_of(atlas, handbook, State(marks=SOME, block=block, flags=flags))
            sheet = set_page(page, blank, paper)
            fits(page, sheet)
            assert sheet.shrink >= (1.0 if len(flags) == 1 else LEAST_SHRINK), (page.title, len(flags))


def test_that_text_without_end_is_made_smaller_and_never_cut(qapp: object, blank: Pictures) -> None:
    words = tuple(Words(f"Sentence {k} of a very long text that goes on. " * 6) for k in range(60))
    part = Part("help", "When to seek help", words, len(words))
    page = Page(
        "block", "x", "A title " * 20, "", None, (part,), ("a", "b"), {}, "Not clinically reviewed", "use"
    )
    sheet = set_page(page, blank, "letter")
    fits(page, sheet)
    assert sheet.shrink < 1.0


def test_that_a_word_longer_than_its_line_is_broken(qapp: object) -> None:
    paragraph = Paragraph((Run("x" * 400),), pt(100.0))
    assert paragraph.height > 3 * Paragraph((Run("x"),), pt(100.0)).height
    assert paragraph.widest <= pt(100.0) + 1.0


def test_that_a_last_line_is_no_single_short_word(qapp: object) -> None:
    words = (
        "Tell your doctor about any infection or fever, or about sore skin where the needle would go in it"
    )
    for width in range(90, 260, 7):
        paragraph = Paragraph((Run(words),), pt(float(width)))
        bare = Paragraph((Run(words),), pt(float(width)))
        assert paragraph.height == bare.height and paragraph.widest <= pt(float(width)) + 1.0


def test_that_the_sheet_is_set_alike_every_time(
    qapp: object, atlas: Atlas, handbook: Handbook, blank: Pictures
) -> None:
    page = page_of(atlas, handbook, State(marks=SOME, block="lumbar_plexus"))
    assert set_page(page, blank).fit == set_page(page, blank).fit


def test_that_a_list_cut_short_loses_its_end_and_says_how_much(
    qapp: object, atlas: Atlas, handbook: Handbook, blank: Pictures
) -> None:
    page = page_of(atlas, handbook, State(marks=SOME, block="lumbar_plexus"))
    sheet, ask = set_page(page, blank), page.part("ask")
    assert ask is not None
    count = sheet.fit.count("ask")
    told = " ".join(sheet.texts())
    assert 0 < count < len(ask.words)
    assert ask.words[count - 1].text in told and ask.words[count].text not in told
    assert f"and {len(ask.words) - count} more in the program" in told


def test_that_sources_are_numbered_as_they_are_met(
    qapp: object, atlas: Atlas, handbook: Handbook, blank: Pictures
) -> None:
    page = page_of(atlas, handbook, State(marks=SOME, block="femoral"))
    sheet = set_page(page, blank)
    told = next(text for text in sheet.texts() if text.startswith("Sources"))
    numbers = [int(n) for n in re.findall(r"(?:^|\s)(\d{1,2})\u202f", told)]
    assert numbers == list(range(1, len(numbers) + 1)) and len(numbers) > 3
    kept = {
        key
        for part in page.parts
        for words in part.words[: sheet.fit.count(part.id)]
        for key in words.sources
    }
    assert all(page.references[key] in told for key in kept)


def test_that_the_screen_shows_what_the_paper_gets(
    qapp: object, atlas: Atlas, handbook: Handbook, blank: Pictures
) -> None:
    sheet = set_page(page_of(atlas, handbook, State(block="femoral")), replace(blank, scene=None))
    image = image_of(sheet, 50.0)
    assert (image.width(), image.height()) == (413, 585)
    dark = sum(image.pixelColor(x, y).lightness() < 120 for x in range(0, 413, 3) for y in range(0, 585, 3))
    assert dark > 300 and UNITS_PER_PT == 20
    assert pytest.approx(10.0) == LEAST_SCALE * 10.5
