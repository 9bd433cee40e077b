"""The ranked cards: they stay while a brush moves, change their figures and change places."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QVBoxLayout

from planner.answer import Answer, BlockAnswer
from ui.widgets.answer_parts import Voice
from ui.widgets.basics import Section
from ui.widgets.block_row import BlockRow, Look
from ui.widgets.portrait import Sitters
from ui.widgets.slot import Slot

_FIRST_LISTED = 8
_IN_FULL = 3  # cards that say all; the others keep to picture and figures


class BlockList(Slot):
    """chosen: a card was clicked (None: let go).  unfolded: cards behind the first ones came or went.

    menu_asked: id of the block, place on the screen.
    """

    chosen = Signal(object)
    unfolded = Signal()
    menu_asked = Signal(str, QPoint)

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[BlockRow] = []
        self._answer: Answer | None = None
        self._block: str | None = None
        self._look: tuple[object, ...] = ()
        self._open = False  # whether the rest is unfolded
        self._sitters: Sitters = {}

    def show_sitters(self, sitters: Sitters) -> None:
        """Shows small pictures that have been drawn."""
        self._sitters = sitters
        for line in self.rows:
            found = sitters.get((line.answer.id, line.answer.side))
            if found is not None:
                line.show_sitter(found)

    def show_answer(self, answer: Answer, voice: Voice, block: str | None) -> bool:
        """Shows the ranked blocks; whether cards came, went or changed places. block: the chosen one."""
        self._answer, self._block = answer, block
        focused = next((line.answer.id for line in self.rows if line.hasFocus()), None)
        look = (block is not None, voice.face, voice.theme)
        kept = {_place(line): line for line in self.rows if line.parent() is self and look == self._look}
        self._look = look

        def make(box: QVBoxLayout) -> None:
            self.rows = []
            for k, entry in enumerate(answer.blocks[:_FIRST_LISTED]):
                shape: Look = "compact" if block is not None else "full" if k < _IN_FULL else "short"
                self._card(box, entry, voice, shape, kept.pop((entry.id, entry.side, shape), None))
            if rest := tuple(entry.id for entry in answer.blocks[_FIRST_LISTED:]):
                self._rest(box, rest, voice)

        order = tuple((entry.id, entry.side) for entry in answer.blocks)
        remade = self.fill((order, look), make, tuple(kept.values()))
        if remade:
            for line in kept.values():  # what is left of them is listed no more
                line.hide()
                line.deleteLater()
        else:
            entries = {entry.id: entry for entry in answer.blocks}
            for line in self.rows:
                line.show_answer(entries[line.answer.id], self._full_cm2())
        for line in self.rows:
            line.setChecked(line.answer.id == block)
            if remade and line.answer.id == focused:
                line.setFocus()
        return remade

    def _full_cm2(self) -> tuple[float, float]:
        """The areas that full bars of "not covered" and "also numb" stand for."""
        assert self._answer is not None
        every = (*self._answer.blocks, *self._answer.withheld)
        return (
            max([1.0, self._answer.marked_cm2, *(entry.uncovered_cm2 for entry in every)]),
            max([1.0, *(entry.over_covered_cm2 for entry in every)]),
        )

    def _rest(self, box: QVBoxLayout, ids: tuple[str, ...], voice: Voice) -> None:
        """What follows the first cards, folded away; unfolded later, it shows what is answered by then."""

        def fill(lines: QVBoxLayout) -> None:
            look: Look = "compact" if self._block is not None else "short"
            for entry in self._answer.blocks if self._answer is not None else ():
                if entry.id in ids:
                    self._card(lines, entry, voice, look)

        section = Section(f"{len(ids)} more", self._open or self._block in ids, fill)
        section.set_theme(voice.theme)
        section.toggled.connect(self._unfold)
        box.addWidget(section)

    def _unfold(self, on: bool) -> None:
        self._open = on
        self.unfolded.emit()

    def _card(
        self, box: QVBoxLayout, entry: BlockAnswer, voice: Voice, look: Look, line: BlockRow | None = None
    ) -> None:
        """Adds a card of this look, or the one that stood elsewhere before."""
        full = self._full_cm2()
        if line is None:
            line = BlockRow(entry, voice.content, voice.face, full, voice.theme, look, voice.plain)
            line.clicked.connect(lambda on, line=line: self._choose(line, bool(on)))
            line.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
            line.customContextMenuRequested.connect(
                lambda at, line=line: self.menu_asked.emit(line.answer.id, line.mapToGlobal(at))
            )
        else:
            line.show_answer(entry, full)
        line.show_sitter(self._sitters.get((entry.id, entry.side)))
        box.addWidget(line)
        self.rows.append(line)

    def _choose(self, line: BlockRow, on: bool) -> None:
        # What is checked is for the answering picture to say.
        line.setChecked(line.answer.id == self._block)
        self.chosen.emit(line.answer.id if on else None)


def _place(line: BlockRow) -> tuple[str, str, str]:
    return (line.answer.id, line.answer.side, line.look)
