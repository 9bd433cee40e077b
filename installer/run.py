"""Installs Lumbar Block Planner into `.venv` and starts it: `python3 installer/run.py [arguments]`.

Arguments go to `block-planner` as they are. Without a screen, the sample case is worked through and
the answer, the picture and the page are written to `out/`. The second time this takes a moment only.
"""

from __future__ import annotations

import os
import subprocess
import sys

import environment
import headless
import system


def has_screen(platform: str, variables: dict[str, str]) -> bool:
    """Whether a window can be shown: always on macOS and Windows, with X or Wayland on Linux."""
    if platform == "darwin" or platform.startswith("win"):
        return True
    return bool(variables.get("DISPLAY") or variables.get("WAYLAND_DISPLAY"))


def wants_window(arguments: list[str]) -> bool:
    """Whether these `block-planner` arguments open the window: options only, no verb, no help."""
    takes_value = {"--content", "--scene", "--face"}
    rest = iter(arguments)
    for argument in rest:
        if argument in takes_value:
            next(rest, None)
        elif not argument.startswith("--") or argument in {"--help", "--version"}:
            return False
    return True


def start(planner: str, arguments: list[str], screen: bool) -> int:
    """Run `block-planner` with the arguments, or the sample case where it would need a screen."""
    if wants_window(arguments) and not screen:
        print("No screen here: working through the sample case instead of opening the window.", flush=True)
        return headless.work_through_sample(planner, environment.CHECKOUT)
    return subprocess.run([planner, *arguments]).returncode


def main(arguments: list[str]) -> int:
    """Exit code of the whole command; 2 where the machine lacks something."""
    complaint = environment.python_complaint(tuple(sys.version_info[:3]))
    if complaint:
        print(complaint, file=sys.stderr)
        return 2
    screen = has_screen(sys.platform, dict(os.environ))
    try:
        system.ensure_libraries(windowed=screen)
        home = environment.ensure("run")
    except system.Unready as reason:
        print(reason, file=sys.stderr)
        return 2
    return start(str(environment.command_path(home, "block-planner")), arguments, screen)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
