"""The checks that read the syntax of sources: each finds what is planted, and only that."""

import pytest

from tools import call_graph, docstrings, features, forbidden, sizes, texts
from tools.tests.conftest import Plant

CLIENTS = "services/clients/src/clients"
EDGE = "gateway/edge/src/edge"


@pytest.mark.parametrize(
    ("file", "line", "found"),
    [
        ("folders/use_cases.py", "from clients.tags import use_cases", 0),
        ("folders/use_cases.py", "from clients.tags.repository import TagRepository", 0),
        ("folders/rules.py", "from clients.tags.rules import Tag", 0),
        ("folders/repository.py", "from clients.tags.tables import tags", 0),
        ("folders/repository/lists.py", "from clients.tags import tables", 0),
        ("folders/routes.py", "from clients.folders import schemas, use_cases", 0),
        ("app.py", "from clients.tags import routes", 0),
        ("folders/tables.py", "from clients.metadata import METADATA", 0),
        ("folders/tables.py", "from clients.tags.tables import tag_columns", 0),
        ("folders/events.py", "from clients.tags.events import told", 0),
        ("folders/use_cases.py", "from clients.tags import tables", 1),
        ("folders/use_cases.py", "from clients.tags.schemas import TagView", 1),
        ("folders/use_cases.py", "from clients.tags import rules, events", 1),
        ("folders/routes.py", "import clients.tags.schemas", 1),
        ("folders/routes.py", "from ..tags import schemas", 1),
        ("folders/use_cases.py", "def late():\n    from clients.tags import tables", 1),
    ],
)
def test_features_meet_only_where_they_may(plant: Plant, file: str, line: str, found: int) -> None:
    plant(f"{CLIENTS}/tags/rules.py", "")
    plant(f"{CLIENTS}/metadata.py", "")
    assert len(features.check(plant(f"{CLIENTS}/{file}", line))) == found


REFS = "libs/refs/src/refs"


def ask(name: str) -> str:
    return f'async def get(channels):\n    await channels.peer("{name}").call(METHOD)\n'


@pytest.fixture
def memory(plant: Plant) -> None:
    """A refs whose people ask identity and whose clients, over one more module, ask clients."""
    two = ask("edge").replace("get(", "get_user(") + ask("clients").replace("get(", "get_client(")
    plant(f"{REFS}/peers.py", two)
    plant(f"{REFS}/people.py", "from refs import peers\npeers.get_user(c)")
    plant(f"{REFS}/fetching.py", "from refs import peers\npeers.get_client(c)")
    plant(f"{REFS}/clients.py", "from refs.fetching import fetch")
    plant(f"{REFS}/levels.py", "")


@pytest.mark.parametrize(
    ("path", "text", "found"),
    [
        ("services/comms/src/comms/peers.py", ask("clients"), 0),
        ("services/comms/src/comms/peers.py", ask("edge"), 0),
        ("services/automation/src/automation/peers.py", ask("comms"), 0),
        (f"{EDGE}/peers.py", ask("automation"), 0),
        (f"{EDGE}/workspace/repository.py", "from edge.peers import Peers", 0),
        ("services/comms/src/comms/app.py", "from refs import clients", 0),
        (f"{CLIENTS}/app.py", "from refs.people import people\nfrom refs.clients import x", 0),
        (f"{EDGE}/users/use_cases.py", "from refs import levels, people", 0),
        (f"{CLIENTS}/peers.py", ask("comms"), 1),
        (f"{CLIENTS}/peers.py", ask("clients"), 1),
        ("services/comms/src/comms/peers.py", ask("automation"), 1),
        ("services/comms/src/comms/peers.py", ask("edge").replace('"edge"', "name"), 1),
        (f"{CLIENTS}/peers.py", "from diwan.comms.v1 import messages_pb2_grpc", 1),
        (f"{CLIENTS}/peers.py", "from diwan.comms.v1.messages_pb2_grpc import MessagesStub", 1),
        (f"{CLIENTS}/folders/use_cases.py", ask("edge"), 1),
        (f"{EDGE}/users/use_cases.py", "from edge.peers import Peers", 1),
        (f"{EDGE}/users/use_cases.py", "from edge import peers", 1),
        (f"{EDGE}/users/use_cases.py", "from refs.clients import x", 1),
        (f"{EDGE}/users/use_cases.py", "from refs import peers", 1),
    ],
)
@pytest.mark.usefixtures("memory")
def test_waits_go_down_the_table_only(plant: Plant, path: str, text: str, found: int) -> None:
    assert len(call_graph.check(plant(path, text))) == found


def test_the_table_of_waits_has_no_circle() -> None:
    for node, asked in call_graph.WAITS.items():
        assert all(node not in call_graph.WAITS[other] for other in asked)


