"""What else is known: depth, how the pain feels, warning signs, cautions, history and examination.

Closed lists from the content, in groups that fold, with one search over all of them. Warning signs
come first and open: visible, but in the same quiet type as everything else until one is ticked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QLineEdit, QPushButton, QScrollArea, QVBoxLayout, QWidget

from planner.atlas.model import Clue, Content, Flag, Quality
from planner.session.actions import Action, SetDepth, ToggleClue, ToggleFlag, ToggleQuality
from planner.session.picture import Picture
from ui.theme import Theme
from ui.widgets.basics import Section, Segmented, button, column, label
from ui.widgets.checks import CheckRow
from ui.widgets.flow import FlowLayout
from ui.widgets.words import capital

_DEPTHS = (("skin", "On the skin"), ("deep", "Deep inside"), ("mixed", "Both"))


class PainWordsPanel(QWidget):
    """Depth, qualities, flags and clues."""

    acted = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._rows: dict[str, CheckRow] = {}
        self._chips: dict[str, QPushButton] = {}
        self._words: dict[str, str] = {}
        self._face = ""
        self._content: Content | None = None
        self.setObjectName("panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        outer = column(self, 12, 8)
        self.search = QLineEdit()
        self.search.setPlaceholderText("Search signs, words and history")
        self.search.setAccessibleName("Search warning signs, pain words and history")
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._filter)
        outer.addWidget(self.search)
        self.scroll = QScrollArea()
        self.scroll.setAccessibleName("Warning signs, pain words and history")
        self.scroll.setWidgetResizable(True)
        self.scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        outer.addWidget(self.scroll, 1)
        inside = QWidget()
        self.scroll.setWidget(inside)
        self._inside = column(inside, gap=4)
        self._inside.setContentsMargins(0, 0, 8, 8)
        self.depth_words = label("Where is it felt?", "strong")
        self._inside.addWidget(self.depth_words)
        self.depth = Segmented(_DEPTHS, "Depth of the pain")
        self.depth.chosen.connect(lambda key: self.acted.emit(SetDepth(key)))  # type: ignore[arg-type]
        self._inside.addWidget(self.depth)
        self._inside.addSpacing(8)
        self.sections: dict[str, Section] = {}
        for key, title, opened in (
            ("qualities", "How it feels", True),
            ("red_flags", "Warning signs", True),
            ("cautions", "Cautions before any block", False),
            ("clues", "History and examination", True),
        ):
            section = Section(title, opened)
            section.set_theme(theme)
            self.sections[key] = section
            self._inside.addWidget(section)
        self._inside.addStretch(1)

    # -- showing ------------------------------------------------------------------------------------

    def set_theme(self, theme: Theme) -> None:
        """Draws in another palette or text size."""
        self._theme = theme
        for section in self.sections.values():
            section.set_theme(theme)
        for row in self._rows.values():
            row.set_theme(theme)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit()

    def showEvent(self, event: QShowEvent) -> None:
        self._fit()

    def _fit(self) -> None:
        self.depth.fit(self.width() - 24 - 8 - self.scroll.verticalScrollBar().sizeHint().width())

    def set_content(self, content: Content) -> None:
        """Fills the groups with the lists of the atlas."""
        self._content = content
        chips = QWidget()
        flow = FlowLayout(chips, gap=6)
        for quality in content.qualities.values():
            push = button(capital(quality.plain or quality.name), "chip")
            push.setCheckable(True)
            push.clicked.connect(lambda on, key=quality.id: self.acted.emit(ToggleQuality(key, bool(on))))
            flow.addWidget(push)
            self._chips[f"quality:{quality.id}"] = push
            self._remember(f"quality:{quality.id}", quality)
        self.sections["qualities"].content.addWidget(chips)
        flags = content.flags.values()
        self._checks(
            self.sections["red_flags"].content,
            "flag",
            (f for f in flags if f.kind == "red_flag"),
            lambda key, on: ToggleFlag(key, on),
            "alert",
        )
        self._checks(
            self.sections["cautions"].content,
            "flag",
            (f for f in flags if f.kind == "caution"),
            lambda key, on: ToggleFlag(key, on),
            "caution",
        )
        self._checks(
            self.sections["clues"].content,
            "clue",
            content.clues.values(),
            lambda key, on: ToggleClue(key, on),
            "accent",
        )

    def _checks(
        self,
        layout: QVBoxLayout,
        kind: str,
        records: Iterable[Flag | Clue],
        act: Callable[[str, bool], Action],
        tone: str,
    ) -> None:
        layout.setSpacing(2)
        for record in records:
            row = CheckRow(capital(record.plain or record.name), self._theme, tone)
            row.setToolTip(record.name)
            row.toggled.connect(lambda on, key=record.id: self.acted.emit(act(key, bool(on))))
            layout.addWidget(row)
            self._rows[f"{kind}:{record.id}"] = row
            self._remember(f"{kind}:{record.id}", record)

    def _remember(self, key: str, record: Flag | Clue | Quality) -> None:
        self._words[key] = f"{record.id.replace('_', ' ')} {record.name} {record.plain}".casefold()

    def show_picture(self, picture: Picture) -> None:
        """Ticks what was said."""
        state = picture.state
        self._show_face(state.face)
        self.depth.show_choice(state.depth)
        on = {f"quality:{q}" for q in state.qualities}
        on |= {f"clue:{c}" for c in state.clues} | {f"flag:{f}" for f in state.flags}
        for key, chip in self._chips.items():
            chip.setChecked(key in on)
        for key, row in self._rows.items():
            row.show_checked(key in on)
        if self._content is None:
            return
        kinds = [self._content.flags[f].kind for f in state.flags if f in self._content.flags]
        counts = {
            "qualities": len(state.qualities),
            "red_flags": kinds.count("red_flag"),
            "cautions": kinds.count("caution"),
            "clues": len(state.clues),
        }
        for key, section in self.sections.items():
            section.set_note(f"·  {counts[key]} ticked" if counts[key] else "")

    def _show_face(self, face: str) -> None:
        """Plain words beside a patient, terms when studying."""
        if self._content is None or (face == "study") == (self._face == "study"):
            self._face = face
            return
        self._face = face
        content = self._content
        for key, row in self._rows.items():
            kind, record_id = key.split(":")
            record = content.flags[record_id] if kind == "flag" else content.clues[record_id]
            text = capital(record.name if face == "study" else record.plain or record.name)
            row.words.setText(text)
            row.box.setAccessibleName(text)

    def _filter(self, text: str) -> None:
        wanted = text.casefold().split()
        shown: dict[str, bool] = {k: all(w in words for w in wanted) for k, words in self._words.items()}
        for key, chip in self._chips.items():
            chip.setVisible(shown[key])
        for key, row in self._rows.items():
            row.setVisible(shown[key])
        for name, section in self.sections.items():
            hits = [k for k in shown if shown[k] and self._group(k) == name]
            section.setVisible(bool(hits))
            if wanted and hits:
                section.open()
        self.depth.setVisible(not wanted)
        self.depth_words.setVisible(not wanted)

    def _group(self, key: str) -> str:
        kind, record_id = key.split(":")
        if kind == "flag" and self._content is not None:
            return "red_flags" if self._content.flags[record_id].kind == "red_flag" else "cautions"
        return {"quality": "qualities", "clue": "clues"}[kind]
