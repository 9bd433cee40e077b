"""Whether the system asks programs to keep still. Qt does not tell before 6.12, so each system is asked.

Asked in the worker once the window stands: two of the systems answer through a program of their own.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

_PATIENCE_S = 2.0
_CLIENT_AREA_ANIMATION = 0x1042  # SPI_GETCLIENTAREAANIMATION


def system_reduces_motion() -> bool:
    """True where the system says so; False where it does not say."""
    try:
        if sys.platform == "win32":
            return not _windows_animates()
        if sys.platform == "darwin":
            return _said("defaults", "read", "com.apple.universalaccess", "reduceMotion") == "1"
        return _kde_stands_still() or (
            _said("gsettings", "get", "org.gnome.desktop.interface", "enable-animations") == "false"
        )
    except (OSError, ValueError, subprocess.SubprocessError):
        return False


def _windows_animates() -> bool:
    import ctypes

    answer = ctypes.c_int(1)
    ctypes.windll.user32.SystemParametersInfoW(  # type: ignore[attr-defined]
        _CLIENT_AREA_ANIMATION, 0, ctypes.byref(answer), 0
    )
    return bool(answer.value)


def _said(program: str, *arguments: str) -> str:
    found = shutil.which(program)
    if found is None:
        return ""
    run = subprocess.run(
        [found, *arguments], capture_output=True, text=True, timeout=_PATIENCE_S, check=False
    )
    return run.stdout.strip()


def _kde_stands_still() -> bool:
    folder = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    try:
        text = (folder / "kdeglobals").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    found = re.search(r"^AnimationDurationFactor=\s*([0-9.]+)", text, re.MULTILINE)
    return found is not None and float(found.group(1)) == 0.0
