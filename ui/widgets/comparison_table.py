"""A table of the handbook that holds blocks against one another: what it says of the blocks at hand."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from planner.atlas.handbook import Comparison, Row
from planner.atlas.model import Content
from planner.session.state import Face
from ui.widgets.basics import label
from ui.widgets.claims import SourceLine
from ui.widgets.words import capital, claim_words


def rows_about(table: Comparison, blocks: Sequence[str]) -> tuple[Row, ...]:
    """The rows that speak of the blocks; all of them where the columns stand for blocks."""
    if any(column.block for column in table.columns):
        return table.rows
    return tuple(row for row in table.rows if set(row.blocks) & set(blocks))


class ComparisonTable(QWidget):
    """Heads, and a line per row with its cells and their evidence."""

    def __init__(self, table: Comparison, blocks: Sequence[str], content: Content, face: Face) -> None:
        super().__init__()
        study = face == "study"
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(8)
        top = Qt.AlignmentFlag.AlignTop
        grid.addWidget(label(claim_words(table.lead, face), "muted", wrap=True), 0, 0, 1, -1)
        for k, column in enumerate(table.columns, start=1):
            grid.addWidget(label(capital(column.name if study else column.plain), "strong", wrap=True), 1, k)
            grid.setColumnStretch(k, 3)
        grid.setColumnStretch(0, 2)
        for line, row in enumerate(rows_about(table, blocks), start=2):
            grid.addWidget(label(row.name if study else row.plain, "eyebrow", wrap=True), line, 0, top)
            for k, claim in enumerate(row.cells, start=1):
                cell = QWidget()
                inside = QGridLayout(cell)
                inside.setContentsMargins(0, 0, 0, 0)
                inside.setSpacing(0)
                inside.addWidget(label(claim_words(claim, face), wrap=True), 0, 0)
                inside.addWidget(SourceLine(claim.sources, content.references, claim.grade), 1, 0)
                grid.addWidget(cell, line, k, top)
