"""The command line: contract, refusals in one line, and what is handed to the window."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from planner import cli
from planner.commands import programs
from planner.commands.arguments import LISTS
from planner.session.scene_file import save
from planner.session.state import RegionMark, State

ROOT = Path(__file__).resolve().parents[2]
OUTCOMES = {"compare", "urgent_evaluation", "defer_anticoag", "no_block_reassess"}


class Run:
    """What one call gave."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Any:
    """Runs the command line inside this process."""

    def call(*arguments: str) -> Run:
        code = cli.main(list(arguments))
        captured = capsys.readouterr()
        return Run(code, captured.out, captured.err)

    return call


def refused(result: Run, *parts: str) -> None:
    """Exit 2, one line on stderr that holds every part, nothing on stdout."""
    assert result.code == 2
    assert result.out == ""
    assert result.err.count("\n") == 1
    for part in parts:
        assert part in result.err


@pytest.mark.parametrize("kind", LISTS)
def test_that_everything_can_be_listed(run: Any, kind: str) -> None:
    text, record = run(kind), run(kind, "--json")
    rows = json.loads(record.out)
    assert text.code == record.code == 0
    assert len(rows) == len(text.out.splitlines()) > 5
    assert all(row["id"] == line.split()[0] for row, line in zip(rows, text.out.splitlines(), strict=True))


def test_that_structures_are_listed_as_a_tree(run: Any) -> None:
    lines = run("structures", "--tree").out.splitlines()
    assert lines[0] == "bones" and lines[1] == "  Vertebral column"
    assert any(line.endswith("  psoas_major_left, psoas_major_right") for line in lines)
    branches = json.loads(run("structures", "--tree", "--json").out)
    assert [branch["name"] for branch in branches["vessels"]] == ["Arteries", "Veins"]
    assert branches["bones"][0]["below"][0]["sides"] == {"midline": "vertebra_t11"}
    listed = [word for line in lines for word in line.replace(",", "").split()]
    assert {row["id"] for row in json.loads(run("structures", "--json").out)} <= set(listed)


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("LFCN", "lfcn_left, lfcn_right"),
        ("achilles tendon", "calcaneal_tendon_left"),
        ("FMA16485", "lfcn_left"),
    ],
)
def test_that_a_structure_is_found_by_its_other_names(
    run: Any, tmp_path: Path, word: str, meant: str
) -> None:
    refused(run("picture", "--out", str(tmp_path / "a.png"), "--show", word), "--show", f"nearest: {meant}")


def test_that_explain_answers_in_words(run: Any) -> None:
    result = run(
        "explain", "--mark", "left:thigh_lat_mid=7", "--mark", "left:thigh_antlat_mid", "--clue", "post_tha"
    )
    assert result.code == 0 and result.err == ""
    assert "1. " in result.out and "(left)" in result.out
    assert "covers" in result.out and "not this patient" in result.out
    assert "diagnosis or treatment decisions" in result.out


def test_that_explain_answers_the_contract_in_json(run: Any) -> None:
    given = json.loads(
        run("explain", "--mark", "right:thigh_lat_mid=7", "--quality", "burning", "--json").out
    )
    assert {"id", "outcome", "alerts", "blocks", "nerves", "generators"} <= set(given)
    assert given["outcome"] == "compare"
    first = given["blocks"][0]
    assert {
        *("id", "rank", "score", "covered", "uncovered_cm2", "over_covered_cm2"),
        *("nerves", "reasons", "neighbours", "side"),
    } <= set(first)
    assert (first["id"], first["rank"], first["side"]) == ("lfcn", 1, "right")
    assert all(set(reason) >= {"text", "sources"} and reason["sources"] for reason in first["reasons"])
    assert first["neighbours"] and set(first["neighbours"][0]) == {"structure", "distance_mm"}
    assert all(set(nerve) == {"id", "share"} for nerve in given["nerves"])
    assert all(set(source) == {"id", "fit"} for source in given["generators"])


def test_that_explain_tells_what_is_kept_back(run: Any) -> None:
    result = run("explain", "--mark", "left:thigh_ant_mid", "--flag", "anticoagulant_not_held")
    assert "Kept back:" in result.out and "! " in result.out
    result = run("explain", "--mark", "left:thigh_ant_mid", "--flag", "foot_drop", "--json")
    assert json.loads(result.out)["alerts"][0]["id"] == "red_flag:foot_drop"
    assert "no block is compared" in run("explain", "--mark", "left:heel", "--flag", "foot_drop").out


