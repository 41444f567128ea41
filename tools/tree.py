"""The files of the checkout that the checks read."""

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

SERVICES = ("gateway/edge", "services/*")
PACKAGES = ("libs/*", *SERVICES, "deploy/local")


@dataclass(frozen=True)
class Source:
    """One Python file; `path` is relative to the checkout, with forward slashes."""

    path: str
    text: str

    @cached_property
    def syntax(self) -> ast.Module:
        return ast.parse(self.text, self.path)

    @property
    def module(self) -> list[str]:
        """["clients", "folders", "rules"] for …/src/clients/folders/rules.py."""
        _, _, inside = self.path.rpartition("/src/")
        return [part for part in inside.removesuffix(".py").split("/") if part != "__init__"]

    @property
    def name(self) -> str:
        return self.path.rpartition("/")[2]

    def at(self, node: ast.AST, text: str) -> str:
        """A finding, in the form editors jump to."""
        return f"{self.path}:{getattr(node, 'lineno', 1)}: {text}"


@dataclass(frozen=True)
class Tree:
    """A checkout."""

    root: Path

    def sources(self, *places: str) -> Iterator[Source]:
        """The Python files under `src` of the packages, or of the given ones only."""
        for place in places or PACKAGES:
            for folder in sorted(self.root.glob(f"{place}/src")):
                yield from self.python(folder)

    def python(self, folder: Path) -> Iterator[Source]:
        """Every Python file below a folder."""
        for path in sorted(folder.rglob("*.py")):
            yield Source(path.relative_to(self.root).as_posix(), path.read_text("utf-8"))

    def read(self, path: str) -> str | None:
        """The text of a file, or None where there is no such file."""
        file = self.root / path
        return file.read_text("utf-8") if file.is_file() else None

    def files(self) -> list[str]:
        """Every file that is or could be committed; in a folder without git, every file."""
        if (self.root / ".git").exists():
            command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
            listed = subprocess.run(command, cwd=self.root, capture_output=True, check=True)
            names = {name for name in listed.stdout.decode().split("\0") if name}
            return sorted(name for name in names if (self.root / name).is_file())
        found = (path for path in self.root.rglob("*") if path.is_file())
        return sorted(path.relative_to(self.root).as_posix() for path in found)
