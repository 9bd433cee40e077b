"""Quick ways to the parts of the body that a whole chart shows too small."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QFrame, QGridLayout, QMenu, QPushButton, QSizePolicy

from planner.atlas.model import Atlas
from planner.space import Side, other_side
from ui.theme import Theme
from ui.widgets.basics import button

WHOLE = "whole"
# Key, word, what the tool tip calls it, the regions it frames.
_PLACES: tuple[tuple[str, str, str, tuple[str, ...]], ...] = (
    (WHOLE, "Whole", "whole body", ()),
    ("groin", "Groin", "groin", ("groin_crease", "pubis_mons", "genital_anterior", "thigh_med_upper")),
    ("knee", "Knee", "knee", ("knee_ant", "knee_infrapatellar", "knee_med", "knee_lat", "knee_post")),
    ("foot", "Foot", "foot", ("foot_dorsum", "foot_lat", "foot_med", "ankle_med", "ankle_lat", "heel")),
    ("back", "Low back", "low back and buttock", ("lumbar_para_L3", "si_region", "buttock_mid")),
)
_BESIDE_THE_MIDLINE = ("pubis_mons", "genital_anterior")  # framed on both sides
_NARROW_COLUMNS = 3


class ZoomBar(QFrame):
    """One button per place; a place of one side is shown on the other when its button is pressed again."""

    asked = Signal(object)  # points (n, 3) LPS mm, None for the whole body

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("segmented")
        self.setAccessibleName("Zoom")
        self._theme = theme
        self._atlas: Atlas | None = None
        self.side: Side = "left"
        self.place = WHOLE
        self._shown_side: Side = "left"
        self._compact = False
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(2, 2, 2, 2)
        self._grid.setSpacing(2)
        self._columns = 0
        self.buttons = {key: button(word) for key, word, _, _ in _PLACES}
        for number, (key, *_) in enumerate(_PLACES):
            push = self.buttons[key]
            push.setProperty("tight", True)
            push.setCheckable(True)
            # Not the button's own: it would be gone with the button where only the menu has room.
            shortcut = QShortcut(QKeySequence(f"Alt+{number}"), self)
            shortcut.activated.connect(lambda key=key: self.go(key))
            push.clicked.connect(lambda _=False, key=key: self.go(key))
        self._menu = self._make_menu()
        self._grid.addWidget(self._menu, 0, 0, 1, len(_PLACES))
        self._arrange(len(_PLACES))
        self.set_compact(False)

    def set_atlas(self, atlas: Atlas) -> None:
        """Gives the skin in the form that is shown; places whose regions it lacks have no button."""
        self._atlas = atlas
        self.set_compact(self._compact)

    def set_theme(self, theme: Theme) -> None:
        """Draws in another text size."""
        self._theme = theme
        self._fit()

    def _make_menu(self) -> QPushButton:
        """All places behind one button, for low windows and large text."""
        push = button("", tip="Zoom to a part of the body")
        push.setProperty("tight", True)
        menu = QMenu(push)
        for key, word, _, _ in _PLACES:
            menu.addAction(word).triggered.connect(lambda _=False, key=key: self.go(key))
        push.setMenu(menu)
        return push

    def set_compact(self, on: bool) -> None:
        """One button with a menu instead of one for each place."""
        self._compact = on
        self._menu.setVisible(on)
        for key, _, _, regions in _PLACES:
            self.buttons[key].setVisible(not on and self._known(regions))
        self._name()

    def _known(self, regions: tuple[str, ...]) -> bool:
        known = self._atlas.fields.region_ids if self._atlas is not None else ()
        return not regions or not known or any(name in known for name in regions)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit()

    def _fit(self) -> None:
        """In one line, or in two where large text leaves no room for that."""
        hints = []
        for push in self.buttons.values():
            push.ensurePolished()
            hints.append(push.minimumSizeHint().width() + 2)
        self._arrange(len(hints) if sum(hints) + 4 <= self.width() else _NARROW_COLUMNS)

    def _arrange(self, columns: int) -> None:
        if columns == self._columns:
            return
        self._columns = columns
        for number, (key, word, _, _) in enumerate(_PLACES):
            self._grid.addWidget(self.buttons[key], number // columns, number % columns)
            # In one line each has the room its word needs; in two the columns are alike.
            self._grid.setColumnStretch(number, (len(word) if columns > _NARROW_COLUMNS else 1))
        for number in range(columns, len(_PLACES)):
            self._grid.setColumnStretch(number, 0)
        self.updateGeometry()

    def go(self, key: str) -> None:
        """Shows a place, on the side being looked at; the same again on the other side."""
        again = key == self.place and key != WHOLE
        self._shown_side = other_side(self._shown_side) if again else self.side
        self.place = key
        self.show_place(key)
        self.asked.emit(self._points(key, self._shown_side))

    def show_place(self, key: str) -> None:
        """Shows which place the charts show ("": somewhere else)."""
        self.place = key
        for name, push in self.buttons.items():
            push.setChecked(name == key)
        self._name()

    def _name(self) -> None:
        for number, (key, _, words, regions) in enumerate(_PLACES):
            push, side = self.buttons[key], f"patient's {self._shown_side}"
            here = key == self.place and bool(regions)
            push.setAccessibleName(f"Zoom to the {words}" + (f", {side} shown" if here else ""))
            other = f"; now the {side}, press for the other side" if here else ""
            push.setToolTip(f"Zoom to the {words}{other} (Alt+{number})")
            if key == self.place:
                self._menu.setAccessibleName(f"Zoom to a part of the body; {push.text()} shown")
        words = next((word for key, word, _, _ in _PLACES if key == self.place), "Zoom")
        self._menu.setText(words)

    def _points(self, key: str, side: Side) -> NDArray[np.float32] | None:
        """The skin of a place's regions on one side, (n, 3); None for the whole body."""
        regions = next(names for name, _, _, names in _PLACES if name == key)
        if self._atlas is None or not regions:
            return None
        fields = self._atlas.fields
        known = [name for name in regions if name in fields.region_ids]
        rows = [fields.vertices_of(name, side) for name in known]
        rows += [fields.vertices_of(name, other_side(side)) for name in known if name in _BESIDE_THE_MIDLINE]
        points: NDArray[np.float32] = self._atlas.meshes.full["skin"].points_lps[np.concatenate(rows)]
        return points
