"""Work of no hurry, a small step at a time, so that nothing the user does waits for more than one of them."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from PySide6.QtCore import QObject, QTimer

BETWEEN_MS = 8


class Slices(QObject):
    """Takes the steps of what it is given, one after the other, while it lives."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._waiting: deque[Iterator[object]] = deque()
        self._timer = QTimer(self, interval=BETWEEN_MS)
        self._timer.timeout.connect(self._step)

    def add(self, steps: Iterator[object]) -> None:
        """Takes on what is done with one `next` a time."""
        self._waiting.append(steps)
        self._timer.start()

    @property
    def busy(self) -> bool:
        """Whether something is still to be done."""
        return bool(self._waiting)

    def _step(self) -> None:
        done = object()
        if self._waiting and next(self._waiting[0], done) is done:
            self._waiting.popleft()
        if not self._waiting:
            self._timer.stop()
