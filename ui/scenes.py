"""Which scene is open: new, opened, saved, recent, dropped on the window; named in its title; kept meanwhile.

The State has no name: what file it belongs to is the window's own. Opening is an act like any other and
can be undone, so the name follows: each opening notes the State before it and after it, and whoever comes
back to one of them comes back to its file.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import QObject, QTimer, QUrl, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from planner.session import actions as act
from planner.session.picture import Picture
from planner.session.scene_file import Scene, SceneFault, decode, encode, load, save
from planner.session.state import PoseRequest, State
from ui import APP_NAME
from ui.settings import Settings
from ui.widgets.work import Submit

if TYPE_CHECKING:
    from planner.atlas.model import Atlas
    from ui.bridge import Bridge
    from ui.keeping import Keeper

KEEP_MS = 1_000  # after an act; later ones within this time are written with it
_FILTER = "Scenes (*.json);;All files (*)"
_LOOKING = ("pose", "face", "side", "form", "selected", "territory", "over", "source", "traced", "layers")
Act = tuple[str, Callable[[], object]]


@dataclass(frozen=True, slots=True)
class Document:
    """A file and what it holds. path None: not saved yet; saved: the State from which changes count."""

    path: Path | None
    saved: State


@dataclass(frozen=True, slots=True)
class _Opening:
    """One opening: the State before and after it, and the documents these belong to."""

    before: State
    after: State
    left: Document
    opened: Document


def without_view(state: State) -> State:
    """What makes a scene another one: everything but where the camera stands and which face shows it."""
    return msgspec.structs.replace(state, pose=PoseRequest(), face="explain")


def worth_keeping(state: State, saved: State) -> bool:
    """Whether work would be lost with this State: more has changed than what is being looked at."""
    fresh = State()
    looked = {name: getattr(fresh, name) for name in _LOOKING}
    return msgspec.structs.replace(state, **looked) != msgspec.structs.replace(saved, **looked)


def ask_where(parent: QWidget, title: str, start: Path | None, saving: bool) -> Path | None:
    """A file the user names; None if he thinks better of it."""
    ask = QFileDialog.getSaveFileName if saving else QFileDialog.getOpenFileName
    place, _ = ask(parent, title, str(start) if start is not None else "", _FILTER)
    return Path(place) if place else None


class Scenes(QObject):
    """Acts on scene files. `named`: title and modified mark; `noticed`: text, acts, tone for a message."""

    named = Signal(str, bool)
    noticed = Signal(str, object, str)
    said = Signal(str)
    recent_changed = Signal()

    def __init__(
        self, window: QWidget, submit: Submit, settings: Settings, atlas: Atlas, bridge: Bridge
    ) -> None:
        super().__init__(window)
        self._window, self._submit, self._settings = window, submit, settings
        self._atlas, self._bridge = atlas, bridge
        self.document = Document(None, State())
        self._openings: list[_Opening] = []
        self._opening: Document | None = None
        self._state = bridge.picture().state
        self._keeper: Keeper | None = None
        self._guards = self._said_unkept = self._closing_anyway = False
        self._serial = 0
        self._later = QTimer(self, singleShot=True, interval=KEEP_MS)
        self._later.timeout.connect(self._keep)
        self._leave = bridge.watch(self._follow)

    # -- following the session ------------------------------------------------------------------------

    def begin(self, path: Path | None) -> None:
        """The session began with the scene of this file, or with none."""
        self.document = Document(path, self._state)
        if path is not None:
            self._settings.add_recent(path.absolute())
        self._name()

    def modified(self) -> bool:
        """Whether the scene differs from its file."""
        return without_view(self._state) != without_view(self.document.saved)

    def _follow(self, picture: Picture) -> None:
        """Each State in turn, undone and redone ones too."""
        before, self._state = self._state, picture.state
        if self._opening is not None:
            opened, self._opening = self._opening, None
            self._openings.append(_Opening(before, self._state, self.document, opened))
            self.document = opened
        else:
            for entry in self._openings:
                if before is entry.after and self._state is entry.before:
                    self.document = entry.left
                elif before is entry.before and self._state is entry.after:
                    self.document = entry.opened
        self._closing_anyway = False
        if not self._later.isActive():
            self._later.start()
        self._name()

    def _name(self) -> None:
        self.named.emit(self.title(), self.modified())

    def title(self) -> str:
        """The window's title, with Qt's place for the modified mark."""
        if self.document.path is not None:
            return f"{self.document.path.stem}[*] – {APP_NAME}"
        return f"Scene not saved[*] – {APP_NAME}" if self.modified() else APP_NAME

    # -- new and open ---------------------------------------------------------------------------------

    def new(self) -> None:
        """An empty scene, seen with the same face and form; the one before is one undo away."""
        now = self._state
        lost = worth_keeping(now, self.document.saved)
        fresh = State(face=now.face, form=now.form)
        self._replace(fresh, Document(None, fresh))
        if lost:
            self._tell_undo("New scene. The one before was not saved.")

    def ask_open(self) -> None:
        """Lets the user name a scene and opens it."""
        if (path := ask_where(self._window, "Open scene", self._folder(), False)) is not None:
            self.open(path)

    def open(self, path: Path) -> None:
        """Reads a scene beside the window, then shows it; a bad one is refused with a sentence."""
        content, points = self._atlas.content, self._atlas.points_lps

        def work() -> Scene | SceneFault:
            try:
                return load(path, content, points)
            except SceneFault as fault:
                return fault

        def done(read: Scene | SceneFault) -> None:
            if isinstance(read, SceneFault):
                self.noticed.emit(f"{read}. The scene you have open is unchanged.", (), "caution")
                if not path.exists():
                    self._settings.drop_recent(path)
                    self.recent_changed.emit()
                return
            lost = worth_keeping(self._state, self.document.saved)
            self._replace(read.state, Document(path, read.state))
            self._remember(path)
            if not read.same_content:
                self.noticed.emit(
                    f"{path.name} was saved with other content: areas and comparisons may differ from then.",
                    (),
                    "caution",
                )
            elif lost:
                self._tell_undo(f"{path.stem} is open. The scene before was not saved.")

        self._submit("scene", work, done)

    def drop(self, urls: Sequence[QUrl]) -> None:
        """A file let go over the window: only one, and only of this computer."""
        local = [url for url in urls if url.isLocalFile() and not url.host()]
        if len(urls) != 1 or len(local) != 1:
            text = "One scene file of this computer can be dropped here."
            self.noticed.emit(text, (), "caution")
            return
        self.open(Path(local[0].toLocalFile()))

    def recent(self) -> list[tuple[Path, bool]]:
        """Recent scenes and whether each is still there; places on the network are not asked."""
        paths = [Path(place) for place in self._settings.now.recent]
        return [(path, not _on_network(path) and path.is_file()) for path in paths]

    def clear_recent(self) -> None:
        """Forgets the recent scenes."""
        self._settings.keep(recent=())
        self.recent_changed.emit()

    def _replace(self, state: State, document: Document) -> None:
        self._bridge.picture()  # a stroke on its way belongs to the scene before
        self._opening = document
        self._bridge.dispatch(act.LoadState(state))
        self._opening = None  # a refused one

    def _tell_undo(self, text: str) -> None:
        def undo() -> None:
            self._bridge.dispatch(act.Undo())

        self.noticed.emit(text, (("Bring it back", undo),), "")

    # -- saving ---------------------------------------------------------------------------------------

    def save(self) -> bool:
        """Writes the scene to its file, asking for one if it has none; whether it stands there now."""
        if self.document.path is None:
            return self.save_as()
        return self._write(self.document.path)

    def save_as(self) -> bool:
        """Writes the scene to a file the user names."""
        folder = self._folder()
        start = self.document.path or (folder / "scene.json" if folder is not None else Path("scene.json"))
        path = ask_where(self._window, "Save scene", start, True)
        if path is None:
            return False
        return self._write(path if path.suffix else path.with_suffix(".json"))

    def _write(self, path: Path) -> bool:
        state = self._bridge.picture().state
        try:
            save(path, state, self._atlas.content.sha256)
        except SceneFault as fault:
            self.noticed.emit(
                f"{fault}. Nothing is lost: the scene stays open as it is.",
                (("Save as …", self.save_as),),
                "alert",
            )
            return False
        self.document = Document(path, state)
        self._remember(path)
        self.said.emit(f"Saved as {path.name}")
        self._name()
        self._later.start()
        return True

    def _remember(self, path: Path) -> None:
        self._settings.add_recent(path.absolute())
        self.recent_changed.emit()

    def _folder(self) -> Path | None:
        if self.document.path is not None:
            return self.document.path.parent
        recent = [path for path, there in self.recent() if there]
        return recent[0].parent if recent else None

    # -- keeping what is open ---------------------------------------------------------------------------

    def keep_in(self, folder: Callable[[], Path]) -> None:
        """From now on the open scene is kept in this folder, and what was left there is offered."""
        from ui.keeping import Keeper

        self._guards = True
        try:
            self._keeper = Keeper(folder())
            left = self._keeper.left_path.read_bytes() if self._keeper.left_behind() else b""
        except OSError as error:
            self._tell_unkept(error)
            return
        if left:
            self._offer(left)
        self._later.start()

    def _offer(self, left: bytes) -> None:
        keeper = self._keeper
        assert keeper is not None
        try:
            scene = decode(left, self._atlas.content, self._atlas.points_lps)
        except SceneFault as fault:
            self._quietly(keeper.put_left_aside)
            self.noticed.emit(f"What was kept of the last session cannot be used: {fault}.", (), "caution")
            return

        def take_up() -> None:
            self._replace(scene.state, Document(None, State()))
            self._keep()
            self._quietly(keeper.discard_left)

        marks = len(scene.state.marks)
        what = "" if not marks else " It holds one mark." if marks == 1 else f" It holds {marks} marks."
        self.noticed.emit(
            f"The last session ended before its scene was saved.{what}",
            (
                ("Continue where you left off", take_up),
                ("Discard", lambda: self._quietly(keeper.discard_left)),
            ),
            "",
        )

    def _keep(self) -> None:
        """Hands the open scene to the worker to be kept, or forgets it when nothing could be lost."""
        keeper = self._keeper
        if keeper is None:
            return
        self._later.stop()
        self._serial += 1
        state, serial, sha = self._state, self._serial, self._atlas.content.sha256
        lost = worth_keeping(state, self.document.saved)

        def work() -> OSError | None:
            try:
                if lost:
                    keeper.write(encode(state, sha), serial)
                else:
                    keeper.forget(serial)
            except OSError as error:
                return error
            return None

        def done(error: OSError | None) -> None:
            if error is not None:
                self._tell_unkept(error)

        self._submit("keep", work, done)

    def _tell_unkept(self, error: OSError) -> None:
        if not self._said_unkept:
            self._said_unkept = True
            self.said.emit(f"Unsaved work cannot be kept in the background: {error.strerror or error}")

    def _quietly(self, do: Callable[[], None]) -> None:
        try:
            do()
        except OSError as error:
            self._tell_unkept(error)

    def may_close(self) -> bool:
        """Keeps or forgets the scene for good. False, once: unsaved work can be kept nowhere, and says so."""
        self._later.stop()
        if not self._guards or self._closing_anyway:
            return True
        self._serial += 1
        state = self._bridge.picture().state
        lost = worth_keeping(state, self.document.saved)
        try:
            if self._keeper is not None and lost:
                self._keeper.write(encode(state, self._atlas.content.sha256), self._serial)
            elif self._keeper is not None:
                self._keeper.forget(self._serial)
        except OSError as error:
            why = f": {error.strerror}" if error.strerror else ""
        else:
            if self._keeper is not None or not lost:
                return True
            why = ""
        if not lost:
            return True
        self._closing_anyway = True
        self.noticed.emit(
            f"This scene is not saved and cannot be kept for the next start{why}. "
            "Closing the window once more discards it.",
            (("Save as …", self.save_as), ("Close without saving", self._window.close)),
            "alert",
        )
        return False

    def close(self) -> None:
        """Hears no more of the session."""
        self._later.stop()
        self._leave()
        if self._keeper is not None:
            self._keeper.close()
            self._keeper = None


def _on_network(path: Path) -> bool:
    return str(path).replace("\\", "/").startswith("//")
