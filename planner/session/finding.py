"""From what was found to the act that goes there: the one meaning that search and command palette share."""

from __future__ import annotations

from collections.abc import Sequence

from planner.atlas.hierarchy import stem_of
from planner.atlas.model import Content, Variant
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
    if len(entries) == 1 and (variant := _variant(content, entries[0])) is not None:
        return act.ChooseVariant(variant.group, variant.id)
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


def _variant(content: Content, entry: Entry) -> Variant | None:
    """The variant without which a structure is not drawn; None for one of the usual anatomy."""
    if entry.kind != "structure":
        return None
    stem = stem_of(entry.id)
    return next((variant for variant in content.variants.values() if stem in variant.shows), None)


def choosing(content: Content, source: str, side: Side) -> act.ChooseSource:
    """The act that lights a source of pain on a side."""
    return act.ChooseSource(source, joint_of(content, source, side), nerves_of(content, source, side))


def _structure(content: Content, entry: Entry) -> str:
    """The structure an entry stands for; "" for other entries."""
    if entry.kind == "structure":
        return entry.id
    part = content.parts.get(entry.id) if entry.kind == "part" else None
    return part.structure if part is not None else ""
