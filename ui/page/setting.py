"""Type on paper: sizes, fonts and paragraphs that know their height before they are painted.

All measures are twentieths of a point, so that Qt's whole-pixel font sizes are fine enough and a paragraph
breaks its lines alike on screen and on paper. Fonts are unhinted: what is measured is what is printed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal

from PySide6.QtCore import QPointF
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontDatabase,
    QFontMetricsF,
    QPainter,
    QTextCharFormat,
    QTextLayout,
    QTextOption,
)

UNITS_PER_PT = 20
INK, QUIET, RULE, ACCENT, WASH, ALERT = "#172127", "#47545C", "#B4BFC5", "#0F6E84", "#EEF4F6", "#8E1B14"

Role = Literal["title", "side", "lead", "heading", "body", "strong", "small"]
# Points, weight and leading (of the size) of each role at full size.
_SCALE: dict[Role, tuple[float, QFont.Weight, float]] = {
    "title": (21.0, QFont.Weight.Bold, 1.15),
    "side": (12.0, QFont.Weight.Bold, 1.25),
    "lead": (11.0, QFont.Weight.Normal, 1.30),
    "heading": (11.0, QFont.Weight.Bold, 1.26),
    "body": (10.5, QFont.Weight.Normal, 1.29),
    "strong": (10.5, QFont.Weight.Bold, 1.29),
    "small": (9.0, QFont.Weight.Normal, 1.26),
}
# Body text never goes below 10 points, notes and sources never below 9.
LEAST_SCALE = 10.0 / 10.5
_LEAST_PT: dict[Role, float] = {"small": 9.0}
# A narrow open face first; whatever the system has otherwise.
_FAMILIES = (
    "Source Sans 3",
    "Source Sans Pro",
    "Noto Sans",
    "Open Sans",
    "Segoe UI",
    "Helvetica Neue",
    "Arial",
    "Liberation Sans",
    "DejaVu Sans Condensed",
    "DejaVu Sans",
)
_LAST_LINE = 0.16  # of the width; a shorter last line is evened out
_SQUEEZE = (0.97, 0.94, 0.91, 0.88)


def pt(points: float) -> float:
    """Points in the units of the page."""
    return points * UNITS_PER_PT


@cache
def _family() -> str:
    known = set(QFontDatabase.families())
    return next((name for name in _FAMILIES if name in known), "")


def has_fonts() -> bool:
    """Whether this machine has any font to set a page in."""
    return bool(QFontDatabase.families())


def size_pt(role: Role, scale: float) -> float:
    """The size of a role in points."""
    return max(_SCALE[role][0] * scale, _LEAST_PT.get(role, 0.0))


def font(role: Role, scale: float = 1.0) -> QFont:
    """The font of a role in page units."""
    made = QFont(_family()) if _family() else QFont()
    made.setPixelSize(round(pt(size_pt(role, scale))))
    made.setWeight(_SCALE[role][1])
    made.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    made.setStyleStrategy(QFont.StyleStrategy.PreferAntialias)
    return made


def leading(role: Role, scale: float = 1.0) -> float:
    """Distance of two lines in page units."""
    return pt(size_pt(role, scale)) * _SCALE[role][2]


def text_width(text: str, role: Role, scale: float = 1.0) -> float:
    """Width of one line in page units."""
    return QFontMetricsF(font(role, scale)).horizontalAdvance(text)


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text. raised: a small sign above the line; bold: stands out; quiet: stands back."""

    text: str
    raised: bool = False
    bold: bool = False
    quiet: bool = False


class Paragraph:
    """Lines of one paragraph in a width, with a hanging mark (a bullet, a number) if it has one."""

    def __init__(
        self,
        runs: Sequence[Run],
        width: float,
        role: Role = "body",
        scale: float = 1.0,
        color: str = INK,
        mark: str = "",
    ) -> None:
        self.role, self.width = role, width
        self.text = "".join(run.text for run in runs)
        self._scale, self._color, self._mark = scale, color, mark
        self._indent = pt(10.0) * scale if mark else 0.0
        self._step = leading(role, scale)
        self._layout = self._laid(runs)
        self.height = self._broken(width - self._indent)
        self._even_out(width - self._indent)

    def _laid(self, runs: Sequence[Run]) -> QTextLayout:
        layout = QTextLayout(self.text, font(self.role, self._scale))
        option = QTextOption()
        option.setUseDesignMetrics(True)
        # A word longer than the line is broken rather than cut off.
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout.setTextOption(option)
        formats, at = [], 0
        for run in runs:
            length = len(run.text.encode("utf-16-le")) // 2
            if run.raised or run.bold or run.quiet:
                form = QTextCharFormat()
                if run.raised:
                    form.setVerticalAlignment(QTextCharFormat.VerticalAlignment.AlignSuperScript)
                if run.raised or run.quiet:
                    form.setForeground(QColor(QUIET))
                if run.bold:
                    form.setFontWeight(QFont.Weight.Bold)
                piece = QTextLayout.FormatRange()
                piece.start, piece.length, piece.format = at, length, form
                formats.append(piece)
            at += length
        layout.setFormats(formats)
        return layout

    def _broken(self, width: float) -> float:
        """Breaks the lines; the height."""
        layout, y = self._layout, 0.0
        layout.beginLayout()
        while True:
            line = layout.createLine()
            if not line.isValid():
                break
            line.setLineWidth(max(width, 1.0))
            line.setPosition(QPointF(0.0, y))
            y += self._step
        layout.endLayout()
        return y

    def _even_out(self, width: float) -> None:
        """A last line of one short word takes company from the line above, if that costs no line."""
        count = self._layout.lineCount()
        if count < 2 or self._last() >= _LAST_LINE * width:
            return
        for share in _SQUEEZE:
            self._broken(width * share)
            if self._layout.lineCount() == count and self._last() >= _LAST_LINE * width:
                return
        self._broken(width)

    def _last(self) -> float:
        return self._layout.lineAt(self._layout.lineCount() - 1).naturalTextWidth()

    @property
    def widest(self) -> float:
        """Natural width of the widest line."""
        lines = (self._layout.lineAt(k).naturalTextWidth() for k in range(self._layout.lineCount()))
        return self._indent + max(lines, default=0.0)

    def draw(self, painter: QPainter, x: float, y: float) -> None:
        """Paints with the top left corner at (x, y)."""
        painter.setPen(QColor(self._color))
        # Leading lies above and below a line alike.
        metrics = QFontMetricsF(self._layout.font())
        slack = (self._step - metrics.height()) / 2.0
        if self._mark:
            painter.setFont(self._layout.font())
            painter.drawText(QPointF(x, y + slack + metrics.ascent()), self._mark)
        self._layout.draw(painter, QPointF(x + self._indent, y + slack))


@lru_cache(maxsize=512)
def line_of(text: str, role: Role, width: float, scale: float = 1.0, color: str = INK) -> Paragraph:
    """A paragraph of one run; remembered while a page is set, and forgotten with `forget_lines`."""
    return Paragraph((Run(text),), width, role, scale, color)


def forget_lines() -> None:
    """No paragraph may outlive the application that it was laid out with."""
    line_of.cache_clear()
