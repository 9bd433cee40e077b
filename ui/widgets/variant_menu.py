"""The menu of anatomical variants: for each group the usual one and its alternatives with their shares."""

from __future__ import annotations

from textwrap import fill

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from planner.atlas.model import Content
from planner.session.actions import ChooseVariant
from planner.session.state import VariantChoice
from planner.session.variants import share_text

USUAL = "Usual"
TIP_WIDTH = 64


class VariantMenu(QMenu):
    """One submenu per group, exactly one entry of it checked; choosing emits ChooseVariant."""

    acted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Variants", parent)
        self.setToolTipsVisible(True)
        self._entries: dict[tuple[str, str | None], QAction] = {}

    def set_content(self, content: Content) -> None:
        """Lists the variants of the content."""
        self.clear()
        self._entries.clear()
        menus: dict[str, tuple[QMenu, QActionGroup]] = {}
        for variant in content.variants.values():
            if variant.group not in menus:
                menu = self.addMenu(variant.group_name)
                menu.setToolTipsVisible(True)
                menus[variant.group] = menu, QActionGroup(menu)
                usual = f"{USUAL}: {variant.usual}" if variant.usual else USUAL
                self._add(*menus[variant.group], variant.group, None, usual, "The anatomy of the model")
                menu.addSeparator()
            text = f"{variant.name}  ·  {share_text(variant)}"
            tip = f"{variant.prevalence}\n{fill(variant.text, TIP_WIDTH)}"
            self._add(*menus[variant.group], variant.group, variant.id, text, tip)
        self.show_choices(())

    def _add(
        self, menu: QMenu, one_of: QActionGroup, group: str, variant: str | None, text: str, tip: str
    ) -> None:
        entry = menu.addAction(text)
        entry.setCheckable(True)
        entry.setToolTip(tip)
        entry.setStatusTip(tip.partition("\n")[0])
        one_of.addAction(entry)
        entry.triggered.connect(lambda: self.acted.emit(ChooseVariant(group, variant)))
        self._entries[group, variant] = entry

    def show_choices(self, choices: tuple[VariantChoice, ...]) -> None:
        """Checks what is shown, without announcing it."""
        chosen = {choice.group: choice.variant for choice in choices}
        for (group, variant), entry in self._entries.items():
            entry.setChecked(chosen.get(group) == variant)
