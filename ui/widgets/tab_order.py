"""The order in which Tab goes through a window: as one reads it, whenever its widgets were made.

Qt goes by the order of making, which scatters rows that come and go over the end of the chain. Here
layouts, splitters and pages are followed from first to last instead.
"""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractScrollArea, QLayout, QScrollArea, QSplitter, QStackedWidget, QWidget


def reading_order(root: QWidget) -> list[QWidget]:
    """Every widget under `root` that takes the focus by Tab, as one reads them."""
    return [widget for widget in _under(root) if _stops(widget)]


def step(root: QWidget, now: QWidget | None, forward: bool) -> QWidget | None:
    """The stop after (or before) `now`, around the end; None when there is no stop at all."""
    stops = reading_order(root)
    if not stops:
        return None
    if now not in stops:
        return stops[0 if forward else -1]
    return stops[(stops.index(now) + (1 if forward else -1)) % len(stops)]


def _stops(widget: QWidget) -> bool:
    tab = Qt.FocusPolicy.TabFocus
    return widget.isVisible() and widget.isEnabled() and (widget.focusPolicy() & tab) == tab


def _under(widget: QWidget) -> Iterator[QWidget]:
    for child in _parts(widget):
        if child.isHidden():
            continue
        yield child
        yield from _under(child)


def _parts(widget: QWidget) -> list[QWidget]:
    """Its direct parts in reading order; parts that no layout holds come last."""
    if isinstance(widget, QSplitter):
        return [widget.widget(k) for k in range(widget.count())]
    if isinstance(widget, QStackedWidget):
        return [widget.currentWidget()] if widget.currentWidget() is not None else []
    if isinstance(widget, QScrollArea):
        return [widget.widget()] if widget.widget() is not None else []
    if isinstance(widget, QAbstractScrollArea):
        return []
    layout = widget.layout()
    laid = list(_laid(layout)) if layout is not None else []
    return laid + [
        w for w in widget.children() if isinstance(w, QWidget) and not w.isWindow() and w not in laid
    ]


def _laid(layout: QLayout) -> Iterator[QWidget]:
    for k in range(layout.count()):
        item = layout.itemAt(k)
        inner, held = item.layout(), item.widget()
        if held is not None:
            yield held
        elif inner is not None:
            yield from _laid(inner)
