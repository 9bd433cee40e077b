"""Words that the intended use forbids in anything a user reads.

The program explains and compares; it does not advise, dose or say what a person has. Titles of
published works are quotations and are not looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from planner.atlas.integrity import Entries, Entry
from planner.atlas.model import Record
from planner.atlas.text import Fault

_NUMBER = r"\d+(?:[.,]\d+)?"
# rule -> (what a text does that breaks it, how that is seen)
RULES: Mapping[str, tuple[str, re.Pattern[str]]] = {
    rule: (what, re.compile(pattern, re.IGNORECASE))
    for rule, what, pattern in (
        ("advice", "it recommends", r"\brecommend\w*"),
        ("one_person", "it advises one person", r"\bindicated for you\b"),
        ("safety", "it promises safety", r"\bsafe(?:ty)? distance\b"),
        ("finding", "it speaks of a diagnosis", r"\bdiagnos(?:is|es|e|ed|ing)\b"),
        ("amount", "it gives a dose", rf"{_NUMBER}\s*(?:mg|mcg|µg|ug|ml|cc)\b"),
        (
            "strength",
            "it gives a dose",
            rf"{_NUMBER}\s*%\s*\w*(?:caine|steroid)\w*|\w+caine\s+{_NUMBER}\s*%",
        ),
        (
            "hold_time",
            "it gives a hold time",
            rf"\b(?:stop|stopped|hold|held|interrupt\w*|withh\w+|paus\w+)\b[^.;]{{0,40}}?"
            rf"\b{_NUMBER}\s*(?:h|hours?|d|days?|weeks?)\b",
        ),
        ("clinic", "it names a clinic", r"\bspine\s?pain solutions\b|\b\d{3}-\d{3}-\d{4}\b|\bapp store\b"),
        (
            "price",
            "it speaks of prices or ways to pay",
            rf"[$€£]\s?{_NUMBER}|\bcarecredit\b|\bfinancing\b|\bself-pay\b|\bpayment (?:plan|option)s?\b",
        ),
        (
            "scheduling",
            "it arranges a visit",
            r"\bappointments?\b|\bschedule (?:a|an|your)\b|\bbook (?:a|an|your) (?:visit|consultation)\b",
        ),
    )
}
# Fields that hold ids, keys or file-like words rather than text for a reader.
_NOT_TEXT = frozenset(
    {"id", "sources", "grade", "fma", "doi", "pmid", "material", "reviewed_by", "reviewed_on"}
)
_QUOTED_TABLES = frozenset({"reference"})


def wording_faults(entries: Entries) -> list[Fault]:
    """Every forbidden word in text that users see, with the line it stands on."""
    faults: list[Fault] = []
    for kind, found in entries.items():
        if kind in _QUOTED_TABLES:
            continue
        for entry in found:
            for path, text in texts_within(entry.record):
                faults += (_fault(entry, path, *hit) for hit in forbidden_in(text))
    return faults


def forbidden_in(text: str) -> list[tuple[str, str]]:
    """What is wrong with a text: (what, the words themselves)."""
    return [(what, found.group(0)) for what, pattern in RULES.values() if (found := pattern.search(text))]


def texts_within(record: Record, path: str = "") -> Iterator[tuple[str, str]]:
    """Every text of a record and of the records in it, with its place ("steps[2].text")."""
    for name in record.__struct_fields__:
        if name in _NOT_TEXT:
            continue
        value = getattr(record, name)
        inner = f"{path}.{name}" if path else name
        if isinstance(value, str):
            yield inner, value
        elif isinstance(value, Record):
            yield from texts_within(value, inner)
        elif isinstance(value, tuple):
            for index, item in enumerate(value):
                if isinstance(item, str):
                    yield f"{inner}[{index}]", item
                elif isinstance(item, Record):
                    yield from texts_within(item, f"{inner}[{index}]")


def _fault(entry: Entry, path: str, what: str, words: str) -> Fault:
    start = entry.file.path_line(entry.span, f".{path}")
    line = entry.file.line_of((start, entry.span[1]), re.escape(words)) or start
    return Fault(entry.file.name, line, entry.id, f'{path}: {what}: "{words}"')