@pytest.mark.parametrize(
    "call", ["connection.commit()", "work.rollback()", "begin()", "a.b.begin(x)"]
)
def test_only_the_chassis_ends_transactions(plant: Plant, call: str) -> None:
    assert not forbidden.transactions(plant("libs/chassis/src/chassis/database.py", call))
    assert not forbidden.transactions(plant(f"{CLIENTS}/app.py", "# commit()\nname = 'begin()'"))
    assert len(forbidden.transactions(plant(f"{CLIENTS}/folders/use_cases.py", call))) == 1


@pytest.mark.parametrize("line", ["import os\nos.environ['A']", "from os import getenv"])
def test_only_settings_read_the_environment(plant: Plant, line: str) -> None:
    assert not forbidden.environment(plant(f"{CLIENTS}/settings.py", line))
    assert not forbidden.environment(plant("deploy/local/src/local/stack.py", line))
    assert len(forbidden.environment(plant("libs/chassis/src/chassis/telemetry.py", line))) == 1


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("use_cases", "async def void_invoice(work): {}"),
        ("routes", "@router.post('/x')\nasync def void_invoice(work): {}"),
        ("servicer", "class Invoices:\n    async def VoidInvoice(self): {}"),
    ],
)
def test_doors_say_what_they_do(plant: Plant, file: str, text: str) -> None:
    path = f"{CLIENTS}/folders/{file}.py"
    assert len(docstrings.check(plant(path, text.format("...")))) == 1
    assert not docstrings.check(plant(path, text.format('"""Cancel it."""')))


def test_private_functions_need_no_docstring(plant: Plant) -> None:
    private = "def _helper(): ...\nclass A:\n    def __init__(self): ..."
    for file in ("use_cases", "routes", "servicer", "rules"):
        assert not docstrings.check(plant(f"{CLIENTS}/folders/{file}.py", private))


CATALOGUE = 'msgid "A is gone."\nmsgstr "ذهب."\n'


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("folders/rules.py", 'class Gone(Invalid):\n    detail = "{}"'),
        ("folders/rules.py", 'class Gone(errors.Invalid):\n    status, title = 1, "{}"'),
        ("folders/use_cases.py", 'raise NotFound("{}")'),
        ("folders/use_cases.py", 'raise errors.Conflict("{}", field="a b")'),
        ("folders/schemas.py", 'raise ValueError("{}")'),
        ("app.py", 'translate("{}", locale)'),
    ],
)
def test_every_refusal_needs_its_arabic(plant: Plant, file: str, text: str) -> None:
    plant(f"{CLIENTS}/__main__.py", 'i18n.register("clients")')
    plant(f"{CLIENTS}/locales/ar.po", CATALOGUE)
    texts.catalogue.cache_clear()
    assert not texts.check(plant(f"{CLIENTS}/{file}", text.format("A is gone.")))
    assert len(texts.check(plant(f"{CLIENTS}/{file}", text.format("B is gone.")))) == 1


def test_the_arabic_has_the_placeholders_of_the_english(plant: Plant) -> None:
    plant(f"{CLIENTS}/app.py", 'register("clients")\nraise NotFound("No {noun} here.")')
    for arabic, found in (("لا {noun} هنا.", 0), ("لا شيء هنا.", 1), ("لا {x} هنا.", 1)):
        entry = f'msgid "No {{noun}} here."\nmsgstr "{arabic}"\n'
        texts.catalogue.cache_clear()
        assert len(texts.check(plant(f"{CLIENTS}/locales/ar.po", entry))) == found


def test_a_catalogue_nobody_reads_is_found(plant: Plant) -> None:
    tree = plant(f"{CLIENTS}/locales/ar.po", CATALOGUE)
    assert "nothing calls" in texts.check(tree)[0]
    assert not texts.check(plant(f"{CLIENTS}/app.py", 'i18n.register("clients")'))


def lines(count: int) -> str:
    return "def long():\n" + "    pass\n" * (count - 1)


@pytest.mark.parametrize(
    ("path", "text", "found"),
    [
        (f"{CLIENTS}/app.py", lines(40), 0),
        (f"{CLIENTS}/app.py", lines(41), 1),
        (f"{CLIENTS}/app.py", "x = 1\n" * 300, 0),
        (f"{CLIENTS}/app.py", "x = 1\n" * 301, 1),
        ("services/clients/tests/test_app.py", "x = 1\n" * 400, 0),
        ("services/clients/tests/test_app.py", "x = 1\n" * 401, 1),
        ("services/clients/migrations/versions/0001.py", lines(200), 0),
    ],
)
def test_what_is_too_long_is_named(plant: Plant, path: str, text: str, found: int) -> None:
    assert len(sizes.check(plant(path, text))) == found


def test_the_size_report_counts(plant: Plant) -> None:
    tree = plant(f"{CLIENTS}/app.py", lines(3) + lines(9))
    functions, files = sizes.report(tree)
    assert "functions: 2, median 6, p90 9, most 9" in functions
    assert "files: 1, median 12" in files
