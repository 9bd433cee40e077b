"""A place on the skin on a card: its roots, nerves and blocks, each a link."""

from __future__ import annotations

from planner.about import structures_of_nerve
from planner.atlas.model import Content
from planner.session.actions import Action, ChooseBlock, GoTo, ShowTerritory, TraceSkin
from planner.trace import SkinPlace
from ui.widgets.card_frame import CardFrame, Link
from ui.widgets.words import block_name, nerve_name, percent, region_name, side_words


def show_place(card: CardFrame, place: SkinPlace, content: Content) -> None:
    """Fills a card with what serves a place on the skin."""
    title = f"{region_name(content, place.region, 'study')}, {side_words(place.side)}"
    card.titled(title, "Trace no more", "Trace no more", TraceSkin(None))
    card.say(card.head, "of the skin", "What serves this place on the skin", "muted")
    at = {level: root.id for root in content.nerves.values() if root.kind == "root" for level in root.roots}

    def leads(ident: str, nerve: str) -> Action:
        found = structures_of_nerve(content, nerve, place.side)
        return GoTo(found) if found else ShowTerritory(ident)

    roots = [Link(one.of, leads(one.of, at.get(one.of, "")), percent(one.p)) for one in place.roots]
    nerves = [
        Link(nerve_name(content, one.of, "study"), leads(one.of, one.of), percent(one.p))
        for one in place.nerves
    ]
    blocks = [Link(block_name(content, one.of), ChooseBlock(one.of), percent(one.p)) for one in place.blocks]
    for heading, links in (("Roots", roots), ("Nerves", nerves), ("Blocks that numb it", blocks)):
        card.listed(heading, links, "None is known.")
    note = "How likely in a typical person. Territories overlap and vary."
    card.say(card.lines, "note", note, "small")
