"""The environment that both installer commands share: `.venv` in the checkout, from locked packages.

Packages are named with version and SHA-256 in `run.lock.txt` and `test.lock.txt`, exported from
`uv.lock` without any host: whatever index pip is configured for on this machine serves them, and a
file that differs is refused. A stamp inside `.venv` makes the second run skip all of it.
Standard library only. This module must parse on Python 3.7, so that an old Python gets a sentence
and not a SyntaxError.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import system

CHECKOUT = Path(__file__).resolve().parent.parent
OLDEST_PYTHON = (3, 11)
NEWEST_PYTHON = (3, 14)
LOCKS = {"run": "run.lock.txt", "test": "test.lock.txt"}
_STAMP = "block-planner-stamp.json"

# Settings of the shell that started us which would lead pip or Python past `.venv`.
_LEADING_ASTRAY = (
    "PYTHONHOME",
    "PYTHONPATH",
    "PYTHONSTARTUP",
    "PIP_USER",
    "PIP_TARGET",
    "PIP_PREFIX",
    "PIP_ROOT",
    "PIP_NO_DEPS",
    "PIP_NO_BINARY",
    "PIP_DRY_RUN",
)


def python_complaint(version: tuple[int, ...]) -> str | None:
    """One sentence if this Python is too old for the program, else None."""
    if version[:2] >= OLDEST_PYTHON:
        return None
    return (
        f"Lumbar Block Planner needs Python {_dotted(OLDEST_PYTHON)} or newer; "
        f"this is Python {_dotted(version[:3])} ({sys.executable}). "
        f"Install a newer one from python.org or your system's packages and start this command with it."
    )


def python_warning(version: tuple[int, ...]) -> str | None:
    """One sentence if this Python is newer than those the locked packages are made for, else None."""
    if version[:2] <= NEWEST_PYTHON:
        return None
    return (
        f"Note: the locked packages are made for Python {_dotted(OLDEST_PYTHON)} to "
        f"{_dotted(NEWEST_PYTHON)}; this is {_dotted(version[:3])}, for which some may not exist yet."
    )


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(str(part) for part in version)


def scripts_folder(environment: Path, windows: bool = os.name == "nt") -> Path:
    """Where a virtual environment keeps its commands."""
    return environment / ("Scripts" if windows else "bin")


def command_path(environment: Path, name: str, windows: bool = os.name == "nt") -> Path:
    """Path of a command inside a virtual environment."""
    return scripts_folder(environment, windows) / (name + ".exe" if windows else name)


def clean_variables(variables: dict[str, str]) -> dict[str, str]:
    """The shell's variables without those that would lead pip or Python past the environment."""
    return {key: value for key, value in variables.items() if key not in _LEADING_ASTRAY}


def fingerprint(lock: bytes, project: bytes) -> str:
    """SHA-256 over the locked packages and the project's own description."""
    return hashlib.sha256(hashlib.sha256(lock).digest() + hashlib.sha256(project).digest()).hexdigest()


def stamp_for(checkout: Path, kind: str, version: tuple[int, ...]) -> dict[str, str]:
    """What a finished environment of this kind ("run" or "test") is marked with.

    The folder is part of it: an editable install points at it, so a moved checkout is installed again.
    """
    lock = (checkout / "installer" / LOCKS[kind]).read_bytes()
    project = (checkout / "pyproject.toml").read_bytes()
    return {"packages": fingerprint(lock, project), "python": _dotted(version[:2]), "checkout": str(checkout)}


def read_stamps(environment: Path) -> dict[str, object]:
    """The stamps of an environment by kind; empty if it was never finished."""
    try:
        stamps = json.loads((environment / _STAMP).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamps if isinstance(stamps, dict) else {}


def is_ready(environment: Path, checkout: Path, kind: str, version: tuple[int, ...]) -> bool:
    """Whether the environment was finished for exactly this lock, Python and folder."""
    if (
        not command_path(environment, "python").exists()
        or not command_path(environment, "block-planner").exists()
    ):
        return False
    return read_stamps(environment).get(kind) == stamp_for(checkout, kind, version)


def _write_stamps(environment: Path, stamps: dict[str, object]) -> None:
    partial = environment / (_STAMP + ".partial")
    partial.write_text(json.dumps(stamps, indent=1) + "\n", encoding="utf-8")
    os.replace(partial, environment / _STAMP)


def _serves(environment: Path, version: tuple[int, ...]) -> bool:
    """Whether the environment's Python starts, has pip, and is of the version that runs us."""
    probe = "import sys, pip; print('%d.%d' % sys.version_info[:2])"
    try:
        answer = subprocess.run(
            [str(command_path(environment, "python")), "-I", "-c", probe], capture_output=True, text=True
        )
    except OSError:
        return False
    return answer.returncode == 0 and answer.stdout.strip() == _dotted(version[:2])


def _create(environment: Path) -> None:
    if system.venv_package(sys.version_info[:2]) is not None:
        raise system.Unready("This Python has no `ensurepip`: install its package for virtual environments.")
    if environment.exists():
        print(f"Replacing {environment.name}: it was made by another Python or is incomplete", flush=True)
        shutil.rmtree(environment)
    print(f"Creating {environment}", flush=True)
    variables = clean_variables(dict(os.environ))
    made = subprocess.run([sys.executable, "-m", "venv", str(environment)], env=variables)
    if made.returncode != 0:
        raise system.Unready(f"`{sys.executable} -m venv {environment}` failed; see the lines above.")


def _pip(environment: Path, *arguments: str) -> int:
    python = str(command_path(environment, "python"))
    quiet = [] if sys.stdout.isatty() else ["--quiet"]
    command = [python, "-I", "-m", "pip", "--disable-pip-version-check", "--no-input", "install", *quiet]
    return subprocess.run(
        [*command, *arguments], env=clean_variables(dict(os.environ)), cwd=CHECKOUT
    ).returncode


def ensure(kind: str) -> Path:
    """The ready environment of this kind ("run" or "test"), made or brought up to date if needed.

    Raises system.Unready with a sentence for the user.
    """
    environment, version = CHECKOUT / ".venv", tuple(sys.version_info[:3])
    if is_ready(environment, CHECKOUT, kind, version):
        return environment
    warning = python_warning(version)
    if warning:
        print(warning, flush=True)
    if not _serves(environment, version):
        _create(environment)
    stamps = read_stamps(environment)
    _write_stamps(environment, {})
    lock = CHECKOUT / "installer" / LOCKS[kind]
    print(f"Installing the locked packages of {lock.name} (a few minutes the first time)", flush=True)
    if _pip(environment, "--require-hashes", "--only-binary", ":all:", "-r", str(lock)) != 0:
        raise system.Unready(
            "The locked packages could not be installed; pip's lines above say why. "
            f"They are ready-made for Python {_dotted(OLDEST_PYTHON)} to {_dotted(NEWEST_PYTHON)} on Linux "
            "(x86-64 with glibc 2.34 or newer, ARM with 2.39 or newer), macOS 14 or newer and Windows."
        )
    if _pip(environment, "--no-deps", "--no-build-isolation", "--no-index", "-e", str(CHECKOUT)) != 0:
        raise system.Unready("The program itself could not be installed; pip's lines above say why.")
    stamps[kind] = stamp_for(CHECKOUT, kind, version)
    if kind == "test":  # holds everything the other kind does, at the same versions
        stamps["run"] = stamp_for(CHECKOUT, "run", version)
    _write_stamps(environment, stamps)
    return environment
