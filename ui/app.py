"""Starting the program: what it is told, where its content lies, and loading while Qt is still importing.

Reading the atlas begins in a thread before anything of Qt is imported; the window is shown empty at
once and filled when the atlas arrives. Nothing here imports Qt at the top, for that reason.
"""

from __future__ import annotations

import argparse
import gc
import os
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from planner.atlas.handbook import Handbook
    from planner.atlas.model import Atlas
    from planner.chart import Borders
    from planner.session.state import State
    from ui.settings import Settings

MEASURE = "BLOCK_PLANNER_MEASURE"
_IMPORTED_AT = time.time()


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line asked for. content None: the bundled one."""

    content: Path | None = None
    scene: Path | None = None
    face: str | None = None


@dataclass(frozen=True, slots=True)
class Loaded:
    """What the loading thread brings: atlas, State to open with, region borders in that State's form.

    handbook: reads what belongs to the atlas and is only read; None where there is none.
    folder: the content it was read from, None for the bundled one.
    """

    atlas: Atlas
    borders: Borders
    state: State
    handbook: Callable[[], Handbook] | None = None
    folder: Path | None = None
    scene: Path | None = None  # the file of the State, if it came from one


@dataclass(slots=True)
class Clock:
    """Milliseconds from process start to each step of the opening."""

    start: float = field(default_factory=lambda: process_start())
    marks: dict[str, float] = field(default_factory=dict)

    def mark(self, step: str) -> None:
        """Notes a step the first time it is reached."""
        self.marks.setdefault(step, round((time.time() - self.start) * 1000.0, 1))


def process_start() -> float:
    """When this process began (seconds since the epoch); elsewhere than on Linux, when `ui` was imported."""
    try:
        ticks = int(Path("/proc/self/stat").read_text(encoding="ascii").rpartition(")")[2].split()[19])
        since_boot = ticks / os.sysconf("SC_CLK_TCK")
        return time.time() - (time.clock_gettime(time.CLOCK_BOOTTIME) - since_boot)
    except (OSError, ValueError, IndexError, AttributeError):
        return _IMPORTED_AT


def parse(argv: Sequence[str]) -> Options:
    """Options of `python -m ui`; exits with 2 on bad input."""
    parser = argparse.ArgumentParser(prog="block-planner", description="Opens the Lumbar Block Planner.")
    parser.add_argument("--content", type=Path, metavar="DIR", help="another content folder")
    parser.add_argument("--scene", type=Path, metavar="FILE", help="a saved scene to open")
    parser.add_argument("--face", choices=("explain", "study", "lecture"))
    given = parser.parse_args(argv)
    return Options(given.content, given.scene, given.face)


def assets_folder() -> Path:
    """Where the bundled content lies."""
    from importlib.resources import files

    return Path(str(files("assets")))


def load(options: Options, settings: Settings | None = None) -> Loaded:
    """Content, meshes, borders and opening State: that of a scene, or the face and form used last.

    Raises ContentFault, MeshFault, SceneFault or OSError.
    """
    import msgspec

    from planner.atlas.forms import formed
    from planner.atlas.load import load_atlas, load_handbook
    from planner.chart import region_borders
    from planner.session.resolve import resolve
    from planner.session.state import State

    folder = options.content if options.content is not None else assets_folder()
    atlas = load_atlas(folder)
    state = State() if settings is None else State(face=settings.now.face, form=settings.now.form)
    if options.scene is not None:
        from planner.session.scene_file import load as load_scene

        state = load_scene(options.scene, atlas.content, atlas.points_lps).state
    if options.face is not None:
        state = msgspec.structs.replace(state, face=options.face)
    body = formed(atlas, state.form)
    borders = region_borders(body.meshes.full["skin"], body.fields)
    loaded = Loaded(atlas, borders, state, partial(load_handbook, folder), options.content, options.scene)
    resolve(atlas, state)  # what it works out is kept: the window's first picture costs nothing more
    return loaded


def settings_path() -> Path | None:
    """Where the window's settings are kept; None where the system lets nothing be kept."""
    from platformdirs import user_config_path

    try:
        return user_config_path("lumbar-block-planner", appauthor=False, ensure_exists=True) / "window.json"
    except OSError:
        return None


def read_settings(measure: bool) -> Settings:
    """What is remembered; while measuring nothing is, so that every start is the same."""
    from ui.settings import Settings

    return Settings(None if measure else settings_path())


def is_of_the_world(error: BaseException) -> bool:
    """Whether an error lies in files or the machine rather than in this program."""
    from planner.atlas.load import ContentFault
    from planner.atlas.meshes import MeshFault

    kinds: tuple[type[BaseException], ...] = (ContentFault, MeshFault, OSError)
    return isinstance(error, kinds) or type(error).__name__ == "SceneFault"


def main(argv: Sequence[str] | None = None) -> int:
    """Opens the window and stays until it is closed; 0, or 2 when the content cannot be opened."""
    clock = Clock()
    options = parse(sys.argv[1:] if argv is None else argv)
    gc.disable()  # half a million things are made that all stay: nothing to collect until the picture stands
    try:
        return _open(options, clock)
    finally:
        gc.enable()


def _open(options: Options, clock: Clock) -> int:
    # The products here are small: a second thread for them would mostly spin while the window wants the core.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="load")
    measure = os.environ.get(MEASURE, "")
    # One after the other in the same thread: the settings are there long before Qt is.
    remembered: Future[Settings] = pool.submit(read_settings, bool(measure))
    loading: Future[Loaded] = pool.submit(lambda: load(options, remembered.result()))
    pool.shutdown(wait=False)

    from ui.opening import run

    return run(loading, clock, remembered.result(), measure=bool(measure), stay=measure == "stay")
