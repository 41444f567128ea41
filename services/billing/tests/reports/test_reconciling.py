"""Reports say what the ledger says, whatever was done: random histories through the doors."""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from random import Random

import pytest

from billing.proof.schedules import prove
from services.billing.tests.factories import Json, Person, make_product, make_tax
from services.billing.tests.invoices.making import remember_company, user
from services.billing.tests.payments.making import PAYMENTS, client
from services.billing.tests.reports.days import on_day

REPORTS = "/v1/billing/reports"
FIRST = date(2026, 1, 1)
DAYS = 300
ALL = {"date_from": "2026-01-01", "date_to": "2027-01-01"}
GROUPS = ("month", "folder", "product", "client", "branch", "salesperson", "tax")


class History:
    """A company, and what is done in it: refusals are part of it."""

    def __init__(self, owner: Person, seed: int) -> None:
        self.owner, self.random = owner, Random(seed)
        self.invoices: list[Json] = []
        self.payments: list[Json] = []

    async def begin(self) -> None:
        """Whom and what it is about."""
        noura = user()
        await remember_company(self.owner, noura)
        branch = (await self.owner.post("/v1/branches", {"name": "الرياض"}))["id"]
        self.clients = [None, await client(self.owner), await client(self.owner, tags=["VIP"])]
        rates: tuple[Json, ...] = (
            {}, {"inclusive": True}, {"rate": "0.05"}, {"rate": "0", "category": "Z"},
        )  # fmt: skip
        self.taxes = [None, *[(await make_tax(self.owner, **one))["id"] for one in rates]]
        self.products = [None, *[(await make_product(self.owner))["id"] for _ in range(2)]]
        self.about = [{}, {"branch_id": branch, "salesperson_id": noura["id"]}]

    async def step(self) -> None:
        """One thing, or its refusal."""
        steps = (self.issue, self.issue, self.pay, self.pay, self.credit, self.end, self.move)
        await self.random.choice(steps)()

    async def tried(self, path: str, body: Json) -> Json | None:
        """What a POST makes; None where it is refused."""
        answer = await self.owner.http.post(path, json=body)
        assert answer.status_code in (200, 201, 409, 422), answer.text
        made: Json | None = answer.json() if answer.is_success else None
        return made

    def lines(self) -> list[Json]:
        pick = self.random.choice
        return [
            {"description": "x", "quantity": pick(["1", "2.5", "3"]), "tax_id": pick(self.taxes),
             "unit_price": f"{self.random.randint(0, 9999) / 100:.2f}",
             "discount": pick([None, {"type": "percent", "value": "10"}]),
             "product_id": pick(self.products)}
            for _ in range(self.random.randint(1, 4))
        ]  # fmt: skip

    async def issue(self) -> None:
        pick, day = self.random.choice, timedelta(days=self.random.randint(0, 120))
        on = FIRST + timedelta(days=self.random.randint(0, DAYS))
        currency, rate = pick([("SAR", {}), ("SAR", {}), ("KWD", {"exchange_rate": "12.2345"})])
        made = await self.tried("/v1/invoices", {
            "client_id": pick(self.clients), "currency": currency, **rate, **pick(self.about),
            "issue_date": on.isoformat(), "due_date": (on + day).isoformat(),
            "lines": self.lines(), "shipping": pick([None, "3.33"]),
            "discount": pick([None, {"type": "percent", "value": "7.5"}]),
        })  # fmt: skip
        if made and (sold := await self.tried(f"/v1/invoices/{made['id']}/issue", {})):
            self.invoices.append(sold)

    async def pay(self) -> None:
        pick = self.random.choice
        whose = pick(self.clients[1:])
        made = await self.tried(PAYMENTS, {
            "client_id": whose, "currency": pick(["SAR", "SAR", "KWD"]),
            "method": pick(["cash", "cheque", "credit"]), "auto_allocate": pick([True, False]),
            "amount": f"{self.random.randint(1, 9999) / 100:.2f}",
        })  # fmt: skip
        self.payments += [made] if made else []

    async def credit(self) -> None:
        if not self.invoices:
            return
        sold = self.random.choice(self.invoices)
        line = self.random.choice(sold["lines"])
        names = ("description", "quantity", "unit_price", "tax_id", "discount", "product_id")
        again = {name: line[name] for name in names}
        if self.random.random() < 0.5:
            again |= {"quantity": "1"}
        body = {"lines": [again], "reason": "x"}
        await self.tried(f"/v1/invoices/{sold['id']}/credit-notes", body)

    async def end(self) -> None:
        if self.invoices:
            sold, verb = (
                self.random.choice(self.invoices),
                self.random.choice(["void", "write-off"]),
            )
            await self.tried(f"/v1/invoices/{sold['id']}/{verb}", {})

    async def move(self) -> None:
        if not self.payments:
            return
        path = f"{PAYMENTS}/{self.random.choice(self.payments)['id']}"
        verb = self.random.choice(["deposit", "clear", "bounce", "refunds"])
        amount = f"{self.random.randint(1, 2000) / 100:.2f}"
        await self.tried(f"{path}/{verb}", {"amount": amount} if verb == "refunds" else {})


