"""Acts timed through the whole window, from the event to the last widget painted: a click, a change of face.

An act counts as shown when its picture has reached every open panel, nothing waits to be laid out or
painted, and the scene has painted a frame that holds it (a quick one; the fine one follows at rest).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager

from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from planner.atlas.model import Atlas
from planner.chart import region_borders
from planner.session import actions as act
from planner.session.state import State
from ui.app import Clock, Loaded
from ui.bench_inside import summary
from ui.main_window import MainWindow
from ui.opening import Opening
from ui.settings import Settings
from ui.widgets.work import Worker

CLICKS = 8
SWITCHES = 8
WINDOW_PX = (1280, 800)
_PATIENCE_S = 20.0


def _until(reached: Callable[[], bool]) -> None:
    """Turns the event loop. Raises TimeoutError where nothing comes of it."""
    end = time.perf_counter() + _PATIENCE_S
    while not reached():
        QApplication.processEvents()
        if time.perf_counter() > end:
            raise TimeoutError("the window did not get there")


@contextmanager
def open_window(atlas: Atlas) -> Iterator[MainWindow]:
    """The window as it opens, settled."""
    loading: Future[Loaded] = Future()
    loading.set_result(Loaded(atlas, region_borders(atlas.meshes.full["skin"], atlas.fields), State()))
    worker = Worker()
    window = MainWindow(worker.submit, Settings(None))
    window.resize(*WINDOW_PX)
    opening = Opening(window, worker, loading, Clock())
    complete: list[bool] = []
    opening.complete.connect(lambda: complete.append(True))
    opening.start()
    try:
        _until(lambda: bool(complete))
        window.resize(*WINDOW_PX)
        settle(window)
        yield window
    finally:
        window.close()
        window.deleteLater()
        QApplication.processEvents()


def settle(window: MainWindow) -> None:
    """Lets everything come to rest: fine picture, hidden pages, what picking needs."""
    end = time.perf_counter() + 0.6  # past the point where the hidden pages are made
    _until(lambda: time.perf_counter() > end and not window.link.scene.busy)  # type: ignore[union-attr]


def shown_ms(window: MainWindow, do: Callable[[], object], until: Callable[[State], bool]) -> float:
    """Milliseconds from the act until it is shown."""
    scene = window.link.scene
    projector = scene._projector  # type: ignore[union-attr]

    def shown() -> bool:
        picture = window._picture
        return (
            picture is not None
            and until(picture.state)
            and projector.picture is not None
            and until(projector.picture.state)
            and not projector._stale
        )

    began = time.perf_counter()
    do()
    _until(shown)
    # What is still to be laid out and painted belongs to it as well.
    QApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
    QApplication.sendPostedEvents(None, QEvent.Type.UpdateRequest)
    return 1000.0 * (time.perf_counter() - began)


def places(window: MainWindow) -> list[tuple[QPoint, str]]:
    """Points of the scene under which different structures lie."""
    scene = window.link.scene
    assert isinstance(scene, QWidget)
    found: dict[str, QPoint] = {}
    for y in range(40, scene.height() - 40, 18):
        for x in range(scene.width() // 4, 3 * scene.width() // 4, 18):
            name = scene.structure_at(QPoint(x, y).toPointF())  # type: ignore[attr-defined]
            if name:
                found.setdefault(name, QPoint(x, y))
    return [(at, name) for name, at in found.items()]


def click_times_ms(window: MainWindow, clicks: int = CLICKS) -> list[float]:
    """From the click in the model to the selection shown, on one structure after the other."""
    scene = window.link.scene
    assert isinstance(scene, QWidget)
    times = []
    chosen = places(window)
    for number in range(clicks):
        at, name = chosen[(number * 7) % len(chosen)]
        window.act(act.ClearSelection())
        settle(window)
        times.append(click_ms(window, at, name))
    return times


def click_ms(window: MainWindow, at: QPoint, name: str) -> float:
    """One click at a place, until what lies there is selected and shown so."""
    scene = window.link.scene
    assert isinstance(scene, QWidget)
    left = Qt.MouseButton.LeftButton
    return shown_ms(
        window, lambda: QTest.mouseClick(scene, left, pos=at), lambda state: state.selected == (name,)
    )


def switch_times_ms(window: MainWindow, switches: int = SWITCHES) -> list[float]:
    """From Explain to Study and back, with a marked area and a chosen block."""
    times = []
    for number in range(switches):
        face = "explain" if number % 2 else "study"
        push = window.toolbar.face.buttons[face]
        times.append(shown_ms(window, push.click, lambda state, face=face: state.face == face))  # type: ignore[misc]
        settle(window)
    return times


def measure_window(atlas: Atlas) -> dict[str, object]:
    """Click to selection in either face, and the change of face."""
    application = QApplication.instance() or QApplication([])
    with open_window(atlas) as window:
        figures: dict[str, object] = {"click_to_selection": summary(click_times_ms(window))}
        window.act(act.SetFace("study"))
        settle(window)
        figures["click_to_selection_in_study"] = summary(click_times_ms(window))
        window.act(act.SetFace("explain"))
        window.act(act.ClearSelection())
        window.act(act.MarkRegion("thigh_lat_mid", "left"))
        window.act(act.ChooseBlock("lfcn"))
        settle(window)
        figures["face_switch"] = summary(switch_times_ms(window))
    del application
    return figures
