"""Installs everything the tests need into `.venv` and runs every check: `python3 installer/test.py`.

Lint and types first, then the tests without a display, last those that open real windows (under a
virtual screen where there is none). Arguments go to both pytest runs. `--no-lint` leaves out the checks.
Every step runs even if one before it failed, so that one run shows all there is to mend.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import environment
import system

# Not pytest-xvfb: it ends the X server while VTK still holds a connection to it.
VIRTUAL_SCREEN = ["xvfb-run", "-a", "-s", "-screen 0 1920x1080x24"]
NO_TESTS_COLLECTED = 5
MOST_WORKERS = 4  # each holds the whole model


def checks(home: Path) -> list[list[str]]:
    """The checks on the sources, each a command."""
    ruff, mypy, contracts = (
        str(environment.command_path(home, name)) for name in ("ruff", "mypy", "lint-imports")
    )
    return [[ruff, "check", "."], [ruff, "format", "--check", "."], [mypy], [contracts]]


def screenless_variables(variables: dict[str, str]) -> dict[str, str]:
    """The shell's variables for tests that must not touch a display."""
    kept = {key: value for key, value in variables.items() if key not in {"DISPLAY", "WAYLAND_DISPLAY"}}
    return dict(kept, QT_QPA_PLATFORM="offscreen")


def window_variables(variables: dict[str, str], platform: str) -> dict[str, str]:
    """The shell's variables for tests that open real windows; on Linux always through X."""
    kept = {
        key: value for key, value in variables.items() if key not in {"QT_QPA_PLATFORM", "WAYLAND_DISPLAY"}
    }
    return dict(kept, QT_QPA_PLATFORM="xcb") if platform.startswith("linux") else kept


def window_launcher(platform: str, has_xvfb: bool) -> list[str] | None:
    """What to put before the command that runs the window tests; None where they cannot run.

    Linux always gets the virtual screen, so that no window jumps in front of whoever sits there.
    """
    if not platform.startswith("linux"):
        return []
    return list(VIRTUAL_SCREEN) if has_xvfb else None


def side_by_side() -> list[str]:
    """Has the tests share the cores, a whole file to each, so that what a file loads is loaded once."""
    return ["-n", str(min(os.cpu_count() or 1, MOST_WORKERS)), "--dist", "loadfile"]


def _step(command: list[str], variables: dict[str, str]) -> int:
    print(f"\n$ {shlex.join(command)}", flush=True)
    return subprocess.run(command, cwd=environment.CHECKOUT, env=variables).returncode


def run_checks(home: Path, variables: dict[str, str]) -> list[str]:
    """Names of the checks that failed."""
    failed = [command for command in checks(home) if _step(command, variables) != 0]
    return [" ".join([Path(program).stem, *arguments]) for program, *arguments in failed]


def run_tests(home: Path, variables: dict[str, str], arguments: list[str]) -> list[str]:
    """Names of the test runs that failed. A run that had nothing to do has not failed if the other had."""
    pytest = [str(environment.command_path(home, "python")), "-m", "pytest", *arguments]
    launcher = window_launcher(sys.platform, shutil.which("xvfb-run") is not None)
    failed, empty = [], 0
    # Windows wait for one another's focus and timing, so theirs run one by one; the others share the cores.
    runs = [("window tests", launcher, window_variables(variables, sys.platform), ["-m", "window"])]
    runs.append(("tests", [], screenless_variables(variables), ["-m", "not window", *side_by_side()]))
    for name, before, values, chosen in runs:
        if before is None:
            print(f"\nThe {name} need Xvfb (`xvfb-run`), which is not installed.", file=sys.stderr)
            failed.append(name)
            continue
        code = _step([*before, *pytest, *chosen], values)
        if code == NO_TESTS_COLLECTED:
            empty += 1
        elif code != 0:
            failed.append(name)
    return failed if empty < len(runs) else [*failed, "tests (none ran)"]


def main(arguments: list[str]) -> int:
    """Exit code of the whole command: 0 if all is well, 1 if a check or test failed, 2 if not set up."""
    complaint = environment.python_complaint(tuple(sys.version_info[:3]))
    if complaint:
        print(complaint, file=sys.stderr)
        return 2
    try:
        system.ensure_libraries(windowed=True, virtual_screen=True)
        home = environment.ensure("test")
    except system.Unready as reason:
        print(reason, file=sys.stderr)
        return 2
    variables = environment.clean_variables(dict(os.environ))
    # Tools that look up other tools find those of the environment first.
    variables["PATH"] = str(environment.scripts_folder(home)) + os.pathsep + variables.get("PATH", "")
    failed = [] if "--no-lint" in arguments else run_checks(home, variables)
    if failed:
        print(f"\nFailed checks: {', '.join(failed)}", file=sys.stderr, flush=True)
    failed += run_tests(home, variables, [value for value in arguments if value != "--no-lint"])
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
