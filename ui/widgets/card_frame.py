"""What every card of the right column is made of: a head that stays, lines that scroll, parts that fold.

Which parts are open is remembered by their titles, so that they stay open from one block to the next.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from ui.theme import Theme
from ui.widgets import icons
from ui.widgets.basics import LinkButton, Section, button, column, empty, label, row, scrolled


class CardFrame(QWidget):
    """An empty card. acted: an act for the session."""

    acted = Signal(object)

    def __init__(self, theme: Theme, spoken: str) -> None:
        """spoken: what a screen reader calls the lines."""
        super().__init__()
        self.theme = theme
        self._opened: set[str] = set()
        self.setObjectName("panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        outer = column(self, 0, 0)
        head = QWidget()
        self.head = column(head, gap=4)
        self.head.setContentsMargins(16, 10, 8, 8)
        outer.addWidget(head)
        inside = QWidget()
        self.lines = column(inside, gap=12)
        self.lines.setContentsMargins(16, 2, 10, 16)
        self.scroll = scrolled(inside, spoken)
        outer.addWidget(self.scroll, 1)

    def clear(self) -> None:
        """Takes everything out."""
        empty(self.head)
        empty(self.lines)

    def close_button(self, name: str, tip: str, act: object) -> QPushButton:
        """A small cross that does an act."""
        push = button("", "quiet", name, tip)
        size = self.theme.px(16)
        push.setIcon(icons.icon("close", self.theme.palette.muted, size))
        push.setIconSize(QSize(size, size))
        push.setFixedWidth(self.theme.px(34))
        push.clicked.connect(lambda: self.acted.emit(act))
        return push

    def headed(self, title: str, close: QPushButton) -> None:
        """A title with its cross."""
        line = row(8)
        line.addWidget(label(title, "title", wrap=True), 1)
        line.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        self.head.addLayout(line)

    def boxed(self, heading: str, gap: int = 0) -> QVBoxLayout:
        """A group of lines under a small heading."""
        box = QWidget()
        lines = column(box, gap=gap)
        lines.addWidget(label(heading, "eyebrow", wrap=True))
        self.lines.addWidget(box)
        return lines

    def link(self, lines: QVBoxLayout, text: str, act: object, beside: str = "", spoken: str = "") -> None:
        """A name that leads somewhere, with a figure beside it."""
        line = row(8)
        push = LinkButton(text, spoken or f"Go to {text}")
        push.clicked.connect(lambda: self.acted.emit(act))
        line.addWidget(push, 1)
        if beside:
            line.addWidget(label(beside, "strong"))
        lines.addLayout(line)

    def fold(
        self, title: str, count: int | None, fill: Callable[[QVBoxLayout], None], note: str = ""
    ) -> None:
        """A part that unfolds. count: how many entries; none are not shown, None are found when unfolded."""
        if count == 0:
            return
        section = Section(title, opened=title in self._opened, build=fill)
        section.set_note(note or (str(count) if count is not None else ""))
        section.set_theme(self.theme)
        section.toggled.connect(
            lambda on, title=title: self._opened.add(title) if on else self._opened.discard(title)
        )
        self.lines.addWidget(section)
