"""What can be chosen on a structure's card: its roots, the skin shown of it, a variant of the anatomy."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from planner.about import About
from planner.atlas.model import Content, Variant
from planner.session.actions import ChooseVariant, GoTo, LayOver, ShowTerritory
from planner.session.picture import Picture
from planner.territory import dermatomes
from ui.widgets.basics import Segmented, column
from ui.widgets.card_frame import CardFrame
from ui.widgets.claims import SourceLine
from ui.widgets.pushes import Push, Pushes
from ui.widgets.retold import Retold

_USUAL = ""


def show_roots(card: CardFrame, facts: About) -> None:
    """A chip for each root, which leads there."""
    if not facts.roots:
        return
    lines = card.group("Roots", gap=4)
    lines.part("chips", lambda: Pushes(card.acted.emit, "chip", gap=4)).tell(
        [
            Push(
                way.name,
                f"Go to root {way.name}",
                f"Go to root {way.name}",
                GoTo(way.structures) if way.structures else None,
            )
            for way in facts.roots
        ]
    )
    lines.end()


def show_skin(card: CardFrame, facts: About, content: Content, picture: Picture) -> None:
    """What skin is shown: that of the nerve, or one of its dermatomes."""
    if facts.territory is None:
        return
    state, known = picture.state, dermatomes(content)
    choices = [
        (facts.territory, "Its own"),
        *((way.name, way.name) for way in facts.roots if way.name in known),
    ]
    lines = card.group("Skin shown on the body", gap=4)
    shown = state.territory or facts.territory
    _switch(card, lines, "Skin shown", choices, shown, ShowTerritory)
    if len(choices) > 1:
        card.say(lines, "over", "Laid over it as a line", "eyebrow")
        every = [(_USUAL, "None"), *choices]
        _switch(card, lines, "Laid over it", every, state.over or _USUAL, lambda key: LayOver(key or None))
    lines.end()


def show_variants(card: CardFrame, facts: About, content: Content, picture: Picture) -> None:
    """A switch for each group of alternatives that touches this structure."""
    groups: dict[str, list[Variant]] = {}
    for variant in facts.variants:
        groups.setdefault(variant.group, []).append(variant)
    chosen = {choice.group: choice.variant for choice in picture.state.variants}
    for group, variants in groups.items():
        now, name = chosen.get(group, _USUAL), variants[0].group_name
        lines = card.group(f"Variants: {name}", gap=4)
        choices = [(_USUAL, "Usual"), *((one.id, one.name) for one in variants)]
        _switch(
            card,
            lines,
            f"Variant of {name}",
            choices,
            now,
            lambda key, group=group: ChooseVariant(group, key or None),
        )
        shown = next((one for one in variants if one.id == now), variants[0])
        card.say(lines, "share", f"{shown.name}: {shown.prevalence}", "small")
        line = lines.part("sources", lambda: SourceLine((), content.references))
        line.tell(shown.sources, shown.grade)
        lines.end()


class _Switch(QWidget):
    """A segmented switch at the left of its line; it says what its choice does."""

    def __init__(self, card: CardFrame) -> None:
        super().__init__()
        self.act: Callable[[str], object] = str
        self.choice = Segmented((), "")
        self.choice.chosen.connect(lambda key: card.acted.emit(self.act(key)))
        column(self, gap=0).addWidget(self.choice, 0, Qt.AlignmentFlag.AlignLeft)


def _switch(
    card: CardFrame,
    lines: Retold,
    name: str,
    choices: Sequence[tuple[str, str]],
    now: str,
    act: Callable[[str], object],
) -> None:
    switch = lines.part(name, lambda: _Switch(card))
    switch.act = act
    switch.choice.tell(choices, name)
    switch.choice.show_choice(now)
