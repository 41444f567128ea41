"""Statements and receivables of a client with all below it: what the single ones make."""

import csv
import io
import random
from collections import defaultdict
from decimal import Decimal
from typing import Any

import pytest

from billing.balances import use_cases
from chassis.ids import new_id
from libs.papers.tests.reading import read
from services.billing.tests.balances.test_rollup import Linking, linked
from services.billing.tests.factories import Json, Person
from services.billing.tests.invoices.making import remember_client, remember_company
from services.billing.tests.papers.test_printing import parties
from services.billing.tests.payments.making import client, owed, pay
from services.billing.tests.statements.chances import Chances
from services.billing.tests.statements.test_statements import AGES, walked

__all__ = ["linked", "parties"]

PATH, RECEIVABLES = "/v1/statements", "/v1/billing/reports/receivables"
_Sums = dict[str, dict[str, Decimal]]


def _summed(summaries: list[Json]) -> _Sums:
    """Every amount of them, by currency."""
    found: _Sums = {}
    for one in summaries:
        sums = found.setdefault(one["currency"], defaultdict(Decimal))
        for name in ("charged", "settled"):
            sums[name] += Decimal(one[name])
        for name in ("opening", "closing", "ageing"):
            for part, amount in one[name].items():
                sums[f"{name}.{part}"] += Decimal(amount)
    return found


def _totalled(rows: list[Json]) -> _Sums:
    found: _Sums = {}
    for one in rows:
        sums = found.setdefault(one["currency"], defaultdict(Decimal))
        for name in (*AGES, "due", "overdue", "credit"):
            sums[name] += Decimal(one[name])
    return found


async def _family(owner: Person, seed: int) -> list[str]:
    """A head office, two below it of whom one is of two records, and who has nothing."""
    await remember_company(owner)
    dice = random.Random(seed)
    ids = [str(await remember_client(owner, name=f"فرع {n}")) for n in range(4)]
    twin = str(await remember_client(owner))
    for one in (*ids[:3], twin):
        chances = Chances(owner, one, dice)
        for _ in range(10):
            await chances.happen()
    await client(owner, id=twin, version=2, merged_into=ids[1], name="من قبل")
    return ids


@pytest.mark.parametrize("seed", range(3))
async def test_the_whole_is_what_the_single_ones_make(
    owner: Person, linked: Linking, seed: int
) -> None:
    """CL-66, BI-09: after whatever happened: each amount, and each movement with whose it is."""
    head, *below = await _family(owner, seed)
    linked({head: below})
    whole, items = await walked(owner, head, rollup=True, limit=7)
    singles = [await walked(owner, one) for one in (head, *below)]
    assert _summed(whole["summaries"]) == _summed(
        [summary for one, _ in singles for summary in one["summaries"]]
    )
    alone = {one["transaction_id"]: one for _, some in singles for one in some}
    assert len(items) == len(alone) == sum(len(some) for _, some in singles)
    running: dict[str, Decimal] = {
        one["currency"]: Decimal(one["opening"]["balance"]) for one in whole["summaries"]
    }
    for one in items:
        running[one["currency"]] += Decimal(one["amount"])
        assert Decimal(one["balance"]) == running[one["currency"]]
        theirs = alone[one["transaction_id"]]
        assert one["client_name"].startswith("فرع") and theirs["client_name"] is None
        changed = {"balance": None, "client_name": None}
        assert one | changed == theirs | changed
    report = await owner.get(RECEIVABLES, client_id=head, rollup=True)
    each = [await owner.get(RECEIVABLES, client_id=one) for one in (head, *below)]
    assert _totalled(report["totals"]) == _totalled([t for one in each for t in one["totals"]])
    shown = {one["client_id"]: one for one in report["items"]}
    assert shown == {item["client_id"]: item for one in each for item in one["items"]}


