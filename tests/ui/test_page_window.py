"""The page in the window: shown as it will print, saved, and never before it is there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from planner.atlas.handbook import Handbook
from planner.atlas.model import Atlas
from planner.session import actions as act
from planner.session.paper import page_of
from planner.session.state import State
from tests.ui.pages import SOME, page_count
from ui.main_window import MainWindow
from ui.page.making import Made
from ui.page.preview import PagePreview, Source, file_name
from ui.theme import DARK, LIGHT, Theme
from ui.widgets.work import at_once

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
