"""Python's own housekeeping, kept out of what the hand waits for.

The collector of reference cycles walks over every object there is, the whole content among them, whenever
so many have been made: 40 to 100 ms in the middle of a stroke, and in whichever thread happens to run, though
cycles may hold widgets. Once the window stands, what is there is set apart for good, and the rest is swept
when the hand rests, here in the window's thread. A thread that wants the interpreter is also given it sooner,
so that a picture does not wait for what is worked out beside it.
"""

from __future__ import annotations

import gc
import sys
import time

from PySide6.QtCore import QObject, QTimer

LOOK_MS = 1_000
REST_S = 0.7  # since the last picture
FEW = 2_000  # objects made and not freed since the last sweep that are not worth one
MANY = 200_000  # so many are swept even while the hand moves
SWITCH_S = 0.001


class Pacing(QObject):
    """Begins when told to, and hands everything back to Python at its end."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._last = 0.0
        self._switch_s: float | None = None
        self._look = QTimer(self, interval=LOOK_MS)
        self._look.timeout.connect(self.tidy)

    @property
    def going(self) -> bool:
        """Whether sweeping is done here."""
        return self._switch_s is not None

    def begin(self) -> None:
        """Sets apart what is there and will stay; from now on it is swept when the hand rests."""
        if self.going:
            return
        self._switch_s = sys.getswitchinterval()
        sys.setswitchinterval(min(SWITCH_S, self._switch_s))
        gc.disable()
        gc.freeze()
        self._look.start()

    def note(self) -> None:
        """A picture was shown: the hand moves."""
        self._last = time.monotonic()

    def tidy(self) -> None:
        """Sweeps if there is something to sweep and nobody waits."""
        made = gc.get_count()[0]
        if made > MANY or (made > FEW and time.monotonic() - self._last > REST_S):
            gc.collect()

    def end(self) -> None:
        """As it was before."""
        self._look.stop()
        if self._switch_s is not None:
            sys.setswitchinterval(self._switch_s)
            self._switch_s = None
            gc.unfreeze()
            gc.enable()
