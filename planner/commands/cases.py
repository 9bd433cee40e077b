"""Cases from options and from JSON lines, held against the content before the engine sees them.

Every fault names its argument (or field) and the nearest valid ids, in one line.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import nan
from typing import Annotated, TextIO, get_args

import msgspec

from planner.answer import Answer
from planner.atlas.model import Atlas, Content, Depth
from planner.atlas.names import quoted, unknown
from planner.case import LEAST_WEIGHT, Case, Mark, RegionMark
from planner.commands.answers import as_record
from planner.explaining import explained
from planner.ranking import answer, with_neighbours
from planner.space import SIDES, Side

DEFAULT_WEIGHT = 7.0
MAX_LINE = 1_000_000
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
Weight = Annotated[float, msgspec.Meta(ge=0.0, le=10.0)]


class CaseFault(Exception):
    """A case that cannot be answered; the text is one line."""


class BatchMark(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One marked region as a batch line spells it."""

    region: str
    side: Side
    weight: Weight = DEFAULT_WEIGHT


class BatchCase(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One line of a batch; everything but the marks may be left out."""

    marks: tuple[BatchMark, ...]
    id: str | int | None = None
    depth: Depth | None = None
    qualities: tuple[str, ...] = ()
    clues: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    unrelieved: tuple[str, ...] = ()


def _known(argument: str, names: Iterable[str], known: Mapping[str, object]) -> None:
    for name in names:
        if name not in known:
            raise CaseFault(f"{argument}: {unknown('id', name, known)}")


def _case(
    content: Content,
    marks: Sequence[BatchMark],
    depth: Depth | None,
    qualities: Sequence[str],
    clues: Sequence[str],
    flags: Sequence[str],
    unrelieved: Sequence[str],
) -> Case:
    """A case whose ids are known; marks of weight 0 say that nothing hurts there: they are left out."""
    latest = {(mark.region, mark.side): mark for mark in marks}
    kept: tuple[Mark, ...] = tuple(
        RegionMark(mark.region, mark.side, float(mark.weight))
        for mark in latest.values()
        if mark.weight >= LEAST_WEIGHT
    )
    side = marks[0].side if marks else "left"
    return Case(
        marks=kept,
        depth=depth or _depth_of(content, kept),
        qualities=tuple(dict.fromkeys(qualities)),
        clues=tuple(dict.fromkeys(clues)),
        flags=tuple(dict.fromkeys(flags)),
        unrelieved=tuple(dict.fromkeys(unrelieved)),
        side=side,
    )


def _depth_of(content: Content, marks: Sequence[Mark]) -> Depth:
    """The depth that the regions themselves tell, where nobody said it."""
    deep = [content.regions[mark.region].deep for mark in marks if isinstance(mark, RegionMark)]
    if not any(deep):
        return "skin"
    return "deep" if all(deep) else "mixed"


def parse_mark(content: Content, text: str) -> BatchMark:
    """`left:thigh_lat_mid=7` (the weight may be left out). Raises CaseFault."""
    place, equals, number = text.partition("=")
    side_text, colon, region = place.partition(":")
    side: Side | None = next((side for side in SIDES if side == side_text), None)
    if not colon or side is None:
        raise CaseFault(
            f"argument --mark: {quoted(text)} does not start with left: or right: "
            "(write left:thigh_lat_mid=7; left and right are the patient's)"
        )
    _known("argument --mark", [region], content.regions)
    weight = DEFAULT_WEIGHT
    if equals:
        # `float` alone would also take nan, 1_0 and the digits of other scripts.
        weight = float(number) if _NUMBER.fullmatch(number) else nan
        if not 0.0 <= weight <= 10.0:
            raise CaseFault(f"argument --mark: weight {quoted(number)} is not a number from 0 to 10")
    return BatchMark(region, side, weight)


def case_from_options(
    content: Content,
    marks: Sequence[str],
    depth: Depth | None,
    qualities: Sequence[str],
    clues: Sequence[str],
    flags: Sequence[str],
    unrelieved: Sequence[str] = (),
) -> Case:
    """The case that the options of `explain` spell. Raises CaseFault naming the option."""
    parsed = [parse_mark(content, mark) for mark in marks]
    _known("argument --quality", qualities, content.qualities)
    _known("argument --clue", clues, content.clues)
    _known("argument --flag", flags, content.flags)
    _known("argument --unrelieved", unrelieved, content.blocks)
    return _case(content, parsed, depth, qualities, clues, flags, unrelieved)


def case_from_json(content: Content, line: str | bytes) -> tuple[object, Case]:
    """(id, case) of one batch line. Raises CaseFault naming the field."""
    try:
        given = msgspec.json.decode(line, type=BatchCase)
    except UnicodeError as error:
        raise CaseFault("it is not UTF-8 text") from error
    except (msgspec.DecodeError, RecursionError) as error:
        raise CaseFault(_readable(str(error))) from error
    _known("marks", (mark.region for mark in given.marks), content.regions)
    _known("qualities", given.qualities, content.qualities)
    _known("clues", given.clues, content.clues)
    _known("flags", given.flags, content.flags)
    _known("unrelieved", given.unrelieved, content.blocks)
    told = (given.qualities, given.clues, given.flags, given.unrelieved)
    return given.id, _case(content, given.marks, given.depth, *told)


def _readable(text: str) -> str:
    if "Invalid enum value" in text and ".depth" in text:
        text += f"; valid: {', '.join(get_args(Depth))}"
    elif "Invalid enum value" in text and ".side" in text:
        text += f"; valid: {', '.join(SIDES)}"
    elif "unknown field" in text:
        kind = BatchMark if "$.marks" in text else BatchCase
        text += f"; valid: {', '.join(kind.__struct_fields__)}"
    return " ".join(text.split())


def whole_answer(atlas: Atlas, case: Case, with_changes: bool) -> Answer:
    """The answer with all that explains it."""
    given = explained(atlas, case, answer(atlas, case), with_changes=with_changes)
    return with_neighbours(atlas, given)


def batch(atlas: Atlas, lines: Iterable[str], out: TextIO, err: TextIO, with_changes: bool = False) -> int:
    """One JSON answer per JSON line, in order; 0, or 2 when any line was bad.

    with_changes: also what would change each answer, which takes some dozens of answers more.

    A bad line does not stop the others: its place holds {"id", "error"}, and one line goes to `err`.
    """
    code = 0
    for number, line in _filled(lines):
        try:
            if len(line.rstrip("\n")) > MAX_LINE:
                raise CaseFault(f"longer than {MAX_LINE} characters")
            name, case = case_from_json(atlas.content, line)
            record = {"id": name, **as_record(whole_answer(atlas, case, with_changes))}
        except CaseFault as fault:
            code = 2
            print(f"block-planner: line {number}: {fault}", file=err)
            record = {"id": _id_of(line), "error": str(fault)}
        print(json.dumps(record, ensure_ascii=False), file=out, flush=True)
    return code


def bounded(file: TextIO) -> Iterator[str]:
    """The lines of a file, each cut soon after MAX_LINE characters, so that none can fill the memory."""
    while line := file.readline(MAX_LINE + 2):
        rest = line
        while rest and not rest.endswith("\n"):
            rest = file.readline(MAX_LINE)
        yield line


def _filled(lines: Iterable[str]) -> Iterator[tuple[int, str]]:
    return ((number, line) for number, line in enumerate(lines, start=1) if line.strip())


def _id_of(line: str) -> object:
    """The id of a line that cannot be used, where it can still be read."""
    try:
        given = msgspec.json.decode(line)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None
    name = given.get("id") if isinstance(given, dict) else None
    return name if isinstance(name, (str, int)) and not isinstance(name, bool) else None
