"""Files by key: in a folder of this machine, or in a bucket of whatever speaks S3.

The functions of obstore that return futures abort an interpreter that ends while one of their
threads calls back, so the plain ones are used, in threads of our own.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import IO, Any, Final, TypeVar
from urllib.parse import unquote, urlsplit

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, S3Store

from chassis.errors import NotFound, Unavailable
from chassis.settings import ChassisSettings

ResultT = TypeVar("ResultT")
_PART: Final = 5 << 20
# Parts of one file that are sent at once: what an upload costs in memory, whatever its size.
_PARTS_AT_ONCE: Final = 2
_PIECE: Final = 256 << 10
_AT_ONCE: Final = 16
_RETRIES: Final[Any] = {"max_retries": 3, "retry_timeout": timedelta(seconds=20)}


class NotStored(NotFound):
    """Nothing has this key (any more)."""

    code = "file_gone"
    detail = "This file is not stored any more."


class Storage:
    """Where `DIWAN_FILES_URL` says: `file:///folder` or `s3://bucket/prefix`."""

    def __init__(self, settings: ChassisSettings) -> None:
        self._settings = settings
        self._threads = ThreadPoolExecutor(_AT_ONCE, "files")

    async def put(self, key: str, content: IO[bytes]) -> None:
        """Store a file under a new key; it is there for good when this returns."""
        await self._run(lambda: self._put(key, content))

    async def pieces(self, key: str, start: int, end: int) -> AsyncIterator[bytes]:
        """The bytes from `start` to before `end`; raises NotStored before the first of them."""
        if start >= end:
            return _nothing()
        options: Any = {"range": (start, end)}
        found = await self._run(lambda: obstore.get(self._store, key, options=options))
        return self._stream(iter(found.stream(min_chunk_size=_PIECE)))

    async def delete(self, key: str) -> None:
        """Remove a file, if it is there."""

        def remove() -> None:
            try:
                obstore.delete(self._store, key)
            except FileNotFoundError:
                return

        await self._run(remove)

    async def size(self, key: str) -> int:
        """How many bytes a file has; raises NotStored."""
        found = await self._run(lambda: obstore.head(self._store, key))
        return int(found["size"])

    async def holds(self, key: str) -> bool:
        """Whether a file has this key."""
        try:
            await self.size(key)
        except NotStored:
            return False
        return True

    def _put(self, key: str, content: IO[bytes]) -> None:
        content.seek(0)
        obstore.put(
            self._store, key, content, chunk_size=_PART, max_concurrency=_PARTS_AT_ONCE
        )  # fmt: skip
        if self._folder is not None:
            _sync(self._folder / key)

    async def _stream(self, parts: Any) -> AsyncIterator[bytes]:
        while (part := await self._run(lambda: next(parts, None))) is not None:
            yield bytes(part)

    async def _run(self, call: Callable[[], ResultT]) -> ResultT:
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._threads, call)
        except FileNotFoundError as error:
            raise NotStored() from error
        except (BaseError, OSError) as error:
            raise Unavailable() from error

    @cached_property
    def _folder(self) -> Path | None:
        address = urlsplit(self._settings.files_url)
        return Path(unquote(address.path)) if address.scheme == "file" else None

    @cached_property
    def _store(self) -> LocalStore | S3Store:
        if self._folder is not None:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            return LocalStore(self._folder, mkdir=True)
        settings = self._settings
        options: dict[str, Any] = {"region": settings.s3_region}
        if settings.s3_endpoint:
            options |= {"endpoint": settings.s3_endpoint, "virtual_hosted_style_request": False}
        if settings.s3_access_key and settings.s3_secret_key:
            options["access_key_id"] = settings.s3_access_key.get_secret_value()
            options["secret_access_key"] = settings.s3_secret_key.get_secret_value()
        return S3Store.from_url(
            settings.files_url, client_options={"allow_http": True, "timeout": "60s"},
            retry_config=_RETRIES, **options,
        )  # fmt: skip


async def _nothing() -> AsyncIterator[bytes]:
    pieces: tuple[bytes, ...] = ()
    for piece in pieces:
        yield piece


def _sync(path: Path) -> None:
    """What is acknowledged outlives a power cut: the file, and its name in the folder."""
    for one in (path, path.parent):
        number = os.open(one, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)
