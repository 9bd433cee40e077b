"""All statements of a content folder measured, and the table that `block-planner check --model` prints."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from planner.anatomy.body import Body, Unmeasurable, read_landmarks
from planner.anatomy.measures import Found, measured
from planner.atlas.load import load_atlas
from planner.atlas.model import Content
from planner.atlas.statements import AnyStatement, decoded
from planner.atlas.text import ContentFault, Fault

FILE = "anatomy.toml"
_WIDEST = 64


def read_statements(folder: Path) -> tuple[AnyStatement, ...]:
    """The statements of `folder`/atlas/anatomy.toml. Raises ContentFault."""
    path = folder / "atlas" / FILE
    try:
        return decoded(path.read_bytes())
    except OSError as error:
        raise ContentFault([Fault(FILE, 0, "", f"it cannot be read ({error.strerror})")]) from error
    except msgspec.DecodeError as error:
        raise ContentFault([Fault(FILE, 0, "", str(error))]) from error


def all_found(folder: Path) -> Iterator[Found]:
    """Every statement of a content folder measured on its model, one after the other.

    Raises ContentFault or MeshFault when the folder cannot be read, Unmeasurable without landmarks.
    """
    statements = read_statements(folder)
    body = Body(load_atlas(folder), read_landmarks(folder))
    for statement in statements:
        yield from measured(body, statement)


def as_record(found: Found) -> dict[str, object]:
    """One row as plain values."""
    statement = found.statement
    return {
        "id": statement.id,
        "side": found.side,
        "measured": None if found.value is None else round(found.value, 3),
        "low": statement.low,
        "high": statement.high,
        "unit": statement.unit,
        "published": statement.published,
        "sources": list(statement.sources),
        "grade": statement.grade,
        "ok": found.ok,
        "deviates": statement.deviates,
        "where": found.where,
    }


def lines(rows: Sequence[Found], content: Content) -> Iterator[str]:
    """The table: statement, measured on each side, published, source, ok; a line per statement."""
    head = ("statement", "measured", "published", "source", "ok")
    body: list[tuple[str, ...] | str] = []
    group = ""
    by_statement: dict[str, list[Found]] = {}
    for row in rows:
        by_statement.setdefault(row.statement.id, []).append(row)
    for found in by_statement.values():
        statement = found[0].statement
        if statement.group != group:
            group = statement.group
            body.append(group)
        figures = " / ".join("-" if row.value is None else _figure(row.value) for row in found)
        sources = "; ".join(content.references[name].short for name in statement.sources)
        grade = "" if statement.grade == "published" else f" [{statement.grade}]"
        holds = all(row.ok for row in found)
        ok = "ok" if holds else "deviates" if statement.deviates else "NO"
        body.append(
            (statement.text, f"{figures} {statement.unit}", statement.published, f"{sources}{grade}", ok)
        )
        if not holds:
            reasons = {statement.deviates, *(f"{row.side or ''} {row.where}" for row in found if row.where)}
            body.extend(f"    {reason.strip()}" for reason in sorted(reasons) if reason.strip())
    cells = [row for row in body if isinstance(row, tuple)]
    widths = [min(_WIDEST, max(len(row[k]) for row in (head, *cells))) for k in range(5)]

    def line(row: Sequence[str]) -> str:
        return "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()

    yield line(head)
    for entry in body:
        yield (entry if entry.startswith(" ") else f"\n{entry}") if isinstance(entry, str) else line(entry)


def _figure(value: float) -> str:
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


__all__ = ["Unmeasurable", "all_found", "as_record", "lines", "read_statements"]
