"""How the process keeps its memory: what is freed goes back to the system, where glibc would keep it."""

from __future__ import annotations

import ctypes
import logging
import sys
from functools import cache

_LOG = logging.getLogger(__name__)
_MMAP_THRESHOLD, _ONE_MEGABYTE = -3, 1 << 20


@cache
def _glibc() -> ctypes.CDLL | None:
    if not sys.platform.startswith("linux"):
        return None
    library = ctypes.CDLL(None)
    if hasattr(library, "mallopt") and hasattr(library, "malloc_trim"):
        return library
    _LOG.debug("the allocator has no mallopt")
    return None


def steady() -> None:
    """Has large blocks handed back as soon as they are freed.

    Frames come and go as arrays of several megabytes; left to itself the allocator learns to keep such
    blocks, and the process grows by some 60 MB over a session.
    """
    if (library := _glibc()) is not None:
        library.mallopt(_MMAP_THRESHOLD, _ONE_MEGABYTE)


def hand_back() -> None:
    """Hands back what lies freed between blocks in use; some milliseconds, in any thread."""
    if (library := _glibc()) is not None:
        library.malloc_trim(0)
