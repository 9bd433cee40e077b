"""What every card of the right column is made of: a head that stays, lines that scroll, parts that fold.

A card is told anew with each picture. Parts that are told again change their words; which parts are open is
remembered by their titles, so that they stay open from one block to the next.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from ui.theme import Theme
from ui.widgets import icons
from ui.widgets.basics import LinkButton, Section, button, column, label, row, scrolled
from ui.widgets.retold import Group, Retold


@dataclass(frozen=True, slots=True)
class Link:
    """A name that leads somewhere. act: for the session; beside: a figure; spoken: for a screen reader."""

    text: str
    act: object
    beside: str = ""
    spoken: str = ""


class CardFrame(QWidget):
    """An empty card. acted: an act for the session."""

    acted = Signal(object)

    def __init__(self, theme: Theme, spoken: str) -> None:
        """spoken: what a screen reader calls the lines."""
        super().__init__()
        self.theme = theme
        self._opened: set[str] = set()
        self._about: Hashable = None
        self.setObjectName("panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        outer = column(self, 0, 0)
        top = QWidget()
        head = column(top, gap=4)
        head.setContentsMargins(16, 10, 8, 8)
        outer.addWidget(top)
        inside = QWidget()
        lines = column(inside, gap=12)
        lines.setContentsMargins(16, 2, 10, 16)
        lines.addStretch(1)
        self.head, self.lines = Retold(head), Retold(lines)
        self.scroll = scrolled(inside, spoken)
        outer.addWidget(self.scroll, 1)

    def begin(self, about: Hashable) -> None:
        """What is told from here to `end` is the whole card. about: what folded parts depend on."""
        self._about = about
        self.head.begin()
        self.lines.begin()

    def end(self) -> None:
        """Lays out what was told; what was not is hidden."""
        self.head.end()
        self.lines.end()

    def forget(self) -> None:
        """Makes every part anew when it is told next, as in another theme."""
        self.head.forget()
        self.lines.forget()

    # -- what is told -------------------------------------------------------------------------------

    def titled(self, title: str, name: str, tip: str, act: object) -> None:
        """A title with a small cross that does an act."""
        line = self.head.part(("title", tip), lambda: _Titled(self.close_button(name, tip, act)))
        line.words.setText(title)

    def close_button(self, name: str, tip: str, act: object) -> QPushButton:
        """A small cross that does an act."""
        push = button("", "quiet", name, tip)
        size = self.theme.px(16)
        push.setIcon(icons.icon("close", self.theme.palette.muted, size))
        push.setIconSize(QSize(size, size))
        push.setFixedWidth(self.theme.px(34))
        push.clicked.connect(lambda: self.acted.emit(act))
        return push

    def say(self, among: Retold, name: str, text: str, role: str = "body") -> QLabel:
        """A text of a role of the type scale."""
        words = among.part((name, role), lambda: label("", role, wrap=True))
        words.setText(text)
        return words

    def group(self, heading: str, gap: int = 0) -> Retold:
        """What stands under a small heading; `begin` has been said, `end` is for the caller."""
        parts = self.lines.part(("group", heading), lambda: Group(gap)).parts
        parts.begin()
        self.say(parts, "heading", heading, "eyebrow")
        return parts

    def listed(self, heading: str, links: Sequence[Link], none: str = "") -> None:
        """Links under a small heading. none: what stands there where there are none."""
        lines = self.group(heading)
        for number, link in enumerate(links):
            lines.part(number, lambda: LinkLine(self.acted.emit)).tell(link)
        if not links and none:
            self.say(lines, "none", none, "muted")
        lines.end()

    def boxed(self, heading: str, key: object, build: Callable[[QVBoxLayout], None], gap: int = 0) -> None:
        """A group of lines under a small heading, built anew where the key has changed."""

        def fill(lines: QVBoxLayout) -> None:
            lines.addWidget(label(heading, "eyebrow", wrap=True))
            build(lines)

        self.lines.slot(("box", heading), (self._about, key), fill, gap)

    def link(self, lines: QVBoxLayout, link: Link) -> None:
        """A link in a part that is built as a whole."""
        line = LinkLine(self.acted.emit)
        line.tell(link)
        lines.addWidget(line)

    def fold(
        self,
        title: str,
        count: int | None,
        fill: Callable[[QVBoxLayout], None],
        note: str = "",
        on: Hashable = None,
    ) -> None:
        """A part that unfolds. count: how many entries; none are not shown, None are found when unfolded.

        on: what its content depends on besides what the card is about.
        """
        if count == 0:
            return
        section = self.lines.part(("fold", title), lambda: self._section(title))
        section.tell((self._about, on), fill)
        section.set_note(note or (str(count) if count is not None else ""))

    def _section(self, title: str) -> Section:
        section = Section(title, opened=title in self._opened)
        section.set_theme(self.theme)
        section.toggled.connect(lambda on: self._opened.add(title) if on else self._opened.discard(title))
        return section


class _Titled(QWidget):
    def __init__(self, close: QPushButton) -> None:
        super().__init__()
        line = row(8)
        column(self, gap=0).addLayout(line)
        self.words = label("", "title", wrap=True)
        line.addWidget(self.words, 1)
        line.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)


class LinkLine(QWidget):
    """A link, and a figure where there is one."""

    def __init__(self, emit: Callable[[object], object]) -> None:
        super().__init__()
        self._act: object = None
        self._line = row(8)
        column(self, gap=0).addLayout(self._line)
        self._push = LinkButton()
        self._push.clicked.connect(lambda: emit(self._act))
        self._line.addWidget(self._push, 1)
        self._figure: QLabel | None = None

    def tell(self, link: Link) -> None:
        """Leads there from now on."""
        self._act = link.act
        self._push.tell(link.text, link.spoken or f"Go to {link.text}")
        if link.beside and self._figure is None:
            self._figure = label("", "strong", parent=self)
            self._line.addWidget(self._figure)
        if self._figure is not None:
            self._figure.setText(link.beside)
            self._figure.setVisible(bool(link.beside))
