"""A place in a column whose content is made anew only when what it shows has changed."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.widgets.basics import column, empty


class Slot(QWidget):
    """Holds nothing at first, and then takes no room."""

    def __init__(self, gap: int = 8) -> None:
        super().__init__()
        self._lines = column(self, gap=gap)
        self._key: object = None
        self.hide()

    def fill(self, key: object, build: Callable[[QVBoxLayout], object], wanted: bool = True) -> bool:
        """Has `build` fill it, unless it was filled for an equal key, and shows it. Whether it was filled.

        wanted: else it is put aside with what it holds.
        """
        if not wanted:
            self.hide()
            return False
        if key == self._key and key is not None:
            self.setVisible(self._lines.count() > 0)
            return False
        self._key = key
        empty(self._lines)
        build(self._lines)
        self.setVisible(self._lines.count() > 0)
        # Qt shows what enters a layout a turn of the event loop later: until then the list would be bare.
        for k in range(self._lines.count()):
            item = self._lines.itemAt(k)
            if item is not None and (held := item.widget()) is not None and self.isVisible():
                held.show()
        return True
