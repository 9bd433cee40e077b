"""Input made to break things: scenes and cases are refused with a sentence, and what runs is untouched."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from planner import cli
from planner.atlas.model import Atlas
from planner.session import actions as act
from planner.session.scene_file import SceneFault, decode, encode, load
from planner.session.state import RegionMark, State
from planner.session.store import Store

ROOT = Path(__file__).resolve().parents[2]
REGION = "thigh_lat_mid"


def scene(**state: Any) -> bytes:
    """A scene file whose State holds this instead of what it should."""
    tree = json.loads(encode(State(marks=(RegionMark(REGION, "left"),)), "x"))
    tree["state"] |= state
    return json.dumps(tree).encode()


def mark(**change: Any) -> list[dict[str, Any]]:
    return [{"type": "region", "region": REGION, "side": "left", "weight": 7.0} | change]


def stroke(**change: Any) -> list[dict[str, Any]]:
    return [{"type": "stroke", "points_lps": [[1, 2, 3]], "radius_mm": 9.0, "weight": 7.0} | change]


HOSTILE: dict[str, bytes] = {
    "empty": b"",
    "nothing": b"null",
    "not_text": b"\xff\xfe\x00",
    "cut": encode(State(), "x")[:-40],
    "deep": b"[" * 500_000,
    "deep_inside": scene().replace(b'"explain"', b'{"a":' * 50_000),
    "huge": b" " * 5_000_000,
    "newer": scene().replace(b'"version": 2', b'"version": 99'),
    "huge_version": scene().replace(b'"version": 2', b'"version": ' + b"9" * 400),
    "nan": scene().replace(b"7.0", b"NaN"),
    "out_of_range": scene().replace(b"7.0", b"1e999"),
    "negative_weight": scene(marks=mark(weight=-1)),
    "faintest_weight": scene(marks=mark(weight=1e-300)),
    "unknown_region": scene(marks=mark(region="../../etc/passwd")),
    "unknown_side": scene(marks=mark(side="up")),
    "million_marks": scene(marks=mark() * 40_000),
    "many_marks": scene(marks=mark() * 2_001),
    "point_far_away": scene(marks=stroke(points_lps=[[1e300, 0, 0]])),
    "flat_point": scene(marks=stroke(points_lps=[[1, 2]])),
    "no_points": scene(marks=stroke(points_lps=[])),
    "huge_brush": scene(marks=stroke(radius_mm=1e9)),
    "path_as_block": scene(block="../../../x"),
    "huge_serial": scene(pose={"serial": 10**400, "view": None, "focus": []}),
    "unknown_field": scene(macro="import os"),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_that_a_hostile_scene_is_refused_and_the_running_one_stays(
    atlas: Atlas, tmp_path: Path, capsys: pytest.CaptureFixture[str], kind: str
) -> None:
    path = tmp_path / "scene.json"
    path.write_bytes(HOSTILE[kind])
    store = Store(atlas)
    store.dispatch(act.MarkRegion(REGION, "right"))
    before = store.state
    with pytest.raises(SceneFault, match=r"scene\.json") as fault:
        store.dispatch(act.LoadState(load(path, atlas.content, atlas.points_lps).state))
    assert "\n" not in str(fault.value) and len(str(fault.value)) < 400
    assert store.state is before
    assert cli.main(["picture", "--out", str(tmp_path / "x.png"), "--scene", str(path)]) == 2
    captured = capsys.readouterr()
    assert captured.err.count("\n") == 1 and "--scene" in captured.err
    assert cli.main(["handout", "--out", str(tmp_path / "x.pdf"), "--scene", str(path)]) == 2
    captured = capsys.readouterr()
    assert captured.err.count("\n") == 1 and "--scene" in captured.err
    assert [entry.name for entry in tmp_path.iterdir()] == ["scene.json"]


def test_that_a_scene_of_other_content_says_so(atlas: Atlas) -> None:
    assert not decode(scene(), atlas.content).same_content


@pytest.mark.parametrize(
    ("arguments", "parts"),
    [
        (["explain", "--mark", f"left:{REGION}=1_0"], ["--mark", "1_0"]),
        (["explain", "--mark", f"left:{REGION}=٣"], ["--mark"]),
        (["explain", "--mark", f"left:{REGION}=1e400"], ["--mark", "1e400"]),
        (["explain", "--mark", f"left:{'x' * 100_000}"], ["--mark", "nearest"]),
        (["explain", "--mark", "left:heel\nTraceback"], ["--mark", "heel"]),
        (["explain", "--jsn"], ["--jsn", "--json"]),
        (["--mark", "left:heel"], ["--mark", "before a command"]),
        (["regions", "surplus"], ["surplus"]),
        (["explain", "--batch", ""], ["--batch"]),
        (["picture", "--out", "x.png", "--size", "9" * 5000 + "x9"], ["--size"]),
        (["picture", "--out", "x" * 300 + ".png"], ["--out"]),
        (["picture", "--out", "x.png", "--size", "²x²"], ["--size"]),
    ],
)
def test_that_odd_arguments_are_refused_in_one_short_line(
    capsys: pytest.CaptureFixture[str], arguments: list[str], parts: list[str]
) -> None:
    assert cli.main(arguments) == 2
    captured = capsys.readouterr()
    assert captured.out == "" and captured.err.count("\n") == 1 and len(captured.err) < 400
    assert all(part in captured.err for part in parts)


def test_that_pain_next_to_nothing_is_no_pain(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["explain", "--mark", f"left:{REGION}=1e-300", "--json"]) == 0
    captured = capsys.readouterr()
    assert captured.err == "" and "NaN" not in captured.out and json.loads(captured.out)["blocks"] == []


def batch(data: bytes) -> tuple[int, list[dict[str, Any]], list[str]]:
    run = subprocess.run(
        [sys.executable, "-m", "planner.cli", "explain", "--batch", "-"],
        input=data,
        capture_output=True,
        cwd=ROOT,
        timeout=60,
        check=False,
    )
    lines = run.stdout.decode("utf-8").split("\n")[:-1]
    return run.returncode, [json.loads(line) for line in lines], run.stderr.decode().splitlines()


def test_that_a_batch_survives_every_kind_of_line() -> None:
    good = b'{"id": "%s", "marks": [{"region": "heel", "side": "left"}]}'
    lines = [
        b"\xef\xbb\xbf" + good % b"marked by an editor",
        good % "é€".encode() + b"\r",
        b"",
        b"\xff\xfe",
        b"[" * 100_000,
        b"{" + b" " * 3_000_000 + b"}",
        good % b"twice",
        good % b"twice",
        b'{"id": true, "marks": 5}',
        b'{"id": "n", "marks": [{"region": "heel", "side": "left", "weight": 1e400}]}',
        b'{"id": "f", "marks": [{"region": "heel", "side": "left", "wait": 1}]}',
        good % b"last",
    ]
    code, answers, faults = batch(b"\n".join(lines))
    assert code == 2 and len(answers) == 11 and len(faults) == 6
    assert [a["id"] for a in answers if "outcome" in a] == [
        *("marked by an editor", "é€", "twice", "twice", "last")
    ]
    assert all(fault.startswith("block-planner: line ") for fault in faults)
    assert "UTF-8" in faults[0] and "valid: region, side, weight" in faults[-1]


@pytest.mark.skipif(os.name != "posix", reason="devices of POSIX")
@pytest.mark.parametrize(
    ("redirection", "code", "said"),
    [(">&-", 0, ""), (">/dev/full", 2, "No space left"), ("| head -1 >/dev/null", 0, "")],
)
def test_that_output_nobody_can_take_is_no_trace(redirection: str, code: int, said: str) -> None:
    command = f'set -o pipefail; "{sys.executable}" -m planner.cli explain --mark left:heel {redirection}'
    run = subprocess.run(["bash", "-c", command], capture_output=True, text=True, cwd=ROOT, check=False)
    assert run.returncode == code and said in run.stderr and "Traceback" not in run.stderr
    assert run.stderr.count("\n") == bool(said)
