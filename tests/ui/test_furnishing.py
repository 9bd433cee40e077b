"""What is made beforehand never shows: the card speaks of the chosen block whenever the choice falls."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from planner.atlas.model import Atlas
from planner.session.picture import Picture
from ui.panels.card import CardPanel
from ui.theme import LIGHT, Theme

MakePicture = Callable[..., Picture]


def words(card: CardPanel) -> list[str]:
    QApplication.processEvents()  # what was just added to a layout is shown in the next turn
    return [part.text() for part in card.findChildren(QLabel) if part.isVisibleTo(card)]


@pytest.fixture
def card(qtbot: QtBot, atlas: Atlas) -> CardPanel:
    """A card that has its content and shows nothing yet."""
    made = CardPanel(Theme(LIGHT))
    qtbot.addWidget(made)
    made.set_content(atlas.content)
    made.resize(420, 700)
    made.show()
    return made


@pytest.mark.parametrize("steps", [0, 1, 2, 5, 12, 100])
def test_that_a_block_chosen_while_the_card_is_furnished_is_the_one_it_speaks_of(
    card: CardPanel, qtbot: QtBot, atlas: Atlas, picture: MakePicture, steps: int
) -> None:
    chosen = picture(block="lfcn", side="left")
    plain = CardPanel(Theme(LIGHT))
    qtbot.addWidget(plain)
    plain.set_content(atlas.content)
    plain.resize(420, 700)
    plain.show()
    plain.show_picture(chosen)
    furnishing = card.furnish(picture())
    for _ in range(steps):
        next(furnishing, None)
    card.show_picture(chosen)
    for _ in furnishing:
        pass
    assert "Lateral femoral cutaneous nerve block" in " ".join(words(plain))
    assert words(card) == words(plain)


def test_that_a_card_that_shows_a_block_is_not_furnished(card: CardPanel, picture: MakePicture) -> None:
    card.show_picture(picture(block="femoral", side="left"))
    before = words(card)
    assert list(card.furnish(picture())) == []
    assert words(card) == before
