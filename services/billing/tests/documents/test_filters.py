"""Every list of what is sold and paid is narrowed by each state and date that it shows."""

from collections.abc import Iterator
from typing import Any

import pytest

from chassis.ids import new_id
from services.billing.tests.factories import Json, Person, make_product
from services.billing.tests.invoices.making import (
    INVOICES,
    LINE,
    draft,
    issued,
    remember_client,
    remember_company,
    user,
)
from services.billing.tests.orders.test_orders import ORDERS, order

NOTES, ESTIMATES, SUBSCRIPTIONS = "/v1/credit-notes", "/v1/estimates", "/v1/subscriptions"
_LISTS = (INVOICES, NOTES, ESTIMATES, ORDERS, SUBSCRIPTIONS, "/v1/payments", "/v1/products",
          "/v1/checkouts", "/v1/expenses", "/v1/incomes")  # fmt: skip
# Told beside a record, and nobody looks for it by that: which day's rate it has, what period it
# bills, and how its link fares.
_NO_FILTER = {
    "exchange_rate_on", "period_from", "period_to", "sent_at", "viewed_at", "last_viewed_at",
    "link_expires_at",
}  # fmt: skip


async def test_each_state_and_date_is_a_filter(owner: Person) -> None:
    """BI-02, BI-14: whatever a list shows of when something happened, and of how it stands."""
    document = (await owner.http.get("/internal/openapi.json")).json()
    for path in _LISTS:
        operation = document["paths"][path]["get"]
        names = {one["name"] for one in operation["parameters"]}
        missing = {
            field: spellings for field, spellings in _wanted(document, operation)
            if not any(set(one) <= names for one in spellings) and field not in _NO_FILTER
        }  # fmt: skip
        assert not missing, (path, missing)


def _wanted(document: Json, operation: Json) -> Iterator[tuple[str, list[tuple[str, ...]]]]:
    """The fields of a list's items that are states or dates, and how a filter may be called."""
    schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
    page = _resolved(document, schema)
    item = _resolved(document, page["properties"]["items"]["items"])
    for name, field in item["properties"].items():
        formats = {one.get("format") for one in (field, *field.get("anyOf", ()))}
        if name == "status":
            yield name, [("status",)]
        if formats & {"date", "date-time"}:
            stems = (name, name.removesuffix("_at"), name.removesuffix("_on"))
            yield name, [(f"{stem}_from", f"{stem}_to") for stem in stems]


def _resolved(document: Json, schema: Json) -> Json:
    if (reference := schema.get("$ref")) is None:
        return schema
    found: Json = document["components"]["schemas"][reference.rpartition("/")[2]]
    return found


async def _splits(person: Person, path: str, name: str, before: Json, after: Json) -> None:
    """By the later one's own time: it is from then on, and the earlier one is up to then."""
    field = next(f for f in (f"{name}_at", name) if f in after)
    at = after[field]
    assert await person.ids(path, **{f"{name}_from": at}) == [after["id"]]
    assert await person.ids(path, **{f"{name}_to": at}) == [before["id"]]


async def test_invoices_by_when_they_were_issued_and_changed(owner: Person) -> None:
    """BI-14"""
    a = await issued(owner, issue_date="2026-01-10", supply_date="2026-01-09")
    b = await issued(owner, issue_date="2026-01-20", supply_date="2026-01-19")
    for name in ("issued", "created", "updated", "issue_date", "supply_date"):
        await _splits(owner, INVOICES, name, a, b)
    waiting = await draft(owner)
    assert waiting["id"] not in await owner.ids(INVOICES, issued_from="2020-01-01T00:00:00Z")
    sums = await owner.get(f"{INVOICES}/sums", issued_from=b["issued_at"])
    assert [one["count"] for one in sums["items"]] == [1]


@pytest.mark.parametrize(
    ("prefix", "found"),
    [
        ("INV-00000", [1, 0]), ("INV-000002", [1]), ("INV-0000023", []), ("inv", []),
        ("INV-00000_", []), ("INV%", []), ("\U0010ffff", []),
    ],
)  # fmt: skip
async def test_a_number_by_what_it_begins_with(
    owner: Person, prefix: str, found: list[int]
) -> None:
    """BI-14: as it is written, and nothing in it stands for anything else."""
    made = [await issued(owner) for _ in range(2)]
    await draft(owner)
    assert await owner.ids(INVOICES, number_prefix=prefix) == [made[n]["id"] for n in found]


