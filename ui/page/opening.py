"""Opens the page's preview over the window; imported when it is first asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.atlas.load import load_handbook
from planner.atlas.model import Atlas
from planner.session.state import State
from ui.app import assets_folder
from ui.page.preview import PagePreview, Source
from ui.widgets.work import Submit

if TYPE_CHECKING:
    from ui.main_window import MainWindow


def preview(window: MainWindow, atlas: Atlas, state: State, submit: Submit) -> PagePreview:
    """The preview of the page of a State, as large as the window lets it be."""
    folder = window.content_folder if window.content_folder is not None else assets_folder()
    source = Source(atlas, lambda: load_handbook(folder), state, window.link.scene)
    dialog = PagePreview(source, submit, window.theme, window)
    window.themed.connect(dialog.set_theme)
    dialog.resize(min(window.width() - 40, window.theme.px(900)), window.height() - 24)
    return dialog
