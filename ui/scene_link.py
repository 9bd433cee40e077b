"""The 3D widget and the window: its signals become acts, the window's wishes become calls on it.

Kept apart so that the window needs no VTK: it takes whatever widget has these signals and methods.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtWidgets import QMenu, QWidget

from planner.atlas.model import Atlas
from planner.commands.pictures import Style
from planner.session import actions as act
from planner.session.picture import Picture
from ui.widgets.words import structure_name

if TYPE_CHECKING:
    from planner.pathway import Pathway


class SceneLike(Protocol):
    """What is called on the 3D widget; its signals are connected by name."""

    def set_atlas(self, atlas: Atlas) -> None: ...
    def show_picture(self, picture: Picture) -> None: ...
    def set_brush(self, radius_mm: float | None) -> None: ...
    def set_picking(self, on: bool, skin: bool = False) -> None: ...
    def hold(self, held: bool) -> None: ...
    def set_reduced_motion(self, reduced: bool) -> None: ...
    def set_text_scale(self, scale: float) -> None: ...
    def set_ground(self, style: Style) -> None: ...
    def set_names(self, names: Mapping[str, str]) -> None: ...
    def follow(self, way: Pathway) -> None: ...
    def cleanup(self) -> None: ...


class SceneLink(QObject):
    """Joins the 3D widget to the session once both are there."""

    acted = Signal(object)
    hovered = Signal(str)  # display name or ""
    stroked = Signal(object, bool)
    picked = Signal(object)  # a point of the model, LPS mm

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._parent = parent
        self.scene: SceneLike | None = None
        self._atlas: Atlas | None = None
        self._picture: Picture | None = None
        self._under = ""

    def set_scene(self, scene: QWidget) -> None:
        """Connects a 3D widget."""
        self.scene = scene  # type: ignore[assignment]
        slots: tuple[tuple[str, Callable[..., object]], ...] = (
            ("structure_clicked", self._on_clicked),
            ("background_clicked", lambda: self.acted.emit(act.SelectStructures(()))),
            ("structure_focused", self.focus),
            ("structure_hovered", self._on_hovered),
            ("context_requested", self._on_context),
            ("skin_stroked", lambda points, continues: self.stroked.emit(points, continues)),
            ("point_picked", self.picked.emit),
            ("view_requested", lambda view: self.acted.emit(act.RequestView(view))),
            ("focus_requested", self.focus),
            ("hide_requested", self.hide),
            ("isolate_requested", self.isolate),
            ("fade_requested", self.fade),
            ("show_all_requested", self.show_all),
        )
        for name, slot in slots:
            getattr(scene, name).connect(slot)
        self._open()

    def set_atlas(self, atlas: Atlas) -> None:
        """Gives the atlas the scene is to show."""
        self._atlas = atlas
        self._open()

    def _open(self) -> None:
        if self.scene is None or self._atlas is None:
            return
        self.scene.set_atlas(self._atlas)
        self.scene.set_names({name: record.name for name, record in self._atlas.content.structures.items()})
        if self._picture is not None:
            self.scene.show_picture(self._picture)

    def show_picture(self, picture: Picture) -> None:
        """Passes the picture on."""
        self._picture = picture
        if self.scene is not None and self._atlas is not None:
            self.scene.show_picture(picture)

    def close(self) -> None:
        """Frees the render window."""
        if self.scene is not None:
            scene, self.scene = self.scene, None
            scene.cleanup()

    # -- acts ---------------------------------------------------------------------------------------

    def _meant(self, structure: str) -> tuple[str, ...]:
        """What a key means: the structure named, else the selection, else what is under the cursor."""
        if structure:
            return (structure,)
        selected = self._picture.state.selected if self._picture is not None else ()
        return selected or ((self._under,) if self._under else ())

    def _on(self, make: Callable[[tuple[str, ...]], object], structure: str) -> None:
        if ids := self._meant(structure):
            self.acted.emit(make(ids))

    def hide(self, structure: str = "") -> None:
        """Hides a structure, or what is meant."""
        self._on(act.HideStructures, structure)

    def isolate(self, structure: str = "") -> None:
        """Shows a structure alone, or what is meant."""
        self._on(act.IsolateStructures, structure)

    def fade(self, structure: str = "") -> None:
        """Fades a structure, or what is meant."""
        self._on(act.FadeStructures, structure)

    def focus(self, structure: str = "") -> None:
        """Frames a structure, what is meant, or the chosen block's target."""
        block = self._picture.state.block if self._picture is not None else None
        if ids := self._meant(structure) or ((block,) if block is not None else ()):
            self.acted.emit(act.FocusOn(ids))

    def show_all(self) -> None:
        """Undoes hiding, fading and isolating."""
        self.acted.emit(act.ShowAll())

    def follow(self) -> None:
        """Frames the nerves that are lit, or the one selected, and has a light run along them once."""
        from planner.pathway import pathway, to_follow

        picture, atlas = self._picture, self._atlas
        if self.scene is None or atlas is None or picture is None:
            return
        looks = picture.scene.appearances
        lit = [name for name, look in looks.items() if look.emphasis == "lit"]
        names = to_follow(atlas.content, lit, picture.state.selected)
        way = pathway(atlas, names)
        if way is None:
            chosen = picture.state.block is not None
            none = "This block is aimed at no nerve that the model draws."
            self.hovered.emit(none if chosen else "Choose a block, or select a nerve, to follow it.")
            return
        self.acted.emit(act.FocusOn(names))
        self.scene.follow(way)

    def _on_clicked(self, structure: str, add: bool) -> None:
        self.acted.emit(act.SelectStructures((structure,), add))

    def _on_hovered(self, structure: str) -> None:
        self._under = structure
        known = self._atlas is not None and bool(structure)
        self.hovered.emit(structure_name(self._atlas.content, structure) if known else "")  # type: ignore[union-attr]

    def _on_context(self, structure: str, at: QPoint) -> None:
        if self._atlas is None:
            return
        menu = QMenu(self._parent)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        entries: list[tuple[str, object]] = [("Show all", act.ShowAll())]
        if structure:
            title = menu.addAction(structure_name(self._atlas.content, structure))
            title.setEnabled(False)
            menu.addSeparator()
            ids = (structure,)
            entries = [
                ("Select", act.SelectStructures(ids)),
                ("Focus", act.FocusOn(ids)),
                ("Hide", act.HideStructures(ids)),
                ("Show alone", act.IsolateStructures(ids)),
                ("Fade", act.FadeStructures(ids)),
                *entries,
            ]
        for text, action in entries:
            menu.addAction(text).triggered.connect(lambda _=False, action=action: self.acted.emit(action))
        menu.popup(at)