async def test_it_is_of_who_is_below_and_seen(owner: Person, linked: Linking) -> None:
    """CL-66, GW-02: also where clients would tell of more; of a hidden head there is nothing."""
    async with owner.colleague("billing:read", "clients:read", visibility="assigned") as agent:
        mine = {"staff": [{"user_id": str(agent.caller.user_id), "role": "watcher"}]}
        head, seen = await client(owner, **mine), await client(owner, **mine)
        hidden, other = await client(owner), await client(owner)
        for one in (head, seen, hidden, other):
            await owed(owner, "10.00", one)
        linked({head: [seen, hidden], hidden: [seen]})
        assert await _dues(agent, head) == ("20.00", "20.00")
        assert await _dues(owner, head) == ("30.00", "30.00")
        path = f"{PATH}?client_id={hidden}&rollup=true"
        assert await agent.refused("GET", path) == (404, "client_not_found")
        report = await agent.get(RECEIVABLES, client_id=hidden, rollup=True)
        assert (report["items"], report["totals"]) == ([], [])
    async with owner.service.http(owner.service.caller()) as stranger:
        answer = await stranger.get(RECEIVABLES, params={"client_id": head, "rollup": True})
        assert answer.json()["items"] == []


async def _dues(person: Person, client_id: str) -> tuple[str, str]:
    found = await person.get(PATH, client_id=client_id, rollup=True)
    report = await person.get(RECEIVABLES, client_id=client_id, rollup=True)
    [summary], [total] = found["summaries"], report["totals"]
    return summary["closing"]["due"], total["due"]


async def test_it_is_printed_and_taken_out_with_whose_each_movement_is(
    owner: Person, linked: Linking, parties: None
) -> None:
    """CL-66, BI-09, BI-13: as JSON shows it."""
    head, branch = await client(owner, name="الرئيسي"), await client(owner, name="فرع جدة")
    linked({head: [branch]})
    await owed(owner, "100.00", head)
    await owed(owner, "50.00", branch)
    await pay(owner, "20.00", branch)
    query: dict[str, Any] = {"client_id": head, "rollup": True, "lang": "en"}
    answer = await owner.http.get(PATH, params=query | {"format": "csv"})
    names, *rows = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert names[-1] == "Client" and {len(row) for row in rows} == {9}
    assert [row[8] for row in rows] == ["", "الرئيسي", "فرع جدة", "فرع جدة", ""]
    assert rows[-1][7] == "130.00"
    answer = await owner.http.get(PATH, params=query | {"format": "pdf"})
    [page] = read(answer.content)
    for phrase in ("فرع جدة", "الرئيسي", "Closing balance 130.00"):
        assert page.says(phrase), (phrase, page.text)
    answer = await owner.http.get(RECEIVABLES, params=query | {"format": "csv"})
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert {row[0] for row in rows[1:]} == {"الرئيسي", "فرع جدة"}
    answer = await owner.http.get(RECEIVABLES, params=query | {"format": "pdf"})
    assert all(page.says("فرع جدة") for page in read(answer.content))


async def test_what_cannot_be_summed_up_is_refused(
    owner: Person, linked: Linking, monkeypatch: pytest.MonkeyPatch
) -> None:
    """CL-66"""
    head, other = await client(owner), await client(owner)
    monkeypatch.setattr(use_cases, "MOST_BELOW", 2)
    linked({head: [str(new_id()) for _ in range(3)]})
    for path in (PATH, RECEIVABLES):
        asked = f"{path}?client_id={head}&rollup=true"
        assert await owner.wrong("GET", asked, None) == ("too_many_clients_below", ["client_id"])
        assert await owner.wrong("GET", f"{asked}x", None) == ("validation_failed", ["rollup"])
    nobody = f"{RECEIVABLES}?rollup=true"
    assert await owner.wrong("GET", nobody, None) == ("rollup_of_nobody", ["client_id"])
    linked({other: [head]})
    for _ in range(2):
        await owed(owner, "1.00", other)
    page = await owner.get(PATH, client_id=other, rollup=True, limit=1)
    mixed = f"{PATH}?client_id={other}&cursor={page['next_cursor']}"
    assert await owner.refused("GET", mixed) == (400, "invalid_cursor")
