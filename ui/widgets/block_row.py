"""One compared block as a card that is one large button: its small picture, its figures, plain words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QEnterEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QBoxLayout, QLabel, QSizePolicy, QVBoxLayout

from planner.answer import BlockAnswer, Reason
from planner.atlas.model import Block, Claim, Content
from planner.plain_words import PlainWords
from planner.session.state import Face
from ui.theme import Theme
from ui.widgets.bars import Meter
from ui.widgets.basics import badge, label, row
from ui.widgets.portrait import PortraitView, Sitter
from ui.widgets.words import (
    area,
    block_name,
    capital,
    claim_words,
    millimetres,
    percent,
    side_words,
    structure_name,
)

_DEPTHS: Mapping[Literal["superficial", "intermediate", "deep"], tuple[str, str]] = {
    "superficial": ("Superficial", ""),
    "intermediate": ("Intermediate", ""),
    "deep": ("Deep", "deep"),
}
DEPTH_TIPS = {
    "superficial": "Superficial: a bleed can be seen and pressed on",
    "intermediate": "Intermediate: between superficial and deep",
    "deep": "Deep: a bleed can neither be seen nor pressed on",
}
Look = Literal["full", "short", "compact"]
BODY_PX = 128.0  # height of the body in the largest card
_BODY: Mapping[Look, float] = {"full": BODY_PX, "short": 112.0, "compact": 96.0}
_NEAREST = 2


def argument(answer: BlockAnswer) -> Reason | None:
    """The reason that moved the block most; what it covers where nothing moved it."""
    moved = [reason for reason in answer.reasons if reason.effect != 1.0]
    return (moved or [*answer.reasons, None])[0]


class BlockRow(QAbstractButton):
    """Name, small picture, covered / not covered / also numb; `full` with all that a patient asks first."""

    def __init__(
        self,
        answer: BlockAnswer,
        content: Content,
        face: Face,
        full_cm2: tuple[float, float],
        theme: Theme,
        look: Look,
        plain: PlainWords,
    ) -> None:
        """full_cm2: the areas that full bars of "not covered" and "also numb" stand for, in all rows."""
        super().__init__()
        self._theme, self._content, self._face, self._plain = theme, content, face, plain
        self.look = look
        # Large text leaves no room for things side by side.
        self._large = theme.scale >= 1.5
        self.setCheckable(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._record = content.blocks.get(answer.id)
        layout = QVBoxLayout(self)
        pad = theme.gap(1.5)
        layout.setContentsMargins(pad + 2, pad, pad, pad)
        layout.setSpacing(theme.gap(0.75))
        self._name = block_name(content, answer.id)
        self._rank = label("", "eyebrow")
        self._head(layout)
        self.portrait = PortraitView(theme, _BODY[look])
        self.meters = self._figures(layout)
        self._near = label("", "small", wrap=True, parent=self)
        self._range = label("", "small", wrap=True, parent=self)
        self._why = label("", wrap=True, parent=self)
        if look == "full":
            self._words(layout, self._record)
            layout.addWidget(self._near)
            layout.addWidget(self._range)
        if look != "compact":
            layout.addWidget(self._why)
        for words in (self._near, self._range, self._why):
            words.hide()
        self.show_answer(answer, full_cm2)

    def _head(self, layout: QVBoxLayout) -> None:
        line = row(8)
        line.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._rank.setMinimumWidth(self._theme.px(14))
        line.addWidget(self._rank, 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(label(self._name, "lead", wrap=True), 1)
        layout.addLayout(line)
        if self._record is not None:
            words, tone = _DEPTHS[self._record.depth_class]
            pill = badge(words, tone)
            pill.setToolTip(DEPTH_TIPS[self._record.depth_class])
            if self._large:
                layout.addWidget(pill)
            else:
                line.addWidget(pill, 0, Qt.AlignmentFlag.AlignTop)

    def _figures(self, layout: QVBoxLayout) -> tuple[Meter, Meter, Meter]:
        """The picture and, beside it, the three figures."""
        theme = self._theme
        meters = (
            Meter("Covered", "solid", "covered", theme),
            Meter("Not covered", "outline", "uncovered", theme),
            Meter("Also numb", "hatch", "numb", theme),
        )
        ways = QBoxLayout.Direction
        line = QBoxLayout(ways.TopToBottom if self._large else ways.LeftToRight)
        line.setSpacing(theme.gap(1.5))
        line.addWidget(self.portrait, 0, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        column = QBoxLayout(ways.TopToBottom)
        column.setSpacing(2 if self.look == "compact" else 6)
        for meter in meters:
            column.addWidget(meter)
        column.addStretch(1)
        line.addLayout(column, 1)
        layout.addLayout(line)
        return meters

    def _words(self, layout: QVBoxLayout, record: Block | None) -> None:
        """What it is, what goes numb or weak and what that means for walking."""
        if record is None:
            return
        plain = capital(record.plain) if record.plain != record.name else ""
        if plain and plain.casefold() != self._name.casefold():
            layout.addWidget(label(plain, "muted", wrap=True))
        for name, claim in (
            ("Numb", record.numb),
            ("Weakness", record.weakness),
            ("Walking", record.walking),
        ):
            if claim is not None:
                layout.addLayout(self._told(name, claim))

    def _told(self, name: str, claim: Claim) -> QBoxLayout:
        ways = QBoxLayout.Direction
        line = QBoxLayout(ways.TopToBottom if self._large else ways.LeftToRight)
        line.setSpacing(2 if self._large else 8)
        head = label(name, "eyebrow")
        head.setMinimumWidth(0 if self._large else self._theme.px(74))
        line.addWidget(head, 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(label(claim_words(claim, self._face), wrap=True), 1)
        return line

    # -- showing ------------------------------------------------------------------------------------

    def show_answer(self, answer: BlockAnswer, full_cm2: tuple[float, float]) -> None:
        """Shows other figures of the same block."""
        self.answer = answer
        self._rank.setText(str(answer.rank))
        marked_cm2, most_cm2 = full_cm2
        covered, missed, extra = self.meters
        covered.show_value(percent(answer.covered), answer.covered)
        missed.show_value(area(answer.uncovered_cm2), answer.uncovered_cm2 / marked_cm2)
        extra.show_value(area(answer.over_covered_cm2), answer.over_covered_cm2 / most_cm2)
        reason = argument(answer)
        self._say(self._why, self._reason_words(reason) if reason is not None else "")
        words = ""
        if answer.covered_range is not None:
            low, high = answer.covered_range
            words = f"Covered in 9 of 10 people: {percent(low)} to {percent(high)}"
        self._say(self._range, words)
        self._speak()

    def show_sitter(self, sitter: Sitter | None) -> None:
        """Shows the small picture and what lies nearest to the target."""
        self.portrait.show_image(sitter.image if sitter is not None else None)
        near = sitter.near[:_NEAREST] if sitter is not None else ()
        named = (
            f"{structure_name(self._content, one.structure)} {millimetres(one.distance_mm)}" for one in near
        )
        self._say(self._near, f"Nearest, in this model: {', '.join(named)}" if near else "")

    def _say(self, words: QLabel, text: str) -> None:
        """Shows a text where this look of the card has room for it, and gives the room of none away."""
        words.setText(text)
        words.setVisible(bool(text) and self.layout().indexOf(words) >= 0)

    def _reason_words(self, reason: Reason) -> str:
        return reason.text if self._face == "study" else self._plain.of(reason.text)

    def _speak(self) -> None:
        answer, record = self.answer, self._record
        self.setAccessibleName(
            f"{answer.rank}. {self._name}, {side_words(answer.side)}: "
            f"covers {percent(answer.covered)} of the pain, "
            f"{area(answer.uncovered_cm2)} not covered, {area(answer.over_covered_cm2)} also numb"
            + (f", {record.depth_class}" if record is not None else "")
        )
        said = [claim_words(claim, self._face) for claim in self._claims()]
        reason = argument(answer)
        if reason is not None:
            said.append(self._reason_words(reason))
        self.setAccessibleDescription(" ".join(said))

    def _claims(self) -> tuple[Claim, ...]:
        record = self._record
        if record is None or self.look != "full":
            return ()
        claims = (record.numb, record.weakness, record.walking)
        return tuple(claim for claim in claims if claim is not None)

    # -- drawing ------------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        return self._high_enough(self.layout().sizeHint())

    def minimumSizeHint(self) -> QSize:
        return self._high_enough(self.layout().minimumSize())

    def _high_enough(self, size: QSize) -> QSize:
        """As high as the words need at this width, not at the narrowest: a list would end in empty room."""
        if self.width() >= size.width():
            size.setHeight(self.layout().heightForWidth(self.width()))
        return size

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()

    def enterEvent(self, event: QEnterEvent) -> None:
        self.update()
        super().enterEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._theme
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
            if self.isChecked():
                painter.setBrush(theme.color("accent_soft"))
                painter.setPen(QPen(theme.color("accent"), 1.5))
            else:
                painter.setBrush(theme.color("raised" if self.underMouse() else "panel"))
                painter.setPen(QPen(theme.color("control_line" if self.underMouse() else "line"), 1))
            painter.drawRoundedRect(box, 8, 8)
            if self.hasFocus():
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(theme.color("accent"), 2.5))
                painter.drawRoundedRect(box, 8, 8)
