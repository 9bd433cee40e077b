"""The left column: body map, areas by name, words and history behind tabs, warning signs beneath.

When studying, the structures of the model stand behind a fourth.

The pages behind the map are made when they are first wanted, so that the window opens sooner.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QTabBar, QWidget

from planner.atlas.model import Content
from planner.session.picture import Picture
from ui.panels.pain_map import PainMapPanel
from ui.theme import Theme
from ui.widgets.basics import button, column, restyle
from ui.widgets.lookup import Lookup
from ui.widgets.owed import Owed

if TYPE_CHECKING:
    from ui.panels.pain_words import PainWordsPanel
    from ui.panels.region_list import RegionListPanel
    from ui.panels.structures import StructuresPanel

# Whole titles, then shorter ones for narrow columns and large text.
_TABS = (
    ("Body map", "Body map", "Map"),
    ("Areas by name", "Areas", "Areas"),
    ("Words and history", "History", "Words"),
    ("Structures", "Structures", "Model"),
)
_MAP, _BY_NAME, _WORDS, _MODEL = range(4)


class LeftPane(QWidget):
    """Where the user says where and how it hurts; hands every picture to its pages."""

    acted = Signal(object)

    def __init__(self, pain_map: PainMapPanel, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._content: Content | None = None
        self._picture: Picture | None = None
        self._lookup: Lookup | None = None
        self._furnished: tuple[RegionListPanel, PainWordsPanel, StructuresPanel] | None = None
        self._owed = Owed(self)
        self.pain_map = pain_map
        pain_map.acted.connect(self.acted)
        pain_map.marks_asked.connect(self._show_marks)
        self.setObjectName("panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        lines = column(self, gap=0)
        self.tabs = QTabBar()
        self.tabs.setExpanding(False)
        self.tabs.setUsesScrollButtons(False)
        self.tabs.setElideMode(Qt.TextElideMode.ElideNone)
        self.tabs.setAccessibleName("Ways to say where and how it hurts")
        for titles in _TABS:
            self.tabs.addTab(titles[0])
        self.tabs.setTabVisible(_MODEL, False)
        self.pages = QStackedWidget()
        self.pages.addWidget(pain_map)
        self.tabs.currentChanged.connect(self._open_page)
        lines.addWidget(self.tabs)
        lines.addWidget(self.pages, 1)
        foot = QWidget()
        around = QHBoxLayout(foot)
        around.setContentsMargins(12, 0, 12, 10)
        self.warnings = button("", "strip", tip="Show the warning signs")
        self.warnings.clicked.connect(self._show_warnings)
        around.addWidget(self.warnings)
        lines.addWidget(foot)

    @property
    def region_list(self) -> RegionListPanel:
        """The page of areas by name."""
        return self.furnish()[0]

    @property
    def pain_words(self) -> PainWordsPanel:
        """The page of words and history."""
        return self.furnish()[1]

    @property
    def structures(self) -> StructuresPanel:
        """The page of structures."""
        return self.furnish()[2]

    def furnish(self) -> tuple[RegionListPanel, PainWordsPanel, StructuresPanel]:
        """Makes the pages behind the map, if they are not there: when first wanted, at the latest once
        the first picture stands."""
        if self._furnished is None:
            from ui.panels.pain_words import PainWordsPanel
            from ui.panels.region_list import RegionListPanel
            from ui.panels.structures import StructuresPanel

            pages = self._furnished = (
                RegionListPanel(self._theme),
                PainWordsPanel(self._theme),
                StructuresPanel(self._theme),
            )
            for page in pages:
                self.pages.addWidget(page)
                page.acted.connect(self.acted)
                page.set_theme(self._theme)
                if page is pages[0]:
                    page.set_places(self.pain_map.place_of)
                if self._content is not None:
                    page.set_content(self._content)
                if self._picture is not None:
                    self._owed.show(page, self._picture)
            if self._lookup is not None:
                pages[2].set_lookup(self._lookup)
        return self._furnished

    def set_content(self, content: Content) -> None:
        """Gives names of areas, words and warning signs; the map gets the atlas from the window."""
        self._content = content
        for page in self._furnished or ():
            page.set_content(content)

    def set_lookup(self, lookup: Lookup) -> None:
        """Gives what finds structures by name."""
        self._lookup = lookup
        if self._furnished is not None:
            self._furnished[2].set_lookup(lookup)

    def set_theme(self, theme: Theme) -> None:
        """Draws in another palette or text size."""
        self._theme = theme
        for panel in (self.pain_map, *(self._furnished or ())):
            panel.set_theme(theme)

    def show_picture(self, picture: Picture) -> None:
        """Hands the picture to the open page, to others when opened; studying begins with the structures."""
        before, self._picture = self._picture, picture
        studying = picture.state.face == "study"
        if studying != (before is not None and before.state.face == "study"):
            if not studying and self.tabs.currentIndex() == _MODEL:
                self.tabs.setCurrentIndex(_MAP)
            self.tabs.setTabVisible(_MODEL, studying)
            self.name_tabs(self.width())
            if studying and not picture.state.marks:
                self.tabs.setCurrentIndex(_MODEL)
        for panel in (self.pain_map, *(self._furnished or ())):
            self._owed.show(panel, picture)
        self._show_warning_count(picture)

    def find(self) -> None:
        """Opens the search for areas, or for structures when studying."""
        if self._picture is not None and self._picture.state.face == "study":
            self.tabs.setCurrentIndex(_MODEL)
            self.structures.find()
            return
        self.tabs.setCurrentIndex(_BY_NAME)
        search = self.region_list.search
        search.setFocus()
        search.selectAll()

    def _show_marks(self) -> None:
        self.tabs.setCurrentIndex(_BY_NAME)
        self.region_list.show_marks()

    def name_tabs(self, room: int) -> None:
        """Whole titles where they fit beside one another in `room` pixels, short ones elsewhere."""
        for form in range(3):
            for k, titles in enumerate(_TABS):
                self.tabs.setTabText(k, titles[form])
            if self.tabs.sizeHint().width() <= room:
                return

    def _open_page(self, index: int) -> None:
        self.furnish()
        self.pages.setCurrentIndex(index)

    def _show_warnings(self) -> None:
        self.tabs.setCurrentIndex(_WORDS)
        words = self.pain_words
        section = words.sections["red_flags"]
        section.open()
        words.search.clear()
        words.scroll.widget().layout().activate()
        words.scroll.verticalScrollBar().setValue(section.y())
        section.header.setFocus()

    def _show_warning_count(self, picture: Picture) -> None:
        flags = self._content.flags if self._content is not None else {}
        ticked = [f for f in picture.state.flags if f in flags and flags[f].kind == "red_flag"]
        text = "Warning signs: none ticked" if not ticked else f"Warning signs: {len(ticked)} ticked"
        tone = "alert" if ticked else ""
        if self.warnings.text() != text or self.warnings.property("tone") != tone:
            self.warnings.setText(text)
            self.warnings.setProperty("tone", tone)
            restyle(self.warnings)
