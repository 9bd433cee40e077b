"""The colours and sizes of everything written over a backdrop, as QPainter takes them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter

from ui.scene3d.backdrop import Backdrop


@dataclass(frozen=True, slots=True, eq=False)
class Inks:
    """Colours over one backdrop; scale: of letters, the viewer's and the backdrop's together."""

    ink: QColor
    quiet: QColor
    plate: QColor
    halo: QColor
    accent: QColor
    nerve: QColor
    scale: float
    lines: float
    dark: bool

    def font(self, pixels: float, bold: bool = False) -> QFont:
        """A font of a size at 100 %."""
        font = QFont()
        font.setPixelSize(max(8, round(pixels * self.scale)))
        font.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
        return font

    def halo_text(
        self, painter: QPainter, box: QRectF, flags: Qt.AlignmentFlag, text: str, colour: QColor
    ) -> None:
        """Text with an edge in the ground's colour, legible on bone and background alike."""
        painter.setPen(self.halo)
        for dx, dy in ((-1, 0), (1, 0), (0, -1), (0, 1)):
            painter.drawText(box.translated(dx, dy), flags, text)
        painter.setPen(colour)
        painter.drawText(box, flags, text)


@lru_cache(maxsize=32)
def inks(ground: Backdrop, scale: float) -> Inks:
    """The inks over a backdrop at the viewer's text size."""
    colours = (ground.ink, ground.quiet, ground.plate, ground.halo, ground.accent, ground.nerve)
    made = [QColor(*colour) for colour in colours]
    return Inks(*made, scale * ground.letters, ground.lines, ground.style == "dark")
