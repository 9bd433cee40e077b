"""Branch against plexus: the two blocks of one answer that are held against one another at a glance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from planner.answer import Answer, BlockAnswer, Reason
from planner.atlas.model import Content

# Weights of `reasons.specificity`: what decides between a branch and the plexus.
_BY = ("plexus_when_branch_explains", "plexus_per_further_branch")


@dataclass(frozen=True, slots=True)
class Pair:
    """The branch and the plexus that cover the map best. reason: what decides between them, if anything."""

    branch: BlockAnswer
    plexus: BlockAnswer
    reason: Reason | None

    @property
    def branch_first(self) -> bool:
        """Whether the branch is placed before the plexus; a plexus that is kept back has no place."""
        return bool(self.plexus.withheld) or self.branch.rank < self.plexus.rank


def branch_and_plexus(content: Content, answer: Answer) -> Pair | None:
    """The pair of an answer; None unless a listed branch and the plexus both cover enough of the map."""
    enough = content.weights["answers_from_covered"].value

    def first(entries: Sequence[BlockAnswer], family: str) -> BlockAnswer | None:
        fitting = (entry for entry in entries if content.blocks[entry.id].family == family)
        return next((entry for entry in fitting if entry.covered >= enough), None)

    branch = first(answer.blocks, "branch")
    plexus = first((*answer.blocks, *answer.withheld), "plexus")
    if branch is None or plexus is None:
        return None
    return Pair(branch, plexus, next((reason for reason in plexus.reasons if reason.by in _BY), None))
