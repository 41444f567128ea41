"""Statements against the ledger and the balances, and as papers and files."""

import csv
import io
import random
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from billing.statements import rules
from libs.papers.tests.reading import read
from services.billing.tests.factories import Json, Person
from services.billing.tests.invoices.making import remember_client, remember_company
from services.billing.tests.papers.test_printing import parties
from services.billing.tests.payments.making import LEDGER, owed, pay
from services.billing.tests.statements.chances import Chances

__all__ = ["parties"]

PATH = "/v1/statements"
AGES = ("current", "days_1_30", "days_31_60", "days_61_90", "days_over_90")


async def walked(person: Person, client_id: str, **query: Any) -> tuple[Json, list[Json]]:
    """The first page, and the movements of all."""
    first = page = await person.get(PATH, client_id=client_id, **query)
    items = list(page["items"])
    while page["next_cursor"]:
        page = await person.get(PATH, client_id=client_id, cursor=page["next_cursor"], **query)
        assert page["summaries"] == first["summaries"]
        items += page["items"]
    return first, items


@pytest.mark.parametrize("seed", range(4))
async def test_a_statement_is_what_was_posted_and_ends_with_the_balances(
    owner: Person, seed: int
) -> None:
    """BI-09, BI-13: after whatever happened, page by page, whoever the client was merged from."""
    await remember_company(owner)
    survivor = await remember_client(owner)
    merged = await remember_client(owner, merged_into=str(survivor), version=1)
    dice = random.Random(seed)
    chances = Chances(owner, str(survivor), dice)
    for _ in range(25):
        await chances.happen()
    first, items = await walked(owner, str(merged), limit=dice.choice([1, 3, 7]))
    assert first["client_id"] == str(survivor) and first["url"].endswith(str(survivor))
    posted = (await owner.get(LEDGER, client_id=str(survivor), limit=200, sort="at"))["items"]
    for name, account, sign in (("due", "receivable", 1), ("credit", "credit", -1)):
        moved = {one["transaction_id"]: Decimal(one[name]) for one in items}
        sums: dict[str, Decimal] = {}
        for one in posted:
            if one["account"] == account:
                found = sums.get(one["transaction_id"], Decimal(0)) + sign * Decimal(one["amount"])
                sums[one["transaction_id"]] = found
        assert {key: one for key, one in moved.items() if one} == {
            key: one for key, one in sums.items() if one
        }
    balances = {one["currency"]: one for one in await _balances(owner, str(survivor))}
    assert {one["currency"] for one in first["summaries"]} == set(balances)
    for summary in first["summaries"]:
        _check(summary, [one for one in items if one["currency"] == summary["currency"]],
               balances[summary["currency"]])  # fmt: skip


def _check(summary: Json, items: list[Json], balance: Json) -> None:
    """One currency against its movements and the balance."""
    closing = summary["closing"]
    assert (closing["due"], closing["credit"]) == (balance["due"], balance["credit"])
    assert closing["balance"] == (items[-1]["balance"] if items else "0.00")
    running = Decimal(summary["opening"]["balance"])
    for one in items:
        running += Decimal(one["amount"])
        assert Decimal(one["balance"]) == running
        assert Decimal(one["amount"]) == Decimal(one["due"]) - Decimal(one["credit"])
    charged, settled = Decimal(summary["charged"]), Decimal(summary["settled"])
    assert Decimal(summary["opening"]["balance"]) + charged - settled == running
    ages = [Decimal(summary["ageing"][name]) for name in AGES]
    assert sum(ages) == Decimal(closing["due"])
    assert sum(ages[1:]) == Decimal(balance["overdue"])


async def _balances(person: Person, client_id: str) -> list[Json]:
    return list((await person.get("/v1/balances", client_id=client_id))["items"])


async def test_days_part_what_was_before_from_what_moved(owner: Person) -> None:
    """BI-09: what was posted before them is the opening balance, what was after is not told."""
    client_id = str(await remember_client(owner))
    invoice = await owed(owner, "100.00", client_id)
    await pay(owner, "30.00", client_id, of={invoice["id"]: "30.00"})
    found = await owner.get(PATH, client_id=client_id)
    assert [(one["event"], one["amount"], one["balance"]) for one in found["items"]] == [
        ("invoice.issued", "100.00", "100.00"), ("payment.received", "-30.00", "70.00"),
        ("payment.allocated", "0.00", "70.00"),
    ]  # fmt: skip
    assert found["items"][0]["invoice_number"] == invoice["number"]
    on = found["items"][0]["on"]
    [summary] = found["summaries"]
    assert (summary["charged"], summary["settled"]) == ("100.00", "30.00")
    tomorrow = (date.fromisoformat(on) + timedelta(days=1)).isoformat()
    later = await owner.get(PATH, client_id=client_id, date_from=tomorrow)
    [summary] = later["summaries"]
    assert later["items"] == [] and summary["opening"] == summary["closing"]
    assert summary["closing"] == {"due": "70.00", "credit": "0.00", "balance": "70.00"}
    before = await owner.get(PATH, client_id=client_id, date_to=on)
    assert (before["items"], before["summaries"]) == ([], [])
    other = await owner.get(PATH, client_id=client_id, currency="USD")
    assert (other["items"], other["summaries"]) == ([], [])


