"""Which blocks changed places when the map or the history changed: what is said when one paints on."""

from __future__ import annotations

from dataclasses import dataclass

from planner.answer import Answer

_LOOKED_AT = 5  # places that anybody reads


@dataclass(frozen=True, slots=True)
class Move:
    """A block and its rank before and after; 0: not listed."""

    block: str
    before: int
    after: int


def moves(before: Answer, after: Answer) -> tuple[Move, ...]:
    """Changes among the first places: who led before, then by the place now; () where nothing was listed."""
    then = {entry.id: entry.rank for entry in before.blocks}
    now = {entry.id: entry.rank for entry in after.blocks}
    if not then or not now:
        return ()
    found = [
        Move(name, then.get(name, 0), now.get(name, 0))
        for name in dict.fromkeys((*now, *then))
        if then.get(name, 0) != now.get(name, 0)
    ]
    read = [m for m in found if 0 < m.after <= _LOOKED_AT or 0 < m.before <= _LOOKED_AT]
    # What came or climbed says why the others went down; those are named only where they led or left.
    told = [m for m in read if not m.after or not m.before or m.after < m.before or m.before == 1]
    led = (move for move in told if move.before == 1)  # whoever led and leads no more is named first
    others = (move for move in told if move.before != 1)
    return (*led, *sorted(others, key=lambda move: (move.after or 99, move.before)))
