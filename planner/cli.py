"""The command line `block-planner`: the same engine without a window, and the way into the window.

Stable contract: ids in, JSON out; bad input exits with 2 and one line that names the argument and the
nearest valid ids. Every module is imported only by the command that needs it, since listing the
regions must not wait for a search tree. The window, pictures, pages and timings live in `ui`, which this
package never imports: they are started as programs of their own.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from planner.commands import programs
from planner.commands.arguments import (
    OF_A_CASE,
    UsageFault,
    parsed,
    require_known_command,
)

if TYPE_CHECKING:
    from planner.atlas.model import Content


def assets_folder() -> Path:
    """The content that comes with the program."""
    from importlib.resources import files

    return Path(str(files("assets")))


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command; the exit code: 0 done, 1 faults found, 2 bad input."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    _prepare_streams()
    try:
        require_known_command(arguments)
        options = parsed(arguments)
        if options.version:
            from planner.session.scene_file import app_version

            print(f"block-planner {app_version()}")
            return 0
        commands: dict[str | None, Callable[[argparse.Namespace], int]] = {
            None: _window,
            "explain": _explain,
            "picture": _picture,
            "handout": _handout,
            "check": _check,
            "bench": _bench,
        }
        code = commands.get(options.command, _list)(options)
        sys.stdout.flush()
        return code
    except UsageFault as fault:
        print(f"block-planner: {' '.join(str(fault).split())}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        _drop_output()  # the reader has left (`| head`)
        return 0
    except OSError as fault:
        if fault.filename is None:
            _drop_output()
        print(f"block-planner: {fault.filename or 'standard output'}: {fault.strerror}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def _prepare_streams() -> None:
    """Output is UTF-8 wherever a program reads it, and never fails over a sign that a terminal lacks."""
    if sys.stdout is None:  # closed, or a program without a console
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
    if isinstance(sys.stdout, io.TextIOWrapper):
        encoding = sys.stdout.encoding if sys.stdout.isatty() else "utf-8"
        sys.stdout.reconfigure(encoding=encoding, errors="replace")


def _drop_output() -> None:
    """What is still buffered must not raise again at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _folder(options: argparse.Namespace) -> Path:
    folder: Path = getattr(options, "content", None) or assets_folder()
    if not folder.is_dir():
        raise UsageFault(f"argument --content: {folder} is not a folder")
    if not (folder / "atlas").is_dir():
        raise UsageFault(f"argument --content: {folder} holds no content (there is no folder atlas in it)")
    return folder


@contextmanager
def _content_faults() -> Iterator[None]:
    """Turns faults of content and meshes into one line."""
    from planner.atlas.load import ContentFault
    from planner.atlas.meshes import MeshFault

    try:
        yield
    except ContentFault as error:
        first, *rest = str(error).splitlines() or ["unreadable"]
        more = f" (and {len(rest)} more; `block-planner check` lists them)" if rest else ""
        raise UsageFault(f"content: {first}{more}") from error
    except MeshFault as error:
        raise UsageFault(f"meshes: {error}") from error


def _content(options: argparse.Namespace) -> Content:
    from planner.atlas.load import load_content

    folder = _folder(options)
    with _content_faults():
        return load_content(folder)


def _list(options: argparse.Namespace) -> int:
    from planner.commands.lists import as_json, as_text, as_tree, as_tree_json

    content = _content(options)
    if getattr(options, "tree", False):
        print(as_tree_json(content) if options.json else as_tree(content))
    else:
        print(as_json(content, options.command) if options.json else as_text(content, options.command))
    return 0


def _explain(options: argparse.Namespace) -> int:
    import json

    from planner.atlas.load import load_atlas
    from planner.commands.answers import as_record, as_text
    from planner.commands.cases import CaseFault, batch, case_from_options, whole_answer

    folder = _folder(options)
    if options.batch is not None:
        given = [name for name in OF_A_CASE if getattr(options, name)]
        if given:
            raise UsageFault(f"argument --{given[0]}: not together with --batch, whose cases carry their own")
        with _content_faults():
            atlas = load_atlas(folder)
        with _lines(options.batch) as lines:
            return batch(atlas, lines, sys.stdout, sys.stderr, options.changes)
    if not options.mark:
        raise UsageFault("argument --mark: say where it hurts, for example --mark left:thigh_lat_mid=7")
    try:
        case = case_from_options(
            _content(options),
            options.mark,
            options.depth,
            options.quality,
            options.clue,
            options.flag,
            options.unrelieved,
        )
    except CaseFault as fault:
        raise UsageFault(str(fault)) from fault
    with _content_faults():
        atlas = load_atlas(folder)
    found = whole_answer(atlas, case, with_changes=True)
    if options.json:
        print(json.dumps({"id": None, **as_record(found)}, ensure_ascii=False))
    else:
        print(as_text(atlas.content, case, found))
    return 0


@contextmanager
def _lines(source: str) -> Iterator[Iterator[str]]:
    """Lines of standard input ("-") or of a file; bytes that are no text stay recognisable as such."""
    from planner.commands.cases import bounded

    if source == "-":
        if sys.stdin is None:
            raise UsageFault("argument --batch: there is no standard input")
        if isinstance(sys.stdin, io.TextIOWrapper):
            sys.stdin.reconfigure(encoding="utf-8-sig", errors="surrogateescape")
        yield bounded(sys.stdin)
        return
    try:
        file = open(source, encoding="utf-8-sig", errors="surrogateescape")  # noqa: SIM115
    except OSError as error:
        raise UsageFault(f"argument --batch: {source!r} cannot be read ({error.strerror})") from error
    with file:
        yield bounded(file)


