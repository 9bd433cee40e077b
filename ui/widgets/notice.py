"""A calm message above the model: what happened, and at most two things to do about it. It blocks nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QFrame, QPushButton, QWidget

from ui.theme import Theme
from ui.widgets import icons
from ui.widgets.basics import button, column, label, row

WIDTH_PX = 460  # at 100 % text
Act = tuple[str, Callable[[], object]]


class Notice(QFrame):
    """Floats over the window's middle; goes when acted on, closed, or replaced by the next one."""

    gone = Signal()

    def __init__(self, parent: QWidget, theme: Theme) -> None:
        super().__init__(parent)
        self.setObjectName("notice")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName("Message")
        self._theme = theme
        lines = column(self, 12, 8)
        head = row(8)
        self.text = label("", wrap=True)
        head.addWidget(self.text, 1)
        self.shut = button("", "quiet", "Close the message", "Close the message")
        self.shut.setProperty("square", True)
        self.shut.clicked.connect(self.leave)
        head.addWidget(self.shut, 0, Qt.AlignmentFlag.AlignTop)
        lines.addLayout(head)
        self._acts = row(8)
        self._acts.addStretch(1)
        lines.addLayout(self._acts)
        self.buttons: list[QPushButton] = []
        self.hide()

    def say(self, text: str, acts: Sequence[Act] = (), tone: str = "") -> None:
        """Shows a message. tone: "", "caution" or "alert"; the first act is the one suggested."""
        for push in self.buttons:
            self._acts.removeWidget(push)
            push.hide()
            push.deleteLater()
        self.buttons = []
        self.text.setText(text)
        self.setAccessibleDescription(text)
        self.setProperty("tone", tone)
        for k, (title, do) in enumerate(acts):
            push = button(title, "" if k else "primary")
            push.clicked.connect(lambda _=False, do=do: self._do(do))
            self._acts.addWidget(push)
            self.buttons.append(push)
        self.set_theme(self._theme)
        self.show()
        self.raise_()
        if QAccessible.isActive():
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, text))

    def set_theme(self, theme: Theme) -> None:
        """Draws in another palette or text size."""
        self._theme = theme
        size = theme.px(16)
        self.shut.setIcon(icons.icon("close", theme.palette.text, size))
        self.shut.setIconSize(QSize(size, size))
        self.shut.setFixedWidth(theme.px(32))
        self.style().unpolish(self)
        self.style().polish(self)

    def place(self, left: int, width: int, top: int) -> None:
        """Puts it into the middle of `width` pixels from `left`, just below `top`."""
        own = max(min(self._theme.px(WIDTH_PX), width - 24), 240)
        self.layout().activate()
        height = self.layout().totalHeightForWidth(own)
        self.setGeometry(left + (width - own) // 2, top + 12, own, height)

    def leave(self) -> None:
        """Goes; whoever had the focus inside gives it back to the window."""
        inside = self.isAncestorOf(self.window().focusWidget() or self)
        self.hide()
        if inside:
            self.parentWidget().setFocus()
        self.gone.emit()

    def _do(self, do: Callable[[], object]) -> None:
        self.leave()
        do()
