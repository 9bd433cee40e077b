"""The compared blocks: what is said first (alerts), what the pain points to, and the ranked cards.

A warning sign interrupts: then no block is listed at all. Blocks that an alert keeps back stand apart
with the reason. With nothing marked the panel says what to do instead of standing empty. Cards stay while
a brush moves and change their figures; small pictures follow when they are drawn.
"""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt, QTimer, Signal
from PySide6.QtWidgets import QMenu, QVBoxLayout, QWidget

from planner.answer import Answer, BlockAnswer
from planner.atlas.model import Content
from planner.moves import Move, moves
from planner.pair import Pair, branch_and_plexus
from planner.plain_words import PlainWords
from planner.session.actions import ChooseBlock, FocusOn, ToggleUnrelieved
from planner.session.picture import Picture
from planner.session.state import State, Stroke
from ui.theme import Theme
from ui.widgets import answer_parts as parts
from ui.widgets.alert_banner import announce
from ui.widgets.basics import button, column, label, row, scrolled
from ui.widgets.block_list import BlockList
from ui.widgets.block_row import BlockRow
from ui.widgets.pair_view import PairView
from ui.widgets.portrait import Sitters
from ui.widgets.slot import Slot
from ui.widgets.words import block_name

_ABOVE, _BENEATH = ("alerts", "guide", "pair"), ("kept", "pathways", "why")
_MOVES = 3
_PASSES = 3


