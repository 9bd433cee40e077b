"""Every key of the window: the list that F1 shows, and the binding of those that work anywhere in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtGui import QKeySequence, QShortcut

from planner.session import actions as act
from planner.space import View
from ui.scenes import Scenes

if TYPE_CHECKING:
    from ui.main_window import MainWindow

KEYS: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    (
        "Body map",
        (
            ("B, E, A, D", "paint, erase, mark an area, mark deep pain"),
            ("Wheel, two fingers, + and −", "zoom"),
            ("Shift-drag, middle button or two fingers", "move"),
            ("Alt+0, Alt+1, Alt+2, Alt+3, Alt+4", "whole body, groin, knee, foot, low back"),
            ("Other end of the pen", "erase"),
            ("0", "whole body"),
            ("Space, then arrows", "take the brush and lead it; Space paints or marks, held down it draws"),
            ("Shift+arrows, Esc", "lead the brush finely, put it away"),
            ("Ctrl+F", "search areas by name (Study: structures)"),
        ),
    ),
    (
        "3D model",
        (
            ("Left-drag, arrows", "rotate"),
            ("Shift-drag or middle button", "move"),
            ("Wheel, right-drag", "zoom"),
            ("Click, Ctrl+click", "select, add to the selection"),
            ("Double-click, F", "focus"),
            ("1, 3, 7", "front, left, top (with Shift: back, right, below)"),
            ("H, I, T", "hide, isolate, fade the selection"),
            ("Shift+H", "show all"),
            ("Esc", "clear the selection"),
            ("P", "follow the nerve from root to skin"),
            ("X, M, S", "section, measure, trace the skin (Study)"),
            ("Enter", "while picking: the point in the middle"),
        ),
    ),
    (
        "Structures (Study)",
        (
            ("Up, Down", "go through results or lines"),
            ("Shift+Up, Shift+Down", "select several"),
            ("Left, Right", "fold, unfold"),
            ("Enter", "go to what is selected"),
            ("Space", "show or hide the line"),
            ("H, I, T, F", "hide, show alone, fade, go to the line"),
        ),
    ),
    (
        "Scenes",
        (
            ("Ctrl+N, Ctrl+O", "new scene, open a scene (or drop its file on the window)"),
            ("Ctrl+S, Ctrl+Shift+S", "save, save under another name"),
        ),
    ),
    (
        "Window",
        (
            ("C", "compare blocks side by side"),
            ("F6, Shift+F6", "next pane, the one before"),
            ("F7, F8", "fold or open the left pane, the right one"),
            ("Ctrl+K", "do or find anything by a few letters"),
            ("Ctrl+Z, Ctrl+Shift+Z", "undo, redo"),
            ("Tab, Shift+Tab", "next control, the one before"),
            ("Enter, Space", "press the button that has the focus"),
            ("Ctrl+= , Ctrl+−, Ctrl+0", "larger, smaller, normal text"),
            ("Ctrl+P", "the page to take home"),
            ("F11", "lecture: the picture alone"),
            ("F1", "this list"),
        ),
    ),
)
# A shifted digit arrives as its sign on most keyboards.
_VIEW_KEYS: tuple[tuple[str, View], ...] = (
    ("1", "anterior"),
    ("Shift+1", "posterior"),
    ("!", "posterior"),
    ("3", "left"),
    ("Shift+3", "right"),
    ("#", "right"),
    ("7", "superior"),
    ("Shift+7", "inferior"),
    ("&", "inferior"),
)


def bind_keys(window: MainWindow) -> None:
    """Makes the window answer to every key of `KEYS` that is not a widget's own."""

    def key(sequence: str, do: Callable[[], object]) -> None:
        shortcut = QShortcut(QKeySequence(sequence), window)
        shortcut.activated.connect(do)

    key("Ctrl+Z", lambda: window.act(act.Undo()))
    key("Ctrl+Shift+Z", lambda: window.act(act.Redo()))
    key("Ctrl+Y", lambda: window.act(act.Redo()))
    key("Ctrl+F", window.find)
    key("Ctrl+N", lambda: window.with_scenes(Scenes.new))
    key("Ctrl+O", lambda: window.with_scenes(Scenes.ask_open))
    key("Ctrl+S", lambda: window.with_scenes(Scenes.save))
    key("Ctrl+Shift+S", lambda: window.with_scenes(Scenes.save_as))
    key("F6", lambda: window.panes.step(True))
    key("Shift+F6", lambda: window.panes.step(False))
    key("F7", lambda: window.folding.toggle("left"))
    key("F8", lambda: window.folding.toggle("right"))
    key("Ctrl+K", window.show_palette)
    key("Ctrl+P", window.show_page)
    key("F11", window.toggle_lecture)
    key("F1", window.show_keys)
    key("Esc", window.escape)
    for sequence in ("Ctrl+=", "Ctrl++"):
        key(sequence, lambda: window.change_scale(1))
    key("Ctrl+-", lambda: window.change_scale(-1))
    key("Ctrl+0", lambda: window.change_scale(0))
    for sequence, view in _VIEW_KEYS:
        key(sequence, lambda view=view: window.act(act.RequestView(view)))
    for sequence, do in (
        ("H", window.link.hide),
        ("I", window.link.isolate),
        ("T", window.link.fade),
        ("F", window.link.focus),
        ("Shift+H", window.link.show_all),
        ("P", window.link.follow),
        ("C", window.show_compare),
        ("X", lambda: window.toggle_tool("cut")),
        ("M", lambda: window.toggle_tool("ruler")),
        ("S", lambda: window.toggle_tool("trace")),
    ):
        key(sequence, do)
