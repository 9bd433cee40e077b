"""Writing files so that nobody ever meets half of one.

Everything the program writes goes through here: scenes, pictures, meshes, cached copies.
"""

from __future__ import annotations

import errno
import os
import secrets
from pathlib import Path


def write_atomically(path: Path, data: bytes) -> None:
    """Replaces the file by the data in one step, or leaves it as it was. Raises OSError.

    The folder must exist. A link is followed: what it points to is replaced, not the link.
    """
    place = Path(os.path.realpath(path))
    if place.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    # Short, so that every name the file system takes for `path` can be written. Not `tempfile`, whose
    # files nobody else may read: these are given away.
    part = place.with_name(f".{secrets.token_hex(8)}.part")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, place)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
