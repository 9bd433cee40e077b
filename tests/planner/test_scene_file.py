"""Scenes as files: whole, checked and refused with a sentence."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from planner.atlas.model import Atlas
from planner.session import scene_file
from planner.session.scene_file import SceneFault, decode, encode, load, save
from planner.session.state import LayerLook, PoseRequest, RegionMark, State, Stroke

FULL = State(
    marks=(RegionMark("top", "right", 3.5), Stroke(((1.0, 2.0, 3.0), (4.0, 5.5, 6.0)), 12.0, 7.0, True)),
    depth="mixed",
    qualities=("burning",),
    clues=("root_sign",),
    flags=("thin_blood",),
    side="right",
    block="high_block",
    target="target_high_block",
    selected=("vessel_left",),
    hidden=("kidney_left",),
    faded=("bone_midline",),
    isolated=("vessel_left", "kidney_left"),
    pose=PoseRequest(7, None, ("high_block", "vessel_left")),
    face="lecture",
    unrelieved=("high_block",),
)

STROKE = {"type": "stroke", "points_lps": [[0, 0, 0], [0, 0, 9]], "radius_mm": 5}


def edited(**changes: Any) -> bytes:
    """A good file with its State changed."""
    file = json.loads(encode(State(), "small"))
    file["state"] |= changes
    return json.dumps(file).encode()


def test_that_a_state_comes_back_as_it_was(small: Atlas) -> None:
    scene = decode(encode(FULL, "small"), small.content, small.points_lps)
    assert scene.state == FULL
    assert scene.same_content and scene.app


def test_that_other_content_is_told(small: Atlas) -> None:
    assert not decode(encode(FULL, "another"), small.content).same_content


def test_that_the_file_names_program_and_content() -> None:
    file = json.loads(encode(State(), "abc"))
    assert (file["format"], file["version"], file["content"]) == (scene_file.FORMAT, 2, "abc")
    assert file["app"] == scene_file.app_version()


def test_that_a_program_that_is_not_installed_has_a_version(monkeypatch: pytest.MonkeyPatch) -> None:
    from importlib import metadata

    def missing(name: str) -> str:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "version", missing)
    assert scene_file.app_version() == "0"


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "not a scene file"),
        (b"\xff\xfe\x00", "not a scene file"),
        (b"[]", "not a scene file"),
        (b'{"format": "something else", "version": 1}', "not a scene file"),
        (b'{"format": "lumbar-block-planner scene", "version": "1"}', "not a scene file"),
        (b'{"format": "lumbar-block-planner scene", "version": 3, "state": {"future": 1}}', "newer version"),
        (b'{"format": "lumbar-block-planner scene", "version": 1}', "damaged"),
        (b"[" * 100_000, "not a scene file"),
        (b" " * (scene_file.MAX_BYTES + 1), "larger"),
        (edited(unheard_of=1), "unheard_of"),
        (edited(side="middle"), "damaged"),
        (
            edited(marks=[{"type": "region", "region": "top", "side": "left", "weight": 1e999}]),
            "damaged|scene file",
        ),
        (edited(marks=[{"type": "region", "region": "top", "side": "left", "weight": 11}]), "weight"),
        (edited(marks=[{"type": "region", "region": "tip", "side": "left"}]), "nearest: top"),
        (edited(marks=[{"type": "stroke", "points_lps": [], "radius_mm": 5}]), "no points"),
        (edited(marks=[{"type": "stroke", "points_lps": [[0, 0, 1e9]], "radius_mm": 5}]), "outside the body"),
        (edited(marks=[{"type": "stroke", "points_lps": [[0, 0]], "radius_mm": 5}]), "damaged"),
        (edited(marks=[{**STROKE, "shares": [1.0]}]), "2 points has 1 shares"),
        (edited(marks=[{**STROKE, "shares": [1.0, 1.6]}]), "between 0.5 and 1.5"),
        (edited(marks=[{"type": "region", "region": "top", "side": "left"}] * 2001), "2001 marks"),
        (
            edited(marks=[{"type": "stroke", "points_lps": [[0, 0, 0]] * 50_001, "radius_mm": 5}]),
            "50000 points",
        ),
        (edited(layers=[]), "every layer"),
        (edited(layers=[{"layer": "bone"}] * 6), "every layer"),
        (edited(clues=["root_sign", "root_sign"]), "twice"),
        (edited(block="no_block"), "unknown block"),
        (edited(target="target_high_block"), "unknown target"),
        (edited(hidden=["no_structure"]), "unknown structure"),
        (edited(pose={"serial": 1, "view": None, "focus": ["nowhere"]}), "unknown focus"),
    ],
)
def test_that_a_bad_file_is_refused_with_a_sentence(small: Atlas, data: bytes, why: str) -> None:
    with pytest.raises(SceneFault, match=why) as fault:
        decode(data, small.content, small.points_lps)
    assert "\n" not in str(fault.value)


def test_that_an_opacity_out_of_range_is_refused(small: Atlas) -> None:
    looks = [LayerLook(look.layer, True, 2.0) for look in State().layers]
    with pytest.raises(SceneFault, match="opacity"):
        decode(encode(State(layers=tuple(looks)), "small"), small.content)


def test_that_files_are_written_whole_and_read_back(small: Atlas, tmp_path: Path) -> None:
    path = tmp_path / "lesson.json"
    save(path, FULL, "small")
    save(path, FULL, "small")
    assert load(path, small.content).state == FULL
    assert [entry.name for entry in tmp_path.iterdir()] == ["lesson.json"]
    (tmp_path / "plain").write_text("x")
    assert path.stat().st_mode == (tmp_path / "plain").stat().st_mode  # others may read it as usual


def test_that_a_failed_write_leaves_the_old_file(
    small: Atlas, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "lesson.json"
    save(path, FULL, "small")

    def full_disk(source: str, target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", full_disk)
    with pytest.raises(SceneFault, match="No space"):
        save(path, State(), "small")
    assert load(path, small.content).state == FULL
    assert [entry.name for entry in tmp_path.iterdir()] == ["lesson.json"]


def test_that_unreadable_and_damaged_files_are_named(small: Atlas, tmp_path: Path) -> None:
    with pytest.raises(SceneFault, match=r"gone\.json cannot be read"):
        load(tmp_path / "gone.json", small.content)
    (tmp_path / "torn.json").write_bytes(encode(FULL, "small")[:200])
    with pytest.raises(SceneFault, match=r"torn\.json cannot be used"):
        load(tmp_path / "torn.json", small.content)
    with pytest.raises(SceneFault, match="cannot be written"):
        save(tmp_path / "no_folder" / "x.json", State(), "small")
