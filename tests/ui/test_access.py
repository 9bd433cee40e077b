"""Access, over the live tree of widgets: names, contrast as drawn, room for a finger, a way for Tab.

The contrast is read from the picture of the window: of each text the colour its style gives it, against the
ground it was really drawn on. Text of what is switched off is exempt (WCAG 2.2, 1.4.3).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QImage, QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QAbstractSlider,
    QComboBox,
    QDialog,
    QHeaderView,
    QLabel,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QScrollBar,
    QSplitterHandle,
    QStyle,
    QStyleOptionButton,
    QTabBar,
    QWidget,
)
from pytestqt.qtbot import QtBot

from planner.session import actions as act
from ui.main_window import MainWindow
from ui.theme import Theme, contrast
from ui.widgets.basics import Section
from ui.widgets.tab_order import reading_order

CONTROLS = (
    QAbstractButton,
    QLineEdit,
    QAbstractSlider,
    QComboBox,
    QAbstractItemView,
    QTabBar,
    QPlainTextEdit,
)
PASSIVE = (QScrollBar, QHeaderView, QLabel, QSplitterHandle)
TEXT_RATIO = 4.5


def interactive(root: QWidget) -> list[QWidget]:
    """Every visible widget that does something when it is clicked or has the focus."""
    return [
        widget
        for widget in root.findChildren(QWidget)
        if widget.isVisible()
        and not isinstance(widget, PASSIVE)
        and not isinstance(widget, QMenu)
        and (isinstance(widget, CONTROLS) or widget.focusPolicy() != Qt.FocusPolicy.NoFocus)
        and not (isinstance(widget.parent(), QLineEdit))
    ]


def nameless(root: QWidget) -> list[str]:
    """Interactive widgets a screen reader has no word for."""
    return [
        f"{type(widget).__name__} in {type(widget.parent()).__name__}"
        for widget in interactive(root)
        if not (widget.accessibleName() or (isinstance(widget, QAbstractButton) and widget.text()))
    ]


def small(root: QWidget) -> list[str]:
    """Targets of less than 24 px."""
    return [
        f"{type(widget).__name__} {widget.accessibleName()}: {widget.width()} x {widget.height()}"
        for widget in interactive(root)
        if isinstance(widget, CONTROLS) and min(widget.width(), widget.height()) < 24
    ]


def unreached(root: QWidget) -> list[str]:
    """Focusable widgets that Tab does not come to exactly once."""
    tab = Qt.FocusPolicy.TabFocus
    focusable = {
        widget
        for widget in root.findChildren(QWidget)
        if widget.isVisible()
        and widget.isEnabled()
        and widget.window() is root
        and (widget.focusPolicy() & tab) == tab
    }
    met = Counter(reading_order(root))
    wrong = (focusable ^ set(met)) | {widget for widget, times in met.items() if times != 1}
    return [f"{type(widget).__name__} {widget.accessibleName()}" for widget in wrong]


def seen(widget: QWidget) -> QRect:
    """The part of a widget that no scrolling area cuts off, in its own pixels."""
    area = widget.rect()
    parent = widget.parentWidget()
    while parent is not None:
        shown = QRect(widget.mapFrom(parent, QPoint(0, 0)), parent.rect().size())
        area = area.intersected(shown)
        if parent.isWindow():
            break
        parent = parent.parentWidget()
    return area


def ground(picture: QImage, area: QRect) -> str:
    """The colour there is most of."""
    found: Counter[int] = Counter()
    for y in range(area.top(), area.bottom() + 1, max(area.height() // 12, 1)):
        for x in range(area.left(), area.right() + 1, max(area.width() // 60, 1)):
            found[picture.pixel(x, y)] += 1
    return QColor.fromRgb(found.most_common(1)[0][0]).name()


def drawn_text(picture: QImage, area: QRect, behind: str) -> str:
    """Of the colours in the area, the one that stands out most from the ground: the core of its letters."""
    colours = {
        picture.pixel(x, y)
        for y in range(area.top(), area.bottom() + 1)
        for x in range(area.left(), area.right() + 1)
    }
    return max((QColor.fromRgb(c).name() for c in colours), key=lambda name: contrast(name, behind))


def texts(root: QWidget) -> Iterator[tuple[QWidget, QRect]]:
    """Visible, enabled text and where in its widget it stands."""
    for widget in root.findChildren(QWidget):
        if not widget.isVisible() or not widget.isEnabled() or widget.window() is not root:
            continue
        if isinstance(widget, QLabel) and widget.text().strip():
            yield widget, widget.contentsRect()
        elif isinstance(widget, QAbstractButton) and widget.text().strip():
            option = QStyleOptionButton()
            option.initFrom(widget)
            inner = widget.style().subElementRect(QStyle.SubElement.SE_PushButtonContents, option, widget)
            yield widget, inner if inner.isValid() else widget.rect()
        elif isinstance(widget, QLineEdit):
            yield widget, widget.rect().adjusted(4, 4, -4, -4)


def pale(root: QWidget) -> list[str]:
    """Texts under 4.5:1, by the colour of their style and by the letters as drawn."""
    image = root.grab().toImage()
    ratio = image.devicePixelRatio()
    found = []
    for widget, where in texts(root):
        area = where.intersected(seen(widget))
        if area.width() < 12 or area.height() < 8:
            continue
        area.moveTopLeft(widget.mapTo(root, area.topLeft()))
        area = QRect(area.topLeft() * ratio, area.size() * ratio).intersected(image.rect())
        if area.isEmpty():
            continue
        behind = ground(image, area)
        drawn = contrast(drawn_text(image, area, behind), behind)
        styled = widget.palette().color(QPalette.ColorGroup.Active, widget.foregroundRole()).name()
        words = widget.text() if isinstance(widget, (QLabel, QAbstractButton, QLineEdit)) else ""
        by_style = contrast(styled, behind) if isinstance(widget, QLabel) else drawn
        if min(drawn, by_style) < TEXT_RATIO:
            found.append(f"{type(widget).__name__} {words!r}: {drawn:.1f} drawn, {by_style:.1f} styled")
    return found


def open_all(root: QWidget) -> None:
    """Unfolds every section that is to be seen."""
    for section in root.findChildren(Section):
        if section.isVisible():
            section.open()
    QTest.qWait(40)


def faults(root: QWidget) -> dict[str, list[str]]:
    checks: dict[str, Callable[[QWidget], list[str]]] = {
        "nameless": nameless,
        "small": small,
        "unreached": unreached,
        "pale": pale,
    }
    return {name: found for name, check in checks.items() if (found := check(root))}


def explaining(qtbot: QtBot, window: MainWindow) -> None:
    """A marked area with alerts to come, a chosen block, every section open."""
    window.act(act.MarkRegion("thigh_lat_mid", "left"))
    window.act(act.MarkRegion("knee_ant", "left"))
    qtbot.waitUntil(lambda: bool(window.blocks.rows), timeout=5000)
    window.act(act.ChooseBlock(window.blocks.rows[0].answer.id))
    qtbot.waitUntil(window.card.isVisible, timeout=5000)


def studying(qtbot: QtBot, window: MainWindow) -> None:
    """A nerve's card, a tool, the tree."""
    window.act(act.SetFace("study"))
    window.act(act.GoTo(("femoral_left",)))
    qtbot.waitUntil(lambda: window._picture.state.selected == ("femoral_left",), timeout=5000)  # type: ignore[union-attr]
    window.tools.open("cut", True)