class BlocksPanel(QWidget):
    """Alerts and ranked blocks. compare_asked: ids of those wanted side by side, () for the first ones."""

    acted = Signal(object)
    compare_asked = Signal(object)
    listed = Signal()  # another answer stands here, or other cards

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._content: Content | None = None
        self._plain: PlainWords | None = None
        self._picture: Picture | None = None
        self._sitters: Sitters = {}
        self._before: Answer | None = None  # the answer that moves are told against
        self._moved: tuple[Move, ...] = ()
        self._pair: PairView | None = None
        self._why_open = False
        self.setObjectName("panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        outer = column(self, 0, 0)
        outer.addWidget(self._head())
        inside = QWidget()
        listed = column(inside, gap=8)
        listed.setContentsMargins(16, 2, 10, 16)
        self._slots = {name: Slot() for name in (*_ABOVE, *_BENEATH)}
        self.cards = BlockList()
        self.cards.chosen.connect(lambda block: self.acted.emit(ChooseBlock(block)))
        self.cards.unfolded.connect(self.listed)
        self.cards.menu_asked.connect(self._on_menu)
        for part in (*(self._slots[k] for k in _ABOVE), self.cards, *(self._slots[k] for k in _BENEATH)):
            listed.addWidget(part)
        listed.addStretch(1)
        self.scroll = scrolled(inside, "Compared blocks")
        self._measure = QTimer(self, singleShot=True, interval=0)
        self._measure.timeout.connect(self._make_room)
        outer.addWidget(self.scroll, 1)

    def _head(self) -> QWidget:
        head = QWidget()
        lines = column(head, gap=2)
        lines.setContentsMargins(16, 12, 12, 8)
        line = row(8)
        self.title = label("Compare blocks", "title", wrap=True)
        line.addWidget(self.title, 1)
        self.compare = button("Side by side", "", "Compare blocks side by side", "Compare side by side (C)")
        self.compare.clicked.connect(lambda: self.compare_asked.emit(()))
        self.compare.hide()
        line.addWidget(self.compare, 0, Qt.AlignmentFlag.AlignTop)
        lines.addLayout(line)
        self.note, self.moved = label("", "small", wrap=True), label("", "small", wrap=True)
        for words in (self.note, self.moved):
            words.hide()
            lines.addWidget(words)
        return head

    @property
    def rows(self) -> list[BlockRow]:
        """The cards, in their order."""
        return self.cards.rows

    @property
    def pair(self) -> PairView | None:
        """Branch against plexus, where both are compared."""
        return None if self._slots["pair"].isHidden() else self._pair

    # -- showing ------------------------------------------------------------------------------------

    def set_theme(self, theme: Theme) -> None:
        """Draws in another palette or text size."""
        self._theme = theme
        if self._picture is not None:
            self.show_picture(self._picture)

    def set_content(self, content: Content) -> None:
        """Gives names and references."""
        self._content, self._plain = content, PlainWords(content)

    def show_sitters(self, sitters: Sitters) -> None:
        """Shows small pictures that have been drawn."""
        self._sitters = sitters
        self._measure.start()
        self.cards.show_sitters(sitters)
        if self._pair is not None:
            self._pair.show_sitters(sitters)

    def portrayed(self) -> tuple[BlockAnswer, ...]:
        """The blocks that stand here with a picture."""
        entries = {line.answer.id: line.answer for line in self.rows}
        if self.pair is not None:
            entries |= {one.id: one for one, _ in self.pair.portraits if one.id not in entries}
        return tuple(entries.values())

    def furnish(self) -> Iterator[None]:
        """Makes the cards of the first marks before there are any, a small step at a time."""
        yield from self.cards.furnish(self._theme)

    def show_picture(self, picture: Picture) -> None:
        """Shows the answer; makes anew only what has changed."""
        before, self._picture = self._picture, picture
        if self._content is None or self._plain is None:
            return
        if before is not None:
            self._note_moves(before, picture)
        state, answer = picture.state, picture.answer
        voice = parts.Voice(self._content, self._plain, state.face, self._theme)
        keep = self.scroll.verticalScrollBar().value()
        compact = state.block is not None
        self._say(answer, bool(state.marks), compact)
        self._fill(picture, voice, compact)
        if self.cards.show_answer(answer, voice, state.block):
            same = before is not None and _order(before.answer) == _order(answer)
            self.scroll.verticalScrollBar().setValue(keep if same else 0)
        self._measure.start()
        self.listed.emit()

    def _make_room(self) -> None:
        """Measures the list once its words stand: what Qt took while they changed would squeeze the cards."""
        inside = self.scroll.widget()
        for _ in range(_PASSES):  # a card learns how high it must be when it has been given its width
            for held in (*self.rows, self.cards, inside):
                held.layout().invalidate()
            inside.layout().activate()
            QCoreApplication.sendEvent(self.scroll, QEvent(QEvent.Type.LayoutRequest))
            if inside.layout().heightForWidth(inside.width()) <= inside.height():
                break

    def _note_moves(self, before: Picture, now: Picture) -> None:
        """Moves are told against the answer before the last act; a drag is one act."""
        if before.state is now.state or _told(before.state) == _told(now.state):
            return
        drag = _drag(before.state)
        if drag is None or drag != _drag(now.state) or self._before is None:
            self._before = before.answer
        self._moved = moves(self._before, now.answer)

    def _say(self, answer: Answer, marked: bool, compact: bool) -> None:
        """Title, what the order means, and what the last act moved."""
        urgent = answer.outcome == "urgent_evaluation"
        title, note = "Compare blocks", ""
        if urgent:
            title = "First: urgent evaluation"
            note = "No block is compared while a warning sign is ticked."
        elif marked and not answer.blocks:
            title = "No block listed"
        elif answer.outcome == "no_block_reassess" and answer.blocks:
            title, note = "What remains", "Read the notes first. They do not keep back what is listed."
        elif answer.outcome == "defer_anticoag":
            note = "What fits best is a deep block, kept back because of the bleeding risk."
        elif marked and not compact:
            note = "The best match of numb and marked area first."
        moved = self._moves_words(answer) if answer.blocks and not urgent else ""
        for words, text in ((self.title, title), (self.note, note), (self.moved, moved)):
            if words.text() != text:
                words.setText(text)
                if words is self.moved and text:
                    announce(self, text, False)
            words.setVisible(bool(text))
        self.compare.setVisible(len(answer.blocks) > 1)

    def _moves_words(self, answer: Answer) -> str:
        assert self._content is not None
        kept, said = {entry.id for entry in answer.withheld}, []
        for move in self._moved[:_MOVES]:
            name = block_name(self._content, move.block)
            if not move.after:
                said.append(f"{name} is {'kept back' if move.block in kept else 'no longer listed'}")
            elif not move.before:
                said.append(f"{name} is new at {move.after}")
            else:
                said.append(f"{name} goes from {move.before} to {move.after}")
        return f"With this change: {'; '.join(said)}." if said else ""

    def _fill(self, picture: Picture, voice: parts.Voice, compact: bool) -> None:
        """Everything around the cards."""
        answer, look, slots = picture.answer, (voice.face, voice.theme), self._slots
        urgent, marked = answer.outcome == "urgent_evaluation", bool(picture.state.marks)
        listing = marked and not urgent
        if slots["alerts"].fill((answer.alerts, urgent, look), lambda box: self._alert(box, answer, voice)):
            self._slots["alerts"].setAccessibleName("Notes to read first" if answer.alerts else "")
        slots["guide"].fill(
            (marked, urgent, bool(answer.blocks), look),
            lambda box: (
                None
                if urgent or answer.blocks
                else parts.fill_nothing(box)
                if marked
                else parts.fill_guide(box, voice.theme)
            ),
        )
        # What stands around cards in full is put aside, not taken apart, while one is chosen.
        around = listing and not compact
        slots["pathways"].fill(
            (answer.nerves, answer.generators, look),
            lambda box: parts.fill_pathways(box, answer, voice),
            around,
        )
        self._show_pair(branch_and_plexus(voice.content, answer) if around else None, voice)
        slots["why"].fill(
            (answer.origin, answer.changes, look),
            lambda box: self._set_why(box, answer, voice),
            around and bool(answer.blocks),
        )
        slots["kept"].fill(
            (answer.withheld, look),
            lambda box: parts.fill_kept(box, answer, voice),
            listing and bool(answer.withheld),
        )

    def _alert(self, box: QVBoxLayout, answer: Answer, voice: parts.Voice) -> None:
        if spoken := parts.fill_alerts(box, answer, voice):
            announce(self, spoken, answer.outcome == "urgent_evaluation")

    def _show_pair(self, pair: Pair | None, voice: parts.Voice) -> None:
        slot = self._slots["pair"]
        if pair is None:
            slot.hide()
            return

        def build(box: QVBoxLayout) -> None:
            self._pair = PairView(pair, voice.content, voice.plain, voice.face, voice.theme)
            self._pair.compared.connect(self.compare_asked)
            self._pair.show_sitters(self._sitters)
            box.addWidget(self._pair)

        names = (pair.branch.id, pair.plexus.id, pair.branch.side, voice.face, voice.theme)
        if not slot.fill(names, build) and self._pair is not None:
            self._pair.show_pair(pair)

    def _set_why(self, box: QVBoxLayout, answer: Answer, voice: parts.Voice) -> None:
        why = parts.explanation(answer, voice, self._why_open)
        why.toggled.connect(self._keep_why)
        box.addWidget(why)

    def _keep_why(self, opened: bool) -> None:
        self._why_open = opened

    # -- menu ---------------------------------------------------------------------------------------

    def _on_menu(self, ident: str, at: QPoint) -> None:
        """What can be done with a block, by the right button or the menu key; at: on the screen."""
        assert self._picture is not None
        chosen, done = ident == self._picture.state.block, ident in self._picture.state.unrelieved
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("Let go" if chosen else "Choose").triggered.connect(
            lambda: self.acted.emit(ChooseBlock(None if chosen else ident))
        )
        menu.addAction("Go to its target in the model").triggered.connect(lambda: self._go_to(ident, chosen))
        menu.addAction("Not done yet, or it helped" if done else "Done without relief").triggered.connect(
            lambda: self.acted.emit(ToggleUnrelieved(ident, not done))
        )
        menu.popup(at)

    def _go_to(self, ident: str, chosen: bool) -> None:
        if not chosen:
            self.acted.emit(ChooseBlock(ident))
        self.acted.emit(FocusOn((ident,)))


def _order(answer: Answer) -> tuple[str, ...]:
    return tuple(entry.id for entry in (*answer.blocks, *answer.withheld))


def _told(state: State) -> tuple[object, ...]:
    """What the answer depends on."""
    return (state.marks, state.depth, state.qualities, state.clues, state.flags, state.unrelieved)


def _drag(state: State) -> tuple[object, ...] | None:
    """What was marked before the stroke at hand; None where the last mark is no stroke."""
    if not state.marks or not isinstance(state.marks[-1], Stroke):
        return None
    return state.marks[:-1]
