"""The bar above everything: face, side, undo, redo, clear, page, lecture, and the rest in one menu."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QToolButton, QWidget

from planner.session.actions import ChooseSide, ClearMarks, Redo, SetFace, Undo
from planner.session.picture import Picture
from ui import APP_NAME
from ui.theme import Theme
from ui.widgets import icons
from ui.widgets.basics import Segmented, button, label

if TYPE_CHECKING:
    from ui.scenes import Scenes


class Toolbar(QWidget):
    """Acts on the whole session, and the window's own switches as plain signals."""

    acted = Signal(object)
    lecture_asked = Signal()
    colors_asked = Signal(str)
    ground_asked = Signal(str)
    scale_asked = Signal(int)  # +1 larger, -1 smaller, 0 normal
    motion_asked = Signal(bool)
    keys_asked = Signal()
    palette_asked = Signal()
    about_asked = Signal()
    page_asked = Signal()
    tour_asked = Signal()
    fold_asked = Signal(str)
    room_asked = Signal(bool)
    layout_asked = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("toolbar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._line = line = QHBoxLayout(self)
        line.setContentsMargins(16, 7, 10, 7)
        line.setSpacing(8)
        self.title = label(APP_NAME, "lead")
        line.addWidget(self.title)
        self.scene = QToolButton()
        self.scene.setProperty("kind", "quiet")
        self.scene.setAccessibleName("Scene: new, open, save")
        self.scene.setToolTip("Scene: new, open, save")
        self.scene.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.scene_menu = QMenu(self)
        self.scene.setMenu(self.scene_menu)
        line.addWidget(self.scene)
        line.addSpacing(8)
        self.face = Segmented((("explain", "Explain"), ("study", "Study")), "Face")
        self.face.buttons["explain"].setToolTip("Plain words, beside a patient")
        self.face.buttons["study"].setToolTip("Anatomical terms")
        self.face.chosen.connect(lambda key: self.acted.emit(SetFace(key)))  # type: ignore[arg-type]
        line.addWidget(self.face)
        # As seen in the front view and from the foot of the bed: the patient's right on the viewer's left.
        self.side = Segmented(
            (("right", "Patient's right"), ("left", "Patient's left")), "Side shown", strong=True
        )
        self.side.chosen.connect(lambda key: self.acted.emit(ChooseSide(key)))  # type: ignore[arg-type]
        line.addWidget(self.side)
        line.addStretch(1)
        self.undo = self._icon_button("Undo", "Undo (Ctrl+Z)")
        self.undo.clicked.connect(lambda: self.acted.emit(Undo()))
        self.redo = self._icon_button("Redo", "Redo (Ctrl+Shift+Z)")
        self.redo.clicked.connect(lambda: self.acted.emit(Redo()))
        self.clear = button("Clear map", "quiet", "Clear all marks", "Take all marks off the map")
        self.clear.clicked.connect(lambda: self.acted.emit(ClearMarks()))
        line.addWidget(self.clear)
        self.page = self._icon_button("Page to take home", "Page to take home (Ctrl+P)")
        self.page.clicked.connect(self.page_asked)
        self.lecture = self._icon_button("Lecture", "Lecture: the picture alone (F11)")
        self.lecture.clicked.connect(self.lecture_asked)
        self.more = QToolButton()
        self.more.setProperty("kind", "quiet")
        self.more.setAccessibleName("View, text size, colours, help")
        self.more.setToolTip("View, text size, colours, help")
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.more.setMenu(self._menu())
        line.addWidget(self.more)
        self.set_theme(theme)

    def _icon_button(self, name: str, tip: str) -> QPushButton:
        push = button("", "quiet", name, tip)
        push.setProperty("square", True)
        self._line.addWidget(push)
        return push

    def _menu(self) -> QMenu:
        menu = QMenu(self)
        self._add(menu, "Larger text\tCtrl+=", lambda: self.scale_asked.emit(1))
        self._add(menu, "Smaller text\tCtrl+−", lambda: self.scale_asked.emit(-1))
        self._add(menu, "Normal text\tCtrl+0", lambda: self.scale_asked.emit(0))
        menu.addSeparator()
        group = QActionGroup(self)
        self.colors: dict[str, QAction] = {}
        for key, text in (
            ("system", "Colours of the system"),
            ("light", "Light colours"),
            ("dark", "Dark colours"),
        ):
            entry = self._add(menu, text, lambda key=key: self.colors_asked.emit(key))
            entry.setCheckable(True)
            group.addAction(entry)
            self.colors[key] = entry
        menu.addSeparator()
        grounds = QActionGroup(self)
        self.grounds: dict[str, QAction] = {}
        for key, text in (
            ("dark", "Model on a dark ground"),
            ("light", "Model on a light ground"),
            ("print", "Model as for print"),
            ("window", "Model on a ground like the window"),
        ):
            entry = self._add(menu, text, lambda key=key: self.ground_asked.emit(key))
            entry.setCheckable(True)
            grounds.addAction(entry)
            self.grounds[key] = entry
        menu.addSeparator()
        self.motion = QAction("Reduced motion", self)
        self.motion.setCheckable(True)
        self.motion.triggered.connect(self.motion_asked)
        menu.addAction(self.motion)
        menu.addSeparator()
        self._add(menu, "Page to take home\tCtrl+P", self.page_asked.emit)
        self._add(menu, "Left pane\tF7", lambda: self.fold_asked.emit("left"))
        self._add(menu, "Right pane\tF8", lambda: self.fold_asked.emit("right"))
        self.room = QAction("Fold a pane where the model gets narrow", self)
        self.room.setCheckable(True)
        self.room.triggered.connect(self.room_asked)
        menu.addAction(self.room)
        self._add(menu, "Layout as at first", self.layout_asked.emit)
        menu.addSeparator()
        self._add(menu, "Commands and names\tCtrl+K", self.palette_asked.emit)
        self._add(menu, "Keys and mouse\tF1", self.keys_asked.emit)
        self._add(menu, "Tour of the window", self.tour_asked.emit)
        self._add(menu, f"About {APP_NAME}", self.about_asked.emit)
        return menu

    def _add(self, menu: QMenu, text: str, act: object) -> QAction:
        entry = QAction(text, self)
        entry.triggered.connect(lambda _=False: act())  # type: ignore[operator]
        menu.addAction(entry)
        return entry

    def show_scenes(self, scenes: Scenes) -> None:
        """Fills the menu of scenes; missing ones are listed but cannot be chosen."""
        menu = self.scene_menu
        menu.clear()
        for text, do in (
            ("New scene\tCtrl+N", scenes.new),
            ("Open scene …\tCtrl+O", scenes.ask_open),
            ("Save\tCtrl+S", scenes.save),
            ("Save as …\tCtrl+Shift+S", scenes.save_as),
        ):
            self._add(menu, text, do)
        recent = scenes.recent()
        if recent:
            menu.addSeparator()
            heading = menu.addAction("Recent scenes")
            heading.setEnabled(False)
            for path, there in recent:
                name = path.stem.replace("&", "&&")
                entry = self._add(menu, name if there else f"{name} (missing)", partial(scenes.open, path))
                entry.setEnabled(there)
                entry.setToolTip(str(path))
            self._add(menu, "Forget these", scenes.clear_recent)

    def set_theme(self, theme: Theme) -> None:
        """Draws in another palette or text size."""
        size = theme.px(20)
        palette = theme.palette
        for push, name in (
            (self.scene, "folder"),
            (self.undo, "undo"),
            (self.redo, "redo"),
            (self.clear, "clear"),
            (self.page, "page"),
            (self.lecture, "screen"),
            (self.more, "more"),
        ):
            push.setIcon(icons.icon(name, palette.text, size, palette.line))
            push.setIconSize(QSize(size, size))
        for push in (self.undo, self.redo, self.page, self.lecture):
            push.setFixedWidth(theme.px(36))
        self._fit()

    def show_picture(self, picture: Picture) -> None:
        """Shows face, side and what can be undone."""
        self.face.show_choice(picture.state.face)
        self.side.show_choice(picture.state.side)
        self.undo.setEnabled(picture.can_undo)
        self.redo.setEnabled(picture.can_redo)
        self.clear.setEnabled(bool(picture.state.marks))

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit()

    def _fit(self) -> None:
        """Gives up the name of the program, then the word beside the bin, where the line is short."""
        room = self.width()
        self.title.show()
        self.clear.setText("Clear map")
        if self._line.minimumSize().width() > room:
            self.title.hide()
        if self._line.minimumSize().width() > room:
            self.clear.setText("")
