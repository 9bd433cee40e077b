"""What the page shows besides words: the body chart from front and back, its legend, and the 3D pathway.

The charts are painted as on the screen, in colours for paper: what a colour says, a pattern says too, so
that a grey print tells the same.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import msgspec
import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from planner.atlas.forms import formed
from planner.atlas.model import Atlas
from planner.chart import Borders, fit_frame, region_borders
from planner.session.picture import Picture, ScenePicture
from planner.session.state import PointLps, PoseRequest, State
from planner.space import View
from ui.page.setting import pt
from ui.theme import LIGHT
from ui.widgets.chart_legend import signs_of
from ui.widgets.chart_paint import PaintLayer, draw
from ui.widgets.chart_symbols import qualities_drawn
from ui.widgets.words import capital

DOTS_PER_INCH = 300
PATTERN_DENSITY = 2.8  # device pixels per unit of the patterns: lines of about half a millimetre on paper
_PAPER = replace(LIGHT, body="#F6F8F9", body_shadow="#AEBAC1", border_line="#CBD3D8", numb_on_pain="#003F6B")
_SIGN_SCALE = 1.35  # a chart is drawn for the largest place it may get, and mostly gets a smaller one
_PATHWAY_MM = 230.0  # of a lit nerve above and below the target; the whole of a long one would be a thread
_SEEN = 0.02  # of the marked skin; less of a kind is the soft edge of another one
_VIEWS: tuple[View, View] = ("anterior", "posterior")


@dataclass(frozen=True, slots=True)
class Pictures:
    """Pictures of one page. charts: front and back.  scene: the 3D picture, None where there is none.

    view: where that is seen from.
    covered, uncovered, numb, deep: what the charts show, for the legend.
    feels: word and sign of every quality drawn on them.
    """

    charts: tuple[QImage, QImage]
    scene: QImage | None
    view: View | None
    covered: bool
    uncovered: bool
    numb: bool
    deep: bool
    feels: tuple[tuple[str, str], ...] = ()


def pixels(units: float) -> int:
    """Page units in pixels of a picture."""
    return max(1, round(units / pt(72.0) * DOTS_PER_INCH))


def charts(
    atlas: Atlas, picture: Picture, size: tuple[float, float], borders: Borders | None = None
) -> tuple[QImage, QImage]:
    """The painted body from front and back, each of this size in page units."""
    body = formed(atlas, picture.state.form)
    skin = body.meshes.full["skin"]
    borders = borders if borders is not None else region_borders(skin, body.fields)
    width, height = (pixels(side) for side in size)
    signs, drawn = signs_of(atlas.content), []
    for view in _VIEWS:
        frame = fit_frame(skin.points_lps, view, width, height, 4.0)
        chart = draw(skin, body.fields, borders, frame, _PAPER, PATTERN_DENSITY)
        paint = PaintLayer(chart, _PAPER, PATTERN_DENSITY, signs, _SIGN_SCALE)
        image = QImage(width, height, QImage.Format.Format_RGB32)
        image.fill(QColor("#FFFFFF"))
        with QPainter(image) as painter:
            painter.drawImage(0, 0, chart.base)
            painter.drawImage(0, 0, paint.image(picture.skin))
        drawn.append(image)
    return drawn[0], drawn[1]


def pictures(
    atlas: Atlas,
    picture: Picture,
    size: tuple[float, float],
    scene: QImage | None = None,
    borders: Borders | None = None,
) -> Pictures:
    """Everything that is drawn. size: of one chart, in page units."""
    skin = picture.skin
    hurts = (skin.pain > 0.35) | (skin.deep > 0.35)
    covered = skin.numb >= 0.35
    enough = _SEEN * max(int(hurts.sum()), 1)
    return Pictures(
        charts=charts(atlas, picture, size, borders),
        scene=scene,
        view=picture.scene.pose.view,
        covered=int((hurts & covered).sum()) > enough,
        uncovered=int((hurts & ~covered).sum()) > enough,
        numb=bool((covered & ~hurts).any()),
        deep=bool((skin.deep > 0.35).any()),
        feels=feels_of(atlas, picture),
    )


def feels_of(atlas: Atlas, picture: Picture) -> tuple[tuple[str, str], ...]:
    """Word and sign of every quality that the charts show."""
    known = (atlas.content.qualities[name] for name in qualities_drawn(picture.skin))
    return tuple((capital(one.plain or one.name), one.symbol) for one in known if one.symbol)


# -- the legend ---------------------------------------------------------------------------------------


def swatch(painter: QPainter, kind: str, box: QRectF) -> None:
    """A sample of how the charts show covered, uncovered or deep pain and numbness."""
    painter.save()
    painter.setClipRect(box)
    ground = {"covered": _mixed(_PAPER.pain, 0.40), "uncovered": _mixed(_PAPER.pain, 0.68)}.get(kind)
    painter.fillRect(box, QColor(ground or "#FFFFFF"))
    if kind in ("covered", "numb"):
        painter.setPen(QPen(QColor(_PAPER.numb_on_pain if kind == "covered" else _PAPER.numb), pt(1.1)))
        step = pt(3.9)
        x = box.left() - box.height()
        while x < box.right():
            painter.drawLine(round(x), round(box.bottom()), round(x + box.height()), round(box.top()))
            x += step
    if kind == "deep":
        painter.setPen(QPen(QColor(_PAPER.pain_edge), pt(0.7)))
        for k in range(3):
            painter.drawEllipse(
                QRectF(box.left() + pt(1.5 + 6.0 * k), box.center().y() - pt(2), pt(4), pt(4))
            )
    painter.restore()
    edge = {"covered": 0.8, "uncovered": 1.6}.get(kind, 0.5)
    painter.setPen(QPen(QColor(_PAPER.pain_edge if kind != "numb" else _PAPER.numb), pt(edge)))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(box)


def _mixed(color: str, share: float) -> str:
    """The colour laid `share` strong over white paper."""
    over = QColor(color)
    red, green, blue = (round(255 + (c - 255) * share) for c in (over.red(), over.green(), over.blue()))
    return QColor(red, green, blue).name()


# -- the 3D picture -----------------------------------------------------------------------------------


def paper_state(state: State) -> State:
    """The State as the page shows it: nothing selected, cut or measured, the chosen block looked at."""
    focus = (state.block,) if state.block else ()
    pose = PoseRequest(state.pose.serial + 1, None if focus else "anterior", focus)
    return msgspec.structs.replace(
        state, selected=(), section=None, ruler=(), traced=None, territory=None, over=None, source=None,
        target=state.target, isolated=(), pose=pose,
    )  # fmt: skip


def paper_scene(atlas: Atlas, picture: Picture) -> ScenePicture:
    """The scene without distances: the lit pathway around the target, with the names of its nerves."""
    scene = picture.scene
    labels = tuple(one for one in scene.labels if one.kind in ("nerve", "target"))
    focus = _pathway(atlas, scene) or scene.focus_lps
    return replace(scene, lines=(), labels=labels, focus_lps=focus)


def _pathway(atlas: Atlas, scene: ScenePicture) -> tuple[PointLps, ...]:
    """Corners of the box around what of the lit nerves lies near the target, with the target."""
    if scene.target_lps is None:
        return ()
    target = np.array(scene.target_lps)
    meshes = atlas.meshes.full
    lit = [name for name, look in scene.appearances.items() if look.emphasis == "lit" and name in meshes]
    if not lit:
        return ()
    points = np.concatenate([meshes[name].points_lps for name in lit])
    points = points[np.abs(points[:, 2] - target[2]) < _PATHWAY_MM]
    points = np.concatenate([points, target[None]])
    low, high = points.min(axis=0), points.max(axis=0)
    return tuple(
        (float(x), float(y), float(z))
        for x in (low[0], high[0])
        for y in (low[1], high[1])
        for z in (low[2], high[2])
    )
