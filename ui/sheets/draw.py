"""A sheet drawn by the program itself: one still picture per shot, captions beneath, a title on top."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from PySide6.QtCore import QBuffer, QIODevice, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter

from planner.atlas.model import Atlas
from planner.session.picture import Appearance, Label, ScenePicture, SkinPaint
from planner.session.resolve import resolve
from planner.session.scene import absent_structures
from planner.session.variants import drawn
from ui.scene3d import anchors, camera, overlay
from ui.scene3d.backdrop import Backdrop, backdrop
from ui.scene3d.stage import Stage
from ui.sheets.plan import Sheet, Shot, last_said, meant, merged

MOST_BYTES = 290_000
GAP_PX, TITLE_PX, CAPTION_PX = 6, 44, 26
QUALITIES = (92, 86, 80, 72, 62, 50, 38)


def scene_of(atlas: Atlas, sheet: Sheet, shot: Shot) -> tuple[ScenePicture, SkinPaint]:
    """The scene of a shot: what its sheet's state shows, cut down and emphasised as the shot says."""
    wanted = merged(sheet, shot)
    state = wanted.state or sheet.state
    picture = resolve(atlas, state)
    variants = tuple(choice.variant for choice in drawn(atlas.content, state.variants))
    shown = set(meant(atlas, wanted.show)) - set(meant(atlas, wanted.hide))
    shown -= absent_structures(atlas, variants)
    said = last_said(atlas, wanted.opacity)
    lit, selected = set(meant(atlas, wanted.lit)), set(meant(atlas, wanted.selected))
    appearances: dict[str, Appearance] = {}
    for name in atlas.meshes.full:
        before = picture.scene.appearances.get(name)
        given = before.emphasis if before is not None and state.block else "plain"
        emphasis = "selected" if name in selected else "lit" if name in lit else given
        appearances[name] = Appearance(said.get(name, 1.0) if name in shown else 0.0, emphasis)
    labels = tuple(_label(atlas, name) for name in meant(atlas, wanted.labels) if name in shown)
    # A block's own labels and distances belong to the window; on a sheet the words are those it asks for.
    scene = replace(picture.scene, appearances=appearances, labels=labels, lines=(), target_lps=None)
    return scene, picture.skin


def pose_of(atlas: Atlas, stage: Stage, sheet: Sheet, shot: Shot) -> camera.Pose:
    """The camera of a shot, framing what it says, else everything drawn."""
    wanted = merged(sheet, shot)
    pose = camera.Pose(azimuth_deg=shot.azimuth_deg, elevation_deg=shot.elevation_deg)
    if shot.view is not None:
        pose = camera.of_view(pose, shot.view)
    framed = [atlas.meshes.full[name].points_lps for name in meant(atlas, wanted.frame)]
    points = np.concatenate(framed) if framed else stage.view.extent_lps()
    pose = camera.framed(pose, points, sheet.cell_px[0] / sheet.cell_px[1], margin=1.04)
    return replace(pose, distance_mm=max(camera.NEAREST_MM, pose.distance_mm / wanted.zoom))


def draw_sheet(atlas: Atlas, stage: Stage, sheet: Sheet) -> QImage:
    """The whole sheet as an image; the stage shows the atlas already."""
    ground = backdrop(sheet.style)
    wide, high = sheet.cell_px
    columns = min(sheet.columns, len(sheet.picture))
    rows = -(-len(sheet.picture) // columns)
    size = (columns * (wide + GAP_PX) + GAP_PX, TITLE_PX + rows * (high + CAPTION_PX + GAP_PX) + GAP_PX)
    image = QImage(*size, QImage.Format.Format_RGB888)
    image.fill(QColor.fromRgbF(*ground.bottom))
    with QPainter(image) as painter:
        painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
        _write(painter, QRectF(GAP_PX + 6, 0, size[0] - 20, TITLE_PX), sheet.title, ground, 20, bold=True)
        for number, shot in enumerate(sheet.picture):
            row, column = divmod(number, columns)
            left = GAP_PX + column * (wide + GAP_PX)
            top = TITLE_PX + row * (high + CAPTION_PX + GAP_PX)
            painter.drawImage(left, top, _draw_shot(atlas, stage, sheet, shot))
            _write(painter, QRectF(left + 6, top + high, wide - 12, CAPTION_PX), shot.caption, ground, 13)
    return image


def packed(image: QImage, most_bytes: int = MOST_BYTES) -> bytes:
    """The image as WebP, at the best quality that stays within `most_bytes`."""
    data = b""
    for quality in QUALITIES:
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        if not image.save(buffer, "WEBP", quality):
            raise OSError(0, "Qt cannot write WebP here")
        data = bytes(buffer.data().data())
        if len(data) <= most_bytes:
            break
    return data


def _draw_shot(atlas: Atlas, stage: Stage, sheet: Sheet, shot: Shot) -> QImage:
    ground = backdrop(shot.style or sheet.style)
    stage.view.set_backdrop(ground)
    scene, skin = scene_of(atlas, sheet, shot)
    stage.apply(scene, skin)
    pose = pose_of(atlas, stage, sheet, shot)
    frame = stage.still(pose, sheet.cell_px)
    wide, high = sheet.cell_px
    image = QImage(frame.data, wide, high, 4 * wide, QImage.Format.Format_RGBX8888).copy()
    with QPainter(image) as painter:
        pinned = anchors.pinned(scene, stage.view.meshes(), pose, sheet.cell_px, stage.depths)
        what = overlay.Overlay(scale=0.85, ground=ground, cube=False)
        overlay.draw(painter, pose, wide, high, pinned, what)
    return image


def _label(atlas: Atlas, name: str) -> Label:
    record = atlas.content.structures.get(name)
    points = atlas.meshes.full[name].points_lps
    x, y, z = (float(part) for part in points[len(points) // 2])
    kind = "nerve" if atlas.meshes.full[name].system == "nerves" else "structure"
    return Label(record.name if record is not None else name, (x, y, z), kind, name)


def _write(
    painter: QPainter, box: QRectF, text: str, ground: Backdrop, size_px: int, bold: bool = False
) -> None:
    font = QFont()
    font.setPixelSize(size_px)
    font.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
    painter.setFont(font)
    painter.setPen(QColor(*(ground.ink if bold else ground.quiet)))
    painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
