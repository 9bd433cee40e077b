"""Line icons drawn from short paths, coloured by the theme and sharp at every screen density."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap, QPixmapCache
from PySide6.QtSvg import QSvgRenderer

# 20 x 20 grid, stroked 1.6 wide with round ends.
_PATHS = {
    "brush": "M12.5 3.5l4 4-6.6 6.6-4-4zM5.9 10.1c-2 .3-3 1.7-3 3.6 0 1.2-.4 2-1.4 2.8 2.9.8 6.6.3 8.4-2.4",
    "eraser": "M7.5 16.5h9M3.2 12.2l7.8-7.8a1.4 1.4 0 012 0l3 3a1.4 1.4 0 010 2l-7 7H7z M7.4 8l4.8 4.8",
    "region": "M4 6.5l4-3 4.5 1.5L16 8l-1 5.5-4.5 3L5 14.5 3.5 10z M10 7.5v4 M8 9.5h4",
    "deep": "M10 3a7 7 0 100 14 7 7 0 000-14z M10 7.600a2.400 2.400 0 100 4.800 2.400 2.400 0 000-4.800z",
    "neutral": "M10 2.500a4.500 4.500 0 100 9 4.500 4.500 0 000-9z M10 11.500v6",
    "undo": "M7.5 4L3.5 8l4 4 M4 8h7.5a4.5 4.5 0 010 9H8",
    "redo": "M12.5 4l4 4-4 4 M16 8H8.5a4.5 4.5 0 000 9H12",
    "clear": "M4 6h12 M8 6V4h4v2 M5.5 6l.8 10.5h7.4L14.500 6 M8.500 9v4.500 M11.500 9v4.500",
    "more": "M4.500 10h.010 M10 10h.010 M15.500 10h.010",
    "chevron": "M7.500 5l5 5-5 5",
    "chevron_down": "M5 7.500l5 5 5-5",
    "warning": "M10 3.200l7.500 13.300h-15z M10 8v4 M10 14.200v.010",
    "info": "M10 2.500a7.500 7.500 0 100 15 7.500 7.500 0 000-15z M10 9v5 M10 6.300v.010",
    "close": "M5 5l10 10 M15 5L5 15",
    "male": "M8 7.500a4.500 4.500 0 100 9 4.500 4.500 0 000-9z M11.300 8.700l5.200-5.200 M12.500 3.500h4v4",
    "female": "M10 2.500a4.500 4.500 0 100 9 4.500 4.500 0 000-9z M10 11.500v6 M7 14.700h6",
    "eye": "M1.800 10c2-3.800 4.900-5.600 8.200-5.600s6.200 1.800 8.200 5.600c-2 3.800-4.900 5.600-8.200"
    " 5.600S3.800 13.800 1.800 10z M10 7.600a2.400 2.400 0 100 4.800 2.400 2.400 0 000-4.800z",
    "eye_half": "M1.800 10c2-3.800 4.900-5.600 8.200-5.600s6.200 1.800 8.200 5.600",
    "eye_off": "M3.500 6.700C5.400 5.200 7.600 4.400 10 4.400c3.300 0 6.200 1.800 8.200 5.600"
    "-.700 1.300-1.500 2.400-2.400 3.200 M13 15.100c-.900.300-2 .500-3 .500-3.300 0-6.200-1.800-8.200"
    "-5.600.300-.600.700-1.200 1.100-1.700 M4 3.500l12.500 13",
    "cut": "M3 14.500l10-4.500M3 5.500l14 6.500 M3 10h14",
    "trace": "M10 3.500v4 M10 12.500v4 M3.500 10h4 M12.500 10h4 M10 6.500a3.500 3.500 0 100 7 "
    "3.500 3.500 0 000-7z",
    "ruler": "M2.800 13.200L13.200 2.800l4 4L6.800 17.200z M6 10l1.600 1.600 M8.600 7.400l2.200 2.200 "
    "M11.200 4.800l1.600 1.600",
    "page": "M5 2.500h7l3.500 3.500v11.500H5z M12 2.500V6h3.500 "
    "M7.500 9.500h5.500 M7.500 12h5.500 M7.500 14.500h3",
    "folder": "M2.500 15.500v-11h5l1.800 2.200h8.200v8.800z",
    "screen": "M2.500 4h15v10h-15z M7 17h6 M10 14v3",
}


def svg_bytes(name: str, color: str, width: float = 1.6) -> bytes:
    """The icon as SVG text in a colour (#RRGGBB)."""
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 20" fill="none" '
        f'stroke="{color}" stroke-width="{width}" stroke-linecap="round" stroke-linejoin="round">'
        f'<path d="{_PATHS[name]}"/></svg>'
    ).encode()


def pixmap(name: str, color: str, size: int, density: float = 1.0) -> QPixmap:
    """The icon drawn `size` logical pixels wide."""
    key = f"line icon {name} {color} {size} {density:g}"
    result = QPixmap()
    if QPixmapCache.find(key, result):
        return result
    result = QPixmap(QSize(round(size * density), round(size * density)))
    result.setDevicePixelRatio(density)
    result.fill(Qt.GlobalColor.transparent)
    with QPainter(result) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        QSvgRenderer(QByteArray(svg_bytes(name, color))).render(painter, QRectF(0, 0, size, size))
    QPixmapCache.insert(key, result)
    return result


def icon(name: str, color: str, size: int, disabled: str | None = None) -> QIcon:
    """The icon for buttons, with a paler one for the disabled state."""
    result = QIcon()
    for density in (1.0, 2.0):
        result.addPixmap(pixmap(name, color, size, density))
        if disabled:
            result.addPixmap(pixmap(name, disabled, size, density), QIcon.Mode.Disabled)
    return result
