"""Where bytes lie: a directory of this machine now, an object store with the same words later."""

import asyncio
import os
import re
from contextlib import suppress
from pathlib import Path
from secrets import token_hex

KEY = re.compile(r"[0-9a-z]{16,64}")


class Missing(Exception):
    """Nothing lies under this key."""


class Storage:
    """Keys are 16 to 64 of `0-9a-z`, made by us; anything else raises ValueError.

    A directory per first two and next two characters keeps directories small. What `put` has
    returned from survives a power cut, and nobody ever sees half of it.
    """

    def __init__(self, root: Path) -> None:
        self._root = root

    async def put(self, key: str, content: bytes) -> None:
        """Keep the bytes, replacing what was there."""
        await asyncio.to_thread(self._put, self._path(key), content)

    async def get(self, key: str) -> bytes:
        """The bytes. Raises Missing."""
        try:
            return await asyncio.to_thread(self._path(key).read_bytes)
        except FileNotFoundError as error:
            raise Missing(key) from error

    async def delete(self, key: str) -> None:
        """Forget the bytes; it is no error when they are gone already."""
        with suppress(FileNotFoundError):
            await asyncio.to_thread(self._path(key).unlink)

    async def exists(self, key: str) -> bool:
        return await asyncio.to_thread(self._path(key).exists)

    def _path(self, key: str) -> Path:
        if not KEY.fullmatch(key):
            raise ValueError("not a key of the storage")
        return self._root / key[:2] / key[2:4] / key

    def _put(self, path: Path, content: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.{token_hex(4)}")
        try:
            with draft.open("xb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)
        except BaseException:
            draft.unlink(missing_ok=True)
            raise
        for folder in (path.parent, path.parent.parent, self._root):
            _sync_folder(folder)


def _sync_folder(folder: Path) -> None:
    """Names are part of the folder: they too must reach the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


_configured: list[Storage] = []


def configure(storage: Storage) -> None:
    """Make this the process's storage (at start)."""
    _configured[:] = [storage]


def storage() -> Storage:
    """The process's storage. Raises RuntimeError before `configure`."""
    if not _configured:
        raise RuntimeError("storage.configure() has not been called")
    return _configured[0]
