"""Storage: one suite over a folder of this machine and over a real S3 server."""

import asyncio
import os
import tracemalloc
from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

import pytest

from chassis.errors import Unavailable
from chassis.storage import NotStored, Storage
from chassis.testing.databases import Urls
from chassis.testing.harness import environment
from libs.chassis.tests.shop.app import Settings
from tests.seaweed import KEY, SECRET, Seaweed


def storage(**more: Any) -> Storage:
    nowhere = Urls(*["postgresql://nobody@127.0.0.1:1/none"] * 3)
    return Storage(Settings(**environment(nowhere, "", "") | more))


@pytest.fixture(scope="module", params=["disk", pytest.param("s3", marks=pytest.mark.long)])
async def kept(request: Any, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Storage]:
    folder: Path = tmp_path_factory.mktemp("kept")
    if request.param == "disk":
        yield storage(files_url=(folder / "ملفات العملاء").as_uri())
        return
    seaweed = Seaweed(folder / "s3")
    await seaweed.start()
    await seaweed.make_bucket("diwan")
    try:
        yield storage(
            files_url="s3://diwan/files", s3_endpoint=seaweed.url,
            s3_access_key=KEY, s3_secret_key=SECRET,
        )  # fmt: skip
    finally:
        await seaweed.stop()


async def read(kept: Storage, key: str, start: int, end: int) -> bytes:
    return b"".join([piece async for piece in await kept.pieces(key, start, end)])


@pytest.mark.parametrize("size", [0, 1, 70_000, 11_000_000])
async def test_what_is_put_is_read_whole_and_in_parts(kept: Storage, size: int) -> None:
    """CL-62"""
    content, key = os.urandom(size), f"t1/{size}"
    await kept.put(key, BytesIO(content))
    assert await read(kept, key, 0, size) == content
    assert await read(kept, key, size // 3, size // 2) == content[size // 3 : size // 2]
    assert await kept.holds(key)


async def test_what_is_deleted_is_gone_and_may_be_deleted_again(kept: Storage) -> None:
    """CL-62"""
    await kept.put("t1/gone", BytesIO(b"x"))
    for _ in range(2):
        await kept.delete("t1/gone")
    assert not await kept.holds("t1/gone")
    with pytest.raises(NotStored):
        await kept.pieces("t1/gone", 0, 1)


async def test_many_at_once(kept: Storage) -> None:
    async def one(number: int) -> None:
        await kept.put(f"t2/{number}", BytesIO(b"%d" % number))
        assert await read(kept, f"t2/{number}", 0, 9) == b"%d" % number

    await asyncio.gather(*(one(number) for number in range(40)))


async def test_memory_does_not_grow_with_the_file(kept: Storage) -> None:
    """CL-62: of a large file some parts are in memory at a time."""
    size = 60_000_000
    with TemporaryFile() as content:
        content.truncate(size)
        tracemalloc.start()
        try:
            await kept.put("t3/large", content)
            seen = sum([len(piece) async for piece in await kept.pieces("t3/large", 0, size)])
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert seen == size
    assert peak < 30_000_000


async def test_a_storage_that_is_away_is_unavailable() -> None:
    away = storage(
        files_url="s3://diwan", s3_endpoint="http://127.0.0.1:1", s3_access_key="k",
        s3_secret_key="s",
    )  # fmt: skip
    with pytest.raises(Unavailable):
        await away.holds("x")
