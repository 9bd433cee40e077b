"""System libraries of Debian and Ubuntu: which are missing, and how to get them.

VTK crashes without a word when no OpenGL library is there at all, and Qt refuses its X plugin for one
missing libxcb file, so they are looked for before anything is started. They are found by the file the
loader would open, not by package name: Ubuntu renamed several packages (`libglib2.0-0t64`) and still
answers to the old names when asked to install. Standard library only; parses on Python 3.7.
"""

from __future__ import annotations

import glob
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

# package: shared library the loader must find. What a picture without a screen needs.
SCREENLESS = {
    "libgl1": "libGL.so.1",
    "libegl1": "libEGL.so.1",
    "libgl1-mesa-dri": "dri",
    "libx11-6": "libX11.so.6",
    "libglib2.0-0": "libgthread-2.0.so.0",
    "libdbus-1-3": "libdbus-1.so.3",
    "libfontconfig1": "libfontconfig.so.1",
    "libxkbcommon0": "libxkbcommon.so.0",
}

# What a window on an X display needs besides.
WINDOWED = {
    "libxkbcommon-x11-0": "libxkbcommon-x11.so.0",
    "libxcb-cursor0": "libxcb-cursor.so.0",
    "libxcb-icccm4": "libxcb-icccm.so.4",
    "libxcb-keysyms1": "libxcb-keysyms.so.1",
    "libxcb-shape0": "libxcb-shape.so.0",
    "libxcursor1": "libXcursor.so.1",
}

# package: command. What the tests need besides, to open real windows on a machine without a screen.
VIRTUAL_SCREEN = {"xvfb": "Xvfb", "xauth": "xauth"}

# Mesa's drivers are opened by name and stand in no loader cache.
_DRIVERS = ("/usr/lib/*/dri/*_dri.so", "/usr/lib/*/libgallium*.so", "/usr/lib/dri/*_dri.so")


class Unready(Exception):
    """The machine lacks something that this script cannot add; the text says what to do."""


def is_debian_like(os_release: str) -> bool:
    """Whether /etc/os-release describes Debian, Ubuntu or one of their descendants."""
    fields = dict(re.findall(r'^(ID|ID_LIKE)="?([^"\n]*)"?$', os_release, flags=re.MULTILINE))
    family = (fields.get("ID", "") + " " + fields.get("ID_LIKE", "")).split()
    return "debian" in family or "ubuntu" in family


def on_debian() -> bool:
    """Whether this machine has apt and says it is of Debian's family."""
    try:
        text = Path("/etc/os-release").read_text(encoding="utf-8")
    except OSError:
        return False
    return is_debian_like(text) and shutil.which("apt-get") is not None


def libraries_of(ldconfig_output: str) -> set[str]:
    """File names of the shared libraries that `ldconfig -p` lists."""
    return set(re.findall(r"^\s+(\S+\.so\S*)\s", ldconfig_output, flags=re.MULTILINE))


def missing_packages(wanted: dict[str, str], present: set[str]) -> list[str]:
    """The packages of `wanted` whose library or command is not in `present`, in the table's order."""
    return [package for package, thing in wanted.items() if thing not in present]


def present_here() -> set[str]:
    """Libraries the loader finds on this machine, "dri" where a graphics driver lies, and commands."""
    loader = shutil.which("ldconfig") or "/sbin/ldconfig"
    try:
        listing = subprocess.run([loader, "-p"], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        listing = ""
    present = libraries_of(listing)
    if any(glob.glob(pattern) for pattern in _DRIVERS):
        present.add("dri")
    return present | {command for command in VIRTUAL_SCREEN.values() if shutil.which(command)}


def administrator_prefix(is_root: bool, has_sudo: bool, can_ask: bool) -> list[str] | None:
    """What to put before a command so that it runs as root; None where that cannot be had.

    Without a terminal nobody can type a password, so sudo may only be used if it asks for none.
    """
    if is_root:
        return []
    if not has_sudo:
        return None
    return ["sudo"] if can_ask else ["sudo", "-n"]


def install_packages(packages: list[str], purpose: str) -> None:
    """Install Debian packages, saying first which and what for. Raises Unready with the exact command."""
    command = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
    by_hand = f"sudo apt-get update && sudo {' '.join(command)}"
    prefix = administrator_prefix(os.geteuid() == 0, shutil.which("sudo") is not None, sys.stdin.isatty())
    if prefix is None:
        raise Unready(f"These system packages are missing ({purpose}). Install them with:\n  {by_hand}")
    print(f"Installing system packages ({purpose}): {' '.join(packages)}", flush=True)
    environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    quiet = ["-qq"]
    # A package list that is old or absent is refreshed; one source that fails must not stop the rest.
    subprocess.run([*prefix, "apt-get", *quiet, "update"], env=environment, stdin=subprocess.DEVNULL)
    install = [*prefix, command[0], *quiet, *command[1:]]
    if subprocess.run(install, env=environment, stdout=subprocess.DEVNULL).returncode != 0:
        raise Unready(f"The system packages could not be installed ({purpose}). Try by hand:\n  {by_hand}")


def venv_package(version: tuple[int, ...]) -> str | None:
    """Debian's package that lets this Python make environments; None where it already can."""
    if importlib.util.find_spec("ensurepip") is not None:
        return None
    return f"python{version[0]}.{version[1]}-venv"


def ensure_libraries(windowed: bool, virtual_screen: bool = False) -> None:
    """On Debian and Ubuntu, see to it that the libraries are there; elsewhere they come with the system.

    Everything missing is asked for at once. Raises Unready with the exact command where that fails.
    """
    if not on_debian():
        return
    wanted = dict(SCREENLESS)
    if windowed or virtual_screen:
        wanted.update(WINDOWED)
    if virtual_screen:
        wanted.update(VIRTUAL_SCREEN)
    missing = missing_packages(wanted, present_here())
    venv = venv_package(sys.version_info[:2])
    if venv is not None:
        missing.append(venv)
    if missing:
        install_packages(missing, "graphics, window, Python environments")
