"""Turns a body chart and the paint on the skin into pictures, with numpy alone for the pixels.

Everything a colour says is also said by a pattern: pain is a fill with a dark edge, deep pain rings,
expected numbness diagonal lines that thin out where numbness grows unlikely; covered pain is paler
under dense dark lines, pain that is not covered stays solid inside a heavy edge.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from planner.atlas.meshes import Mesh
from planner.atlas.territories import SkinFields
from planner.chart import BodyChart, Borders, Frame, draw_chart, visible_borders
from planner.session.picture import SkinPaint
from ui.theme import Palette
from ui.widgets.chart_symbols import SymbolLayer
from ui.widgets.whole_regions import WholeRegions

_NUMB_FROM = 0.12  # what is numb in fewer people than that is no expected numbness
_NUMB_EDGE = 0.35  # numbness from which pain counts as covered in the picture
_PAIN_EDGE = 0.35  # weight from which a pixel counts as painted


@dataclass(frozen=True, eq=False, slots=True)
class Drawn:
    """A chart with its unchanging picture and the border lines it shows, in device pixels."""

    chart: BodyChart
    base: QImage
    lines: NDArray[np.float32]
    codes: NDArray[np.int16]
    regions: WholeRegions


def draw(
    mesh: Mesh, fields: SkinFields, borders: Borders, frame: Frame, palette: Palette, density: float
) -> Drawn:
    """Chart, body picture and borders of a frame; safe in a worker thread."""
    chart = draw_chart(mesh, fields, frame)
    lines, codes = visible_borders(chart, borders)
    base = to_image(_body(chart, palette))
    with QPainter(base) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceAtop)
        color = QColor(palette.border_line)
        painter.setPen(QPen(color, 1.0 * density, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawLines(to_lines(lines))
    return Drawn(chart, base, lines, codes, WholeRegions(chart, fields))


def to_lines(pieces: NDArray[np.float32]) -> list[QLineF]:
    """Pieces (s, 2, 2) in pixels as Qt lines."""
    return [QLineF(*row) for row in pieces.reshape(-1, 4).tolist()]


def to_image(bgra: NDArray[np.uint8]) -> QImage:
    """A picture of its own from premultiplied (h, w, 4) bytes in the order the screen wants them."""
    height, width = bgra.shape[:2]
    view = QImage(bgra.data, width, height, width * 4, QImage.Format.Format_ARGB32_Premultiplied)
    return view.copy()


def _bgr(color: str) -> NDArray[np.float32]:
    number = int(color[1:], 16)
    return np.array([number & 255, number >> 8 & 255, number >> 16], np.float32)


def _body(chart: BodyChart, palette: Palette) -> NDArray[np.uint8]:
    """The bare body, softly shaded, with a darker outline."""
    light, dark = _bgr(palette.body), _bgr(palette.body_shadow)
    tone = np.clip(chart.shade, 0.0, 1.0)[:, None]
    colors = dark + (light - dark) * (tone * (2.0 - tone))
    bgra = np.zeros((chart.frame.width * chart.frame.height, 4), np.uint8)
    bgra[chart.pixel, :3] = (colors * chart.alpha[:, None] + 0.5).astype(np.uint8)
    bgra[chart.pixel, 3] = (chart.alpha * 255.0 + 0.5).astype(np.uint8)
    return bgra.reshape(chart.frame.height, chart.frame.width, 4)


class PaintLayer:
    """The paint over one chart.

    A stroke changes little, so little is drawn again: numbness alone is kept as a ground, and only the
    pixels that hurt, now or a moment ago, are composed anew over it.
    """

    def __init__(
        self,
        drawn: Drawn,
        palette: Palette,
        density: float,
        signs: Mapping[str, str] | None = None,
        sign_scale: float = 1.0,
    ) -> None:
        """signs: path of each quality's sign, by its id. sign_scale: their size and distance."""
        self.chart, self._regions = drawn.chart, drawn.regions
        self._symbols = SymbolLayer(drawn.chart, signs or {}, density * sign_scale)
        self._palette, self._density = palette, density
        self._seen: dict[str, tuple[NDArray[np.float32], NDArray[np.float32] | None]] = {}
        frame = self.chart.frame
        self._y, self._x = np.divmod(self.chart.pixel, frame.width)
        self._ground = np.zeros((frame.height * frame.width, 4), np.uint8)
        self._ground_of: NDArray[np.float32] | None = None
        self._buffer = self._ground.copy()
        self._dirty = np.empty(0, np.int64)

    def _values(self, name: str, field: NDArray[np.float32]) -> NDArray[np.float32] | None:
        """The field at every body pixel, None where it is zero all over; computed once per array."""
        seen = self._seen.get(name)
        if seen is None or seen[0] is not field:
            values = self._regions.values if name == "pain" else self.chart.values
            seen = (field, values(field) if field.any() else None)
            self._seen[name] = seen
        return seen[1]

    def image(self, skin: SkinPaint) -> QImage:
        """Pain, deep pain and numbness as a transparent picture in device pixels."""
        frame = self.chart.frame
        pain = self._values("pain", skin.pain)
        deep = self._values("deep", skin.deep)
        numb = self._values("numb", skin.numb)
        if self._ground_of is not skin.numb:
            self._ground_of = skin.numb
            self._ground[:] = 0
            if numb is not None:
                where = np.flatnonzero(numb > _NUMB_FROM)
                self._store(self._ground, where, *self._numbness(where, numb[where]))
            self._buffer = self._ground.copy()
        else:
            self._buffer[self._dirty] = self._ground[self._dirty]
        where = self._hurting(pain, deep)
        if len(where):
            self._store(self._buffer, where, *self._compose(where, pain, deep, numb))
        self._dirty = self.chart.pixel[where]
        image = to_image(self._buffer.reshape(frame.height, frame.width, 4))
        self._symbols.draw(image, skin)
        return image

    def _hurting(
        self, pain: NDArray[np.float32] | None, deep: NDArray[np.float32] | None
    ) -> NDArray[np.int64]:
        """Rows of the pixels that pain, deep pain or the edge around pain touches."""
        active = np.zeros(len(self.chart.pixel), bool)
        if pain is not None:
            active |= pain > 0.05
            for _ in range(2 if self._density <= 1.5 else 3):
                self._spread(active)
        if deep is not None:
            active |= deep > 0.05
        return np.flatnonzero(active)

    def _spread(self, active: NDArray[np.bool_]) -> None:
        """Adds the neighbours of the active pixels, for the line around them."""
        frame, row = self.chart.frame, self.chart.row.ravel()
        pixel = self.chart.pixel[active]
        for step in (-1, 1, -frame.width, frame.width):
            near = pixel + step
            rows = row[near[(near >= 0) & (near < len(row))]]
            active[rows[rows >= 0]] = True

    def _store(
        self,
        buffer: NDArray[np.uint8],
        where: NDArray[np.int64],
        bgr: NDArray[np.float32],
        alpha: NDArray[np.float32],
    ) -> None:
        opacity = self.chart.alpha[where]
        result = np.empty((len(where), 4), np.float32)
        np.multiply(bgr, opacity[:, None], out=result[:, :3])
        np.multiply(alpha, opacity * 255.0, out=result[:, 3])
        buffer[self.chart.pixel[where]] = np.clip(result, 0.0, 255.0).astype(np.uint8)

    def _at(self, where: NDArray[np.int64]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Picture coordinates of pixels in logical pixels, in which the patterns are laid out."""
        unit = np.float32(self._density)
        return self._x[where].astype(np.float32) / unit, self._y[where].astype(np.float32) / unit

    def _hatch(self, where: NDArray[np.int64], numb: NDArray[np.float32]) -> NDArray[np.float32]:
        """Diagonal lines, thinner where numbness is less likely, 0-1."""
        x, y = self._at(where)
        half = 0.30 + 0.85 * numb
        distance = np.abs(np.mod(x + y, 7.0) - 3.5) * np.float32(0.7071)
        lines = np.clip((half - distance) * self._density + 0.5, 0.0, 1.0) * _ramp(numb, _NUMB_FROM, 0.40)
        return lines.astype(np.float32)

    def _numbness(
        self, where: NDArray[np.int64], numb: NDArray[np.float32]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Colour and opacity of numbness where nothing hurts."""
        coat = _Coat(len(where))
        coat.over(self._palette.numb, _ramp(numb, _NUMB_FROM, 0.40) * 0.10)
        coat.over(self._palette.numb, self._hatch(where, numb) * 0.95)
        return coat.bgr, coat.alpha

    def _compose(
        self,
        where: NDArray[np.int64],
        all_pain: NDArray[np.float32] | None,
        all_deep: NDArray[np.float32] | None,
        all_numb: NDArray[np.float32] | None,
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Colour and opacity where something hurts."""
        p, unit, coat = self._palette, self._density, _Coat(len(where))
        nothing = np.zeros(len(where), np.float32)
        pain = nothing if all_pain is None else all_pain[where]
        deep = nothing if all_deep is None else all_deep[where]
        numb = nothing if all_numb is None else all_numb[where]
        painted = _ramp(pain, 0.1, 0.7)
        hurting = painted if all_deep is None else np.maximum(painted, _ramp(deep, 0.4, 1.2))
        covered = _ramp(numb, 0.2, 0.5) * hurting
        coat.over(p.pain, painted * (0.24 + 0.062 * np.minimum(pain, 10.0)) * (1.0 - 0.42 * covered))
        if all_deep is not None:
            coat.over(p.pain, _ramp(deep, 0.2, 1.2) * 0.16 * (1.0 - painted))
        if all_numb is not None:
            coat.over(p.numb, _ramp(numb, _NUMB_FROM, 0.40) * 0.10 * (1.0 - hurting))
            hatch = self._hatch(where, numb)
            coat.over(p.numb, hatch * (1.0 - covered) * 0.95)
            coat.over(p.numb_on_pain, hatch * covered)
        if all_deep is not None:
            x, y = self._at(where)
            pitch = np.float32(9.0)
            shift = np.where(np.floor(y / pitch) % 2 == 1, pitch / 2, np.float32(0.0))
            radius = np.hypot(np.mod(x + shift, pitch) - pitch / 2, np.mod(y, pitch) - pitch / 2)
            ring = np.clip((1.0 - np.abs(radius - 2.4)) * unit + 0.2, 0.0, 1.0)
            strength = 0.45 + 0.55 * np.clip(deep / 10.0, 0.0, 1.0)
            coat.over(p.pain_edge, ring * _ramp(deep, 0.3, 1.5) * strength)
        if all_pain is not None:
            edge = self._edge(where[pain > _PAIN_EDGE], where)
            coat.over(p.pain_edge, edge * (0.65 if all_numb is not None else 0.8))
            if all_numb is not None:
                bare = where[(pain > _PAIN_EDGE) & (numb < _NUMB_EDGE)]
                coat.over(p.pain_edge, self._edge(bare, where, wide=True))
        return coat.bgr, coat.alpha

    def _edge(
        self, inside: NDArray[np.int64], where: NDArray[np.int64], wide: bool = False
    ) -> NDArray[np.float32]:
        """A soft line along the edge of the area `inside` (rows), read at the rows `where`."""
        if not len(inside):
            return np.zeros(len(where), np.float32)
        # Only the box that the area fills: a stroke is small against the body.
        left, right = int(self._x[where].min()) - 2, int(self._x[where].max()) + 3
        top, bottom = int(self._y[where].min()) - 2, int(self._y[where].max()) + 3
        mask = np.zeros((bottom - top, right - left), np.float32)
        mask[self._y[inside] - top, self._x[inside] - left] = 1.0
        soft = _blur(mask, 2 if wide or self._density > 1.5 else 1)
        soft = soft[self._y[where] - top, self._x[where] - left]
        return np.clip(4.0 * soft * (1.0 - soft) * (1.5 if wide else 1.2), 0.0, 1.0)


class _Coat:
    """Colours laid over one another: premultiplied blue, green, red (n, 3) and opacity (n,)."""

    def __init__(self, count: int) -> None:
        self.bgr = np.zeros((count, 3), np.float32)
        self.alpha = np.zeros(count, np.float32)

    def over(self, color: str, strength: NDArray[np.float32]) -> None:
        """Lays a colour over what is there, 0-1 strong."""
        through = (1.0 - strength).astype(np.float32)
        self.bgr *= through[:, None]
        self.bgr += strength.astype(np.float32)[:, None] * _bgr(color)
        self.alpha *= through
        self.alpha += strength


def _ramp(values: NDArray[np.float32], low: float, high: float) -> NDArray[np.float32]:
    """0 below `low`, 1 above `high`, straight between."""
    return np.clip((values - np.float32(low)) / np.float32(high - low), 0.0, 1.0)


def _blur(picture: NDArray[np.float32], times: int) -> NDArray[np.float32]:
    """A small blur, (h, w)."""
    for _ in range(times):
        wide = np.pad(picture, 1, mode="edge")
        lines = wide[:-2] + wide[1:-1] + wide[2:]
        picture = (lines[:, :-2] + lines[:, 1:-1] + lines[:, 2:]) / np.float32(9.0)
    return picture


def region_veil(chart: BodyChart, code: int, color: str, strength: float) -> QImage:
    """One region tinted, as a transparent picture in device pixels."""
    bgra = np.zeros((chart.frame.width * chart.frame.height, 4), np.uint8)
    chosen = chart.code == code
    opacity = chart.alpha[chosen] * strength
    bgra[chart.pixel[chosen], :3] = (_bgr(color) * opacity[:, None]).astype(np.uint8)
    bgra[chart.pixel[chosen], 3] = (opacity * 255.0).astype(np.uint8)
    return to_image(bgra.reshape(chart.frame.height, chart.frame.width, 4))
