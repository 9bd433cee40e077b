"""Names, terminology ids and places of the shipped structures; the check names what is wrong there."""

from __future__ import annotations

import re
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path

import pytest

from planner.atlas import cache
from planner.atlas.check import check
from planner.atlas.hierarchy import ancestors, stem_of
from planner.atlas.load import ContentFault, load_content
from planner.atlas.model import Content, Structure

ASSETS = Path(str(files("assets")))
SIDED_LATIN = re.compile(r"\b(sinist(?:er|ra|rum)|dext(?:er|ra|rum))\b")


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Content]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cache, "cache_folder", lambda: tmp_path_factory.getbasetemp() / "content-cache")
        yield load_content(ASSETS)


def pairs(content: Content) -> Iterator[tuple[Structure, Structure]]:
    for key, left in content.structures.items():
        if key.endswith("_left"):
            yield left, content.structures[f"{stem_of(key)}_right"]


def test_that_every_structure_and_every_group_has_an_english_and_a_latin_name(content: Content) -> None:
    for record in (*content.structures.values(), *content.groups.values()):
        assert record.name.strip() and record.latin.strip(), record.id
        assert re.fullmatch(r"[A-Z][A-Za-z ,;()IVX]+", record.latin), f"{record.id}: {record.latin}"


def test_that_only_the_skin_stands_directly_under_its_system(content: Content) -> None:
    assert [key for key, record in content.structures.items() if not record.parent] == ["skin"]


def test_that_every_structure_stands_under_a_group_of_its_own_system(content: Content) -> None:
    for key, record in content.structures.items():
        above = list(ancestors(content, key))
        assert key == "skin" or above[-1] in content.groups, key
        for place in above:
            parent = content.structures.get(place) or content.groups[place]
            assert parent.system == record.system, f"{key} under {place}"


def test_that_left_and_right_are_called_alike(content: Content) -> None:
    for left, right in pairs(content):
        assert left.name.removeprefix("Left ") == right.name.removeprefix("Right "), left.id
        assert SIDED_LATIN.sub("", left.latin) == SIDED_LATIN.sub("", right.latin), left.id
        assert left.synonyms == right.synonyms, left.id


def test_that_left_and_right_come_from_the_same_place_and_are_of_one_kind(content: Content) -> None:
    for left, right in pairs(content):
        for field in (
            "system",
            "layer",
            "material",
            "provenance",
            "grade",
            "sources",
            "risk",
            "form",
            "nerve",
        ):
            assert getattr(left, field) == getattr(right, field), f"{left.id}: {field}"


def test_that_an_id_of_the_foundational_model_belongs_to_one_structure(content: Content) -> None:
    owners = defaultdict(set)
    for key, record in content.structures.items():
        if record.fma:
            owners[record.fma].add(stem_of(key))
    assert all(len(stems) == 1 for stems in owners.values())
    assert len({stem for stems in owners.values() for stem in stems}) >= 140


def test_that_an_id_with_a_side_stands_on_both_sides_or_on_none(content: Content) -> None:
    for left, right in pairs(content):
        assert bool(left.fma) == bool(right.fma), left.id


def test_that_provenance_and_grade_agree(content: Content) -> None:
    for record in content.structures.values():
        if record.provenance in ("measured", "constructed"):
            assert "bodyparts3d" in record.sources, record.id
        if record.grade == "estimate":
            assert record.note, f"{record.id}: what is estimated is not said"


def test_that_what_one_form_of_the_body_alone_has_is_marked(content: Content) -> None:
    formed = {stem_of(key): record.form for key, record in content.structures.items() if record.form}
    testicular = {"artery_testicular": "male", "vein_testicular": "male"}
    ovarian = {"artery_ovarian": "female", "vein_ovarian": "female"}
    groin = {"spermatic_cord": "male", "ductus_deferens": "male", "round_ligament": "female"}
    assert formed == testicular | ovarian | groin


def test_that_veins_end_in_the_vein_they_drain_into(content: Content) -> None:
    # Terminologia Anatomica 2, 4991-5018: left gonadal vein to the renal vein, right one to the vena cava.
    assert content.structures["vein_gonadal_left"].parent == "vein_renal_left"
    assert content.structures["vein_gonadal_right"].parent == "vena_cava_inferior"
    assert list(ancestors(content, "vein_small_saphenous_left")) == [
        *("vein_popliteal_left", "vein_femoral_left", "vein_external_iliac_left", "vein_common_iliac_left"),
        *("vena_cava_inferior", "veins"),
    ]


