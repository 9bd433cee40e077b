"""Places on the skin in plain words: marked regions and numb ones, as a patient would name them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from planner.atlas.model import Atlas, Content, Region
from planner.fields import Floats
from planner.reasons import inline, listed
from planner.space import SIDES, Side

LIKELY, POSSIBLE = 0.5, 0.2  # share of people in whom a region goes numb, from which it is named
_NAMED = 7  # areas named in one sentence
_PARTS = ("upper", "mid", "lower")  # endings of the ids of a region's parts along a limb


def folded(content: Content, regions: Iterable[str]) -> list[str]:
    """Plain names in the order given; parts of one stretch of a limb under the name of its middle."""
    order = list(dict.fromkeys(regions))
    names: list[str] = []
    for name in order:
        stem, _, part = name.rpartition("_")
        middle = f"{stem}_{_PARTS[1]}"
        near = [f"{stem}_{other}" for other in _PARTS]
        whole = part in _PARTS and middle in order and sum(other in order for other in near) > 1
        names.append(_plain(content.regions[middle if whole else name]))
    return list(dict.fromkeys(names))


def named(names: Sequence[str]) -> str:
    """Names in a row, the first of many; semicolons where a name has a comma of its own."""
    few = [*names[:_NAMED], f"{len(names) - _NAMED} smaller areas"] if len(names) > _NAMED + 1 else [*names]
    return "; ".join(few) if any("," in name for name in few) else listed(few)


def by_side(content: Content, places: Sequence[tuple[str, Side]]) -> str:
    """Places by name; the side is said where they lie on both."""
    sides = {side for _, side in places}
    said = []
    for side in SIDES:
        names = folded(content, [region for region, at in places if at == side])
        said += [f"{name} ({side})" if len(sides) > 1 else name for name in names]
    return named(said)


def _plain(region: Region) -> str:
    return inline(region.plain or region.name)


def numb_regions(atlas: Atlas, numb: Floats) -> tuple[list[str], list[str]]:
    """Plain names of regions that go numb in most people, and in some; the largest numb area first."""
    fields = atlas.fields
    inside = fields.region_of >= 0
    count = len(fields.region_ids)
    code = fields.region_of[inside].astype(np.intp)
    means = []
    for sign in (1, -1):
        area = np.where(fields.side[inside] * sign >= 0, fields.area_mm2[inside], 0.0)
        whole = np.maximum(np.bincount(code, area, count), 1e-6)
        means.append((np.bincount(code, area * numb[inside], count) / whole, whole))
    share = np.maximum(means[0][0], means[1][0])  # a region that goes numb on either side is one of them
    order = np.argsort(-share * means[0][1], kind="stable").tolist()
    likely = [fields.region_ids[k] for k in order if share[k] >= LIKELY]
    possible = [fields.region_ids[k] for k in order if POSSIBLE <= share[k] < LIKELY]
    often = folded(atlas.content, likely)
    return often, [name for name in folded(atlas.content, possible) if name not in often]
