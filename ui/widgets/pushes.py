"""Buttons in lines that break like words: as many as there are entries, told anew instead of made anew."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtWidgets import QPushButton, QWidget

from ui.widgets.basics import button
from ui.widgets.flow import FlowLayout


@dataclass(frozen=True, slots=True)
class Push:
    """text: on it; spoken: for a screen reader; tip: at the cursor; act: for the session, None for none."""

    text: str
    spoken: str
    tip: str
    act: object


class Pushes(QWidget):
    """Buttons of one kind."""

    def __init__(self, emit: Callable[[object], object], kind: str, gap: int, tight: bool = False) -> None:
        super().__init__()
        self._emit, self._kind, self._tight = emit, kind, tight
        self._flow = FlowLayout(self, gap=gap)
        self._acts: list[object] = []
        self._pushes: list[QPushButton] = []

    def tell(self, entries: Sequence[Push]) -> None:
        """Offers these from now on."""
        self._acts = [entry.act for entry in entries]
        while len(self._pushes) < len(entries):
            self._add(len(self._pushes))
        for push, entry in zip(self._pushes, entries, strict=False):
            push.setText(entry.text)
            push.setAccessibleName(entry.spoken)
            push.setToolTip(entry.tip)
            push.setEnabled(entry.act is not None)
        for k, push in enumerate(self._pushes):
            push.setVisible(k < len(entries))

    def _add(self, number: int) -> None:
        push = button("", self._kind)
        if self._tight:
            push.setProperty("tight", True)
        push.clicked.connect(lambda: self._emit(self._acts[number]))
        self._flow.addWidget(push)
        self._pushes.append(push)
