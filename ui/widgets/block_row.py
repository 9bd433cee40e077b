"""One compared block as a card that is one large button."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QEnterEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QBoxLayout, QSizePolicy, QVBoxLayout

from planner.answer import BlockAnswer
from planner.atlas.model import Block, Content
from planner.session.state import Face
from ui.theme import Theme
from ui.widgets.bars import Meter
from ui.widgets.basics import badge, label, row
from ui.widgets.words import area, block_name, capital, nerve_name, percent, side_words

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


class BlockRow(QAbstractButton):
    """Name, plain words, covered / not covered / also numb, and the first reason."""

    def __init__(
        self,
        answer: BlockAnswer,
        content: Content,
        face: Face,
        full_cm2: tuple[float, float],
        theme: Theme,
        compact: bool,
    ) -> None:
        """full_cm2: the areas that full bars of "not covered" and "also numb" stand for, in all rows."""
        super().__init__()
        self.answer, self._theme = answer, theme
        # Large text leaves no room for things side by side.
        self._large = theme.scale >= 1.5
        self.setCheckable(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        record = content.blocks.get(answer.id)
        layout = QVBoxLayout(self)
        pad = theme.gap(1.5)
        layout.setContentsMargins(pad + 2, pad, pad, pad)
        layout.setSpacing(theme.gap(0.75))
        name = block_name(content, answer.id)
        self._head(layout, name, record)
        plain = capital(record.plain) if record is not None and record.plain != record.name else ""
        if plain and plain.casefold() != name.casefold() and not compact:
            layout.addWidget(label(plain, "muted", wrap=True))
        self.meters = self._meters(layout, *full_cm2)
        if not compact:
            served = ", ".join(nerve_name(content, n, face).lower() for n in answer.nerves[:3])
            if served:
                layout.addWidget(label(f"Through: {served}", "small", wrap=True))
            if answer.covered_range is not None:
                low, high = answer.covered_range
                words = f"Covered in 9 of 10 people: {percent(low)} to {percent(high)}"
                layout.addWidget(label(words, "small", wrap=True))
            if answer.reasons:
                layout.addWidget(label(answer.reasons[0].text, "body", wrap=True))
        self._speak(name, record)

    def _head(self, layout: QVBoxLayout, name: str, record: Block | None) -> None:
        line = row(8)
        line.setAlignment(Qt.AlignmentFlag.AlignTop)
        rank = label(str(self.answer.rank), "eyebrow")
        rank.setMinimumWidth(self._theme.px(14))
        line.addWidget(rank, 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(label(name, "lead", wrap=True), 1)
        layout.addLayout(line)
        if record is not None:
            words, tone = _DEPTHS[record.depth_class]
            pill = badge(words, tone)
            pill.setToolTip(DEPTH_TIPS[record.depth_class])
            if self._large:
                layout.addWidget(pill)
            else:
                line.addWidget(pill, 0, Qt.AlignmentFlag.AlignTop)

    def _meters(self, layout: QVBoxLayout, marked_cm2: float, most_cm2: float) -> tuple[Meter, Meter, Meter]:
        answer, theme = self.answer, self._theme
        wide = self._large
        covered = Meter("Covered", "solid", "covered", theme, wide)
        covered.show_value(percent(answer.covered), answer.covered)
        missed = Meter("Not covered", "outline", "uncovered", theme, wide)
        missed.show_value(area(answer.uncovered_cm2), answer.uncovered_cm2 / marked_cm2)
        extra = Meter("Also numb", "hatch", "numb", theme, wide)
        extra.show_value(area(answer.over_covered_cm2), answer.over_covered_cm2 / most_cm2)
        line = QBoxLayout(QBoxLayout.Direction.TopToBottom if wide else QBoxLayout.Direction.LeftToRight)
        line.setSpacing(theme.gap(1.5) if not wide else 4)
        for meter in (covered, missed, extra):
            line.addWidget(meter)
        layout.addLayout(line)
        return covered, missed, extra

    def _speak(self, name: str, record: Block | None) -> None:
        answer = self.answer
        self.setAccessibleName(
            f"{answer.rank}. {name}, {side_words(answer.side)}: "
            f"covers {percent(answer.covered)} of the pain, "
            f"{area(answer.uncovered_cm2)} not covered, {area(answer.over_covered_cm2)} also numb"
            + (f", {record.depth_class}" if record is not None else "")
        )
        if answer.reasons:
            self.setAccessibleDescription(answer.reasons[0].text)

    def sizeHint(self) -> QSize:
        return self.layout().sizeHint()

    def minimumSizeHint(self) -> QSize:
        return self.layout().minimumSize()

    def enterEvent(self, event: QEnterEvent) -> None:
        self.update()
        super().enterEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, painter = self._theme, QPainter(self)
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
        painter.end()
