"""Rectus abdominis: the tabulated outlines, led down to the pubic crest."""

from __future__ import annotations

import numpy as np

from planner.modelling.loft import loft
from planner.modelling.recipe import Shape, Solids
from planner.modelling.tables import Tables

_REACH_MM = 75.0  # height over which the lower end bends back to the bone


def rectus(tables: Tables, solids: Solids) -> Shape:
    """The left rectus abdominis as a closed surface; its lowest outline lies on the pubic crest."""
    outlines = tables.outline("rectus_abdominis_left").copy()
    crest = tables.landmarks["pubic_tubercle_left"]
    heights = outlines[:, :, 2].mean(1)
    weight = np.clip(1.0 - (heights - heights.min()) / _REACH_MM, 0.0, 1.0) ** 2
    low = outlines[int(np.argmin(heights))]
    move = np.array([0.0, crest[1] - 2.0 - low[:, 1].mean(), crest[2] + 6.0 - low[:, 2].mean()])
    outlines += weight[:, None, None] * move
    # The muscle narrows to its tendon.
    centre = outlines.mean(1, keepdims=True)
    outlines = centre + (outlines - centre) * (1.0 - 0.45 * weight)[:, None, None]
    return loft(outlines, 26, 20, even=1.0)
