"""The pictures of the page: charts that a grey print tells apart, signs, and the 3D pathway."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from planner.atlas.handbook import Handbook
from planner.atlas.model import Atlas
from planner.session.resolve import resolve
from planner.session.state import RegionMark, State
from tests.ui.pages import SOME
from ui.page.figures import Charts
from ui.page.making import make
from ui.page.pictures import Pictures, paper_scene, paper_state, swatch
from ui.page.scene import LentDrawing, Shot, shot_of
from ui.page.setting import pt


def test_that_covered_uncovered_and_numb_differ_in_grey(qapp: object) -> None:
    looks = {}
    for kind in ("covered", "uncovered", "numb", "deep"):
        image = QImage(200, 120, QImage.Format.Format_Grayscale8)
        image.fill(255)
        with QPainter(image) as painter:
            painter.scale(0.5, 0.5)
            swatch(painter, kind, QRectF(20.0, 20.0, 360.0, 200.0))
        middle = [image.pixelColor(x, 60).lightness() for x in range(30, 170)]
        looks[kind] = (sum(middle) / len(middle), max(middle) - min(middle))
    assert looks["uncovered"][1] == 0  # a plain fill; the others are patterns
    assert all(looks[kind][1] > 60 for kind in ("covered", "numb"))
    assert looks["numb"][0] - looks["covered"][0] > 25 and looks["numb"][0] - looks["uncovered"][0] > 25


# -- signs --------------------------------------------------------------------------------------------

BURNING = RegionMark("thigh_ant_mid", "left", 7.0, ("burning", "numb"))


def dark(image: QImage) -> int:
    """Pixels as dark as a sign on a grey print."""
    grey = image.convertToFormat(QImage.Format.Format_Grayscale8)
    return int((np.frombuffer(grey.constBits(), np.uint8) < 50).sum())


def test_that_the_signs_of_marks_stand_on_the_charts_and_in_the_legend_even_in_grey(
    qapp: object, atlas: Atlas, handbook: Handbook
) -> None:
    plain = make(atlas, handbook, State(marks=(RegionMark("thigh_ant_mid", "left", 7.0),))).pictures
    told = make(atlas, handbook, State(marks=(BURNING,))).pictures
    known = atlas.content.qualities
    assert plain.feels == ()
    assert told.feels == (("Burning", known["burning"].symbol), ("Numb", known["numb"].symbol))
    assert dark(told.charts[0]) > dark(plain.charts[0]) + 1000
    assert dark(told.charts[1]) == dark(plain.charts[1]), "the back of the body is not marked"


def test_that_a_quality_that_was_painted_over_is_not_in_the_legend(
    qapp: object, atlas: Atlas, handbook: Handbook
) -> None:
    aching = RegionMark("thigh_ant_mid", "left", 5.0, ("aching",))
    made = make(atlas, handbook, State(marks=(BURNING, aching)))
    assert [word for word, _ in made.pictures.feels] == ["Aching"]


def test_that_the_legend_of_signs_breaks_its_rows_within_the_column(qapp: object, blank: Pictures) -> None:
    few = Charts(replace(blank, feels=blank.feels[:2]), True, pt(206.0), pt(200.0))
    all_of_them = Charts(blank, True, pt(206.0), pt(200.0))
    assert all_of_them.height > few.height
    told = all_of_them.texts()
    assert all(word in told for word, _ in blank.feels)
    ends = [along + line.widest for _, along, _, line in all_of_them._signs]
    assert max(ends) < pt(206.0) and len({row for row, *_ in all_of_them._signs}) > 2


# -- the 3D picture -----------------------------------------------------------------------------------


def test_that_the_pathway_is_shown_without_distances_around_its_target(atlas: Atlas) -> None:
    state = State(
        marks=SOME, block="femoral", selected=("femur_left",), ruler=((0.0, 0.0, 0.0), (9.0, 0.0, 0.0))
    )
    picture = resolve(atlas, paper_state(state))
    scene = paper_scene(atlas, picture)
    assert scene.lines == () and {label.kind for label in scene.labels} <= {"nerve", "target"}
    assert len(scene.focus_lps) == 8 and picture.state.selected == () and picture.state.ruler == ()
    heights = [point[2] for point in scene.focus_lps]
    assert scene.target_lps is not None and min(heights) <= scene.target_lps[2] <= max(heights)
    assert max(heights) - min(heights) <= 460.0


def test_that_a_map_or_a_warning_has_no_pathway(atlas: Atlas) -> None:
    assert shot_of(atlas, resolve(atlas, paper_state(State(marks=SOME)))) is None
    warned = State(marks=SOME, block="femoral", flags=("foot_drop",))
    assert shot_of(atlas, resolve(atlas, paper_state(warned))) is None


def test_that_the_charts_of_a_warning_show_no_numbness(atlas: Atlas, handbook: Handbook) -> None:
    made = make(atlas, handbook, State(marks=SOME, block="femoral", flags=("foot_drop",)))
    assert not made.pictures.numb and not made.pictures.covered and made.pictures.uncovered


class NoStage:
    """A 3D widget whose stage is not to be had."""

    def __init__(self) -> None:
        self.returned = 0

    def lend(self) -> None:
        return None

    def take_back(self) -> None:
        self.returned += 1


def test_that_a_stage_that_cannot_be_had_leaves_the_page_without_its_picture(
    qtbot: QtBot, atlas: Atlas
) -> None:
    shot = shot_of(atlas, resolve(atlas, paper_state(State(marks=SOME, block="femoral"))))
    assert isinstance(shot, Shot)
    parent = QWidget()
    qtbot.addWidget(parent)
    lender = NoStage()
    with qtbot.waitSignal(LentDrawing(lender, shot, parent).finished, timeout=2000) as found:
        pass
    assert found.args == [None] and lender.returned == 0
