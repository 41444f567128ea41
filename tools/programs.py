"""The checkers that are programs of their own."""

import subprocess
import sys
from pathlib import Path

from tools.tree import PACKAGES, Tree

BIN = Path(sys.executable).parent


def run(tree: Tree, *command: str) -> list[str]:
    """What the program says when it fails, line by line; nothing when it is content."""
    done = subprocess.run(
        [str(BIN / command[0]), *command[1:]],
        cwd=tree.root, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode == 0:
        return []
    lines = (done.stdout + done.stderr).strip().splitlines()
    return lines or [f"{command[0]} ended with {done.returncode}"]


def ruff_format(tree: Tree) -> list[str]:
    return run(tree, "ruff", "format", "--check", "--output-format", "concise", ".")


def ruff_rules(tree: Tree) -> list[str]:
    return run(tree, "ruff", "check", "--quiet", "--output-format", "concise", ".")


def mypy(tree: Tree) -> list[str]:
    """Strict typing of all sources; tests are left out."""
    folders = [str(found) for place in PACKAGES for found in sorted(tree.root.glob(f"{place}/src"))]
    return run(tree, "mypy", "--no-error-summary", *folders, "tools")


def import_contracts(tree: Tree) -> list[str]:
    return run(tree, "lint-imports", "--no-logo")


def buf_lint(tree: Tree) -> list[str]:
    return run(tree, "buf", "lint", "protos")


def buf_breaking(tree: Tree) -> list[str]:
    return run(tree, "buf", "breaking", "protos", "--against", "protos/baseline.binpb")
