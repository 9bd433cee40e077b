"""Which mouse button and which key means what, as tables: the widget only carries them out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QPointF, Qt

from planner.space import View
from ui.scene3d.camera import opposite

DragKind = Literal["turn", "pan", "zoom", "paint"]
_SHIFT, _CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier

_VIEW_KEYS: dict[int, View] = {
    Qt.Key.Key_1: "anterior",
    Qt.Key.Key_3: "left",
    Qt.Key.Key_7: "superior",
}
# What Shift+1, 3, 7 send on the common layouts (US; German for 3 and 7).
_SHIFTED_VIEW_KEYS: dict[int, View] = {
    Qt.Key.Key_Exclam: "posterior",
    Qt.Key.Key_NumberSign: "right",
    Qt.Key.Key_section: "right",
    Qt.Key.Key_Ampersand: "inferior",
    Qt.Key.Key_Slash: "inferior",
}
_TURN_KEYS: dict[int, tuple[float, float]] = {
    Qt.Key.Key_Left: (1.0, 0.0),
    Qt.Key.Key_Right: (-1.0, 0.0),
    Qt.Key.Key_Up: (0.0, -1.0),
    Qt.Key.Key_Down: (0.0, 1.0),
}
_ZOOM_KEYS: dict[int, float] = {
    Qt.Key.Key_Plus: 1.0,
    Qt.Key.Key_Equal: 1.0,
    Qt.Key.Key_Minus: -1.0,
}
_LETTER_KEYS: dict[int, str] = {
    Qt.Key.Key_F: "focus",
    Qt.Key.Key_H: "hide",
    Qt.Key.Key_I: "isolate",
    Qt.Key.Key_T: "fade",
}


@dataclass(slots=True)
class Drag:
    """A mouse button that is down; `started` once it moved far enough not to be a click."""

    kind: DragKind
    button: Qt.MouseButton
    pressed_at: QPointF
    started: bool = False


def kind_of(button: Qt.MouseButton, modifiers: Qt.KeyboardModifier) -> DragKind | None:
    """What dragging with a button does; None for buttons that do nothing."""
    if button == Qt.MouseButton.LeftButton:
        return "pan" if modifiers & _SHIFT else "turn"
    if button == Qt.MouseButton.MiddleButton:
        return "pan"
    return "zoom" if button == Qt.MouseButton.RightButton else None


def key_act(key: int, modifiers: Qt.KeyboardModifier) -> tuple[str, tuple[float, ...]] | None:
    """What a key does: a view's name, "turn", "zoom", "focus", "hide", "isolate", "fade", "show_all".

    Ctrl with 1, 3, 7 shows the opposite side too, for layouts whose Shift changes the digit.
    """
    if key in _TURN_KEYS and not modifiers & _CTRL:
        return "turn", _TURN_KEYS[key]
    if key in _ZOOM_KEYS and not modifiers & _CTRL:
        return "zoom", (_ZOOM_KEYS[key],)
    if key in _VIEW_KEYS:
        view = _VIEW_KEYS[key]
        return (opposite(view) if modifiers & (_SHIFT | _CTRL) else view), ()
    if key in _SHIFTED_VIEW_KEYS and modifiers & _SHIFT:
        return _SHIFTED_VIEW_KEYS[key], ()
    if key == Qt.Key.Key_H and modifiers & _SHIFT:
        return "show_all", ()
    if key in _LETTER_KEYS and not modifiers & (_SHIFT | _CTRL):
        return _LETTER_KEYS[key], ()
    return None
