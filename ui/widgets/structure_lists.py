"""The folded lists of a structure's card, each filling a column: blocks, areas, parts, neighbours."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QVBoxLayout

from planner.about import About, neighbours_of
from planner.atlas.handbook import Dermatome
from planner.atlas.model import Atlas, Content
from planner.session.actions import ChooseBlock, FocusOn, GoTo
from planner.space import Side
from planner.trace import Served
from ui.widgets.basics import label
from ui.widgets.card_frame import CardFrame, Link
from ui.widgets.claims import ClaimView
from ui.widgets.words import (
    block_name,
    capital,
    claim_words,
    nerve_name,
    percent,
    region_name,
    structure_name,
)


def fill_blocks(card: CardFrame, box: QVBoxLayout, facts: About, content: Content) -> None:
    """Blocks that reach the nerve, with how often."""
    for hit in facts.blocks:
        card.link(box, Link(block_name(content, hit.block), ChooseBlock(hit.block), percent(hit.p)))
    words = "How often, done as described; sources stand on each block's card."
    box.addWidget(label(words, "small", wrap=True))


def fill_root_areas(
    card: CardFrame, box: QVBoxLayout, areas: Sequence[Served], content: Content, side: Side
) -> None:
    """The skin of a root: each area with the nerve that most likely carries the root there."""
    for served in areas:
        name = region_name(content, served.region, "study")
        card.link(box, Link(name, FocusOn((f"region_{served.region}_{side}",)), percent(served.p)))
        carriers = [nerve_name(content, share.of, "study") for share in served.nerves[:3]]
        if carriers:
            box.addWidget(label(f"by {', '.join(carriers)}", "small", wrap=True))


def fill_dermatome(box: QVBoxLayout, segment: Dermatome, content: Content) -> None:
    """What is written about a segment: skin, muscles, reflex, where its pain is felt, how sources differ."""
    for heading, claim in (
        ("Skin", segment.skin),
        ("Muscles", segment.muscles),
        ("Pain of the root", segment.pain),
        ("How sources differ", segment.differs),
    ):
        if claim is not None:
            view = ClaimView(
                claim_words(claim, "study"),
                claim.sources,
                content.references,
                claim.grade,
                heading=heading,
                note=claim.note,
            )
            box.addWidget(view)
    if segment.reflex:
        box.addWidget(label("Reflex", "eyebrow"))
        box.addWidget(label(capital(segment.reflex), wrap=True))


def fill_parts(box: QVBoxLayout, facts: About) -> None:
    """Named parts of a structure."""
    for part in facts.parts:
        side = "" if part.side == "midline" else f", {part.side}"
        text = f"{capital(part.name)}{side}"
        box.addWidget(label(f"{text} · {part.latin}" if part.latin else text, wrap=True))


def fill_neighbours(card: CardFrame, box: QVBoxLayout, facts: About, atlas: Atlas) -> None:
    """The nearest structures in this model."""
    for name, gap in neighbours_of(atlas, facts.structure.id):
        words = "touches" if gap < 1.0 else f"{gap:.0f} mm"
        card.link(box, Link(structure_name(atlas.content, name), GoTo((name,)), words))
