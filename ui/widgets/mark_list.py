"""The marks made so far, one line each: what and where, how strong, how it feels, and away with it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSlider, QWidget

from planner.atlas.model import Content
from planner.case import Mark, RegionMark
from planner.session.actions import ChangeMark, RemoveMark
from planner.session.state import Face, State
from planner.space import Side
from ui.theme import Theme
from ui.widgets import icons
from ui.widgets.basics import Elided, button, column, label
from ui.widgets.feel import FeelButton
from ui.widgets.words import capital, region_name, side_words

Place = tuple[str, Side]
PlaceOf = Callable[[Mark], Place]


def mark_name(content: Content, mark: Mark, place: Place, face: Face) -> str:
    """What a mark is called: its region and side, and whether it was painted or lies deep."""
    region, side = place
    name = region_name(content, region, face) if region else "beside the named areas"
    if isinstance(mark, RegionMark):
        beneath = mark.deep and not content.regions[region].deep
        return f"{name}{', deep' if beneath else ''} ({side_words(side)})"
    return f"Painted: {name[:1].lower()}{name[1:]} ({side_words(side)})"


class MarkRow(QWidget):
    """One mark."""

    acted = Signal(object)

    def __init__(self, index: int, content: Content, theme: Theme) -> None:
        super().__init__()
        self._index = index
        self._held = False
        lines = column(self, gap=2)
        head = QHBoxLayout()
        head.setSpacing(6)
        self.name = Elided("", "strong")
        head.addWidget(self.name, 1)
        self.remove = button("", "quiet", tip="Take this mark away")
        self.remove.setProperty("square", True)
        self.remove.clicked.connect(lambda: self.acted.emit(RemoveMark(self._index)))
        head.addWidget(self.remove)
        lines.addLayout(head)
        line = QHBoxLayout()
        line.setSpacing(8)
        self.figure: QLabel = label("", "small")
        line.addWidget(self.figure)
        self.weight = QSlider(Qt.Orientation.Horizontal)
        self.weight.setRange(1, 10)
        self.weight.sliderReleased.connect(self._let_go)
        self.weight.valueChanged.connect(self._on_weight)
        line.addWidget(self.weight, 2)
        self.feel = FeelButton("", "How this mark feels")
        self.feel.chosen.connect(lambda names, _: self.acted.emit(ChangeMark(self._index, qualities=names)))
        line.addWidget(self.feel, 3)
        lines.addLayout(line)
        self._showing = False
        self.set_theme(theme)
        self.feel.set_content(content, theme)

    def set_theme(self, theme: Theme) -> None:
        """Draws in another palette or text size."""
        self.remove.setIcon(icons.icon("close", theme.palette.text, theme.px(14)))
        self.remove.setIconSize(QSize(theme.px(14), theme.px(14)))
        self.remove.setFixedWidth(theme.px(32))
        self.weight.setMinimumWidth(theme.px(64))

    def show_mark(self, mark: Mark, name: str) -> None:
        """Shows a mark."""
        self._showing = True
        self.name.show_text(name)
        self.weight.setValue(max(1, round(mark.weight)))
        self._showing = False
        self.figure.setText(f"{mark.weight:.0f}/10")
        self.weight.setAccessibleName(f"How strong the pain is, 1 to 10: {name}")
        self.weight.setToolTip(self.weight.accessibleName())
        self.remove.setAccessibleName(f"Take away: {name}")
        self.feel.show_qualities(mark.qualities)

    def _on_weight(self, value: int) -> None:
        if not self._showing:
            continues, self._held = self._held, self.weight.isSliderDown()
            self.acted.emit(ChangeMark(self._index, weight=float(value), continues=continues))

    def _let_go(self) -> None:
        self._held = False


class MarkList(QWidget):
    """A row for every mark but the eraser's; rows are kept and shown anew."""

    acted = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._content: Content | None = None
        self._lines = column(self, gap=8)
        self.rows: dict[int, MarkRow] = {}

    def set_content(self, content: Content) -> None:
        """Gives the names of areas and qualities."""
        self._content = content

    def set_theme(self, theme: Theme) -> None:
        """Draws in another palette or text size."""
        self._theme = theme
        for row in self.rows.values():
            row.set_theme(theme)
            if self._content is not None:
                row.feel.set_content(self._content, theme)

    def show_state(self, state: State, place_of: PlaceOf) -> None:
        """Shows the marks of a State, the last made first."""
        if self._content is None:
            return
        listed = [k for k, m in enumerate(state.marks) if isinstance(m, RegionMark) or not m.erase]
        for index in set(self.rows) - set(listed):
            row = self.rows.pop(index)
            self._lines.removeWidget(row)
            row.hide()
            row.deleteLater()
        for index in listed:
            if index not in self.rows:
                row = self.rows[index] = MarkRow(index, self._content, self._theme)
                row.acted.connect(self.acted)
                self._lines.insertWidget(0, row)
            mark = state.marks[index]
            self.rows[index].show_mark(
                mark, capital(mark_name(self._content, mark, place_of(mark), state.face))
            )
