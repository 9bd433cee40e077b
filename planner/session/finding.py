"""From what was found to the act that goes there: the one meaning that search and command palette share."""

from __future__ import annotations

from collections.abc import Sequence

from planner.atlas.model import Content
from planner.outline import structures_under
from planner.search import Entry
from planner.session import actions as act
from planner.sources import joint_of, nerves_of
from planner.space import Side


def going_to(content: Content, entries: Sequence[Entry], side: Side) -> act.Action | None:
    """The act that shows what was found; None where there is nothing to show.

    Several structures are shown together; of anything else the first is. side: which of a pair is meant
    where the entry does not say.
    """
    structures = tuple(dict.fromkeys(_structure(content, entry) for entry in entries))
    if structures and all(structures):
        return act.GoTo(structures)
    first = entries[0] if entries else None
    match first:
        case Entry(kind="structure" | "part"):
            return act.GoTo((_structure(content, first),))
        case Entry(kind="group"):
            return act.GoTo(structures_under(content, first.id))
        case Entry(kind="block"):
            return act.ChooseBlock(first.id)
        case Entry(kind="region"):
            return act.FocusOn((f"region_{first.id}_{side}",))
        case Entry(kind="generator"):
            return choosing(content, first.id, side)
        case Entry(kind="territory"):
            return act.ShowTerritory(first.id)
    return None


def choosing(content: Content, source: str, side: Side) -> act.ChooseSource:
    """The act that lights a source of pain on a side."""
    return act.ChooseSource(source, joint_of(content, source, side), nerves_of(content, source, side))


def _structure(content: Content, entry: Entry) -> str:
    """The structure an entry stands for; "" for other entries."""
    if entry.kind == "structure":
        return entry.id
    part = content.parts.get(entry.id) if entry.kind == "part" else None
    return part.structure if part is not None else ""
