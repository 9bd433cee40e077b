"""A place in a column whose content is made anew only when what it shows has changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.widgets.basics import column, empty


class Slot(QWidget):
    """Holds nothing at first, and then takes no room."""

    def __init__(self, gap: int = 8) -> None:
        super().__init__()
        self._lines = column(self, gap=gap)
        self._key: object = None
        self.hide()

    def fill(
        self, key: object, build: Callable[[QVBoxLayout], None] | None, keep: Sequence[QWidget] = ()
    ) -> bool:
        """Has `build` fill it, unless it was filled for an equal key; None empties it. Whether it did.

        keep: parts of it that are not let go; `build` may lay them in again.
        """
        if key == self._key and key is not None:
            return False
        self._key = key
        for part in keep:
            self._lines.removeWidget(part)
        empty(self._lines)
        if build is not None:
            build(self._lines)
        self.setVisible(self._lines.count() > 0)
        # Qt shows what enters a layout a turn of the event loop later: until then the list would be bare.
        for k in range(self._lines.count()):
            item = self._lines.itemAt(k)
            if item is not None and (held := item.widget()) is not None and self.isVisible():
                held.show()
        return True
