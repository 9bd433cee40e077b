"""The project's own files agree with one another and name nothing of the machine they were made on."""

from __future__ import annotations

import ast
import re
import subprocess
import tempfile
import tomllib
from pathlib import Path

import environment
import pytest

CHECKOUT = environment.CHECKOUT
PUBLIC_HOSTS = {"pypi.org", "files.pythonhosted.org"}
SOURCES = sorted(path for top in ("planner", "ui", "assets") for path in (CHECKOUT / top).rglob("*.py"))
TOO_GENERAL = {Path("/"), Path("/root"), Path(tempfile.gettempdir())}
ATTRIBUTION = "Anatomical measurements made on BodyParts3D 4.0, (c) The Database Center for Life Science"
MAY_KNOW_ASSETS = {"planner/cli.py", "ui/app.py"}


def project() -> dict[str, object]:
    return tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))


def locked_versions() -> set[tuple[str, str]]:
    lock = tomllib.loads((CHECKOUT / "uv.lock").read_text(encoding="utf-8"))
    return {(package["name"], package["version"]) for package in lock["package"]}


def pins(name: str) -> list[tuple[str, str]]:
    text = (CHECKOUT / "installer" / name).read_text(encoding="utf-8")
    return re.findall(r"^([a-z0-9-]+)==([^ ;\\]+)", text, flags=re.MULTILINE)


def text_files() -> list[Path]:
    """Every text file of the project that git tracks or would track; the whole tree without git."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        answer = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=True)
        paths = [CHECKOUT / name for name in answer.stdout.split("\0") if name]
    except (OSError, subprocess.CalledProcessError):
        tops = ("planner", "ui", "assets", "tests", "installer", "benchmarks")
        paths = [path for top in tops for path in (CHECKOUT / top).rglob("*")]
        paths += [path for path in CHECKOUT.iterdir() if path.suffix in {".md", ".toml", ".lock", ".yaml"}]
    return [path for path in paths if path.is_file() and b"\0" not in path.read_bytes()[:4096]]


@pytest.mark.parametrize("name", ["run.lock.txt", "test.lock.txt"])
def test_that_the_installer_locks_hold_what_uv_locked_and_nothing_else(name: str) -> None:
    versions = locked_versions()
    listed = pins(name)
    assert len(listed) > 40
    assert set(listed) <= versions


@pytest.mark.parametrize("name", ["run.lock.txt", "test.lock.txt"])
def test_that_every_locked_package_has_a_hash_and_no_line_names_a_host(name: str) -> None:
    text = (CHECKOUT / "installer" / name).read_text(encoding="utf-8")
    entries = re.split(r"\n(?=[a-z])", text.strip())
    assert all("--hash=sha256:" in entry for entry in entries)
    assert not re.search(r"https?:|file:|--(extra-)?index|--find-links|@ ", text)


def test_that_the_test_lock_holds_every_pin_of_the_run_lock() -> None:
    assert set(pins("run.lock.txt")) <= set(pins("test.lock.txt"))


def test_that_every_declared_dependency_is_locked_for_the_installer() -> None:
    declared = project()["project"]["dependencies"]  # type: ignore[index]
    names = {re.split(r"[<>=!~ \[]", entry)[0].lower() for entry in declared}
    assert names <= {name for name, _ in pins("run.lock.txt")}


def test_that_the_lock_names_public_hosts_only() -> None:
    text = (CHECKOUT / "uv.lock").read_text(encoding="utf-8")
    assert set(re.findall(r"https?://([^/\"]+)", text)) <= PUBLIC_HOSTS
    assert "file://" not in text and "path =" not in text


def test_that_no_file_names_a_path_or_index_of_the_machine_it_was_made_on() -> None:
    folders = {CHECKOUT, Path.home()} if CHECKOUT.parent in TOO_GENERAL else {CHECKOUT.parent, Path.home()}
    paths = [re.escape(folder.as_posix() + "/") for folder in sorted(folders - TOO_GENERAL)]
    personal = re.compile("|".join([*paths, r"\bindex[-_]url\s*=\s*\S"]))
    home = re.compile(r"/(?:home|Users)/\w+/")
    found = []
    for path in text_files():
        if path == Path(__file__) or path.name == "uv.lock":
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        name = path.relative_to(CHECKOUT)
        found += [f"{name}: {match[0]}" for match in personal.finditer(text)]
        if name.parts[0] != "tests":  # tests make up homes, to see that they are not shown
            found += [f"{name}: {match[0]}" for match in home.finditer(text)]
    assert found == []


def test_that_both_commands_of_the_readme_exist_and_the_script_entry_names_a_function() -> None:
    readme = (CHECKOUT / "README.md").read_text(encoding="utf-8")
    for command in ("installer/run.py", "installer/test.py"):
        assert f"python3 {command}" in readme
        assert (CHECKOUT / command).is_file()
    module, function = project()["project"]["scripts"]["block-planner"].split(":")  # type: ignore[index]
    tree = ast.parse((CHECKOUT / (module.replace(".", "/") + ".py")).read_text(encoding="utf-8"))
    assert function in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_that_continuous_integration_runs_the_readme_command() -> None:
    assert "exec python3 installer/test.py" in (CHECKOUT / ".ci" / "run").read_text(encoding="utf-8")


def test_that_the_readme_says_the_intended_use() -> None:
    readme = " ".join((CHECKOUT / "README.md").read_text(encoding="utf-8").split())
    assert "education and explanation by or under a health professional" in readme
    assert "A generic adult model, not this patient." in readme
    assert "Not for needle guidance, dosing, diagnosis or treatment decisions." in readme
    assert "It never touches the network." in readme


def test_that_the_attribution_of_the_measurements_stands_where_readers_look() -> None:
    for name in ("NOTICE", "README.md", "LICENSE-DATA"):
        text = " ".join((CHECKOUT / name).read_text(encoding="utf-8").split())
        assert (
            "Anatomical measurements made on BodyParts3D 4.0, (c) The Database Center for Life Science"
            in text
        )


def mentions_assets(tree: ast.Module) -> bool:
    """Whether the code imports the content package or asks for it by name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import) and any(name.name.split(".")[0] == "assets" for name in node.names):
            return True
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "assets":
            return True
        if isinstance(node, ast.Call):
            called = getattr(node.func, "attr", getattr(node.func, "id", ""))
            values = [value.value for value in node.args if isinstance(value, ast.Constant)]
            if called == "files" and "assets" in values:
                return True
    return False


def test_that_only_the_two_entry_points_know_where_the_content_lies() -> None:
    knowing = {
        path.relative_to(CHECKOUT).as_posix()
        for path in SOURCES
        if mentions_assets(ast.parse(path.read_text(encoding="utf-8")))
    }
    workshop = {name for name in knowing if name.startswith("planner/modelling/")}
    assert knowing - workshop <= MAY_KNOW_ASSETS


def test_that_changelog_and_project_name_the_same_version() -> None:
    version = project()["project"]["version"]  # type: ignore[index]
    changelog = (CHECKOUT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(rf"^## \[{re.escape(str(version))}\]", changelog, flags=re.MULTILINE)
