"""`python -m ui.sheets --content DIR --out FOLDER [--plan F.toml] [--only SHEET ...]`: draw the sheets."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from planner.atlas.load import ContentFault, load_atlas
from planner.atlas.meshes import MeshFault
from planner.atlas.names import unknown
from planner.files import write_atomically
from ui.sheets.plan import PlanFault, Sheet, idle, read_plan

PLAN = Path(__file__).with_name("sheets.toml")


def main(argv: Sequence[str] | None = None) -> int:
    """Draws the sheets; the exit code: 0 done, 1 no graphics on this machine, 2 bad input."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    options = _parser().parse_args(argv)
    try:
        sheets = _chosen(options.plan, options.only)
        atlas = load_atlas(options.content)
    except (PlanFault, ContentFault, MeshFault) as fault:
        return _refuse(" ".join(str(fault).split()))
    if not options.out.is_dir():
        return _refuse(f"argument --out: there is no folder {options.out}")
    for sentence in idle(atlas, sheets):
        print(f"ui.sheets: {sentence}", file=sys.stderr)
    from PySide6.QtGui import QGuiApplication

    from ui.scene3d.stage import Stage
    from ui.scene3d.window import GraphicsMissing
    from ui.sheets.draw import draw_sheet, packed

    application = QGuiApplication.instance() or QGuiApplication(["ui.sheets"])
    try:
        stage = Stage()
    except GraphicsMissing as missing:
        print(f"ui.sheets: {missing}", file=sys.stderr)
        return 1
    try:
        stage.set_atlas(atlas)
        for sheet in sheets:
            data = packed(draw_sheet(atlas, stage, sheet))
            write_atomically(options.out / f"{sheet.file}.webp", data)
            print(f"{sheet.file}.webp  {len(data) / 1000:.0f} kB")
    except OSError as fault:
        return _refuse(f"argument --out: cannot be written ({fault.strerror})")
    finally:
        stage.close()
        del application
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="ui.sheets", description="Draw the contact sheets of the model.")
    parser.add_argument("--content", type=Path, required=True, metavar="DIR", help="folder of the atlas")
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--plan", type=Path, default=PLAN, metavar="F.toml", help="another plan")
    parser.add_argument("--only", nargs="+", default=[], metavar="SHEET", help="only these sheets")
    return parser


def _chosen(plan: Path, only: Sequence[str]) -> tuple[Sheet, ...]:
    sheets = read_plan(plan).sheet
    known = {sheet.file: sheet for sheet in sheets}
    for name in only:
        if name not in known:
            raise PlanFault(f"argument --only: {unknown('sheet', name, known)}")
    return tuple(known[name] for name in only) or sheets


def _refuse(sentence: str) -> int:
    print(f"ui.sheets: {sentence}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
