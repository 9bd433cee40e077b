"""What the command line takes: commands, their options, and how a wrong one is told."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import NoReturn

FACES = ("explain", "study", "lecture")
FORMS = ("neutral", "female", "male")
STYLES = ("dark", "light", "print")
VIEWS = ("anterior", "posterior", "left", "right", "superior")
LISTS = ("structures", "groups", "regions", "nerves", "blocks", "variants", "clues", "flags", "qualities")
PAPERS = ("a4", "letter")
COMMANDS = ("explain", *LISTS, "picture", "handout", "check", "bench")
OF_A_CASE = ("mark", "depth", "quality", "clue", "flag", "unrelieved")
BEFORE_COMMAND = ("--content", "--scene", "--face", "--version", "--help", "-h")


class UsageFault(Exception):
    """Bad input; the text is the one line shown."""


class _Parser(argparse.ArgumentParser):
    """argparse without its usage lines on a fault."""

    def error(self, message: str) -> NoReturn:
        raise UsageFault(message)


def parsed(arguments: list[str]) -> argparse.Namespace:
    """The options; a leftover argument is named with the nearest one that its command has."""
    parser = _parser()
    options, unknown = parser.parse_known_args(arguments)
    if unknown:
        from planner.atlas.names import hint, quoted

        known = [f"--{name.replace('_', '-')}" for name in vars(options) if name != "command"]
        near = hint(unknown[0], known) if unknown[0].startswith("-") else "; it is not expected here"
        raise UsageFault(f"argument {quoted(unknown[0])}: unknown{near}")
    return options


def require_known_command(arguments: list[str]) -> None:
    """Names the nearest commands for a misspelled one, where argparse would list them all."""
    value_follows = False
    for argument in arguments:
        if value_follows:
            value_follows = False
        elif argument.startswith("-"):
            name = argument.partition("=")[0]
            value_follows = argument in ("--content", "--scene", "--face")
            if not value_follows and name not in BEFORE_COMMAND:
                from planner.atlas.names import hint, quoted

                near = hint(name, BEFORE_COMMAND)
                raise UsageFault(
                    f"argument {quoted(name)}: unknown before a command{near} "
                    "(options of a command stand after it: block-planner explain --mark ...)"
                )
        elif argument in COMMANDS:
            return
        else:
            from planner.atlas.names import unknown

            raise UsageFault(f"argument COMMAND: {unknown('command', argument, COMMANDS)}")


def _parser() -> argparse.ArgumentParser:
    common = _Parser(add_help=False)
    common.add_argument(
        "--content", type=Path, metavar="DIR", default=argparse.SUPPRESS, help="another content folder"
    )
    parser = _Parser(
        prog="block-planner",
        parents=[common],
        allow_abbrev=False,
        description="Compares nerve blocks that cover an area of pain, on a generic model. For education; "
        "not for needle guidance, dosing or treatment decisions. Without a command it opens the window.",
    )
    parser.add_argument("--scene", type=Path, metavar="FILE", help="open this saved scene")
    parser.add_argument("--face", choices=FACES, help="how the window opens")
    parser.add_argument("--version", action="store_true", help="show the version and leave")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", parser_class=_Parser)

    def command(name: str, text: str) -> argparse.ArgumentParser:
        return commands.add_parser(name, help=text, description=text, parents=[common], allow_abbrev=False)

    explain = command("explain", "Compare the blocks that cover marked regions.")
    explain.add_argument(
        "--mark", action="append", default=[], metavar="SIDE:REGION[=WEIGHT]", help="left:thigh_lat_mid=7"
    )
    explain.add_argument("--depth", choices=("skin", "deep", "mixed"), help="how deep the pain feels")
    explain.add_argument("--quality", action="append", default=[], metavar="ID", help="how the pain feels")
    explain.add_argument("--clue", action="append", default=[], metavar="ID", help="history or examination")
    explain.add_argument("--flag", action="append", default=[], metavar="ID", help="red flag or caution")
    explain.add_argument(
        "--unrelieved",
        action="append",
        default=[],
        metavar="ID",
        help="a block done before: skin numb, pain unchanged",
    )
    explain.add_argument("--json", action="store_true", help="answer as JSON")
    explain.add_argument(
        "--changes", action="store_true", help="with --batch: also what would change each answer"
    )
    explain.add_argument("--batch", metavar="-", help="cases as JSON lines from - (standard input) or a file")
    for name in LISTS:
        listing = command(name, f"List the {name}.")
        listing.add_argument("--json", action="store_true", help="list as JSON")
        if name == "structures":
            listing.add_argument(
                "--tree",
                action="store_true",
                help="under their systems and groups, left and right on one line",
            )
    picture = command("picture", "Draw the scene into a PNG file.")
    picture.add_argument("--out", type=Path, required=True, metavar="F.png")
    picture.add_argument("--scene", type=Path, metavar="FILE", default=argparse.SUPPRESS)
    picture.add_argument("--view", choices=VIEWS)
    picture.add_argument("--show", nargs="+", action="extend", default=[], metavar="ID")
    picture.add_argument("--hide", nargs="+", action="extend", default=[], metavar="ID")
    picture.add_argument(
        "--variant", nargs="+", action="extend", default=[], metavar="ID", help="variants of the anatomy"
    )
    picture.add_argument("--form", choices=FORMS, help="whose outline the body has")
    picture.add_argument("--territory", metavar="ID")
    picture.add_argument("--section", metavar="AXIS:MM", help="cut the model, as axial:120 or sagittal:-20")
    picture.add_argument("--size", metavar="WxH", default="1280x800")
    picture.add_argument("--style", choices=STYLES)
    handout = command("handout", "Write the page to take home, one sheet of paper, into a PDF file.")
    handout.add_argument("--scene", type=Path, required=True, metavar="FILE", help="a saved scene")
    handout.add_argument("--out", type=Path, required=True, metavar="F.pdf")
    handout.add_argument("--paper", choices=PAPERS, default="a4")
    check = command("check", "Check content and meshes and list every fault.")
    check.add_argument(
        "--model", action="store_true", help="measure the model against published anatomy, as a table"
    )
    check.add_argument(
        "--seeds", action="store_true", help="list what the pages of origin say and which entries serve it"
    )
    check.add_argument("--json", action="store_true", help="the table of --model or --seeds as JSON")
    command("bench", "Measure how fast the program is on this machine.").add_argument(
        "--json", action="store_true", help="figures as JSON"
    )
    return parser
