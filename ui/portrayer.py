"""Keeps small body pictures of the compared blocks up to date, worked out beside the window.

Asked with every picture, it answers a moment later: a ranking never waits for its pictures, a brush that
moves on makes those of the moment before superfluous, and what nobody sees is not drawn.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, QTimer, Signal

from planner.answer import BlockAnswer
from planner.atlas.model import Atlas
from planner.portraits import portraits
from planner.session.picture import Picture
from planner.session.resolve import case_of
from ui.widgets.portrait import Format, Portraitist, Sitter, Sitters
from ui.widgets.work import Submit

SOON_MS = 40  # while a brush moves, pictures follow at this distance


class Portrayer(QObject):
    """Hands out `sitters` of the blocks asked for last; `ready` when there are new ones."""

    ready = Signal()

    def __init__(self, submit: Submit, topic: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._submit, self._topic = submit, topic
        self._artist: Portraitist | None = None
        self._atlas: Atlas | None = None
        self._asked: tuple[object, ...] | None = None
        self._wish: tuple[Picture, tuple[BlockAnswer, ...], Format] | None = None
        self.sitters: Sitters = {}
        self._soon = QTimer(self, singleShot=True, interval=SOON_MS)
        self._soon.timeout.connect(self._draw)

    def set_atlas(self, atlas: Atlas) -> None:
        """Whose skin is drawn from now on."""
        self._atlas, self._artist = atlas, Portraitist(atlas)
        self._asked, self.sitters = None, {}

    def ask(self, picture: Picture, entries: Sequence[BlockAnswer], size: Format) -> None:
        """Wishes for portraits of these blocks on this map; equal wishes cost nothing."""
        if self._artist is None or not entries:
            return
        names = tuple((entry.id, entry.side) for entry in entries)
        asked = (case_of(picture.state), picture.skin.form, names, size)
        if asked == self._asked:
            return
        self._asked = asked
        self._wish = (picture, tuple(entries), size)
        if not self._soon.isActive():
            self._soon.start()

    def _draw(self) -> None:
        if self._wish is None or self._artist is None or self._atlas is None:
            return
        (picture, entries, size), atlas, artist = self._wish, self._atlas, self._artist
        self._wish = None

        def work() -> Sitters:
            from planner.atlas.forms import formed

            found = portraits(formed(atlas, picture.state.form), case_of(picture.state), entries)
            images = artist.draw(found, picture.skin, size)
            pairs = zip(found, images, strict=True)
            return {(one.block, one.side): Sitter(image, one.near) for one, image in pairs}

        self._submit(self._topic, work, self._take)

    def _take(self, sitters: Sitters) -> None:
        self.sitters = sitters
        self.ready.emit()
