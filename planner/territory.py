"""The territory of one nerve or dermatome on the skin of one side: three extents and their outlines.

What is shown are the lines drawn in territory_borders.toml: a nerve's own and those of its branches, a
trunk's by those of its branches, which share the skin out among themselves, a root's by the dermatome of
its level. Without a drawing the shares of territories.toml are shown, spread over the skin.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from planner.atlas.model import Atlas, Content
from planner.atlas.spreading import Wanted, spread
from planner.contours import Outline, level_lines
from planner.fields import highest, levels_of, lineage
from planner.space import Side

Extent = Literal["largest", "usual", "core"]
EXTENTS: tuple[Extent, ...] = ("largest", "usual", "core")
AT: Mapping[Extent, float] = {"largest": 0.25, "usual": 0.5, "core": 0.75}
_EXTENTS_AT = (0.0, AT["largest"], AT["usual"], AT["core"], 1.0)
_SHARED_AT = (0.2, *_EXTENTS_AT[1:])  # what lies beyond the largest extents adds nothing
_BEYOND_MM = 4.0  # beyond the median plane nothing of the other side is served
_LEAST = -3.0


@dataclass(frozen=True, eq=False, slots=True)
class Territory:
    """What is shown of one nerve or dermatome.

    highest: 0-1, how likely it serves the region it serves most constantly.
    extent: (n,) float32 over the skin, at most 1; `AT` says at which value each extent begins.
    outlines: the line around each extent, longest first.
    """

    id: str
    name: str
    side: Side
    dermatome: bool
    highest: float
    extent: NDArray[np.float32]
    outlines: Mapping[Extent, tuple[Outline, ...]]


def nerves_with_skin(content: Content) -> tuple[str, ...]:
    """Nerves that serve skin themselves or through branches, in the order of the content; no roots."""
    serving = {share.of for region in content.regions.values() if not region.deep for share in region.supply}
    reached = {name for nerve in serving for name in lineage(content, nerve)}
    return tuple(name for name, nerve in content.nerves.items() if name in reached and nerve.kind != "root")


def dermatomes(content: Content) -> tuple[str, ...]:
    """The levels that have a dermatome, from above downwards."""
    found = {
        share.of for region in content.regions.values() if not region.deep for share in region.dermatomes
    }
    return tuple(sorted(found, key=lambda level: ("TLS".index(level[0]), int(level[1:]))))


def territory_ids(content: Content) -> tuple[str, ...]:
    """Everything `territory` can show: nerves, then dermatomes."""
    return (*nerves_with_skin(content), *dermatomes(content))


def territory_of_nerve(content: Content, nerve: str) -> str | None:
    """What is shown for a nerve of the model: itself, the dermatome of a root, None for one without skin."""
    record = content.nerves.get(nerve)
    if record is not None and record.kind == "root":
        return next((level for level in record.roots if level in dermatomes(content)), None)
    return nerve if nerve in nerves_with_skin(content) else None


def territory_name(content: Content, ident: str) -> str:
    """Its name in words: "saphenous nerve", "dermatome L4". KeyError for an unknown id."""
    return f"dermatome {ident}" if ident in dermatomes(content) else content.nerves[ident].name


@lru_cache(maxsize=6)
def territory(atlas: Atlas, ident: str, side: Side) -> Territory:
    """The territory of a nerve or dermatome. KeyError for an id that `territory_ids` does not list."""
    content = atlas.content
    if ident not in territory_ids(content):
        raise KeyError(ident)
    wanted, dermatome = wanted_of(content, ident), ident in dermatomes(content)
    return _spread_out(atlas, ident, territory_name(content, ident), side, wanted, dermatome)


def _spread_out(
    atlas: Atlas, ident: str, name: str, side: Side, wanted: Wanted, dermatome: bool
) -> Territory:
    fields, most = atlas.fields, highest(wanted.shares)
    extent = _drawn(atlas, ident, wanted)
    within = None if extent is not None else fields.known()  # a drawing goes on where the regions end
    if extent is None:
        levels = levels_of(atlas.content)
        (field,) = spread(fields, (wanted,), levels)
        knots = (0.0, levels.largest * most, levels.usual * most, levels.core * most, max(most, 1e-6))
        extent = _eased(field, knots, (0.0, 0.25, 0.5, 0.75, 1.0))
    if side == "right":
        extent = extent[fields.mirror]
    extent.setflags(write=False)
    skin = atlas.meshes.full["skin"]
    return Territory(
        id=ident,
        name=name,
        side=side,
        dermatome=dermatome,
        highest=most,
        extent=extent,
        outlines={each: level_lines(skin, extent, AT[each], within) for each in EXTENTS},
    )


def _drawn(atlas: Atlas, ident: str, wanted: Wanted) -> NDArray[np.float32] | None:
    """The extent (n,) as drawn in territory_borders.toml, of all branches together; None if one is not.

    What is shown are the lines of maps. The shares, which the comparison reckons with, say how much of a
    region a nerve serves and not where in it: lines of equal share would follow the regions' borders.
    """
    fields, smooth = atlas.fields, atlas.fields.smooth
    if smooth is None or not wanted.drawn or not set(wanted.drawn) <= set(smooth.drawn_ids):
        return None
    rows = {name: smooth.drawn[smooth.drawn_ids.index(name)] for name in wanted.drawn}
    half: NDArray[np.float32] = np.max(list(rows.values()), axis=0)
    if ident not in rows and len(rows) > 1:
        # Where branches meet they serve the skin between them: their shares add up, as in `wanted_of`.
        levels = levels_of(atlas.content)
        heights = (0.0, levels.largest, levels.usual, levels.core, 1.0)
        apart = [row for name, row in rows.items() if not _within(atlas.content, name, rows)]
        together = np.sum([np.interp(row, _SHARED_AT, heights) for row in apart], axis=0)
        half = np.maximum(half, np.interp(together, heights, _EXTENTS_AT)).astype(np.float32)
    every = np.arange(fields.vertex_count)
    folded: NDArray[np.float32] = half[np.where(every < len(half), every, fields.mirror)]
    # Cut along the median plane: beyond it the extent falls evenly to nothing and, so that no line bends with
    # the edges that cross the plane, as evenly on.
    beyond_mm = np.maximum(-atlas.meshes.full["skin"].points_lps[:, 0], 0.0)
    return np.asarray(folded * np.maximum(1.0 - beyond_mm / _BEYOND_MM, _LEAST), np.float32)


@lru_cache(maxsize=6)
def referral(atlas: Atlas, source: str, side: Side) -> Territory:
    """Where the pain of a deep source is felt on the skin, as a territory. KeyError for an unknown source."""
    content = atlas.content
    record = content.generators[source]
    shares = {share.of: share.p for share in record.referral if not content.regions[share.of].deep}
    return _spread_out(atlas, source, f"pain felt from {record.name}", side, Wanted(shares, {}), False)


def wanted_of(content: Content, ident: str) -> Wanted:
    """Shares by region of what `territory` shows, and the drawn outlines that shape it."""
    regions = [region for region in content.regions.values() if not region.deep]
    if ident in dermatomes(content):
        level = {r.id: share.p for r in regions for share in r.dermatomes if share.of == ident}
        return Wanted(level, {ident: highest(level)})
    by_nerve: dict[str, dict[str, float]] = {}
    for region in regions:
        for share in region.supply:
            if ident in lineage(content, share.of):
                by_nerve.setdefault(share.of, {})[region.id] = share.p
    drawn = {name: highest(own) for name, own in by_nerve.items()}
    shares: dict[str, float] = {}
    if ident in by_nerve:
        for own in by_nerve.values():
            shares = {key: max(shares.get(key, 0.0), own.get(key, 0.0)) for key in {**shares, **own}}
        return Wanted(shares, drawn)
    for name, own in by_nerve.items():
        if not _within(content, name, by_nerve):
            shares = {key: min(1.0, shares.get(key, 0.0) + own.get(key, 0.0)) for key in {**shares, **own}}
    return Wanted(shares, drawn)


def _within(content: Content, nerve: str, others: Mapping[str, object]) -> bool:
    """Whether a nerve's own trunk is counted already."""
    return any(above in others for above in lineage(content, nerve)[1:])


def _eased(
    values: NDArray[np.float32], knots: Sequence[float], heights: Sequence[float]
) -> NDArray[np.float32]:
    """A monotone smooth curve through (knot, height), applied to values; kinks would show in outlines."""
    x, y = np.asarray(knots), np.asarray(heights)
    rise = np.diff(y) / np.diff(x)
    slope = np.concatenate([rise[:1], 2.0 * rise[1:] * rise[:-1] / (rise[1:] + rise[:-1]), rise[-1:]])
    part = np.clip(np.searchsorted(x, values, side="right") - 1, 0, len(x) - 2)
    width = np.diff(x)[part]
    t = np.clip((values - x[part]) / width, 0.0, 1.0)
    eased = (
        y[part] * (1 + 2 * t) * (1 - t) ** 2
        + slope[part] * width * t * (1 - t) ** 2
        + y[part + 1] * t * t * (3 - 2 * t)
        + slope[part + 1] * width * t * t * (t - 1)
    )
    return np.asarray(eased, np.float32)
