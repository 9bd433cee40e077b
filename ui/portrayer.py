"""Keeps small body pictures of the compared blocks up to date, worked out beside the window.

Asked with every picture, it answers a moment later: a ranking never waits for its pictures, a brush that
moves on makes those of the moment before superfluous, and what nobody sees is not drawn.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

from PySide6.QtCore import QObject, QTimer, Signal

from planner.answer import BlockAnswer
from planner.atlas.model import Atlas
from planner.portraits import portraits
from planner.session.picture import Picture
from planner.session.resolve import case_of
from ui.widgets.portrait import Format, Portraitist, Sitter, Sitters
from ui.widgets.work import Submit

SOON_MS = 40  # a change is drawn this soon
SHARE = 4  # while a brush moves, drawing takes one part in so many of the time: the map goes before
MOST_MS = 400


class Portrayer(QObject):
    """Hands out `sitters` of the blocks asked for last; `ready` when there are new ones."""

    ready = Signal()

    def __init__(self, submit: Submit, topic: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._submit, self._topic = submit, topic
        self._artist: Portraitist | None = None
        self._atlas: Atlas | None = None
        self._asked: tuple[object, ...] | None = None
        self._drawn: tuple[object, ...] | None = None
        self._wish: tuple[Picture, tuple[BlockAnswer, ...], Format] | None = None
        self.sitters: Sitters = {}
        self._pause_ms = SOON_MS
        self._soon = QTimer(self, singleShot=True)
        self._soon.timeout.connect(self._draw)

    def set_atlas(self, atlas: Atlas) -> None:
        """Whose skin is drawn from now on."""
        self._atlas, self._artist = atlas, Portraitist(atlas)
        self._asked, self._drawn, self.sitters = None, None, {}

    def ask(self, picture: Picture, entries: Sequence[BlockAnswer], size: Format) -> None:
        """Wishes for portraits of these blocks on this map; equal wishes cost nothing."""
        if self._artist is None or not entries:
            return
        names = tuple((entry.id, entry.side) for entry in entries)
        asked = (case_of(picture.state), picture.skin.form, names, size)
        if asked == self._asked:
            return
        drawn = (frozenset(names), size)
        wait_ms = self._pause_ms if drawn == self._drawn else SOON_MS  # the same cards have pictures already
        self._asked, self._drawn = asked, drawn
        self._wish = (picture, tuple(entries), size)
        if not self._soon.isActive() or self._soon.remainingTime() > wait_ms:
            self._soon.start(wait_ms)

    def _draw(self) -> None:
        if self._wish is None or self._artist is None or self._atlas is None:
            return
        (picture, entries, size), atlas, artist = self._wish, self._atlas, self._artist
        self._wish = None

        def work() -> tuple[Sitters, float]:
            from planner.atlas.forms import formed

            began = time.perf_counter()
            found = portraits(formed(atlas, picture.state.form), case_of(picture.state), entries)
            images = artist.draw(found, picture.skin, size)
            pairs = zip(found, images, strict=True)
            sitters = {(one.block, one.side): Sitter(image, one.near) for one, image in pairs}
            return sitters, 1000.0 * (time.perf_counter() - began)

        self._submit(self._topic, work, self._take)

    def _take(self, drawn: tuple[Sitters, float]) -> None:
        self.sitters, took_ms = drawn
        self._pause_ms = round(min(max(SOON_MS, (SHARE - 1) * took_ms), MOST_MS))
        self.ready.emit()
