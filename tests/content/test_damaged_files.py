"""A missing, truncated or edited file is refused in one line that names it; nothing is half opened."""

from __future__ import annotations

import io
import re
import struct
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from planner import cli

sys.path.insert(0, str(Path(__file__).parent))

from damage import ON_DISK, Damage, content_files, copy_of, edited_glb, place_of, put, sign

Tree = dict[str, Any]


@pytest.fixture
def refused(
    atlas_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., str]:
    """Damages a copy of the content and asserts that `explain` refuses it; gives the line."""
    monkeypatch.setattr("planner.atlas.cache.cache_folder", lambda: tmp_path / "cache")
    content = copy_of(atlas_folder, tmp_path / "content")

    def call(name: str, damage: Callable[[Path], object]) -> str:
        damage(content / name)
        code = cli.main(["explain", "--mark", "left:heel", "--content", str(content)])
        captured = capsys.readouterr()
        assert (code, captured.out, captured.err.count("\n")) == (2, "", 1), captured
        assert place_of(name) in captured.err
        return captured.err

    return call


@pytest.mark.parametrize("damage", ON_DISK, ids=lambda damage: damage.__name__)
@pytest.mark.parametrize("name", content_files())
def test_that_a_damaged_file_is_named(refused: Callable[..., str], name: str, damage: Damage) -> None:
    refused(name, damage)


TEXTS = ["nerves.toml", "territories.toml", "blocks/femoral.toml", "structures/bones.toml", "rules.toml"]


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("line", [b"unheard_of = 1", b'id = "twice"'], ids=["unknown_field", "duplicate_key"])
def test_that_an_entry_with_a_wrong_line_is_named(
    refused: Callable[..., str], name: str, line: bytes
) -> None:
    def insert(path: Path) -> None:
        data = path.read_bytes()
        at = data.index(b"\n", data.index(b"id = ")) + 1
        put(path, data[:at] + line + b"\n" + data[at:])

    text = refused(f"atlas/{name}", insert)
    assert re.search(rf"{name}:\d+", text)


def _position(tree: Tree) -> Tree:
    return tree["accessors"][tree["meshes"][0]["primitives"][0]["attributes"]["POSITION"]]


def _normal(tree: Tree) -> Tree:
    return tree["accessors"][tree["meshes"][0]["primitives"][0]["attributes"]["NORMAL"]]


def _indices(tree: Tree) -> Tree:
    return tree["accessors"][tree["meshes"][0]["primitives"][0]["indices"]]


def _not_a_number(tree: Tree, body: bytearray, accessor: Tree) -> None:
    struct.pack_into("<f", body, tree["bufferViews"][accessor["bufferView"]]["byteOffset"], float("nan"))


MESHES: dict[str, tuple[Callable[[Tree, bytearray], object], str]] = {
    "vertex_nan": (lambda t, b: _not_a_number(t, b, _position(t)), "not a number"),
    "normal_nan": (lambda t, b: _not_a_number(t, b, _normal(t)), "normals"),
    "fewer_vertices": (lambda t, b: _position(t).update(count=3), "vertices it does not have"),
    "too_many_vertices": (lambda t, b: _position(t).update(count=10**9), "not a readable"),
    "negative_count": (lambda t, b: _position(t).update(count=-1), "not a readable"),
    "fewer_normals": (lambda t, b: _normal(t).update(count=3), "normals"),
    "flat_vertices": (lambda t, b: _position(t).update(type="VEC2"), "another kind"),
    "no_triangles": (lambda t, b: _indices(t).update(count=0), "is empty"),
    "half_a_triangle": (lambda t, b: _indices(t).update(count=4), "not a readable"),
    "float_triangles": (lambda t, b: _indices(t).update(componentType=5126), "another kind"),
    "before_the_data": (lambda t, b: t["bufferViews"][0].update(byteOffset=-8), "not a readable"),
    "huge_offset": (lambda t, b: t["bufferViews"][0].update(byteOffset=10**30), "not a readable"),
    "stands_twice": (lambda t, b: t["nodes"].append(t["nodes"][1]), "twice"),
    "name_is_a_number": (lambda t, b: t["nodes"][1].update(name=5), "not a readable"),
    "extras_are_a_list": (lambda t, b: t["nodes"][1].update(extras=[]), "not a readable"),
    "no_nodes": (lambda t, b: t.update(nodes=[]), "no meshes"),
}


@pytest.mark.parametrize("kind", MESHES)
def test_that_a_badly_built_mesh_is_refused(refused: Callable[..., str], kind: str) -> None:
    edit, why = MESHES[kind]
    text = refused("meshes/discs.glb", lambda path: sign(path, edited_glb(path.read_bytes(), edit)))
    assert why in text


def test_that_a_mesh_file_of_endless_depth_is_refused(refused: Callable[..., str]) -> None:
    def nest(path: Path) -> None:
        data = path.read_bytes()
        length = struct.unpack_from("<I", data, 12)[0]
        sign(path, data[:20] + b"[" * length + data[20 + length :])

    refused("meshes/discs.glb", nest)


def _rearranged(a: np.ndarray) -> np.ndarray:
    return np.roll(a, 1)


