"""The bench itself: both applications give the same answers, and every figure is there."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.bench import against, asking, plan, reactions
from tests.bench.bed import Bed, bed
from tests.bench.credit_growth import credit_growth
from tests.bench.importing import importing
from tests.bench.plan import Plan
from tests.bench.planning import planning
from tests.bench.planning_growth import planning_growth
from tests.bench.profiles import Desk, desk, narrowed, profiles
from tests.bench.renewing import renewing
from tests.bench.report import Finding, Report
from tests.bench.selling_growth import selling_growth

pytestmark = [pytest.mark.long, pytest.mark.timeout(600)]
TINY = Plan(
    clients=300,
    rounds=1,
    seconds=1.0,
    backlog=(20, 40),
    rows=(50, 100),
    invoices=(400, 800),
    entries=(200, 400),
    appointments=(400, 800),
    renewals=(20, 40),
)


@pytest.fixture(scope="module")
async def small(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Bed]:
    folder: Path = tmp_path_factory.mktemp("bench")
    async with bed(folder / "bed", TINY.clients, print) as made:
        yield made


@pytest.fixture(scope="module")
async def at_desk(small: Bed) -> Desk:
    return await desk(small)


async def ask(bed: Bed, target: asking.Target, path: str = "", **options: Any) -> httpx.Response:
    method = "POST" if "json" in options else "GET"
    headers = target.headers() | options.pop("headers", {})
    return await bed.product.http.request(
        method, f"{target.path}{path}", headers=headers, **options
    )


async def both(bed: Bed, path: str = "", **options: Any) -> list[Any]:
    targets = (asking.product(bed), asking.ceiling(bed))
    return [(await ask(bed, target, path, **options)).json() for target in targets]


async def test_a_read_is_answered_alike(small: Bed) -> None:
    product, ceiling = await both(small, f"/{small.sample[7]}")
    assert product == ceiling
    assert product["phones"]


@pytest.mark.parametrize("q", ["محمد", "Smith", "05", "555", "nobody at all"])
async def test_a_search_is_answered_alike(small: Bed, q: str) -> None:
    product, ceiling = await both(small, params={"q": q, "limit": "50"})
    assert product["items"] == ceiling["items"]
    assert (product["next_cursor"] is None) == (ceiling["next_cursor"] is None)


async def test_a_create_is_answered_alike(small: Bed) -> None:
    body = {
        "kind": "lead", "name": "سلطان", "business_name": "Studio",
        "phones": [{"number": "0501234567"}], "emails": [{"address": "sultan@example.com"}],
    }  # fmt: skip
    product, ceiling = await both(small, json=body, headers={"Idempotency-Key": "one"})
    own = {"id", "url", "photo_url", "serial", "code", "created_at", "updated_at"}
    own.add("possible_duplicates")
    assert {k: v for k, v in product.items() if k not in own} == {
        k: v for k, v in ceiling.items() if k not in own
    }
    first = {name: product[name] for name in ("id", "name", "code", "url")}
    shared = {"reasons": ["email", "phone"]}
    assert product["possible_duplicates"] == []
    assert ceiling["possible_duplicates"] == [first | shared]
    reads = await both(small, f"/{product['id']}")
    told = [one["possible_duplicates"] for one in reads]
    assert told[0] == told[1] and len(told[0]) == 1


@pytest.mark.parametrize("mine", [False, True], ids=["owner", "agent"])
async def test_lists_and_profiles_are_answered_alike(small: Bed, at_desk: Desk, mine: bool) -> None:
    product, ceiling, told = at_desk.asking(small, mine=mine)
    for path in (narrowed(""), f"/{at_desk.ids[0]}/timeline?"):
        ours = (await ask(small, product, path)).json()
        bare = (await ask(small, ceiling, f"{path}&mine={told}" if mine else path)).json()
        assert len(ours["items"]) > 5
        assert ours["items"] == bare["items"]


async def test_every_figure_is_there_and_no_request_failed(small: Bed, at_desk: Desk) -> None:
    report = Report(print)
    for scenario in (against.read, against.search, against.create):
        await scenario(small, TINY, report)
    await profiles(small, TINY, report, at_desk)
    for reaction in (reactions.react, reactions.backlog, importing):
        await reaction(small, TINY, report)
    assert [one.ratio > 0 for one in report.comparisons] == [True] * 8
    assert len(report.findings) == 6
    assert report.failed == 0
    assert "one event" in report.markdown()


async def test_as_much_is_owed_of_many_invoices_as_of_few(tmp_path: Path) -> None:
    report = Report(print)
    await selling_growth(tmp_path, TINY, report, print)
    assert len(report.findings) == 10
    assert report.failed == 0


async def test_credit_and_renewals_have_their_figures(tmp_path: Path) -> None:
    report = Report(print)
    await credit_growth(tmp_path / "credit", TINY, report, print)
    await renewing(tmp_path / "renewals", TINY, report, print)
    assert len(report.findings) == 6 + 3
    assert report.failed == 0


async def test_appointments_have_their_figures(small: Bed, tmp_path: Path) -> None:
    report = Report(print)
    await planning(small, TINY, report)
    await planning_growth(tmp_path / "planning", TINY, report, print)
    assert len(report.comparisons) == 2 and len(report.findings) == 5
    assert report.failed == 0


def test_a_page_keeps_its_words_and_gets_new_figures(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("before\n<!-- figures -->\nold\n<!-- end of figures -->\nafter\n")
    report = Report(lambda line: None)
    report.found(Finding("warm start", "9 s", "15 s"))
    report.put_into(page)
    assert "| warm start | 9 s | 15 s |" in page.read_text()
    assert page.read_text().startswith("before\n")
    assert page.read_text().endswith("after\n")
    assert "old" not in page.read_text()


def test_a_command_line_is_a_plan() -> None:
    told = plan.read(["--only", "read,growth", "--clients", "10", "--backlog", "5,6"])
    assert (told.only, told.clients, told.backlog) == (("read", "growth"), 10, (5, 6))
