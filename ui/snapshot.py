"""One picture of the scene as a PNG file, no window: `python -m ui.snapshot --content DIR --out F.png`.

The same scene, letters and labels as in the window. The file is replaced whole or not at all.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import get_args

import msgspec

from planner.atlas.model import FORMS, Atlas, Form
from planner.atlas.names import unknown
from planner.commands.outputs import OutputFault, checked_output
from planner.commands.pictures import STYLES, Style, section_of, size_of
from planner.files import write_atomically
from planner.session.cutting import face_labels, facing_view
from planner.session.picture import Picture
from planner.session.resolve import resolve
from planner.session.scene_file import SceneFault, load
from planner.session.state import PoseRequest, State, VariantChoice
from planner.session.variants import VariantFault, chosen, drawn, owners
from planner.space import View
from planner.territory import territory_ids
from ui.arguments import BadInput, Parser, atlas_of


def main(argv: Sequence[str] | None = None) -> int:
    """Draws one picture; the exit code: 0 done, 1 no graphics on this machine, 2 bad input."""
    try:
        options = _parser().parse_args(argv)
        size = _size(options.size)
        checked_output(options.out, ".png")
        atlas = atlas_of(options.content)
        state = state_of(
            atlas,
            options.scene,
            options.view,
            options.show,
            options.hide,
            options.form,
            options.territory,
            options.variant,
        )
        if options.section:
            state = cut_state(state, options.section, options.view)
        data = png_of(atlas, resolve(atlas, state), size, options.style)
        write_atomically(options.out, data)
    except (BadInput, OutputFault) as fault:
        print(f"block-planner: {fault}", file=sys.stderr)
        return 2
    except OSError as fault:
        print(f"block-planner: argument --out: cannot be written ({fault.strerror})", file=sys.stderr)
        return 2
    except GraphicsMissingError as fault:
        print(f"block-planner: {fault}", file=sys.stderr)
        return 1
    return 0


class GraphicsMissingError(Exception):
    """The machine cannot draw; the text says what to install."""


def _parser() -> Parser:
    parser = Parser(prog="ui.snapshot", description="Draw the scene into a PNG file.")
    parser.add_argument("--content", type=Path, required=True, metavar="DIR", help="folder of the atlas")
    parser.add_argument("--out", type=Path, required=True, metavar="F.png")
    parser.add_argument("--scene", type=Path, metavar="FILE", help="a saved scene")
    parser.add_argument("--view", choices=get_args(View), help="the direction to look from")
    parser.add_argument(
        "--show", nargs="+", action="extend", default=[], metavar="ID", help="show only these"
    )
    parser.add_argument("--hide", nargs="+", action="extend", default=[], metavar="ID", help="hide these")
    parser.add_argument(
        "--variant", nargs="+", action="extend", default=[], metavar="ID", help="variants of the anatomy"
    )
    parser.add_argument("--form", choices=FORMS, help="whose outline the body has")
    parser.add_argument("--territory", metavar="ID", help="show the skin of this nerve or dermatome")
    parser.add_argument("--section", metavar="AXIS:MM", help="cut the model, as axial:120 or sagittal:-20")
    parser.add_argument("--size", default="1280x800", metavar="WxH", help="pixels")
    parser.add_argument("--style", choices=STYLES, default="dark", help="the ground it is drawn before")
    return parser


def _size(text: str) -> tuple[int, int]:
    try:
        return size_of(text)
    except ValueError as fault:
        raise BadInput(f"argument --size: {fault}") from fault


def state_of(
    atlas: Atlas,
    scene: Path | None,
    view: View | None,
    show: Sequence[str],
    hide: Sequence[str],
    form: Form | None = None,
    territory: str | None = None,
    variant: Sequence[str] = (),
) -> State:
    """The state the arguments describe: a saved scene or a new one, seen from `view`, with only `show`
    (framed, unless the scene has a wish of its own), without `hide`, in `form`, with the skin of a nerve or
    dermatome, and with variants of the anatomy before those of the scene. Raises BadInput."""
    known = atlas.content.structures
    for argument, names in (("show", show), ("hide", hide)):
        for name in names:
            if name not in known:
                raise BadInput(f"argument --{argument}: {unknown('structure', name, known)}")
    served = territory_ids(atlas.content)
    if territory is not None and territory not in served:
        raise BadInput(f"argument --territory: {unknown('territory', territory, served)}")
    state = State()
    if scene is not None:
        try:
            state = load(scene, atlas.content, atlas.points_lps).state
        except SceneFault as fault:
            raise BadInput(f"argument --scene: {fault}") from fault
    variants = _variants(atlas, state, variant, show)
    hidden = tuple(dict.fromkeys([*(name for name in state.hidden if name not in show), *hide]))
    pose = PoseRequest(state.pose.serial + 1, view or state.pose.view, state.pose.focus)
    if show:
        pose = msgspec.structs.replace(pose, view=view or state.pose.view or "anterior", focus=tuple(show))
    isolated = tuple(dict.fromkeys(show)) or state.isolated
    return msgspec.structs.replace(
        state,
        hidden=hidden,
        isolated=isolated,
        pose=pose,
        form=form or state.form,
        territory=territory or state.territory,
        variants=variants,
    )


def cut_state(state: State, text: str, view: View | None) -> State:
    """The state with a cut "axis:mm", seen from where it faces unless a view is asked. Raises BadInput."""
    try:
        section = section_of(text)
    except ValueError as fault:
        raise BadInput(f"argument --section: {fault}") from fault
    pose = state.pose if view else msgspec.structs.replace(state.pose, view=facing_view(section))
    return msgspec.structs.replace(state, section=section, pose=pose)


def _variants(
    atlas: Atlas, state: State, names: Sequence[str], show: Sequence[str]
) -> tuple[VariantChoice, ...]:
    """The variants of the scene, then those named. Raises BadInput, also where one of `show` is not drawn."""
    try:
        named = chosen(atlas.content, names)
    except VariantFault as fault:
        raise BadInput(f"argument --variant: {fault}") from fault
    groups = {choice.group for choice in named}
    found = drawn(atlas.content, (*(old for old in state.variants if old.group not in groups), *named))
    shown = {choice.variant for choice in found}
    for name in show:
        needed = owners(atlas.content, name)
        if needed and not shown & {*needed}:
            raise BadInput(f"argument --show: {name} belongs to a variant: add --variant {needed[0]}")
    return found


def png_of(atlas: Atlas, picture: Picture, size_px: tuple[int, int], style: Style = "dark") -> bytes:
    """The picture as PNG bytes of this size, with letters and labels, before the ground of a style."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtCore import QBuffer, QIODevice
    from PySide6.QtGui import QGuiApplication, QImage, QPainter

    from ui.scene3d import anchors, camera, overlay
    from ui.scene3d.backdrop import backdrop
    from ui.scene3d.stage import Stage
    from ui.scene3d.window import GraphicsMissing

    application = QGuiApplication.instance() or QGuiApplication(["ui.snapshot"])
    try:
        stage = Stage()
    except GraphicsMissing as missing:
        raise GraphicsMissingError(str(missing)) from missing
    try:
        stage.view.set_backdrop(backdrop(style))
        stage.set_atlas(atlas)
        stage.apply(picture.scene, picture.skin)
        aspect = size_px[0] / size_px[1]
        start = stage.home_pose(camera.Pose(), aspect)
        pose = stage.first_pose(start, picture.scene, aspect)
        named = face_labels(
            atlas.content, stage.view.fill(), picture.state.side, picture.state.selected, size_px[0]
        )
        frame = stage.still(pose, size_px)
        scene = anchors.pinned(picture.scene, stage.view.meshes(), pose, size_px, stage.depths)
        scene = replace(scene, labels=(*named, *scene.labels))
    finally:
        stage.close()
    image = QImage(frame.data, *size_px, 4 * size_px[0], QImage.Format.Format_RGBX8888).copy()
    with QPainter(image) as painter:
        what = overlay.Overlay(side=picture.state.side, ground=backdrop(style))
        overlay.draw(painter, pose, *size_px, scene, what)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.convertToFormat(QImage.Format.Format_RGB888).save(buffer, "PNG")
    data = bytes(buffer.data().data())
    del application
    return data


if __name__ == "__main__":
    sys.exit(main())
