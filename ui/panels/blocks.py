"""The compared blocks: what is said first (alerts), what the pain points to, and the ranked cards.

A warning sign interrupts: then no block is listed at all. Blocks that an alert keeps back stand apart
with the reason. With nothing marked the panel says what to do instead of standing empty.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from planner.answer import Alert, Answer
from planner.atlas.model import Content
from planner.session.actions import ChooseBlock
from planner.session.picture import Picture
from planner.session.state import Face
from ui.theme import Theme
from ui.widgets import icons
from ui.widgets.basics import Section, column, empty, label, restyle, row, scrolled
from ui.widgets.block_row import BlockRow
from ui.widgets.claims import ClaimView, SourceLine
from ui.widgets.words import block_name, capital, nerve_name, percent, side_words

_STEPS = (
    "Paint the painful area on the body map, front or back.",
    "Say how strong it is, and whether it is felt on the skin or deep inside.",
    "Compare the blocks that cover it. Choose one to see what would go numb.",
)
_FIRST_LISTED = 8
_CHANGES = 4


class BlocksPanel(QWidget):
    """Alerts and ranked blocks."""

    acted = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._content: Content | None = None
        self._shown: tuple[object, ...] | None = None
        self._picture: Picture | None = None
        self.rows: list[BlockRow] = []
        self.why: Section | None = None
        self._why_open = False
        self.setObjectName("panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        outer = column(self, 0, 0)
        head = QWidget()
        lines = column(head, gap=2)
        lines.setContentsMargins(16, 14, 16, 8)
        self.title = label("Compare blocks", "title")
        self.note = label("", "small", wrap=True)
        lines.addWidget(self.title)
        lines.addWidget(self.note)
        outer.addWidget(head)
        inside = QWidget()
        self._list = column(inside, gap=8)
        self._list.setContentsMargins(16, 2, 10, 16)
        self.scroll = scrolled(inside, "Compared blocks")
        outer.addWidget(self.scroll, 1)

    # -- showing ------------------------------------------------------------------------------------

    def set_theme(self, theme: Theme) -> None:
        """Draws in another palette or text size."""
        self._theme = theme
        self._shown = None
        if self._picture is not None:
            self.show_picture(self._picture)

    def set_content(self, content: Content) -> None:
        """Gives names and references."""
        self._content = content

    def show_picture(self, picture: Picture) -> None:
        """Shows the answer; builds anew only when something listed changed."""
        self._picture = picture
        if self._content is None:
            return
        answer, state = picture.answer, picture.state
        compact = state.block is not None
        parts = (answer, bool(state.marks), state.face, compact, self._theme)
        if parts != self._shown:
            keep = self.scroll.verticalScrollBar().value() if self._same_order(answer) else 0
            focused = next((r.answer.id for r in self.rows if r.hasFocus()), None)
            self._shown = parts
            self._build(answer, bool(state.marks), state.face, compact)
            self.scroll.verticalScrollBar().setValue(keep)
            for line in self.rows:
                if line.answer.id == focused:
                    line.show()  # only what is shown can take the focus back
                    line.setFocus()
        for line in self.rows:
            line.setChecked(line.answer.id == state.block)

    def _same_order(self, answer: Answer) -> bool:
        return [r.answer.id for r in self.rows] == [b.id for b in (*answer.blocks, *answer.withheld)]

    def _build(self, answer: Answer, marked: bool, face: Face, compact: bool) -> None:
        assert self._content is not None
        empty(self._list)
        self.rows = []
        urgent = answer.outcome == "urgent_evaluation"
        for alert in answer.alerts:
            self._list.addWidget(self._banner(alert, face, urgent))
        if urgent:
            self.title.setText("First: urgent evaluation")
            self._say("No block is compared while a warning sign is ticked.")
        elif not marked:
            self.title.setText("Compare blocks")
            self._say("")
            self._list.addWidget(self._guide())
        elif not answer.blocks:
            self.title.setText("No block listed")
            self._say("")
            self._list.addWidget(
                label(
                    "No block in this model answers this map on its own. Look again at the history, "
                    "the examination and the map before comparing further.",
                    wrap=True,
                )
            )
        else:
            self.title.setText("Compare blocks")
            self._say(
                "" if compact else "Ordered by how well the expected numb area matches the marked area."
            )
        if not urgent and marked and not compact:
            self._pathways(answer, face)
            if answer.blocks:
                self._explanation(answer)
        self._cards(answer, face, compact)
        self._list.addStretch(1)

    def _say(self, text: str) -> None:
        self.note.setText(text)
        self.note.setVisible(bool(text))

    def _banner(self, alert: Alert, face: Face, urgent: bool) -> QWidget:
        assert self._content is not None
        record = self._content.flags.get(alert.id.partition(":")[2])
        red = alert.id.startswith("red_flag") or urgent
        text = alert.text
        if face != "study" and record is not None and record.text_plain and alert.id.startswith("red_flag"):
            text = record.text_plain
        box = QWidget()
        box.setObjectName("banner")
        box.setProperty("tone", "alert" if red else "caution")
        box.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        line = row(10)
        outer = QVBoxLayout(box)
        outer.setContentsMargins(14, 10, 12, 10)
        sign = label("")
        tone = self._theme.palette.alert if red else self._theme.palette.caution
        sign.setPixmap(icons.pixmap("warning" if red else "info", tone, self._theme.px(20), 2.0))
        line.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        words = QWidget()
        lines = column(words, gap=2)
        if red and record is not None:
            lines.addWidget(label(capital(record.name), "strong", wrap=True))
        lines.addWidget(label(text, wrap=True))
        if alert.source:
            keys = tuple(key.strip() for key in alert.source.replace(";", ",").split(",") if key.strip())
            lines.addWidget(SourceLine(keys, self._content.references))
        line.addWidget(words, 1)
        outer.addLayout(line)
        box.setAccessibleName(f"Warning: {text}" if red else f"Note: {text}")
        restyle(box)
        return box

    def _guide(self) -> QWidget:
        box = QWidget()
        lines = column(box, gap=16)
        lines.setContentsMargins(0, 16, 0, 0)
        lines.addWidget(label("Start with the map", "lead"))
        for number, text in enumerate(_STEPS, start=1):
            line = row(12)
            disc = label(str(number), "step")
            disc.setAlignment(Qt.AlignmentFlag.AlignCenter)
            disc.setFixedSize(self._theme.px(26), self._theme.px(26))
            line.addWidget(disc, 0, Qt.AlignmentFlag.AlignTop)
            line.addWidget(label(text, wrap=True), 1)
            lines.addLayout(line)
        lines.addWidget(
            label("A generic adult model, for explanation and teaching. Territories overlap and vary.",
                  "small", wrap=True)
        )  # fmt: skip
        return box

    def _pathways(self, answer: Answer, face: Face) -> None:
        """The nerves (and deep sources) the marked pain points to, strongest first."""
        assert self._content is not None
        nerves = [n for n in answer.nerves if n.share >= 0.08][:3]
        sources = [g for g in answer.generators if g.fit >= 0.3][:2]
        if not nerves and not sources:
            return
        box = QWidget()
        box.setObjectName("inset")
        box.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        lines = column(box, gap=4)
        lines.setContentsMargins(12, 8, 12, 10)
        if nerves:
            lines.addWidget(label("Nerves that serve this area", "eyebrow"))
            for share in nerves:
                line = row(8)
                line.addWidget(label(nerve_name(self._content, share.id, face), wrap=True), 1)
                line.addWidget(label(percent(share.share), "strong"), 0, Qt.AlignmentFlag.AlignTop)
                lines.addLayout(line)
        if sources:
            lines.addWidget(label("What else could explain this map", "eyebrow"))
            for fit in sources:
                record = self._content.generators.get(fit.id)
                name = fit.id.replace("_", " ") if record is None else record.plain or record.name
                lines.addWidget(label(capital(name), wrap=True))
        self._list.addWidget(box)

    def _explanation(self, answer: Answer) -> None:
        """Nerve, root or deep source, and what would change the order; folded, so that no card moves when it
        arrives."""
        assert self._content is not None
        references = self._content.references

        def fill(lines: QVBoxLayout) -> None:
            if answer.origin is None and not answer.changes:
                lines.addWidget(label("Follows when the map rests for a moment.", "small", wrap=True))
            for reason in answer.origin.reasons if answer.origin is not None else ():
                lines.addWidget(ClaimView(reason.text, reason.sources, references))
            for change in answer.changes[:_CHANGES]:
                lines.addWidget(label(change.text, wrap=True))

        self.why = Section("What would change this", self._why_open, fill)
        self.why.set_theme(self._theme)
        self.why.toggled.connect(self._keep_why)
        self._list.addWidget(self.why)

    def _keep_why(self, opened: bool) -> None:
        self._why_open = opened

    def _cards(self, answer: Answer, face: Face, compact: bool) -> None:
        assert self._content is not None
        every = (*answer.blocks, *answer.withheld)
        if not every:
            return
        full = (
            max(1.0, answer.marked_cm2, *(b.uncovered_cm2 for b in every)),
            max(1.0, *(b.over_covered_cm2 for b in every)),
        )
        first, rest = answer.blocks[:_FIRST_LISTED], answer.blocks[_FIRST_LISTED:]

        def make(layout: QVBoxLayout, block_ids: tuple[object, ...]) -> None:
            for block in block_ids:
                line = BlockRow(block, self._content, face, full, self._theme, compact)  # type: ignore[arg-type]
                line.clicked.connect(lambda on, line=line: self._choose(line, bool(on)))
                layout.addWidget(line)
                self.rows.append(line)

        make(self._list, first)
        if rest:
            section = Section(
                f"{len(rest)} more", opened=any(b.id == self._block() for b in rest),
                build=lambda layout: make(layout, rest),
            )  # fmt: skip
            section.set_theme(self._theme)
            self._list.addWidget(section)
        if answer.withheld:
            self._withheld(answer, face)

    def _withheld(self, answer: Answer, face: Face) -> None:
        assert self._content is not None
        section = Section(f"Kept back ({len(answer.withheld)})", opened=True)
        section.set_theme(self._theme)
        for block in answer.withheld:
            box = QWidget()
            box.setObjectName("inset")
            box.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
            lines = column(box, gap=2)
            lines.setContentsMargins(12, 8, 12, 8)
            name = f"{block_name(self._content, block.id)}, {side_words(block.side)}"
            lines.addWidget(label(name, "strong", wrap=True))
            lines.addWidget(label(block.withheld, wrap=True))
            lines.addWidget(label(f"Would cover {percent(block.covered)}", "small"))
            section.content.addWidget(box)
        self._list.addWidget(section)

    def _block(self) -> str | None:
        return self._picture.state.block if self._picture is not None else None

    # -- acts ---------------------------------------------------------------------------------------

    def _choose(self, line: BlockRow, on: bool) -> None:
        # What is checked is for the answering picture to say.
        line.setChecked(line.answer.id == self._block())
        self.acted.emit(ChooseBlock(line.answer.id if on else None))
