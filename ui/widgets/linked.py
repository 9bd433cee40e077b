"""A sentence in which names are links: reached by mouse and by Tab, followed by click and by Enter."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QSizePolicy

from planner.about import Mention
from ui.theme import Theme


class LinkedText(QLabel):
    """followed: the stem of the structure whose name was followed."""

    followed = Signal(str)

    def __init__(self, text: str, mentions: Sequence[Mention], theme: Theme, role: str = "body") -> None:
        super().__init__()
        self._colour = theme.palette.accent
        self.setProperty("role", role)
        self.setWordWrap(True)
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setMinimumWidth(40)
        self.setTextFormat(Qt.TextFormat.RichText)
        self.linkActivated.connect(self.followed)
        self.tell(text, mentions)

    def tell(self, text: str, mentions: Sequence[Mention]) -> None:
        """Says another sentence."""
        self.setText(_marked_up(text, mentions, self._colour))
        self.setAccessibleName(text)
        flags = Qt.TextInteractionFlag.TextSelectableByMouse
        if mentions:
            flags |= Qt.TextInteractionFlag.LinksAccessibleByMouse
            flags |= Qt.TextInteractionFlag.LinksAccessibleByKeyboard
        if flags != self.textInteractionFlags():
            self.setTextInteractionFlags(flags)


def _marked_up(text: str, mentions: Sequence[Mention], colour: str) -> str:
    """The text with its names as links; everything else is shown as it is written."""
    pieces: list[str] = []
    at = 0
    for mention in sorted(mentions, key=lambda mention: mention.start):
        pieces.append(escape(text[at : mention.start]))
        name = escape(text[mention.start : mention.end])
        pieces.append(f'<a href="{escape(mention.stem)}" style="color:{colour}">{name}</a>')
        at = mention.end
    pieces.append(escape(text[at:]))
    return "".join(pieces)
