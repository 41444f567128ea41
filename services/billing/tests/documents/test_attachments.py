"""Files that are attached to documents, expenses and incomes."""

from uuid import uuid4

import pytest

from billing.invoices.schemas import InvoiceCreate
from services.billing.tests.conftest import Shelf
from services.billing.tests.factories import Json, Person
from services.billing.tests.invoices.making import INVOICES, LINE, remember_client

# As it was before there were attachments and payers.
_KNOWN_BY = "6aeb484573799f731d128e3fa81992e3ca040e10c8fc9c4839c6154ce2f619f5"
_SPENT: Json = {"amount": "10", "currency": "SAR"}
KINDS = [
    (INVOICES, {"lines": [LINE]}), ("/v1/estimates", {"lines": [LINE]}),
    ("/v1/orders", {"lines": [LINE]}), ("/v1/expenses", _SPENT), ("/v1/incomes", _SPENT),
]  # fmt: skip


@pytest.mark.parametrize("path, body", KINDS)
async def test_files_are_attached_and_taken_off(
    owner: Person, shelf: Shelf, path: str, body: Json
) -> None:
    """BI-07: in their order, each once; an estimate or a sale of nobody may have some too."""
    first, second = shelf.put(), shelf.put()
    made = await owner.post(path, body | {"attachments": [second, first, second]})
    assert made["attachments"] == [second, first]
    at = f"{path}/{made['id']}"
    assert (await owner.get(at))["attachments"] == [second, first]
    assert (await owner.get(path))["items"][0]["attachments"] == [second, first]
    assert (await owner.patch(at, {"notes": "x"}))["attachments"] == [second, first]
    assert (await owner.patch(at, {"attachments": [first]}))["attachments"] == [first]
    assert (await owner.patch(at, {"attachments": []}))["attachments"] == []
    assert (await owner.post(path, body))["attachments"] == []


@pytest.mark.parametrize("path, body", KINDS)
async def test_only_a_file_that_the_caller_sees_is_attached(
    owner: Person, shelf: Shelf, path: str, body: Json
) -> None:
    """BI-07, GW-02: one that is hidden, and one that is not there, alike."""
    asked = body | {"attachments": [shelf.put(), str(uuid4())]}
    refusal = ("unknown_reference", ["attachments.1"])
    assert await owner.wrong("POST", path, asked) == refusal
    made = await owner.post(path, body)
    change = {"attachments": asked["attachments"]}
    assert await owner.wrong("PATCH", f"{path}/{made['id']}", change) == refusal
    many = {"attachments": [str(uuid4()) for _ in range(21)]}
    assert await owner.wrong("POST", path, body | many) == ("validation_failed", ["attachments"])


async def test_what_an_estimate_has_its_invoice_has(owner: Person, shelf: Shelf) -> None:
    """BI-08: nothing is typed again, nor attached."""
    file_id, client_id = shelf.put(), str(await remember_client(owner))
    made = await owner.post(
        "/v1/estimates", {"client_id": client_id, "lines": [LINE], "attachments": [file_id]}
    )
    invoice = await owner.post(f"/v1/estimates/{made['id']}/convert")
    assert invoice["attachments"] == [file_id]


async def test_many_are_asked_about_at_once(owner: Person, shelf: Shelf) -> None:
    """BI-07, BI-14: one question, and what is wrong with one keeps no other from being made."""
    files, before = [shelf.put() for _ in range(3)], shelf.asked
    wanted = [{"lines": [LINE], "attachments": [one]} for one in (*files, str(uuid4()))]
    made = await owner.post(f"{INVOICES}/bulk", {"invoices": wanted, "issue": True})
    assert (made["created"], made["refused"], shelf.asked - before) == (3, 1, 1)
    assert made["items"][3]["problem"]["errors"][0]["field"] == "invoices.3.attachments.0"
    first = await owner.get(f"{INVOICES}/{made['items'][0]['id']}")
    assert (first["status"], first["attachments"]) == ("issued", [files[0]])


async def test_what_was_issued_keeps_its_files(owner: Person, shelf: Shelf) -> None:
    """BI-07"""
    made = await owner.post(INVOICES, {"lines": [LINE], "attachments": [shelf.put()]})
    path = f"{INVOICES}/{made['id']}"
    await owner.post(f"{path}/issue")
    assert await owner.refused("PATCH", path, {"attachments": []}) == (409, "invoice_not_draft")


def test_a_request_is_known_by_what_it_was_known_by_before() -> None:
    """BI-14: whoever sends it again, after a release that knows more fields, sends the same."""
    asked = InvoiceCreate.model_validate({"lines": [LINE]})
    assert asked.digest().hex() == _KNOWN_BY
    assert InvoiceCreate.model_validate({"lines": [LINE], "attachments": []}).digest() == (
        asked.digest()
    )
