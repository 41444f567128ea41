"""A stack per file, for tests that kill and stop its parts."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from local.stack import Options, Stack
from tests.conftest import EVERYWHERE


@pytest.fixture(scope="module")
async def stack(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stack]:
    """A stack whose parts may be killed."""
    folder: Path = tmp_path_factory.mktemp("chaos")
    options = Options(durable=False, environment={"*": EVERYWHERE})
    async with Stack(folder / "state", options, print) as running:
        yield running
