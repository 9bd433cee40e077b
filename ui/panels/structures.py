"""Every structure of the model: found by any of its names, or unfolded from system to side.

While words stand in the search line its results take the place of the tree. What is selected here is what is
selected in the scene, both ways; the buttons beneath and the keys H, I, T, F act on it.
"""

from __future__ import annotations

from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QMenu,
    QPushButton,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeView,
    QWidget,
)

from planner.atlas.model import Content
from planner.outline import Node, outline
from planner.search import Kind
from planner.session.actions import (
    Action,
    FadeStructures,
    FocusOn,
    GoTo,
    HideStructures,
    IsolateStructures,
    SelectStructures,
    ShowAll,
    ShowStructures,
)
from planner.session.finding import going_to
from planner.session.picture import Picture
from ui.theme import Theme
from ui.widgets import icons
from ui.widgets.basics import button, column, row
from ui.widgets.finder import Finder
from ui.widgets.lookup import Lookup
from ui.widgets.outline_model import EYE, NAME, NODE, SHOWN, OutlineModel

Index = QModelIndex | QPersistentModelIndex
_FOUND_HERE: tuple[Kind, ...] = ("structure", "group", "part", "region", "block", "generator")
_LETTERS = {
    Qt.Key.Key_H: "hide",
    Qt.Key.Key_I: "isolate",
    Qt.Key.Key_T: "fade",
    Qt.Key.Key_F: "focus",
    Qt.Key.Key_Return: "focus",
    Qt.Key.Key_Enter: "focus",
}
_EYES = {"shown": "eye", "partly": "eye", "faded": "eye_half", "hidden": "eye_off"}


