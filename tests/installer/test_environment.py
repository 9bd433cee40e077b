"""The environment of the installer: Python versions, stamps, and what is kept from the shell."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import environment
import pytest

MODULES = sorted(environment.CHECKOUT.glob("installer/*.py"))


def checkout_at(folder: Path) -> Path:
    """A folder that holds what a stamp is made from."""
    (folder / "installer").mkdir(parents=True)
    for name in environment.LOCKS.values():
        (folder / "installer" / name).write_text("numpy==2.4.6\n", encoding="utf-8")
    (folder / "pyproject.toml").write_text("[project]\n", encoding="utf-8")
    return folder


def finished_environment(checkout: Path, kind: str, version: tuple[int, ...]) -> Path:
    """An environment folder that looks as `ensure` leaves it."""
    home = checkout / ".venv"
    environment.scripts_folder(home).mkdir(parents=True)
    for name in ("python", "block-planner"):
        environment.command_path(home, name).touch()
    environment._write_stamps(home, {kind: environment.stamp_for(checkout, kind, version)})
    return home


def test_that_an_old_python_gets_one_sentence_naming_what_is_needed_and_what_is_there() -> None:
    complaint = environment.python_complaint((3, 9, 18))
    assert complaint is not None
    assert "3.11" in complaint and "3.9.18" in complaint and "\n" not in complaint


@pytest.mark.parametrize("version", [(3, 11, 0), (3, 11, 2), (3, 14, 1), (4, 0, 0)])
def test_that_a_python_from_3_11_on_is_accepted(version: tuple[int, ...]) -> None:
    assert environment.python_complaint(version) is None


def test_that_a_python_newer_than_the_locked_packages_is_warned_about_but_not_refused() -> None:
    assert environment.python_warning((3, 14, 9)) is None
    assert "3.16" in (environment.python_warning((3, 16, 0)) or "")


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.name)
def test_that_the_installer_parses_on_python_3_7(path: Path) -> None:
    ast.parse(path.read_text(encoding="utf-8"), feature_version=(3, 7))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.name)
def test_that_the_installer_imports_the_standard_library_only(path: Path) -> None:
    own = {"environment", "headless", "run", "system", "test"}
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        for name in names:
            assert name.split(".")[0] in sys.stdlib_module_names | own | {"__future__"}


def test_that_a_finished_environment_is_ready_and_stays_so(tmp_path: Path) -> None:
    checkout = checkout_at(tmp_path / "planner")
    home = finished_environment(checkout, "run", (3, 11, 2))
    assert environment.is_ready(home, checkout, "run", (3, 11, 2))
    assert environment.is_ready(home, checkout, "run", (3, 11, 9))  # a patch release fits


def test_that_another_lock_python_or_folder_makes_it_unready(tmp_path: Path) -> None:
    checkout = checkout_at(tmp_path / "planner")
    home = finished_environment(checkout, "run", (3, 11, 2))
    assert not environment.is_ready(home, checkout, "run", (3, 12, 0))
    assert not environment.is_ready(home, checkout, "test", (3, 11, 2))
    moved = checkout_at(tmp_path / "moved")
    assert not environment.is_ready(home, moved, "run", (3, 11, 2))
    (checkout / "installer" / "run.lock.txt").write_text("numpy==2.5.0\n", encoding="utf-8")
    assert not environment.is_ready(home, checkout, "run", (3, 11, 2))


def test_that_a_broken_stamp_counts_as_none(tmp_path: Path) -> None:
    checkout = checkout_at(tmp_path / "planner")
    home = finished_environment(checkout, "run", (3, 11, 2))
    (home / "block-planner-stamp.json").write_text('{"run": {"pack', encoding="utf-8")
    assert environment.read_stamps(home) == {}
    assert not environment.is_ready(home, checkout, "run", (3, 11, 2))


def test_that_settings_that_lead_pip_astray_are_dropped_and_the_index_is_kept() -> None:
    shell = {"PYTHONPATH": "/x", "PIP_USER": "1", "PIP_INDEX_URL": "https://index.example", "HOME": "/h"}
    assert environment.clean_variables(shell) == {"PIP_INDEX_URL": "https://index.example", "HOME": "/h"}


def test_that_commands_lie_where_each_system_puts_them() -> None:
    home = Path("here")
    assert environment.command_path(home, "block-planner", windows=False) == home / "bin" / "block-planner"
    assert (
        environment.command_path(home, "block-planner", windows=True)
        == home / "Scripts" / "block-planner.exe"
    )


@pytest.mark.skipif(os.name == "nt", reason="a shell script stands in for the old Python")
def test_that_the_real_command_refuses_an_old_python_with_exit_code_2(tmp_path: Path) -> None:
    script = environment.CHECKOUT / "installer" / "run.py"
    pretend_old = (
        "import sys, collections, runpy;"
        "V = collections.namedtuple('V', 'major minor micro releaselevel serial');"
        "sys.version_info = V(3, 9, 2, 'final', 0);"
        f"sys.path.insert(0, {str(script.parent)!r});"
        f"runpy.run_path({str(script)!r}, run_name='__main__')"
    )
    answer = subprocess.run([sys.executable, "-c", pretend_old], capture_output=True, text=True, cwd=tmp_path)
    assert answer.returncode == 2
    assert answer.stderr.startswith("Lumbar Block Planner needs Python 3.11 or newer; this is Python 3.9.2")
    assert "Traceback" not in answer.stderr
    assert json.dumps(list(tmp_path.iterdir())) == "[]"
