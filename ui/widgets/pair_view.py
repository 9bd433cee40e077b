"""Branch against plexus at one glance: two small pictures, their figures, and what decides between them."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from planner.answer import BlockAnswer
from planner.atlas.model import Content
from planner.pair import Pair
from planner.plain_words import PlainWords
from planner.reasons import inline
from planner.session.state import Face
from ui.theme import Theme
from ui.widgets.basics import button, column, label, row
from ui.widgets.portrait import PortraitView, Sitters
from ui.widgets.words import area, block_name, capital, claim_words, percent

_BODY_PX = 84.0


class PairView(QWidget):
    """compared: both are wanted side by side."""

    compared = Signal(object)

    def __init__(self, pair: Pair, content: Content, plain: PlainWords, face: Face, theme: Theme) -> None:
        super().__init__()
        self.pair = pair
        self._content, self._face, self._theme = content, face, theme
        self._plain = plain
        self.setObjectName("inset")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        outer = column(self, gap=4)
        outer.setContentsMargins(12, 6, 8, 10)
        line = row(8)
        line.addWidget(label("One branch, or the whole plexus", "eyebrow", wrap=True), 1)
        push = button("Compare the two", "link", "Compare branch and plexus side by side")
        push.clicked.connect(lambda: self.compared.emit((pair.branch.id, pair.plexus.id)))
        line.addWidget(push)
        outer.addLayout(line)
        self.portraits: list[tuple[BlockAnswer, PortraitView]] = []
        self._figures: list[tuple[QLabel, QLabel]] = []
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.gap(1.5))
        grid.setVerticalSpacing(4)
        upright = theme.scale >= 1.75
        for k, entry in enumerate((pair.branch, pair.plexus)):
            for step, part in enumerate(self._parts(entry)):
                at = (3 * k + step, 0) if upright else (step, k)
                grid.addWidget(part, *at, Qt.AlignmentFlag.AlignTop)
            grid.setColumnStretch(k, 0 if upright and k else 1)
        outer.addLayout(grid)
        self._why = label("", "small", wrap=True)
        outer.addWidget(self._why)
        self.show_pair(pair)

    def show_pair(self, pair: Pair) -> None:
        """Shows other figures of the same two blocks."""
        self.pair = pair
        self.portraits = [
            (entry, view) for entry, (_, view) in zip((pair.branch, pair.plexus), self.portraits, strict=True)
        ]
        for (covered, numb), (entry, _) in zip(self._figures, self.portraits, strict=True):
            covered.setText(f"{percent(entry.covered)} covered")
            numb.setText(f"{area(entry.over_covered_cm2)} also numb")
        words = "The branch is placed first." if pair.branch_first else "The plexus is placed first."
        if pair.plexus.withheld:
            words = "The plexus is kept back."
        if pair.reason is not None:
            said = pair.reason.text if self._face == "study" else self._plain.of(pair.reason.text)
            # What was found for the plexus must not read as the reason why the branch comes first.
            for_plexus = pair.branch_first and pair.reason.effect > 1.0
            words = f"{words} For the plexus speaks: {inline(said)}" if for_plexus else f"{words} {said}"
        self._why.setText(words)

    def _parts(self, entry: BlockAnswer) -> tuple[QWidget, QWidget, QWidget]:
        """Name; picture beside the figures; weakness."""
        record = self._content.blocks[entry.id]
        name = label(block_name(self._content, entry.id), "strong", wrap=True)
        middle = QWidget()
        line = QHBoxLayout(middle)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        view = PortraitView(self._theme, _BODY_PX)
        self.portraits.append((entry, view))
        line.addWidget(view, 0, Qt.AlignmentFlag.AlignTop)
        figures = QVBoxLayout()
        figures.setSpacing(2)
        covered, numb = label("", "small", wrap=True), label("", "small", wrap=True)
        figures.addWidget(covered)
        figures.addWidget(numb)
        self._figures.append((covered, numb))
        figures.addWidget(label(capital(record.depth_class), wrap=True))
        figures.addStretch(1)
        line.addLayout(figures, 1)
        claim = record.weakness
        weak = label(claim_words(claim, self._face) if claim is not None else "", "small", wrap=True)
        return name, middle, weak

    def show_sitters(self, sitters: Sitters) -> None:
        """Shows the small pictures that have been drawn."""
        for entry, view in self.portraits:
            found = sitters.get((entry.id, entry.side))
            if found is not None:
                view.show_image(found.image)
