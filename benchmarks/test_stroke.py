"""A stroke on its only road, store, bridge and panels of the real window: to the map repainted, to the
ranking shown. No 3D here: what the scene does with a picture is measured beside it."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication, QWidget

from planner.atlas.forms import formed
from planner.atlas.model import Atlas
from planner.chart import region_borders
from planner.session import actions as act
from planner.session.resolve import warming
from planner.session.store import Store
from ui.bench_inside import BRUSH_MM, brush_path
from ui.bridge import Bridge
from ui.main_window import MainWindow
from ui.settings import Settings
from ui.widgets.work import Worker

PIECES = 40
WORDS = ("burning", "numb")


@pytest.fixture(scope="module")
def window(atlas: Atlas) -> Iterator[MainWindow]:
    """The window at its usual size, content and charts there, everything warmed as after the opening."""
    application = QApplication.instance() or QApplication([])
    worker = Worker()  # small body pictures and explanations are its business, as in the program
    main = MainWindow(worker.submit, Settings(None))
    main.resize(1280, 800)
    store = Store(atlas)
    form = store.state.form
    body = formed(atlas, form)
    for _ in warming(atlas, form):
        pass
    bridge = Bridge(store, main)
    main.set_atlas(atlas, region_borders(body.meshes.full["skin"], body.fields), bridge)
    main.show()
    while not main.pain_map.charts_ready():
        application.processEvents()
    main.furnish()
    while main.right.furnishing:
        application.processEvents()
    yield main
    main.close()
    worker.close()


def strokes(window: MainWindow, *, marked: bool) -> Callable[[], None]:
    """Each call paints the next piece of a stroke and gives the event loop its turn."""
    assert window._atlas is not None
    path = brush_path(window._atlas, PIECES + 1)
    pieces = itertools.cycle(list(itertools.pairwise(path)))
    number = itertools.count()
    window.act(act.ClearMarks())
    if marked:
        window.act(act.MarkRegion("thigh_lat_mid", "left", 7.0, WORDS))
        window.act(act.MarkRegion("buttock_mid", "right", 5.0, ("aching",)))
        window.act(act.ChooseBlock("lfcn"))
    QApplication.processEvents()

    def paint() -> None:
        k = next(number)
        ends = next(pieces)
        if k % PIECES == 0:
            window.act(act.UnmarkRegion("thigh_ant_mid", "left"))
        window.act(act.PaintStroke(ends, BRUSH_MM, continues=k % PIECES != 0, qualities=WORDS))
        QApplication.processEvents()

    return paint


@pytest.mark.parametrize("marked", [False, True], ids=["bare", "marked_with_block"])
def test_a_stroke_is_shown_in_every_panel(benchmark: Any, window: MainWindow, marked: bool) -> None:
    """Dispatch, answer, map, ranking, all painted: the whole of it in one turn of the event loop."""
    before = window._picture
    benchmark.pedantic(strokes(window, marked=marked), rounds=PIECES * 2, iterations=1, warmup_rounds=4)
    assert window._picture is not before and window.blocks.rows


def test_the_map_alone_is_repainted(benchmark: Any, window: MainWindow) -> None:
    """Both charts of the window after a piece of a stroke, their words of how it feels included."""
    assert window._bridge is not None
    paint, shown = strokes(window, marked=True), []
    for _ in range(8):
        paint()
        shown.append(window._bridge.picture().skin)
    pictures = itertools.cycle(shown)

    def repaint() -> None:
        skin = next(pictures)
        for view in window.pain_map.views:
            view.show_skin(skin)
            _painted(view)

    benchmark.pedantic(repaint, rounds=60, iterations=1, warmup_rounds=4)


def _painted(widget: QWidget) -> None:
    widget.repaint()
