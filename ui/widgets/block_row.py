"""One compared block as a card that is one large button: its small picture, its figures, plain words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QEnterEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QBoxLayout, QLabel, QSizePolicy, QVBoxLayout

from planner.answer import BlockAnswer, Reason
from planner.atlas.model import Block, Claim
from ui.theme import Theme
from ui.widgets.answer_parts import Voice
from ui.widgets.bars import Meter
from ui.widgets.basics import badge, label, restyle, row
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
_TOLD = ("Numb", "Weakness", "Walking")


def argument(answer: BlockAnswer) -> Reason | None:
    """The reason that moved the block most; what it covers where nothing moved it."""
    moved = [reason for reason in answer.reasons if reason.effect != 1.0]
    return (moved or [*answer.reasons, None])[0]


class BlockRow(QAbstractButton):
    """Name, small picture, covered / not covered / also numb; `full` with all that a patient asks first.

    A card of one look stands for one block after another: what it says changes, what it is made of stays.

    answer: the block it stands for, from the first telling on.
    """

    answer: BlockAnswer

    def __init__(self, theme: Theme, look: Look) -> None:
        super().__init__()
        self._theme, self.look = theme, look
        # Large text leaves no room for things side by side.
        self._large = theme.scale >= 1.5
        self._voice: Voice | None = None
        self.setCheckable(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        layout = QVBoxLayout(self)
        pad = theme.gap(1.5)
        layout.setContentsMargins(pad + 2, pad, pad, pad)
        layout.setSpacing(theme.gap(0.75))
        self._rank, self._title = label("", "eyebrow"), label("", "lead", wrap=True)
        self._depth = badge("")
        self._head(layout)
        self.portrait = PortraitView(theme, _BODY[look])
        self.meters = self._figures(layout)
        self._plain = label("", "muted", wrap=True, parent=self)
        self._told: dict[str, tuple[QLabel, QLabel]] = {}
        self._near = label("", "small", wrap=True, parent=self)
        self._range = label("", "small", wrap=True, parent=self)
        self._why = label("", wrap=True, parent=self)
        if look == "full":
            layout.addWidget(self._plain)
            for name in _TOLD:
                layout.addLayout(self._line_of(name))
            layout.addWidget(self._near)
            layout.addWidget(self._range)
        if look != "compact":
            layout.addWidget(self._why)
        for words in (self._plain, self._near, self._range, self._why):
            words.hide()

    def _head(self, layout: QVBoxLayout) -> None:
        line = row(8)
        line.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._rank.setMinimumWidth(self._theme.px(14))
        line.addWidget(self._rank, 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(self._title, 1)
        layout.addLayout(line)
        if self._large:
            layout.addWidget(self._depth)
        else:
            line.addWidget(self._depth, 0, Qt.AlignmentFlag.AlignTop)

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

    def _line_of(self, name: str) -> QBoxLayout:
        """What goes numb or weak, or what that means for walking."""
        ways = QBoxLayout.Direction
        line = QBoxLayout(ways.TopToBottom if self._large else ways.LeftToRight)
        line.setSpacing(2 if self._large else 8)
        head, words = label(name, "eyebrow", parent=self), label("", wrap=True, parent=self)
        head.setMinimumWidth(0 if self._large else self._theme.px(74))
        line.addWidget(head, 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(words, 1)
        self._told[name] = (head, words)
        return line

    # -- showing ------------------------------------------------------------------------------------

    def stands_for(self, answer: BlockAnswer) -> bool:
        """Whether it shows this block on this side already."""
        return self._voice is not None and (self.answer.id, self.answer.side) == (answer.id, answer.side)

    def tell(self, answer: BlockAnswer, voice: Voice, full_cm2: tuple[float, float]) -> None:
        """Shows a block and its figures.

        full_cm2: the areas that full bars of "not covered" and "also numb" stand for, in all rows.
        """
        other = not self.stands_for(answer)
        reworded = other or self._voice is None or self._voice.face != voice.face
        self.answer, self._voice = answer, voice
        if reworded:
            self._word(answer, voice)
        if other:
            self.show_sitter(None)
        self._rank.setText(str(answer.rank))
        marked_cm2, most_cm2 = full_cm2
        covered, missed, extra = self.meters
        covered.show_value(percent(answer.covered), answer.covered)
        missed.show_value(area(answer.uncovered_cm2), answer.uncovered_cm2 / marked_cm2)
        extra.show_value(area(answer.over_covered_cm2), answer.over_covered_cm2 / most_cm2)
        reason = argument(answer)
        why = voice.of(reason.text) if reason is not None else ""
        self._say(self._why, why)
        words = ""
        if answer.covered_range is not None:
            low, high = answer.covered_range
            words = f"Covered in 9 of 10 people: {percent(low)} to {percent(high)}"
        self._say(self._range, words)
        self._speak(answer, voice, why)

    def _word(self, answer: BlockAnswer, voice: Voice) -> None:
        """What is said of the block itself."""
        record, name = voice.content.blocks.get(answer.id), block_name(voice.content, answer.id)
        self._title.setText(name)
        if record is not None:
            words, tone = _DEPTHS[record.depth_class]
            self._depth.setText(words)
            self._depth.setToolTip(DEPTH_TIPS[record.depth_class])
            if self._depth.property("tone") != tone:
                self._depth.setProperty("tone", tone)
                restyle(self._depth)
        self._depth.setVisible(record is not None)
        plain = capital(record.plain) if record is not None and record.plain != record.name else ""
        self._say(self._plain, plain if plain.casefold() != name.casefold() else "")
        said = _claims(record)
        for key, (head, words_of) in self._told.items():
            words_of.setText(claim_words(said[key], voice.face) if key in said else "")
            head.setVisible(key in said)
            words_of.setVisible(key in said)

    def show_sitter(self, sitter: Sitter | None) -> None:
        """Shows the small picture and what lies nearest to the target."""
        self.portrait.show_image(sitter.image if sitter is not None else None)
        near = sitter.near[:_NEAREST] if sitter is not None else ()
        content = self._voice.content if self._voice is not None else None
        named = [
            f"{structure_name(content, one.structure)} {millimetres(one.distance_mm)}"
            for one in near
            if content is not None
        ]
        self._say(self._near, f"Nearest, in this model: {', '.join(named)}" if named else "")

    def _say(self, words: QLabel, text: str) -> None:
        """Shows a text where this look of the card has room for it, and gives the room of none away."""
        words.setText(text)
        words.setVisible(bool(text) and self.layout().indexOf(words) >= 0)

    def _speak(self, answer: BlockAnswer, voice: Voice, why: str) -> None:
        record = voice.content.blocks.get(answer.id)
        self.setAccessibleName(
            f"{answer.rank}. {block_name(voice.content, answer.id)}, {side_words(answer.side)}: "
            f"covers {percent(answer.covered)} of the pain, "
            f"{area(answer.uncovered_cm2)} not covered, {area(answer.over_covered_cm2)} also numb"
            + (f", {record.depth_class}" if record is not None else "")
        )
        claims = _claims(record).values() if self.look == "full" else ()
        said = [claim_words(claim, voice.face) for claim in claims]
        self.setAccessibleDescription(" ".join([*said, why] if why else said))

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


def _claims(record: Block | None) -> dict[str, Claim]:
    """What a card tells of a block, by its heading."""
    if record is None:
        return {}
    claims = zip(_TOLD, (record.numb, record.weakness, record.walking), strict=True)
    return {name: claim for name, claim in claims if claim is not None}
