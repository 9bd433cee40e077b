"""Regions that hurt evenly are drawn to their border line, not to the edges of the skin's triangles.

Between vertices pain is interpolated, which frays the outline of a region marked by name. Where all its
vertices hurt alike, its pixels are known better: those that carry its code.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from planner.atlas.territories import SkinFields
from planner.chart import BodyChart, vertex_codes

_ENOUGH = 0.02  # share of a pixel's corners below which nothing is known from them


class WholeRegions:
    """Pain at the pixels of one chart, evenly painted regions cut at their borders."""

    def __init__(self, chart: BodyChart, fields: SkinFields) -> None:
        self._chart = chart
        # A vertex of the median plane belongs to both sides: it speaks for no region.
        self._median = fields.side == 0
        self._code = np.where(self._median, -1, vertex_codes(fields)).astype(np.intp)
        order = np.argsort(self._code, kind="stable")
        self._order = order[self._code[order] >= 0]
        self._codes, self._starts = np.unique(self._code[self._order], return_index=True)
        self._count = 2 * len(fields.region_ids)

    def values(self, field: NDArray[np.float32]) -> NDArray[np.float32]:
        """A field over the vertices (n,) at every body pixel, (k,)."""
        chart, ordered = self._chart, field[self._order]
        low = np.minimum.reduceat(ordered, self._starts)
        whole = (low > 0.0) & (low == np.maximum.reduceat(ordered, self._starts))
        if not whole.any():
            return chart.values(field)
        weight = np.zeros(self._count + 1, np.float32)  # the last one is read by code -1: no region
        weight[self._codes[whole]] = low[whole]
        loose = (weight[self._code] == 0.0) & ~self._median
        known = chart.values(loose.astype(np.float32))
        beside = chart.values(np.where(loose, field, np.float32(0.0)))
        beside = np.where(known > _ENOUGH, beside / np.maximum(known, _ENOUGH), np.float32(0.0))
        inside = weight[chart.code]
        result: NDArray[np.float32] = np.where(inside > 0.0, inside, beside).astype(np.float32)
        return result
