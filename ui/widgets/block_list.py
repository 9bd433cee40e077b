"""The ranked cards: they stay while a brush moves, and change figures, places and what they stand for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from planner.answer import Answer, BlockAnswer
from ui.theme import Theme
from ui.widgets.answer_parts import Voice
from ui.widgets.basics import Section, column
from ui.widgets.block_row import BlockRow, Look
from ui.widgets.portrait import Sitters
from ui.widgets.retold import Retold

_FIRST_LISTED = 8
_IN_FULL = 3  # cards that say all; the others keep to picture and figures
Place = tuple[BlockAnswer, Look]


class BlockList(QWidget):
    """chosen: a card was clicked (None: let go).  unfolded: cards behind the first ones came or went.

    menu_asked: id of the block, place on the screen.
    """

    chosen = Signal(object)
    unfolded = Signal()
    menu_asked = Signal(str, QPoint)

    def __init__(self) -> None:
        super().__init__()
        self._lines = column(self, gap=8)
        self._shown: tuple[Answer, Voice, str | None] | None = None
        self._theme: Theme | None = None
        self._places: tuple[object, ...] = ()
        self._sitters: Sitters = {}
        self._first = self._behind = _Cast(self._lines, self._make)
        self._rest: Section | None = None
        self.hide()

    @property
    def rows(self) -> list[BlockRow]:
        """The cards that stand there, in their order."""
        behind = self._behind.rows if self._rest is not None and self._rest.header.isChecked() else []
        return [*self._first.rows, *behind]

    def show_sitters(self, sitters: Sitters) -> None:
        """Shows small pictures that have been drawn."""
        self._sitters = sitters
        for line in self.rows:
            self._portray(line)

    def furnish(self, theme: Theme) -> Iterator[None]:
        """Makes the cards that the first marks will need, one at a step."""
        self._dress(theme)
        for look, count in _NEEDED:
            for _ in range(count - self._first.count(look)):
                self._first.provide(look)
                yield
        yield from self._first.polish()

    def show_answer(self, answer: Answer, voice: Voice, block: str | None) -> bool:
        """Shows the ranked blocks; whether cards came, went or changed places. block: the chosen one."""
        focused = next((line.answer.id for line in self.rows if line.hasFocus()), None)
        chosen_now = self._shown is None or self._shown[2] != block
        self._shown = (answer, voice, block)
        self._dress(voice.theme)
        assert self._rest is not None
        if chosen_now and block in [entry.id for entry in answer.blocks[_FIRST_LISTED:]]:
            self._rest.open()
        places = (
            tuple((entry.id, entry.side) for entry in answer.blocks),
            block is not None,
            voice.face,
            voice.theme,
        )
        moved, self._places = places != self._places, places
        self._lay()
        for line in self.rows:
            line.setChecked(line.answer.id == block)
            if moved and line.answer.id == focused:
                line.setFocus()
        self.setVisible(bool(answer.blocks))
        return moved

    def _dress(self, theme: Theme) -> None:
        """Lets cards of another theme go."""
        if theme == self._theme:
            return
        self._theme = theme
        self._first.forget()
        if self._rest is not None:
            self._rest.hide()
            self._rest.deleteLater()
        self._rest = Section("")
        self._rest.set_theme(theme)
        self._rest.toggled.connect(self._unfold)
        self._rest.hide()
        self._lines.addWidget(self._rest)
        self._behind = _Cast(self._rest.content, self._make)

    def _lay(self) -> None:
        assert self._shown is not None and self._rest is not None
        answer, voice, block = self._shown
        looks: list[Look] = ["full" if k < _IN_FULL else "short" for k in range(len(answer.blocks))]
        if block is not None:
            looks = ["compact"] * len(looks)
        placed = list(zip(answer.blocks, looks, strict=True))
        full = _full_cm2(answer)
        new = self._first.show(placed[:_FIRST_LISTED], voice, full)
        rest = placed[_FIRST_LISTED:]
        self._rest.set_title(f"{len(rest)} more")
        self._rest.setVisible(bool(rest))
        new += self._behind.show(rest if self._rest.header.isChecked() else [], voice, full)
        for line in new:
            self._portray(line)

    def _unfold(self, _on: bool) -> None:
        if self._shown is not None:
            self._lay()
        self.unfolded.emit()

    def _make(self, look: Look) -> BlockRow:
        assert self._theme is not None
        line = BlockRow(self._theme, look)
        line.clicked.connect(lambda on: self._choose(line, bool(on)))
        line.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        line.customContextMenuRequested.connect(
            lambda at: self.menu_asked.emit(line.answer.id, line.mapToGlobal(at))
        )
        return line

    def _portray(self, line: BlockRow) -> None:
        if sitter := self._sitters.get((line.answer.id, line.answer.side)):
            line.show_sitter(sitter)

    def _choose(self, line: BlockRow, on: bool) -> None:
        # What is checked is for the answering picture to say.
        line.setChecked(self._shown is not None and line.answer.id == self._shown[2])
        self.chosen.emit(line.answer.id if on else None)


_NEEDED: tuple[tuple[Look, int], ...] = (
    ("full", _IN_FULL),
    ("short", _FIRST_LISTED - _IN_FULL),
    ("compact", _FIRST_LISTED),
)


class _Cast:
    """Cards in a column that stand for one block after another."""

    def __init__(self, layout: QVBoxLayout, make: Callable[[Look], BlockRow]) -> None:
        self._lines, self._make = Retold(layout), make
        self._every: list[BlockRow] = []
        self.rows: list[BlockRow] = []

    def count(self, look: Look) -> int:
        """How many cards of a look there are."""
        return sum(line.look == look for line in self._every)

    def polish(self) -> Iterator[None]:
        """Dresses cards that nobody has seen yet, one at a step."""
        yield from self._lines.polish()

    def provide(self, look: Look) -> BlockRow:
        """Makes one more card."""
        line = self._lines.keep(self._make(look))
        self._every.append(line)
        return line

    def show(self, places: Sequence[Place], voice: Voice, full_cm2: tuple[float, float]) -> list[BlockRow]:
        """Shows these blocks; the cards that stood for another block before. A card keeps its block."""
        free = list(self._every)
        kept: dict[int, BlockRow] = {}
        for k, (entry, look) in enumerate(places):
            same = (line for line in free if line.look == look and line.stands_for(entry))
            if (line := next(same, None)) is not None:
                kept[k] = line
                free.remove(line)
        self.rows, new = [], []
        self._lines.begin()
        for k, (entry, look) in enumerate(places):
            line = kept.get(k)
            if line is None:
                line = next((one for one in free if one.look == look), None) or self.provide(look)
                if line in free:
                    free.remove(line)
                new.append(line)
            self._lines.part(line, lambda line=line: line)
            line.tell(entry, voice, full_cm2)
            self.rows.append(line)
        self._lines.end()
        return new

    def forget(self) -> None:
        """Lets all cards go."""
        self._lines.forget()
        self._every, self.rows = [], []


def _full_cm2(answer: Answer) -> tuple[float, float]:
    """The areas that full bars of "not covered" and "also numb" stand for."""
    every = (*answer.blocks, *answer.withheld)
    return (
        max([1.0, answer.marked_cm2, *(entry.uncovered_cm2 for entry in every)]),
        max([1.0, *(entry.over_covered_cm2 for entry in every)]),
    )
