"""Fixtures every test may use, and the watch for Qt windows that outlive their test.

Tests of the core never import Qt: the watch wakes only for tests that ask for `qtbot` or `qapp`.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from planner.atlas.model import Atlas


@pytest.fixture(scope="session")
def atlas_folder() -> Iterator[Path]:
    """The bundled content folder, as `--content` would name it."""
    with as_file(files("assets")) as folder:
        yield folder


@pytest.fixture(scope="session")
def atlas(atlas_folder: Path) -> Atlas:
    """The bundled atlas, read once: it is frozen, so tests may share it."""
    from planner.atlas.load import load_atlas

    return load_atlas(atlas_folder)


@pytest.fixture(autouse=True)
def no_window_left_behind(request: pytest.FixtureRequest) -> Iterator[None]:
    """A Qt test fails if a top-level widget it made is still alive after its widgets were closed."""
    if not {"qtbot", "qapp"} & set(request.fixturenames):
        yield
        return
    from PySide6.QtCore import QCoreApplication, QEvent
    from PySide6.QtWidgets import QApplication

    request.getfixturevalue("qapp")

    def top_level_names() -> list[str]:
        gc.collect()  # widgets that only a reference cycle still holds are not leaks
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        widgets = QApplication.topLevelWidgets()
        return sorted(f"{type(widget).__name__} {widget.objectName()!r}" for widget in widgets)

    before = top_level_names()
    yield
    left = top_level_names()
    for name in before:
        if name in left:
            left.remove(name)
    assert not left, f"top-level widgets left behind: {', '.join(left)}"
