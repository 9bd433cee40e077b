"""The table of `check --seeds`: every statement of the pages with the entries that serve it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from planner.atlas.handbook import SeedSection
from planner.atlas.load import read_entries
from planner.atlas.seeds import seed_faults
from planner.atlas.text import ContentFault, Fault, read_folder


def seeds_of(folder: Path) -> tuple[list[SeedSection], list[Fault]]:
    """The sections of a content folder that can be read, and every fault of the table.

    Entries that do not decode lead to a fault of each key that names them; `check` lists the cause.
    """
    try:
        files = read_folder(folder / "atlas")
    except ContentFault as error:
        return [], list(error.faults)
    reading = read_entries(files)
    sections = [e.record for e in reading.entries["section"] if isinstance(e.record, SeedSection)]
    faults = [fault for fault in reading.faults if fault.file == "seeds.toml"]
    if not sections and not faults:
        faults.append(Fault("seeds.toml", 0, "", "it is missing from the atlas folder"))
    faults += seed_faults(reading.entries)
    return sections, sorted(Fault(f"atlas/{f.file}", f.line, f.entry, f.text) for f in faults)


def as_records(sections: list[SeedSection]) -> list[dict[str, object]]:
    """One record per item, for JSON."""
    return [
        {"section": section.id, "id": item.id, "text": item.text, "keys": list(item.keys)}
        for section in sections
        for item in section.items
    ]


def lines(sections: list[SeedSection]) -> Iterator[str]:
    """The table for a reader: section, item, its keys."""
    for section in sections:
        yield f"{section.title} ({len(section.items)})"
        for item in section.items:
            yield f"  {item.id}: {item.text}"
            for key in item.keys:
                yield f"    -> {key}"
        yield ""
