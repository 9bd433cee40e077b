"""The page on paper: one sheet whatever is on it, nothing cut, small or named; written, printed, shown."""

from __future__ import annotations

import os
import re
import sys
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from planner.atlas.handbook import Handbook
from planner.atlas.load import load_handbook
from planner.atlas.model import Atlas
from planner.report import Page, Part, Words
from planner.session import actions as act
from planner.session.paper import page_of
from planner.session.resolve import resolve
from planner.session.scene_file import save
from planner.session.state import RegionMark, State
from planner.space import Side
from ui.main_window import MainWindow
from ui.page import __main__ as program
from ui.page.blocks import IN_PROGRAM
from ui.page.making import Made, make
from ui.page.papers import Paper
from ui.page.pdf import image_of, pdf_of
from ui.page.pictures import Pictures, paper_scene, paper_state, swatch
from ui.page.preview import PagePreview, Source, file_name
from ui.page.scene import LentDrawing, Shot, shot_of
from ui.page.setting import LEAST_SCALE, UNITS_PER_PT, Paragraph, Run, pt, size_pt
from ui.page.sheet import Sheet, set_page
from ui.theme import DARK, LIGHT, Theme
from ui.widgets.work import at_once

PAPERS: tuple[Paper, ...] = ("a4", "letter")
ROOM_PT = {"a4": 841.89, "letter": 792.0}
LEAST_SHRINK = 0.95  # with five cautions at once on the shorter paper: 9.5 points


@pytest.fixture(scope="session")
def handbook(atlas_folder: Path) -> Handbook:
    return load_handbook(atlas_folder)


@pytest.fixture(scope="session")
def blank(atlas: Atlas) -> Pictures:
    """Grey pictures in the shape of real ones, with everything that a legend can hold."""
    chart, scene = QImage(43, 138, QImage.Format.Format_RGB32), QImage(86, 58, QImage.Format.Format_RGB32)
    for image in (chart, scene):
        image.fill(0xFFDDDDDD)
    feels = tuple((quality.plain, quality.symbol) for quality in atlas.content.qualities.values())
    return Pictures((chart, chart), scene, "anterior", True, True, True, True, feels)


def marks(*regions: str, side: Side = "left") -> tuple[RegionMark, ...]:
    return tuple(RegionMark(region, side, 7.0) for region in regions)


SOME = marks("thigh_ant_mid", "knee_ant", "groin_crease")
EVERYWHERE = tuple(
    RegionMark(region, side, 7.0)
    for side in ("left", "right")
    for region in (
        "groin_crease",
        "thigh_ant_mid",
        "thigh_lat_mid",
        "buttock_mid",
        "heel",
        "leg_ant",
        "flank",
    )
)
CAUTIONS = (
    "anticoagulant_not_held",
    "kidney_disease",
    "allergy_contrast",
    "infection_at_injection_site",
    "pregnancy",
)


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


# -- the file -----------------------------------------------------------------------------------------