async def test_credit_notes_by_what_they_have_of_their_invoice(owner: Person) -> None:
    """BI-14: its branch and its salesperson; and when they were issued and changed."""
    branch = await owner.post("/v1/branches", {"name": "الرياض", "code": "R"})
    sold_by = user()
    await remember_company(owner, sold_by)
    seller = sold_by["id"]
    first = await issued(owner)
    second = await issued(owner, branch_id=branch["id"], salesperson_id=seller)
    body = {"reason": "خطأ"}
    a, b = [await owner.post(f"{INVOICES}/{i['id']}/credit-notes", body) for i in (first, second)]
    for name in ("issued", "created", "updated"):
        await _splits(owner, NOTES, name, a, b)
    by: dict[str, Any] = {"branch_id": branch["id"], "salesperson_id": seller}
    for name, value in by.items():
        assert await owner.ids(NOTES, **{name: value}) == [b["id"]]
    assert await owner.ids(NOTES, number_prefix=b["number"]) == [b["id"]]
    assert await owner.ids(NOTES, sort="updated_at") == [a["id"], b["id"]]


async def test_orders_and_estimates_by_what_became_of_them(owner: Person) -> None:
    """BI-14"""
    for actions, name in ((("confirm",), "confirmed"), (("confirm", "fulfill"), "fulfilled"),
                          (("cancel",), "cancelled")):  # fmt: skip
        person_before = await owner.ids(ORDERS)
        a, b = await order(owner, *actions), await order(owner, *actions)
        later = await owner.ids(ORDERS, **{f"{name}_from": b[f"{name}_at"]})
        assert later == [b["id"]]
        earlier = await owner.ids(ORDERS, **{f"{name}_to": b[f"{name}_at"]})
        assert a["id"] in earlier and set(earlier) <= {a["id"], *person_before}
    client_id = str(await remember_client(owner))
    made = []
    for _ in range(2):
        one = await owner.post(ESTIMATES, {"client_id": client_id, "lines": [LINE]})
        await owner.post(f"{ESTIMATES}/{one['id']}/send", {"channel": "link"})
        made.append(await owner.post(f"{ESTIMATES}/{one['id']}/accept"))
    await _splits(owner, ESTIMATES, "decided", *made)


async def test_subscriptions_products_and_payments_by_their_dates(owner: Person) -> None:
    """BI-14"""
    client_id = str(await remember_client(owner))
    body: Json = {"client_id": client_id, "interval": {"unit": "month", "count": 1},
                  "lines": [LINE]}  # fmt: skip
    a = await owner.post(SUBSCRIPTIONS, body | {"starts_on": "2099-01-01", "ends_on": "2099-06-30"})
    b = await owner.post(SUBSCRIPTIONS, body | {"starts_on": "2099-02-01", "ends_on": "2099-07-31"})
    for name in ("starts_on", "ends_on", "created", "updated"):
        await _splits(owner, SUBSCRIPTIONS, name, a, b)
    assert await owner.ids(SUBSCRIPTIONS, cancelled_on_from="2020-01-01") == []
    products = [await make_product(owner), await make_product(owner)]
    for name in ("created", "updated"):
        await _splits(owner, "/v1/products", name, *products)
    paid = {"client_id": client_id, "amount": "10.00", "currency": "SAR", "method": "cash"}
    payments = [await owner.post("/v1/payments", paid) for _ in range(2)]
    for name in ("created", "updated", "received_at"):
        await _splits(owner, "/v1/payments", name, *payments)
    assert await owner.ids("/v1/payments", payment_provider_id=str(new_id())) == []


async def test_what_is_no_date_is_refused(owner: Person) -> None:
    for path, name in ((INVOICES, "issued_from"), (NOTES, "updated_to"), (ORDERS, "confirmed_to"),
                       ("/v1/products", "updated_from")):  # fmt: skip
        answer = await owner.http.get(path, params={name: "yesterday"})
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, name)
