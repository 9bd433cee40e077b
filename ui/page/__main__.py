"""The page to take home as a PDF file, no window: `python -m ui.page --content DIR --scene FILE --out F.pdf`.

Where the machine cannot draw in 3D the page is made without that picture. The file is replaced whole or
not at all.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import get_args

from planner.atlas.handbook import Handbook
from planner.atlas.load import ContentFault, load_handbook
from planner.atlas.model import Atlas
from planner.commands.outputs import OutputFault, checked_output
from planner.files import write_atomically
from planner.session.scene_file import SceneFault, load
from planner.session.state import State
from ui.arguments import BadInput, Parser, atlas_of


class CannotSet(Exception):
    """This machine cannot set a page; the text says why."""


def main(argv: Sequence[str] | None = None) -> int:
    """Writes one page; the exit code: 0 done, 1 this machine cannot set it, 2 bad input."""
    try:
        options = _parser().parse_args(argv)
        checked_output(options.out, ".pdf")
        atlas, handbook, state = _read(options.content, options.scene)
        write_atomically(options.out, pdf(atlas, handbook, state, options.paper))
    except (BadInput, OutputFault) as fault:
        print(f"block-planner: {fault}", file=sys.stderr)
        return 2
    except OSError as fault:
        print(f"block-planner: argument --out: cannot be written ({fault.strerror})", file=sys.stderr)
        return 2
    except CannotSet as fault:
        print(f"block-planner: {fault}", file=sys.stderr)
        return 1
    return 0


def _parser() -> Parser:
    from ui.page.papers import Paper

    parser = Parser(prog="ui.page", description="Write the page to take home into a PDF file.")
    parser.add_argument("--content", type=Path, required=True, metavar="DIR", help="folder of the atlas")
    parser.add_argument("--scene", type=Path, required=True, metavar="FILE", help="a saved scene")
    parser.add_argument("--out", type=Path, required=True, metavar="F.pdf")
    parser.add_argument("--paper", choices=get_args(Paper), default="a4")
    return parser


def _read(content: Path, scene: Path) -> tuple[Atlas, Handbook, State]:
    atlas = atlas_of(content)
    try:
        handbook = load_handbook(content)
    except ContentFault as fault:
        raise BadInput(f"argument --content: {' '.join(str(fault).split())}") from fault
    try:
        return atlas, handbook, load(scene, atlas.content, atlas.points_lps).state
    except SceneFault as fault:
        raise BadInput(f"argument --scene: {fault}") from fault


def pdf(atlas: Atlas, handbook: Handbook, state: State, paper: str) -> bytes:
    """The page of a State as a PDF file's bytes. Raises CannotSet."""
    if sys.platform not in ("win32", "darwin"):
        # Fonts are the system's all the same, and no display is needed.
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtGui import QGuiApplication

    from planner.session.resolve import resolve
    from ui.page.making import make
    from ui.page.pdf import CannotPaint, pdf_of
    from ui.page.pictures import paper_state
    from ui.page.scene import drawn_alone, shot_of
    from ui.page.setting import has_fonts
    from ui.scene3d.window import GraphicsMissing

    application = QGuiApplication.instance() or QGuiApplication(["ui.page"])
    if not has_fonts():
        raise CannotSet(
            "This machine has no fonts to set a page in; on Debian and Ubuntu: fonts-dejavu-core."
        )
    scene = None
    try:
        shot = shot_of(atlas, resolve(atlas, paper_state(state)))
        scene = drawn_alone(atlas, shot) if shot is not None else None
    except GraphicsMissing as missing:
        print(f"block-planner: the page has no 3D picture: {missing}", file=sys.stderr)
    made = make(atlas, handbook, state, scene)
    try:
        data = pdf_of(made.sheet("letter" if paper == "letter" else "a4"), made.page.title)
    except CannotPaint as fault:
        raise CannotSet(str(fault)) from fault
    del application
    return data


if __name__ == "__main__":
    sys.exit(main())
