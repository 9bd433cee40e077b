"""Every area of the chart by name: the same marks without a mouse, and for screen readers.

A searchable tree with one check box per side. Areas that were painted rather than named show a dash
and how much of them the paint takes; ticking such an area marks the whole of it.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QMenu,
    QSizePolicy,
    QSlider,
    QTreeWidgetItem,
    QWidget,
)

from planner.atlas.model import Content, Region
from planner.session.actions import FocusOn, MarkRegion, UnmarkRegion
from planner.session.picture import MarkedRegion, Picture
from planner.space import SIDES, Side
from ui.theme import Theme
from ui.widgets.basics import Section, column, label, scrolled
from ui.widgets.checks import CheckDelegate
from ui.widgets.mark_list import MarkList, PlaceOf
from ui.widgets.side_tree import SideTree
from ui.widgets.words import percent, region_name, side_words

_GROUPS = (
    ("anterior", "Front"),
    ("lateral", "Side"),
    ("posterior", "Back"),
    ("inferior", "Underside"),
    ("deep", "Deep inside"),
)
_ID = Qt.ItemDataRole.UserRole


class RegionListPanel(QWidget):
    """Areas by name, left and right, with their intensity."""

    acted = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._content: Content | None = None
        self._marked: dict[tuple[str, Side], MarkedRegion] = {}
        self._rows: dict[str, QTreeWidgetItem] = {}
        self._face = ""
        self._showing = False
        self._picture: Picture | None = None
        self._listed: tuple[object, ...] = ()
        self._place_of: PlaceOf | None = None
        self.setObjectName("panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        layout = column(self, 12, 8)
        self.marks = Section("Marks", True)
        self.mark_list = MarkList(theme)
        self.mark_list.acted.connect(self.acted)
        self._mark_room = scrolled(self.mark_list, "Marks made so far")
        self._mark_room.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.marks.content.setContentsMargins(0, 0, 0, 4)
        self.marks.content.addWidget(self._mark_room)
        self.marks.toggled.connect(lambda _: self._show_mark_list())
        self.marks.hide()
        layout.addWidget(self.marks)
        self.search = QLineEdit()
        self.search.setPlaceholderText("Search areas, e.g. groin, shin, sit bone")
        self.search.setAccessibleName("Search areas of the body")
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._filter)
        layout.addWidget(self.search)
        self.tree = SideTree()
        self.search.returnPressed.connect(lambda: self.tree.setFocus(Qt.FocusReason.TabFocusReason))
        self.tree.setHeaderLabels(["Area", "Left", "Right"])
        self.tree.headerItem().setToolTip(1, "The patient's left")
        self.tree.headerItem().setToolTip(2, "The patient's right")
        self.tree.setAccessibleName("Areas of the body, with a box for the patient's left and right")
        self.tree.setWordWrap(True)
        self.tree.setIndentation(0)
        self.tree.setRootIsDecorated(False)
        self._delegate = CheckDelegate(self.tree, theme)
        self.tree.setItemDelegate(self._delegate)
        self.tree.itemChanged.connect(self._on_changed)
        self.tree.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.tree.customContextMenuRequested.connect(self._on_menu)
        self.tree.currentItemChanged.connect(lambda *_: self._show_intensity())
        head = self.tree.header()
        head.setStretchLastSection(False)
        head.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for side_column in (1, 2):
            head.setSectionResizeMode(side_column, QHeaderView.ResizeMode.Fixed)
            self.tree.headerItem().setTextAlignment(side_column, Qt.AlignmentFlag.AlignCenter)
        head.sectionResized.connect(lambda *_: self.tree.scheduleDelayedItemsLayout())
        layout.addWidget(self.tree, 1)
        self.nothing = label("No area has this name or synonym.", "muted", wrap=True)
        self.nothing.hide()
        layout.addWidget(self.nothing)
        line = QHBoxLayout()
        line.setSpacing(8)
        self.weight = QSlider(Qt.Orientation.Horizontal)
        self.weight.setRange(1, 10)
        self.weight.setValue(7)
        self.weight.setAccessibleName("How strong the pain is, 1 to 10")
        self.weight.valueChanged.connect(self._on_weight)
        self.weight_words = label("", "small")
        line.addWidget(self.weight_words)
        line.addWidget(self.weight, 1)
        layout.addLayout(line)
        self.set_theme(theme)

    # -- showing ------------------------------------------------------------------------------------

    def set_theme(self, theme: Theme) -> None:
        """Draws in another palette or text size."""
        self._theme = self._delegate.theme = theme
        self.marks.set_theme(theme)
        self.mark_list.set_theme(theme)
        for side_column in (1, 2):
            self.tree.setColumnWidth(side_column, theme.px(48))
        self._show_intensity()
        self.tree.doItemsLayout()

    def set_content(self, content: Content) -> None:
        """Fills the tree with the regions of the atlas."""
        self._content = content
        self.mark_list.set_content(content)
        self._fill("explain")

    def set_places(self, place_of: PlaceOf) -> None:
        """Gives what tells where a mark lies."""
        self._place_of = place_of

    def _fill(self, face: str) -> None:
        if self._content is None or face == self._face:
            return
        self._face = face
        self._showing = True
        self.tree.clear()
        self._rows.clear()
        for key, title in _GROUPS:
            regions = [r for r in self._content.regions.values() if _group(r) == key]
            if not regions:
                continue
            group = QTreeWidgetItem([title])
            group.setFlags(Qt.ItemFlag.ItemIsEnabled)
            group.setFirstColumnSpanned(True)
            font = self.tree.font()
            font.setWeight(font.Weight.DemiBold)
            group.setFont(0, font)
            self.tree.addTopLevelItem(group)
            for region in regions:
                group.addChild(self._row(region))
            group.setExpanded(True)
            group.setFirstColumnSpanned(True)
        self._showing = False
        self._show_marks()

    def _row(self, region: Region) -> QTreeWidgetItem:
        assert self._content is not None
        item = QTreeWidgetItem()
        name = region_name(self._content, region.id, "study" if self._face == "study" else "explain")
        item.setText(0, name)
        item.setData(0, _ID, region.id)
        item.setToolTip(0, region.borders)
        item.setData(0, Qt.ItemDataRole.AccessibleTextRole, name)
        item.setFlags(
            Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsUserCheckable
        )
        for side_column, side in enumerate(SIDES, start=1):
            item.setCheckState(side_column, Qt.CheckState.Unchecked)
            spoken = f"{name}, {side_words(side)}"
            item.setData(side_column, Qt.ItemDataRole.AccessibleTextRole, spoken)
        self._rows[region.id] = item
        return item

    def show_picture(self, picture: Picture) -> None:
        """Ticks what is marked."""
        self._fill("study" if picture.state.face == "study" else "explain")
        self.tree.prefer(picture.state.side)
        self._picture = picture
        self._show_mark_list()
        marked = {(m.region, m.side): m for m in picture.marked}
        if marked != self._marked:
            self._marked = marked
            self._show_marks()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._show_mark_list()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._give_room()

    def show_marks(self) -> None:
        """Opens the list of marks, the keyboard on its first."""
        self.marks.open()
        self._show_mark_list()
        self.marks.header.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_mark_list(self) -> None:
        """A row per mark; nothing while nobody sees them."""
        picture = self._picture
        if picture is None or self._place_of is None or not self.isVisible():
            return
        state = picture.state
        listed = (state.marks, state.face)
        if listed != self._listed:
            self._listed = listed
            self.mark_list.show_state(state, self._place_of)
            count = len(self.mark_list.rows)
            self.marks.set_note(f"·  {count}" if count else "")
            self.marks.setVisible(bool(count))
        self._give_room()

    def _give_room(self) -> None:
        """The marks take what they need, the areas at least half."""
        needed = self.mark_list.sizeHint().height() + 2
        self._mark_room.setFixedHeight(max(min(needed, int(self.height() * 0.42)), 1))

    def _show_marks(self) -> None:
        self._showing = True
        for region, item in self._rows.items():
            for side_column, side in enumerate(SIDES, start=1):
                mark = self._marked.get((region, side))
                state = Qt.CheckState.Unchecked
                if mark is not None:
                    state = Qt.CheckState.Checked if mark.named else Qt.CheckState.PartiallyChecked
                if item.checkState(side_column) != state:
                    item.setCheckState(side_column, state)
                tip = "" if mark is None or mark.named else f"Painted over {percent(mark.share)} of the area"
                item.setToolTip(side_column, tip)
        self._showing = False
        self._show_intensity()

    def _current(self) -> str:
        item = self.tree.currentItem()
        return str(item.data(0, _ID) or "") if item is not None else ""

    def _named_marks(self, region: str) -> list[MarkedRegion]:
        return [m for m in self._marked.values() if m.region == region and m.named]

    def _show_intensity(self) -> None:
        marks = self._named_marks(self._current())
        if marks:
            self._showing = True
            self.weight.setValue(round(max(m.weight for m in marks)))
            self._showing = False
        subject = "This area" if marks else "Pain"
        self.weight_words.setText(f"{subject}: {self.weight.value()} / 10")

    def _filter(self, text: str) -> None:
        wanted = text.casefold().split()
        found = 0
        for k in range(self.tree.topLevelItemCount()):
            group = self.tree.topLevelItem(k)
            visible = 0
            for j in range(group.childCount()):
                item = group.child(j)
                shown = self._matches(str(item.data(0, _ID)), wanted)
                item.setHidden(not shown)
                visible += shown
            group.setHidden(not visible)
            found += visible
        self.nothing.setVisible(not found)

    def _matches(self, region: str, wanted: list[str]) -> bool:
        assert self._content is not None
        record = self._content.regions[region]
        words = " ".join((record.id, record.name, record.plain, *record.synonyms)).casefold()
        return all(word in words for word in wanted)

    # -- acts ---------------------------------------------------------------------------------------

    def _on_changed(self, item: QTreeWidgetItem, side_column: int) -> None:
        region = str(item.data(0, _ID) or "")
        if self._showing or not region or side_column not in (1, 2):
            return
        side = SIDES[side_column - 1]
        if item.checkState(side_column) == Qt.CheckState.Unchecked:
            self.acted.emit(UnmarkRegion(region, side))
        else:
            assert self._content is not None
            deep = self._content.regions[region].deep or None
            self.acted.emit(MarkRegion(region, side, float(self.weight.value()), deep=deep))

    def _on_menu(self, at: QPoint) -> None:
        """What can be done with an area, by the right button or the menu key."""
        item = self.tree.itemAt(at) or self.tree.currentItem()
        region = str(item.data(0, _ID) or "") if item is not None else ""
        if not region or self._content is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(item.text(0)).setEnabled(False)
        menu.addSeparator()
        for column_of, side in enumerate(SIDES, 1):
            off = item.checkState(column_of) == Qt.CheckState.Unchecked
            state = Qt.CheckState.Checked if off else Qt.CheckState.Unchecked
            text = f"{'Mark' if off else 'Take the mark off'}, {side_words(side)}"
            menu.addAction(text).triggered.connect(partial(item.setCheckState, column_of, state))
        menu.addSeparator()
        for side in SIDES:
            going = FocusOn((f"region_{region}_{side}",))
            menu.addAction(f"Go there in the model, {side_words(side)}").triggered.connect(
                partial(self.acted.emit, going)
            )
        menu.popup(self.tree.viewport().mapToGlobal(at))

    def _on_weight(self, value: int) -> None:
        marks = [] if self._showing else self._named_marks(self._current())
        subject = "This area" if self._named_marks(self._current()) else "Pain"
        self.weight_words.setText(f"{subject}: {value} / 10")
        for mark in marks:
            self.acted.emit(MarkRegion(mark.region, mark.side, float(value)))


def _group(region: Region) -> str:
    return "deep" if region.deep else region.view