def page_count(data: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", data))


@pytest.mark.parametrize("paper", PAPERS)
def test_that_the_file_has_one_page_of_its_size_for_every_block(
    qapp: object, atlas: Atlas, handbook: Handbook, blank: Pictures, paper: Paper
) -> None:
    box = {"a4": (595, 842), "letter": (612, 792)}[paper]
    for block in (None, *atlas.content.blocks):
        data = pdf_of(set_page(page_of(atlas, handbook, State(marks=SOME, block=block)), blank, paper), "x")
        assert data.startswith(b"%PDF-") and page_count(data) == 1
        found = re.search(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", data)
        assert found is not None
        assert [round(float(side)) for side in found.groups()] == pytest.approx(box, abs=1)


def test_that_the_file_holds_its_fonts_and_text_and_nothing_about_anybody(
    qapp: object, atlas: Atlas, handbook: Handbook, blank: Pictures
) -> None:
    page = page_of(atlas, handbook, State(marks=SOME, block="femoral"))
    data = pdf_of(set_page(page, blank), page.title)
    assert b"/FontFile2" in data or b"/FontFile3" in data
    assert b"/ToUnicode" in data
    title = page.title.encode("utf-16-be")
    assert b"\xfe\xff" + title in data or page.title.encode() in data
    home, user = str(Path.home()), os.environ.get("USER", "")
    unpacked = data
    for stream in re.findall(rb"stream\r?\n(.*?)endstream", data, re.DOTALL):
        try:
            unpacked += zlib.decompress(stream)
        except zlib.error:
            continue
    assert home == "/" or home.encode() not in unpacked
    assert re.search(rb"/Author ?\((?:\xfe\xff)?\)|^(?!.*/Author)", data, re.DOTALL)
    assert len(user) < 4 or f"/Author ({user}".encode() not in data


def test_that_covered_uncovered_and_numb_differ_in_grey(qapp: object) -> None:
    looks = {}
    for kind in ("covered", "uncovered", "numb", "deep"):
        image = QImage(200, 120, QImage.Format.Format_Grayscale8)
        image.fill(255)
        with QPainter(image) as painter:
            painter.scale(0.5, 0.5)
            swatch(painter, kind, QRectF(20.0, 20.0, 360.0, 200.0))
        middle = [image.pixelColor(x, 60).lightness() for x in range(30, 170)]
        looks[kind] = (sum(middle) / len(middle), max(middle) - min(middle))
    assert looks["uncovered"][1] == 0  # a plain fill; the others are patterns
    assert all(looks[kind][1] > 60 for kind in ("covered", "numb"))
    assert looks["numb"][0] - looks["covered"][0] > 25 and looks["numb"][0] - looks["uncovered"][0] > 25


# -- the command --------------------------------------------------------------------------------------


@pytest.fixture
def scene_file(atlas: Atlas, tmp_path: Path) -> Path:
    path = tmp_path / "scene.json"
    save(path, State(marks=SOME, block="femoral"), atlas.content.sha256)
    return path


def command(folder: Path, scene: Path, out: Path, *more: str) -> int:
    return program.main(["--content", str(folder), "--scene", str(scene), "--out", str(out), *more])


def test_that_the_command_writes_a_page_with_its_pathway(
    qapp: object, atlas_folder: Path, scene_file: Path, tmp_path: Path
) -> None:
    out = tmp_path / "page.pdf"
    out.write_bytes(b"old")
    assert command(atlas_folder, scene_file, out) == 0
    assert page_count(out.read_bytes()) == 1
    assert sorted(p.name for p in tmp_path.iterdir()) == ["page.pdf", "scene.json"]


def test_that_a_machine_without_graphics_still_makes_a_page(
    qapp: object,
    atlas_folder: Path,
    scene_file: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    from ui.page import scene
    from ui.scene3d.window import GraphicsMissing

    def none(*_: object) -> None:
        raise GraphicsMissing("there is no OpenGL library")

    monkeypatch.setattr(scene, "drawn_alone", none)
    out = tmp_path / "page.pdf"
    assert command(atlas_folder, scene_file, out, "--paper", "letter") == 0
    assert page_count(out.read_bytes()) == 1
    assert "no 3D picture" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("out", "said"),
    [
        ("x.txt", ".pdf"),
        ("no_such/x.pdf", "no_such"),
        ("folder.pdf", "is a folder"),
        ("x" * 300 + ".pdf", "--out"),
    ],
)
def test_that_a_place_that_takes_no_file_is_refused_in_one_line(
    atlas_folder: Path,
    scene_file: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    out: str,
    said: str,
) -> None:
    (tmp_path / "folder.pdf").mkdir()
    assert command(atlas_folder, scene_file, tmp_path / out) == 2
    told = capsys.readouterr().err
    assert said in told and told.count("\n") == 1 and "--out" in told


def test_that_an_unreadable_scene_is_refused_in_one_line(
    atlas_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    scene = tmp_path / "scene.json"
    for content in (None, b"{", b'{"format": "other", "version": 1}'):
        if content is not None:
            scene.write_bytes(content)
        assert command(atlas_folder, scene, tmp_path / "x.pdf") == 2
        told = capsys.readouterr().err
        assert "--scene" in told and told.count("\n") == 1
        assert not (tmp_path / "x.pdf").exists()


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="root may write anywhere")
def test_that_a_read_only_folder_is_refused(
    atlas_folder: Path, scene_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shut = tmp_path / "shut"
    shut.mkdir(mode=0o500)
    assert command(atlas_folder, scene_file, shut / "x.pdf") == 2
    assert "written" in capsys.readouterr().err


def test_that_a_full_disk_leaves_the_old_file(
    qapp: object,
    atlas_folder: Path,
    scene_file: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(program, "pdf", lambda *_: b"%PDF-")
    monkeypatch.setattr("planner.files.os.fsync", full)
    out = tmp_path / "page.pdf"
    out.write_bytes(b"old")
    assert command(atlas_folder, scene_file, out) == 2
    assert "No space left" in capsys.readouterr().err
    assert out.read_bytes() == b"old" and len(list(tmp_path.iterdir())) == 2


# -- the 3D picture -----------------------------------------------------------------------------------


def test_that_the_pathway_is_shown_without_distances_around_its_target(atlas: Atlas) -> None:
    state = State(
        marks=SOME, block="femoral", selected=("femur_left",), ruler=((0.0, 0.0, 0.0), (9.0, 0.0, 0.0))
    )
    picture = resolve(atlas, paper_state(state))
    scene = paper_scene(atlas, picture)
    assert scene.lines == () and {label.kind for label in scene.labels} <= {"nerve", "target"}
    assert len(scene.focus_lps) == 8 and picture.state.selected == () and picture.state.ruler == ()
    heights = [point[2] for point in scene.focus_lps]
    assert scene.target_lps is not None and min(heights) <= scene.target_lps[2] <= max(heights)
    assert max(heights) - min(heights) <= 460.0


def test_that_a_map_or_a_warning_has_no_pathway(atlas: Atlas) -> None:
    assert shot_of(atlas, resolve(atlas, paper_state(State(marks=SOME)))) is None
    warned = State(marks=SOME, block="femoral", flags=("foot_drop",))
    assert shot_of(atlas, resolve(atlas, paper_state(warned))) is None


def test_that_the_charts_of_a_warning_show_no_numbness(atlas: Atlas, handbook: Handbook) -> None:
    made = make(atlas, handbook, State(marks=SOME, block="femoral", flags=("foot_drop",)))
    assert not made.pictures.numb and not made.pictures.covered and made.pictures.uncovered


class NoStage:
    """A 3D widget whose stage is not to be had."""

    def __init__(self) -> None:
        self.returned = 0

    def lend(self) -> None:
        return None

    def take_back(self) -> None:
        self.returned += 1


def test_that_a_stage_that_cannot_be_had_leaves_the_page_without_its_picture(
    qtbot: QtBot, atlas: Atlas
) -> None:
    shot = shot_of(atlas, resolve(atlas, paper_state(State(marks=SOME, block="femoral"))))
    assert isinstance(shot, Shot)
    parent = QWidget()
    qtbot.addWidget(parent)
    lender = NoStage()
    with qtbot.waitSignal(LentDrawing(lender, shot, parent).finished, timeout=2000) as found:
        pass
    assert found.args == [None] and lender.returned == 0


# -- in the window ------------------------------------------------------------------------------------

Opened = Callable[[], PagePreview]


@pytest.fixture
def opened(qtbot: QtBot, window: MainWindow) -> Opened:
    """Marks, chooses the first block and opens the page."""

    def steps() -> PagePreview:
        window.act(act.MarkRegion("thigh_lat_mid", "left", 8.0))
        qtbot.waitUntil(lambda: bool(window.blocks.rows), timeout=3000)
        window.blocks.rows[0].click()
        qtbot.waitUntil(
            lambda: window._picture is not None and window._picture.state.block == "lfcn", timeout=3000
        )
        window.toolbar.page.click()
        (dialog,) = window.findChildren(PagePreview)
        qtbot.waitUntil(lambda: dialog.ready, timeout=10000)
        return dialog

    return steps


def test_that_mark_compare_page_ends_in_a_file(
    qtbot: QtBot, opened: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialog, out = opened(), tmp_path / "page.pdf"
    sheet = dialog.sheet()
    assert sheet is not None and "Lateral femoral cutaneous nerve block" in sheet.texts()
    assert "On the patient's left" in sheet.texts()
    monkeypatch.setattr(dialog, "_ask_where", lambda made: out)
    with qtbot.waitSignal(dialog.saved, timeout=3000):
        dialog.save.click()
    assert page_count(out.read_bytes()) == 1
    assert dialog.note.text() == "Saved as page.pdf."
    dialog.reject()


def test_that_what_cannot_be_saved_is_said_and_the_page_stays(
    opened: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialog = opened()
    monkeypatch.setattr(dialog, "_ask_where", lambda made: tmp_path / "no_such" / "page.pdf")
    dialog.save.click()
    assert "page.pdf cannot be saved there" in dialog.note.text() and str(tmp_path) not in dialog.note.text()
    assert dialog.isVisible() and dialog.save.isEnabled()
    dialog.reject()


def test_that_the_page_follows_paper_zoom_and_theme(qtbot: QtBot, opened: Opened, window: MainWindow) -> None:
    dialog = opened()
    dialog.choose_paper("a4")
    size = dialog.view.size()
    assert size.height() / size.width() == pytest.approx(841.89 / 595.28, abs=0.01)
    dialog.papers.buttons["letter"].click()
    size = dialog.view.size()
    assert size.height() / size.width() == pytest.approx(792 / 612, abs=0.01)
    dialog.zoom.buttons["width"].click()
    assert dialog.view.width() > size.width()
    white = dialog.view.grab().toImage().pixelColor(4, 4)
    window.set_colors("dark")
    assert DARK.sunken in dialog.styleSheet()
    assert dialog.view.grab().toImage().pixelColor(4, 4) == white
    dialog.reject()


def test_that_the_preview_is_for_keyboard_and_screen_reader(opened: Opened) -> None:
    dialog = opened()
    assert dialog.focusWidget() is dialog.save
    for widget in (dialog.save, dialog.print, dialog.close_button, dialog.scroll):
        assert widget.accessibleName() or widget.text()
        assert widget.height() >= 24
    assert "On the patient's left" in dialog.view.accessibleDescription()
    QTest.keyClick(dialog, "\x1b")
    assert not dialog.isVisible()


def test_that_nothing_can_be_taken_home_before_it_is_there(
    qtbot: QtBot, atlas: Atlas, handbook: Handbook
) -> None:
    waiting: list[Callable[[], None]] = []

    def later(topic: str, work: Callable[[], object], done: Callable[[object], None]) -> None:
        waiting.append(lambda: done(work()))

    source = Source(atlas, lambda: handbook, State(marks=SOME))
    dialog = PagePreview(source, later, Theme(LIGHT))  # type: ignore[arg-type]
    qtbot.addWidget(dialog)
    dialog.show()
    assert not dialog.ready and not dialog.save.isEnabled() and dialog.bar.isVisible()
    for run in waiting:
        run()
    assert dialog.ready and dialog.save.isEnabled() and not dialog.bar.isVisible()


def test_that_content_that_cannot_be_read_is_said(qtbot: QtBot, atlas: Atlas) -> None:
    def broken() -> Handbook:
        raise OSError(5, "Input/output error")

    dialog = PagePreview(Source(atlas, broken, State(marks=SOME)), at_once, Theme(LIGHT))
    qtbot.addWidget(dialog)
    assert "cannot be made" in dialog.wait.text() and not dialog.save.isEnabled()


def test_that_the_file_name_tells_the_block_and_side_alone(atlas: Atlas, handbook: Handbook) -> None:
    def named(state: State) -> str:
        page = page_of(atlas, handbook, state)
        return file_name(Made(page, None, None))  # type: ignore[arg-type]

    assert named(State(marks=SOME, block="lumbar_plexus")) == "page-lumbar-plexus-left.pdf"
    assert named(State()) == "page-map.pdf"


def test_that_the_screen_shows_what_the_paper_gets(
    qapp: object, atlas: Atlas, handbook: Handbook, blank: Pictures
) -> None:
    sheet = set_page(page_of(atlas, handbook, State(block="femoral")), replace(blank, scene=None))
    image = image_of(sheet, 50.0)
    assert (image.width(), image.height()) == (413, 585)
    dark = sum(image.pixelColor(x, y).lightness() < 120 for x in range(0, 413, 3) for y in range(0, 585, 3))
    assert dark > 300 and UNITS_PER_PT == 20
    assert pytest.approx(10.0) == LEAST_SCALE * 10.5
