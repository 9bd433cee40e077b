"""Between the store and the window: acts go in, at most one picture per turn of the event loop comes out."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from PySide6.QtCore import QObject, QTimer, Signal

from planner.session.actions import Action, HistoryAction, PaintStroke
from planner.session.picture import Picture

_log = logging.getLogger(__name__)


class StoreLike(Protocol):
    """What the bridge needs of `planner.session.store.Store`."""

    @property
    def picture(self) -> Picture: ...
    def dispatch(self, action: Action | HistoryAction, /) -> object: ...
    def subscribe(self, callback: Callable[[Picture], None], /) -> object: ...


class Bridge(QObject):
    """Dispatches acts and announces the picture once they have all been taken in."""

    pictured = Signal(object)
    refused = Signal(str)

    def __init__(self, store: StoreLike, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._stroke: PaintStroke | None = None
        self._announce = QTimer(self, singleShot=True, interval=0)
        self._announce.timeout.connect(self._emit)
        self._leave = store.subscribe(self._note)

    def dispatch(self, action: Action | HistoryAction) -> None:
        """Takes in one act; the picture follows in this turn of the event loop.

        A pen reports faster than anything can be shown: moves of one stroke are joined until then.
        """
        if isinstance(action, PaintStroke) and action.continues:
            waiting = self._stroke
            if waiting is not None:
                points, shares = waiting.points_lps + action.points_lps, waiting.shares + action.shares
                action = replace(action, points_lps=points, shares=shares)
            self._stroke = action
            self._announce.start()
            return
        self._finish_stroke()
        self._do(action)

    def _finish_stroke(self) -> None:
        if self._stroke is not None:
            stroke, self._stroke = self._stroke, None
            self._do(stroke)

    def _do(self, action: Action | HistoryAction) -> None:
        try:
            self._store.dispatch(action)
        except ValueError as error:
            # A number or id the model refuses: said in the window, never a crash beside a patient.
            _log.warning("refused %s: %s", type(action).__name__, error)
            self.refused.emit(str(error))

    def picture(self) -> Picture:
        """The picture as it stands."""
        self._finish_stroke()
        return self._store.picture

    def watch(self, callback: Callable[[Picture], None]) -> Callable[[], None]:
        """Tells of each State in turn, also of those that no panel ever shows; the result ends that."""
        leave = self._store.subscribe(callback)
        assert callable(leave)
        return leave

    def announce(self) -> None:
        """Sends the picture again, as when a panel joins late."""
        self._announce.start()

    def _note(self, _picture: object = None) -> None:
        self._announce.start()

    def _emit(self) -> None:
        self._finish_stroke()
        self._announce.stop()
        self.pictured.emit(self._store.picture)

    def close(self) -> None:
        """Hears no more of the store."""
        self._announce.stop()
        if callable(self._leave):
            self._leave()