async def test_a_statement_is_printed(owner: Person, parties: None) -> None:
    """BI-09: by currency, and nobody misses what moved from one side to the other."""
    client_id = str(await remember_client(owner))
    invoice = await owed(owner, "1234.50", client_id, issue_date="2025-01-01",
                         due_date="2025-01-31")  # fmt: skip
    paid = await pay(owner, "1000.00", client_id, auto_allocate=True)
    await pay(owner, "2.500", client_id, currency="KWD")
    answer = await owner.http.get(
        PATH, params={"client_id": client_id, "lang": "both"},
        headers={"Accept": "application/pdf"},
    )  # fmt: skip
    assert answer.headers["content-type"] == "application/pdf", answer.text
    [page] = read(answer.content)
    for phrase in (
        "كشف حساب Statement of account مؤسسة سارة SAR KWD", f"فاتورة {invoice['number']} 1,234.50",
        f"دفعة {paid['receipt_number']} 1,000.00 234.50", "Opening balance 0.00",
        "Closing balance 234.50", "Over 90 ", "-2.500",
    ):  # fmt: skip
        assert page.says(phrase), (phrase, page.text)
    assert not page.says("Payment used")
    [arabic] = read(
        (
            await owner.http.get(
                PATH, params={"client_id": client_id, "format": "pdf", "currency": "KWD"}
            )
        ).content
    )
    assert arabic.says("كشف حساب 2.500") and not arabic.says("Statement")
    assert not arabic.says("SAR")


async def test_a_statement_is_a_file(owner: Person) -> None:
    """BI-09: which Excel shows, harmless to open, of who may take it out; that leaves a trace."""
    client_id = str(await remember_client(owner))
    await owed(owner, "100.00", client_id)
    await pay(owner, "130.00", client_id, auto_allocate=True)
    query = {"client_id": client_id, "format": "csv", "lang": "en"}
    answer = await owner.http.get(PATH, params=query)
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.content.startswith(b"\xef\xbb\xbf")
    head, *rows = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert head[:4] == ["Date", "Description", "Document", "Currency"]
    shown = (await owner.get(PATH, client_id=client_id))["items"]
    assert [row[1] for row in rows] == [
        "Opening balance", "Invoice", "Payment", "Payment used for an invoice", "Closing balance",
    ]  # fmt: skip
    assert [row[7] for row in rows[1:-1]] == [one["balance"] for one in shown]
    assert rows[-1][7] == "-30.00"
    both = await owner.http.get(PATH, params=query | {"lang": "ar"})
    assert "الرصيد الختامي" in both.content.decode()
    async with owner.colleague("billing:read") as other:
        assert await other.refused("GET", f"{PATH}?client_id={client_id}&format=csv") == (
            403, "forbidden")  # fmt: skip
        await other.get(PATH, client_id=client_id)


async def test_what_is_too_long_is_not_printed(
    owner: Person, parties: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """BI-09: the days may be chosen, and the file has all of it."""
    client_id = str(await remember_client(owner))
    for _ in range(3):
        await pay(owner, "1.00", client_id)
    monkeypatch.setattr(rules, "MOST_PRINTED", 2)
    path = f"{PATH}?client_id={client_id}&format=pdf"
    code, fields = await owner.wrong("GET", path, None)
    assert (code, fields) == ("statement_too_long", ["date_from"])
    answer = await owner.http.get(PATH, params={"client_id": client_id, "format": "csv"})
    assert answer.content.count(b"\n") == 6


async def test_statements_are_for_who_sees_the_client(owner: Person) -> None:
    """GW-02, BI-09: hidden and unknown are the same."""
    client_id = str(await remember_client(owner))
    for kind in ("json", "pdf", "csv"):
        path = f"{PATH}?client_id={client_id}&format={kind}"
        async with owner.colleague("billing:read", "billing:export", visibility="assigned") as one:
            assert await one.refused("GET", path) == (404, "client_not_found")
        async with owner.colleague("comms:read") as other:
            assert (await other.refused("GET", path))[0] == 403
        unknown = path.replace(client_id, "01890a5d-ac96-774b-bcce-b302099a8057")
        assert await owner.refused("GET", unknown) == (404, "client_not_found")
    wrong = f"{PATH}?client_id={client_id}&date_from=2026-01-02&date_to=2026-01-02"
    assert await owner.wrong("GET", wrong, None) == ("ends_before_it_begins", ["date_to"])
    assert await owner.refused("GET", f"{PATH}?client_id={client_id}&cursor=x") == (
        400, "invalid_cursor")  # fmt: skip
