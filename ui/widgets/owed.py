"""Hidden panels cost nothing: they are told of the newest picture when they come to light, not of each."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QWidget

from planner.session.picture import Picture


class Shows(Protocol):
    """A widget that shows its part of a picture."""

    def show_picture(self, picture: Picture) -> None: ...


class Owed(QObject):
    """Hands pictures to panels that are open, and keeps the newest for those that are not."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._newest: dict[QObject, Picture] = {}
        self._watched: set[QObject] = set()

    def show(self, panel: Shows, picture: Picture) -> None:
        """Shows the picture now, or when the panel is next shown."""
        assert isinstance(panel, QWidget)
        if panel.isVisibleTo(panel.window()):
            self._newest.pop(panel, None)
            panel.show_picture(picture)  # type: ignore[attr-defined]
            return
        self._newest[panel] = picture
        if panel not in self._watched:
            self._watched.add(panel)
            panel.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Show, QEvent.Type.ShowToParent):
            picture = self._newest.pop(watched, None)
            if picture is not None:
                watched.show_picture(picture)  # type: ignore[attr-defined]
        return False
