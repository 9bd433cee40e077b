"""Fixtures of the window's tests: pictures made by hand, a scene without VTK, a window without a loader."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec
import numpy as np
import pytest
from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QWidget

from planner.answer import Alert, Answer, BlockAnswer, Neighbour, NerveShare, Reason
from planner.session.picture import Picture, ScenePicture, SkinPaint
from planner.session.state import PoseRequest, State

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from planner.atlas.handbook import Handbook
    from planner.atlas.model import Atlas
    from planner.chart import Borders
    from planner.pathway import Pathway
    from ui.main_window import MainWindow
    from ui.page.pictures import Pictures
    from ui.panels.pain_map import PainMapPanel

MakePicture = Callable[..., Picture]


def block_answer(block: str, rank: int = 1, covered: float = 0.8, withheld: str = "") -> BlockAnswer:
    """A compared block with one reason and one neighbour."""
    return BlockAnswer(
        id=block,
        rank=rank,
        side="left",
        score=1.0 / rank,
        covered=covered,
        uncovered_cm2=20.0,
        over_covered_cm2=340.0,
        nerves=("lfcn",),
        reasons=(Reason(f"A reason for {block}.", ("seed1",)),),
        neighbours=(Neighbour("artery_femoral_left", 23.4, (80.0, -60.0, 0.0), (100.0, -60.0, 0.0)),),
        withheld=withheld,
    )


@pytest.fixture
def answers() -> Callable[..., BlockAnswer]:
    """Makes a compared block."""
    return block_answer


@pytest.fixture
def picture(atlas: Atlas) -> MakePicture:
    """Makes a Picture; keyword arguments of State go there, those of Picture replace its parts."""
    n = atlas.fields.vertex_count

    def make(
        answer: Answer | None = None,
        pain: np.ndarray | None = None,
        numb: np.ndarray | None = None,
        **other: object,
    ) -> Picture:
        fields = {f.name for f in msgspec.structs.fields(State)}
        state = State(**{k: v for k, v in other.items() if k in fields})
        nothing = np.zeros(n, np.float32)
        skin = SkinPaint(
            (id(pain), id(numb)),
            nothing if pain is None else pain,
            nothing,
            nothing if numb is None else numb,
        )
        scene = ScenePicture({}, (), (), None, PoseRequest(), ())
        base = Picture(state, answer or Answer("compare"), None, skin, (), scene, False, False)
        return replace(base, **{k: v for k, v in other.items() if k not in fields})

    return make


@pytest.fixture
def compared() -> Answer:
    """Two blocks, a nerve, nothing alarming."""
    blocks = (block_answer("lfcn", 1, 0.84), block_answer("femoral", 2, 0.31))
    return Answer("compare", (), blocks, (NerveShare("lfcn", 0.9),), (), (), 120.0)


@pytest.fixture
def alarmed() -> Answer:
    """A warning sign: nothing is ranked."""
    return Answer(
        "urgent_evaluation",
        (Alert("red_flag:bowel_bladder_loss", "Urgent evaluation comes first.", "seed1"),),
    )


class FakeScene(QWidget):
    """The 3D widget's signals and methods, which only remember what they were told."""

    structure_clicked = Signal(str, bool)
    background_clicked = Signal()
    structure_focused = Signal(str)
    structure_hovered = Signal(str)
    context_requested = Signal(str, QPoint)
    skin_stroked = Signal(object, bool)
    point_picked = Signal(object)
    view_requested = Signal(str)
    focus_requested = Signal(str)
    hide_requested = Signal(str)
    isolate_requested = Signal(str)
    fade_requested = Signal(str)
    show_all_requested = Signal()
    first_frame = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.pictures: list[Picture] = []
        self.brush: list[float | None] = []
        self.picking: list[bool] = []
        self.grounds: list[str] = []
        self.cleaned = False
        self.ways: list[Pathway] = []

    def set_atlas(self, atlas: Atlas) -> None:
        self.first_frame.emit()

    def show_picture(self, picture: Picture) -> None:
        self.pictures.append(picture)

    def set_brush(self, radius_mm: float | None) -> None:
        self.brush.append(radius_mm)

    def set_picking(self, on: bool, skin: bool = False) -> None:
        self.picking.append(on)

    def hold(self, held: bool) -> None: ...

    def set_reduced_motion(self, reduced: bool) -> None: ...

    def set_text_scale(self, scale: float) -> None: ...

    def set_ground(self, style: str) -> None:
        self.grounds.append(style)

    def set_names(self, names: dict[str, str]) -> None: ...

    def follow(self, way: Pathway) -> None:
        self.ways.append(way)

    def cleanup(self) -> None:
        self.cleaned = True


@pytest.fixture(scope="session")
def borders(atlas: Atlas) -> Borders:
    """The region borders of the bundled skin."""
    from planner.chart import region_borders

    return region_borders(atlas.meshes.full["skin"], atlas.fields)


@pytest.fixture(scope="session")
def handbook(atlas_folder: Path) -> Handbook:
    """The bundled handbook."""
    from planner.atlas.load import load_handbook

    return load_handbook(atlas_folder)


@pytest.fixture(scope="session")
def blank(atlas: Atlas) -> Pictures:
    """Grey pictures in the shape of real ones, with everything that a legend can hold."""
    from PySide6.QtGui import QImage

    from ui.page.pictures import Pictures

    chart, scene = QImage(43, 138, QImage.Format.Format_RGB32), QImage(86, 58, QImage.Format.Format_RGB32)
    for image in (chart, scene):
        image.fill(0xFFDDDDDD)
    feels = tuple((quality.plain, quality.symbol) for quality in atlas.content.qualities.values())
    return Pictures((chart, chart), scene, "anterior", True, True, True, True, feels)


@pytest.fixture
def panel(qtbot: QtBot, atlas: Atlas, borders: Borders) -> PainMapPanel:
    """The pain map on the real atlas, shown, its charts drawn."""
    from ui.panels.pain_map import PainMapPanel
    from ui.theme import LIGHT, Theme
    from ui.widgets.work import at_once

    panel = PainMapPanel(at_once, Theme(LIGHT))
    qtbot.addWidget(panel)
    panel.resize(420, 660)
    panel.set_atlas(atlas, borders)
    panel.show()
    qtbot.waitUntil(panel.charts_ready, timeout=5000)
    return panel


@pytest.fixture
def acted(panel: PainMapPanel) -> list[object]:
    """What the pain map sends."""
    acts: list[object] = []
    panel.acted.connect(acts.append)
    return acts


@pytest.fixture
def fake_scene() -> type[FakeScene]:
    """The stand-in for the 3D widget."""
    return FakeScene


@pytest.fixture
def window(qtbot: QtBot, atlas: Atlas, borders: Borders) -> Iterator[MainWindow]:
    """The whole window on the real atlas, with a fake scene and charts drawn on the spot."""
    from planner.session.store import Store
    from ui.bridge import Bridge
    from ui.main_window import MainWindow
    from ui.settings import Settings
    from ui.widgets.work import at_once

    settings = Settings(None)
    settings.colors = "light"
    main = MainWindow(at_once, settings)
    qtbot.addWidget(main)
    main.resize(1280, 800)
    main.set_scene(FakeScene())
    bridge = Bridge(Store(atlas), main)
    main.set_atlas(atlas, borders, bridge)
    main.show()
    main.activateWindow()  # shortcuts belong to the active window
    qtbot.waitUntil(main.isActiveWindow, timeout=3000)
    qtbot.waitUntil(main.pain_map.charts_ready, timeout=5000)
    yield main
    main.close()