def test_that_nerves_stand_under_the_trunk_they_leave(content: Content) -> None:
    assert list(ancestors(content, "saphenous_infrapatellar_right")) == [
        *("saphenous_right", "femoral_right", "lumbar_plexus", "lumbosacral_plexus")
    ]
    for key, record in content.structures.items():
        trunk = content.nerves[record.nerve].part_of if record.nerve else ""
        above = [
            content.structures[one].nerve for one in ancestors(content, key) if one in content.structures
        ]
        assert not trunk or trunk in (*above, record.nerve), f"{key} is not under {trunk}"


@pytest.mark.parametrize(
    ("place", "old", "new", "entry", "text"),
    [
        (
            "structures/muscles.toml",
            'parent = "iliopsoas"',
            'parent = "iliopsaos"',
            "psoas_major_left",
            "iliopsoas",
        ),
        (
            "structures/muscles.toml",
            'parent = "iliopsoas"',
            'parent = "arteries"',
            "psoas_major_left",
            "system",
        ),
        (
            "structures/vessels.toml",
            'parent = "artery_common_iliac_left"',
            'parent = "artery_common_iliac_right"',
            "artery_external_iliac_left",
            "on the other side",
        ),
        (
            "structures/vessels.toml",
            'parent = "arteries"',
            'parent = "artery_femoral_left"',
            "aorta_abdominal",
            "leads back to itself",
        ),
        ("structures/bones.toml", '"sacral bone"', '"Sacrum"', "sacrum", '"Sacrum" is said twice'),
        ("structures/bones.toml", '"sacral bone"', '" "', "sacrum", "empty synonym"),
        ("structures/bones.toml", '"FMA16202"', '"FMA20229"', "coccyx", "FMA20229 is also the id of sacrum"),
        ("structures/bones.toml", '"FMA16202"', '"16202"', "sacrum", "fma"),
        ("groups.toml", 'id = "ribs"', 'id = "sacrum"', "sacrum", "there is a group of this id"),
        (
            "groups.toml",
            'parent = "muscles_of_hip"',
            'parent = "hips"',
            "iliopsoas",
            'there is no group "hips"',
        ),
        (
            "groups.toml",
            'parent = "muscles_of_hip"',
            'parent = "iliopsoas"',
            "iliopsoas",
            "leads back to itself",
        ),
        (
            "groups.toml",
            'system = "muscles"\nparent = "muscles_of_hip"',
            'system = "bones"\nparent = "muscles_of_hip"',
            "iliopsoas",
            "its system is bones",
        ),
    ],
)
def test_that_a_wrong_name_or_place_is_told_with_file_and_entry(
    tmp_path: Path, place: str, old: str, new: str, entry: str, text: str
) -> None:
    shutil.copytree(ASSETS / "atlas", tmp_path / "atlas")
    path = tmp_path / "atlas" / place
    before = path.read_text(encoding="utf-8")
    assert old in before
    path.write_text(before.replace(old, new, 1), encoding="utf-8")
    told = [fault for fault in check(tmp_path) if fault.entry == entry and text in fault.text]
    assert told and all(fault.file.startswith("atlas/") and fault.line for fault in told)


def test_that_a_body_may_do_without_groups(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, without_groups: Callable[[Path], None]
) -> None:
    monkeypatch.setattr(cache, "cache_folder", lambda: tmp_path / "cache")
    shutil.copytree(ASSETS / "atlas", tmp_path / "atlas")
    (tmp_path / "atlas" / "groups.toml").unlink()
    with pytest.raises(ContentFault, match=r"groups\.toml"):
        load_content(tmp_path)
    without_groups(tmp_path / "atlas" / "structures")
    assert not load_content(tmp_path).groups


@pytest.fixture
def without_groups() -> Callable[[Path], None]:
    """Takes the parent from every structure of a folder."""

    def take(folder: Path) -> None:
        for path in folder.glob("*.toml"):
            text = path.read_text(encoding="utf-8")
            path.write_text(re.sub(r'(?m)^parent = ".*"\n', "", text), encoding="utf-8")

    return take
