"""Files are replaced whole, are readable like any other file, and links stay links."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from planner.files import write_atomically


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
@pytest.mark.parametrize(("umask", "mode"), [(0o022, 0o644), (0o027, 0o640), (0o077, 0o600)])
def test_that_the_mask_of_the_user_decides_who_may_read(tmp_path: Path, umask: int, mode: int) -> None:
    before = os.umask(umask)
    try:
        write_atomically(tmp_path / "scene.json", b"x")
    finally:
        os.umask(before)
    assert (tmp_path / "scene.json").stat().st_mode & 0o777 == mode


def test_that_a_failed_write_leaves_the_old_file_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "old"
    target.write_bytes(b"old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_atomically(target, b"new")
    assert target.read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["old"]


def test_that_the_longest_name_can_be_written_and_a_folder_cannot(tmp_path: Path) -> None:
    longest = tmp_path / f"{'x' * 251}.png"
    write_atomically(longest, b"x")
    assert longest.read_bytes() == b"x"
    with pytest.raises(IsADirectoryError):
        write_atomically(tmp_path, b"x")
    with pytest.raises(FileNotFoundError):
        write_atomically(tmp_path / "none" / "x", b"x")
    assert [entry.name for entry in tmp_path.iterdir()] == [longest.name]


def test_that_a_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "real").write_bytes(b"old")
    try:
        (tmp_path / "link").symlink_to(tmp_path / "real")
    except OSError:
        pytest.skip("this account may not make links")
    write_atomically(tmp_path / "link", b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_bytes() == b"new"
