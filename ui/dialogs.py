"""The window's own dialogs: about, keys, and the two kinds of error, the world's and ours."""

from __future__ import annotations

import platform
import re
import sys
from pathlib import Path

from PySide6.QtCore import Qt, qVersion
from PySide6.QtGui import QGuiApplication, QShowEvent
from PySide6.QtWidgets import QDialog, QGridLayout, QPlainTextEdit, QScrollArea, QWidget

from planner.purpose import INTENDED_USE
from ui import APP_NAME
from ui.keys import KEYS
from ui.theme import Theme
from ui.widgets.basics import button, column, label, row, rule

CREDITS = (
    "Anatomical measurements made on BodyParts3D 4.0, © The Database Center for Life Science, licensed under "
    "CC BY-SA 2.1 Japan / CC BY 4.0; measured, symmetrised and modified. Model and content: CC BY-SA 4.0. "
    "Program: MIT licence.",
    "Made with the libraries below; the licence of each comes with it.",
)
# Distribution, name, licence: what the program runs on.
LIBRARIES = (
    ("PySide6-Essentials", "Qt for Python", "LGPL 3"),
    ("vtk", "VTK", "BSD 3-Clause"),
    ("numpy", "NumPy", "BSD 3-Clause"),
    ("scipy", "SciPy", "BSD 3-Clause"),
    ("trimesh", "trimesh", "MIT"),
    ("msgspec", "msgspec", "BSD 3-Clause"),
    ("rapidfuzz", "RapidFuzz", "MIT"),
    ("platformdirs", "platformdirs", "MIT"),
)
_QUOTED_PATH = re.compile(r"""(["'])(?:[A-Za-z]:|~|<python>)?[\\/](?:[^"'\n]*[\\/])?([^"'\n\\/]*)\1""")


def app_version() -> str:
    """The installed version of the program."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("lumbar-block-planner")
    except PackageNotFoundError:
        return "not installed"


def libraries() -> str:
    """What the program runs on, with version and licence."""
    from importlib.metadata import PackageNotFoundError, version

    def line(package: str, name: str, licence: str) -> str:
        try:
            return f"{name} {version(package)} ({licence})"
        except PackageNotFoundError:
            return f"{name} ({licence})"

    return " · ".join([f"Python {platform.python_version()} (PSF)", *(line(*each) for each in LIBRARIES)])


def versions(content_sha256: str = "") -> tuple[str, ...]:
    """Lines that say exactly what is running."""
    lines = [
        f"{APP_NAME} {app_version()}",
        f"Python {platform.python_version()}, Qt {qVersion()}",
        f"{platform.system()} {platform.release()} {platform.machine()}",
    ]
    if content_sha256:
        lines.insert(1, f"Content {content_sha256[:12]}")
    return tuple(lines)


def without_paths(text: str) -> str:
    """The text with folder names taken out of every path, so that a report names files, not people."""
    for place, name in ((str(Path.home()), "~"), (sys.prefix, "<python>")):
        if len(place) > 1:
            text = text.replace(place, name)
    # In quotes a path may hold spaces; without quotes it ends at the first one.
    text = _QUOTED_PATH.sub(r"\1…/\2\1", text)
    text = re.sub(r"[A-Za-z]:\\(?:[^\\\n\"']+\\)+", "…\\\\", text)
    return re.sub(r"(?<![\w.:/])(?:~|<python>)?/(?:[^/\s\"':]+/)+", "…/", text)


class Dialog(QDialog):
    """A calm sheet: title, text, one row of buttons."""

    def __init__(self, title: str, theme: Theme, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setStyleSheet(theme.qss())
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._theme = theme
        self.lines = column(self, 24, 12)
        self.lines.addWidget(label(title, "title", wrap=True))
        self.buttons = row(8)

    def finish(self, close_text: str = "Close") -> None:
        """Adds the row of buttons with one that closes."""
        self.buttons.addStretch(1)
        close = button(close_text, "primary")
        close.clicked.connect(self.accept)
        close.setDefault(True)
        self.buttons.addWidget(close)
        self.lines.addLayout(self.buttons)

    def showEvent(self, event: QShowEvent) -> None:
        # Wrapped labels only know their height once the width is settled.
        width = max(self.minimumWidth(), self._theme.px(320))
        self.resize(width, max(self.lines.totalHeightForWidth(width), 120))
        super().showEvent(event)


class FaultDialog(Dialog):
    """Something in the world is wrong (a file) or something in the program is; says which, plainly."""

    def __init__(
        self,
        heading: str,
        fault: str,
        advice: str,
        report: str,
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        """fault: names file and fault; report: what "Copy report" puts on the clipboard."""
        super().__init__(heading, theme, parent)
        self.report = without_paths(report)
        self.setMinimumWidth(theme.px(460))
        shown = label(without_paths(fault), wrap=True)
        shown.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.lines.addWidget(shown)
        self.lines.addWidget(label(advice, "muted", wrap=True))
        self.details = QPlainTextEdit(self.report)
        self.details.setReadOnly(True)
        self.details.setAccessibleName("Report")
        self.details.setMaximumHeight(theme.px(150))
        self.lines.addWidget(self.details)
        self.copy = button("Copy report")
        self.copy.clicked.connect(self._copy)
        self.buttons.addWidget(self.copy)
        self.finish()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.report)
        self.copy.setText("Copied")


def about_dialog(theme: Theme, parent: QWidget | None, content_sha256: str = "") -> Dialog:
    """Intended use, versions and credits."""
    dialog = Dialog(APP_NAME, theme, parent)
    dialog.setMinimumWidth(theme.px(480))
    dialog.lines.addWidget(label("Intended use", "eyebrow"))
    for text in INTENDED_USE:
        dialog.lines.addWidget(label(text, wrap=True))
    dialog.lines.addWidget(
        label("The clinical content has not been reviewed by a clinician unless an entry says so.", wrap=True)
    )
    dialog.lines.addWidget(rule())
    dialog.lines.addWidget(label("Credits", "eyebrow"))
    for text in CREDITS:
        dialog.lines.addWidget(label(text, "small", wrap=True))
    dialog.lines.addWidget(label(libraries(), "small", wrap=True))
    dialog.lines.addWidget(rule())
    shown = label("\n".join(versions(content_sha256)), "small", wrap=True)
    shown.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    dialog.lines.addWidget(shown)
    dialog.finish()
    return dialog


def keys_dialog(theme: Theme, parent: QWidget | None) -> Dialog:
    """Every key and gesture."""
    dialog = Dialog("Keys and mouse", theme, parent)
    dialog.setMinimumWidth(theme.px(460))
    holder = QWidget()
    grid = QGridLayout(holder)
    grid.setContentsMargins(0, 0, 8, 0)
    grid.setHorizontalSpacing(24)
    grid.setVerticalSpacing(6)
    at = 0
    for title, pairs in KEYS:
        grid.addWidget(label(title, "eyebrow"), at, 0, 1, 2)
        at += 1
        for key, meaning in pairs:
            grid.addWidget(label(key, "strong"), at, 0)
            grid.addWidget(label(meaning, wrap=True), at, 1)
            at += 1
        grid.setRowMinimumHeight(at, 8)
        at += 1
    grid.setColumnStretch(1, 1)
    scroll = QScrollArea()
    scroll.setAccessibleName("Keys and what they do")
    scroll.setWidgetResizable(True)
    scroll.setWidget(holder)
    scroll.setMinimumHeight(theme.px(360))
    dialog.lines.addWidget(scroll)
    dialog.finish()
    return dialog
