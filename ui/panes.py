"""F6: from pane to pane, each with the focus where it was left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QWidget

from ui.widgets.tab_order import reading_order

if TYPE_CHECKING:
    from ui.main_window import MainWindow


class Panes(QObject):
    """Goes round the parts of the window that are there: map, scene, blocks, bars, tools, message."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._left_at: dict[QWidget, QWidget] = {}

    def panes(self) -> list[QWidget]:
        """What can be gone to now, in order."""
        window, rails = self._window, self._window.folding.rails
        scene = window.link.scene
        parts = (
            window.left,
            rails["left"],
            scene if isinstance(scene, QWidget) else None,
            window.right,
            rails["right"],
            window.toolbar,
            window.scene_bar,
            window.tools,
            window.layers,
            window.notice,
        )
        return [part for part in parts if part is not None and part.isVisible() and self._stops(part)]

    def step(self, forward: bool) -> None:
        """To the next pane, or the one before."""
        panes = self.panes()
        if not panes:
            return
        focused = self._window.focusWidget()
        now = next((k for k, pane in enumerate(panes) if focused is not None and _holds(pane, focused)), None)
        if now is not None and focused is not None:
            self._left_at[panes[now]] = focused
        way = 1 if forward else -1
        pane = panes[0 if now is None else (now + way) % len(panes)]
        stops = self._stops(pane)
        kept = self._left_at.get(pane)
        (kept if kept in stops else stops[0]).setFocus(Qt.FocusReason.ShortcutFocusReason)

    @staticmethod
    def _stops(pane: QWidget) -> list[QWidget]:
        own = [pane] if pane.focusPolicy() & Qt.FocusPolicy.TabFocus else []
        return own + reading_order(pane)


def _holds(pane: QWidget, widget: QWidget) -> bool:
    return pane is widget or pane.isAncestorOf(widget)
