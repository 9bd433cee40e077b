"""What must hold between the entries of the content: ids that exist, claims that are cited.

Both the loader and `check` ask here; the loader refuses content that fails, `check` lists the rest
of what it finds beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from planner.atlas.handbook import Comparison, Dermatome, Explanation
from planner.atlas.hierarchy import stem_of
from planner.atlas.model import (
    Block,
    Cited,
    Clue,
    Criterion,
    Flag,
    Generator,
    Group,
    Nerve,
    Part,
    Quality,
    Reach,
    Record,
    Region,
    Structure,
    Supply,
    TeachingCase,
    Variant,
)
from planner.atlas.names import hint
from planner.atlas.text import Fault, TextFile

LEVELS: tuple[str, ...] = (
    *(f"T{k}" for k in range(10, 13)),
    *(f"L{k}" for k in range(1, 6)),
    *(f"S{k}" for k in range(1, 6)),
)
# Published rates that lie this far apart are a conflict to be told, not a spread to be averaged.
RATES_DIFFER_FROM = 0.1
# What an answer can be instead of a block; spelled as in `planner.answer`, which may import this package.
OUTCOMES = ("compare", "urgent_evaluation", "defer_anticoag", "no_block_reassess")


# Where an entry would stand, for a message about one that is missing.
HOMES: Mapping[str, str] = {
    "block": " in blocks/{}.toml",
    "block or outcome": " in blocks/{}.toml",
    "block or generator": " in blocks/{}.toml or generators.toml",
    "nerve": " in nerves.toml",
    "region": " in territories.toml",
    "structure": " in structures/",
    "structure or group": " in structures/ or groups.toml",
    "group": " in groups.toml",
    "generator": " in generators.toml",
    "quality": " in qualities.toml",
    "clue": " in clues.toml",
    "flag": " in flags.toml",
    "reference": " in references.toml",
}


@dataclass(frozen=True, eq=False, slots=True)
class Entry:
    """A decoded record and where it stands. kind: its table's name ("nerve")."""

    file: TextFile
    span: tuple[int, int]
    kind: str
    id: str
    record: Record

    def fault(self, text: str, word: str = "") -> Fault:
        """A fault of this entry, on the line that holds `word` in quotes where one is given."""
        line = self.file.word_line(self.span, word) if word else self.file.id_line(self.span)
        return Fault(self.file.name, line, self.id, text)


Entries = Mapping[str, Sequence[Entry]]


def integrity_faults(entries: Entries, broken: Mapping[str, set[str]]) -> list[Fault]:
    """Duplicate and dangling ids, uncited or ill-founded claims, loops of part_of and parent.

    broken: ids by kind of entries that do not decode; naming one of them is no fault.
    """
    ids = {kind: {e.id for e in found} | broken.get(kind, set()) for kind, found in entries.items()}
    known = {
        **ids,
        "level": set(LEVELS),
        "structure without side": {stem_of(name) for name in ids.get("structure", set())},
        "structure or group": ids.get("structure", set()) | ids.get("group", set()),
        "block or generator": ids.get("block", set()) | ids.get("generator", set()),
        "block or outcome": ids.get("block", set()) | set(OUTCOMES),
    }
    sound = _sound_references(entries)
    faults: list[Fault] = []
    for kind, found in entries.items():
        faults += _duplicates(kind, found)
        for entry in found:
            for field, target, word in links(entry.record):
                valid = known.get(target, set())
                if valid and word not in valid:  # a table that is missing as a whole is one fault, not many
                    home = HOMES.get(target, "").format(word)
                    text = f'{field}: there is no {target} "{word}"{home}{hint(word, valid)}'
                    faults.append(entry.fault(text, word))
            faults += _citation_faults(entry, known.get("reference", set()), sound)
            faults += _named_twice(entry)
    faults += _loops(entries.get("nerve", ()), "part_of")
    faults += _loops((*entries.get("group", ()), *entries.get("structure", ())), "parent")
    return faults


