"""What explains an answer, worked out beside the window when the hand rests, and put into later pictures."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, QTimer, Signal

from planner.answer import Answer, BlockAnswer
from planner.atlas.model import Atlas
from planner.session.picture import Picture
from ui.widgets.work import Submit

REST_MS = 350  # a pause in painting this long asks for the explanation


class Explainer(QObject):
    """Keeps the explained form of the answer shown last; `ready` when a new one has arrived."""

    ready = Signal()

    def __init__(self, submit: Submit, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._submit = submit
        self._atlas: Atlas | None = None
        self._picture: Picture | None = None
        self._kept: tuple[Answer, Answer] | None = None
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._rest.timeout.connect(self._ask)

    def set_atlas(self, atlas: Atlas) -> None:
        """What is explained from now on rests on this atlas."""
        self._atlas, self._kept = atlas, None

    def enriched(self, picture: Picture) -> Picture:
        """The picture with its answer explained, if that is known already; otherwise it is asked for."""
        self._picture = picture
        if self._kept is not None and self._kept[0] is picture.answer:
            return _with(picture, self._kept[1])
        self._rest.stop()
        if self._atlas is not None and picture.answer.blocks:
            self._rest.start()
        return picture

    def _ask(self) -> None:
        picture, atlas = self._picture, self._atlas
        if picture is None or atlas is None:
            return

        def work() -> Answer:
            from planner.atlas.forms import formed
            from planner.explaining import explained
            from planner.session.resolve import case_of

            return explained(formed(atlas, picture.state.form), case_of(picture.state), picture.answer)

        def done(answer: Answer) -> None:
            self._kept = (picture.answer, answer)
            if self._picture is not None and self._picture.answer is picture.answer:
                self.ready.emit()

        self._submit("explain", work, done)


def _with(picture: Picture, answer: Answer) -> Picture:
    """The picture with this answer, its chosen block as the answer explains it."""
    return replace(picture, answer=answer, chosen=_chosen(picture.chosen, answer))


def _chosen(chosen: BlockAnswer | None, answer: Answer) -> BlockAnswer | None:
    if chosen is None:
        return None
    for entry in (*answer.blocks, *answer.withheld):
        if (entry.id, entry.side) == (chosen.id, chosen.side):
            return replace(
                chosen,
                reasons=entry.reasons,
                covered_range=entry.covered_range,
                uncovered=entry.uncovered,
                not_apart=entry.not_apart,
            )
    return chosen
