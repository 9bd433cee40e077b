"""A statement about a structure in which the names of other structures are links."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from planner.about import Mentions
from planner.atlas.model import Claim, Content
from ui.theme import Theme
from ui.widgets.basics import column, label
from ui.widgets.claims import SourceLine
from ui.widgets.linked import LinkedText
from ui.widgets.words import claim_words


class LinkedClaim(QWidget):
    """followed: the stem of the structure whose name was followed."""

    followed = Signal(str)

    def __init__(
        self, heading: str, claim: Claim, content: Content, mentions: Mentions, besides: str, theme: Theme
    ) -> None:
        """besides: a stem that is no link, since the card speaks of it."""
        super().__init__()
        self._mentions = mentions
        lines = column(self, gap=0)
        large = theme.scale >= 1.5
        self._heading = label(heading, "eyebrow", wrap=True) if heading and large else None
        self._evidence = SourceLine(claim.sources, content.references, claim.grade, "" if large else heading)
        text = claim_words(claim, "study")
        self._words = LinkedText(text, mentions.of(text, besides), theme)
        self._words.followed.connect(self.followed)
        self._note = label(claim.note, "small", wrap=True)
        for part in (self._heading, self._evidence, self._words, self._note):
            if part is not None:
                lines.addWidget(part)
        self._note.setVisible(bool(claim.note))

    def tell(self, heading: str, claim: Claim, besides: str) -> None:
        """Says another statement in its place; a heading only where it was made with one."""
        if self._heading is not None:
            self._heading.setText(heading)
        self._evidence.tell(claim.sources, claim.grade, heading)
        text = claim_words(claim, "study")
        if text != self._words.accessibleName():
            self._evidence.fold()
        self._words.tell(text, self._mentions.of(text, besides))
        self._note.setText(claim.note)
        self._note.setVisible(bool(claim.note))
