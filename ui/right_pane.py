"""The right column: compared blocks with the chosen one's card; when studying, the structure's card as well.

Which of the two is open is the window's own; what was chosen last comes to the front.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QSplitter, QStackedWidget, QTabBar, QWidget

from planner.about import Mentions
from planner.atlas.model import Atlas
from planner.session.picture import Picture
from ui.panels.blocks import BlocksPanel
from ui.panels.card import CardPanel
from ui.panels.structure_card import StructureCardPanel
from ui.portrayer import Portrayer
from ui.theme import Theme
from ui.widgets.basics import column
from ui.widgets.block_row import BODY_PX
from ui.widgets.owed import Owed
from ui.widgets.portrait import Format, portrait_height
from ui.widgets.reading import Reading
from ui.widgets.slices import Slices
from ui.widgets.work import Submit

BLOCKS, STRUCTURE = 0, 1
SHARES = (42, 58)  # of the height, for the list and the card


class RightPane(QWidget):
    """Blocks above the chosen block's card, and the structure's card behind a tab."""

    acted = Signal(object)

    compare_asked = Signal(object)  # ids of the blocks, () for the first ones

    def __init__(self, theme: Theme, submit: Submit) -> None:
        super().__init__()
        self._theme = theme
        self._picture: Picture | None = None
        self._atlas: Atlas | None = None
        self._submit, self._slices = submit, Slices(self)
        self.portrayer = Portrayer(submit, "portraits", self)
        self._owed = Owed(self)
        self.setObjectName("panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.blocks = BlocksPanel(theme)
        self.card = CardPanel(theme)
        self.structure = StructureCardPanel(theme)
        self.shares = SHARES  # list and card: the window puts what the user chose in its place
        self.split = QSplitter(Qt.Orientation.Vertical)
        self.split.setChildrenCollapsible(False)
        self.split.addWidget(self.blocks)
        self.split.addWidget(self.card)
        self.split.setStretchFactor(0, 2)
        self.split.setStretchFactor(1, 3)
        self.card.hide()
        lines = column(self, gap=0)
        self.tabs = QTabBar()
        self.tabs.setExpanding(False)
        self.tabs.setUsesScrollButtons(False)
        self.tabs.setAccessibleName("Blocks, or the selected structure")
        for title in ("Blocks", "Structure"):
            self.tabs.addTab(title)
        self.tabs.hide()
        self.pages = QStackedWidget()
        self.pages.addWidget(self.split)
        self.pages.addWidget(self.structure)
        self.tabs.currentChanged.connect(self.pages.setCurrentIndex)
        lines.addWidget(self.tabs)
        lines.addWidget(self.pages, 1)
        for panel in (self.blocks, self.card, self.structure):
            panel.acted.connect(self.acted)
        self.blocks.compare_asked.connect(self.compare_asked)
        self.blocks.listed.connect(self._portray)
        self.portrayer.ready.connect(lambda: self.blocks.show_sitters(self.portrayer.sitters))
        self.pages.currentChanged.connect(lambda _: self._portray())

    def set_atlas(self, atlas: Atlas) -> None:
        """Gives every page its content."""
        self._atlas = atlas
        self.portrayer.set_atlas(atlas)
        self.blocks.set_content(atlas.content)
        self.card.set_content(atlas.content)
        self.structure.set_atlas(atlas)

    @property
    def furnishing(self) -> bool:
        """Whether `furnish` still has something to make."""
        return self._slices.busy

    def furnish(self) -> None:
        """Makes what the first marks, choice and click will need, while nothing else is to be done."""
        if self._atlas is None or self._picture is None:
            return
        content = self._atlas.content
        self._slices.add(self.blocks.furnish())
        self._slices.add(self.card.furnish(self._picture))
        self._submit("mentions", lambda: Mentions(content), self.structure.set_mentions)

    def set_reading(self, reading: Reading) -> None:
        """Gives what is read besides the atlas."""
        self.card.set_reading(reading)
        self.structure.set_reading(reading)

    def set_theme(self, theme: Theme) -> None:
        """Draws in another palette or text size."""
        self._theme = theme
        for panel in (self.blocks, self.card, self.structure):
            panel.set_theme(theme)
        self._portray()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._portray()

    def _portray(self) -> None:
        """Has the small pictures drawn of what stands in the list, if anybody sees it."""
        if self._picture is not None and self.isVisible() and self.pages.currentIndex() == BLOCKS:
            size = Format(portrait_height(self._theme, BODY_PX), self._theme.palette)
            self.portrayer.ask(self._picture, self.blocks.portrayed(), size)

    def show_picture(self, picture: Picture) -> None:
        """Hands the picture on; what was chosen last comes to the front."""
        before, self._picture = self._picture, picture
        state = picture.state
        studying = state.face == "study"
        entered = studying and (before is None or before.state.face != "study")
        if not studying:
            self.tabs.setCurrentIndex(BLOCKS)
        elif entered and state.block is None and not state.marks:
            self.tabs.setCurrentIndex(STRUCTURE)
        elif before is not None and state.block is not None and state.block != before.state.block:
            self.tabs.setCurrentIndex(BLOCKS)
        elif _news(picture, before if not entered else None):
            self.tabs.setCurrentIndex(STRUCTURE)
        self.tabs.setVisible(studying)
        for panel in (self.blocks, self.card, self.structure):
            self._owed.show(panel, picture)
        chosen = state.block is not None
        if chosen == self.card.isHidden():
            self.card.setVisible(chosen)
            if chosen:
                height = self.split.height()
                upper, lower = self.shares
                listed = round(height * upper / max(upper + lower, 1))
                self.split.setSizes([listed, height - listed])
        self._portray()


def _news(picture: Picture, before: Picture | None) -> bool:
    """Whether a structure, a place on the skin or a source of pain has come to be looked at."""
    state = picture.state
    looked_at = (state.selected, picture.place, state.source)
    if before is None:
        return any(looked_at)
    was = (before.state.selected, before.place, before.state.source)
    return any(now and now != then for now, then in zip(looked_at, was, strict=True))
