"""Bytes are kept whole, under keys that cannot leave the folder."""

from pathlib import Path

import pytest

from backend.integrations.storage import Missing, Storage

KEY = "ab12" * 6


def files_in(folder: Path) -> list[str]:
    return [str(one.relative_to(folder)) for one in folder.rglob("*") if one.is_file()]


async def test_what_was_put_is_there_until_deleted(tmp_path: Path) -> None:
    storage = Storage(tmp_path / "files")
    await storage.put(KEY, b"first")
    await storage.put(KEY, b"second")
    assert await storage.get(KEY) == b"second"
    assert await storage.exists(KEY)
    assert files_in(tmp_path) == [f"files/ab/12/{KEY}"]
    await storage.delete(KEY)
    await storage.delete(KEY)
    assert not await storage.exists(KEY)
    with pytest.raises(Missing):
        await storage.get(KEY)


@pytest.mark.parametrize(
    "key", ["../" * 8, "/etc/passwd", "ab12" * 6 + "/", "", "AB12" * 6, "a.b" * 8]
)
async def test_only_our_own_keys_are_paths(tmp_path: Path, key: str) -> None:
    storage = Storage(tmp_path)
    for ask in (storage.get, storage.delete, storage.exists):
        with pytest.raises(ValueError, match="not a key"):
            await ask(key)
    with pytest.raises(ValueError, match="not a key"):
        await storage.put(key, b"x")


async def test_a_write_that_fails_leaves_nothing(tmp_path: Path) -> None:
    storage = Storage(tmp_path)
    await storage.put(KEY, b"good")
    with pytest.raises(TypeError):
        await storage.put(KEY, "text")  # type: ignore[arg-type]
    assert await storage.get(KEY) == b"good"
    assert files_in(tmp_path) == [f"ab/12/{KEY}"]
