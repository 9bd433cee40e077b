"""Whether every statement of the pages this atlas grew from is served by an entry of the content.

A key names what serves an item: `table/id`, with a field, and an item of that field by its own id,
where only a part of the entry is meant: `block/lumbar_plexus/risks/infection`. `wording/<rule>` names a
rule of `planner.atlas.wording`, for what must be left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from planner.atlas.handbook import SeedSection
from planner.atlas.integrity import Entries, Entry
from planner.atlas.model import Record
from planner.atlas.names import hint
from planner.atlas.text import Fault
from planner.atlas.wording import RULES

# By what an item of a list can be named, in this order.
_NAMES = ("id", "nerve", "of", "toward")
Index = Mapping[str, Mapping[str, Record]]


def seed_faults(entries: Entries) -> list[Fault]:
    """Items that nothing serves, keys that lead nowhere, items named twice, sections that lost one."""
    index = {table: {entry.id: entry.record for entry in found} for table, found in entries.items()}
    faults: list[Fault] = []
    first: dict[str, Entry] = {}
    for entry in entries.get("section", ()):
        section = entry.record
        if not isinstance(section, SeedSection):
            continue
        if section.count != len(section.items):
            faults.append(entry.fault(f"it should hold {section.count} items and holds {len(section.items)}"))
        for number, item in enumerate(section.items):
            line = entry.file.path_line(entry.span, f".items[{number}]")
            file, where = entry.file, (line, entry.span[1])
            if item.id in first:
                other = first[item.id].id
                place = "in this section" if other == entry.id else f"first in {other}"
                text = f"the item {item.id} is named twice, {place}"
                faults.append(Fault(file.name, file.line_of(where, r"\bid\s*="), entry.id, text))
            first.setdefault(item.id, entry)
            if not item.keys:
                faults.append(Fault(file.name, line, entry.id, f"nothing serves the item {item.id}"))
            for key in item.keys:
                wrong = key_fault(index, key)
                if wrong:
                    text = f'the item {item.id}: the key "{key}" leads nowhere: {wrong}'
                    faults.append(Fault(file.name, file.word_line(where, key), entry.id, text))
                elif item.keys.count(key) > 1:
                    text = f'the item {item.id} names the key "{key}" twice'
                    faults.append(Fault(file.name, file.word_line(where, key), entry.id, text))
    return sorted(set(faults))


def key_fault(index: Index, key: str) -> str:
    """Why a key leads nowhere, or "" when it leads to something."""
    table, _, rest = key.partition("/")
    name, _, inner = rest.partition("/")
    if table == "wording":
        return "" if name in RULES else f"there is no rule {name}{hint(name, RULES)}"
    if table not in index:
        return f"there is no table {table}{hint(table, index)}"
    record = index[table].get(name)
    if record is None:
        return f'there is no {table} "{name}"{hint(name, index[table])}'
    return _within(record, inner.split("/") if inner else [])


def _within(record: Record, path: Sequence[str]) -> str:
    """Follows a path of field, item id, field, ... below a record."""
    if not path:
        return ""
    field, *rest = path
    if field not in record.__struct_fields__:
        return f"there is no field {field}{hint(field, record.__struct_fields__)}"
    value = getattr(record, field)
    if value is None or value == "" or value == ():
        return f"the field {field} is empty"
    if isinstance(value, Record):
        return _within(value, rest)
    if not rest:
        return ""
    if not isinstance(value, tuple):
        return f"the field {field} holds no items"
    items = dict(_named(value))
    item = items.get(rest[0])
    if item is None:
        return f"{field} has no item {rest[0]}{hint(rest[0], items)}"
    return _within(item, rest[1:]) if isinstance(item, Record) else ""


def _named(items: Sequence[object]) -> Iterator[tuple[str, object]]:
    """Items of a list by the names a key may use."""
    for item in items:
        if isinstance(item, str):
            yield item, item
        else:
            name = next((str(found) for name in _NAMES if (found := getattr(item, name, ""))), "")
            if name:
                yield name, item
