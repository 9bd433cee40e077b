"""The hand-written tables refuse what cannot be anatomy, naming file, entry and row."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import pytest

from planner.modelling import (
    authored,
    bone_edits,
    branch_courses,
    colon,
    courses,
    envelope,
    fibres,
    iliotibial,
    joints,
    skin_forms,
    spaces,
    straps,
    tendons,
)
from planner.modelling.build import Settings, build_all
from planner.modelling.tables import TableFault, Tables

MEASUREMENTS = Path(str(files("assets") / "measurements"))
TABLES = sorted(
    str(path.relative_to(MEASUREMENTS))
    for path in [*MEASUREMENTS.glob("*.toml"), *MEASUREMENTS.glob("courses/*.toml")]
)
_NUMBER = re.compile(r"(?<=\[)\s*-?\d+\.?\d*(?=,)")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    found = tmp_path / "measurements"
    shutil.copytree(MEASUREMENTS, found, ignore=shutil.ignore_patterns("surfaces", "sections", "centrelines"))
    return found


def _edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{path.name} no longer holds {old!r}"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def _first_number(path: Path) -> str:
    """The first number of a row, with the text around it so that it is met once."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return next(line for line in lines if not line.startswith("#") and _NUMBER.search(line))


def test_that_every_table_of_the_project_passes() -> None:
    authored.check(MEASUREMENTS)
    assert len(TABLES) >= 20


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize(
    ("value", "said"),
    [("nan", "nan is not a number"), ("2600.0", "2600 lies more than 2500 mm"), ("-inf", "is not a number")],
)
def test_that_a_number_that_is_no_place_is_refused_with_its_file(
    folder: Path, table: str, value: str, said: str
) -> None:
    line = _first_number(folder / table)
    _edit(folder / table, line, _NUMBER.sub(value, line, count=1))
    with pytest.raises(TableFault, match=said) as fault:
        authored.check(folder)
    assert table in str(fault.value)


def test_that_the_fault_names_entry_and_row(folder: Path) -> None:
    _edit(folder / "bone_edits.toml", "[18.0, 10.0, 241.5,", "[18.0, nan, 241.5,")
    with pytest.raises(TableFault) as fault:
        authored.check(folder)
    said = "bone_edits.toml, tube l1_pedicle_lateral_wall: path, row 2: nan is not a number"
    assert str(fault.value) == said


@pytest.mark.parametrize(
    ("table", "old", "new", "said"),
    [
        (
            "bone_edits.toml",
            "[18.0, 4.0, 243.0,",
            "[-18.0, 4.0, 243.0,",
            "row 1: x -18 lies on the wrong side",
        ),
        ("fasciae.toml", "[36.5, 18.5, 240.0]", "[-36.5, 18.5, 240.0]", "x -36.5 lies on the wrong side"),
        ("colon.toml", "course = [\n  [-", "course = [\n  [", "lies on the wrong side"),
        (
            "joints.toml",
            '["sacroiliac_joint_centre_left", 0.0',
            '["sacroiliac_joint_centre_right", 0.0',
            "'sacroiliac_joint_centre_right' is on the wrong side",
        ),
        (
            "spaces.toml",
            'centreline = "artery_femoral_left"',
            'centreline = "artery_femoral_right"',
            "'artery_femoral_right' is on the wrong side",
        ),
        (
            "courses/5_thigh.toml",
            'muscle = "adductor_brevis_left"',
            'muscle = "adductor_brevis_right"',
            "'adductor_brevis_right' is on the wrong side",
        ),
    ],
)
def test_that_the_wrong_side_is_refused(folder: Path, table: str, old: str, new: str, said: str) -> None:
    _edit(folder / table, old, new)
    with pytest.raises(TableFault, match=said) as fault:
        authored.check(folder)
    assert table in str(fault.value)


def _joints(folder: Path) -> object:
    marks = Tables.load(MEASUREMENTS).landmarks
    return [joints._solid(entry, marks) for entry in joints.entries(folder)]


