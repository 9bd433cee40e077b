"""Slow work beside the window: one worker thread, results delivered in the window's own thread.

Every request carries a topic; a newer request of a topic makes older answers stale, and stale answers
are dropped. Closing waits for what is running (a fraction of a second) and delivers nothing more.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol, TypeVar

from PySide6.QtCore import QObject, Qt, Signal, Slot

Answer = TypeVar("Answer")
_log = logging.getLogger(__name__)


class Submit(Protocol):
    """How a widget asks for slow work: topic, the work, and who takes its answer."""

    def __call__(self, topic: str, work: Callable[[], Answer], done: Callable[[Answer], None], /) -> None: ...


class Worker(QObject):
    """Runs work off the window's thread, newest request of each topic only."""

    failed = Signal(object)
    _finished = Signal(str, int, object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="worker")
        self._generation: dict[str, int] = {}
        self._closed = False
        self._finished.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def submit(self, topic: str, work: Callable[[], Answer], done: Callable[[Answer], None]) -> None:
        """Queues work; `done` gets its answer later unless a newer request of the topic was made."""
        if self._closed:
            return
        generation = self._generation.get(topic, 0) + 1
        self._generation[topic] = generation

        def run() -> None:
            if self._closed or self._generation[topic] != generation:
                return
            try:
                answer: object = work()
            except Exception as error:
                answer = error
            if not self._closed:
                self._finished.emit(topic, generation, answer, done)

        self._pool.submit(run)

    @Slot(str, int, object, object)
    def _deliver(self, topic: str, generation: int, answer: object, done: Callable[[object], None]) -> None:
        if self._closed or self._generation.get(topic) != generation:
            return
        if isinstance(answer, Exception):
            self.failed.emit(answer)
            return
        done(answer)

    def close(self) -> None:
        """Waits for the running work and drops everything else."""
        self._closed = True
        self._pool.shutdown(wait=True, cancel_futures=True)


def at_once(topic: str, work: Callable[[], Answer], done: Callable[[Answer], None]) -> None:
    """Does the work on the spot: for tests and for still pictures."""
    done(work())
