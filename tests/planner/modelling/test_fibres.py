"""Fibres, tendons and reduced meshes: their laws on small synthetic bodies, and what their tables refuse."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from planner.atlas.meshes import Mesh, read_glb
from planner.modelling import fibres, iliotibial, proxies, shading, tendons, tube
from planner.modelling.glb import glb_bytes
from planner.modelling.tables import TableFault


def _cylinder(ident: str = "rod_left", length: float = 100.0, radius: float = 10.0) -> Mesh:
    course = np.stack([np.full(40, 50.0), np.zeros(40), np.linspace(0.0, length, 40)], 1)
    vertices, triangles = tube.sweep(course, np.full(40, radius), 24, 4.0)
    return shading.mesh(ident, "muscles", vertices, triangles)


def test_that_fibres_of_a_rod_run_along_it() -> None:
    rod = fibres.with_fibres(_cylinder(), {"rod_left": fibres.Fibres(superficial=np.array([0.0, -1.0, 0.0]))})
    assert rod.fibre is not None
    points, across = rod.points_lps, rod.fibre[:, 0]
    middle = np.abs(points[:, 2] - 50.0) < 35.0
    for x in np.unique(points[middle, 0].round(2)):
        strand = middle & (points[:, 0].round(2) == x) & (points[:, 1] <= 1e-3)
        assert np.ptp(across[strand]) < 1.0
    # Half the girth, in mm, from one edge over the superficial face to the other.
    front = middle & (points[:, 1] < 1e-3)
    assert np.ptp(across[front]) == pytest.approx(np.pi * 10.0, rel=0.15)


def test_that_left_and_right_have_the_same_fibres() -> None:
    left = _cylinder()
    right = shading.mirrored(left, "rod_right")
    rules = {"rod_left": fibres.Fibres(tendon_mm=(10.0, 0.0))}
    assert np.array_equal(
        np.asarray(fibres.with_fibres(left, rules).fibre), np.asarray(fibres.with_fibres(right, rules).fibre)
    )


def test_that_a_tendon_ends_where_the_belly_begins() -> None:
    rod = fibres.with_fibres(_cylinder(), {"rod_left": fibres.Fibres(tendon_mm=(20.0, 0.0))})
    assert rod.fibre is not None
    share, height = rod.fibre[:, 1], rod.points_lps[:, 2]
    # The long axis runs downwards: the origin is the upper end.
    assert (share[height > 95.0] > 0.95).all()
    assert (share[height < 60.0] == 0.0).all()


def test_that_fibres_survive_the_file(tmp_path: Path) -> None:
    rod = fibres.with_fibres(_cylinder(), {})
    path = tmp_path / "muscles.glb"
    path.write_bytes(glb_bytes([rod, _cylinder("bone_left")]))
    found = read_glb(path)
    assert np.array_equal(np.asarray(found["rod_left"].fibre), np.asarray(rod.fibre))
    assert found["bone_left"].fibre is None


def test_that_a_band_is_as_wide_and_thick_as_its_table_says() -> None:
    path = np.array([[50.0, 0.0, 0.0, 20.0, 4.0], [50.0, 0.0, 60.0, 20.0, 4.0]])
    band = tendons.band(path, np.array([0.0, -1.0, 0.0]))
    at = np.array([[60.0, 0.0, 30.0], [50.0, 2.0, 30.0], [50.0, 0.0, 30.0], [50.0, 5.0, 30.0]])
    assert band.distance_mm(at) == pytest.approx([0.0, 0.0, -2.0, 3.0], abs=0.05)


@pytest.mark.parametrize(
    ("table", "text", "fault"),
    [
        (fibres, '[[muscle]]\nid = "a_left"\nreach_mm = [1.0]', "a_left: reach_mm needs 2 numbers"),
        (fibres, '[[muscle]]\nid = "a_left"\norigin = ["nowhere"]', "no landmark 'nowhere'"),
        (fibres, '[[muscle]]\nid = "a_left"\ncolour = 1', "a_left: there is no field colour"),
        (tendons, '[[tendon]]\nof = "a_left"\nface = [0, 1, 0]', "a_left: path is missing"),
        (
            tendons,
            '[[tendon]]\nof = "a_left"\nface = [0, 1, 0]\npath = [[1, 2, 3, 4]]',
            "a_left: path needs at least two points of five numbers",
        ),
        (
            tendons,
            '[[tendon]]\nof = "a_left"\nface = [0, 1, 0]\npath = [[-9, 2, 3, 4, 1], [-9, 2, 9, 4, 1]]',
            "a_left: the path must lie on the left",
        ),
    ],
)
def test_that_a_faulty_table_is_refused_by_name(tmp_path: Path, table: object, text: str, fault: str) -> None:
    source = Path(__file__).parents[3] / "assets" / "measurements"
    for name in ("landmarks.csv", "structures.csv", "joins.csv"):
        (tmp_path / name).write_bytes((source / name).read_bytes())
    (tmp_path / "tendons.toml").write_text("format = 1\n", encoding="utf-8")
    name = "fibres.toml" if table is fibres else "tendons.toml"
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(TableFault, match=fault):
        table.load(tmp_path)  # type: ignore[attr-defined]


def test_that_a_taut_surface_bridges_hollows_and_dips_nowhere() -> None:
    hollow = np.full((40, 9), 50.0)
    hollow[15:20] = 40.0
    drawn = iliotibial.taut(hollow)
    assert (drawn >= hollow).all()
    assert drawn[17, 4] > 44.0


def test_that_pieces_of_a_nerve_are_reduced_one_by_one() -> None:
    one, other = _cylinder(), _cylinder(radius=4.0)
    points = np.vstack([one.points_lps, other.points_lps + np.float32([40.0, 0.0, 0.0])])
    triangles = np.vstack([one.triangles, other.triangles + np.uint32(len(one.points_lps))])
    both = shading.mesh("two_left", "nerves", points.astype(float), triangles.astype(np.int64))
    small = proxies.proxy(both, 200)
    assert shading.is_closed(small.triangles.astype(np.int64))
    assert len(small.triangles) < 0.5 * len(both.triangles)
    assert np.abs(np.ptp(small.points_lps, axis=0) - np.ptp(points, axis=0)).max() < 3.0


def test_that_a_reduced_meshs_target_does_not_depend_on_the_others() -> None:
    full = [_cylinder(f"rod_{k}_left") for k in range(3)]
    level = next(proxies.levels(full, proxies.SETS[0]))
    assert next(proxies.levels([*full, _cylinder("rod_4_left")], proxies.SETS[0])) == level
