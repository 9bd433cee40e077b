"""What must hold between the entries of the content: ids that exist, claims that are cited.

Both the loader and `check` ask here; the loader refuses content that fails, `check` lists the rest
of what it finds beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from planner.atlas.hierarchy import stem_of
from planner.atlas.model import (
    Block,
    Cited,
    Clue,
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
        case Variant():
            yield from _one("nerve", "nerve", record.nerve or "")
            for field in ("hides", "shows"):
                yield from ((field, "structure without side", stem) for stem in getattr(record, field))
        case Clue() | Quality():
            yield from (("shifts", "block or generator", shift.toward) for shift in record.shifts)
        case Flag():
            yield from (("with_flags", "flag", flag) for flag in record.with_flags)
        case TeachingCase():
            yield from (("regions", "region", mark.region) for mark in record.regions)
            yield from (("qualities", "quality", quality) for quality in record.qualities)
            yield from (("clues", "clue", clue) for clue in record.clues)
            yield from (("flags", "flag", flag) for flag in record.flags)
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
        for text, pattern in wrong:
            line = entry.file.path_line(entry.span, f".{path}") if path else entry.file.id_line(entry.span)
            line = entry.file.line_of((line, entry.span[1]), pattern) or line
            faults.append(Fault(entry.file.name, line, entry.id, f"{path}: {text}" if path else text))
    return faults


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