FIELDS: dict[str, tuple[str, Callable[[np.ndarray], np.ndarray | None], str]] = {
    "missing": ("mirror", lambda a: None, "not readable"),
    "short": ("mirror", lambda a: a[:-1], "another skin"),
    "out_of_range": ("mirror", lambda a: a + len(a), "mirror"),
    "same_side": ("mirror", lambda a: np.arange(len(a), dtype=a.dtype), "mirror"),
    "no_way_back": ("mirror", _rearranged, "mirror"),
    "fractions": ("mirror", lambda a: a * 1.5, "another kind"),
    "one_number": ("mirror", lambda a: a[0], "another skin"),
    "left_for_right": ("side", lambda a: -a, "left for right"),
    "nan": ("region", lambda a: np.full(a.shape, np.nan), "another kind"),
    "one_row": ("region", lambda a: a[0], "another skin"),
    "rows_missing": ("region", lambda a: a[:-1], "another skin"),
    "deep_rows_missing": ("deep", lambda a: a[:-1], "another skin"),
    "region_beyond": ("region_of", lambda a: a + 1000, "region_of"),
    "unknown_region": ("region_ids", lambda a: np.array(["nowhere", *a[1:]]), "nowhere"),
    "region_twice": ("region_ids", lambda a: np.array([a[1], *a[1:]]), "twice"),
    "objects": ("mirror", lambda a: np.array([{}], object), "not readable"),
}


@pytest.mark.parametrize("kind", FIELDS)
def test_that_fields_of_another_skin_are_refused(refused: Callable[..., str], kind: str) -> None:
    name, edit, why = FIELDS[kind]

    def rebuild(path: Path) -> None:
        with np.load(path) as held:
            arrays = dict(held)
        arrays[name] = edit(arrays[name])  # type: ignore[assignment]
        stream = io.BytesIO()
        np.savez(stream, **{key: value for key, value in arrays.items() if value is not None})
        sign(path, stream.getvalue())

    text = refused("meshes/skin_fields.npz", rebuild)
    assert why in text or kind == "unknown_region"


def test_that_packed_fields_with_flipped_bytes_are_refused(refused: Callable[..., str]) -> None:
    def flip(path: Path) -> None:
        data = bytearray(path.read_bytes())
        data[2000:2100] = bytes(byte ^ 0x55 for byte in data[2000:2100])
        sign(path, bytes(data))

    refused("meshes/skin_fields.npz", flip)


POINTS = {
    "nan": (r"lps = \[[^\]]*\]", "lps = [nan, 0, 0]"),
    "infinite": (r"lps = \[[^\]]*\]", "lps = [inf, 0, 0]"),
    "far": (r"lps = \[[^\]]*\]", "lps = [1e9, 0, 0]"),
    "huge": (r"lps = \[[^\]]*\]", f"lps = [1{'0' * 400}, 0, 0]"),
    "flat": (r"lps = \[[^\]]*\]", "lps = [0, 0]"),
    "number_as_id": (r'id = "[^"]*"', "id = 5"),
    "renamed": (r'id = "target_lfcn_left"', 'id = "target_lfcm_left"'),
    "unknown_field": (r"lps = ", "hugo = 1\nlps = "),
    "no_points": (r"(?s)\[\[point\]\].*", "point = []"),
    "twice": (r"(?s)(\[\[point\]\].*?)(?=\[\[point\]\])", r"\1\1"),
}


@pytest.mark.parametrize("kind", POINTS)
def test_that_wrong_points_are_refused(refused: Callable[..., str], kind: str) -> None:
    pattern, other = POINTS[kind]

    def edit(path: Path) -> None:
        text, count = re.subn(pattern, other, path.read_text(encoding="utf-8"), count=1)
        assert count == 1
        sign(path, text.encode())

    refused("meshes/points.toml", edit)


MANIFESTS = {
    "no_name": (r'name = "bones.glb"\n', ""),
    "no_role": (r'role = "full"\n', ""),
    "no_checksum": (r'sha256 = "\w+"\n', ""),
    "number_as_checksum": (r'sha256 = "\w+"\n', "sha256 = 5\n"),
    "unknown_role": (r'role = "full"', 'role = "fuller"'),
    "unknown_field": (r'role = "full"', 'role = "full"\ncolour = "red"'),
    "other_format": (r"format = 1", "format = 2"),
    "no_format": (r"format = 1", ""),
    "climbing_name": (r'"bones.glb"', '"../bones.glb"'),
    "absolute_name": (r'"bones.glb"', '"/etc/passwd"'),
    "no_fields": (r'(?s)\[\[file\]\]\nname = "skin_fields.npz".*?(?=\[\[file|\Z)', ""),
    "no_points": (r'(?s)\[\[file\]\]\nname = "points.toml".*?(?=\[\[file|\Z)', ""),
    "twice": (r"(?s)(\[\[file\]\].*?)(?=\[\[file\]\])", r"\1\1"),
    "nothing": (r"(?s)\[\[file\]\].*", "file = []"),
    "words": (r"(?s)\[\[file\]\].*", 'file = ["bones.glb"]'),
}


@pytest.mark.parametrize("kind", MANIFESTS)
def test_that_a_wrong_manifest_is_refused(refused: Callable[..., str], kind: str) -> None:
    pattern, other = MANIFESTS[kind]

    def edit(path: Path) -> None:
        text, count = re.subn(pattern, other, path.read_text(encoding="utf-8"), count=1)
        assert count == 1
        put(path, text.encode())

    refused("meshes/manifest.toml", edit)
