"""What must hold between the names, ids and places of structures and of the groups they are listed in.

`check` asks here. None of it keeps the program from running: a synonym that stands twice or a muscle
listed among the nerves is shown as it is, and mended because it is named.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from planner.atlas.hierarchy import stem_of
from planner.atlas.integrity import Entries, Entry
from planner.atlas.model import Group, Structure
from planner.atlas.text import Fault

Listed = Structure | Group


def catalogue_faults(entries: Entries) -> list[Fault]:
    """Every fault of names, of terminology ids and of the places in the tree."""
    listed = [*_of(entries, "group", Group), *_of(entries, "structure", Structure)]
    return [*_place_faults(listed), *_name_faults(listed), *_fma_faults(listed)]


def _of(entries: Entries, kind: str, record: type[Listed]) -> Iterator[tuple[Entry, Listed]]:
    for entry in entries.get(kind, ()):
        if isinstance(entry.record, record):
            yield entry, entry.record


def _place_faults(listed: Sequence[tuple[Entry, Listed]]) -> Iterator[Fault]:
    """Ids that a group and a structure share; parents in another system or on the other side."""
    places: dict[str, Listed] = {}
    for entry, record in listed:
        if record.id in places and isinstance(places[record.id], Group) and isinstance(record, Structure):
            yield entry.fault("there is a group of this id in groups.toml")
        places.setdefault(record.id, record)
    for entry, record in listed:
        parent = places.get(record.parent)
        if parent is None:
            continue
        if parent.system != record.system:
            text = f"its system is {record.system}, its parent {parent.id} is of the system {parent.system}"
            yield entry.fault(text, record.parent)
        sides = {getattr(one, "side", "midline") for one in (record, parent)}
        if {"left", "right"} <= sides:
            yield entry.fault(f"its parent {parent.id} is on the other side", record.parent)


def _name_faults(listed: Sequence[tuple[Entry, Listed]]) -> Iterator[Fault]:
    """Synonyms that stand twice in a record or say its name or Latin again."""
    for entry, record in listed:
        taken = {record.name.casefold(), record.latin.casefold()}
        for word in record.synonyms:
            if not word.strip():
                yield entry.fault("it has an empty synonym")
            elif word.casefold() in taken:
                yield entry.fault(f'synonyms: "{word}" is said twice', word)
            taken.add(word.casefold())


def _fma_faults(listed: Sequence[tuple[Entry, Listed]]) -> Iterator[Fault]:
    """Ids of the Foundational Model of Anatomy that two structures (other than left and right) share."""
    owner: dict[str, str] = {}
    for entry, record in listed:
        fma = record.fma if isinstance(record, Structure) else ""
        if not fma:
            continue
        first = owner.setdefault(fma, stem_of(record.id))
        if first != stem_of(record.id):
            yield entry.fault(f"{fma} is also the id of {first}", fma)
