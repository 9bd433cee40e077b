"""The program's main job on a machine without a screen: the bundled sample case, worked through.

Answer (text and JSON), picture and page are written to `out/` by the same `block-planner` verbs that a
user would type; nothing is computed here. Standard library only; parses on Python 3.7.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

SAMPLE_CASE = Path("assets", "atlas", "sample_case.json")
SAMPLE_SCENE = Path("assets", "atlas", "sample_scene.json")


def explain_arguments(case: dict[str, Any]) -> list[str]:
    """A batch case as arguments of `block-planner explain`; fields it may leave out are left out."""
    arguments = ["explain"]
    for mark in case["marks"]:
        weight = f"={mark['weight']:g}" if "weight" in mark else ""
        arguments += ["--mark", f"{mark['side']}:{mark['region']}{weight}"]
    if "depth" in case:
        arguments += ["--depth", str(case["depth"])]
    for field, option in (("qualities", "--quality"), ("clues", "--clue"), ("flags", "--flag")):
        for identifier in case.get(field, []):
            arguments += [option, str(identifier)]
    return arguments


def knows(planner: str, verb: str) -> bool:
    """Whether this `block-planner` has the verb."""
    answer = subprocess.run([planner, verb, "--help"], capture_output=True, text=True)
    return answer.returncode == 0


def _kept(command: list[str], target: Path) -> int:
    """Run a command and keep what it prints in `target`, whole or not at all."""
    answer = subprocess.run(command, stdout=subprocess.PIPE)
    if answer.returncode == 0:
        partial = target.with_name(target.name + ".partial")
        partial.write_bytes(answer.stdout)
        os.replace(partial, target)
    return answer.returncode


def work_through_sample(planner: str, checkout: Path) -> int:
    """Write answer, picture and page of the sample case to `out/` and say where they lie.

    Returns the first exit code that is not 0, else 0.
    """
    out = checkout / "out"
    out.mkdir(exist_ok=True)
    case = json.loads((checkout / SAMPLE_CASE).read_text(encoding="utf-8"))
    scene = ["--scene", str(checkout / SAMPLE_SCENE)] if (checkout / SAMPLE_SCENE).exists() else []
    explain = [planner, *explain_arguments(case)]
    picture, page = out / "picture.png", out / "page.pdf"
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    # what, where, command, whether the command writes the file itself
    jobs = [
        ("answer", out / "answer.txt", explain, False),
        ("answer as JSON", out / "answer.json", [*explain, "--json"], False),
        ("picture", picture, [planner, "picture", *scene, "--out", str(picture)], True),
    ]
    if scene and knows(planner, "handout"):
        jobs.append(("page", page, [planner, "handout", *scene, "--out", str(page)], True))
    for name, path, command, writes_itself in jobs:
        code = subprocess.run(command).returncode if writes_itself else _kept(command, path)
        if code != 0:
            print(f"The {name} could not be made (exit code {code}).", file=sys.stderr)
            return code
        print(f"{name + ':':16}{path}", flush=True)
    return 0
