"""The programs behind `make lint` are called so that they do find what they are for."""

import os
import subprocess
from pathlib import Path

import pytest

from tools import programs
from tools.tests.conftest import Plant
from tools.tree import Tree

ROOT = Path(__file__).parents[2]
SKELETON = (
    "chassis/{__init__,database,work,repository,outbox,inbox}.py chassis/{http,rpc}/__init__.py "
    "refs/{__init__,tables}.py background/__init__.py papers/__init__.py local/{__init__,stack}.py "
    "{clients,comms,billing,memberships,scheduling,automation,edge}/"
    "{__init__,app,peers,settings}.py "
    "clients/{folders,tags}/{__init__,routes,use_cases,repository,tables,rules}.py"
)


@pytest.fixture
def settings(plant: Plant) -> Tree:
    """An empty checkout with the real settings of the tools."""
    return plant("pyproject.toml", (ROOT / "pyproject.toml").read_text("utf-8"))


@pytest.mark.parametrize(
    "text",
    [
        "import os\n",
        '"""No line."""\n\nx = eval("1")\n',
        '"""No line."""\n\n\ndef f():\n    import os\n\n    return os\n',
        '"""No line."""\n\n\ndef f(a, b, c, d, e, f):\n    return a\n',
        '"""No line."""\n\n\ndef f(x):\n' + "    if x:\n        x = 1\n" * 8 + "    return x\n",
    ],
)
def test_ruff_finds_what_the_house_style_forbids(settings: Tree, plant: Plant, text: str) -> None:
    assert not programs.ruff_rules(plant("a.py", '"""Right."""\n\nNAME = "أحمد"\n'))
    assert programs.ruff_rules(plant("a.py", text))


def test_ruff_finds_another_format(settings: Tree, plant: Plant) -> None:
    assert not programs.ruff_format(plant("a.py", "x = 1\n"))
    assert programs.ruff_format(plant("a.py", "x=1\n"))


def test_mypy_is_strict(settings: Tree, plant: Plant) -> None:
    plant("tools/__init__.py", "")
    path = "services/clients/src/clients/app.py"
    assert not programs.mypy(plant(path, "def f() -> int:\n    return 1\n"))
    assert programs.mypy(plant(path, "def f():\n    return 1\n"))


def contracts(tree: Tree) -> list[str]:
    """Run the import contracts on the skeleton's packages instead of the installed ones."""
    command = [str(programs.BIN / "lint-imports"), "--no-logo", "--no-cache"]
    environment = os.environ | {"PYTHONPATH": str(tree.root)}
    done = subprocess.run(
        command, cwd=tree.root, env=environment, capture_output=True, text=True, check=False
    )
    broken = [line for line in done.stdout.splitlines() if line.endswith(" BROKEN")]
    assert done.returncode == bool(broken), done.stdout + done.stderr
    return broken


@pytest.fixture
def skeleton(settings: Tree) -> Tree:
    command = ["bash", "-c", f'for f in {SKELETON}; do mkdir -p "${{f%/*}}" && : >"$f"; done']
    subprocess.run(command, cwd=settings.root, check=True)
    return settings


def test_the_skeleton_keeps_all_contracts(skeleton: Tree) -> None:
    assert not contracts(skeleton)


@pytest.mark.parametrize(
    ("file", "line", "contract"),
    [
        ("clients/app.py", "import comms.app", "Services never see each other"),
        ("chassis/work.py", "import clients.app", "the chassis sees none of them"),
        ("chassis/work.py", "import refs.tables", "the chassis sees none of them"),
        ("clients/tags/helpers.py", "", "A feature has these files"),
        ("clients/tags/rules.py", "import clients.tags.repository", "imports downwards"),
        ("clients/tags/tables.py", "import clients.tags.use_cases", "imports downwards"),
        ("clients/tags/use_cases.py", "import clients.folders.routes", "Only app.py opens"),
        ("clients/tags/rules.py", "import sqlalchemy", "Rules touch nothing"),
        ("clients/tags/rules.py", "def late():\n    import chassis.work", "Rules touch nothing"),
        ("clients/tags/use_cases.py", "import fastapi", "Use cases know no transport"),
        ("clients/tags/repository.py", "import grpc", "Use cases know no transport"),
        ("local/stack.py", "import clients.app", "The launcher runs the services"),
        ("clients/app.py", "import local.stack", "The product does not know the launcher"),
    ],
)
def test_a_broken_contract_is_found(
    skeleton: Tree, plant: Plant, file: str, line: str, contract: str
) -> None:
    broken = contracts(plant(file, line))
    assert any(contract in name for name in broken), broken


def test_features_that_call_each_other_in_a_circle_are_found(skeleton: Tree, plant: Plant) -> None:
    plant("clients/tags/use_cases.py", "import clients.folders.use_cases")
    broken = contracts(plant("clients/folders/use_cases.py", "import clients.tags.use_cases"))
    assert ["never in a circle" in name for name in broken] == [True]


PROTO = """syntax = "proto3";
package diwan.shop.v1;
// One bicycle.
message Bicycle {{
  {field} = {number};
}}
"""


@pytest.fixture
def protos(plant: Plant) -> Tree:
    plant("protos/buf.yaml", (ROOT / "protos/buf.yaml").read_text("utf-8"))
    tree = plant("protos/diwan/shop/v1/bicycles.proto", PROTO.format(field="string name", number=1))
    assert not programs.run(tree, "buf", "build", "protos", "-o", "protos/baseline.binpb")
    return tree


@pytest.mark.parametrize(
    ("field", "number"), [("string name", 2), ("int32 name", 1), ("string other", 1)]
)
def test_a_breaking_change_of_a_message_is_found(
    protos: Tree, plant: Plant, field: str, number: int
) -> None:
    assert not programs.buf_breaking(protos)
    plant("protos/diwan/shop/v1/bicycles.proto", PROTO.format(field=field, number=number))
    assert programs.buf_breaking(protos)


def test_an_unusual_proto_is_found(protos: Tree, plant: Plant) -> None:
    assert not programs.buf_lint(protos)
    plant("protos/diwan/shop/v1/bicycles.proto", PROTO.format(field="string Name", number=1))
    assert programs.buf_lint(protos)
