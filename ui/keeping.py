"""The open scene on disk, so that a crash, a power cut or closing without saving loses nothing.

It holds what a saved scene holds and nothing more: no name, no path, no time. It lies in the system's
folder for a program's state, in a slot of its own for each window that is open: a slot is held by a lock
that the system lets go of when the process ends, however it ends. Left behind, the next start offers it.
"""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import IO

from planner.files import write_atomically

SLOTS = 8


def keeping_folder() -> Path:
    """Where open scenes are kept. Raises OSError if it cannot be made."""
    from platformdirs import user_state_path

    return user_state_path("lumbar-block-planner", appauthor=False, ensure_exists=True)


class Keeper:
    """One slot: writes of the worker and of the closing window never overtake one another."""

    def __init__(self, folder: Path) -> None:
        """Takes a free slot, first of all one in which something was left behind. Raises OSError."""
        folder.mkdir(parents=True, exist_ok=True)
        self._slot, self._held = _free_slot(folder)
        self.open_path = folder / f"open-{self._slot}.json"
        self.left_path = folder / f"left-{self._slot}.json"
        self._one = threading.Lock()
        self._last = 0
        if self.open_path.exists():
            os.replace(self.open_path, self.left_path)

    def left_behind(self) -> bool:
        """Whether an earlier run left something that was neither taken up nor discarded."""
        return self.left_path.exists()

    def write(self, data: bytes, serial: int) -> None:
        """Keeps the bytes of a scene unless something newer (a larger serial) is kept. Raises OSError."""
        with self._one:
            if serial > self._last:
                write_atomically(self.open_path, data)
                self._last = serial

    def forget(self, serial: int) -> None:
        """Nothing is open that could be lost. Raises OSError."""
        with self._one:
            if serial > self._last:
                self.open_path.unlink(missing_ok=True)
                self._last = serial

    def discard_left(self) -> None:
        """What an earlier run left is not wanted any more, or stands in the open scene. Raises OSError."""
        self.left_path.unlink(missing_ok=True)

    def put_left_aside(self) -> None:
        """What an earlier run left cannot be used: kept for whoever wants to look at it. Raises OSError."""
        os.replace(self.left_path, self.left_path.with_suffix(".json.bad"))

    def close(self) -> None:
        """Lets go of the slot."""
        self._held.close()


def _free_slot(folder: Path) -> tuple[int, IO[bytes]]:
    free: list[tuple[int, IO[bytes]]] = []
    for slot in range(1, SLOTS + 1):
        held = _hold(folder / f"open-{slot}.lock")
        if held is not None:
            free.append((slot, held))
    if not free:
        raise OSError(None, "all places for open scenes are taken")
    names = ("open", "left")
    chosen = next(
        (pair for pair in free if any((folder / f"{name}-{pair[0]}.json").exists() for name in names)),
        free[0],
    )
    for pair in free:
        if pair is not chosen:
            pair[1].close()
    return chosen


def _hold(path: Path) -> IO[bytes] | None:
    """The file, locked by this process until closed; None while another process holds it."""
    file = path.open("ab")
    try:
        if os.name == "nt":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        return None
    return file
