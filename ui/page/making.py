"""From an atlas and a State to a sheet that can be shown, printed or written: every step in one place."""

from __future__ import annotations

from dataclasses import dataclass, replace

import msgspec
import numpy as np
from PySide6.QtGui import QImage

from planner.atlas.forms import formed
from planner.atlas.handbook import Handbook
from planner.atlas.model import Atlas
from planner.chart import Borders
from planner.fields import answered_field
from planner.ranking import block_answer
from planner.report import Page
from planner.session.paper import page_of
from planner.session.picture import Picture, SkinPaint
from planner.session.resolve import case_of, resolve
from planner.session.state import State
from ui.page.papers import Paper
from ui.page.pictures import Pictures, paper_state, pictures
from ui.page.sheet import Sheet, chart_size, set_page


@dataclass(frozen=True, eq=False, slots=True)
class Made:
    """The words and pictures of one page, before they are set on a paper."""

    page: Page
    pictures: Pictures
    picture: Picture

    def with_scene(self, scene: QImage | None) -> Made:
        """The same with another 3D picture, or with none."""
        return replace(self, pictures=replace(self.pictures, scene=scene))

    def sheet(self, paper: Paper) -> Sheet:
        """Set on this paper."""
        return set_page(self.page, self.pictures, paper)


def make(
    atlas: Atlas,
    handbook: Handbook,
    state: State,
    scene: QImage | None = None,
    borders: Borders | None = None,
) -> Made:
    """Everything of a page but the paper; `scene` is the 3D picture, where there is one."""
    picture = resolve(atlas, paper_state(state))
    if picture.answer.outcome == "urgent_evaluation":
        # The page says nothing of a block then, and neither do its charts.
        picture = resolve(atlas, paper_state(without_block(state)))
    drawn = pictures(atlas, replace(picture, skin=answered(atlas, picture)), chart_size(), scene, borders)
    return Made(page_of(atlas, handbook, state), drawn, picture)


def answered(atlas: Atlas, picture: Picture) -> SkinPaint:
    """The paint with pain that the block answers drawn as covered, also where no skin goes numb.

    A block of a joint or a facet covers pain without numbing the skin over it.
    """
    skin, state = picture.skin, picture.state
    if state.block is None:
        return skin
    body = formed(atlas, state.form)
    _, source = block_answer(body, case_of(state), state.block, state.side)
    field = answered_field(body, state.block, source, state.side)
    hurts = (skin.pain > 0.0) | (skin.deep > 0.0)
    numb = np.where(hurts, np.maximum(skin.numb, field), skin.numb).astype(np.float32)
    return replace(skin, key=(skin.key, "answered"), numb=numb)


def without_block(state: State) -> State:
    """The State with no block chosen."""
    return msgspec.structs.replace(state, block=None, target=None)
