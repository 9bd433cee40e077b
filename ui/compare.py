"""Two or three blocks side by side: pictures, figures, what goes numb or weak, what lies near, what they ask.

The columns are compared blocks of the answer, each changeable; the rows are what a patient and a physician
weigh. Beneath stand the tables of the handbook that speak of the same blocks.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QComboBox, QDialog, QGridLayout, QHBoxLayout, QWidget

from planner.answer import BlockAnswer
from planner.atlas.model import Atlas, Claim
from planner.plain_words import PlainWords
from planner.session.actions import ChooseBlock
from planner.session.picture import Picture
from planner.session.state import Face
from ui.portrayer import Portrayer
from ui.theme import Theme
from ui.widgets.bars import Meter, Pattern, Swatch
from ui.widgets.basics import Section, badge, button, column, empty, label, row, scrolled
from ui.widgets.block_row import argument
from ui.widgets.comparison_table import ComparisonTable, rows_about
from ui.widgets.flow import FlowLayout
from ui.widgets.portrait import Format, PortraitView, portrait_height
from ui.widgets.reading import Reading
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
from ui.widgets.work import at_once

if TYPE_CHECKING:
    from ui.main_window import MainWindow

_BODY_PX = 236.0
_MOST = 3
_NEAREST = 4
_LEGEND: tuple[tuple[str, Pattern, str], ...] = (
    ("Pain covered", "lined", "numb_on_pain"),
    ("Pain not covered", "edged", "pain"),
    ("Also numb", "hatch", "numb"),
)


def first_blocks(picture: Picture, wanted: Sequence[str], most: int = _MOST) -> tuple[str, ...]:
    """The blocks to begin with: those wanted, else the chosen one and the first ones of the answer."""
    answer, chosen = picture.answer, picture.state.block
    listed = [entry.id for entry in (*answer.blocks, *(answer.withheld if wanted else ()))]
    given = [*wanted] if wanted else [*((chosen,) if chosen is not None else ()), *listed]
    return tuple(dict.fromkeys(name for name in given if name in listed))[:most]


class CompareDialog(QDialog):
    """acted: an act for the session."""

    acted = Signal(object)

    def __init__(
        self,
        parent: QWidget,
        atlas: Atlas,
        picture: Picture,
        wanted: Sequence[str],
        reading: Reading | None,
        theme: Theme,
    ) -> None:
        super().__init__(parent)
        self._content, self._picture, self._theme = atlas.content, picture, theme
        self._reading, self._plain = reading, PlainWords(atlas.content)
        answer = picture.answer
        self._entries = {entry.id: entry for entry in (*answer.blocks, *answer.withheld)}
        self.blocks = list(first_blocks(picture, wanted, 2 if theme.scale >= 1.75 else _MOST))
        self._views: dict[str, PortraitView] = {}
        self.setWindowTitle("Blocks side by side")
        self.setStyleSheet(theme.qss())
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._artist = Portrayer(at_once, "compared portraits", self)  # nobody works on while it opens
        self._artist.set_atlas(atlas)
        self._artist.ready.connect(self._show_portraits)
        outer = column(self, 16, 8)
        outer.addLayout(self._head())
        inside = QWidget()
        self._lines = column(inside, gap=16)
        self._lines.setContentsMargins(0, 0, 12, 8)
        outer.addWidget(scrolled(inside, "Blocks side by side"), 1)
        self._build()
        self.resize(self.sizeHint())

    def sizeHint(self) -> QSize:
        parent = self.parentWidget()
        return QSize(
            min(self._theme.px(340) * len(self.blocks) + self._theme.px(120), parent.width() - 48),
            parent.height() - 64,
        )

    def _head(self) -> QHBoxLayout:
        line = row(16)
        line.addWidget(label("Blocks side by side", "title"))
        line.addWidget(badge(capital(side_words(self._picture.state.side)), "accent"))
        legend = QWidget()
        flow = FlowLayout(legend, gap=12)
        for text, pattern, tone in _LEGEND:
            item = QWidget()
            pair = row(6)
            column(item).addLayout(pair)
            pair.addWidget(Swatch(pattern, tone, self._theme))
            pair.addWidget(label(text, "small"))
            flow.addWidget(item)
        line.addWidget(legend, 1, Qt.AlignmentFlag.AlignVCenter)
        close = button("Close", "", "Close the comparison", "Close (Esc)")
        close.clicked.connect(self.reject)
        line.addWidget(close)
        return line

    # -- columns ------------------------------------------------------------------------------------

    def _build(self) -> None:
        empty(self._lines)
        self._views = {}
        table = QWidget()
        grid = QGridLayout(table)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(12)
        beside = self._theme.scale < 1.5  # large text leaves no room for a column of headings
        at = 0
        for heading, cells in self._rows():
            if heading and beside:
                head = label(heading, "eyebrow", wrap=True)
                grid.addWidget(head, at, 0, Qt.AlignmentFlag.AlignTop)
            elif heading:
                grid.addWidget(label(heading, "eyebrow", wrap=True), at, 0, 1, -1)
                at += 1
            for k, cell in enumerate(cells):
                grid.addWidget(cell, at, k + int(beside), Qt.AlignmentFlag.AlignTop)
            at += 1
        if beside:
            grid.setColumnMinimumWidth(0, self._theme.px(88))
        for k in range(len(self.blocks)):
            grid.setColumnStretch(k + int(beside), 1)
        self._lines.addWidget(table)
        self._tables()
        self._lines.addStretch(1)
        entries = [self._entries[name] for name in self.blocks]
        size = Format(portrait_height(self._theme, _BODY_PX), self._theme.palette)
        self._artist.ask(self._picture, entries, size)
        self._show_portraits()

    def _rows(self) -> list[tuple[str, list[QWidget]]]:
        """Headings with a cell per block."""
        entries = [self._entries[name] for name in self.blocks]
        records = [self._content.blocks[name] for name in self.blocks]
        found = [
            ("", [self._chooser(k) for k in range(len(entries))]),
            ("", [self._portrait(entry) for entry in entries]),
            ("Of the pain", [self._figures(entry) for entry in entries]),
        ]
        for heading, claims in (
            ("What goes numb", [record.numb for record in records]),
            ("Weakness", [record.weakness for record in records]),
            ("Walking", [record.walking for record in records]),
        ):
            found.append((heading, [self._claim(claim) for claim in claims]))
        depths = [
            f"{capital(record.depth_class)}. {claim_words(record.depth, self._face) if record.depth else ''}"
            for record in records
        ]
        found.append(("Depth", [label(text, wrap=True) for text in depths]))
        found.append(("Nearest, in this model", [self._near(name) for name in self.blocks]))
        found.append(("What it asks", [self._claim(record.question) for record in records]))
        found.append(("Why it stands there", [self._why(entry) for entry in entries]))
        found.append(("", [self._choose(entry) for entry in entries]))
        return found

    @property
    def _face(self) -> Face:
        return self._picture.state.face

    def _chooser(self, place: int) -> QWidget:
        box = QComboBox()
        box.setAccessibleName(f"Block {place + 1} of {len(self.blocks)}")
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setMinimumContentsLength(12)
        box.setMinimumHeight(max(28, self._theme.px(30)))
        for entry in self._entries.values():
            place_words = "kept back" if entry.withheld else str(entry.rank)
            box.addItem(f"{place_words}. {block_name(self._content, entry.id)}", entry.id)
        box.setCurrentIndex(box.findData(self.blocks[place]))
        box.activated.connect(lambda _, place=place, box=box: self._change(place, str(box.currentData())))
        return box

    def _change(self, place: int, block: str) -> None:
        """Another block in a column; one that stands elsewhere changes places with it."""
        if block == self.blocks[place]:
            return
        if block in self.blocks:
            self.blocks[self.blocks.index(block)] = self.blocks[place]
        self.blocks[place] = block
        self._build()
        boxes = self.findChildren(QComboBox)
        for box in boxes:
            if box.accessibleName().startswith(f"Block {place + 1} ") and not box.isHidden():
                box.setFocus()

    def _portrait(self, entry: BlockAnswer) -> QWidget:
        view = PortraitView(self._theme, _BODY_PX)
        view.setAccessibleName(f"Front and back of the body: {block_name(self._content, entry.id)}")
        self._views[entry.id] = view
        return view

    def _show_portraits(self) -> None:
        for name, view in self._views.items():
            found = self._artist.sitters.get((name, self._entries[name].side))
            if found is not None and view.image is not found.image:
                view.show_image(found.image)
                self._show_near(name)

    def _figures(self, entry: BlockAnswer) -> QWidget:
        every = self._entries.values()
        marked = max([1.0, self._picture.answer.marked_cm2, *(one.uncovered_cm2 for one in every)])
        most = max([1.0, *(one.over_covered_cm2 for one in every)])
        box = QWidget()
        lines = column(box, gap=6)
        covered, missed, extra = (
            Meter("Covered", "solid", "covered", self._theme),
            Meter("Not covered", "outline", "uncovered", self._theme),
            Meter("Also numb", "hatch", "numb", self._theme),
        )
        covered.show_value(percent(entry.covered), entry.covered)
        missed.show_value(area(entry.uncovered_cm2), entry.uncovered_cm2 / marked)
        extra.show_value(area(entry.over_covered_cm2), entry.over_covered_cm2 / most)
        for meter in (covered, missed, extra):
            lines.addWidget(meter)
        return box

    def _claim(self, claim: Claim | None) -> QWidget:
        words = claim_words(claim, self._face) if claim is not None else "Nothing is known."
        return label(words, wrap=True)

    def _near(self, name: str) -> QWidget:
        words = label("", wrap=True)
        words.setProperty("block", name)
        return words

    def _show_near(self, name: str) -> None:
        found = self._artist.sitters[name, self._entries[name].side]
        lines = [
            f"{structure_name(self._content, one.structure)}, {millimetres(one.distance_mm)}"
            for one in found.near[:_NEAREST]
        ]
        for words in self.findChildren(type(label(""))):
            if words.property("block") == name:
                words.setText("\n".join(lines) or "Nothing at risk near the target.")

    def _why(self, entry: BlockAnswer) -> QWidget:
        reason = argument(entry)
        said = entry.withheld or (reason.text if reason is not None else "")
        words = said if self._face == "study" else self._plain.of(said)
        return label(words, wrap=True)

    def _choose(self, entry: BlockAnswer) -> QWidget:
        push = button("Show in the model", "", f"Choose {block_name(self._content, entry.id)}")
        push.clicked.connect(lambda: self._take(entry.id))
        return push

    def _take(self, block: str) -> None:
        self.acted.emit(ChooseBlock(block))
        self.accept()

    # -- tables -------------------------------------------------------------------------------------

    def _tables(self) -> None:
        """What the handbook says of these blocks, folded."""
        for table in self._reading.tables(self.blocks) if self._reading is not None else ():
            if not rows_about(table, self.blocks):
                continue
            section = Section(
                table.title,
                False,
                lambda box, table=table: box.addWidget(
                    ComparisonTable(table, self.blocks, self._content, self._face)
                ),
            )
            section.set_theme(self._theme)
            self._lines.addWidget(section)


def open_compare(
    window: MainWindow, atlas: Atlas, picture: Picture, wanted: Sequence[str], reading: Reading | None
) -> CompareDialog | None:
    """Shows the comparison above the window; None where fewer than two blocks are listed."""
    if len(first_blocks(picture, wanted)) < 2:
        return None
    dialog = CompareDialog(window, atlas, picture, wanted, reading, window.theme)
    dialog.acted.connect(window.act)
    dialog.setModal(True)
    dialog.open()
    return dialog
