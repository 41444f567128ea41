"""What a fresh machine meets first: the Makefile and the installer."""

import os
import re
import shutil
import subprocess
from pathlib import Path

from local.checkout import ROOT

TARGETS = (
    "help up down status logs scale reset seed install lock protos migration test test-long "
    "journeys bench fuzz lint fmt"
)
MOST_SHELL_LINES = 3


def make(*arguments: str, folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    command = ["make", "-C", str(folder), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_help_lists_every_target() -> None:
    listed = re.findall(r"^make ([a-z-]+)", make("help").stdout, re.MULTILINE)
    assert listed == TARGETS.split()


def test_targets_are_short() -> None:
    text = (ROOT / "Makefile").read_text()
    for target, recipe in re.findall(r"^([^\s#:]+):[^=\n]*\n((?:\t.*\n)+)", text, re.MULTILINE):
        assert recipe.count("\n") <= MOST_SHELL_LINES, target


def test_missing_python_is_said_in_one_line_and_leaves_nothing_half_done(tmp_path: Path) -> None:
    shutil.copy(ROOT / "Makefile", tmp_path)
    (tmp_path / "deploy" / "local").mkdir(parents=True)
    shutil.copy(ROOT / "deploy" / "local" / "uv.txt", tmp_path / "deploy" / "local")
    (tmp_path / "requirements.lock").touch()
    (tmp_path / "protos" / "diwan").mkdir(parents=True)
    for package in ("gateway/edge", "protos", "deploy/local"):
        (tmp_path / package).mkdir(parents=True, exist_ok=True)
        (tmp_path / package / "pyproject.toml").touch()
    done = make("install", "PYTHON=/no/python3", folder=tmp_path)
    said = [line for line in done.stdout.splitlines() if not line.startswith("make")]
    assert done.returncode != 0
    assert len(said) == 1
    assert "Python 3.11 or newer with venv" in said[0]
    assert not (tmp_path / ".tools").exists()


def run_uv(folder: Path, **environment: str) -> str:
    """What index uv would use, with stand-ins for pip and uv."""
    shutil.copytree(ROOT / "deploy" / "local", folder / "deploy" / "local",
                    ignore=lambda _, names: [name for name in names if name != "uv.sh"],
                    dirs_exist_ok=True)  # fmt: skip
    tools = folder / ".tools" / "bin"
    tools.mkdir(parents=True, exist_ok=True)
    for name, line in (
        ("pip", "echo https://pip.example/simple"),
        ("uv", "echo $UV_DEFAULT_INDEX"),
    ):
        (tools / name).write_text(f"#!/bin/sh\n{line}\n")
        (tools / name).chmod(0o755)
    kept = {"PATH": os.environ["PATH"]}
    command = [str(folder / "deploy" / "local" / "uv.sh"), "pip", "sync"]
    done = subprocess.run(
        command, env=kept | environment, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def test_uv_uses_the_index_that_pip_is_set_up_for(tmp_path: Path) -> None:
    assert run_uv(tmp_path) == "https://pip.example/simple"
    mirror = "https://variable.example/simple"
    assert run_uv(tmp_path, PIP_INDEX_URL=mirror) == mirror
    own = "https://own.example/simple"
    assert run_uv(tmp_path, PIP_INDEX_URL=mirror, UV_DEFAULT_INDEX=own) == own


def test_installer_is_pinned_by_hash() -> None:
    pinned = (ROOT / "deploy" / "local" / "uv.txt").read_text()
    assert re.search(r"^uv==\d+\.\d+\.\d+ ", pinned, re.MULTILINE)
    assert pinned.count("--hash=sha256:") > 10
    assert "://" not in pinned
