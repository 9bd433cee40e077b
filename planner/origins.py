"""What a map looks like: the territory of a nerve, the field of a root, or the referral of a deep source.

All three are held against the marks by one measure: how much of the pain lies in the field, and how much
of the field is marked, joined as in the ranking. Each field counts relative to the place where it is
strongest, so that its shape is compared and not its certainty. History then moves the odds, as it moves
those of the block that asks after the same nerve or source.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from planner.answer import Explanation, Origin, Reason
from planner.atlas.model import Atlas, Block, Clue, Content, Generator, Quality
from planner.case import Case
from planner.fields import block_fields, lineage, reach_of, source_reach
from planner.pain import MM2_PER_CM2, PainMap
from planner.pieces import Pieces, pieces
from planner.ranking import f_measure, with_odds
from planner.reasons import inline, listed

KINDS: Mapping[str, str] = {
    "neuraxial": "root",
    "dorsal_ramus": "facet",
    "joint": "joint",
    "sympathetic": "sympathetic",
}


@dataclass(frozen=True, eq=False, slots=True)
class _Field:
    """One candidate. columns: in `Pieces.nerve` (or `.referral`); highest: its share where it is strongest;
    whole_cm2: its area weighted by the relative share; test: the block that asks after it ("" for none)."""

    id: str
    kind: str
    felt: bool
    columns: tuple[int, ...]
    highest: float
    whole_cm2: float
    test: str


def source_kind(content: Content, generator: Generator) -> str:
    """What a generator is: by the family of the block that tests it first, else by its nerves."""
    if generator.tested_by:
        return KINDS.get(content.blocks[generator.tested_by[0]].family, "nerve")
    serving = {share.of for region in content.regions.values() if not region.deep for share in region.supply}
    return "nerve" if serving.intersection(generator.nerves) else "other"


@lru_cache(maxsize=4)
def _fields(atlas: Atlas) -> tuple[_Field, ...]:
    content, fields = atlas.content, block_fields(atlas)
    area = atlas.fields.area_mm2 / np.float32(MM2_PER_CM2)
    skin = {share.of for region in content.regions.values() if not region.deep for share in region.supply}
    trunks = dict.fromkeys(name for nerve in skin for name in lineage(content, nerve))
    found: list[_Field] = []

    def add(name: str, kind: str, felt: bool, columns: Iterable[int], test: str) -> None:
        own = tuple(columns)
        rows, named = (fields.referral, fields.referral_in) if felt else (fields.nerve, fields.nerve_in)
        highest = max((float(row[list(own)].max()) for row in named.values()), default=0.0) if own else 0.0
        if highest > 0.0:
            whole = float(area @ rows[:, list(own)].max(axis=1)) / highest
            found.append(_Field(name, kind, felt, own, highest, whole, test))

    for name, nerve in content.nerves.items():
        if nerve.kind == "root":
            own = [k for k, other in enumerate(fields.nerves) if other == name]
            tests = [
                g.tested_by[0] for g in content.generators.values() if g.nerves == (name,) and g.tested_by
            ]
            add(name, "root", False, own, tests[0] if tests else "")
        elif name in trunks:
            own = [k for k, other in enumerate(fields.nerves) if name in lineage(content, other)]
            add(name, "nerve", False, own, _branch_block(content, name))
    for column, (name, generator) in enumerate(content.generators.items()):
        kind = source_kind(content, generator)
        if kind not in ("nerve", "root"):
            add(name, kind, True, [column], generator.tested_by[0] if generator.tested_by else "")
    return tuple(found)


def _branch_block(content: Content, nerve: str) -> str:
    """The block of one branch that asks after the nerve: the one that reaches it most often, from half up."""
    enough = content.weights["nerve_reached_from"].value
    reached = [
        (reach_of(content, block, nerve), block.id)
        for block in content.blocks.values()
        if block.family == "branch"
    ]
    best = max(reached, default=(0.0, ""))
    return best[1] if best[0] >= enough else ""


def _fits(atlas: Atlas, found: Pieces) -> list[float]:
    """The fit 0-1 of every candidate to the pieces of a map."""
    candidates, nerves = _fields(atlas), found.nerve.shape[1]
    rows = np.concatenate([found.nerve, found.referral], axis=1)
    columns = [k + nerves * field.felt for field in candidates for k in field.columns]
    counts = np.array([len(field.columns) for field in candidates])
    highest = np.array([field.highest for field in candidates], np.float32)
    strongest = np.maximum.reduceat(rows[:, columns], np.cumsum(counts) - counts, axis=1)
    relative = np.minimum(strongest / highest, 1.0)  # (A, candidates)
    # A deep region has no skin of its own: it adds to a field what it adds to the marks.
    deep = np.array([name in atlas.fields.deep_ids for name in found.region], np.float32)
    whole = np.array([field.whole_cm2 for field in candidates], np.float32) * len(set(found.side))
    whole = whole + (found.area_cm2 * deep) @ relative
    shares = (found.voiced @ relative / found.voiced.sum()).tolist()
    inside = np.minimum(found.area_cm2 @ relative / np.maximum(whole, 1e-6), 1.0).tolist()
    beta = atlas.content.weights["coverage_over_spill"].value
    return [f_measure(share, part, beta) for share, part in zip(shares, inside, strict=True)]


def _moved(content: Content, field: _Field, case: Case) -> float:
    """The factor that history and words put on the odds of a candidate."""
    factor = 1.0
    records: list[Clue | Quality] = [content.clues[name] for name in case.clues]
    records += [content.qualities[name] for name in case.qualities]
    for record in records:
        for shift in record.shifts:
            if shift.toward == field.id or (field.test and shift.toward == field.test):
                factor *= shift.factor
    return factor


def origin(atlas: Atlas, case: Case, drawn: PainMap) -> Origin:
    """The best nerve, root and deep source of a map that is not empty, compared in words."""
    content, found = atlas.content, pieces(atlas, drawn)
    best: dict[str, Explanation] = {}
    sources: list[Explanation] = []
    by_history: dict[str, float] = {}
    for field, fit in zip(_fields(atlas), _fits(atlas, found), strict=True):
        one = Explanation(field.id, field.kind, round(fit, 4))
        moved = with_odds(fit, _moved(content, field, case)) if fit > 0.0 else 0.0
        if field.felt:
            sources.append(Explanation(field.id, field.kind, round(moved, 4)))
            continue
        by_history[field.kind] = max(by_history.get(field.kind, 0.0), moved)
        if fit > best[field.kind].fit if field.kind in best else fit > 0.0:
            best[field.kind] = one
    nerve, root = best.get("nerve"), best.get("root")
    least = content.weights["origin_apart_from"].value
    by = round((nerve.fit if nerve else 0.0) - (root.fit if root else 0.0), 4)
    source = max(sources, key=lambda one: (one.fit, one.id), default=None)
    rival = max(by_history.get("nerve", 0.0), by_history.get("root", 0.0))
    if source is None or source.fit < rival + least:
        source = None
    tests = _tests(content, source.id) if source else ()
    words = [*_nerve_or_root(content, nerve, root, by)]
    if source:
        alike = [
            o for o in sources if o.id != source.id and o.fit > source.fit - least and o.kind == source.kind
        ]
        words.append(_source_first(content, source, alike, tests, by_history))
    return Origin(nerve, root, by, abs(by) >= least, source, tests, tuple(words))


def _tests(content: Content, name: str) -> tuple[str, ...]:
    """Blocks that test a source, best reach first; not those of the whole plexus, which ask more widely."""
    generator = content.generators[name]
    enough = content.weights["source_reached_from"].value

    def reach(block: Block) -> float:
        return source_reach(content, block, generator)

    tested = [content.blocks[block] for block in generator.tested_by]
    kept = [block for block in tested if block.family != "plexus" and reach(block) >= enough]
    return tuple(block.id for block in sorted(kept, key=lambda block: -reach(block)))


def _of_100(fit: float) -> str:
    return f"{100 * fit:.0f} of 100"


def _nerve_or_root(
    content: Content, nerve: Explanation | None, root: Explanation | None, by: float
) -> tuple[Reason, ...]:
    least = content.weights["origin_apart_from"].value
    if nerve is None or root is None:
        return ()
    first, second = (nerve, root) if by >= 0.0 else (root, nerve)
    cited = (*content.nerves[nerve.id].course.sources, *content.nerves[root.id].course.sources)
    sources = tuple(dict.fromkeys(cited))
    names = {
        nerve.id: f"the territory of the {inline(content.nerves[nerve.id].name)}",
        root.id: f"the field of the {inline(content.nerves[root.id].name)}",
    }
    one, other = f"{names[first.id]} ({_of_100(first.fit)})", f"{names[second.id]} ({_of_100(second.fit)})"
    if abs(by) < least:
        text = f"The map fits {one} and {other} about equally well: it does not tell nerve from root."
    else:
        text = f"The map fits {one} better than {other}, by {100 * abs(by):.0f}."
    if first.fit < content.weights["origin_explains_from"].value:
        text += " Neither explains the whole map well."
    return (Reason(text, sources),)


def _source_first(
    content: Content,
    source: Explanation,
    alike: list[Explanation],
    tests: tuple[str, ...],
    rivals: Mapping[str, float],
) -> Reason:
    generator = content.generators[source.id]
    rival = max(rivals.values(), default=0.0)
    text = (
        f"{generator.name}: map and history together fit this source ({_of_100(source.fit)}) better than any "
        f"nerve or root ({_of_100(rival)})."
    )
    if source.fit < content.weights["origin_explains_from"].value:
        text += " It does not explain the whole map well either."
    if alike:
        text += f" {listed([content.generators[one.id].name for one in alike])}: about as well."
    if tests:
        names = listed([content.blocks[name].name for name in tests])
        text += f" Tested by: {names}."
    else:
        text += " No block of this atlas tests it."
    return Reason(text, generator.sources)


@dataclass(frozen=True, slots=True)
class DeepPlace:
    """Where deep pain can be marked: a region, and the source that is felt there most ("" for none)."""

    region: str
    source: str


def deep_places(content: Content) -> tuple[DeepPlace, ...]:
    """Joints of limb, pelvis and spine at the region where each is felt most, then the other deep regions."""
    found: dict[str, DeepPlace] = {}
    for generator in content.generators.values():
        if generator.referral and source_kind(content, generator) in ("joint", "facet"):
            region = max(generator.referral, key=lambda share: share.p).of
            found.setdefault(region, DeepPlace(region, generator.id))
    for name, record in content.regions.items():
        if record.deep:
            found.setdefault(name, DeepPlace(name, ""))
    return tuple(found.values())
