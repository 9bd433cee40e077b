"""`check` finds every kind of fault, all of them in one run, and none in what is shipped."""

from __future__ import annotations

import hashlib
import re
import shutil
from importlib.resources import files
from pathlib import Path

import pytest

from planner import cli
from planner.atlas.check import Fault, check
from planner.atlas.load import load_atlas, load_content
from planner.atlas.meshes import MeshFault, read_glb

ASSETS = Path(str(files("assets")))


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The whole content folder, to be broken."""
    for part in ("atlas", "meshes"):
        shutil.copytree(ASSETS / part, tmp_path / "content" / part)
    return tmp_path / "content"


def edit(path: Path, old: str, new: str) -> int:
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{old!r} is not in {path.name}"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def vouch(folder: Path, name: str) -> None:
    """Writes a changed file's checksum into the manifest."""
    manifest = folder / "meshes" / "manifest.toml"
    digest = hashlib.sha256((folder / "meshes" / name).read_bytes()).hexdigest()
    text = manifest.read_text(encoding="utf-8")
    entries = text.split("[[file]]")
    for index, entry in enumerate(entries):
        if f'name = "{name}"' in entry:
            entries[index] = re.sub(r'sha256 = "\w+"', f'sha256 = "{digest}"', entry)
    manifest.write_text("[[file]]".join(entries), encoding="utf-8")


def drop_entry(path: Path, table: str, key: str) -> None:
    """Takes one [[table]] entry out of a file."""
    head, *entries = path.read_text(encoding="utf-8").split(f"[[{table}]]")
    kept = [entry for entry in entries if f'id = "{key}"' not in entry]
    assert len(kept) == len(entries) - 1
    path.write_text(f"[[{table}]]".join([head, *kept]), encoding="utf-8")


def found(faults: tuple[Fault, ...], file: str, *words: str) -> list[Fault]:
    return [fault for fault in faults if fault.file == file and all(word in str(fault) for word in words)]


def test_that_the_shipped_content_has_no_fault() -> None:
    assert [str(fault) for fault in check(ASSETS)] == []


