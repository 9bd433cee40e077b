"""The building blocks of the page: each knows its height in a width, paints itself, and says its words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from planner.report import Part, Words
from ui.page.setting import (
    ACCENT,
    ALERT,
    INK,
    QUIET,
    RULE,
    WASH,
    Paragraph,
    Run,
    line_of,
    pt,
)

RUN_IN = frozenset(
    {"strength", "risks", "help", "question", "notes", "track"}
)  # statements that read as one paragraph
LISTED = frozenset({"care", "before", "ask", "compared", "nerves", "alerts"})  # with a bullet each
IN_PROGRAM = "… and {count} more in the program."


class Block(Protocol):
    """Something with a height that can be painted at a place."""

    height: float

    def draw(self, painter: QPainter, x: float, y: float) -> None: ...
    def texts(self) -> list[str]: ...


class Numbers:
    """Numbers of the sources in the order in which they are first used."""

    def __init__(self) -> None:
        self._of: dict[str, int] = {}

    def take(self, words: Sequence[Words]) -> None:
        """Numbers the sources of these statements."""
        for one in words:
            for key in one.sources:
                self._of.setdefault(key, len(self._of) + 1)

    @property
    def keys(self) -> tuple[str, ...]:
        """The sources by number."""
        return tuple(self._of)

    def signs(self, words: Words) -> str:
        """The small signs behind a statement: its numbers, and an e where it is an estimate."""
        numbers = ",".join(str(number) for number in sorted(self._of[key] for key in words.sources))
        return numbers + ("\u202fe" if words.grade == "estimate" else "")


def runs(words: Sequence[Words], numbers: Numbers) -> list[list[Run]]:
    """Each statement as runs; signs stand once behind statements in a row that share them."""
    found = []
    for k, one in enumerate(words):
        sign = numbers.signs(one)
        follows = words[k + 1] if k + 1 < len(words) else None
        shared = follows is not None and numbers.signs(follows) == sign
        found.append([Run(one.text), *([Run(f"\u202f{sign}", raised=True)] if sign and not shared else [])])
    return found


class Gap:
    """Empty height."""

    def __init__(self, height: float) -> None:
        self.height = height

    def draw(self, painter: QPainter, x: float, y: float) -> None:
        """Nothing to paint."""

    def texts(self) -> list[str]:
        """Nothing to say."""
        return []


class Text:
    """One paragraph."""

    def __init__(self, paragraph: Paragraph) -> None:
        self.paragraph, self.height = paragraph, paragraph.height

    def draw(self, painter: QPainter, x: float, y: float) -> None:
        self.paragraph.draw(painter, x, y)

    def texts(self) -> list[str]:
        return [self.paragraph.text]


class Stack:
    """Blocks one below the other."""

    def __init__(self, blocks: Sequence[Block], gap: float = 0.0) -> None:
        self.blocks, self.gap = list(blocks), gap
        self.height = sum(block.height for block in self.blocks) + gap * max(len(self.blocks) - 1, 0)

    def draw(self, painter: QPainter, x: float, y: float) -> None:
        for block in self.blocks:
            block.draw(painter, x, y)
            y += block.height + self.gap

    def texts(self) -> list[str]:
        return [text for block in self.blocks for text in block.texts()]


class Section(Stack):
    """A heading with the first statements of a part; what is left out is counted.

    boxed: on a wash with a heavy edge, for what must not be overlooked.
    """

    def __init__(
        self, part: Part, count: int, width: float, scale: float, numbers: Numbers, boxed: str = ""
    ) -> None:
        self._boxed, self._width = boxed, width
        pad = pt(8.0) if boxed else 0.0
        inner = width - 2.0 * pad - (pt(2.0) if boxed else 0.0)
        color = ALERT if boxed == "alert" else ACCENT
        blocks: list[Block] = [Text(line_of(part.title, "heading", inner, scale, color)), Gap(pt(1.5))]
        shown = part.words[:count]
        set_runs = runs(shown, numbers)
        left = len(part.words) - len(shown)
        if left:
            more = Run(f" {IN_PROGRAM.format(count=left)}", quiet=True)
            set_runs = [*set_runs[:-1], [*set_runs[-1], more]] if set_runs else [[more]]
        if part.id in RUN_IN:
            joined = [run for k, one in enumerate(set_runs) for run in ((Run(" "), *one) if k else one)]
            blocks.append(Text(Paragraph(joined, inner, "body", scale)))
        else:
            bullet = "•" if part.id in LISTED else ""
            for k, one in enumerate(set_runs):
                blocks += [Gap(pt(1.0))] if k else []
                blocks.append(Text(Paragraph(one, inner, "body", scale, mark=bullet)))
        super().__init__(blocks)
        self._pad = pad
        if boxed:
            self.height += 2.0 * pt(6.0)

    def draw(self, painter: QPainter, x: float, y: float) -> None:
        if not self._boxed:
            super().draw(painter, x, y)
            return
        box = QRectF(x, y, self._width, self.height)
        painter.fillRect(box, QColor("#FFFFFF" if self._boxed == "alert" else WASH))
        color = QColor(ALERT if self._boxed == "alert" else ACCENT)
        if self._boxed == "alert":
            painter.setPen(QPen(color, pt(1.0)))
            painter.drawRect(box)
        painter.fillRect(QRectF(x, y, pt(3.0), self.height), color)
        super().draw(painter, x + self._pad + pt(2.0), y + pt(6.0))


class Head:
    """Title, side and lead, with what kind of paper it is on the right."""

    def __init__(
        self, title: str, side: str, lead: Sequence[Run], tags: tuple[str, str], width: float, scale: float
    ) -> None:
        self._width = width
        self._tag = line_of(tags[0], "small", width, 1.0, QUIET)
        self._pill = line_of(tags[1], "small", width, 1.0, INK)
        aside = max(self._tag.widest, self._pill.widest + pt(14.0)) + pt(16.0)
        self._title = line_of(title, "title", width - aside, scale)
        self._side = line_of(side, "side", width - aside, scale, ACCENT) if side else None
        self._lead = Paragraph(lead, width, "lead", scale)
        self._top = pt(9.0)
        beside = self._title.height + (self._side.height if self._side else 0.0)
        self._beside = max(beside, self._tag.height + self._pill.height + pt(10.0)) + pt(3.0)
        self.height = self._top + self._beside + self._lead.height

    def draw(self, painter: QPainter, x: float, y: float) -> None:
        painter.fillRect(QRectF(x, y, self._width, pt(3.0)), QColor(ACCENT))
        y += self._top
        self._title.draw(painter, x, y)
        right = x + self._width
        self._tag.draw(painter, right - self._tag.widest, y + pt(4.0))
        pill = QRectF(0.0, 0.0, self._pill.widest + pt(14.0), self._pill.height + pt(4.0))
        pill.moveTopRight(QPointF(right, y + pt(6.0) + self._tag.height))
        painter.setPen(QPen(QColor(QUIET), pt(0.8)))
        painter.drawRoundedRect(pill, pill.height() / 2.0, pill.height() / 2.0)
        self._pill.draw(painter, pill.left() + pt(7.0), pill.top() + pt(2.0))
        if self._side is not None:
            self._side.draw(painter, x, y + self._title.height)
        self._lead.draw(painter, x, y + self._beside)

    def texts(self) -> list[str]:
        found = [self._title.text, self._lead.text, self._tag.text, self._pill.text]
        return [*found, *([self._side.text] if self._side is not None else [])]


class Table:
    """Rows to fill in; the first one is what was before."""

    ROW_PT = 17.0
    _SHARES = (0.15, 0.19, 0.30, 0.36)

    def __init__(self, columns: Sequence[str], rows: int, width: float, scale: float) -> None:
        shares = self._SHARES if len(columns) == len(self._SHARES) else (1.0 / len(columns),) * len(columns)
        self._widths = [width * share for share in shares]
        pad = pt(4.0)
        self._heads = [
            line_of(name, "small", wide - pad, scale)
            for name, wide in zip(columns, self._widths, strict=True)
        ]
        self._first = line_of("Before", "small", self._widths[0] - pad, scale, QUIET)
        self._width, self._rows = width, rows
        self._head = max(head.height for head in self._heads) + pt(3.0)
        self.height = self._head + rows * pt(self.ROW_PT)

    def draw(self, painter: QPainter, x: float, y: float) -> None:
        painter.fillRect(QRectF(x, y, self._width, self._head), QColor(WASH))
        at = x
        for head, wide in zip(self._heads, self._widths, strict=True):
            head.draw(painter, at + pt(3.0), y + pt(1.5))
            at += wide
        painter.setPen(QPen(QColor(RULE), pt(0.7)))
        step, top = pt(self.ROW_PT), y + self._head
        for k in range(self._rows + 1):
            painter.drawLine(QPointF(x, top + k * step), QPointF(x + self._width, top + k * step))
        at = x
        for wide in (*self._widths, 0.0):
            painter.drawLine(QPointF(at, y), QPointF(at, y + self.height))
            at += wide
        painter.drawLine(QPointF(x, y), QPointF(x + self._width, y))
        self._first.draw(painter, x + pt(3.0), top + (step - self._first.height) / 2.0)

    def texts(self) -> list[str]:
        return [*(head.text for head in self._heads), self._first.text]


class Lines:
    """Room to write: so many lines, spread over a height where that is given and enough."""

    STEP_PT = 20.0

    def __init__(self, title: str, count: int, width: float, scale: float, height: float = 0.0) -> None:
        self._title = line_of(title, "heading", width, scale, ACCENT)
        self._count, self._width = count, width
        self._step = max(pt(self.STEP_PT), (height - self._title.height) / max(count, 1))
        self.height = self._title.height + count * self._step

    def draw(self, painter: QPainter, x: float, y: float) -> None:
        self._title.draw(painter, x, y)
        painter.setPen(QPen(QColor(RULE), pt(0.7)))
        for k in range(1, self._count + 1):
            at = y + self._title.height + k * self._step
            painter.drawLine(QPointF(x, at), QPointF(x + self._width, at))

    def texts(self) -> list[str]:
        return [self._title.text]


class Beside:
    """Two blocks side by side."""

    def __init__(self, left: Block, right: Block, offset: float) -> None:
        self.left, self.right, self._offset = left, right, offset
        self.height = max(left.height, right.height)

    def draw(self, painter: QPainter, x: float, y: float) -> None:
        self.left.draw(painter, x, y)
        self.right.draw(painter, x + self._offset, y)

    def texts(self) -> list[str]:
        return [*self.left.texts(), *self.right.texts()]


class Foot:
    """Sources by number on the left, what the page is for on the right, under a rule."""

    def __init__(
        self,
        sources: Sequence[tuple[int, str]],
        estimates: bool,
        use: Sequence[str],
        width: float,
        scale: float,
    ) -> None:
        gutter = pt(18.0)
        left = width * 0.62
        said: list[Run] = [Run("Sources  ", bold=True)]
        for number, text in sources:
            said += [Run(f"{number}\u202f", bold=True), Run(f"{text}   ")]
        if estimates:
            said.append(Run("e\u00a0\u00a0estimate without a published figure"))
        self._sources = Paragraph(said, left, "small", scale, QUIET)
        self._use = [line_of(one, "small", width - left - gutter, scale, QUIET) for one in use]
        self._width, self._at = width, left + gutter
        right = sum(one.height for one in self._use)
        self.height = pt(6.0) + max(self._sources.height if sources else 0.0, right)
        self._cited = bool(sources)

    def draw(self, painter: QPainter, x: float, y: float) -> None:
        painter.setPen(QPen(QColor(RULE), pt(0.7)))
        painter.drawPolyline(QPolygonF([QPointF(x, y), QPointF(x + self._width, y)]))
        y += pt(6.0)
        if self._cited:
            self._sources.draw(painter, x, y)
        for one in self._use:
            one.draw(painter, x + (self._at if self._cited else 0.0), y)
            y += one.height

    def texts(self) -> list[str]:
        return [*([self._sources.text] if self._cited else []), *(one.text for one in self._use)]