@pytest.mark.parametrize("colors", ["light", "dark"])
@pytest.mark.parametrize("face", ["explain", "study"])
@pytest.mark.parametrize("page", range(3))
def test_that_every_part_of_the_window_can_be_named_seen_met_and_reached(
    qtbot: QtBot, window: MainWindow, colors: str, face: str, page: int
) -> None:
    window.set_colors(colors)
    explaining(qtbot, window)
    if face == "study":
        studying(qtbot, window)
        page = 3 if page == 0 else page
    window.left.tabs.setCurrentIndex(page)
    window.say("A message.", (("Do it", lambda: None), ("Leave it", lambda: None)), "caution")
    open_all(window)
    assert faults(window) == {}


@pytest.mark.parametrize("colors", ["light", "dark"])
def test_that_alerts_can_be_named_seen_met_and_reached(qtbot: QtBot, window: MainWindow, colors: str) -> None:
    window.set_colors(colors)
    window.act(act.MarkRegion("thigh_lat_mid", "left"))
    window.act(act.ToggleFlag("bowel_bladder_loss", True))
    qtbot.waitUntil(lambda: window._picture.answer.outcome == "urgent_evaluation", timeout=5000)  # type: ignore[union-attr]
    QTest.qWait(40)
    assert faults(window) == {}


@pytest.mark.parametrize("colors", ["light", "dark"])
def test_that_large_text_with_a_folded_pane_can_be_named_seen_met_and_reached(
    qtbot: QtBot, window: MainWindow, colors: str
) -> None:
    window.set_colors(colors)
    for _ in range(5):
        window.change_scale(1)
    window.act(act.MarkRegion("thigh_lat_mid", "left"))
    for side in ("left", "right"):
        window.folding.bring(side)
        QTest.qWait(60)
        assert faults(window) == {}, side


