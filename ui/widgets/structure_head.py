"""The head of a structure's card: where it is listed, its names, and what can be done with it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from planner.about import About
from planner.atlas.hierarchy import plain_name
from planner.outline import Node, path_to
from planner.session.actions import (
    Action,
    ClearSelection,
    FadeStructures,
    FocusOn,
    GoTo,
    HideStructures,
    IsolateStructures,
    ShowStructures,
)
from planner.session.picture import Picture
from ui.widgets.basics import column, row
from ui.widgets.card_frame import CardFrame
from ui.widgets.pushes import Push, Pushes
from ui.widgets.words import capital


def show_names(card: CardFrame, facts: About, outline: Sequence[Node], picture: Picture) -> None:
    """Headings above it as links, its name, term and other names."""
    record, count = facts.structure, len(picture.state.selected)
    above: dict[str, Node] = {}
    for node in path_to(tuple(outline), record.id)[:-1]:
        if node.name != plain_name(record):
            above.setdefault(node.name, node)
    trail = tuple(above.values())
    line = card.head.part("trail", lambda: _Trail(card))
    line.links.tell(
        [
            Push(f"{node.name}  ›", f"Select {node.name}", f"Select {node.name}", GoTo(node.structures))
            for node in trail
        ]
    )
    card.say(card.head, "name", capital(record.name), "title")
    term = " · ".join(part for part in (record.latin, record.fma) if part)
    if term:
        words = card.say(card.head, "term", term, "muted")
        words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    nerve = facts.nerve
    others = [*record.synonyms, *(nerve.abbreviations + nerve.synonyms if nerve is not None else ())]
    others = [name for name in dict.fromkeys(others) if name.casefold() != record.name.casefold()]
    if others:
        card.say(card.head, "others", f"Also: {', '.join(others)}", "small")
    if count > 1:
        card.say(card.head, "count", f"Last of {count} selected structures", "small")


class _Trail(QWidget):
    """The headings as links in lines that break, and the cross."""

    def __init__(self, card: CardFrame) -> None:
        super().__init__()
        self.links = Pushes(card.acted.emit, "link", gap=2)
        line = row(4)
        column(self, gap=0).addLayout(line)
        line.addWidget(self.links, 1)
        close = card.close_button("Clear the selection", "Clear the selection (Esc)", ClearSelection())
        line.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)


def show_switches(card: CardFrame, facts: About, picture: Picture, hidden: bool) -> None:
    """Frame, isolate, fade, hide what is selected."""
    chosen, faded = picture.state.selected, picture.state.faded
    hide: Action = ShowStructures(chosen) if hidden else HideStructures(chosen)
    fade = "Opaque" if all(name in faded for name in chosen) else "Fade"
    offers = (
        ("Go to", "Have the camera frame it (F)", FocusOn(chosen)),
        ("Alone", "Show only what is selected (I)", IsolateStructures(chosen)),
        (fade, "Make it translucent, or opaque again (T)", FadeStructures(chosen)),
        ("Show" if hidden else "Hide", "Hide what is selected (H)", hide),
    )
    switches = card.head.part("switches", lambda: Pushes(card.acted.emit, "", gap=4, tight=True))
    switches.tell([Push(text, f"{text}: {facts.structure.name}", tip, act) for text, tip, act in offers])
