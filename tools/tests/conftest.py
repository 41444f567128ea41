"""A small checkout into which the tests plant what the checks must find."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tools.tree import Tree

Plant = Callable[[str, str], Tree]


@pytest.fixture
def plant(tmp_path: Path) -> Plant:
    """Write one file into the small checkout and return it."""

    def write(path: str, text: str) -> Tree:
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        return Tree(tmp_path)

    return write