async def entries(person: Person) -> list[Json]:
    """All that was posted."""
    found: list[Json] = []
    more: Json = {"limit": 200, "sort": "at"}
    while True:
        page = await person.get("/v1/ledger-entries", **more)
        found += page["items"]
        if page["next_cursor"] is None:
            return found
        more["cursor"] = page["next_cursor"]


def balance(posted: Iterable[Json], *accounts: str, sign: int = 1) -> dict[str, Decimal]:
    """What accounts come to, by currency."""
    sums: dict[str, Decimal] = {}
    for one in posted:
        if one["account"] in accounts:
            amount = sign * Decimal(one["amount"])
            sums[one["currency"]] = sums.get(one["currency"], Decimal(0)) + amount
    return {currency: one for currency, one in sums.items() if one}


def said(totals: Iterable[Json], name: str) -> dict[str, Decimal]:
    found = {one["currency"]: Decimal(one[name]) for one in totals}
    return {currency: one for currency, one in found.items() if one}


def added(items: Iterable[Json], name: str) -> dict[str, Decimal]:
    """The same of all currencies of all items."""
    sums: dict[str, Decimal] = {}
    for item in items:
        for one in item["currencies"]:
            sums[one["currency"]] = sums.get(one["currency"], Decimal(0)) + Decimal(one[name])
    return {currency: one for currency, one in sums.items() if one}


async def check_days(owner: Person, posted: list[Json], days: list[date]) -> None:
    """What is owed, and left, is what the ledger held at the end of each day."""
    for day in days:
        until = [one for one in posted if one["on"] <= day.isoformat()]
        report = await owner.get(f"{REPORTS}/receivables", as_of=day.isoformat(), limit=200)
        assert said(report["totals"], "due") == balance(until, "receivable"), day
        assert said(report["totals"], "credit") == balance(until, "credit", sign=-1), day
        for name in ("due", "credit", "current", "overdue", "days_over_90"):
            assert added(report["items"], name) == said(report["totals"], name)


async def check_revenue(owner: Person, posted: list[Json]) -> None:
    """What is earned, and its tax, is what was posted; by whatever it is grouped."""
    for group in GROUPS:
        report = await owner.get(f"{REPORTS}/revenue", group_by=group, limit=200, **ALL)
        totals = report["totals"]
        for name, account in (("net", "revenue"), ("tax", "tax"), ("rounding", "rounding")):
            assert said(totals["currencies"], name) == balance(posted, account, sign=-1)
            assert added(report["items"], name) == said(totals["currencies"], name), group
            at_home = sum(Decimal(one[f"{name}_at_home"]) for one in report["items"])
            assert at_home == Decimal(totals[f"{name}_at_home"]), group


async def check_clients(owner: Person, history: History) -> None:
    """Each client stands in the reports as in their own balances."""
    values = (await owner.get(f"{REPORTS}/lifetime-value"))["items"]
    owing = (await owner.get(f"{REPORTS}/receivables"))["items"]
    for one in history.clients[1:]:
        balances = (await owner.get("/v1/balances", client_id=one))["items"]
        for items, names in ((values, ("lifetime_value", "due")),
                             (owing, ("due", "overdue", "credit"))):  # fmt: skip
            shown = [item for item in items if item["client_id"] == one]
            for name in names:
                assert added(shown, name) == said(balances, name), name


async def check_taxes(owner: Person) -> None:
    """The return has the same taxes as the revenue by tax, at home."""
    taxes = await owner.get(f"{REPORTS}/taxes", **ALL)
    revenue = await owner.get(f"{REPORTS}/revenue", group_by="tax", **ALL)
    by_key = {one["key"]: one for one in revenue["items"]}
    for one in taxes["sales"]:
        key = one["category"] and f"{one['category']} {one['rate']}"
        assert by_key[key]["net_at_home"] == one["net_taxable"]
        assert by_key[key]["tax_at_home"] == one["net_tax"]
    assert taxes["net_due"] == taxes["output_tax"] == revenue["totals"]["tax_at_home"]


@pytest.mark.parametrize("seed", range(3))
async def test_reports_say_what_the_ledger_says(owner: Person, seed: int) -> None:
    """BI-13: receivables, credit, revenue, tax and lifetime value, on the days in between too."""
    history = History(owner, seed)
    await history.begin()
    days = sorted(FIRST + timedelta(days=history.random.randint(0, DAYS)) for _ in range(12))
    for day in days:
        with on_day(owner, day.isoformat()):
            for _ in range(8):
                await history.step()
    assert await prove(owner.service.context, owner.caller.tenant_id) is None
    posted = await entries(owner)
    assert {one["account"] for one in posted} >= {"receivable", "revenue", "tax", "cash", "credit"}
    await check_days(owner, posted, [FIRST - timedelta(days=1), *days[::3], days[-1]])
    await check_revenue(owner, posted)
    await check_clients(owner, history)
    await check_taxes(owner)
