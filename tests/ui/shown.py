"""What tests of single panels share: a panel shown with its content, and the words that can be read on it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from planner.atlas.model import Atlas
from planner.session.picture import Picture
from planner.session.state import RegionMark
from ui.theme import LIGHT, Theme

THEME = Theme(LIGHT)
MARKS = (RegionMark("thigh_lat_mid", "left"),)
MakePicture = Callable[..., Picture]


def opened(qtbot: QtBot, panel: QWidget, atlas: Atlas) -> list[object]:
    """Shows a panel with its content; the list takes every act it emits."""
    qtbot.addWidget(panel)
    if hasattr(panel, "set_content"):
        panel.set_content(atlas.content)
    panel.resize(420, 700)
    panel.show()
    acts: list[object] = []
    panel.acted.connect(acts.append)  # type: ignore[attr-defined]
    return acts


def words(widget: QWidget) -> str:
    """Every text that can be seen, in the order of making."""
    QApplication.processEvents()  # what was just added to a layout is shown in the next turn
    return " | ".join(part.text() for part in widget.findChildren(QLabel) if part.isVisibleTo(widget))
