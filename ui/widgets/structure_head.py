"""The head of a structure's card: where it is listed, its names, and what can be done with it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

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
from ui.widgets.basics import button, row
from ui.widgets.card_frame import CardFrame
from ui.widgets.flow import FlowLayout
from ui.widgets.words import capital


def show_names(card: CardFrame, facts: About, outline: Sequence[Node], picture: Picture) -> None:
    """Headings above it as links, its name, term and other names."""
    record, count = facts.structure, len(picture.state.selected)
    above: dict[str, Node] = {}
    for node in path_to(tuple(outline), record.id)[:-1]:
        if node.name != plain_name(record):
            above.setdefault(node.name, node)
    trail = tuple(above.values())
    names = tuple(node.name for node in trail)
    card.head.slot("trail", (names, record.side), lambda box: box.addLayout(_trail(card, trail)))
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


def _trail(card: CardFrame, trail: Sequence[Node]) -> QHBoxLayout:
    """The headings as links in lines that break, and the cross."""
    links = QWidget()
    flow = FlowLayout(links, gap=2)
    for node in trail:
        link = button(f"{node.name}  ›", "link", f"Select {node.name}", f"Select {node.name}")
        link.clicked.connect(lambda _=False, node=node: card.acted.emit(GoTo(node.structures)))
        flow.addWidget(link)
    line = row(4)
    line.addWidget(links, 1)
    close = card.close_button("Clear the selection", "Clear the selection (Esc)", ClearSelection())
    line.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
    return line


class Switches(QWidget):
    """Frame, isolate, fade, hide. acted: an act for the session."""

    acted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        flow = FlowLayout(self, gap=4)
        self._acts: list[Action] = []
        self._pushes: list[QPushButton] = []
        for number in range(4):
            push = button("")
            push.setProperty("tight", True)
            push.clicked.connect(lambda _=False, number=number: self.acted.emit(self._acts[number]))
            flow.addWidget(push)
            self._pushes.append(push)

    def tell(self, name: str, chosen: tuple[str, ...], faded: bool, hidden: bool) -> None:
        """name: of what is chosen last; faded, hidden: as all that is chosen is shown now."""
        hide: Action = ShowStructures(chosen) if hidden else HideStructures(chosen)
        fade = "Opaque" if faded else "Fade"
        offers = (
            ("Go to", "Have the camera frame it (F)", FocusOn(chosen)),
            ("Alone", "Show only what is selected (I)", IsolateStructures(chosen)),
            (
                fade,
                "Make it translucent, or opaque again (T)",
                FadeStructures(chosen),
            ),
            ("Show" if hidden else "Hide", "Hide what is selected (H)", hide),
        )
        self._acts = [action for _, _, action in offers]
        for push, (text, tip, _) in zip(self._pushes, offers, strict=True):
            push.setText(text)
            push.setToolTip(tip)
            push.setAccessibleName(f"{text}: {name}")


def show_switches(card: CardFrame, facts: About, picture: Picture, hidden: bool) -> None:
    """What can be done with what is selected."""
    chosen, faded = picture.state.selected, picture.state.faded

    def make() -> Switches:
        switches = Switches()
        switches.acted.connect(card.acted)
        return switches

    switches = card.head.part("switches", make)
    switches.tell(facts.structure.name, chosen, all(name in faded for name in chosen), hidden)
