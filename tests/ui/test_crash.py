"""The real program, killed in the middle of work and started again; and what it remembers between starts."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.skipif(os.name != "posix", reason="folders and signals of POSIX")
ROOT = Path(__file__).parents[2]

# Runs the program as it is and does one thing once its window has settled.
DRIVER = """
import json, os, signal, sys
from ui import app, opening
from planner.session import actions as act
settle = opening.Opening._settle

def settled(self):
    settle(self)
    window, scenes = self._window, self._window.scenes
    def tell(**found):
        print(json.dumps(found), flush=True)
{do}

opening.Opening._settle = settled
sys.exit(app.main([]))
"""

KILLED = """
    from PySide6.QtCore import QTimer
    for region in ("knee_ant", "thigh_lat_mid"):
        window.act(act.MarkRegion(region, "right", 5.0))
    def look():
        if scenes._keeper.open_path.exists():
            os.kill(os.getpid(), signal.SIGKILL)
    self.timer = QTimer(window, interval=50)
    self.timer.timeout.connect(look)
    self.timer.start()
"""

CONTINUED = """
    told = window.notice.text.text() if window.notice.isVisible() else ""
    modal = window.isEnabled() and __import__("PySide6.QtWidgets").QtWidgets.QApplication.activeModalWidget()
    marked_before = len(window._picture.state.marks)
    if told:
        window.notice.buttons[0].click()
    tell(told=told, modal=modal is not None, before=marked_before, title=window.windowTitle(),
         marks=[mark.region for mark in window._bridge.picture().state.marks])
    scenes._keep()
    window.act(act.ClearMarks())
    window.close()
"""


def run(home: Path, do: str) -> subprocess.CompletedProcess[str]:
    """The program with a home of its own, off screen."""
    environment = {
        **os.environ,
        "QT_QPA_PLATFORM": "offscreen",
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / "config"),
        "XDG_STATE_HOME": str(home / "state"),
    }
    return subprocess.run(
        [sys.executable, "-c", DRIVER.format(do=do)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )


def told(run: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout.splitlines()[-1])


def test_that_work_survives_a_killed_process_and_is_offered_without_a_dialog(tmp_path: Path) -> None:
    killed = run(tmp_path, KILLED)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    again = told(run(tmp_path, CONTINUED))
    assert "2 marks" in again["told"] and not again["modal"]
    assert again["before"] == 0 and again["marks"] == ["knee_ant", "thigh_lat_mid"]
    assert "not saved" in again["title"]
    kept = [path.name for path in (tmp_path / "state").rglob("*.json")]
    assert kept == []  # taken up, then cleared, then closed in order
    assert told(run(tmp_path, CONTINUED))["told"] == ""


REMEMBERED = """
    tell(face=window._picture.state.face, form=window._picture.state.form, scale=window.theme.scale,
         scheme=window.theme.palette.scheme, ground=window.settings.ground, still=window.reduced_motion(),
         left=window.folding.splitter.sizes()[0], size=[window.width(), window.height()],
         note=window.note.text(), tour=len(window.findChildren(__import__("ui.tour").tour.Tour)))
"""
CHANGED = """
    window.resize(880, 650)  # the screen of no screen is small
    from PySide6.QtWidgets import QApplication
    QApplication.processEvents()
    window.set_colors("dark"); window.set_ground("print"); window.set_reduced_motion(True)
    window.act(act.SetFace("study")); window.act(act.SetForm("female"))
    window.folding.splitter.moveSplitter(380, 1)
    window._bridge._emit()
    window.close()
"""


def test_that_layout_colours_face_and_form_are_remembered_and_damage_is_said(tmp_path: Path) -> None:
    first = told(run(tmp_path, REMEMBERED + "    window.close()\n"))
    assert (first["face"], first["form"], first["tour"], first["note"]) == ("explain", "neutral", 1, "")
    assert run(tmp_path, CHANGED).returncode == 0
    again = told(run(tmp_path, REMEMBERED + "    window.close()\n"))
    assert (again["face"], again["form"], again["tour"]) == ("study", "female", 0)
    assert (again["scheme"], again["ground"], again["still"]) == ("dark", "print", True)
    assert again["size"] == [880, 650] and abs(again["left"] - 380) <= 2
    (file,) = (tmp_path / "config").rglob("window.json")
    file.write_bytes(b'{"format": "lumbar-block-planner window", "version": 1, "scale": [[[[')
    damaged = told(run(tmp_path, REMEMBERED + "    window.close()\n"))
    assert "damaged" in damaged["note"] and damaged["face"] == "explain"
    assert file.with_name("window.json.bad").exists()