def test_that_the_depth_follows_the_regions_unless_said(run: Any) -> None:
    assert "depth: skin" in run("explain", "--mark", "left:heel").out
    assert "depth: deep" in run("explain", "--mark", "left:knee_deep").out
    assert "depth: mixed" in run("explain", "--mark", "left:knee_deep", "--mark", "left:knee_med").out
    assert "depth: deep" in run("explain", "--mark", "left:heel", "--depth", "deep").out


def test_that_a_weight_of_zero_marks_nothing(run: Any) -> None:
    given = json.loads(run("explain", "--mark", "left:heel=0", "--json").out)
    assert (given["outcome"], given["blocks"], given["marked_cm2"]) == ("compare", [], 0.0)
    assert "Nothing is marked" in run("explain", "--mark", "left:heel=0").out


@pytest.mark.parametrize(
    ("arguments", "parts"),
    [
        (["explane"], ["COMMAND", "explane", "explain"]),
        (["--face", "study", "regionz"], ["COMMAND", "regions"]),
        (["explain"], ["--mark"]),
        (["explain", "--mark", "left:thigh_lat_midd=7"], ["--mark", "thigh_lat_midd", "thigh_lat_mid"]),
        (["explain", "--mark", "thigh_lat_mid=7"], ["--mark", "left:"]),
        (["explain", "--mark", "up:thigh_lat_mid=7"], ["--mark", "left:"]),
        (["explain", "--mark", "left:thigh_lat_mid=lots"], ["--mark", "lots", "0 to 10"]),
        (["explain", "--mark", "left:thigh_lat_mid=11"], ["--mark", "11", "0 to 10"]),
        (["explain", "--mark", "left:thigh_lat_mid=nan"], ["--mark", "nan"]),
        (["explain", "--mark", "left:heel", "--clue", "post_th"], ["--clue", "post_th", "post_tha"]),
        (["explain", "--mark", "left:heel", "--flag", "footdrop"], ["--flag", "foot_drop"]),
        (["explain", "--mark", "left:heel", "--quality", "burn"], ["--quality", "burning"]),
        (["explain", "--mark", "left:heel", "--depth", "deeper"], ["--depth", "deeper", "deep"]),
        (["explain", "--unheard-of"], ["--unheard-of"]),
        (["explain", "--batch", "-", "--mark", "left:heel"], ["--mark", "--batch"]),
        (["explain", "--batch", "no/such/file"], ["--batch", "no/such/file"]),
        (["regions", "--content", "no_such_folder"], ["--content", "no_such_folder"]),
        (["picture"], ["--out"]),
        (["picture", "--out", "x.jpg"], ["--out", ".png"]),
        (["picture", "--out", "no_such_folder/x.png"], ["--out", "no_such_folder"]),
        (["picture", "--out", "x.png", "--size", "wide"], ["--size", "1280x800"]),
        (["picture", "--out", "x.png", "--size", "1x99999"], ["--size", "8192"]),
        (["picture", "--out", "x.png", "--view", "above"], ["--view", "superior"]),
        (["picture", "--out", "x.png", "--show", "vertebra_l44"], ["--show", "vertebra_l4"]),
        (["picture", "--out", "x.png", "--hide", "skinn"], ["--hide", "skin"]),
        (["picture", "--out", "x.png", "--variant", "lfcn_type_x"], ["--variant", "lfcn_type_a"]),
        (
            ["picture", "--out", "x.png", "--variant", "lfcn_type_a", "plexus_behind_psoas"],
            ["--variant", "lfcn_type_a and plexus_behind_psoas"],
        ),
        (["picture", "--out", "x.png", "--scene", "no_such.json"], ["--scene", "no_such.json"]),
        (["handout"], ["--scene", "--out"]),
        (["handout", "--scene", "no_such.json", "--out", "x.pdf"], ["--scene", "no_such.json"]),
        (["handout", "--scene", "no_such.json", "--out", "x.png"], ["--out", ".pdf"]),
        (["handout", "--scene", "x", "--out", "no_such_folder/x.pdf"], ["--out", "no_such_folder"]),
        (["handout", "--scene", "x", "--out", "x.pdf", "--paper", "a3"], ["--paper", "letter"]),
        (["handuot"], ["handuot", "handout"]),
        (["--scene", "no_such.json"], ["--scene", "no_such.json"]),
        (["--face", "lectur"], ["--face", "lecture"]),
    ],
)
def test_that_bad_input_is_refused_in_one_line(run: Any, arguments: list[str], parts: list[str]) -> None:
    refused(run(*arguments), *parts)