def _check(options: argparse.Namespace) -> int:
    from planner.atlas.check import check

    if options.model and options.seeds:
        raise UsageFault("argument --seeds: not together with --model")
    if options.model:
        return _check_model(options)
    if options.seeds:
        return _check_seeds(options)
    if options.json:
        raise UsageFault("argument --json: only together with --model or --seeds")

    faults = check(_folder(options))
    for fault in faults:
        print(fault)
    print(f"{len(faults)} fault{'s' if len(faults) > 1 else ''}" if faults else "No faults.")
    return 1 if faults else 0


def _check_model(options: argparse.Namespace) -> int:
    """Every statement of published anatomy beside what the model has; 1 if one fails without a reason."""
    import json

    from planner.anatomy.table import Unmeasurable, all_found, as_record, lines

    try:
        with _content_faults():
            rows = list(all_found(_folder(options)))
    except Unmeasurable as fault:
        raise UsageFault(f"content: {fault}") from fault
    if options.json:
        print(json.dumps([as_record(row) for row in rows], ensure_ascii=False))
    else:
        for line in lines(rows, _content(options)):
            print(line)
    missed = {row.statement.id for row in rows if not row.ok}
    odd = {row.statement.id for row in rows if row.statement.deviates} & missed
    if not options.json:
        count = len({row.statement.id for row in rows})
        print(
            f"\n{count - len(missed)} of {count} statements hold; "
            f"{len(odd)} deviate for a stated reason; {len(missed - odd)} fail."
        )
    return 1 if missed - odd else 0


def _check_seeds(options: argparse.Namespace) -> int:
    """Every statement of the pages of origin beside the entries that serve it; 1 if one is not served."""
    import json

    from planner.commands.seeds import as_records, lines, seeds_of

    sections, faults = seeds_of(_folder(options))
    if options.json:
        print(json.dumps(as_records(sections), ensure_ascii=False))
    else:
        for line in lines(sections):
            print(line)
    for fault in faults:
        print(fault, file=sys.stderr if options.json else sys.stdout)
    if not options.json:
        count = sum(len(section.items) for section in sections)
        print(f"{count} items; {len(faults)} fault{'' if len(faults) == 1 else 's'}.")
    return 1 if faults else 0


def _bench(options: argparse.Namespace) -> int:
    return programs.run("ui.bench", [*_content_option(options), *(["--json"] if options.json else [])])


def _picture(options: argparse.Namespace) -> int:
    from planner.atlas.names import unknown
    from planner.commands.pictures import section_of, size_of
    from planner.session.variants import VariantFault, chosen

    content = _content(options)
    for argument in ("show", "hide"):
        for name in getattr(options, argument):
            if name not in content.structures:
                raise UsageFault(f"argument --{argument}: {unknown('structure', name, content.structures)}")
    try:
        chosen(content, options.variant)
    except VariantFault as fault:
        raise UsageFault(f"argument --variant: {fault}") from fault
    if options.territory is not None:
        from planner.territory import territory_ids

        served = territory_ids(content)
        if options.territory not in served:
            raise UsageFault(f"argument --territory: {unknown('territory', options.territory, served)}")
    try:
        width, height = size_of(options.size)
    except ValueError as fault:
        raise UsageFault(f"argument --size: {fault}") from fault
    if options.section is not None:
        try:
            section_of(options.section)
        except ValueError as fault:
            raise UsageFault(f"argument --section: {fault}") from fault
    out = _output(options.out, ".png")
    arguments = ["--content", str(_folder(options)), "--out", str(out), "--size", f"{width}x{height}"]
    arguments += _scene_option(options, content)
    arguments += ["--view", options.view] if options.view else []
    arguments += ["--variant", *options.variant] if options.variant else []
    arguments += ["--form", options.form] if options.form else []
    arguments += ["--show", *options.show] if options.show else []
    arguments += ["--hide", *options.hide] if options.hide else []
    arguments += ["--territory", options.territory] if options.territory else []
    arguments += ["--section", options.section] if options.section else []
    arguments += ["--style", options.style] if options.style else []
    return programs.run("ui.snapshot", arguments)


def _handout(options: argparse.Namespace) -> int:
    out = _output(options.out, ".pdf")
    arguments = ["--content", str(_folder(options)), *_scene_option(options, _content(options))]
    return programs.run("ui.page", [*arguments, "--out", str(out), "--paper", options.paper])


def _output(out: Path, ending: str) -> Path:
    """The file to write, once its place has proved to take it."""
    from planner.commands.outputs import OutputFault, checked_output

    try:
        checked_output(out, ending)
    except OutputFault as fault:
        raise UsageFault(str(fault)) from fault
    return out


def _scene_option(options: argparse.Namespace, content: Content) -> list[str]:
    """`--scene FILE`, once the file has proved readable."""
    if options.scene is None:
        return []
    from planner.session.scene_file import SceneFault, load

    try:
        load(options.scene, content)
    except SceneFault as fault:
        raise UsageFault(f"argument --scene: {fault}") from fault
    return ["--scene", str(options.scene)]


def _content_option(options: argparse.Namespace) -> list[str]:
    return ["--content", str(_folder(options))] if hasattr(options, "content") else []


def _window(options: argparse.Namespace) -> int:
    arguments = _content_option(options)
    if options.scene is not None:
        arguments += _scene_option(options, _content(options))
    if options.face:
        arguments += ["--face", options.face]
    return programs.window(arguments)


if __name__ == "__main__":
    sys.exit(main())
