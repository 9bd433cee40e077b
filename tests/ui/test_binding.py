"""The Qt binding keeps its books: an emitted value is neither lost nor held.

PySide6 6.12.0 dropped a reference to the value at every emit on Python 3.11; after some thousand
strokes the process aborted. The pin in pyproject.toml and this test keep it out.
"""

from __future__ import annotations

import sys

import pytest
from PySide6.QtCore import QObject, Qt, Signal
from pytestqt.qtbot import QtBot

EMITS = 200


class Sender(QObject):
    told = Signal(object)
    switched = Signal(bool)
    moved = Signal(object, bool)


@pytest.mark.parametrize("kind", [Qt.ConnectionType.DirectConnection, Qt.ConnectionType.QueuedConnection])
def test_that_emitting_neither_loses_nor_keeps_references(qtbot: QtBot, kind: Qt.ConnectionType) -> None:
    sender, heard = Sender(), []
    for signal in (sender.told, sender.switched):
        signal.connect(lambda value: heard.append(value is not None), kind)
    sender.moved.connect(lambda value, more: heard.append(more), kind)
    value = (1.5, 2.5)
    qtbot.wait(1)
    before = sys.getrefcount(True), sys.getrefcount(None), sys.getrefcount(value)
    for _ in range(EMITS):
        sender.told.emit(value)
        sender.switched.emit(True)
        sender.moved.emit(value, True)
    qtbot.waitUntil(lambda: len(heard) == 3 * EMITS, timeout=3000)
    heard.clear()
    after = sys.getrefcount(True), sys.getrefcount(None), sys.getrefcount(value)
    # Other code may take or drop a few; one for every emit is what must not be.
    assert all(abs(b - a) < EMITS // 10 for a, b in zip(before, after, strict=True)), (before, after)
