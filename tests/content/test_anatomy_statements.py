"""The statements of `anatomy.toml` against the built model: what `block-planner check --model` prints."""

from __future__ import annotations

from functools import lru_cache

import pytest

from planner.anatomy.measures import Found
from planner.anatomy.table import all_found, as_record, lines, read_statements
from planner.atlas.load import load_content
from tests.content.anatomy import ASSETS

STATEMENTS = {statement.id: statement for statement in read_statements(ASSETS)}


@lru_cache(maxsize=1)
def rows() -> dict[str, list[Found]]:
    found: dict[str, list[Found]] = {}
    for row in all_found(ASSETS):
        found.setdefault(row.statement.id, []).append(row)
    return found


@pytest.mark.parametrize("ident", sorted(STATEMENTS))
def test_that_the_model_satisfies(ident: str) -> None:
    measured = rows()[ident]
    figures = [(row.side, row.value, row.where) for row in measured]
    if STATEMENTS[ident].deviates:
        # A reason that is no longer needed is a wrong statement about this model.
        assert not all(row.ok for row in measured), f"{ident} holds now: {figures}; take its reason away"
        assert all(row.value is not None for row in measured), figures
    else:
        assert all(row.ok for row in measured), figures


def test_that_few_statements_deviate() -> None:
    odd = [ident for ident, statement in STATEMENTS.items() if statement.deviates]
    assert len(odd) <= 0.12 * len(STATEMENTS), odd


def test_that_every_range_admits_something_and_every_source_is_known() -> None:
    known = load_content(ASSETS).references
    for statement in STATEMENTS.values():
        assert statement.low <= statement.high, statement.id
        assert statement.sources, statement.id
        assert set(statement.sources) <= set(known), statement.id


def test_that_the_table_has_a_line_for_every_statement_with_its_source() -> None:
    content = load_content(ASSETS)
    listed = [row for found in rows().values() for row in found]
    text = "\n".join(lines(listed, content))
    for statement in STATEMENTS.values():
        assert statement.text in text, statement.id
    assert all({"measured", "published", "sources", "ok"} <= set(as_record(row)) for row in listed)