READERS: dict[str, Callable[[Path], object]] = {
    "bone_edits.toml": lambda folder: bone_edits.edits_of(folder, "vertebra_l1"),
    "joints.toml": _joints,
    "abdominal_wall.toml": envelope.read,
    "fasciae.toml": straps.read,
    "tendons.toml": tendons.load,
    "fibres.toml": fibres.load,
    "iliotibial_tract.toml": iliotibial.outline,
    "colon.toml": lambda folder: colon._entry(folder, "colon_ascending"),
    "spaces.toml": spaces.load_spaces,
    "skin_forms.toml": lambda folder: skin_forms.read_forms(folder / "skin_forms.toml"),
    "vessels_authored.toml": branch_courses.load_branches,
    "courses/5_thigh.toml": lambda folder: courses.load_courses(folder / "courses"),
    "courses_targets.toml": lambda folder: courses.load_targets(folder / "courses_targets.toml"),
}


@pytest.mark.parametrize(
    ("table", "old", "new", "said"),
    [
        (
            "bone_edits.toml",
            "[18.0, 10.0, 241.5, 6.0, 2.0]",
            "[18.0, 10.0, 241.5, 6.0]",
            "path needs rows of 5",
        ),
        ("bone_edits.toml", "by = [2.0, 0.0, 0.0]", "to = [2.0, 0.0, 0.0]", "by is missing"),
        ("joints.toml", ", 0.0, 0.0, 4.5, 8.0, 7.5]", ", 0.0, 0.0, 4.5, 8.0]", "a row of a path is"),
        ("joints.toml", "into_mm = 0.8", "in_mm = 0.8", "there is no 'in_mm' here"),
        (
            "abdominal_wall.toml",
            "[9.0, -58.0, -5.5, 70.0]",
            "[9.0, -58.0, -5.5]",
            "border: rows differ in length",
        ),
        ("abdominal_wall.toml", "medial = [[0.0, -50.0]", "inner = [[0.0, -50.0]", "'medial' is missing"),
        ("fasciae.toml", "[36.5, 18.5, 240.0]", "[36.5, 18.5]", "lateral_arcuate_ligament_left: rows differ"),
        ("fasciae.toml", "width_mm = 13.0", "wide_mm = 13.0", "'width_mm' is missing"),
        ("tendons.toml", "face =", "front =", "face is missing"),
        ("iliotibial_tract.toml", "\nsag_mm", "\nhang_mm", "'sag_mm'"),
        ("colon.toml", "\nhaustrum_mm", "\npouch_mm", "pouch_mm"),
        ("spaces.toml", "half_mm = [10, 12]", "half_mm = [10]", "length 2"),
        ("vessels_authored.toml", "radius_mm =", "wide_mm =", "wide_mm"),
        ("courses/5_thigh.toml", "radius_mm =", "wide_mm =", "wide_mm"),
        ("courses_targets.toml", "landmark =", "mark =", "mark"),
    ],
)
def test_that_a_missing_column_is_refused(folder: Path, table: str, old: str, new: str, said: str) -> None:
    _edit(folder / table, old, new)
    with pytest.raises((TableFault, courses.CourseFault), match=said) as fault:
        READERS[table](folder)
    assert Path(table).name in str(fault.value)


@pytest.mark.parametrize("table", sorted(READERS))
def test_that_a_table_that_is_no_toml_is_named(folder: Path, table: str) -> None:
    (folder / table).write_text("format = = 1\n", encoding="utf-8")
    with pytest.raises((TableFault, courses.CourseFault)) as fault:
        READERS[table](folder)
    assert Path(table).name in str(fault.value)
    with pytest.raises(TableFault, match=re.escape(table)):
        authored.check(folder)


def test_that_a_build_begins_with_the_tables(folder: Path, tmp_path: Path) -> None:
    _edit(folder / "colon.toml", "fold_depth = ", "fold_depth = nan # ")
    with pytest.raises(TableFault, match=r"colon\.toml, bowel \w+: fold_depth: nan is not a number"):
        build_all(Settings(folder, tmp_path / "out", None, 1), lambda structure, note="": None)
    assert not (tmp_path / "out").exists()