def test_that_every_kind_of_fault_of_the_text_is_listed_in_one_run(copy: Path) -> None:
    atlas = copy / "atlas"
    lines = {
        "dose": edit(
            atlas / "blocks" / "peng.toml", "Quadriceps block in 45 %", "After 20 mL a block in 45 %"
        ),
        "advice": edit(atlas / "blocks" / "obturator.toml", "Often none:", "It is recommended:"),
        "word": edit(atlas / "clues.toml", 'text = "', 'text = "The diagnosis: '),
        "hold": edit(atlas / "flags.toml", 'text = "', 'text = "Stop warfarin 5 days before. '),
        "p": edit(atlas / "territories.toml", "p = 0.85", "p = -0.85"),
        "field": edit(atlas / "qualities.toml", 'plain = "', 'plane = "'),
        "nerve": edit(atlas / "blocks" / "lfcn.toml", 'nerve = "femoral"', 'nerve = "femorall"'),
        "block": edit(atlas / "cases.toml", 'expected = ["lfcn"]', 'expected = ["lfcm"]'),
        "source": edit(atlas / "generators.toml", '"lesher2008"', '"lesher2009"'),
        "uncited": edit(atlas / "blocks" / "tfesi.toml", 'sources = ["rathmell2015"]', "sources = []"),
        "grade": edit(atlas / "blocks" / "gtps_injection.toml", 'grade = "textbook"', 'grade = "published"'),
        "range": edit(atlas / "blocks" / "lumbar_plexus.toml", "high = 0.95", "high = 0.91"),
        "target": edit(atlas / "blocks" / "femoral.toml", '["target_femoral"]', '["target_femur"]'),
        "targets": edit(atlas / "blocks" / "pudendal_block.toml", '["target_pudendal_block"]', "[]"),
        "loop": edit(atlas / "nerves.toml", 'part_of = "saphenous"', 'part_of = "saphenous_infrapatellar"'),
    }
    drop_entry(atlas / "structures" / "bones.toml", "structure", "femur_left")
    (atlas / "rules.toml").write_text('[[weight]]\nid = "cut', encoding="utf-8")
    (atlas / "stray.toml").write_text("x = 1\n", encoding="utf-8")
    faults = check(copy)
    for kind, file, words in (
        ("dose", "blocks/peng.toml", ("20 mL",)),
        ("advice", "blocks/obturator.toml", ("recommends",)),
        ("word", "clues.toml", ("diagnosis",)),
        ("hold", "flags.toml", ("hold time",)),
        ("p", "territories.toml", ("0.0", "p")),
        ("field", "qualities.toml", ("plane", "nearest: plain")),
        ("nerve", "blocks/lfcn.toml", ("femorall", "nearest: femoral")),
        ("block", "cases.toml", ("lfcm", "nearest: lfcn")),
        ("source", "generators.toml", ("lesher2009", "nearest: lesher2008")),
        ("uncited", "blocks/tfesi.toml", ("no sources",)),
        ("range", "blocks/lumbar_plexus.toml", ("own range",)),
        ("target", "blocks/femoral.toml", ("target_femur", "nearest")),
    ):
        hits = found(faults, f"atlas/{file}", *words)
        assert hits, f"{kind}: {file}"
        assert any(abs(fault.line - lines[kind]) <= 3 for fault in hits), (kind, lines[kind], hits)
    assert found(faults, "atlas/blocks/gtps_injection.toml", "graded published")
    assert found(faults, "atlas/blocks/pudendal_block.toml", "no target point")
    assert found(faults, "atlas/nerves.toml", "leads back to itself")
    assert found(faults, "atlas/structures/bones.toml", "femur_right", "no other side")
    assert found(faults, "meshes/bones.glb", "femur_left", "no structure record")
    assert found(faults, "atlas/rules.toml", "cut off")
    assert found(faults, "atlas/stray.toml", "nothing reads this file")


# Every kind of fault that a content file can have: file, what is replaced, by what, words of the fault.
KINDS: dict[str, tuple[str, str, str, tuple[str, ...]]] = {
    "unknown_id": (
        "generators.toml",
        'tested_by = ["medial_branch"]',
        'tested_by = ["medial_brunch"]',
        ("medial_brunch", "nearest: medial_branch"),
    ),
    "uncited_claim": ("flags.toml", 'sources = ["nice_ng156"]', "sources = []", ("no sources",)),
    "unknown_source": ("clues.toml", '"furman2019"', '"furmann2019"', ("furmann2019", "nearest: furman2019")),
    "probability_above_one": ("territories.toml", "p = 0.85", "p = 1.85", ("<= 1.0", "p")),
    "probability_below_zero": ("blocks/lfcn.toml", "p = 0.9\n", "p = -0.9\n", (">= 0.0", "p")),
    "side_missing": ("structures/organs.toml", 'side = "left"\n', "", ("missing", "side")),
    "side_unknown": ("cases.toml", 'side = "right"', 'side = "R"', ("side", "'R'")),
    "forbidden_word": ("qualities.toml", 'text = "Burning', 'text = "Recommended: burning', ("recommends",)),
    "duplicate_key": (
        "nerves.toml",
        'kind = "mixed branch"\n',
        'kind = "mixed"\nkind = "mixed"\n',
        ("twice",),
    ),
    "duplicate_id": ("references.toml", 'id = "aida1996"', 'id = "acute_scrotum"', ("stands twice",)),
    "unknown_field": ("variants.toml", 'group = "', 'groop = "', ("groop", "nearest: group")),
    "unknown_unit": (
        "rules.toml",
        'unit = "odds factor"',
        'unit = "odds"',
        ('no unit "odds"', "odds factor"),
    ),
    "wrong_unit": ("rules.toml", "value = 0.78", "value = 78.0", ("78 is no share", "0 to 1")),
    "wrong_length": ("nerves.toml", "diameter_mm = [2.5, 3.5]", "diameter_mm = [25, 35]", ("cannot be mm",)),
}