def links(record: Record) -> Iterator[tuple[str, str, str]]:
    """Every id by which a record names another: (field, kind of the other, id)."""
    match record:
        case Structure():
            yield from _one("nerve", "nerve", record.nerve)
            yield from _one("parent", "structure or group", record.parent)
        case Group():
            yield from _one("parent", "group", record.parent)
        case Part():
            yield from _one("structure", "structure", record.structure)
        case Nerve():
            yield from _one("part_of", "nerve", record.part_of)
            yield from (("roots", "level", root) for root in record.roots)
        case Supply():
            yield "id", "structure without side", record.id
            yield from (("nerves", "nerve", nerve) for nerve in record.nerves)
        case Region():
            yield from (("supply", "nerve", share.of) for share in record.supply)
            yield from (("pain", "nerve", share.of) for share in record.pain)
            yield from (("dermatomes", "level", share.of) for share in record.dermatomes)
        case Generator():
            yield from (("nerves", "nerve", nerve) for nerve in record.nerves)
            yield from (("referral", "region", share.of) for share in record.referral)
            yield from (("tested_by", "block", block) for block in record.tested_by)
        case Block():
            yield from (("reaches", "nerve", reach.nerve) for reach in record.reaches)
            yield from (("entry_regions", "region", region) for region in record.entry_regions)
            for near in record.nearby:
                yield from (("nearby", "structure without side", stem) for stem in near.structures)
        case Variant():
            yield from _one("nerve", "nerve", record.nerve or "")
            for field in ("hides", "shows"):
                yield from ((field, "structure without side", stem) for stem in getattr(record, field))
        case Clue() | Quality():
            yield from (("shifts", "block or generator", shift.toward) for shift in record.shifts)
        case Flag():
            yield from (("with_flags", "flag", flag) for flag in record.with_flags)
        case Criterion():
            yield "block", "block", record.block
            for field in ("met_by", "missing_by"):
                yield from ((field, "clue", clue) for clue in getattr(record, field))
        case Explanation():
            yield from _one("block", "block", record.block)
        case Comparison():
            for column in record.columns:
                yield from _one("columns", "block", column.block)
            for row in record.rows:
                yield from (("rows", "block", block) for block in row.blocks)
                yield from (("rows", "region", region) for region in row.regions)
        case Dermatome():
            yield "id", "level", record.id
        case TeachingCase():
            yield from (("regions", "region", mark.region) for mark in record.regions)
            yield from (("qualities", "quality", quality) for quality in record.qualities)
            yield from (("clues", "clue", clue) for clue in record.clues)
            yield from (("flags", "flag", flag) for flag in record.flags)
            yield from (("unrelieved", "block", block) for block in record.unrelieved)
            for field in ("expected", "acceptable", "not_first"):
                yield from ((field, "block or outcome", answer) for answer in getattr(record, field))
        case _:
            return


def cited_within(record: Record, path: str = "") -> Iterator[tuple[str, Cited]]:
    """The record itself and all records in it that carry sources, with their place ("steps[2]")."""
    if isinstance(record, Cited):
        yield path, record
    for name in record.__struct_fields__:
        value = getattr(record, name)
        inner = f"{path}.{name}" if path else name
        if isinstance(value, Record):
            yield from cited_within(value, inner)
        elif isinstance(value, tuple):
            for index, item in enumerate(value):
                if isinstance(item, Record):
                    yield from cited_within(item, f"{inner}[{index}]")


def _one(field: str, kind: str, word: str) -> Iterator[tuple[str, str, str]]:
    if word:
        yield field, kind, word


def _duplicates(kind: str, found: Sequence[Entry]) -> list[Fault]:
    first: dict[str, Entry] = {}
    faults: list[Fault] = []
    for entry in found:
        if entry.id in first:
            before = first[entry.id]
            line = before.file.id_line(before.span)
            faults.append(entry.fault(f"the {kind} id stands twice, first in {before.file.name}:{line}"))
        first.setdefault(entry.id, entry)
    return faults


