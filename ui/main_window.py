"""The window: pain map on the left, the model in the middle, compared blocks and the card on the right.

It owns no state. Panels send acts to the bridge; every picture that comes back is handed to each of
them. What is the window's own (text size, colours, full screen) lives in the settings.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QByteArray, Qt, Signal, SignalInstance
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QGuiApplication,
    QKeyEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractButton, QDialog, QHBoxLayout, QMainWindow, QWidget

from planner.atlas.handbook import Handbook
from planner.atlas.model import Atlas
from planner.chart import Borders
from planner.session import actions as act
from planner.session.picture import Picture
from planner.session.state import Face
from ui import APP_NAME
from ui.bridge import Bridge
from ui.explainer import Explainer
from ui.folding import Folding
from ui.keys import bind_keys
from ui.left_pane import LeftPane
from ui.pacing import Pacing
from ui.panels.layers import LayersPanel, SceneBar
from ui.panels.pain_map import PainMapPanel
from ui.panels.tools import ToolsPanel
from ui.panes import Panes
from ui.right_pane import SHARES, RightPane
from ui.scene_link import SceneLink
from ui.scenes import Scenes
from ui.settings import Settings
from ui.theme import Theme, next_scale, palette_for
from ui.toolbar import Toolbar
from ui.widgets.basics import column, label
from ui.widgets.lookup import Lookup
from ui.widgets.notice import Act, Notice
from ui.widgets.owed import Owed
from ui.widgets.reading import Reading
from ui.widgets.tab_order import step
from ui.widgets.work import Submit


class Panel(Protocol):
    """What is called on every panel."""

    acted: SignalInstance

    def set_theme(self, theme: Theme) -> None: ...
    def show_picture(self, picture: Picture) -> None: ...


class MainWindow(QMainWindow):
    """Everything on one screen."""

    themed = Signal(object)
    closed = Signal()

    def __init__(self, submit: Submit, settings: Settings) -> None:
        super().__init__()
        self._reading: Reading | None = None
        self.content_folder: Path | None = None  # None: the bundled content
        self.settings, self._submit = settings, submit
        self._system_still = False  # whether the system asks for reduced motion
        self.scenes: Scenes | None = None
        self._owed = Owed(self)
        self.pacing = Pacing(self)
        self.theme = Theme(palette_for(self._scheme()), settings.scale)
        self._bridge: Bridge | None = None
        self._atlas: Atlas | None = None
        self._picture: Picture | None = None
        self._before_lecture: Face = "explain"
        self.setWindowTitle(APP_NAME)
        self.setMinimumSize(880, 600)
        theme = self.theme
        self.toolbar = Toolbar(theme)
        self.pain_map = PainMapPanel(submit, theme)
        self.explainer = Explainer(submit, self)
        self.left = LeftPane(self.pain_map, theme)
        self.right = RightPane(theme, submit)
        self.blocks, self.card = self.right.blocks, self.right.card
        self.layers = LayersPanel(theme)
        self.scene_bar = SceneBar(theme)
        self.tools = ToolsPanel(theme)
        self.link = SceneLink(self)
        self.panels: tuple[Panel, ...] = (
            self.toolbar,
            self.left,
            self.right,
            self.layers,
            self.scene_bar,
            self.tools,
        )
        self._assemble()
        self._connect()
        bind_keys(self)
        self._apply_theme()
        hints = QGuiApplication.styleHints()
        hints.colorSchemeChanged.connect(self._follow_system)
        self.setAcceptDrops(True)
        where = QByteArray.fromBase64(settings.now.geometry.encode())
        if where.isEmpty() or not self.restoreGeometry(where):
            self.resize(1280, 800)
        self.pain_map.views[0].setFocus()

    # -- building -----------------------------------------------------------------------------------

    def _assemble(self) -> None:
        centre = QWidget()
        outer = column(centre, gap=0)
        outer.addWidget(self.toolbar)
        self.middle = QWidget()
        self._middle = column(self.middle, gap=0)
        self._middle.addWidget(self.scene_bar)
        self._stand_in = label("Preparing the model", "muted")
        self._stand_in.setObjectName("standin")
        self._stand_in.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._middle.addWidget(self._stand_in, 1)
        self._middle.addWidget(self.tools)
        self._middle.addWidget(self.layers)
        self.folding = Folding(self.settings, self.theme, self.left, self.middle, self.right)
        self.folding.changed.connect(self._settle_columns)
        outer.addWidget(self.folding, 1)
        outer.addWidget(self._status())
        self.setCentralWidget(centre)
        self.notice = Notice(self, self.theme)
        self.panes = Panes(self)

    def _status(self) -> QWidget:
        self.status = QWidget()
        self.status.setObjectName("statusline")
        self.status.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        line = QHBoxLayout(self.status)
        line.setContentsMargins(16, 4, 16, 4)
        use = label("For education and explanation. A generic adult model, not this patient.", "small")
        self.note = label("", "small")
        line.addWidget(use)
        line.addStretch(1)
        line.addWidget(self.note)
        return self.status

    def _connect(self) -> None:
        for panel in self.panels:
            panel.acted.connect(self.act)
        self.link.acted.connect(self.act)
        self.link.hovered.connect(self.note.setText)
        self.link.stroked.connect(self.pain_map.stroke)
        bar = self.toolbar
        bar.lecture_asked.connect(self.toggle_lecture)
        bar.colors_asked.connect(self.set_colors)
        bar.ground_asked.connect(self.set_ground)
        bar.scale_asked.connect(self.change_scale)
        bar.motion_asked.connect(self.set_reduced_motion)
        bar.keys_asked.connect(self.show_keys)
        bar.palette_asked.connect(self.show_palette)
        bar.about_asked.connect(self.show_about)
        bar.page_asked.connect(self.show_page)
        bar.scene_menu.aboutToShow.connect(self._fill_scene_menu)
        bar.fold_asked.connect(self.folding.toggle)
        bar.room_asked.connect(self.folding.make_room)
        bar.layout_asked.connect(self.reset_layout)
        bar.tour_asked.connect(self.show_tour)
        bar.colors[self.settings.colors].setChecked(True)
        bar.grounds[self.settings.ground].setChecked(True)
        bar.motion.setChecked(self.reduced_motion())
        bar.room.setChecked(self.settings.now.make_room)
        self.right.split.splitterMoved.connect(self._note_cards)
        self.right.shares = self.settings.now.cards or SHARES
        self.pain_map.brush_changed.connect(self._set_brush)
        self.scene_bar.paint_toggled.connect(self._set_brush)
        self.scene_bar.tools_toggled.connect(self.tools.open)
        self.tools.opened.connect(lambda name, on: self.scene_bar.tools[name].setChecked(on))
        self.tools.picking.connect(self._set_picking)
        self.link.picked.connect(self.tools.pick)
        self.right.compare_asked.connect(self.show_compare)
        self.right.card.follow_asked.connect(self.link.follow)

    # -- what it is given ---------------------------------------------------------------------------

    def set_atlas(self, atlas: Atlas, borders: Borders, bridge: Bridge) -> None:
        """Opens the session: panels get their content, then the first picture."""
        self._atlas, self._bridge = atlas, bridge
        self.explainer.set_atlas(atlas)
        content = atlas.content
        # The scene first: its frame is drawn without Python, so the charts are drawn beside it.
        self.link.set_atlas(atlas)
        self.pain_map.set_atlas(atlas, borders, bridge.picture().skin.form)
        self.lookup = Lookup(content)
        self.left.set_lookup(self.lookup)
        self.right.set_atlas(atlas)
        self.tools.set_atlas(atlas)
        for panel in (self.scene_bar, self.left):
            panel.set_content(content)
        self.scenes = Scenes(self, self._submit, self.settings, atlas, bridge)
        self.scenes.named.connect(self._show_name)
        self.scenes.noticed.connect(self.say)
        self.scenes.said.connect(self.note.setText)
        bridge.pictured.connect(self.show_picture)
        bridge.refused.connect(self.note.setText)
        self.explainer.ready.connect(lambda: self.show_picture(bridge.picture()))
        self.show_picture(bridge.picture())

    def set_handbook(self, load: Callable[[], Handbook]) -> None:
        """Gives what is read besides the atlas; it is loaded when something of it is unfolded."""
        self._reading = Reading(load)
        self.right.set_reading(self._reading)

    def furnish(self) -> None:
        """Makes what nobody waits for, once the first picture stands: pages and cards not yet opened."""
        self.left.furnish()
        self.right.furnish()
        self.pacing.begin()

    def set_scene(self, scene: QWidget) -> None:
        """Puts the 3D widget in its place."""
        self._middle.replaceWidget(self._stand_in, scene)
        self._stand_in.hide()
        self._middle.setStretchFactor(scene, 1)
        self.link.set_scene(scene)
        self._tell_scene()

    def _tell_scene(self) -> None:
        """The window's own settings that concern the scene, and how the charts move."""
        self.pain_map.set_reduced_motion(self.reduced_motion())
        if self.link.scene is not None:
            self.link.scene.set_reduced_motion(self.reduced_motion())
            self.link.scene.set_text_scale(self.theme.scale)
            ground = self.settings.ground
            self.link.scene.set_ground(self.theme.palette.scheme if ground == "window" else ground)

    def show_picture(self, picture: Picture) -> None:
        """Hands the picture to every panel and to the scene."""
        picture = self.explainer.enriched(picture)
        before, self._picture = self._picture, picture
        self.pacing.note()
        lecture = picture.state.face == "lecture"
        self.folding.set_alone(lecture)
        for part in (self.toolbar, self.status, self.scene_bar, self.layers):
            part.setVisible(not lecture)
        if picture.answer.alerts and (before is None or before.answer.alerts != picture.answer.alerts):
            self.folding.bring("right")  # an alert is never behind a rail
        self.folding.rails["right"].show_count(len(picture.answer.blocks))
        for panel in self.panels:
            if panel is self.tools:  # opens and closes itself
                panel.show_picture(picture)
            else:
                self._owed.show(panel, picture)
        self.link.show_picture(picture)
        if before is not None and (before.state.face == "lecture") != lecture and self.isVisible():
            self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    def say(self, text: str, acts: Sequence[Act] = (), tone: str = "") -> None:
        """Shows a message above the model, with what can be done about it."""
        self.notice.say(text, acts, tone)
        self._place_notice()

    def _place_notice(self) -> None:
        if not self.notice.isHidden():
            at = self.middle.mapTo(self, self.middle.rect().topLeft())
            top = self.scene_bar.height() if self.scene_bar.isVisible() else 0
            self.notice.place(at.x(), self.middle.width(), at.y() + top)

    def _show_name(self, title: str, modified: bool) -> None:
        self.setWindowTitle(title)
        self.setWindowModified(modified)

    # -- acts ---------------------------------------------------------------------------------------

    def act(self, action: object) -> None:
        """Sends an act on its only road."""
        if self._bridge is not None:
            self.note.setText("")
            self._bridge.dispatch(action)  # type: ignore[arg-type]

    def toggle_lecture(self) -> None:
        """The picture alone, and back to the face before."""
        if self._picture is None:
            return
        if self._picture.state.face == "lecture":
            self.act(act.SetFace(self._before_lecture))
        else:
            self._before_lecture = self._picture.state.face
            self.act(act.SetFace("lecture"))

    def escape(self) -> None:
        """Closes the message one is in; clears the selection; with nothing selected, leaves the lecture."""
        if self.notice.isVisible() and self.notice.isAncestorOf(self.focusWidget() or self):
            self.notice.leave()
            return
        if self._picture is None:
            return
        state = self._picture.state
        if state.face == "lecture" and not state.selected and state.block is None:
            self.toggle_lecture()
        else:
            self.act(act.ClearSelection())

    def _set_brush(self, _change: object = None) -> None:
        if self.link.scene is not None:
            on = self.scene_bar.paint.isChecked()
            self.link.scene.set_brush(self.pain_map.brush_mm() if on else None)

    def toggle_tool(self, name: str) -> None:
        """Opens or closes a tool of the scene, where the face has it."""
        push = self.scene_bar.tools[name]
        if not push.isHidden():
            push.click()

    def _set_picking(self, on: bool, skin: bool) -> None:
        """Clicks on the model are points for a tool, not selections."""
        if on:
            self.scene_bar.paint.setChecked(False)
        if self.link.scene is not None:
            self.link.scene.set_picking(on, skin)

    # -- the window's own ---------------------------------------------------------------------------

    def _scheme(self) -> str:
        if self.settings.colors != "system":
            return self.settings.colors
        dark = QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
        return "dark" if dark else "light"

    def _follow_system(self) -> None:
        if self.settings.colors == "system":
            self._apply_theme()

    def set_colors(self, choice: str) -> None:
        """ "system", "light" or "dark"."""
        self.settings.colors = choice  # type: ignore[assignment]
        self.toolbar.colors[choice].setChecked(True)
        self._apply_theme()

    def set_ground(self, choice: str) -> None:
        """What the model stands before: "dark", "light", "print", or "window" for as light as the window."""
        self.settings.ground = choice  # type: ignore[assignment]
        self.toolbar.grounds[choice].setChecked(True)
        self._tell_scene()

    def change_scale(self, step: int) -> None:
        """Text larger (+1), smaller (-1) or normal (0)."""
        self.settings.scale = next_scale(self.theme.scale, step) if step else 1.0
        self._apply_theme()

    def reduced_motion(self) -> bool:
        """Whether cameras jump: the user's choice, else the system's."""
        choice = self.settings.now.motion
        return self._system_still if choice == "system" else choice == "reduced"

    def set_reduced_motion(self, reduced: bool) -> None:
        """Cameras jump instead of gliding."""
        self.settings.keep(motion="reduced" if reduced else "full")
        self.toolbar.motion.setChecked(reduced)
        self._tell_scene()

    def follow_system_motion(self, still: bool) -> None:
        """What the system asks for; the user's own choice goes before it."""
        self._system_still = still
        self.toolbar.motion.setChecked(self.reduced_motion())
        self._tell_scene()

    def _apply_theme(self) -> None:
        self.theme = Theme(palette_for(self._scheme()), self.settings.scale)  # type: ignore[arg-type]
        self.setStyleSheet(self.theme.qss())
        for panel in self.panels:
            panel.set_theme(self.theme)
        self.notice.set_theme(self.theme)
        self.middle.setMinimumWidth(220)
        self.folding.set_theme(self.theme)
        self._tell_scene()
        self.themed.emit(self.theme)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_notice()

    def _settle_columns(self) -> None:
        self.left.name_tabs(self.left.width() if self.left.isHidden() else self.folding.splitter.sizes()[0])
        self._place_notice()

    def _note_cards(self) -> None:
        upper, lower = self.right.split.sizes()
        if upper and lower:
            self.right.shares = (upper, lower)
            self.settings.note(cards=(upper, lower))

    def reset_layout(self) -> None:
        """Panes open and as wide as at first."""
        self.folding.reset()
        self.right.shares = SHARES
        self.toolbar.room.setChecked(True)

    def find(self) -> None:
        """The search for areas, or for structures when studying, wherever the pane is."""
        self.folding.bring("left")
        self.left.find()

    def _fill_scene_menu(self) -> None:
        if self.scenes is not None:
            self.toolbar.show_scenes(self.scenes)

    def with_scenes(self, do: Callable[[Scenes], object]) -> None:
        """Does something with scene files once there is a session."""
        if self.scenes is not None:
            do(self.scenes)

    def greet(self) -> None:
        """Once the window stands: the tour at the very first start, and what could not be remembered."""
        if self.settings.fault:
            self.note.setText(self.settings.fault)
        if not self.settings.now.toured and not self.notice.isVisible():
            self.show_tour()

    def show_tour(self) -> None:
        """Five steps through the window."""
        from ui.tour import Tour

        if self._picture is not None and self._picture.state.face == "lecture":
            self.toggle_lecture()
        Tour(self).start()

    def show_palette(self) -> None:
        """Everything that can be done or found, by a few letters."""
        if self._atlas is not None and self._picture is not None:
            from ui.palette import open_palette

            open_palette(self, self._atlas, self._picture, self.theme)

    def show_compare(self, wanted: Sequence[str] = ()) -> None:
        """Compared blocks side by side: those wanted, else the first ones."""
        if self._atlas is not None and self._picture is not None:
            from ui.compare import open_compare

            if open_compare(self, self._atlas, self._picture, wanted, self._reading) is None:
                self.note.setText("Two blocks at least must be listed to be compared.")

    def study_tool(self, name: str) -> None:
        """Opens a tool of the scene, and the face that has it."""
        if self._picture is not None and self._picture.state.face != "study":
            self.act(act.SetFace("study"))
        self.tools.open(name, True)

    def show_keys(self) -> None:
        """Every key and gesture."""
        from ui.dialogs import keys_dialog

        self._open(keys_dialog(self.theme, self))

    def show_about(self) -> None:
        """Intended use, versions, credits."""
        from ui.dialogs import about_dialog

        self._open(about_dialog(self.theme, self, self._atlas.content.sha256 if self._atlas else ""))

    def show_page(self) -> None:
        """The page to take home as it will print."""
        if self._atlas is not None and self._picture is not None:
            from ui.page.opening import preview

            self._open(preview(self, self._atlas, self._picture.state, self._submit))

    def _open(self, dialog: QDialog) -> None:
        dialog.setModal(True)
        dialog.open()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses a button as Space does; Qt leaves it to dialogs."""
        focused = self.focusWidget()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and isinstance(focused, QAbstractButton):
            if focused.isEnabled() and not event.isAutoRepeat():
                focused.click()
            return
        super().keyPressEvent(event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab goes through the window as one reads it."""
        stop = step(self, self.focusWidget(), forward)
        if stop is None:
            return False
        reason = Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason
        stop.setFocus(reason)
        return True

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls() and self.scenes is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        if self.scenes is not None:
            event.acceptProposedAction()
            self.scenes.drop(event.mimeData().urls())

    def closeEvent(self, event: QCloseEvent) -> None:
        if self.scenes is not None and not self.scenes.may_close():
            event.ignore()
            return
        if not self.isFullScreen():
            self.settings.note(geometry=bytes(self.saveGeometry().toBase64().data()).decode())
        if self._picture is not None:
            face = self._picture.state.face
            self.settings.note(
                face=self._before_lecture if face == "lecture" else face, form=self._picture.state.form
            )
        self.settings.keep()
        if self.scenes is not None:
            self.scenes.close()
        if self._bridge is not None:
            self._bridge.close()
        self.link.close()
        self.pacing.end()
        self.closed.emit()
        super().closeEvent(event)
