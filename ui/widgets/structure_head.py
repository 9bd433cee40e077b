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
from ui.widgets.basics import button, label, row
from ui.widgets.card_frame import CardFrame
from ui.widgets.flow import FlowLayout
from ui.widgets.words import capital


def show_names(card: CardFrame, facts: About, outline: Sequence[Node], picture: Picture) -> None:
    """Headings above it as links, its name, term and other names."""
    record, count = facts.structure, len(picture.state.selected)
    trail = QWidget()
    flow = FlowLayout(trail, gap=2)
    seen: set[str] = set()
    for node in path_to(tuple(outline), record.id)[:-1]:
        if node.name in (plain_name(record), *seen):
            continue
        seen.add(node.name)
        link = button(f"{node.name}  ›", "link", f"Select {node.name}", f"Select {node.name}")
        link.clicked.connect(lambda _=False, node=node: card.acted.emit(GoTo(node.structures)))
        flow.addWidget(link)
    line = row(4)
    line.addWidget(trail, 1)
    close = card.close_button("Clear the selection", "Clear the selection (Esc)", ClearSelection())
    line.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
    card.head.addLayout(line)
    card.head.addWidget(label(capital(record.name), "title", wrap=True))
    term = " · ".join(part for part in (record.latin, record.fma) if part)
    if term:
        words = label(term, "muted", wrap=True)
        words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        card.head.addWidget(words)
    nerve = facts.nerve
    others = [*record.synonyms, *(nerve.abbreviations + nerve.synonyms if nerve is not None else ())]
    others = [name for name in dict.fromkeys(others) if name.casefold() != record.name.casefold()]
    if others:
        card.head.addWidget(label(f"Also: {', '.join(others)}", "small", wrap=True))
    if count > 1:
        card.head.addWidget(label(f"Last of {count} selected structures", "small", wrap=True))


def show_switches(card: CardFrame, facts: About, picture: Picture, hidden: bool) -> None:
    """Frame, isolate, fade, hide what is selected."""
    box = QWidget()
    flow = FlowLayout(box, gap=4)
    chosen, faded = picture.state.selected, picture.state.faded
    hide: Action = ShowStructures(chosen) if hidden else HideStructures(chosen)
    fade_text = "Opaque" if all(name in faded for name in chosen) else "Fade"
    for text, tip, action in (
        ("Go to", "Have the camera frame it (F)", FocusOn(chosen)),
        ("Alone", "Show only what is selected (I)", IsolateStructures(chosen)),
        (fade_text, "Make it translucent, or opaque again (T)", FadeStructures(chosen)),
        ("Show" if hidden else "Hide", "Hide what is selected (H)", hide),
    ):
        push = button(text, "", f"{text}: {facts.structure.name}", tip)
        push.setProperty("tight", True)
        push.clicked.connect(lambda _=False, action=action: card.acted.emit(action))
        flow.addWidget(push)
    card.head.addWidget(box)