@pytest.mark.parametrize("colors", ["light", "dark"])
def test_that_every_dialog_can_be_named_seen_met_and_reached(
    qtbot: QtBot, window: MainWindow, colors: str
) -> None:
    from ui.dialogs import about_dialog, keys_dialog
    from ui.opening import fault_dialog

    window.set_colors(colors)
    theme: Theme = window.theme
    made: list[QDialog] = [
        about_dialog(theme, window, "ab" * 32),
        keys_dialog(theme, window),
        fault_dialog(RuntimeError("a bug"), theme, window),
        fault_dialog(OSError(2, "No such file", "/x/bones.glb"), theme, window),
    ]
    found = {}
    for dialog in made:
        dialog.show()
        QTest.qWait(20)
        found[dialog.windowTitle()] = faults(dialog)
        dialog.close()
    window.show_palette()
    (palette,) = [d for d in window.findChildren(QDialog) if d.isVisible()]
    QTest.keyClicks(palette.focusWidget(), "psoas")
    QTest.qWait(40)
    found["palette"] = faults(palette)
    palette.close()
    assert {name: what for name, what in found.items() if what} == {}


@pytest.mark.parametrize("colors", ["light", "dark"])
def test_that_the_tour_can_be_named_seen_and_met(qtbot: QtBot, window: MainWindow, colors: str) -> None:
    window.set_colors(colors)
    window.show_tour()
    from ui.tour import Tour

    (tour,) = window.findChildren(Tour)
    for k in range(5):
        tour.go(k)
        QTest.qWait(5)
        assert nameless(tour.bubble) == [] and small(tour.bubble) == []
        texts_of = (tour.count, tour.title, tour.text, tour.next)
        image = tour.bubble.grab().toImage()
        for part in texts_of:
            area = QRect(part.mapTo(tour.bubble, QPoint(0, 0)), part.size()).intersected(image.rect())
            behind = ground(image, area)
            assert contrast(drawn_text(image, area, behind), behind) >= TEXT_RATIO, part
    tour.leave()


def test_that_everything_one_can_press_says_more_when_pointed_at(qtbot: QtBot, window: MainWindow) -> None:
    """A tool tip on every control that shows an icon alone, or stands in a bar."""
    explaining(qtbot, window)
    studying(qtbot, window)
    QTest.qWait(40)
    bars = (window.toolbar, window.scene_bar, window.layers, window.tools, window.left)
    silent = [
        f"{type(widget).__name__} {widget.accessibleName()}"
        for bar in bars
        for widget in interactive(bar)
        if isinstance(widget, QAbstractButton) and not widget.text() and not widget.toolTip()
    ]
    assert silent == []


def test_that_areas_that_scroll_are_named(qtbot: QtBot, window: MainWindow) -> None:
    explaining(qtbot, window)
    areas = [
        area
        for area in window.findChildren(QAbstractScrollArea)
        if area.isVisible() and area.focusPolicy() != Qt.FocusPolicy.NoFocus
    ]
    assert areas and not [area for area in areas if not area.accessibleName()]


def test_that_these_checks_find_what_is_wrong(qtbot: QtBot) -> None:
    from PySide6.QtWidgets import QPushButton, QVBoxLayout

    from ui.theme import LIGHT

    root = QWidget()
    qtbot.addWidget(root)
    root.setStyleSheet(Theme(LIGHT).qss() + "\nQWidget { background: #FFFFFF; }\n")
    lines = QVBoxLayout(root)
    pale_one, nameless_one, small_one = QLabel("Hardly to be read"), QPushButton(), QPushButton("Tiny")
    pale_one.setStyleSheet("color: #9AA5AC;")
    nameless_one.setMinimumHeight(30)
    small_one.setStyleSheet("min-height: 10px;")
    small_one.setFixedHeight(16)
    for widget in (pale_one, nameless_one, small_one):
        lines.addWidget(widget)
    stray = QPushButton("Held by no layout, but there", root)
    root.resize(300, 200)
    root.show()
    QTest.qWait(20)
    found = faults(root)
    assert ["Hardly" in line for line in found["pale"]] == [True]
    assert len(found["nameless"]) == 1 and "Tiny" not in found["nameless"][0]
    assert any("x 16" in line for line in found["small"])
    assert "unreached" not in found and stray in reading_order(root)
