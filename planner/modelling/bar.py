"""How far a build has come: a bar on a terminal, plain lines anywhere else.

A step (a recipe, a stage) brings structures; one from the cache brings all of its own at once. The share is
that of the structures there.
"""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Callable, Collection, Mapping
from typing import TextIO

_WIDTH = 28
_EIGHTHS = " ▏▎▍▌▋▊▉█"


class Lines:
    """One line per structure: what a log file or a pipe can keep."""

    def __init__(self, out: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self._out, self._clock, self._began = out, clock, clock()

    def __call__(self, structure: str, note: str = "") -> None:
        """Tells of a finished structure."""
        spent = self._clock() - self._began
        print(f"{spent:6.1f} s  {structure:<44} {note}", file=self._out, flush=True)

    def expect(self, steps: Mapping[str, Collection[str]]) -> None:
        """Lines do not count."""

    def close(self) -> None:
        """A line is whole as it stands."""


class Bar(Lines):
    """One line of a terminal, rewritten in place: share of the structures, time, the current one."""

    def __init__(
        self, out: TextIO, clock: Callable[[], float] = time.monotonic, columns: int | None = None
    ) -> None:
        super().__init__(out, clock)
        self._columns = columns
        self._steps: Mapping[str, Collection[str]] = {}
        self._all: frozenset[str] = frozenset()
        self._there: set[str] = set()

    def expect(self, steps: Mapping[str, Collection[str]]) -> None:
        """Says which structures make up the whole, by the step that brings them."""
        self._steps = steps
        self._all = frozenset(ident for brought in steps.values() for ident in brought)

    def __call__(self, structure: str, note: str = "") -> None:
        """Draws the bar anew; what is neither a step nor one of its structures moves nothing."""
        self._there.update(self._all.intersection((structure, *self._steps.get(structure, ()))))
        share = len(self._there) / max(len(self._all), 1)
        spent = int(self._clock() - self._began)
        text = (
            f"{drawn(share)} {100.0 * share:3.0f} %  {len(self._there)}/{len(self._all)}  "
            f"{spent // 60}:{spent % 60:02d}  {structure} {note}"
        )
        columns = self._columns or shutil.get_terminal_size().columns
        # To the start of the line, the text, and away with what a longer one left behind it.
        self._out.write("\r" + text[: columns - 1] + "\x1b[K")
        self._out.flush()

    def close(self) -> None:
        """Leaves the bar as it stands and goes to the next line."""
        self._out.write("\n")
        self._out.flush()


def drawn(share: float) -> str:
    """A bar of fixed width, filled to an eighth of a letter."""
    eighths = round(max(0.0, min(1.0, share)) * _WIDTH * 8)
    part = _EIGHTHS[eighths % 8] if eighths % 8 else ""
    return ("█" * (eighths // 8) + part).ljust(_WIDTH, "·")


def bar_for(out: TextIO = sys.stdout) -> Lines:
    """A bar where somebody watches and the terminal can write one, lines otherwise."""
    try:
        _EIGHTHS.encode(out.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return Lines(out)
    return Bar(out) if out.isatty() else Lines(out)
