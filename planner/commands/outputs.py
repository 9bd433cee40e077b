"""Where a command is told to write: held against what the file system takes before any work is done."""

from __future__ import annotations

import os
from pathlib import Path

from planner.atlas.names import quoted


class OutputFault(Exception):
    """A place that cannot be written to; the text is one line that names the argument."""


def checked_output(out: Path, ending: str) -> None:
    """Raises OutputFault unless `out` ends so and lies in a folder that takes it."""
    if out.suffix.lower() != ending:
        raise OutputFault(f"argument --out: {quoted(out.name)} does not end in {ending}")
    try:
        if not out.parent.is_dir():
            raise OutputFault(f"argument --out: there is no folder {out.parent}")
        if out.is_dir():
            raise OutputFault(f"argument --out: {out} is a folder")
        if not os.access(out.parent, os.W_OK):
            raise OutputFault(f"argument --out: nothing can be written into {out.parent}")
    except OSError as fault:
        raise OutputFault(
            f"argument --out: {quoted(str(out))} cannot be written ({fault.strerror})"
        ) from fault
