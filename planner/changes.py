"""What would change the answer: the same question asked again with one region or one clue more or less.

Nothing here is written by hand for a case. Regions near the marks are added one at a time, marked ones
taken away, clues likewise; wherever another block would then lead, a sentence says so. A few dozen
answers are computed, so this is asked for on demand and not at every stroke of the brush.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from planner.answer import Answer, Change
from planner.atlas.model import Atlas, Content
from planner.case import LEAST_WEIGHT, Case, RegionMark
from planner.pain import pain_map, regions_under
from planner.ranking import answer
from planner.reasons import inline
from planner.space import Side

_Kind = Literal["region_added", "region_removed", "clue_added", "clue_removed"]
_KINDS: tuple[_Kind, ...] = ("region_added", "clue_added", "region_removed", "clue_removed")
_PLACED = ("above", "at", "behind", "below", "beside", "between", "deep", "in", "inside", "on", "under")


@dataclass(frozen=True, slots=True)
class _Trial:
    """One case to be asked, and how far fetched it is (the smaller, the sooner it is told)."""

    kind: _Kind
    id: str
    side: Side | Literal[""]
    case: Case
    far: float


def changes(atlas: Atlas, case: Case, given: Answer) -> tuple[Change, ...]:
    """The ways in which one region or clue would put another block first, the nearest of each kind first.

    Nothing for an empty map, or where a red flag interrupts: no mark changes that.
    """
    if given.outcome == "urgent_evaluation" or not given.marked_cm2:
        return ()
    content = atlas.content
    before = _leads(given)
    found: dict[tuple[str, str, str], tuple[float, Change]] = {}
    for trial in (*_by_region(atlas, case), *_by_clue(content, case)):
        then = answer(atlas, trial.case)
        leads = _leads(then)
        # Where no block is compared, only what would let one be compared is worth telling.
        same = leads == before if given.outcome == "compare" else then.outcome == given.outcome
        if same or not then.marked_cm2:
            continue
        key = (trial.kind, *leads)
        if key in found and found[key][0] <= _far(trial, then):
            continue
        text = f"{_if(content, trial)}, {_then(content, then)}."
        change = Change(trial.kind, trial.id, trial.side, leads[1], then.outcome, text)
        found[key] = (_far(trial, then), change)
    return _varied(found, int(content.weights["changes_most"].value))


def _leads(given: Answer) -> tuple[str, str]:
    """(outcome, block that stands first, "" for none offered)."""
    return given.outcome, given.blocks[0].id if given.blocks else ""


def _far(trial: _Trial, then: Answer) -> float:
    """Regions by distance; clues by how narrowly the new block leads."""
    if trial.kind.startswith("region") or not then.blocks:
        return trial.far
    second = then.blocks[1].score if len(then.blocks) > 1 else 0.0
    return second - then.blocks[0].score


def _by_region(atlas: Atlas, case: Case) -> Iterator[_Trial]:
    """Near regions that do not hurt yet, on each side that hurts; and each marked one taken away."""
    under = [(region, side, weight) for region, side, share, weight in _marked(atlas, case) if share >= 0.5]
    if not under:
        return
    ids, centres = _centres(atlas)
    most = int(atlas.content.weights["changes_regions_near"].value)
    mean = round(sum(weight for *_, weight in under) / len(under), 1)
    for side in dict.fromkeys(side for _, side, _ in under):
        marked = {region for region, own, _ in under if own == side}
        rows = [ids.index(region) for region in marked]
        gap = np.linalg.norm(centres[:, None] - centres[rows][None], axis=2).min(axis=1)
        near = [k for k in np.argsort(gap, kind="stable").tolist() if ids[k] not in marked][:most]
        for k in near:
            marks = (*case.marks, RegionMark(ids[k], side, mean))
            yield _Trial("region_added", ids[k], side, _with(case, marks), float(gap[k]))
    if len(under) > 1:
        for region, side, weight in under:
            kept = tuple(m for m in case.marks if not _names(m, region, side))
            if len(kept) == len(case.marks):  # painted, not named: next to nothing is laid over it
                kept = (*case.marks, RegionMark(region, side, LEAST_WEIGHT))
            yield _Trial("region_removed", region, side, _with(case, kept), weight)


def _marked(atlas: Atlas, case: Case) -> tuple[tuple[str, Side, float, float], ...]:
    return regions_under(atlas, pain_map(atlas, case.marks))


def _names(mark: object, region: str, side: Side) -> bool:
    return isinstance(mark, RegionMark) and (mark.region, mark.side) == (region, side)


def _with(case: Case, marks: tuple[object, ...]) -> Case:
    return msgspec.structs.replace(case, marks=marks)


def _by_clue(content: Content, case: Case) -> Iterator[_Trial]:
    for clue in content.clues:
        told = clue in case.clues
        clues = tuple(c for c in case.clues if c != clue) if told else (*case.clues, clue)
        kind: _Kind = "clue_removed" if told else "clue_added"
        yield _Trial(kind, clue, "", msgspec.structs.replace(case, clues=clues), 0.0)


@lru_cache(maxsize=4)
def _centres(atlas: Atlas) -> tuple[tuple[str, ...], NDArray[np.float64]]:
    """Every region and its middle on the left side, LPS mm, (R, 3)."""
    fields, points = atlas.fields, atlas.meshes.full["skin"].points_lps
    ids = (*fields.region_ids, *fields.deep_ids)
    middles = []
    for region in ids:
        weight = fields.membership(region, "left") * fields.area_mm2
        middles.append(weight @ points / max(float(weight.sum()), 1e-9))
    return ids, np.array(middles, np.float64)


def nearest_regions(atlas: Atlas, region: str, count: int) -> tuple[str, ...]:
    """The regions whose middles lie nearest to that of a region, on one side of the body."""
    ids, centres = _centres(atlas)
    gap = np.linalg.norm(centres - centres[ids.index(region)], axis=1)
    order = np.argsort(gap, kind="stable").tolist()
    return tuple(ids[k] for k in order if ids[k] != region)[:count]


def _if(content: Content, trial: _Trial) -> str:
    if trial.kind.startswith("region"):
        place = content.regions[trial.id].plain
        added = trial.kind == "region_added"
        if place.split()[0] in _PLACED:
            return f"If it hurt {place}{' too' if added else ' no longer'}"
        place = place if place.startswith("the ") else f"the {place}"
        return f"If {place} hurt too" if added else f"If {place} did not hurt"
    name = content.clues[trial.id].name
    return f"With “{name}” as well" if trial.kind == "clue_added" else f"Without “{name}”"


def _then(content: Content, then: Answer) -> str:
    first = inline(content.blocks[then.blocks[0].id].name) if then.blocks else ""
    if then.outcome == "compare":
        return f"the {first} would lead"
    rest = f"; the {first} would then stand first of what is left" if first else ""
    if then.outcome == "defer_anticoag":
        return f"a deep block would fit best, which bleeding risk keeps back{rest}"
    return f"the answer would be to reassess first{rest}"


def _varied(found: dict[tuple[str, str, str], tuple[float, Change]], most: int) -> tuple[Change, ...]:
    """The nearest of each kind, then the next of each, up to the most."""
    rows = {kind: sorted((far, c.id, c) for far, c in found.values() if c.kind == kind) for kind in _KINDS}
    ordered = [rows[kind][turn][2] for turn in range(len(found)) for kind in _KINDS if turn < len(rows[kind])]
    return tuple(ordered[:most])
