"""Mesh files are read back as written, and a damaged one names itself."""

import hashlib
from pathlib import Path

import numpy as np
import pytest
import trimesh

from planner.atlas.meshes import Mesh, MeshFault, load_meshes, read_glb
from planner.files import write_atomically
from planner.modelling.glb import glb_bytes


def ball(identifier: str, radius_mm: float = 10.0) -> Mesh:
    sphere = trimesh.creation.icosphere(subdivisions=2, radius=radius_mm)
    return Mesh(
        identifier,
        "bones",
        sphere.vertices.astype(np.float32),
        sphere.vertex_normals.astype(np.float32),
        sphere.faces.astype(np.uint32),
    )


def folder_with(path: Path, data: bytes, sha256: str | None = None) -> Path:
    (path / "bones.glb").write_bytes(data)
    digest = sha256 or hashlib.sha256(data).hexdigest()
    (path / "manifest.toml").write_text(
        f'format = 1\n[[file]]\nname = "bones.glb"\nrole = "full"\nsystem = "bones"\nsha256 = "{digest}"\n'
    )
    return path


def test_that_a_written_mesh_is_read_back_unchanged(tmp_path: Path) -> None:
    first, second = ball("vertebra_l4"), ball("femur_left", 20.0)
    folder_with(tmp_path, glb_bytes([first, second]))
    meshes = load_meshes(tmp_path).full
    assert list(meshes) == ["vertebra_l4", "femur_left"]
    for mesh in (first, second):
        again = meshes[mesh.id]
        assert np.array_equal(again.points_lps, mesh.points_lps)
        assert np.array_equal(again.normals, mesh.normals)
        assert np.array_equal(again.triangles, mesh.triangles)
        assert again.system == "bones"


def test_that_another_program_sees_the_model_upright_and_in_metres(tmp_path: Path) -> None:
    tall = ball("femur_left")
    points = tall.points_lps * np.array([1, 1, 10], np.float32)
    write_atomically(
        tmp_path / "a.glb", glb_bytes([Mesh("femur_left", "bones", points, tall.normals, tall.triangles)])
    )
    scene = trimesh.load(tmp_path / "a.glb")
    assert scene.extents == pytest.approx([0.02, 0.2, 0.02], rel=0.05)


def test_that_vertex_areas_sum_to_the_surface() -> None:
    mesh = ball("x")
    assert mesh.vertex_areas_mm2().sum() == pytest.approx(mesh.triangle_areas_mm2().sum(), rel=1e-5)
    assert mesh.triangle_areas_mm2().sum() == pytest.approx(4 * np.pi * 100, rel=0.05)


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda data: data[: len(data) // 2], "truncated or was edited"),
        (lambda data: data[:-8] + b"\1" * 8, "differ from manifest"),
        (lambda data: b"", "differ from manifest"),
    ],
)
def test_that_a_damaged_file_is_named_by_its_checksum(tmp_path: Path, damage, words: str) -> None:
    data = glb_bytes([ball("vertebra_l4")])
    folder_with(tmp_path, damage(data), hashlib.sha256(data).hexdigest())
    with pytest.raises(MeshFault, match=r"bones\.glb") as fault:
        load_meshes(tmp_path)
    assert words in str(fault.value)


@pytest.mark.parametrize(
    "data",
    [b"", b"solid not a glb" * 10, glb_bytes([ball("a")])[:300], glb_bytes([ball("a")]) + b"more"],
    ids=["empty", "foreign", "cut", "padded"],
)
def test_that_bytes_that_are_no_glb_are_refused_with_a_sentence(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "bones.glb").write_bytes(data)
    with pytest.raises(MeshFault, match=r"^bones\.glb: "):
        read_glb(tmp_path / "bones.glb")


def test_that_a_vertex_that_is_no_number_is_refused(tmp_path: Path) -> None:
    mesh = ball("vertebra_l4")
    vertex = mesh.points_lps[3].tobytes()
    (tmp_path / "bones.glb").write_bytes(
        glb_bytes([mesh]).replace(vertex, np.float32([0, np.nan, 0]).tobytes())
    )
    with pytest.raises(MeshFault, match="vertebra_l4"):
        read_glb(tmp_path / "bones.glb")


def test_that_missing_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(MeshFault, match=r"manifest\.toml: the file is missing"):
        load_meshes(tmp_path)
    folder_with(tmp_path, glb_bytes([ball("a")]))
    (tmp_path / "bones.glb").unlink()
    with pytest.raises(MeshFault, match=r"bones\.glb: the file is missing"):
        load_meshes(tmp_path)


def test_that_a_failed_write_leaves_the_old_file_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "bones.glb"
    target.write_bytes(b"old")

    def refuse(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("os.replace", refuse)
    with pytest.raises(OSError, match="disk full"):
        write_atomically(target, b"new")
    assert target.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["bones.glb"]


def test_that_the_same_meshes_give_the_same_bytes() -> None:
    assert glb_bytes([ball("a"), ball("b")]) == glb_bytes([ball("a"), ball("b")])
