"""The measures behind `check --model`, on bodies whose figures are known."""

from __future__ import annotations

from types import SimpleNamespace

import msgspec
import numpy as np
import pytest
import trimesh

from planner.anatomy.body import Body, Unmeasurable
from planner.anatomy.measures import measured
from planner.anatomy.topology import is_closed, is_outward, self_crossings, unpaired
from planner.atlas.meshes import Mesh
from planner.atlas.statements import AnyStatement, Place, decoded

HEAD = """\
format = 1
[[statement]]
id = "one"
group = "g"
text = "t"
published = "p"
low = 0.0
high = 10.0
sources = ["x"]
grade = "estimate"
"""


def mesh(ident: str, shape: trimesh.Trimesh, at: tuple[float, float, float] = (0.0, 0.0, 0.0)) -> Mesh:
    points = np.asarray(shape.vertices, np.float32) + np.array(at, np.float32)
    normals = np.asarray(shape.vertex_normals, np.float32)
    return Mesh(ident, "muscles", points, normals, np.asarray(shape.faces, np.uint32))


def body(*meshes: Mesh, **landmarks: tuple[float, float, float]) -> Body:
    atlas = SimpleNamespace(meshes=SimpleNamespace(full={m.id: m for m in meshes}), points_lps={})
    return Body(atlas, {name: np.array(at) for name, at in landmarks.items()})  # type: ignore[arg-type]


def statement(text: str) -> AnyStatement:
    return decoded((HEAD + text).encode())[0]


def values(on: Body, text: str) -> list[float | None]:
    return [row.value for row in measured(on, statement(text))]


BOX = trimesh.creation.box(extents=(10.0, 20.0, 30.0))
ROD = trimesh.creation.cylinder(radius=2.0, height=80.0, sections=64)


def test_that_distances_run_outwards_on_both_sides() -> None:
    on = body(asis_left=(60.0, 1.0, 2.0), asis_right=(-61.0, 1.0, 2.0), navel=(0.0, 0.0, 0.0))
    text = (
        'measure = "distance"\nstart = { landmark = "navel" }\nend = { landmark = "asis" }\nalong = "lateral"'
    )
    assert values(on, text) == [60.0, 61.0]


def test_that_areas_extents_and_shares_are_those_of_the_box() -> None:
    on = body(mesh("box_left", BOX, (20.0, 0.0, 0.0)), mesh("box_right", BOX, (-20.0, 0.0, 0.0)))
    assert values(on, 'measure = "area"\nstructure = "box"\nat = 3.0') == pytest.approx([2.0, 2.0])
    assert values(on, 'measure = "extent"\nstructure = "box"\nalong = "posterior"') == [20.0, 20.0]
    share = (
        'measure = "share"\nplace = { most = "box", towards = "medial" }\nalong = "lateral"\n'
        'start = { most = "box", towards = "medial", plus_mm = [-15.0, 0.0, 0.0] }\n'
        'end = { most = "box", towards = "lateral" }'
    )
    assert values(on, share) == pytest.approx([0.6, 0.6])


def test_that_a_tube_is_followed_to_where_it_leaves_a_muscle() -> None:
    on = body(mesh("rod_left", ROD, (20.0, 0.0, 0.0)), mesh("box_left", BOX, (20.0, 0.0, 10.0)))
    place = Place(axis="rod", at=39.0, leaves="box")
    assert on.place(place, "left")[2] == pytest.approx(-5.0, abs=1.0)
    depth = 'sides = "left"\nmeasure = "depth"\nstructure = "box"\nplace = { axis = "rod", at = 10.0 }'
    assert values(on, depth) == pytest.approx([0.5])
    with pytest.raises(Unmeasurable, match="does not reach"):
        on.place(Place(axis="rod", at=99.0), "left")


def test_that_depths_gaps_and_rays_are_exact() -> None:
    on = body(
        mesh("a_left", BOX, (20.0, 0.0, 0.0)), mesh("b_left", BOX, (28.0, 0.0, 0.0)), mid=(20.0, 0.0, 0.0)
    )
    deep = 'sides = "midline"\nmeasure = "deepest"\nof = ["b_*"]\nwithin = ["a_*"]'
    # Corners of b lie on the level of a's faces; its vertices are not inside a by more than rounding.
    assert values(on, deep) == pytest.approx([0.0], abs=1e-4)
    gap = 'sides = "left"\nmeasure = "gap"\nstructure = "b"\nplace = { landmark = "mid" }'
    assert values(on, gap) == pytest.approx([3.0])
    ray = (
        'sides = "left"\nmeasure = "ray"\nstructure = "a"\nplace = { landmark = "mid" }\n'
        'towards = "lateral"\nboth = true'
    )
    assert values(on, ray) == pytest.approx([10.0])


def test_that_what_cannot_be_measured_says_why_and_does_not_hold() -> None:
    (row,) = measured(body(), statement('sides = "left"\nmeasure = "area"\nstructure = "psoas"\nat = 1.0'))
    assert row.value is None
    assert not row.ok
    assert "psoas" in row.where


def test_that_an_unknown_field_or_measure_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError, match="measur"):
        statement('measure = "weight"')
    with pytest.raises(msgspec.ValidationError, match="unknown field"):
        statement('measure = "asymmetry"\nof = ["x"]\nfrm = 1')


def test_that_open_inward_and_single_surfaces_are_found() -> None:
    whole = mesh("box_left", BOX)
    hole = Mesh("h", "muscles", whole.points_lps, whole.normals, whole.triangles[1:])
    turned = Mesh("t", "muscles", whole.points_lps, whole.normals, whole.triangles[:, ::-1])
    assert is_closed(whole)
    assert not is_closed(hole)
    assert is_outward(whole)
    assert not is_outward(turned)
    assert unpaired(["a_left", "a_right", "b_left", "c"]) == ["b_left"]


def test_that_a_surface_folded_through_itself_is_counted() -> None:
    ball = trimesh.creation.icosphere(subdivisions=3, radius=10.0)
    assert self_crossings(mesh("ball", ball)) == 0
    points = np.asarray(ball.vertices).copy()
    top = points[:, 2] > 8.0
    points[top] -= (0.31, 0.17, 25.0)  # the cap is pushed out through the other side
    folded = trimesh.Trimesh(points, ball.faces, process=False)
    assert self_crossings(mesh("ball", folded)) > 10
