"""State -> the page to take home, pure: the same answer that the window shows, as words on paper."""

from __future__ import annotations

from planner.atlas.forms import formed
from planner.atlas.handbook import Handbook
from planner.atlas.model import Atlas
from planner.report import Page, page
from planner.session.resolve import case_of
from planner.session.state import State


def page_of(atlas: Atlas, handbook: Handbook, state: State) -> Page:
    """The page of a State whose ids the atlas knows. KeyError names an unknown id."""
    return page(formed(atlas, state.form), handbook, case_of(state), state.block, state.side)
