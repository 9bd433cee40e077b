"""Damaged content opens a dialog that names the file and its fault, and no folder of the person's."""

from __future__ import annotations

import sys
from concurrent.futures import Future
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from ui.app import Clock, Loaded, Options, load
from ui.dialogs import FaultDialog
from ui.main_window import MainWindow
from ui.opening import Opening, fault_dialog
from ui.settings import Settings
from ui.widgets.work import Worker

sys.path.insert(0, str(Path(__file__).parents[1] / "content"))

from damage import Damage, content_files, copy_of, cut, missing, place_of


@pytest.mark.parametrize("damage", [missing, cut], ids=["missing", "cut"])
@pytest.mark.parametrize("name", content_files())
def test_that_the_dialog_names_the_file_and_no_folder(
    qtbot: QtBot,
    fake_scene: type,
    atlas_folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    damage: Damage,
) -> None:
    monkeypatch.setattr("planner.atlas.cache.cache_folder", lambda: tmp_path / "cache")
    content = copy_of(atlas_folder, tmp_path / "content of Jane Doe")
    damage(content / name)
    worker, loading = Worker(), Future[Loaded]()
    window = MainWindow(worker.submit, Settings(None))
    qtbot.addWidget(window)
    opening = Opening(window, worker, loading, Clock(), fake_scene)
    dialogs: list[FaultDialog] = []
    opening.failed.connect(lambda error: dialogs.append(fault_dialog(error, window.theme, window)))
    try:
        loading.set_result(load(Options(content)))
    except Exception as error:
        loading.set_exception(error)
    opening.start()
    qtbot.waitUntil(lambda: bool(dialogs), timeout=5000)
    (dialog,) = dialogs
    dialog.open()
    shown = "\n".join(label.text() for label in dialog.findChildren(QLabel))
    base = place_of(name)
    assert "could not be opened" in shown and base in shown
    QTest.mouseClick(dialog.copy, Qt.MouseButton.LeftButton)
    report = QGuiApplication.clipboard().text()
    assert base in report and "Traceback" not in report
    for text in (shown, report):
        assert "Jane" not in text and str(tmp_path) not in text and str(Path.home()) not in text
    dialog.close()
    window.close()
    QApplication.processEvents()
