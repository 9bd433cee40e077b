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
        lines = column(self, gap=0)
        large = theme.scale >= 1.5
        if heading and large:
            lines.addWidget(label(heading, "eyebrow", wrap=True))
        lines.addWidget(SourceLine(claim.sources, content.references, claim.grade, "" if large else heading))
        text = claim_words(claim, "study")
        words = LinkedText(text, mentions.of(text, besides), theme)
        words.followed.connect(self.followed)
        lines.addWidget(words)
        if claim.note:
            lines.addWidget(label(claim.note, "small", wrap=True))
