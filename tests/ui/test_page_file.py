"""The page as a file: one page with its text, from the command line too, or a sentence why not."""

from __future__ import annotations

import os
import re
import sys
import zlib
from pathlib import Path

import pytest

from planner.atlas.handbook import Handbook
from planner.atlas.model import Atlas
from planner.session.paper import page_of
from planner.session.scene_file import save
from planner.session.state import State
from tests.ui.pages import PAPERS, SOME, page_count
from ui.page import __main__ as program
from ui.page.papers import Paper
from ui.page.pdf import pdf_of
from ui.page.pictures import Pictures
from ui.page.sheet import set_page


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


# -- the command --------------------------------------------------------------------------------------


class Command:
    """The command that writes a page, in a folder of its own with a scene. err: what it said last."""

    def __init__(self, content: Path, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self._content, self.folder, self._capsys = content, folder, capsys
        self.scene, self.out = folder / "scene.json", folder / "page.pdf"
        self.err = ""

    def run(self, *more: str, out: Path | None = None) -> int:
        """Its exit status."""
        given = ("--content", self._content, "--scene", self.scene, "--out", out or self.out)
        status = program.main([*map(str, given), *more])
        self.err = self._capsys.readouterr().err
        return status


@pytest.fixture
def command(atlas: Atlas, atlas_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Command:
    """The command with the scene of a femoral nerve block."""
    made = Command(atlas_folder, tmp_path, capsys)
    save(made.scene, State(marks=SOME, block="femoral"), atlas.content.sha256)
    return made


def test_that_the_command_writes_a_page_with_its_pathway(qapp: object, command: Command) -> None:
    command.out.write_bytes(b"old")
    assert command.run() == 0
    assert page_count(command.out.read_bytes()) == 1
    assert sorted(p.name for p in command.folder.iterdir()) == ["page.pdf", "scene.json"]


def test_that_a_machine_without_graphics_still_makes_a_page(
    qapp: object, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ui.page import scene
    from ui.scene3d.window import GraphicsMissing

    def none(*_: object) -> None:
        raise GraphicsMissing("there is no OpenGL library")

    monkeypatch.setattr(scene, "drawn_alone", none)
    assert command.run("--paper", "letter") == 0
    assert page_count(command.out.read_bytes()) == 1
    assert "no 3D picture" in command.err


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
    command: Command, out: str, said: str
) -> None:
    (command.folder / "folder.pdf").mkdir()
    assert command.run(out=command.folder / out) == 2
    assert said in command.err and command.err.count("\n") == 1 and "--out" in command.err


def test_that_an_unreadable_scene_is_refused_in_one_line(command: Command) -> None:
    command.scene.unlink()
    for content in (None, b"{", b'{"format": "other", "version": 1}'):
        if content is not None:
            command.scene.write_bytes(content)
        assert command.run() == 2
        assert "--scene" in command.err and command.err.count("\n") == 1
        assert not command.out.exists()


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="root may write anywhere")
def test_that_a_read_only_folder_is_refused(command: Command) -> None:
    shut = command.folder / "shut"
    shut.mkdir(mode=0o500)
    assert command.run(out=shut / "x.pdf") == 2
    assert "written" in command.err


def test_that_a_full_disk_leaves_the_old_file(
    qapp: object, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(program, "pdf", lambda *_: b"%PDF-")
    monkeypatch.setattr("planner.files.os.fsync", full)
    command.out.write_bytes(b"old")
    assert command.run() == 2
    assert "No space left" in command.err
    assert command.out.read_bytes() == b"old" and len(list(command.folder.iterdir())) == 2