@pytest.mark.parametrize("kind", KINDS)
def test_that_a_fault_of_this_kind_is_found_on_its_line(copy: Path, kind: str) -> None:
    name, old, new, words = KINDS[kind]
    line = edit(copy / "atlas" / name, old, new)
    hits = found(check(copy), f"atlas/{name}", *words)
    assert hits
    near = 4  # what is missing has no line of its own: its entry's id has
    assert any(abs(fault.line - line) <= near for fault in hits), (line, hits)


def test_that_faults_of_every_kind_are_listed_in_one_run(
    copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, old, new, _ in KINDS.values():
        edit(copy / "atlas" / name, old, new)
    assert cli.main(["check", "--content", str(copy)]) == 1
    listed = capsys.readouterr().out.splitlines()
    for kind, (name, _, _, words) in KINDS.items():
        said = [row for row in listed if re.match(rf"atlas/{name}:\d+: ", row)]
        assert any(all(word in row for word in words) for row in said), (kind, said)
    assert listed[-1].endswith("faults") and int(listed[-1].split()[0]) == len(listed) - 1


def test_that_regions_without_border_or_field_are_listed(copy: Path) -> None:
    path = copy / "atlas" / "territories.toml"
    edit(path, 'id = "thigh_lat_mid"', 'id = "thigh_lat_middle"')
    faults = check(copy)
    assert found(faults, "atlas/territories.toml", "thigh_lat_middle", "no border")
    assert found(faults, "atlas/territories.toml", "thigh_lat_middle", "no field")
    assert found(faults, "atlas/region_borders.toml", "thigh_lat_mid", "no region")
    assert found(faults, "meshes/skin_fields.npz", "thigh_lat_mid")
    assert found(faults, "atlas/cases.toml", "thigh_lat_mid", "nearest: thigh_lat_middle")


def test_that_a_truncated_mesh_file_is_named(copy: Path) -> None:
    path = copy / "meshes" / "discs.glb"
    path.write_bytes(path.read_bytes()[:1000])
    faults = check(copy)
    assert found(faults, "meshes/discs.glb", "differ from manifest.toml")
    assert found(faults, "atlas/structures/discs.toml", "no mesh")
    with pytest.raises(MeshFault, match=r"discs\.glb"):
        load_atlas(copy)


def test_that_a_structure_outside_the_body_is_listed(copy: Path) -> None:
    path = copy / "meshes" / "discs.glb"
    data = bytearray(path.read_bytes())
    mesh = next(iter(read_glb(path).values()))
    place = bytes(data).index(mesh.points_lps[0].tobytes())
    data[place : place + 4] = b"\x00\x00\x7a\x44"  # 1000.0 mm as a little-endian float
    path.write_bytes(data)
    vouch(copy, "discs.glb")
    assert found(check(copy), "meshes/discs.glb", mesh.id, "outside the body frame")


def test_that_a_mesh_file_nobody_lists_is_a_fault(copy: Path) -> None:
    shutil.copy(copy / "meshes" / "discs.glb", copy / "meshes" / "spare.glb")
    assert found(check(copy), "meshes/spare.glb", "does not list it")


def test_that_a_missing_mesh_folder_does_not_hide_faults_of_the_text(copy: Path) -> None:
    shutil.rmtree(copy / "meshes")
    edit(copy / "atlas" / "nerves.toml", 'part_of = "lfcn"', 'part_of = "lfnc"')
    faults = check(copy)
    assert found(faults, "meshes/manifest.toml", "missing")
    assert found(faults, "atlas/nerves.toml", "lfnc")


def test_that_every_region_has_a_field_on_the_skin_of_its_kind() -> None:
    content, fields = load_content(ASSETS), load_atlas(ASSETS).fields
    assert set(fields.region_ids) == {r.id for r in content.regions.values() if not r.deep}
    assert set(fields.deep_ids) == {r.id for r in content.regions.values() if r.deep}
