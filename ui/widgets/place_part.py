"""A place on the skin on a card: its roots, nerves and blocks, each a link."""

from __future__ import annotations

from planner.about import structures_of_nerve
from planner.atlas.model import Content
from planner.session.actions import Action, ChooseBlock, GoTo, ShowTerritory, TraceSkin
from planner.trace import SkinPlace
from ui.widgets.basics import label
from ui.widgets.card_frame import CardFrame
from ui.widgets.words import block_name, nerve_name, percent, region_name, side_words


def show_place(card: CardFrame, place: SkinPlace, content: Content) -> None:
    """Fills a card with what serves a place on the skin."""
    title = f"{region_name(content, place.region, 'study')}, {side_words(place.side)}"
    card.headed(title, card.close_button("Trace no more", "Trace no more", TraceSkin(None)))
    card.head.addWidget(label("What serves this place on the skin", "muted", wrap=True))
    roots = {
        level: root.id for root in content.nerves.values() if root.kind == "root" for level in root.roots
    }
    for heading, shares in (
        ("Roots", place.roots),
        ("Nerves", place.nerves),
        ("Blocks that numb it", place.blocks),
    ):
        lines = card.boxed(heading)
        if not shares:
            lines.addWidget(label("None is known.", "muted"))
        for share in shares:
            if heading == "Blocks that numb it":
                card.link(lines, block_name(content, share.of), ChooseBlock(share.of), percent(share.p))
                continue
            nerve = roots.get(share.of, "") if heading == "Roots" else share.of
            found = structures_of_nerve(content, nerve, place.side)
            name = share.of if heading == "Roots" else nerve_name(content, share.of, "study")
            action: Action = GoTo(found) if found else ShowTerritory(share.of)
            card.link(lines, name, action, percent(share.p))
    note = "How likely in a typical person. Territories overlap and vary."
    card.lines.addWidget(label(note, "small", wrap=True))
