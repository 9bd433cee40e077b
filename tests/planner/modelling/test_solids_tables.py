"""The readers of the measurement tables refuse what cannot be anatomy, naming file and row."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

from planner.modelling.tables import TableFault, Tables

MEASUREMENTS = Path(str(files("assets") / "measurements"))
NEEDED = (
    "landmarks.csv",
    "structures.csv",
    "joins.csv",
    "surfaces/vertebra_l4.csv",
    "surfaces/kidney_right.csv",
    "centrelines/ureter_left.csv",
    "sections/external_oblique_left.csv",
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in NEEDED:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(MEASUREMENTS / name, tmp_path / name)
    return tmp_path


def _edit(path: Path, row: int, column: str, value: str) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    cells = lines[row - 1].split(",")
    cells[lines[0].split(",").index(column)] = value
    lines[row - 1] = ",".join(cells)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def test_that_every_table_of_the_project_is_read() -> None:
    tables = Tables.load(MEASUREMENTS)
    readers: dict[str, Callable[[str], object]] = {
        "surface": tables.surface,
        "tube": tables.centreline,
        "outline": tables.outline,
        "sheet": tables.sheet,
    }
    for row in tables.structures.values():
        assert readers[row.kind](row.id) is not None
    assert len(tables.structures) > 100


def test_that_no_table_lies_unused_in_the_folder() -> None:
    listed = {row.table for row in Tables.load(MEASUREMENTS).structures.values()}
    found = {str(path.relative_to(MEASUREMENTS)) for path in MEASUREMENTS.glob("*/*.csv")}
    assert found - listed == {"sections/psoas_major_left.csv"}  # measured both ways
    assert listed <= found


def test_that_landmarks_are_points_by_name() -> None:
    landmarks = Tables.load(MEASUREMENTS).landmarks
    assert landmarks["asis_left"] == pytest.approx([129.4, -60.2, 83.6], abs=0.1)
    assert landmarks["femoral_head_centre_left"][0] == pytest.approx(86.9, abs=0.1)
    with pytest.raises(TableFault, match="no landmark 'asis_lft'"):
        landmarks["asis_lft"]


def test_that_a_mirrored_table_is_completed_with_its_other_half() -> None:
    tables = Tables.load(MEASUREMENTS)
    half, _, symmetry = tables.surface("vertebra_l4")
    whole = tables.whole_surface("vertebra_l4").points
    assert symmetry == "mirror_x"
    assert half[:, 0].min() > -0.1
    assert whole[:, 0].min() == pytest.approx(-whole[:, 0].max())


@pytest.mark.parametrize(
    ("name", "row", "column", "value", "said"),
    [
        ("surfaces/vertebra_l4.csv", 5, "x", "nan", r"vertebra_l4\.csv, row 5: x is 'nan'"),
        ("surfaces/vertebra_l4.csv", 7, "y", "abc", r"row 7: y is not a number \('abc'\)"),
        ("surfaces/vertebra_l4.csv", 9, "z", "2600", "row 9: the point lies more than 2500 mm"),
        ("surfaces/vertebra_l4.csv", 4, "x", "-12", "row 4: .* right of the median plane"),
        ("surfaces/vertebra_l4.csv", 6, "nx", "3", "row 6: the normal is not of unit length"),
    ],
)
def test_that_a_faulty_cell_is_refused_with_file_and_row(
    folder: Path, name: str, row: int, column: str, value: str, said: str
) -> None:
    _edit(folder / name, row, column, value)
    with pytest.raises(TableFault, match=said):
        Tables.load(folder).surface("vertebra_l4")


def test_that_a_missing_column_is_refused(folder: Path) -> None:
    path = folder / "centrelines/ureter_left.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("radius_mm", "width"), encoding="utf-8")
    with pytest.raises(TableFault, match=r"ureter_left\.csv, row 1: the column 'radius_mm' is missing"):
        Tables.load(folder).centreline("ureter_left")


def test_that_a_structure_on_the_wrong_side_is_refused(folder: Path) -> None:
    path = folder / "surfaces/kidney_right.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    turned = [lines[0], *(line.lstrip("-") for line in lines[1:])]
    path.write_text("\n".join(turned) + "\n", encoding="utf-8")
    with pytest.raises(TableFault, match="kidney_right lies on the wrong side"):
        Tables.load(folder).surface("kidney_right")


def test_that_a_landmark_on_the_wrong_side_is_refused(folder: Path) -> None:
    path = folder / "landmarks.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    row = next(k for k, line in enumerate(lines) if line.startswith("asis_left,")) + 1
    path.write_text("\n".join(lines).replace(",129.40,", ",-129.40,", 1) + "\n", encoding="utf-8")
    with pytest.raises(TableFault, match=rf"landmarks\.csv, row {row}: asis_left lies on the wrong side"):
        Tables.load(folder)


def test_that_a_radius_of_zero_is_refused(folder: Path) -> None:
    _edit(folder / "centrelines/ureter_left.csv", 8, "radius_mm", "0")
    with pytest.raises(TableFault, match=r"row 8: radius_mm is 0, outside 0\.\.40 mm"):
        Tables.load(folder).centreline("ureter_left")


def test_that_a_section_table_with_a_gap_is_refused(folder: Path) -> None:
    path = folder / "sections/external_oblique_left.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join(lines[:40] + lines[41:]) + "\n", encoding="utf-8")
    with pytest.raises(TableFault, match="stations and points do not follow one another"):
        Tables.load(folder).sheet("external_oblique_left")


def test_that_a_missing_or_short_table_is_named(folder: Path) -> None:
    tables = Tables.load(folder)
    (folder / "surfaces/vertebra_l4.csv").unlink()
    with pytest.raises(TableFault, match=r"vertebra_l4\.csv: the table is missing"):
        tables.surface("vertebra_l4")
    (folder / "surfaces/kidney_right.csv").write_text("x,y,z,nx,ny,nz\n1,2\n", encoding="utf-8")
    with pytest.raises(TableFault, match="row 2: 2 cells where the head has 6"):
        tables.surface("kidney_right")


def test_that_the_digest_follows_the_bytes_of_a_table(folder: Path) -> None:
    before = Tables.load(folder).digest("surfaces/vertebra_l4.csv")
    assert Tables.load(folder).digest("surfaces/vertebra_l4.csv") == before
    _edit(folder / "surfaces/vertebra_l4.csv", 5, "x", "11.11")
    assert Tables.load(folder).digest("surfaces/vertebra_l4.csv") != before


def test_that_joins_name_vessels_that_exist() -> None:
    tables = Tables.load(MEASUREMENTS)
    assert tables.joins["artery_renal_left"].parent == "aorta_abdominal"
    for join in tables.joins.values():
        assert not join.parent or join.parent in tables.structures
    points, radius = tables.centreline("artery_femoral_left")
    assert len(points) == len(radius)
    assert np.isfinite(radius).all()
