"""What can be named on the command line: structures and their groups, regions, nerves, blocks, clues, ..."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from planner.atlas.hierarchy import Branch, tree
from planner.atlas.model import Content, Record, Variant
from planner.session.variants import share_text

KINDS = (
    *("structures", "groups", "parts", "regions", "nerves", "blocks", "variants"),
    *("clues", "flags", "qualities"),
)


def records(content: Content, kind: str) -> Mapping[str, Record]:
    """All records of one kind by id. KeyError for another word."""
    kinds: Mapping[str, Mapping[str, Record]] = {
        "structures": content.structures,
        "groups": content.groups,
        "parts": content.parts,
        "regions": content.regions,
        "nerves": content.nerves,
        "blocks": content.blocks,
        "variants": content.variants,
        "clues": content.clues,
        "flags": content.flags,
        "qualities": content.qualities,
    }
    return kinds[kind]


def as_json(content: Content, kind: str) -> str:
    """A JSON list of the whole records, ids first."""
    rows = [msgspec.to_builtins(record) for record in records(content, kind).values()]
    return json.dumps([{"id": row["id"], **row} for row in rows], ensure_ascii=False)


def as_text(content: Content, kind: str) -> str:
    """One line per entry: id and name."""
    rows = [(name, _named(record)) for name, record in records(content, kind).items()]
    width = max((len(name) for name, _ in rows), default=0)
    return "\n".join(f"{name:{width}}  {text}" for name, text in rows)


def as_tree(content: Content) -> str:
    """Structures under their systems and groups; a line ends with the ids that it stands for."""
    lines: list[str] = []
    for system, branches in tree(content).items():
        lines += [system, *_tree_lines(branches, 1)]
    return "\n".join(lines)


def as_tree_json(content: Content) -> str:
    """The same for programs: {system: [{"id", "name", "latin", "sides", "below"}]}."""
    return json.dumps(
        {
            system: [_branch_record(branch) for branch in branches]
            for system, branches in tree(content).items()
        },
        ensure_ascii=False,
    )


def _tree_lines(branches: Iterable[Branch], depth: int) -> Iterator[str]:
    for branch in branches:
        ids = f"  {', '.join(branch.sides.values())}" if branch.sides else ""
        yield f"{'  ' * depth}{branch.name}{ids}"
        yield from _tree_lines(branch.below, depth + 1)


def _branch_record(branch: Branch) -> dict[str, object]:
    return {
        "id": branch.id,
        "name": branch.name,
        "latin": branch.latin,
        "sides": dict(branch.sides),
        "below": [_branch_record(one) for one in branch.below],
    }


def _named(record: Record) -> str:
    """The record's name; of a structure that one form of the body alone has, with that form; of a variant
    behind its group and with its share."""
    if isinstance(record, Variant):
        return f"{record.group_name}: {record.name} ({share_text(record)})"
    form = getattr(record, "form", "")
    return str(getattr(record, "name", "")) + (f" ({form})" if form else "")