class LineDelegate(QStyledItemDelegate):
    """A line of the tree: its name, quieter where hidden, and its eye."""

    def __init__(self, parent: QWidget, theme: Theme) -> None:
        super().__init__(parent)
        self.theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(self.theme.px(36), self.theme.px(30))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme, node = self.theme, index.data(NODE)
        shown = index.data(SHOWN)
        painter.save()
        area: QRect = option.rect
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(area, theme.color("accent_soft"))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(area, theme.color("raised"))
        if index.column() == EYE:
            size = theme.px(18)
            colour = theme.palette.accent if shown in ("shown", "faded") else theme.palette.muted
            picture = icons.pixmap(_EYES[shown], colour, size, 2.0)
            painter.drawPixmap(area.center() - QPoint(size // 2 - 1, size // 2 - 1), picture)
        else:
            font = theme.font("strong" if node.rank == "system" else "body", option.font)  # type: ignore[arg-type]
            painter.setFont(font)
            painter.setPen(theme.color("muted" if shown == "hidden" else "text"))
            box = area.adjusted(theme.px(4), 0, -2, 0)
            words = painter.fontMetrics().elidedText(node.name, Qt.TextElideMode.ElideRight, box.width())
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, words)
            if option.state & QStyle.StateFlag.State_HasFocus:
                painter.setPen(theme.color("accent"))
                painter.drawRect(area.adjusted(0, 0, -1, -1))
        painter.restore()


class OutlineView(QTreeView):
    """The tree. asked: a letter that acts on what is selected; eyed: a line whose eye was pressed."""

    asked = Signal(str)
    eyed = Signal(object)
    theme = Theme()

    def event(self, event: QEvent) -> bool:
        # These letters mean the selected lines here, groups among them, before they are the window's.
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and self._letter(event)
        ):
            event.accept()
            return True
        return super().event(event)

    def _letter(self, event: QKeyEvent) -> str:
        plain = event.modifiers() == Qt.KeyboardModifier.NoModifier
        return _LETTERS.get(Qt.Key(event.key()), "") if plain else ""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        name = self._letter(event)
        if name:
            self.asked.emit(name)
        elif event.key() == Qt.Key.Key_Space:
            self.eyed.emit(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def drawBranches(self, painter: QPainter, area: QRect, index: Index) -> None:
        """A chevron before what can be unfolded; the ground of a selected line reaches under it."""
        if self.selectionModel().isSelected(index):  # type: ignore[arg-type]
            painter.fillRect(area, self.theme.color("accent_soft"))
        if self.model().hasChildren(index):  # type: ignore[arg-type]
            size = self.theme.px(14)
            name = "chevron_down" if self.isExpanded(index) else "chevron"  # type: ignore[arg-type]
            place = QPoint(area.right() - size, area.center().y() - size // 2 + 1)
            painter.drawPixmap(place, icons.pixmap(name, self.theme.palette.muted, size, 2.0))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        at = self.indexAt(event.position().toPoint())
        if at.isValid() and at.column() == EYE and event.button() == Qt.MouseButton.LeftButton:
            self.eyed.emit(at)
            return
        super().mouseReleaseEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = self.indexAt(event.position().toPoint())
        if not (at.isValid() and at.column() == EYE):
            super().mousePressEvent(event)


class StructuresPanel(QWidget):
    """Search, tree, and what can be done with what is selected."""

    acted = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._lookup: Lookup | None = None
        self._picture: Picture | None = None
        self._following = False
        self.setObjectName("panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        layout = column(self, 12, 8)
        self.finder = Finder(
            theme,
            "Search structures",
            "Name, Latin, LFCN, FMA id …",
            "Nothing has this name, synonym or number.",
        )
        self.search = self.finder.line
        self.finder.chosen.connect(self._go)
        self.finder.asked.connect(self._on_asked)
        self.model = OutlineModel()
        self.tree = OutlineView()
        self.tree.setAccessibleName("Structures by system")
        self.tree.setModel(self.model)
        self.tree.setUniformRowHeights(True)
        self.tree.setHeaderHidden(True)
        self.tree.setMouseTracking(True)
        self.tree.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.tree.setExpandsOnDoubleClick(False)
        self.tree.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.tree.customContextMenuRequested.connect(self._on_menu)
        self._delegate = LineDelegate(self.tree, theme)
        self.tree.setItemDelegate(self._delegate)
        head = self.tree.header()
        head.setStretchLastSection(False)
        head.setMinimumSectionSize(24)
        head.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        head.setSectionResizeMode(EYE, QHeaderView.ResizeMode.Fixed)
        self.tree.asked.connect(self._on_letter)
        self.tree.eyed.connect(self._on_eye)
        self.tree.doubleClicked.connect(lambda _: self._on_letter("focus"))
        self.tree.selectionModel().selectionChanged.connect(self._on_selected)
        layout.addWidget(self.finder)
        layout.addWidget(self.tree, 1)
        layout.setStretchFactor(self.finder, 0)
        self._layout = layout
        line = row(4)
        self.acts: dict[str, QPushButton] = {}
        for name, text, tip in (
            ("focus", "Go to", "Have the camera frame what is selected (F)"),
            ("isolate", "Alone", "Show only what is selected (I)"),
            ("fade", "Fade", "Make what is selected translucent, or opaque again (T)"),
            ("hide", "Hide", "Hide what is selected (H)"),
            ("all", "Show all", "Show everything again (Shift+H)"),
        ):
            push = button(text, "quiet", "", tip)
            push.setProperty("tight", True)
            push.clicked.connect(lambda _=False, name=name: self._on_letter(name))
            line.addWidget(push)
            self.acts[name] = push
        line.addStretch(1)
        layout.addLayout(line)
        self.set_theme(theme)
        self._on_asked("")

    # -- showing ------------------------------------------------------------------------------------

    def set_theme(self, theme: Theme) -> None:
        """Draws in another palette or text size."""
        self._theme = self._delegate.theme = self.tree.theme = theme
        self.finder.set_theme(theme)
        self.tree.setIndentation(theme.px(16))
        self.tree.setColumnWidth(EYE, theme.px(36))
        self.tree.doItemsLayout()

    def set_content(self, _content: Content) -> None:
        """All it shows comes with what finds it."""

    def set_lookup(self, lookup: Lookup) -> None:
        """Gives the content with what finds in it."""
        self._lookup = lookup
        self.finder.find = lambda text: lookup.find(text, _FOUND_HERE)
        self.model.set_outline(outline(lookup.content))

    def show_picture(self, picture: Picture) -> None:
        """Follows the selection and the looks of the scene; nothing while nobody sees it."""
        self._picture = picture
        if self.isVisible():
            self._follow()

    def showEvent(self, event: object) -> None:
        super().showEvent(event)  # type: ignore[arg-type]
        self._follow()

    def _follow(self) -> None:
        picture = self._picture
        if picture is None or self._lookup is None:
            return
        self._lookup.side = picture.state.side
        if self.model.show_looks(picture.scene.appearances, picture.state.faded):
            self.tree.viewport().update()
        self._select(picture.state.selected)
        some = bool(self._selected())
        for name, push in self.acts.items():
            push.setEnabled(some or name == "all")
        state = picture.state
        less = state.hidden or state.faded or state.isolated or state.section is not None
        self.acts["all"].setEnabled(bool(less))

    def _select(self, structures: tuple[str, ...]) -> None:
        """Selects the lines of what is selected in the scene, if it is not what the lines say already."""
        if structures == self._structures(self._nodes()) or set(structures) == set(
            self._structures(self._nodes())
        ):
            return
        if not structures and not any(node.own for node in self._nodes()):
            return  # a heading that was walked to selects nothing in the scene
        chosen = QItemSelection()
        last = QModelIndex()
        for name in structures:
            last = self.model.index_of(name)
            chosen.select(last, last.siblingAtColumn(EYE))
        self._following = True
        flags = QItemSelectionModel.SelectionFlag
        if last.isValid():
            self.tree.selectionModel().setCurrentIndex(last, flags.NoUpdate)
        self.tree.selectionModel().select(chosen, flags.ClearAndSelect)
        self._following = False
        if last.isValid():
            self.tree.scrollTo(last)

    def _nodes(self) -> list[Node]:
        lines = self.tree.selectionModel().selectedRows(NAME)
        return [self.model.node(index) for index in lines]

    @staticmethod
    def _structures(nodes: list[Node]) -> tuple[str, ...]:
        """What selected lines select in the scene: structures and sides, not whole groups."""
        return tuple(dict.fromkeys(name for node in nodes for name in node.own))

    def _selected(self) -> tuple[str, ...]:
        """What the buttons mean: all that stands at the selected lines, else what the scene has selected."""
        lines = tuple(dict.fromkeys(name for node in self._nodes() for name in node.structures))
        return lines or (self._picture.state.selected if self._picture is not None else ())

    # -- acts ---------------------------------------------------------------------------------------

    def find(self) -> None:
        """Puts the cursor into the search line."""
        self.search.setFocus()
        self.search.selectAll()

    def _on_asked(self, text: str) -> None:
        seeking = bool(text.strip())
        self.finder.list.setVisible(seeking and bool(self.finder.results.found))
        self.tree.setVisible(not seeking)
        self._layout.setStretchFactor(self.finder, 1 if seeking else 0)

    def _go(self, entries: object) -> None:
        if self._lookup is None or self._picture is None:
            return
        action = going_to(self._lookup.content, entries, self._picture.state.side)  # type: ignore[arg-type]
        if action is not None:
            self.acted.emit(action)

    def _on_selected(self) -> None:
        some = bool(self._selected())
        for name, push in self.acts.items():
            if name != "all":
                push.setEnabled(some)
        if self._following:
            return
        ids = self._structures(self._nodes())
        if self._picture is None or set(ids) != set(self._picture.state.selected):
            self.acted.emit(SelectStructures(ids))

    def _on_eye(self, index: QModelIndex) -> None:
        if index.isValid():
            node = self.model.node(index)
            hidden = self.model.shown(node) == "hidden"
            self.acted.emit(ShowStructures(node.structures) if hidden else HideStructures(node.structures))

    def _on_letter(self, name: str) -> None:
        if name == "all":
            self.acted.emit(ShowAll())
        elif ids := self._selected():
            self.acted.emit(_act(name, ids))

    def _on_menu(self, at: QPoint) -> None:
        index = self.tree.indexAt(at)
        if not index.isValid():
            return
        node = self.model.node(index)
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(self.model.title(index)).setEnabled(False)
        menu.addSeparator()
        entries: list[tuple[str, Action]] = [
            ("Go to", GoTo(node.structures)),
            ("Show alone", IsolateStructures(node.structures)),
            ("Fade, or opaque again", FadeStructures(node.structures)),
        ]
        if self.model.shown(node) != "shown":
            entries.append(("Show", ShowStructures(node.structures)))
        if self.model.shown(node) != "hidden":
            entries.append(("Hide", HideStructures(node.structures)))
        entries.append(("Show all", ShowAll()))
        for text, action in entries:
            menu.addAction(text).triggered.connect(lambda _=False, action=action: self.acted.emit(action))
        menu.popup(self.tree.viewport().mapToGlobal(at))


def _act(name: str, ids: tuple[str, ...]) -> Action:
    acts: dict[str, Action] = {
        "focus": FocusOn(ids),
        "isolate": IsolateStructures(ids),
        "fade": FadeStructures(ids),
        "hide": HideStructures(ids),
    }
    return acts[name]
