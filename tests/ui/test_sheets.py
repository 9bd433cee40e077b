"""Contact sheets: a plan is read or refused with a sentence, and the program draws what it says."""

from __future__ import annotations

from pathlib import Path

import pytest

from planner.atlas.model import Atlas
from ui.sheets.__main__ import PLAN, main
from ui.sheets.draw import draw_sheet, packed, scene_of
from ui.sheets.plan import PlanFault, Sheet, Shot, idle, last_said, meant, merged, read_plan

SHEET = '[[sheet]]\nfile = "one"\ntitle = "One"\nshow = ["vertebra_l*"]\n[[sheet.picture]]\ncaption = "A"\n'


def plan_of(folder: Path, text: str) -> Path:
    path = folder / "plan.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_that_the_bundled_plan_shows_every_system_from_several_sides() -> None:
    sheets = {sheet.file: sheet for sheet in read_plan(PLAN).sheet}
    for subject in ("bones", "muscles", "vessels", "nerves", "skin", "plexus", "facet"):
        assert len(sheets[f"sheet-{subject}"].picture) >= 3


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "sheet"),
        (SHEET + 'view = "sideways"\n', "sheet[0].picture[0].view"),
        (SHEET + "zoom = -1\n", "zoom"),
        (SHEET + "elevation_deg = 95\n", "elevation_deg"),
        (SHEET + "colour = 3\n", "colour"),
        (SHEET.replace('"one"', '"../one"'), "file"),
        (SHEET + SHEET, "stands twice"),
        (SHEET + "[sheet.opacity]\nskin = 2\n", "opacity"),
        ("[[sheet", "plan.toml"),
    ],
)
def test_that_a_faulty_plan_is_refused_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(PlanFault) as refused:
        read_plan(plan_of(tmp_path, text))
    assert "plan.toml" in str(refused.value)
    assert said in str(refused.value)


def test_that_a_picture_takes_from_its_sheet_what_it_does_not_say() -> None:
    shot = Shot("A", hide=("b",), opacity={"x": 0.5})
    sheet = Sheet("one", "One", (shot,), show=("a",), hide=("c",), opacity={"x": 0.2, "y": 0.3})
    whole = merged(sheet, shot)
    assert whole.show == ("a",)
    assert set(whole.hide) == {"b", "c"}
    assert whole.opacity == {"x": 0.5, "y": 0.3}


def test_that_patterns_mean_structures_systems_and_materials(atlas: Atlas) -> None:
    assert meant(atlas, ("vertebra_l4",)) == ("vertebra_l4",)
    assert set(meant(atlas, ("system:discs",))) == {
        name for name, mesh in atlas.meshes.full.items() if mesh.system == "discs"
    }
    assert "artery_femoral_left" in meant(atlas, ("material:artery",))
    assert last_said(atlas, {"vertebra_*": 0.2, "vertebra_l4": 0.9})["vertebra_l4"] == 0.9
    shot = Shot("A", show=("no_such_*",))
    assert "no_such_*" in idle(atlas, [Sheet("one", "One", (shot,))])[0]


def test_that_a_shot_shows_what_it_says_and_nothing_else(atlas: Atlas) -> None:
    shot = Shot(
        "A", show=("vertebra_*",), hide=("vertebra_t*",), lit=("vertebra_l4",), labels=("vertebra_l4",)
    )
    scene, _ = scene_of(atlas, Sheet("one", "One", (shot,), opacity={"vertebra_l1": 0.3}), shot)
    shown = {name for name, look in scene.appearances.items() if look.opacity > 0.0}
    assert shown == {f"vertebra_l{k}" for k in range(1, 6)}
    assert scene.appearances["vertebra_l1"].opacity == 0.3
    assert scene.appearances["vertebra_l4"].emphasis == "lit"
    assert [label.structure for label in scene.labels] == ["vertebra_l4"]


@pytest.mark.usefixtures("qapp")
def test_that_a_sheet_is_drawn_and_packed(atlas: Atlas) -> None:
    from ui.scene3d.stage import Stage

    shots = (Shot("A", view="anterior"), Shot("B", azimuth_deg=40.0, elevation_deg=20.0))
    sheet = Sheet("one", "One", shots, style="print", cell_px=(96, 120), show=("vertebra_l*",))
    stage = Stage()
    try:
        stage.set_atlas(atlas)
        image = draw_sheet(atlas, stage, sheet)
    finally:
        stage.close()
    assert image.width() > 2 * 96
    assert image.height() > 120
    data = packed(image)
    assert data[:4] == b"RIFF"
    assert len(packed(image, 900)) <= len(data)


def test_that_bad_arguments_are_refused_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--content", str(tmp_path), "--out", str(tmp_path), "--only", "sheet-bone"]) == 2
    error = capsys.readouterr().err
    assert "sheet-bones" in error
    assert error.count("\n") == 1
