"""Words over the picture: orientation letters, placing labels, and nothing drawn where there is no room."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QImage, QPainter

from planner.session.picture import DistanceLine, Label, ScenePicture
from planner.session.state import PoseRequest
from planner.space import View
from ui.scene3d import camera, captions, labels, overlay

SIZE = (800.0, 600.0)
KEEP = (40.0, 40.0, 40.0, 70.0)


@pytest.mark.parametrize(
    ("view", "left", "right", "top", "bottom"),
    [
        ("anterior", "R", "L", "S", "I"),
        ("posterior", "L", "R", "S", "I"),
        ("left", "A", "P", "S", "I"),
        ("right", "P", "A", "S", "I"),
        ("superior", "L", "R", "A", "P"),
        ("inferior", "R", "L", "A", "P"),
    ],
)
def test_that_the_letters_say_where_the_patient_s_sides_are(
    view: View, left: str, right: str, top: str, bottom: str
) -> None:
    found = overlay.letters(camera.of_view(camera.Pose(), view))
    assert found == {"left": left, "right": right, "top": top, "bottom": bottom}


def test_that_an_oblique_view_has_two_letters() -> None:
    assert overlay.letters(camera.Pose(azimuth_deg=45.0))["right"] in {"LP", "PL"}


def test_that_the_cube_shows_the_faces_that_look_at_the_viewer() -> None:
    front = [face[0] for face in overlay.cube_faces(camera.Pose(), 600.0, 1.0)]
    assert front == ["anterior"]
    oblique = {
        face[0] for face in overlay.cube_faces(camera.Pose(azimuth_deg=40.0, elevation_deg=30.0), 600.0, 1.0)
    }
    assert oblique == {"anterior", "left", "superior"}


wishes = st.lists(
    st.builds(
        labels.Wish,
        st.just("word"),
        st.tuples(st.floats(-50.0, 850.0), st.floats(-50.0, 650.0)),
        st.tuples(st.floats(40.0, 260.0), st.floats(14.0, 40.0)),
        st.integers(0, 2),
    ),
    max_size=30,
)


@given(wishes)
def test_that_labels_never_overlap_and_never_leave_the_window(given_wishes: list[labels.Wish]) -> None:
    placed = labels.place(given_wishes, *SIZE, KEEP)
    boxes = [spot.box_px for spot in placed]
    for x, y, w, h in boxes:
        assert x >= -0.01
        assert x + w <= SIZE[0] + 0.01
        assert y >= KEEP[1] - 0.01
        assert y + h <= SIZE[1] - KEEP[3] + 0.01
    for k, (x, y, w, h) in enumerate(boxes):
        for other_x, other_y, other_w, other_h in boxes[k + 1 :]:
            apart = (
                x + w <= other_x + 0.01
                or other_x + other_w <= x + 0.01
                or y + h <= other_y + 0.01
                or other_y + other_h <= y + 0.01
            )
            assert apart


def test_that_the_target_s_label_is_kept_when_there_is_room_for_one_only() -> None:
    crowd = [labels.Wish(str(k), (300.0 + k, 100.0), (100.0, 30.0), rank=2) for k in range(40)]
    target = labels.Wish("target", (400.0, 300.0), (100.0, 30.0), rank=0)
    placed = labels.place([*crowd, target], 800.0, 160.0, KEEP)
    assert len(crowd) in {spot.wish for spot in placed} or labels.place([target], 800.0, 160.0, KEEP) == ()


def test_that_anchors_outside_the_window_get_no_label() -> None:
    assert labels.place([labels.Wish("x", (-1.0, -1.0), (50.0, 20.0))], *SIZE, KEEP) == ()


@pytest.mark.parametrize(
    ("count", "size"), [(12, (640.0, 480.0)), (20, (1280.0, 800.0)), (20, (700.0, 900.0))]
)
@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_that_leaders_of_one_column_do_not_cross(count: int, size: tuple[float, float], scale: float) -> None:
    wide, high = size
    crowd = [
        labels.Wish(
            str(k),
            (wide * (0.3 + 0.4 * ((k * 37) % 100) / 100), high * (0.2 + 0.6 * ((k * 61) % 97) / 97)),
            (110.0 * scale, 20.0 * scale),
            rank=1,
        )
        for k in range(count)
    ]
    placed = labels.place(crowd, *size, KEEP)
    assert len(placed) >= min(count, int((high - 110.0) * 0.7 / (20.0 * scale + labels.GAP_PX)))
    for left in (True, False):
        column = [spot.leader_px for spot in placed if (spot.leader_px[1][0] < wide / 2) == left]
        crossed = sum(labels.crossing(a, b) for k, a in enumerate(column) for b in column[k + 1 :])
        assert crossed == 0


@pytest.mark.parametrize("size", [(487.0, 525.0), (940.0, 830.0)])
def test_that_names_leave_most_of_the_picture_free_and_the_first_ranks_stay(
    size: tuple[float, float],
) -> None:
    wide, high = size
    crowd = [
        labels.Wish(
            str(k), (wide * (0.3 + 0.02 * k), high * (0.2 + 0.03 * k)), (126.0, 38.0), rank=1 + k // 10
        )
        for k in range(20)
    ]
    placed = labels.place(crowd, wide, high, KEEP)
    taken = sum(spot.box_px[2] * spot.box_px[3] for spot in placed)
    assert len(placed) >= labels.LEAST_LABELS and taken <= labels.MOST_COVERED * wide * high
    named = {spot.wish for spot in placed}
    assert len(named & set(range(10))) >= min(9, len(placed))


def test_that_no_label_covers_the_target() -> None:
    target = labels.Wish("target", (300.0, 300.0), (90.0, 24.0), rank=0)
    crowd = [labels.Wish(str(k), (320.0 + 9.0 * k, 180.0 + 22.0 * k), (170.0, 20.0)) for k in range(10)]
    for spot in labels.place([target, *crowd], *SIZE, KEEP):
        x, y, w, h = spot.box_px
        assert not (x - 10.0 < 300.0 < x + w + 10.0 and y - 10.0 < 300.0 < y + h + 10.0)


@pytest.mark.usefixtures("qapp")
def test_that_overlays_draw_at_every_size_and_behind_the_eye(scene_of: Callable[..., ScenePicture]) -> None:
    far = (0.0, -90_000.0, 0.0)
    line = DistanceLine("a", "A: 12 mm in this model", 12.0, (0.0, 0.0, 150.0), far)
    words = (
        Label("Target: x", (0.0, 0.0, 150.0), "target"),
        Label("N", far, "nerve"),
        Label("N", (20.0, 0.0, 150.0), "nerve"),
    )
    scene = ScenePicture({}, (line,), words, (0.0, 0.0, 150.0), PoseRequest(), ())
    for size in ((1, 1), (30, 30), (200, 90), (640, 480)):
        image = QImage(*size, QImage.Format.Format_RGB32)
        image.fill(0)
        with QPainter(image) as painter:
            what = overlay.Overlay("left", 2.0, "hovered", (size[0] - 2.0, size[1] - 2.0), (5.0, 5.0, 9.0))
            overlay.draw(painter, camera.Pose(), *size, scene, what)
        drawn = any(image.pixel(x, y) & 0xFFFFFF for x in range(size[0]) for y in range(0, size[1], 3))
        assert drawn == (min(size) >= 40)


def test_that_nothing_is_named_twice() -> None:
    at = (0.0, 0.0, 0.0)
    given = [
        Label("Femoral nerve", at, "nerve", "femoral_left"),
        Label("Left femoral nerve", at, "structure", "femoral_left"),
        Label("Obturator nerve", at, "nerve", "obturator_left"),
        Label("Obturator nerve", (1.0, 0.0, 0.0), "nerve", "obturator_anterior_left"),
        Label("Genitofemoral nerve", at, "nerve", "genitofemoral_left"),
        Label("Left dural root sleeves", at, "structure", "dural_sleeves_left"),
        Label("Right psoas major", at, "structure", "psoas_major_right"),
        Label("Left psoas major", at, "structure", "psoas_major_left"),
        Label("Target", at, "target"),
    ]
    away = (0.0, 26.0, 0.0)
    lines = [
        DistanceLine("dural_sleeves_left", "Left dural root sleeves · 26 mm", 26.0, at, away),
        DistanceLine("genitofemoral_left", "Left genitofemoral nerve · 4 mm", 4.0, at, away),
        DistanceLine("", "34 mm", 34.0, at, away),
    ]
    kept = captions.told_once(given, lines)
    assert [label.text for label in kept] == [
        "Left femoral nerve",
        "Obturator nerve",
        "Right psoas major",
        "Left psoas major",
        "Target",
    ]
    assert kept[1].at_lps == at


@given(st.lists(st.tuples(st.floats(0, 480), st.floats(0, 520)), min_size=1, max_size=9))
def test_that_no_label_stands_on_the_letters_at_the_edges(anchors: list[tuple[float, float]]) -> None:
    crowd = [labels.Wish(str(k), at, (138.0, 20.0)) for k, at in enumerate(anchors)]
    for spot in labels.place(crowd, 487.0, 525.0, (12.0, 46.0, 12.0, 84.0), (248.0, 276.0)):
        _, y, _, tall = spot.box_px
        assert y + tall <= 248.0 or y >= 276.0
        assert y >= 46.0 and y + tall <= 525.0 - 84.0 + 1e-6
