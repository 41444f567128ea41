"""What bodies of documents may hold: days that can be written, and digits that others read."""

import pytest

from services.billing.tests.factories import Json, Person
from services.billing.tests.invoices.making import INVOICES, LINE, remember_client

_SPENT: Json = {"amount": "10", "currency": "SAR"}
_TAX: Json = {"name": "VAT", "rate": "0.15", "category": "S"}
_CAME: Json = {"amount": "1.00", "currency": "SAR", "method": "cash"}
_DAYS = ("0001-01-01", "1899-12-31", "3000-01-01", "9999-12-31")


@pytest.mark.parametrize(
    "path, body, field",
    [
        (INVOICES, {"lines": [LINE]}, "issue_date"),
        (INVOICES, {"lines": [LINE]}, "supply_date"),
        (INVOICES, {"lines": [LINE]}, "due_date"),
        ("/v1/orders", {"lines": [LINE]}, "issue_date"),
        ("/v1/estimates", {"lines": [LINE]}, "issue_date"),
        ("/v1/estimates", {"lines": [LINE]}, "expires_on"),
        ("/v1/expenses", _SPENT, "date"),
        ("/v1/taxes", _TAX, "valid_from"),
        ("/v1/taxes", _TAX, "valid_to"),
        ("/v1/exchange-rates", {"currency": "EUR", "rate": "4"}, "on"),
    ],
)
async def test_a_day_is_one_that_papers_and_other_systems_can_write(
    owner: Person, path: str, body: Json, field: str
) -> None:
    """BI-07: the first and the last day of a calendar were kept as infinite."""
    for day in _DAYS:
        assert await owner.wrong("POST", path, body | {field: day}) == (
            "validation_failed", [field],
        )  # fmt: skip


async def test_the_days_at_the_ends_are_written_down_and_printed(owner: Person) -> None:
    """BI-07"""
    for day in ("1900-01-01", "2999-12-31"):
        made = await owner.post(INVOICES, {"lines": [LINE], "issue_date": day})
        issued = await owner.post(f"{INVOICES}/{made['id']}/issue")
        assert issued["issue_date"] == issued["supply_date"] == day
        for paper in ("pdf", "xml"):
            answer = await owner.http.get(f"{INVOICES}/{made['id']}/{paper}")
            assert answer.status_code == 200, answer.text


async def test_a_draft_is_not_moved_out_of_the_calendar(owner: Person) -> None:
    """BI-07"""
    made = await owner.post(INVOICES, {"lines": [LINE]})
    path = f"{INVOICES}/{made['id']}"
    for day in _DAYS:
        found = await owner.wrong("PATCH", path, {"issue_date": day})
        assert found == ("validation_failed", ["issue_date"])


@pytest.mark.parametrize("at", [
    "0001-01-01T00:00:00+14:00", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z",
    "9999-12-31T23:59:59-12:00",
])  # fmt: skip
async def test_money_comes_in_at_a_moment_that_every_time_zone_has(owner: Person, at: str) -> None:
    """BI-09"""
    client_id = str(await remember_client(owner))
    body = _CAME | {"client_id": client_id, "received_at": at}
    assert await owner.wrong("POST", "/v1/payments", body) == (
        "validation_failed", ["received_at"],
    )  # fmt: skip


async def test_what_is_asked_of_days_that_are_none_names_the_field(owner: Person) -> None:
    """BI-13"""
    client_id = await remember_client(owner)
    for path, field in (
        (f"/v1/statements?client_id={client_id}&", "date_to"),
        ("/v1/billing/reports/receivables?", "as_of"),
        ("/v1/billing/reports/taxes?date_to=2026-01-01&", "date_from"),
    ):
        for day in _DAYS:
            found = await owner.wrong("GET", f"{path}{field}={day}", None)
            assert found == ("validation_failed", [field])


@pytest.mark.parametrize("line, field", [
    ({"quantity": "٢"}, "quantity"), ({"quantity": "۲"}, "quantity"),
    ({"quantity": "\uff12"}, "quantity"),
    ({"unit_price": "١٠"}, "unit_price"),
    ({"discount": {"type": "percent", "value": "١٠"}}, "discount.value"),
])  # fmt: skip
async def test_figures_are_written_in_the_digits_that_xml_knows(
    owner: Person, line: Json, field: str
) -> None:
    """BI-07: what an invoice says is frozen as it was written, and its XML is read by others."""
    found = await owner.wrong("POST", INVOICES, {"lines": [LINE | line]})
    assert found == ("validation_failed", [f"lines.0.{field}"])


async def test_rates_and_prices_are_written_so_too(owner: Person) -> None:
    """BI-07, BI-10"""
    for path, body, field in (
        ("/v1/taxes", _TAX | {"rate": "0.١٥"}, "rate"),
        ("/v1/exchange-rates", {"currency": "EUR", "rate": "٤"}, "rate"),
        ("/v1/products", {"name": "استشارة", "kind": "service", "prices": {"SAR": "١٠"}},
         "prices.SAR"),
    ):  # fmt: skip
        assert await owner.wrong("POST", path, body) == ("validation_failed", [field])
