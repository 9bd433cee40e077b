"""Whether every text that a patient may see has a plain wording beside the professional one."""

from __future__ import annotations

from collections.abc import Iterator

from planner.atlas.handbook import Comparison, Dermatome, Explanation
from planner.atlas.integrity import Entries
from planner.atlas.model import Block, Claim, Clue, Criterion, Flag, Nearby, Quality, Record, Risk, Weight
from planner.atlas.text import Fault

# Records whose every claim a patient may be shown.
_SHOWN = (Block, Explanation, Comparison, Dermatome)
# Beginnings of the ids of weights whose meaning is said as an alert.
_SAID = ("criterion_", "reassess_", "answers_from_")


def plain_faults(entries: Entries) -> list[Fault]:
    """Every text for patients without its plain wording, on the line where it stands."""
    faults: list[Fault] = []
    for found in entries.values():
        for entry in found:
            for path in without_plain(entry.record):
                line = entry.file.path_line(entry.span, f".{path}")
                text = f"{path}: it has no plain words beside the professional ones"
                faults.append(Fault(entry.file.name, line, entry.id, text))
    return faults


def without_plain(record: Record) -> Iterator[str]:
    """Places in a record where a patient would find professional words alone."""
    if isinstance(record, Flag | Clue | Quality) and record.text and not record.text_plain:
        yield "text"
    if isinstance(record, Criterion) and record.differs and not record.differs_plain:
        yield "differs"
    if isinstance(record, Weight) and record.id.startswith(_SAID) and not record.meaning_plain:
        yield "meaning"
    if isinstance(record, _SHOWN):
        yield from (path for path, plain in plain_within(record) if not plain)


def plain_within(record: Record, path: str = "") -> Iterator[tuple[str, str]]:
    """Every plain wording in a record, with its place; "" where it is missing."""
    if path and isinstance(record, Claim | Risk | Nearby):
        yield path, record.plain
    elif isinstance(getattr(record, "plain", None), str):
        yield path or "plain", str(getattr(record, "plain", ""))
    for name in record.__struct_fields__:
        value = getattr(record, name)
        inner = f"{path}.{name}" if path else name
        if isinstance(value, Record):
            yield from plain_within(value, inner)
        elif isinstance(value, tuple):
            for index, item in enumerate(value):
                if isinstance(item, Record):
                    yield from plain_within(item, f"{inner}[{index}]")