def test_that_broken_content_is_refused_in_one_line(run: Any, tmp_path: Path) -> None:
    refused(run("regions", "--content", str(tmp_path)), "content")
    (tmp_path / "atlas").mkdir()
    (tmp_path / "atlas" / "references.toml").write_text("[[reference]]\nid = 3\n[[reference]]\nid = 4\n")
    refused(run("explain", "--mark", "left:heel", "--content", str(tmp_path)), "content")


def test_that_missing_meshes_are_told_in_one_line(run: Any, atlas_folder: Path, tmp_path: Path) -> None:
    shutil.copytree(atlas_folder / "atlas", tmp_path / "atlas")
    refused(run("explain", "--mark", "left:heel", "--content", str(tmp_path)), "manifest.toml")


def feed(monkeypatch: pytest.MonkeyPatch, *lines: Any) -> None:
    text = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
    monkeypatch.setattr("sys.stdin", io.StringIO(text))


def test_that_a_batch_is_answered_in_order(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    marks = [{"region": "thigh_lat_mid", "side": "left", "weight": 7}]
    feed(
        monkeypatch,
        {"id": "one", "marks": marks},
        "",
        {"id": 2, "marks": marks, "depth": "skin", "qualities": ["burning"], "clues": [], "flags": []},
        {"marks": []},
        {"id": "four", "marks": [{"region": "heel", "side": "right"}], "flags": ["foot_drop"]},
    )
    result = run("explain", "--batch", "-")
    assert result.code == 0 and result.err == ""
    rows = [json.loads(line) for line in result.out.splitlines()]
    assert [row["id"] for row in rows] == ["one", 2, None, "four"]
    assert [row["outcome"] for row in rows] == ["compare", "compare", "compare", "urgent_evaluation"]
    assert {row["outcome"] for row in rows} <= OUTCOMES


def test_that_a_bad_line_holds_its_place_and_the_others_are_answered(
    run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = {"id": "good", "marks": [{"region": "heel", "side": "left", "weight": 7}]}
    bad = [
        ({"id": "a", "marks": [{"region": "heal", "side": "left"}]}, "heel"),
        ({"id": "b", "marks": [{"region": "heel", "side": "middle"}]}, "valid: left, right"),
        ({"id": "c", "marks": good["marks"], "depth": "deeper"}, "valid: skin, deep, mixed"),
        ({"id": "d", "marks": good["marks"], "clues": ["post_th"]}, "post_tha"),
        ({"id": "e", "marks": good["marks"], "colour": 1}, "valid: marks"),
        ({"id": "f"}, "marks"),
        ({"id": "g", "marks": [{"region": "heel", "side": "left", "weight": 70}]}, "weight"),
        ("{not json", ""),
        ("[1, 2]", ""),
        ('{"id": ["list"], "marks": 3}', ""),
        ("[" * 50_000, ""),
        ('{"id": "' + "x" * 1_000_001 + '", "marks": []}', "longer"),
    ]
    feed(monkeypatch, good, *(line for line, _ in bad), good)
    result = run("explain", "--batch", "-")
    assert result.code == 2
    rows = [json.loads(line) for line in result.out.splitlines()]
    assert len(rows) == len(bad) + 2
    assert rows[0]["outcome"] == rows[-1]["outcome"] == "compare"
    told = result.err.splitlines()
    assert len(told) == len(bad)
    for number, ((line, part), row, error) in enumerate(zip(bad, rows[1:-1], told, strict=True), start=2):
        assert row["id"] == (line["id"] if isinstance(line, dict) else row["id"])
        assert part in row["error"]
        assert f"line {number}" in error


def test_that_a_batch_can_be_a_file(run: Any, tmp_path: Path) -> None:
    path = tmp_path / "cases.jsonl"
    path.write_text('{"id": 1, "marks": [{"region": "heel", "side": "left"}]}\n', encoding="utf-8")
    assert json.loads(run("explain", "--batch", str(path)).out)["id"] == 1


def test_that_check_lists_faults(run: Any, tmp_path: Path) -> None:
    refused(run("check", "--content", str(tmp_path)), "--content", "atlas")
    (tmp_path / "atlas").mkdir()
    result = run("check", "--content", str(tmp_path))
    assert result.code == 1 and "faults" in result.out
    assert "references.toml" in result.out and "manifest.toml" in result.out


def test_that_the_version_is_told(run: Any) -> None:
    assert run("--version").out.startswith("block-planner ")


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Programs that would have been started, without their interpreter."""
    calls: list[list[str]] = []

    def note(command: list[str], **more: Any) -> Any:
        assert Path(more["env"]["PYTHONPATH"].split(os.pathsep)[0]).is_dir()
        calls.append(command[1:])
        return subprocess.CompletedProcess(command, 7)

    def replaced(path: str, command: list[str], variables: dict[str, str]) -> None:
        calls.append(command[1:])
        raise KeyboardInterrupt  # the real one does not come back

    monkeypatch.setattr(subprocess, "run", note)
    monkeypatch.setattr(os, "execve", replaced)
    return calls


def test_that_pictures_are_drawn_by_a_program_of_the_window(
    run: Any, started: list[list[str]], atlas_folder: Path, tmp_path: Path
) -> None:
    scene, out = tmp_path / "scene.json", tmp_path / "out.png"
    save(scene, State(marks=(RegionMark("heel", "left"),)), "")
    result = run(
        *("picture", "--out", str(out), "--scene", str(scene), "--view", "left", "--size", "640x480"),
        *("--show", "vertebra_l4", "skin", "--hide", "sacrum", "--content", str(atlas_folder)),
        *("--style", "print"),
    )
    assert result.code == 7
    (command,) = started
    assert command[:3] == ["-P", "-m", "ui.snapshot"]
    options = command[3:]
    for name, value in (
        ("--out", str(out)),
        ("--size", "640x480"),
        ("--view", "left"),
        ("--scene", str(scene)),
        ("--style", "print"),
    ):
        assert options[options.index(name) + 1] == value
    assert options[options.index("--show") + 1 : options.index("--show") + 3] == ["vertebra_l4", "skin"]


def test_that_pages_are_set_by_a_program_of_the_window(
    run: Any, started: list[list[str]], atlas_folder: Path, tmp_path: Path
) -> None:
    scene, out = tmp_path / "scene.json", tmp_path / "page.pdf"
    save(scene, State(marks=(RegionMark("heel", "left"),)), "")
    content = ("--content", str(atlas_folder))
    assert run("handout", "--scene", str(scene), "--out", str(out), *content, "--paper", "letter").code == 7
    (command,) = started
    assert command[:3] == ["-P", "-m", "ui.page"]
    options = dict(zip(command[3::2], command[4::2], strict=True))
    assert options == {
        "--content": str(atlas_folder),
        "--scene": str(scene),
        "--out": str(out),
        "--paper": "letter",
    }


def test_that_timings_are_measured_by_a_program_of_the_window(run: Any, started: list[list[str]]) -> None:
    assert run("bench", "--json").code == 7
    assert started == [["-P", "-m", "ui.bench", "--json"]]


def test_that_no_command_opens_the_window(
    run: Any, started: list[list[str]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    scene = tmp_path / "scene.json"
    save(scene, State(), "")
    assert run("--face", "study", "--scene", str(scene)).code == 130
    assert started == [["-P", "-m", "ui", "--scene", str(scene), "--face", "study"]]
    monkeypatch.setattr(programs, "REPLACES_PROCESS", False)
    assert run().code == 7
    assert started[-1] == ["-P", "-m", "ui"]


def test_that_a_reader_who_leaves_is_no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(options: Any) -> int:
        raise BrokenPipeError

    monkeypatch.setattr(cli, "_check", gone)
    monkeypatch.setattr(os, "dup2", lambda *ends: None)
    with open(os.devnull, "w") as nowhere:
        monkeypatch.setattr("sys.stdout", nowhere)
        assert cli.main(["check"]) == 0
        monkeypatch.undo()


def call(*arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "planner.cli", *arguments],
        input=stdin,
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=60,
        check=False,
    )


def test_that_the_program_runs_as_a_process_and_imports_no_window() -> None:
    code = (
        "import sys; from planner import cli\n"
        "assert cli.main(['explain', '--mark', 'left:heel', '--json']) == 0\n"
        "window = {'PySide6', 'vtk', 'vtkmodules', 'pyvista', 'ui'}\n"
        "assert not window & {name.split('.')[0] for name in sys.modules}"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert result.returncode == 0, result.stderr


def test_that_a_process_refuses_in_one_line_and_answers_in_utf8() -> None:
    result = call("explain", "--mark", "left:heal")
    assert (result.returncode, result.stdout, result.stderr.count("\n")) == (2, "", 1)
    result = call("explain", "--batch", "-", stdin='{"id":"é","marks":[{"region":"heel","side":"left"}]}\n')
    assert json.loads(result.stdout)["id"] == "é"
