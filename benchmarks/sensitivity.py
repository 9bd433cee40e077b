"""How the answers change when a weight of `rules.toml` is 20 % smaller or larger.

Every weight that moves the order is moved alone, and the factors of all clues and of all qualities
together. The sixty vignettes and a few hundred plain maps (each region alone, and with each of its two
nearest neighbours) are answered again. The table is printed, or put into docs/ranking.md in its place:

    python -m benchmarks.sensitivity [--write docs/ranking.md]
"""

from __future__ import annotations

import argparse
import dataclasses
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

from planner.answer import Answer
from planner.atlas.load import load_atlas
from planner.atlas.model import Atlas, Content, TeachingCase, Weight
from planner.case import Case, RegionMark
from planner.changes import nearest_regions
from planner.ranking import answer

CONTENT = Path(__file__).resolve().parent.parent / "assets"
STEP = 0.2
BEGIN, END = "<!-- table of benchmarks.sensitivity -->", "<!-- end of table -->"
# These say what is said, listed or switched on; none of them moves a block before another.
SAYING = (
    *("apart_", "changes_", "criterion_", "generator_", "listed_from", "neighbour", "nerve_", "origin_"),
    *("other_side_", "range_", "reach_unpublished", "reassess_", "territory_", "uncovered_"),
)
IN_FIELDS = ("region_size_counts", "joint_injection_reach", "source_reached_from")
NEIGHBOURS = 2


def first(given: Answer) -> str:
    """The block that stands first where blocks are compared, else the outcome."""
    return given.blocks[0].id if given.outcome == "compare" and given.blocks else given.outcome


def posed(case: TeachingCase) -> Case:
    """A teaching case as the engine is asked it."""
    return Case(
        marks=tuple(RegionMark(mark.region, mark.side, mark.weight) for mark in case.regions),
        depth=case.depth,
        qualities=case.qualities,
        clues=case.clues,
        flags=case.flags,
        unrelieved=case.unrelieved,
    )


def plain_maps(atlas: Atlas) -> list[Case]:
    """Every region of the left side alone, and with each of its nearest neighbours."""
    maps: dict[frozenset[str], Case] = {}
    for region in atlas.content.regions:
        for group in ((region,), *((region, other) for other in nearest_regions(atlas, region, NEIGHBOURS))):
            marks = tuple(RegionMark(name, "left") for name in sorted(group))
            deep = [atlas.content.regions[name].deep for name in group]
            depth = "deep" if all(deep) else "mixed" if any(deep) else "skin"
            maps.setdefault(frozenset(group), Case(marks=marks, depth=depth))  # type: ignore[arg-type]
    return list(maps.values())


def answered(case: TeachingCase, found: str) -> bool:
    """Whether a first answer is one that the teaching case accepts."""
    return found in (*case.expected, *case.acceptable)


def with_content(atlas: Atlas, content: Content, fields_change: bool) -> Atlas:
    """The atlas with other weights; its fields over the skin are worked out anew only where they change."""
    return dataclasses.replace(atlas, content=content, base=None if fields_change else atlas)


def _moved(weight: Weight, factor: float) -> Weight:
    ceiling = 1.0 if weight.unit in ("share", "probability", "score", "fit", "exponent") else float("inf")
    return msgspec.structs.replace(weight, value=min(weight.value * factor, ceiling))


def variants(content: Content) -> Iterator[tuple[str, str, bool, Mapping[str, Content]]]:
    """(name, value, whether fields change, content by "-" and "+") of everything that is moved."""
    signs = {"-": 1.0 - STEP, "+": 1.0 + STEP}
    for name, weight in content.weights.items():
        if name.startswith(SAYING):
            continue
        moved = {
            sign: dataclasses.replace(content, weights={**content.weights, name: _moved(weight, factor)})
            for sign, factor in signs.items()
        }
        yield f"`{name}`", f"{weight.value:g} {weight.unit}", name in IN_FIELDS, moved
    for table in ("clues", "qualities"):
        moved = {}
        for sign, power in signs.items():
            records = {
                name: msgspec.structs.replace(
                    record,
                    shifts=tuple(
                        msgspec.structs.replace(shift, factor=shift.factor**power) for shift in record.shifts
                    ),
                )
                for name, record in getattr(content, table).items()
            }
            moved[sign] = dataclasses.replace(content, **{table: records})
        yield f"all factors of {table}.toml", "as a power", False, moved


def table(atlas: Atlas) -> Iterator[str]:
    """The lines of the table, one as soon as it is known."""
    cases, maps = atlas.content.cases, plain_maps(atlas)
    before = {name: first(answer(atlas, posed(case))) for name, case in cases.items()}
    plain = [first(answer(atlas, case)) for case in maps]
    kept = sum(answered(case, before[name]) for name, case in cases.items())
    yield f"As shipped, {kept} of {len(cases)} vignettes have an accepted answer. Plain maps: {len(maps)}."
    yield ""
    head = ("weight", "value", "vignettes with another first answer (-20 % / +20 %)", "no longer accepted")
    yield f"| {' | '.join(head)} | plain maps, % |"
    yield "|---|---|---|---|---|"
    worst = 0
    for name, value, fields_change, moved in variants(atlas.content):
        changed, lost, share = [], [], []
        for content in moved.values():
            other = with_content(atlas, content, fields_change)
            after = {key: first(answer(other, posed(case))) for key, case in cases.items()}
            differ = [key for key in cases if after[key] != before[key]]
            changed.append(" ".join(differ) or "none")
            lost += [key for key in differ if not answered(cases[key], after[key])]
            again = [first(answer(other, case)) for case in maps]
            share.append(100 * sum(a != b for a, b in zip(plain, again, strict=True)) / len(maps))
        worst = max(worst, len(set(lost)))
        cells = (name, value, " / ".join(changed), " ".join(dict.fromkeys(lost)) or "none")
        yield f"| {' | '.join(cells)} | {share[0]:.1f} / {share[1]:.1f} |"
    yield ""
    yield f"No one of these moves takes the accepted answer from more than {worst} of {len(cases)} vignettes."


def main(argv: list[str] | None = None) -> int:
    """Prints the table, or writes it between its marks in a file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--content", type=Path, default=CONTENT)
    parser.add_argument("--write", type=Path, metavar="FILE")
    options = parser.parse_args(argv)
    lines = []
    for line in table(load_atlas(options.content)):
        print(line, flush=True)
        lines.append(line)
    if options.write:
        text = options.write.read_text(encoding="utf-8")
        head, _, rest = text.partition(BEGIN)
        _, _, tail = rest.partition(END)
        options.write.write_text("\n".join((head + BEGIN, *lines, END + tail)), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
