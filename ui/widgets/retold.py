"""A column told anew with every picture: a part told again under its name stays and changes its words.

What is not told this time is hidden and waits. Making a widget and dressing it in the style sheet costs a
hundred times what changing its words does, and one that stays keeps its focus, its folds and its place.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterator
from typing import TypeVar

from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from ui.widgets.basics import column
from ui.widgets.slot import Slot

Part = TypeVar("Part", bound=QWidget)


class Retold:
    """The parts of one layout, by name; between `begin` and `end` they are told in their order."""

    def __init__(self, layout: QBoxLayout) -> None:
        self._layout = layout
        self._kept: dict[tuple[Hashable, int], QWidget] = {}
        self._told: list[QWidget] = []
        self._times: Counter[Hashable] = Counter()

    def begin(self) -> None:
        """What follows is all there is to say."""
        self._told = []
        self._times.clear()

    def part(self, name: Hashable, make: Callable[[], Part]) -> Part:
        """The part of this name, made when it is told for the first time; under one name always of one kind.

        A name that is told twice has two parts, the first and the second.
        """
        self._times[name] += 1
        numbered = (name, self._times[name])
        held = self._kept.get(numbered)
        if held is None:
            held = self._kept[numbered] = make()
            held.setParent(self._layout.parentWidget())  # shown without one it would be a window of its own
        self._told.append(held)
        return held  # type: ignore[return-value]

    def keep(self, held: Part) -> Part:
        """Takes in a part made elsewhere; it is told under itself as its name."""
        held.setParent(self._layout.parentWidget())
        held.hide()
        self._kept[(held, 1)] = held
        return held

    def slot(self, name: Hashable, key: object, build: Callable[[QVBoxLayout], None], gap: int = 0) -> Slot:
        """A part that is made anew where what it shows has changed."""
        held = self.part(name, lambda: Slot(gap))
        held.fill(key, build)
        return held

    def end(self) -> None:
        """Lays the parts in the order they were told in, and hides the others."""
        told = set(self._told)
        for held in self._kept.values():
            if held not in told:
                held.hide()
        if self._told != [held for held in self._laid() if held in told]:
            for held in self._told:
                self._layout.removeWidget(held)
            for place, held in enumerate(self._told):
                self._layout.insertWidget(place, held)
        for held in self._told:
            if held.isHidden():
                held.show()

    def polish(self) -> Iterator[None]:
        """Dresses parts that nobody has seen yet in the style sheet, one at a step."""
        for held in tuple(self._kept.values()):
            for part in (held, *held.findChildren(QWidget)):
                part.ensurePolished()
            yield

    def forget(self) -> None:
        """Lets all parts go, as when they must be drawn in another theme."""
        for held in self._kept.values():
            self._layout.removeWidget(held)
            held.hide()
            held.deleteLater()
        self._kept, self._told = {}, []

    def _laid(self) -> list[QWidget]:
        items = (self._layout.itemAt(k) for k in range(self._layout.count()))
        return [held for item in items if item is not None and (held := item.widget()) is not None]


class Group(QWidget):
    """Parts that stand closer together than others, told anew in the same way."""

    def __init__(self, gap: int) -> None:
        super().__init__()
        self.parts = Retold(column(self, gap=gap))
