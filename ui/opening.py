"""From the empty window to the first complete frame, and what happens when something is wrong.

The window is painted first; then VTK is imported and the scene made while the atlas is being read in
its thread. A faulty file ends in a dialog that names it and exit code 2. A fault of our own ends in a
dialog with a report to copy, never in a trace on a terminal nobody sees.
"""

from __future__ import annotations

import faulthandler
import json
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QApplication, QWidget

from ui import APP_NAME, memory
from ui.app import Clock, Loaded, is_of_the_world
from ui.bridge import Bridge
from ui.main_window import MainWindow
from ui.settings import Settings
from ui.theme import Theme
from ui.widgets.work import Worker

if TYPE_CHECKING:
    from ui.dialogs import FaultDialog

_log = logging.getLogger(__name__)
EXIT_FAULT = 2
SETTLE_MS = 400  # after the first complete frame
_NO_MORE = object()
SceneFactory = Callable[[], QWidget]


def make_scene() -> QWidget:
    """The 3D widget; imports VTK, hence late."""
    from ui.scene3d.widget import SceneWidget

    scene = SceneWidget()
    scene.warm_up()
    return scene


class Opening(QObject):
    """Brings window, scene and atlas together, in whichever order they arrive."""

    complete = Signal()
    failed = Signal(object)
    _arrived = Signal(object)

    def __init__(
        self,
        window: MainWindow,
        worker: Worker,
        loading: Future[Loaded],
        clock: Clock,
        scene_factory: SceneFactory = make_scene,
        keeps: bool = False,
    ) -> None:
        """keeps: whether the open scene is kept on disk and the system's wishes are asked for."""
        super().__init__()
        self._keeps = keeps
        self._window, self._worker, self._clock = window, worker, clock
        self._scene_factory, self._loading = scene_factory, loading
        self._bridge: Bridge | None = None
        self._closed = False
        self._waiting = {"scene", "map"}
        self._arrived.connect(self._take, Qt.ConnectionType.QueuedConnection)
        window.closed.connect(self.close)
        window.pain_map.views[0].drawn.connect(self._map_drawn)
        window.pain_map.views[1].drawn.connect(self._map_drawn)

    def start(self) -> None:
        """Shows the window, then fills it."""
        self._window.show()
        QTimer.singleShot(0, self._after_first_paint)

    def _after_first_paint(self) -> None:
        self._clock.mark("first_frame_ms")
        self._loading.add_done_callback(self._hand_over)
        if self._closed:
            return
        try:
            scene = self._scene_factory()
        except Exception as error:
            self.failed.emit(error)
            return
        self._clock.mark("imports_ms")
        scene.first_frame.connect(lambda: self._done("scene"))  # type: ignore[attr-defined]
        scene.hold(True)  # type: ignore[attr-defined]  # the map is drawn before the model is refined
        self._window.set_scene(scene)

    def _hand_over(self, loading: Future[Loaded]) -> None:
        """In the loading thread (or here, when it was faster): passes the result to the window's thread."""
        if not self._closed:
            self._arrived.emit(loading)

    @Slot(object)
    def _take(self, loading: Future[Loaded]) -> None:
        if self._closed:
            return
        try:
            loaded = loading.result()
        except CancelledError:
            return
        except Exception as error:
            self.failed.emit(error)
            return
        from planner.session.store import Store

        self._clock.mark("load_ms")
        try:
            self._bridge = Bridge(Store(loaded.atlas, loaded.state), self)
            self._window.content_folder = loaded.folder
            self._window.set_atlas(loaded.atlas, loaded.borders, self._bridge)
            if loaded.handbook is not None:
                self._window.set_handbook(loaded.handbook)
            self._window.with_scenes(lambda scenes: scenes.begin(loaded.scene))
        except Exception as error:
            self.failed.emit(error)

    def _map_drawn(self) -> None:
        if self._window.pain_map.charts_ready():
            self._done("map")

    def _done(self, part: str) -> None:
        if part in self._waiting:
            self._waiting.remove(part)
            if not self._waiting:
                QTimer.singleShot(0, self._complete)

    def _complete(self) -> None:
        if not self._closed:
            # What has changed is painted now; what stands is left alone.
            QCoreApplication.sendPostedEvents(None, QEvent.Type.UpdateRequest)
            self._clock.mark("complete_ms")
            if self._window.link.scene is not None:
                self._window.link.scene.hold(False)
            self.complete.emit()
            QTimer.singleShot(SETTLE_MS, self, self._settle)

    def _settle(self) -> None:
        """What nobody waits for: the pages behind the map, and what the first stroke and choice need."""
        if self._closed:
            return
        self._window.furnish()
        if self._keeps:
            from ui.keeping import keeping_folder
            from ui.motion import system_reduces_motion

            self._window.with_scenes(lambda scenes: scenes.keep_in(keeping_folder))
            self._worker.submit("motion", system_reduces_motion, self._window.follow_system_motion)
            self._window.greet()
        from planner.session.resolve import warming

        loaded = self._loading.result()
        steps = warming(loaded.atlas, loaded.state.form)

        def go_on(more: bool) -> None:
            # Piece by piece, so that a chart that is wanted meanwhile need not wait for all of them.
            if more and not self._closed:
                self._worker.submit("warm", lambda: next(steps, _NO_MORE) is not _NO_MORE, go_on)
            elif not self._closed:
                self._worker.submit("warm", memory.hand_back, lambda _: None)

        go_on(True)

    def close(self) -> None:
        """Lets go of everything still on its way."""
        self._closed = True
        self._loading.cancel()
        self._worker.close()


