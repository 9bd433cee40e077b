"""What each compared block would numb and what lies nearest to its target: the matter of its small picture.

The answer itself carries figures alone, so that it keeps up with a brush; this is asked for afterwards, by
whoever shows the blocks side by side.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planner.answer import BlockAnswer, Neighbour
from planner.atlas.model import Atlas
from planner.case import Case
from planner.fields import numb_field
from planner.ranking import compared
from planner.risk import neighbours
from planner.space import Side


@dataclass(frozen=True, eq=False, slots=True)
class Portrait:
    """One compared block on its side. numb: (n,) float32, 0-1, expected numbness of the skin's vertices.

    near: structures near its target in this model, the nearest first.
    """

    block: str
    side: Side
    numb: NDArray[np.float32]
    near: tuple[Neighbour, ...]


def portraits(atlas: Atlas, case: Case, entries: Sequence[BlockAnswer]) -> tuple[Portrait, ...]:
    """A portrait of each entry of the answer to this case, done as it answers the map."""
    sources = {one.entry.id: one.judged.route.source for one in compared(atlas, case)}
    return tuple(
        Portrait(
            entry.id,
            entry.side,
            numb_field(atlas, entry.id, sources.get(entry.id, ""), entry.side),
            neighbours(atlas, entry.id, entry.side),
        )
        for entry in entries
    )
