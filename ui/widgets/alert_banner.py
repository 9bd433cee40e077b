"""One alert, in plain words beside a patient and in professional ones in Study, read out when it appears."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from planner.answer import Alert
from planner.atlas.model import Content
from planner.plain_words import PlainWords
from planner.session.state import Face
from ui.theme import Theme
from ui.widgets import icons
from ui.widgets.basics import column, label, row
from ui.widgets.claims import SourceLine
from ui.widgets.words import capital


class AlertBanner(QWidget):
    """spoken: what a screen reader says of it."""

    def __init__(
        self, alert: Alert, content: Content, plain: PlainWords, face: Face, urgent: bool, theme: Theme
    ) -> None:
        """urgent: nothing is compared because of it."""
        super().__init__()
        record = content.flags.get(alert.id.partition(":")[2])
        red = alert.id.startswith("red_flag") or urgent
        text = alert.text if face == "study" else plain.of_alert(alert)
        self.setObjectName("banner")
        self.setProperty("tone", "alert" if red else "caution")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(14, 10, 12, 10)
        line = row(10)
        sign = label("")
        tone = theme.palette.alert if red else theme.palette.caution
        sign.setPixmap(icons.pixmap("warning" if red else "info", tone, theme.px(20), 2.0))
        line.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        words = QWidget()
        lines = column(words, gap=2)
        if red and record is not None:
            name = record.name if face == "study" else record.plain
            lines.addWidget(label(capital(name), "strong", wrap=True))
        lines.addWidget(label(text, wrap=True))
        keys = tuple(key.strip() for key in alert.source.replace(";", ",").split(",") if key.strip())
        if keys:
            lines.addWidget(SourceLine(keys, content.references))
        line.addWidget(words, 1)
        outer.addLayout(line)
        self.spoken = f"Warning: {text}" if red else f"Note: {text}"
        self.setAccessibleName(self.spoken)


def announce(widget: QWidget, text: str, at_once: bool) -> None:
    """Has a screen reader say a text; at_once: it interrupts what is being read."""
    event = QAccessibleAnnouncementEvent(widget, text)
    polite = QAccessible.AnnouncementPoliteness
    event.setPoliteness(polite.Assertive if at_once else polite.Polite)
    QAccessible.updateAccessibility(event)
