"""Answers as JSON records (the contract's names) and as text for people."""

from __future__ import annotations

from collections.abc import Mapping

from planner.answer import Answer, BlockAnswer, Explanation, Neighbour, Origin, Outcome
from planner.atlas.model import Content
from planner.case import Case, RegionMark
from planner.criteria import STAGES, Stage, Standing, judged
from planner.purpose import USE

OUTCOME_TEXT: Mapping[Outcome, str] = {
    "compare": "Blocks worth discussing, compared",
    "urgent_evaluation": "Urgent evaluation first: no block is compared",
    "defer_anticoag": "What fits best is a deep block, and bleeding risk keeps it back",
    "no_block_reassess": "No block now: reassess first",
}
STANDING_TEXT: Mapping[Standing, str] = {"met": "met", "missing": "not met", "unknown": "not known"}
STAGE_TEXT: Mapping[Stage, str] = {"first": "a first block", "second": "a second block"}
_SHOWN = 6


def as_record(given: Answer) -> dict[str, object]:
    """The answer under the names of the command line's contract, ready for JSON."""
    return {
        "outcome": given.outcome,
        "alerts": [{"id": a.id, "text": a.text, "source": a.source} for a in given.alerts],
        "blocks": [_block(entry) for entry in given.blocks],
        "nerves": [{"id": nerve.id, "share": nerve.share} for nerve in given.nerves],
        "generators": [{"id": source.id, "fit": source.fit} for source in given.generators],
        "withheld": [{**_block(entry), "why": entry.withheld} for entry in given.withheld],
        "marked_cm2": given.marked_cm2,
        "origin": _origin(given.origin) if given.origin else None,
        "changes": [
            {
                "kind": change.kind,
                "id": change.id,
                **({"side": change.side} if change.side else {}),
                "leads": change.leads,
                "outcome": change.outcome,
                "text": change.text,
            }
            for change in given.changes
        ],
    }


def _origin(found: Origin) -> dict[str, object]:
    def one(fitting: Explanation | None) -> dict[str, object] | None:
        return {"id": fitting.id, "kind": fitting.kind, "fit": fitting.fit} if fitting else None

    return {
        "nerve": one(found.nerve),
        "root": one(found.root),
        "by": found.by,
        "apart": found.apart,
        "source": one(found.source),
        "tested_by": list(found.tested_by),
        "reasons": [{"text": r.text, "sources": list(r.sources)} for r in found.reasons],
    }


def _block(entry: BlockAnswer) -> dict[str, object]:
    return {
        "id": entry.id,
        "rank": entry.rank,
        "side": entry.side,
        "score": entry.score,
        "covered": entry.covered,
        "covered_range": list(entry.covered_range) if entry.covered_range else None,
        "uncovered_cm2": entry.uncovered_cm2,
        "over_covered_cm2": entry.over_covered_cm2,
        "nerves": list(entry.nerves),
        "uncovered": [
            {"region": left.region, "side": left.side, "share": left.share, "cm2": left.cm2}
            for left in entry.uncovered
        ],
        "not_apart": list(entry.not_apart),
        "reasons": [
            {"text": r.text, "sources": list(r.sources), "effect": round(r.effect, 3), "by": r.by}
            for r in entry.reasons
        ],
        "neighbours": [_neighbour(near) for near in entry.neighbours],
    }


def _neighbour(near: Neighbour) -> dict[str, object]:
    return {"structure": near.structure, "distance_mm": near.distance_mm}


def as_text(content: Content, case: Case, given: Answer) -> str:
    """The answer for a person at a terminal."""
    lines = [OUTCOME_TEXT[given.outcome], ""]
    marks = [mark for mark in case.marks if isinstance(mark, RegionMark)]
    for mark in marks:
        lines.append(f"  {mark.side:5}  {content.regions[mark.region].name}  {mark.weight:g}/10")
    if marks:
        lines.append(f"  {given.marked_cm2:.0f} cm² marked, depth: {case.depth}")
    for alert in given.alerts:
        lines += ["", f"! {alert.text} [{_short(content, alert.source)}]"]
    for entry in given.blocks[:_SHOWN]:
        lines += ["", *_entry(content, entry)]
    if len(given.blocks) > _SHOWN:
        rest = ", ".join(content.blocks[entry.id].name for entry in given.blocks[_SHOWN:])
        lines += ["", f"Further down: {rest}"]
    for entry in (*given.blocks[:_SHOWN], *given.withheld[:_SHOWN]):
        lines += _criteria(content, entry.id, case)
    if given.withheld:
        lines += ["", "Kept back:"]
        for entry in given.withheld[:_SHOWN]:
            lines.append(f"  {content.blocks[entry.id].name}: {entry.withheld}")
    if given.origin and given.origin.reasons:
        lines += ["", "Nerve, root or deep source:"]
        for reason in given.origin.reasons:
            lines.append(f"  {reason.text}{_cited(content, reason.sources)}")
    if given.changes:
        lines += ["", "What would change the answer:", *(f"  {change.text}" for change in given.changes)]
    if given.outcome == "compare" and not given.blocks:
        lines += ["", "Nothing is marked."]
    return "\n".join([*lines, "", USE])


def _entry(content: Content, entry: BlockAnswer) -> list[str]:
    block = content.blocks[entry.id]
    side = "midline" if block.midline else entry.side
    lines = [
        f"{entry.rank}. {block.name} ({side})",
        f"   covers {100 * entry.covered:.0f} %{_range(entry)}   not covered {entry.uncovered_cm2:.0f} cm²   "
        f"also numb {entry.over_covered_cm2:.0f} cm²   score {entry.score:.2f}",
    ]
    for reason in entry.reasons:
        sign = "+" if reason.effect > 1.0 else "-" if reason.effect < 1.0 else " "
        lines.append(f"   {sign} {reason.text}{_cited(content, reason.sources)}")
    if entry.neighbours:
        near = "; ".join(
            f"{content.structures[n.structure].name} {n.distance_mm:.0f} mm" for n in entry.neighbours[:4]
        )
        lines.append(f"     near the target in this model: {near}")
    return lines


def _range(entry: BlockAnswer) -> str:
    if entry.covered_range is None:
        return ""
    low, high = (100 * end for end in entry.covered_range)
    return f" ({low:.0f} to {high:.0f} % in 9 of 10 people)"


def _cited(content: Content, sources: tuple[str, ...]) -> str:
    named = ", ".join(_short(content, key) for key in sources[:2])
    return f" [{named}]" if named else ""


def _criteria(content: Content, block: str, case: Case) -> list[str]:
    """What payers and guidelines ask for before a block, and what of it the history tells."""
    lines: list[str] = []
    for stage in STAGES:
        found = judged(content, block, stage, case.clues)
        if found:
            lines += ["", f"{content.blocks[block].name}, criteria of {STAGE_TEXT[stage]}, all {len(found)}:"]
        for one in found:
            lines.append(f"  {STANDING_TEXT[one.standing]:9}  {one.criterion.text}")
            lines += [f"             {one.criterion.differs}"] if one.criterion.differs else []
    return lines


def _short(content: Content, key: str) -> str:
    reference = content.references.get(key)
    return reference.short if reference else key