def world_text(error: BaseException) -> str:
    """What an error says, without the folders that the system's own messages carry."""
    if isinstance(error, OSError) and error.filename is not None:
        return f"{Path(os.fsdecode(error.filename)).name}: {error.strerror}"
    return str(error) or type(error).__name__


def fault_dialog(error: BaseException, theme: Theme, parent: QWidget | None = None) -> FaultDialog:
    """The dialog for an error: the world's names its file, ours carries a trace for the report."""
    import traceback

    from ui.dialogs import FaultDialog, versions, without_paths

    lines = [*versions(), "", without_paths(world_text(error))]
    if is_of_the_world(error):
        return FaultDialog(
            "The content could not be opened",
            world_text(error),
            "Restore the file, or install the program again. The program closes now.",
            "\n".join(lines),
            theme,
            parent,
        )
    lines += ["", *traceback.format_exception(error)]
    return FaultDialog(
        "Something went wrong in the program",
        f"{type(error).__name__}: {error}" if str(error) else type(error).__name__,
        "This is a fault of the program, not yours. The report names no patient and no folders.",
        "\n".join(lines),
        theme,
        parent,
    )


class BugWatch(QObject):
    """Turns an exception nobody caught into a dialog, one at a time."""

    caught = Signal(object)

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._open: FaultDialog | None = None
        self.caught.connect(self._show, Qt.ConnectionType.QueuedConnection)

    def install(self) -> None:
        """Listens on the window's thread and on all others."""
        sys.excepthook = self._on_exception
        threading.excepthook = lambda args: self.caught.emit(args.exc_value)

    def _on_exception(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            QApplication.quit()
            return
        _log.error("uncaught", exc_info=(kind, error, trace))
        self.caught.emit(error)

    def _show(self, error: BaseException) -> None:
        if self._open is None:
            self._open = fault_dialog(error, self._window.theme, self._window)
            self._open.finished.connect(self._forget)
            self._open.open()

    def _forget(self) -> None:
        self._open = None


def run(
    loading: Future[Loaded], clock: Clock, settings: Settings, measure: bool = False, stay: bool = False
) -> int:
    """Runs the program; the exit code.

    measure: prints the steps of its opening once the first picture stands, and closes unless told to stay.
    """
    if sys.stderr is not None:
        faulthandler.enable()
    # Ctrl+C in a terminal ends the program at once; Python's own handler would wait for the next event.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    application = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(application, QApplication)
    application.setApplicationName(APP_NAME)
    application.setStyle("Fusion")
    worker = Worker()
    window = MainWindow(worker.submit, settings)
    watch = BugWatch(window)
    watch.install()
    worker.failed.connect(watch.caught)
    opening = Opening(window, worker, loading, clock, keeps=not measure)
    codes: list[int] = []

    def stop(error: BaseException) -> None:
        codes.append(EXIT_FAULT if is_of_the_world(error) else 1)
        if measure:  # nobody is there to close a dialog
            print(f"block-planner: {world_text(error)}", file=sys.stderr)
            window.close()
            return
        dialog = fault_dialog(error, window.theme, window)
        dialog.finished.connect(window.close)
        dialog.open()

    opening.failed.connect(stop)
    opening.failed.connect(memory.collect_again)
    opening.complete.connect(memory.collect_again)
    if measure:

        def report() -> None:
            names = ("imports_ms", "load_ms", "first_frame_ms", "complete_ms")
            print(json.dumps({name: clock.marks.get(name) for name in names}), flush=True)
            if not stay:
                window.close()

        opening.complete.connect(report)
    opening.start()
    code = application.exec()
    return codes[0] if codes else code
