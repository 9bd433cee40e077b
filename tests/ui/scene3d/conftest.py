"""A toy atlas of spheres and a tube, small enough to be drawn in a moment, and stages that get closed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import cast

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from planner.answer import Answer
from planner.atlas.meshes import Mesh, MeshSet
from planner.atlas.model import Atlas, Content
from planner.atlas.territories import SkinFields
from planner.session.picture import Appearance, Picture, ScenePicture, SkinPaint
from planner.session.state import PoseRequest, State
from planner.space import Side
from ui.scene3d.stage import Stage
from ui.scene3d.widget import SceneWidget

Point = tuple[float, float, float]


def ball(name: str, system: str, centre: Point, radius_mm: float, fine: int = 24) -> Mesh:
    """A closed sphere with outward winding."""
    theta = np.linspace(0.0, np.pi, fine + 1)[1:-1]
    phi = np.linspace(0.0, 2.0 * np.pi, 2 * fine, endpoint=False)
    t, p = np.meshgrid(theta, phi, indexing="ij")
    rows = np.stack([np.sin(t) * np.cos(p), np.sin(t) * np.sin(p), np.cos(t)], axis=-1).reshape(-1, 3)
    normals = np.vstack([rows, [[0, 0, 1], [0, 0, -1]]]).astype(np.float32)
    around = 2 * fine
    triangles: list[tuple[int, int, int]] = []
    for i in range(len(theta) - 1):
        for j in range(around):
            a, b = i * around + j, i * around + (j + 1) % around
            triangles += [(a, a + around, b), (b, a + around, b + around)]
    top, bottom, last = len(rows), len(rows) + 1, (len(theta) - 1) * around
    for j in range(around):
        triangles += [(top, j, (j + 1) % around), (bottom, last + (j + 1) % around, last + j)]
    points = (normals * radius_mm + np.array(centre)).astype(np.float32)
    return Mesh(name, system, points, normals, np.array(triangles, np.uint32))


def toy_meshes() -> MeshSet:
    """Skin around: a bone right of the middle line, a nerve left of it, a muscle before the nerve's foot."""
    full = [
        ball("bone_right", "bones", (-40.0, 0.0, 40.0), 22.0),
        ball("nerve_left", "nerves", (40.0, 0.0, 40.0), 12.0),
        ball("muscle_left", "muscles", (40.0, -30.0, -40.0), 18.0),
        ball("nerve_deep_left", "nerves", (40.0, 10.0, -40.0), 8.0),
        ball("skin", "skin", (0.0, 0.0, 0.0), 110.0, fine=48),
    ]
    proxies = [ball(m.id, m.system, tuple(m.points_lps.mean(0)), 10.0, fine=8) for m in full[:-1]]
    return MeshSet({m.id: m for m in full}, {m.id: m for m in proxies})


@pytest.fixture(scope="session")
def toy_atlas() -> Atlas:
    """An atlas with meshes and no text."""
    content = Content({}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, sha256="0" * 64)
    return Atlas(content, toy_meshes(), cast(SkinFields, None), {})


@pytest.fixture
def stage(toy_atlas: Atlas) -> Iterator[Stage]:
    """A stage that shows the toy atlas."""
    made = Stage()
    made.set_atlas(toy_atlas)
    yield made
    made.close()


@pytest.fixture
def skin_paint(toy_atlas: Atlas) -> Callable[..., SkinPaint]:
    """Paint on the toy skin: full-strength pain, deep pain or numbness within `reach_mm` of a point."""
    points = toy_atlas.meshes.full["skin"].points_lps

    def make(
        pain: Point | None = None,
        deep: Point | None = None,
        numb: Point | None = None,
        reach_mm: float = 45.0,
    ) -> SkinPaint:
        def near(at: Point | None, most: float) -> np.ndarray:
            if at is None:
                return np.zeros(len(points), np.float32)
            away = np.linalg.norm(points - np.array(at, np.float32), axis=1)
            return np.where(away < reach_mm, most, 0.0).astype(np.float32)

        return SkinPaint((pain, deep, numb, reach_mm), near(pain, 10.0), near(deep, 10.0), near(numb, 1.0))

    return make


@pytest.fixture
def scene_of() -> Callable[..., ScenePicture]:
    """A ScenePicture from appearances by structure id; the rest plain."""

    def make(
        target_lps: Point | None = None,
        pose: PoseRequest | None = None,
        focus_lps: tuple[Point, ...] = (),
        **looks: Appearance,
    ) -> ScenePicture:
        return ScenePicture(looks, (), (), target_lps, pose or PoseRequest(), focus_lps)

    return make


@pytest.fixture
def picture_of(
    scene_of: Callable[..., ScenePicture], skin_paint: Callable[..., SkinPaint]
) -> Callable[..., Picture]:
    """A Picture around a scene, nothing marked."""

    def make(
        scene: ScenePicture | None = None,
        skin: SkinPaint | None = None,
        side: Side = "left",
        selected: tuple[str, ...] = (),
    ) -> Picture:
        state = State(side=side, selected=selected)
        return Picture(
            state, Answer("compare"), None, skin or skin_paint(), (), scene or scene_of(), False, False
        )

    return make


@pytest.fixture
def widget(qtbot: QtBot, toy_atlas: Atlas, picture_of: Callable[..., Picture]) -> Iterator[SceneWidget]:
    """A shown widget with the toy atlas, at rest."""
    made = SceneWidget()
    qtbot.addWidget(made, before_close_func=lambda w: w.cleanup())
    made.resize(320, 240)
    made.set_atlas(toy_atlas)
    made.show_picture(picture_of())
    with qtbot.waitSignal(made.first_frame, timeout=10_000):
        made.show()
    qtbot.waitUntil(lambda: not made.busy, timeout=10_000)
    yield made
