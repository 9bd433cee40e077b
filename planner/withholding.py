"""Which of the ranked blocks are offered, and why the others are kept back.

Bleeding risk keeps deep blocks back. Infected skin concerns the place where the needle would pass: it
keeps back what fits best and all that enters there. Criteria that are not met keep back the block they
are asked for. What remains is offered in its place only if it asks a question that something points to.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

from planner.answer import BlockAnswer, Outcome, Reason
from planner.atlas.model import Block, Content, Flag
from planner.reasons import SOURCE_WORDS

CRITERIA_FAMILY = "dorsal_ramus"  # the blocks that criteria are asked for
Why = Callable[[BlockAnswer], str]  # why a block is kept back, "" when it is not


@dataclass(frozen=True, slots=True)
class Sorted:
    """The ranked blocks, sorted into what is offered (ranks from 1) and what is kept back."""

    outcome: Outcome
    offered: tuple[BlockAnswer, ...]
    withheld: tuple[BlockAnswer, ...]


@dataclass(frozen=True, slots=True)
class Stops:
    """Reasons against comparing, "" for none. all_blocks: against every block; criteria: against the family
    of blocks that asks for criteria which are not met."""

    all_blocks: str = ""
    criteria: str = ""


def sort(content: Content, ranked: Sequence[BlockAnswer], acting: Collection[Flag], stops: Stops) -> Sorted:
    """Sorts the ranked blocks by the flags that act and by what stops a comparison."""
    bleeding = next((flag for flag in acting if flag.effect == "withhold_deep"), None)
    infected = next((flag for flag in acting if flag.effect == "withhold"), None)
    rules: list[tuple[Outcome, Why]] = []
    if infected and ranked:
        rules.append(("no_block_reassess", _entered_there(content, infected, ranked[0])))
    if bleeding:
        rules.append(("defer_anticoag", _deep(content, bleeding)))
    if stops.all_blocks:
        rules.append(("no_block_reassess", lambda entry: stops.all_blocks))
    if stops.criteria and ranked:
        rules.append(("no_block_reassess", _criteria(content, stops.criteria, ranked[0])))
    outcome: Outcome = "compare"
    offered: list[BlockAnswer] = []
    withheld: list[BlockAnswer] = []
    for entry in ranked:
        against = [(kind, why) for kind, rule in rules if (why := rule(entry))]
        if not against:
            offered.append(entry)
            continue
        if entry.rank == 1:
            outcome = against[0][0]
        withheld.append(replace(entry, withheld=against[0][1]))
    if infected:
        offered = [_elsewhere(content, infected, entry) for entry in offered]
        outcome = "no_block_reassess"
    elif stops.all_blocks and outcome == "compare":
        outcome = "no_block_reassess"
    renumbered = tuple(replace(entry, rank=rank) for rank, entry in enumerate(offered, start=1))
    return Sorted(outcome, renumbered, tuple(withheld))


def _deep(content: Content, flag: Flag) -> Why:
    return lambda entry: flag.text if content.blocks[entry.id].bleeding_class == "deep" else ""


def _entered_there(content: Content, flag: Flag, leader: BlockAnswer) -> Why:
    """Against what enters where the leading block would, or where nobody says; and against deep blocks and
    such as answer too little, which would only fill its place."""
    site = set(content.blocks[leader.id].entry_regions)
    enough = content.weights["answers_from_covered"]

    def why(entry: BlockAnswer) -> str:
        block = content.blocks[entry.id]
        own = set(block.entry_regions)
        near = not site or not own or bool(site & own)
        if near or block.bleeding_class == "deep":
            return flag.text
        return "" if entry.covered >= enough.value else enough.meaning

    return why


def _elsewhere(content: Content, flag: Flag, entry: BlockAnswer) -> BlockAnswer:
    names = ", ".join(content.regions[name].plain for name in content.blocks[entry.id].entry_regions)
    said = Reason(f"Enters through other skin ({names}): only where that is healthy.", flag.sources)
    return replace(entry, reasons=(*entry.reasons, said))


def _criteria(content: Content, text: str, leader: BlockAnswer) -> Why:
    """Against the family whose criteria are not met and, where it leads, what would only fill its place."""
    leads = content.blocks[leader.id].family == CRITERIA_FAMILY
    enough = content.weights["answers_from_covered"]

    def why(entry: BlockAnswer) -> str:
        block: Block = content.blocks[entry.id]
        if block.family == CRITERIA_FAMILY:
            return text
        if not leads:
            return ""
        if any(reason.by == "source_without_sign" for reason in entry.reasons):
            return f"Nothing given here points to {SOURCE_WORDS[block.family]}: not offered in its place."
        return "" if entry.covered >= enough.value else enough.meaning

    return why
