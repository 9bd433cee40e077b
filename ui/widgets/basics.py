"""Labels, rules, badges, sections and segmented switches: the vocabulary all panels are written in."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QBoxLayout,
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from ui.theme import Theme
from ui.widgets import icons


def label(text: str, role: str = "body", wrap: bool = False, parent: QWidget | None = None) -> QLabel:
    """A text of a role of the type scale; plain text, never interpreted as markup."""
    result = QLabel(text, parent)
    result.setTextFormat(Qt.TextFormat.PlainText)
    result.setProperty("role", role)
    if wrap:
        result.setWordWrap(True)
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)  # a new policy forgets what the wrapping had set
        result.setSizePolicy(policy)
        result.setMinimumWidth(40)
    return result


class Elided(QLabel):
    """One line of text that gives way with an ellipsis; the whole text is its tool tip."""

    def __init__(self, text: str, role: str = "body") -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("role", role)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._whole, self._shorter = "", ("",)
        self.show_text(text)

    def show_text(self, text: str, *shorter: str) -> None:
        """Shows another text, or the first of the shorter ones that fits where the whole does not."""
        self._whole, self._shorter = text, shorter or (text,)
        self.setToolTip(text)
        self._elide()

    def whole(self) -> str:
        """The text without the ellipsis."""
        return self._whole

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._elide()

    def _elide(self) -> None:
        metrics, room = self.fontMetrics(), max(self.width(), 8)
        forms = (self._whole, *self._shorter)
        text = next((form for form in forms if metrics.horizontalAdvance(form) <= room), forms[-1])
        self.setText(metrics.elidedText(text, Qt.TextElideMode.ElideRight, room))


def badge(text: str, tone: str = "") -> QLabel:
    """A short word on a tinted pill."""
    result = label(text, "badge")
    result.setProperty("tone", tone)
    result.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
    return result


def rule() -> QFrame:
    """A hairline between groups."""
    result = QFrame()
    result.setObjectName("rule")
    return result


def button(text: str, kind: str = "", name: str = "", tip: str = "") -> QPushButton:
    """A push button of a kind of the style sheet."""
    result = QPushButton(text)
    if kind:
        result.setProperty("kind", kind)
    if name:
        result.setAccessibleName(name)
    if tip:
        result.setToolTip(tip)
    result.setCursor(Qt.CursorShape.PointingHandCursor)
    return result


class LinkButton(QPushButton):
    """A link that breaks into a second line, then gives way, instead of widening what it stands in."""

    def __init__(self, text: str = "", name: str = "") -> None:
        super().__init__()
        self.setProperty("kind", "link")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(48)
        self.tell(text, name)

    def tell(self, text: str, name: str) -> None:
        """Leads somewhere else. name: what a screen reader says."""
        self._whole = text
        self.setAccessibleName(name)
        self.setToolTip(text)
        self._elide()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._elide()

    def _elide(self) -> None:
        metrics, room = self.fontMetrics(), max(self.width() - 10, 8)
        first, rest = self._whole, ""
        while rest.count(" ") < self._whole.count(" ") and metrics.horizontalAdvance(first) > room:
            first, _, word = first.rpartition(" ")
            rest = f"{word} {rest}".strip()
        lines = [first, rest] if first and rest else [self._whole]
        short = [metrics.elidedText(line, Qt.TextElideMode.ElideRight, room) for line in lines]
        self.setText("\n".join(short))


def restyle(widget: QWidget) -> None:
    """Applies the style sheet again after a dynamic property changed."""
    widget.style().unpolish(widget)
    widget.style().polish(widget)
    widget.update()


def column(parent: QWidget, margin: int = 0, gap: int = 8) -> QVBoxLayout:
    """A vertical layout with even margins."""
    layout = QVBoxLayout(parent)
    layout.setContentsMargins(margin, margin, margin, margin)
    layout.setSpacing(gap)
    return layout


def row(gap: int = 8) -> QHBoxLayout:
    """A horizontal layout without margins."""
    layout = QHBoxLayout()
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(gap)
    return layout


def empty(layout: QLayout) -> None:
    """Takes everything out of a layout; who had the focus in it gets it back in what comes instead."""
    holder = layout.parentWidget()
    focused = holder.window().focusWidget() if holder is not None else None
    name = spoken(focused) if focused is not None and holder.isAncestorOf(focused) else ""
    _take_out(layout)
    if name:
        went_to = holder.window().focusWidget()
        QTimer.singleShot(FOCUS_MS, holder, lambda: _give_back(holder, name, went_to))


FOCUS_MS = 20  # until a layout has shown what it took in


def spoken(widget: QWidget) -> str:
    """What a screen reader calls it."""
    return widget.accessibleName() or (widget.text() if isinstance(widget, QAbstractButton) else "")


def _give_back(holder: QWidget, name: str, went_to: QWidget | None) -> None:
    """Unless the user has moved it meanwhile, the focus goes to the control of the same name."""
    if holder.window().focusWidget() is not went_to:
        return
    stops = (
        w for w in holder.findChildren(QWidget) if w.isVisible() and w.focusPolicy() & Qt.FocusPolicy.TabFocus
    )
    same = next((widget for widget in stops if spoken(widget) == name), None)
    if same is not None:
        same.setFocus()


def _take_out(layout: QLayout) -> None:
    while (item := layout.takeAt(0)) is not None:
        widget, inner = item.widget(), item.layout()
        if widget is not None:
            # Not made parentless: a focused widget would take the window's activity with it, and all keys.
            widget.hide()
            widget.deleteLater()
        elif inner is not None:
            _take_out(inner)
            inner.deleteLater()


class Segmented(QFrame):
    """A few exclusive choices side by side; arrow keys move between them."""

    chosen = Signal(str)

    def __init__(self, choices: Sequence[tuple[str, str]], name: str, strong: bool = False) -> None:
        """choices: (key, text) pairs; name: what a screen reader says before the choice."""
        super().__init__()
        self.setObjectName("segmented")
        self.setProperty("strong", strong)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(2, 2, 2, 2)
        layout.setSpacing(2)
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self._spare: list[QPushButton] = []
        self.buttons: dict[str, QPushButton] = {}
        self.tell(choices, name)

    def tell(self, choices: Sequence[tuple[str, str]], name: str) -> None:
        """Offers other choices, or the same."""
        self.setAccessibleName(name)
        pushes = [*self.buttons.values(), *self._spare]
        while len(pushes) < len(choices):
            pushes.append(self._add())
        self._spare = pushes[len(choices) :]
        self.buttons = {key: push for (key, _), push in zip(choices, pushes, strict=False)}
        for (_, text), push in zip(choices, pushes, strict=False):
            push.setText(text)
            push.setAccessibleName(f"{name}: {text}")
            push.show()
        for push in self._spare:
            push.hide()

    def _add(self) -> QPushButton:
        push = button("")
        push.setCheckable(True)
        self._group.addButton(push)
        self.layout().addWidget(push)
        push.clicked.connect(lambda: self._choose(push))
        return push

    def _choose(self, push: QPushButton) -> None:
        self.chosen.emit(next(key for key, one in self.buttons.items() if one is push))

    def fit(self, room: int) -> None:
        """Stands upright where the choices do not fit side by side in `room` pixels."""
        for push in self.buttons.values():
            push.ensurePolished()
        ways, layout = QBoxLayout.Direction, self.layout()
        assert isinstance(layout, QHBoxLayout)
        wide = sum(push.sizeHint().width() + 2 for push in self.buttons.values()) + 4
        layout.setDirection(ways.TopToBottom if wide > room else ways.LeftToRight)

    def show_choice(self, key: str) -> None:
        """Shows a choice without announcing it."""
        if key in self.buttons:
            self.buttons[key].setChecked(True)

    def choice(self) -> str:
        """The key shown now ("" for none)."""
        return next((key for key, push in self.buttons.items() if push.isChecked()), "")

    def set_icons(self, names: dict[str, str], theme: Theme) -> None:
        """Puts icons before the words."""
        size = theme.px(16)
        for key, name in names.items():
            self.buttons[key].setIcon(icons.icon(name, theme.palette.text, size))
            self.buttons[key].setIconSize(QSize(size, size))


def scrolled(inside: QWidget, name: str) -> QScrollArea:
    """The widget in an area that scrolls up and down only; `name` is what a screen reader says."""
    area = QScrollArea()
    area.setAccessibleName(name)
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(inside)
    return area


class SectionHeader(QPushButton):
    """Title and note of a section; the title gives way, the note stays."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "section")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._title = self._note = ""

    def show_words(self, title: str, note: str) -> None:
        """Shows another title and note."""
        self._title, self._note = title, f"   {note}" if note else ""
        self._elide()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._elide()

    def _elide(self) -> None:
        metrics = self.fontMetrics()
        room = self.width() - metrics.horizontalAdvance(self._note) - self.iconSize().width() - 24
        title = metrics.elidedText(self._title, Qt.TextElideMode.ElideRight, max(room, 40))
        self.setText(title + self._note)


