"""The command palette (Ctrl+K): every act of the window and everything with a name, by a few letters."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QWidget

from planner.atlas.model import LAYERS, Atlas
from planner.search import Entry
from planner.session import actions as act
from planner.session.cutting import levels
from planner.session.finding import going_to
from planner.session.picture import Picture
from planner.session.state import Section
from planner.territory import territory_ids, territory_name
from ui.scenes import Scenes
from ui.theme import Theme
from ui.widgets.basics import column
from ui.widgets.finder import Finder
from ui.widgets.lookup import Lookup

if TYPE_CHECKING:
    from ui.main_window import MainWindow

Do = Callable[[], object]


def commands(window: MainWindow) -> dict[str, tuple[Entry, Do]]:
    """Every act of the window that needs nothing more to be said, by id."""
    found: dict[str, tuple[Entry, Do]] = {}

    def add(ident: str, name: str, do: Do, key: str = "", *others: str) -> None:
        detail = f"Command · {key}" if key else "Command"
        found[ident] = (Entry("act", ident, (name, *others), detail=detail), do)

    def send(action: act.Action | act.HistoryAction) -> Do:
        return lambda: window.act(action)

    add("undo", "Undo", send(act.Undo()), "Ctrl+Z")
    add("redo", "Redo", send(act.Redo()), "Ctrl+Shift+Z")
    add("explain", "Face: Explain", send(act.SetFace("explain")))
    add("study", "Face: Study", send(act.SetFace("study")))
    add("lecture", "Lecture: the picture alone", window.toggle_lecture, "F11")
    add("left", "Side: patient's left", send(act.ChooseSide("left")))
    add("right", "Side: patient's right", send(act.ChooseSide("right")))
    add("clear_map", "Clear all marks", send(act.ClearMarks()), "", "empty map")
    add("escape", "Clear the selection", send(act.ClearSelection()), "Esc")
    add("show_all", "Show all structures", send(act.ShowAll()), "Shift+H", "unhide")
    add("hide", "Hide the selection", window.link.hide, "H")
    add("isolate", "Show the selection alone", window.link.isolate, "I", "isolate")
    add("fade", "Fade the selection", window.link.fade, "T", "translucent")
    add("focus", "Go to the selection", window.link.focus, "F", "focus", "fly")
    for view, key in (
        ("anterior", "1"),
        ("posterior", "Shift+1"),
        ("left", "3"),
        ("right", "Shift+3"),
        ("superior", "7"),
        ("inferior", "Shift+7"),
    ):
        add(f"view_{view}", f"View: {view}", send(act.RequestView(view)), key)  # type: ignore[arg-type]
    for layer in LAYERS:
        add(f"layer_{layer}", f"Show or hide the {layer} layer", window.layers.chips[layer].push.click)
    add("cut", "Section: cut the model", lambda: window.study_tool("cut"), "X", "clip", "plane")
    add("ruler", "Measure between two points", lambda: window.study_tool("ruler"), "M", "ruler", "distance")
    add("trace", "Trace a place on the skin", lambda: window.study_tool("trace"), "S", "which nerve is it")
    add("compare", "Compare blocks side by side", window.show_compare, "C", "columns")
    add("follow", "Follow the nerve from root to skin", window.link.follow, "P", "pulse", "pathway")
    add("clear_measures", "Clear all measures", send(act.ClearMeasures()))
    add("neutral", "Body outline: neutral", send(act.SetForm("neutral")))
    add("male", "Body outline: male", send(act.SetForm("male")))
    add("female", "Body outline: female", send(act.SetForm("female")))
    add("find", "Search areas or structures", window.find, "Ctrl+F")
    for ident, name, do, key, *others in (
        ("new_scene", "New scene", Scenes.new, "Ctrl+N", "empty", "next patient"),
        ("open_scene", "Open scene", Scenes.ask_open, "Ctrl+O", "load", "file"),
        ("save_scene", "Save scene", Scenes.save, "Ctrl+S", "file"),
        ("save_as", "Save scene as", Scenes.save_as, "Ctrl+Shift+S", "file", "copy"),
    ):
        add(ident, name, lambda do=do: window.with_scenes(do), key, *others)
    if window.scenes is not None:
        for path in (path for path, there in window.scenes.recent() if there):
            opening = partial(window.scenes.open, path)
            add(f"recent_{path}", f"Open recent scene: {path.stem}", opening)
    add("pane", "Next pane", lambda: window.panes.step(True), "F6", "focus")
    add("fold_left", "Fold or open the left pane", lambda: window.folding.toggle("left"), "F7", "hide")
    add("fold_right", "Fold or open the right pane", lambda: window.folding.toggle("right"), "F8", "hide")
    add("layout", "Layout as at first", window.reset_layout, "", "reset panes")
    add("larger", "Larger text", lambda: window.change_scale(1), "Ctrl+=")
    add("smaller", "Smaller text", lambda: window.change_scale(-1), "Ctrl+−")
    add("normal", "Normal text", lambda: window.change_scale(0), "Ctrl+0")
    for colors, name in (("system", "of the system"), ("light", "light"), ("dark", "dark")):
        add(f"colors_{colors}", f"Colours: {name}", lambda colors=colors: window.set_colors(colors))
    add("page", "Page to take home", window.show_page, "Ctrl+P", "print", "PDF", "handout", "export")
    for ground, name in (
        ("dark", "a dark ground"),
        ("light", "a light ground"),
        ("print", "white, as for print"),
        ("window", "a ground like the window"),
    ):
        add(f"ground_{ground}", f"Model on {name}", lambda ground=ground: window.set_ground(ground))
    still = not window.reduced_motion()
    motion = "Reduced motion" if still else "Motion as usual"
    add("motion", motion, lambda: window.set_reduced_motion(still), "", "animation")
    add("tour", "Tour of the window", window.show_tour, "", "help", "introduction", "first steps")
    add("keys", "Keys and mouse", window.show_keys, "F1", "help", "shortcuts")
    add("about", "About: intended use, versions, credits", window.show_about)
    return found


def named(atlas: Atlas) -> tuple[Entry, ...]:
    """What the search of structures does not list: named levels, and the skin of nerves and roots."""
    at = (
        Entry("level", f"{level.at_mm:g}", (level.name,), detail="Level of an axial section")
        for level in levels(atlas)
    )
    skin = (
        Entry("territory", ident, (f"Skin of {territory_name(atlas.content, ident)}",), detail="Territory")
        for ident in territory_ids(atlas.content)
    )
    return (*at, *skin)


class CommandPalette(QDialog):
    """A line and its results above the window; Enter does what is chosen, Esc leaves."""

    acted = Signal(object)

    def __init__(self, window: MainWindow, atlas: Atlas, picture: Picture, theme: Theme) -> None:
        super().__init__(window)
        self._atlas, self._picture = atlas, picture
        self._commands = commands(window)
        entries = (*(entry for entry, _ in self._commands.values()), *named(atlas))
        self._lookup = Lookup(atlas.content, entries)
        self._lookup.side = picture.state.side
        self.setWindowTitle("Commands and names")
        self.setStyleSheet(theme.qss())
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        layout = column(self, 12, 8)
        self.finder = Finder(
            theme,
            "Commands and names",
            "Do or find anything: cut, psoas, L3/4 disc, LFCN …",
            "Nothing is called so.",
        )
        self.finder.find = self._lookup.find
        self.finder.chosen.connect(self._take)
        layout.addWidget(self.finder)
        self.resize(min(theme.px(560), window.width() - 40), min(theme.px(480), window.height() - 80))
        top = window.mapToGlobal(window.rect().topLeft())
        self.move(top.x() + (window.width() - self.width()) // 2, top.y() + 64)
        self.finder.line.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Enter belongs to the line and the list; a dialog would press a button with it.
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)

    def _take(self, entries: list[Entry]) -> None:
        self.accept()
        first = entries[0]
        if first.kind == "act":
            self._commands[first.id][1]()
        elif first.kind == "level":
            self.acted.emit(act.SetSection(Section("axial", float(first.id)), facing=True))
        else:
            action = going_to(self._atlas.content, entries, self._picture.state.side)
            if action is not None:
                self.acted.emit(action)


def open_palette(window: MainWindow, atlas: Atlas, picture: Picture, theme: Theme) -> QWidget:
    """Shows the palette above the window; what is chosen is sent on the window's road."""
    palette = CommandPalette(window, atlas, picture, theme)
    palette.acted.connect(window.act)
    palette.setModal(True)
    palette.open()
    return palette
