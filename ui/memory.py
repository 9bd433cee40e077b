"""How the process keeps its memory: what is freed goes back to the system, where glibc would keep it."""

from __future__ import annotations

import ctypes
import gc
import linecache
import logging
import sys
from functools import cache

_LOG = logging.getLogger(__name__)
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
_MEGABYTE = 1 << 20


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
    """Has large blocks handed back as soon as they are freed, small ones only at rest.

    Frames come and go as arrays of several megabytes; left to itself the allocator learns to keep such
    blocks, and the process grows by some 60 MB over a session. What a band of a frame needs is smaller and
    wanted again at once: handing that back each time would cost more than the work on it.
    """
    if (library := _glibc()) is not None:
        library.mallopt(_MMAP_THRESHOLD, _MEGABYTE)
        library.mallopt(_TRIM_THRESHOLD, 32 * _MEGABYTE)


def hand_back() -> None:
    """Hands back what lies freed between blocks in use; some milliseconds, in any thread."""
    if (library := _glibc()) is not None:
        library.malloc_trim(0)


def collect_again() -> None:
    """Lets Python look for unreachable things from now on, but not among all that the start has made.

    Qt's binding reads the source of modules as they are imported; that goes.
    """
    linecache.clearcache()
    gc.freeze()
    gc.enable()
