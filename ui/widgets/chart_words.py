"""The words above a body chart: which view it is, and which side of the patient lies where."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter

from planner.space import View
from ui.theme import Theme

_TITLES: dict[View, tuple[str, str, str]] = {
    "anterior": ("Front", "Patient's right", "Patient's left"),
    "posterior": ("Back", "Patient's left", "Patient's right"),
    "left": ("Left side", "Front", "Back"),
    "right": ("Right side", "Back", "Front"),
}


def header_px(theme: Theme) -> int:
    """Height of the words."""
    return theme.px(38)


def spoken(view: View) -> tuple[str, str]:
    """Accessible name and description of a chart."""
    title, at_left, at_right = _TITLES[view]
    return (
        f"Body chart, {title.lower()}",
        f"{at_left} is drawn on the left, {at_right} on the right. "
        "Space takes the brush, arrows lead it, Space paints or marks; held down it draws. "
        "The region list marks the same areas by name.",
    )


def _fitted(view: View, theme: Theme, base: QFont, width: int) -> tuple[str, str, str, bool]:
    """Title, words for the viewer's left and right, and whether all stand in one line."""
    title, at_left, at_right = _TITLES[view]
    small, strong = QFontMetrics(theme.font("small", base)), QFontMetrics(theme.font("strong", base))
    widest = [max(small.horizontalAdvance(word) for word in w.split()) for w in (at_left, at_right)]
    if 2 * max(widest) + strong.horizontalAdvance(title) + 10 <= width:
        # In two short lines, so that the whole words stand beside even a narrow chart.
        return title, at_left.replace(" ", "\n"), at_right.replace(" ", "\n"), True
    if small.horizontalAdvance(at_left + at_right) + 12 > width:
        at_left, at_right = at_left.split()[-1].capitalize(), at_right.split()[-1].capitalize()
    return title, at_left, at_right, False


def paint_words(
    painter: QPainter, view: View, theme: Theme, base: QFont, width: int, over_body: bool
) -> None:
    """Draws the words over the top of a chart; over_body: the body may reach beneath them."""
    if over_body:
        ground = theme.color("panel")
        ground.setAlpha(225)
        painter.fillRect(QRectF(0, 0, width, header_px(theme) - 2), ground)
    title, at_left, at_right, one_line = _fitted(view, theme, base, width)
    area = QRectF(2, 0, width - 4, header_px(theme) - 4)
    upper = Qt.AlignmentFlag.AlignVCenter if one_line else Qt.AlignmentFlag.AlignTop
    lower = Qt.AlignmentFlag.AlignVCenter if one_line else Qt.AlignmentFlag.AlignBottom
    painter.setFont(theme.font("strong", base))
    painter.setPen(theme.color("text"))
    painter.drawText(area, Qt.AlignmentFlag.AlignHCenter | upper, title)
    painter.setFont(theme.font("small", base))
    painter.setPen(theme.color("muted"))
    painter.drawText(area, Qt.AlignmentFlag.AlignLeft | lower, at_left)
    painter.drawText(area, Qt.AlignmentFlag.AlignRight | lower, at_right)
