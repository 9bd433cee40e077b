"""The parts of the program that need a toolkit, started as programs of their own."""

from __future__ import annotations

import os
import sys
from pathlib import Path

REPLACES_PROCESS = os.name == "posix"


def window(arguments: list[str]) -> int:
    """Opens the window; its exit code, where it does not take this process's place."""
    command = [sys.executable, "-P", "-m", "ui", *arguments]
    if REPLACES_PROCESS:
        # The window takes this process's place: one process to close, no time lost waiting.
        sys.stdout.flush()
        os.execve(sys.executable, command, _variables())
    return _run(command)


def run(module: str, arguments: list[str]) -> int:
    """Runs a module of the window as a program of its own and passes on its exit code."""
    sys.stdout.flush()
    return _run([sys.executable, "-P", "-m", module, *arguments])


def _variables() -> dict[str, str]:
    """This process's variables, with the folder that holds this very program first on the module path."""
    home = str(Path(__file__).resolve().parents[2])
    paths = [home, *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(dict.fromkeys(paths))}


def _run(command: list[str]) -> int:
    import subprocess

    return subprocess.run(command, check=False, env=_variables()).returncode
