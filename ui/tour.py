"""Five steps through the window, shown once and again on request: a light on one part, a few words beside it.

Everything outside the light is dimmed but stays as it is. Nothing of this exists until it is shown, and it
lets go of everything when it ends.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QRect, QRectF, Qt
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QColor,
    QKeyEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QFrame, QWidget

from ui.settings import PaneName
from ui.widgets.basics import button, column, label, row

if TYPE_CHECKING:
    from ui.main_window import MainWindow

BUBBLE_PX = 320  # at 100 % text
DIM = QColor(6, 12, 16, 150)


@dataclass(frozen=True, slots=True)
class Step:
    """part: what the light falls on; pane: the side pane that must be open for it."""

    title: str
    text: str
    part: str
    pane: PaneName | None = None


STEPS = (
    Step(
        "Mark where it hurts",
        "Paint on the body map, or find an area by name with Ctrl+F. Front, back and both sides count.",
        "map",
        "left",
    ),
    Step(
        "Compare",
        "Every block whose nerves cover the marked area is listed here, with what it covers, what it leaves, "
        "and what else would go numb.",
        "blocks",
        "right",
    ),
    Step(
        "Read the card",
        "Choose a block and its card opens here: what it answers, what to expect, what lies near, and "
        "where each statement comes from.",
        "card",
        "right",
    ),
    Step(
        "Turn the model",
        "Drag to turn, wheel to zoom, click a structure to name it, right-click for more. "
        "The nerve and its skin light up with the block you choose.",
        "scene",
    ),
    Step(
        "Study",
        "Study opens the tree of structures, sections, measures and anatomical terms. "
        "Ctrl+K finds anything, F1 lists the keys. This tour is in the menu at the right.",
        "face",
    ),
)


class Tour(QWidget):
    """Dims the window but for one part and holds the words; arrows, Enter and Esc do what the buttons do."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._window = window
        self._before = window.focusWidget()
        self.at = 0
        self.bubble = QFrame(self)
        self.bubble.setObjectName("notice")
        self.bubble.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        lines = column(self.bubble, 16, 8)
        self.count = label("", "eyebrow")
        self.title = label("", "title", wrap=True)
        self.text = label("", wrap=True)
        for part in (self.count, self.title, self.text):
            lines.addWidget(part)
        self.skip = button("Skip", "quiet", "Skip the tour", "Leave the tour (Esc)")
        self.back = button("Back", "", "The step before", "The step before (Left)")
        self.next = button("Next", "primary", "The next step", "The next step (Right)")
        buttons = row(8)
        buttons.addWidget(self.skip)
        buttons.addStretch(1)
        buttons.addWidget(self.back)
        buttons.addWidget(self.next)
        lines.addSpacing(4)
        lines.addLayout(buttons)
        self.skip.clicked.connect(self.leave)
        self.back.clicked.connect(lambda: self.go(self.at - 1))
        self.next.clicked.connect(lambda: self.go(self.at + 1))
        window.installEventFilter(self)

    def start(self) -> None:
        """Shows the first step."""
        self._window.settings.keep(toured=True)
        self.setGeometry(self._window.rect())
        self.show()
        self.raise_()
        self.go(0)

    def go(self, at: int) -> None:
        """Shows a step; beyond the last one the tour ends."""
        if at >= len(STEPS):
            self.leave()
            return
        self.at = max(at, 0)
        step = STEPS[self.at]
        if step.pane is not None:
            self._window.folding.bring(step.pane)
        self.count.setText(f"Step {self.at + 1} of {len(STEPS)}")
        self.title.setText(step.title)
        self.text.setText(step.text)
        self.back.setEnabled(self.at > 0)
        last = self.at == len(STEPS) - 1
        self.next.setText("Done" if last else "Next")
        self.next.setAccessibleName("End the tour" if last else "The next step")
        spoken = f"{self.count.text()}: {step.title}. {step.text}"
        self.bubble.setAccessibleName(f"Tour, {self.count.text()}")
        self.next.setAccessibleDescription(spoken)
        if QAccessible.isActive():
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self.next, spoken))
        self.next.setFocus()
        self._place()

    def leave(self) -> None:
        """Ends the tour and gives the focus back."""
        self._window.removeEventFilter(self)
        self.close()
        if self._before is not None and self._before.isVisible():
            self._before.setFocus()

    def light(self) -> QRect:
        """Where the light falls, in this widget's pixels."""
        window, step = self._window, STEPS[self.at]
        scene = window.link.scene
        part: QWidget = {
            "map": window.left,
            "blocks": window.blocks,
            "card": window.card if window.card.isVisible() else window.right,
            "scene": scene if isinstance(scene, QWidget) else window.middle,
            "face": window.toolbar.face,
        }[step.part]
        area = QRect(part.mapTo(window, part.rect().topLeft()), part.size())
        return area.adjusted(-4, -4, 4, 4).intersected(self.rect())

    def _place(self) -> None:
        """The words beside the light, on the side with more room, never outside the window."""
        light = self.light()
        theme = self._window.theme
        width = min(theme.px(BUBBLE_PX), self.width() - 32)
        self.bubble.layout().activate()
        height = self.bubble.layout().totalHeightForWidth(width)
        rooms = {
            "right": self.width() - light.right(),
            "left": light.left(),
            "below": self.height() - light.bottom(),
        }
        x, y = light.left(), light.bottom() + 16
        if rooms["right"] >= width + 32:
            x, y = light.right() + 16, light.top() + 24
        elif rooms["left"] >= width + 32:
            x, y = light.left() - width - 16, light.top() + 24
        elif rooms["below"] < height + 32:
            x, y = light.center().x() - width // 2, light.bottom() - height - 24
        x = min(max(x, 16), self.width() - width - 16)
        y = min(max(y, 16), self.height() - height - 16)
        self.bubble.setGeometry(x, y, width, height)
        self.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self.setGeometry(self._window.rect())
            self._place()
        return False

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()  # keys belong to the tour, not to the window behind it
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key == Qt.Key.Key_Escape:
            self.leave()
        elif key == Qt.Key.Key_Right:
            self.go(self.at + 1)
        elif key == Qt.Key.Key_Left:
            self.go(self.at - 1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.bubble.isAncestorOf(
            self._window.focusWidget() or self
        ):
            super().keyPressEvent(event)
        else:
            event.accept()

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab stays within the words."""
        stops = [push for push in (self.skip, self.back, self.next) if push.isEnabled()]
        focused = self._window.focusWidget()
        at = next((k for k, push in enumerate(stops) if push is focused), -1)
        stops[(at + (1 if forward else -1)) % len(stops)].setFocus(Qt.FocusReason.TabFocusReason)
        return True

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            light = QRectF(self.light())
            dim = QPainterPath()
            dim.addRect(QRectF(self.rect()))
            hole = QPainterPath()
            hole.addRoundedRect(light, 8, 8)
            painter.fillPath(dim.subtracted(hole), DIM)
            painter.setPen(QPen(self._window.theme.color("accent"), 2))
            painter.drawPath(hole)