class Section(QWidget):
    """A group that folds away under its title; the content is built when it is first opened."""

    toggled = Signal(bool)

    def __init__(
        self, title: str, opened: bool = False, build: Callable[[QVBoxLayout], None] | None = None
    ) -> None:
        super().__init__()
        self._title, self._note, self._build = title, "", build
        self._key: object = None
        outer = column(self, gap=0)
        self.header = SectionHeader()
        self.header.setCheckable(True)
        self.header.setChecked(opened)
        self.header.toggled.connect(self._on_toggled)
        outer.addWidget(self.header)
        self.body = QWidget()
        self.content = column(self.body, gap=8)
        self.content.setContentsMargins(8, 0, 0, 12)
        outer.addWidget(self.body)
        self.body.setVisible(opened)
        if opened:
            self._ensure_built()
        self._caption()

    def set_note(self, note: str) -> None:
        """A word behind the title, such as a count."""
        if note != self._note:
            self._note = note
            self._caption()

    def set_title(self, title: str) -> None:
        """Another title."""
        if title != self._title:
            self._title = title
            self._caption()

    def tell(self, key: object, build: Callable[[QVBoxLayout], None]) -> None:
        """Has another content, unless it has been told one of an equal key; built when it is open."""
        if key == self._key:
            return
        self._key, self._build = key, build
        empty(self.content)
        if self.header.isChecked():
            self._ensure_built()

    def open(self) -> None:
        """Unfolds."""
        self.header.setChecked(True)

    def set_theme(self, theme: Theme) -> None:
        """Draws the chevron in the theme's colour."""
        self._theme = theme
        self._caption()

    def _ensure_built(self) -> None:
        if self._build is not None:
            build, self._build = self._build, None
            build(self.content)

    def _on_toggled(self, opened: bool) -> None:
        if opened:
            self._ensure_built()
        self.body.setVisible(opened)
        self._caption()
        self.toggled.emit(opened)

    def _caption(self) -> None:
        opened = self.header.isChecked()
        self.header.show_words(self._title, self._note)
        self.header.setAccessibleName(f"{self._title}, {self._note}" if self._note else self._title)
        self.header.setAccessibleDescription("open" if opened else "folded")
        theme = getattr(self, "_theme", None)
        if theme is not None:
            size = theme.px(14)
            name = "chevron_down" if opened else "chevron"
            self.header.setIcon(icons.icon(name, theme.palette.muted, size))
            self.header.setIconSize(QSize(size, size))
