"""A sheet as the bytes of a PDF file: one page, fonts embedded, no author and no folder in it."""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF
from PySide6.QtGui import QImage, QPagedPaintDevice, QPageLayout, QPageSize, QPainter, QPdfWriter

from ui import APP_NAME
from ui.page.papers import SIZE_PT, Paper
from ui.page.setting import UNITS_PER_PT, pt
from ui.page.sheet import Sheet

_SIZES = {"a4": QPageSize.PageSizeId.A4, "letter": QPageSize.PageSizeId.Letter}
_RESOLUTION = 72 * UNITS_PER_PT  # of the writer: one dot is one unit of the page


class CannotPaint(Exception):
    """The paper could not be painted on; the text says why in one sentence."""


def pdf_of(sheet: Sheet, title: str) -> bytes:
    """The file's bytes. Raises CannotPaint."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setTitle(title)
    writer.setCreator(APP_NAME)
    writer.setResolution(_RESOLUTION)
    writer.setPageLayout(layout_of(sheet.paper))
    painter = QPainter()
    if not painter.begin(writer):
        raise CannotPaint("The page cannot be painted.")
    with painter:
        painter.setRenderHint(QPainter.RenderHint.LosslessImageRendering)
        sheet.paint(painter)
    return bytes(buffer.data().data())


def layout_of(paper: Paper) -> QPageLayout:
    """The upright paper without margins: the sheet keeps its own."""
    size = QPageSize(_SIZES[paper])
    return QPageLayout(size, QPageLayout.Orientation.Portrait, QMarginsF(0.0, 0.0, 0.0, 0.0))


def paint_on(sheet: Sheet, device: QPagedPaintDevice) -> None:
    """Paints on a printer whose page may have other margins than the sheet. Raises CannotPaint."""
    painter = QPainter()
    if not painter.begin(device):
        raise CannotPaint("The printer takes no page.")
    with painter:
        area = device.pageLayout().paintRectPixels(device.logicalDpiX())
        full = device.pageLayout().fullRectPixels(device.logicalDpiX())
        width, height = (pt(side) for side in SIZE_PT[sheet.paper])
        painter.translate(-area.left(), -area.top())
        ratio = min(full.width() / width, full.height() / height)
        painter.scale(ratio, ratio)
        sheet.paint(painter)


def image_of(sheet: Sheet, dots_per_inch: float) -> QImage:
    """The sheet as it will look on paper, on the screen."""
    ratio = dots_per_inch / 72.0
    width, height = (round(side * ratio) for side in SIZE_PT[sheet.paper])
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(0xFFFFFFFF)
    with QPainter(image) as painter:
        for hint in (
            QPainter.RenderHint.Antialiasing,
            QPainter.RenderHint.TextAntialiasing,
            QPainter.RenderHint.SmoothPixmapTransform,
        ):
            painter.setRenderHint(hint)
        painter.scale(ratio / UNITS_PER_PT, ratio / UNITS_PER_PT)
        sheet.paint(painter)
    return image