def _named_twice(entry: Entry) -> list[Fault]:
    """Ids that two items of one list share, and rows of a table with too few or too many cells."""
    faults: list[Fault] = []
    for path, items in _lists_within(entry.record):
        ids = [name for item in items if (name := str(getattr(item, "id", "")))]
        for name in dict.fromkeys(name for name in ids if ids.count(name) > 1):
            faults.append(entry.fault(f'{path}: the id "{name}" stands twice', name))
    if isinstance(entry.record, Comparison):
        wanted = len(entry.record.columns)
        for row in entry.record.rows:
            if len(row.cells) != wanted:
                text = f"rows: {row.id} has {len(row.cells)} cells, the table has {wanted} columns"
                faults.append(entry.fault(text, row.id))
    return faults


def _lists_within(record: Record, path: str = "") -> Iterator[tuple[str, tuple[Record, ...]]]:
    """Every list of records in a record, and in those, with its place."""
    for name in record.__struct_fields__:
        value = getattr(record, name)
        if isinstance(value, tuple) and value and isinstance(value[0], Record):
            yield f"{path}{name}", value
            for index, item in enumerate(value):
                yield from _lists_within(item, f"{path}{name}[{index}].")


def _sound_references(entries: Entries) -> set[str]:
    """References that can carry a claim called published: not a consensus, not an estimate."""
    sound: set[str] = set()
    for entry in entries.get("reference", ()):
        if getattr(entry.record, "status", "") != "consensus" and entry.id != "compiler":
            sound.add(entry.id)
    return sound


def _citation_faults(entry: Entry, known: set[str], sound: set[str]) -> list[Fault]:
    faults: list[Fault] = []
    for path, cited in cited_within(entry.record):
        wrong: list[tuple[str, str]] = []  # what, and the pattern that finds its line
        if not cited.sources:
            wrong.append(("it has no sources", r"\bsources\s*=\s*\["))
        for key in cited.sources:
            if known and key not in known:
                text = f'there is no reference "{key}" in references.toml{hint(key, known)}'
                wrong.append((text, f'"{re.escape(key)}"'))
        if cited.grade == "published" and known and cited.sources and not sound.intersection(cited.sources):
            wrong.append(
                ("it is graded published, but its sources are textbooks or estimates", r"\bgrade\s*=")
            )
        if isinstance(cited, Reach):
            low, high = cited.low or 0.0, 1.0 if cited.high is None else cited.high
            if not low <= cited.p <= high:
                wrong.append((f"p = {cited.p} lies outside its own range {low} to {high}", r"\bp\s*="))
            wrong += ((text, r"\bnerve\s*=") for text in _rate_faults(cited))
        for text, pattern in wrong:
            line = entry.file.path_line(entry.span, f".{path}") if path else entry.file.id_line(entry.span)
            line = entry.file.line_of((line, entry.span[1]), pattern) or line
            faults.append(Fault(entry.file.name, line, entry.id, f"{path}: {text}" if path else text))
    return faults


def _rate_faults(reach: Reach) -> Iterator[str]:
    """Published rates that its range does not show, or that differ without a word about why."""
    if not reach.rates:
        return
    least, most = min(rate.p for rate in reach.rates), max(rate.p for rate in reach.rates)
    if (reach.low, reach.high) != (least, most):
        yield f"low and high must be the least and the greatest of its rates, {least} and {most}"
    if most - least >= RATES_DIFFER_FROM and not reach.conflict:
        yield f"its rates differ from {least} to {most} and no conflict says why"


def _loops(found: Sequence[Entry], field: str) -> list[Fault]:
    """Entries that are, through `field`, a part of themselves."""
    up = {entry.id: str(getattr(entry.record, field)) for entry in found}
    faults: list[Fault] = []
    for entry in found:
        seen, here = [entry.id], up[entry.id]
        while here and here not in seen:
            seen.append(here)
            here = up.get(here, "")
        if here == entry.id:
            faults.append(entry.fault(f"{field} leads back to itself: {' > '.join([*seen, here])}"))
    return faults
