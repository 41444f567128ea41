"""Orders: what becomes of one, what is refused, and the invoice that is made of it."""

import asyncio
from typing import Any

import pytest
from diwan.billing.v1 import events_pb2
from google.protobuf.json_format import MessageToDict, ParseDict

from billing.orders.use_cases.drafts import forget_orders
from chassis.caller import system
from chassis.ids import new_id
from services.billing.tests.conftest import Events
from services.billing.tests.factories import Json, Person, make_tax
from services.billing.tests.invoices.making import INVOICES, LINE, amounts, remember_client

ORDERS = "/v1/orders"
NOT_DRAFT = (409, "order_not_draft")
NOT_OPEN = (409, "order_not_open")


async def order(person: Person, *actions: str, **fields: Any) -> Json:
    """An order after these actions."""
    made = await person.post(ORDERS, {"lines": [LINE], **fields})
    for action in actions:
        made = await person.post(f"{ORDERS}/{made['id']}/{action}")
    return made


async def test_an_order_is_confirmed_fulfilled_and_invoiced(owner: Person, events: Events) -> None:
    """BI-10: numbered as it is confirmed, linked both ways with its invoice, and all of it told."""
    tax = await make_tax(owner)
    client_id = str(await remember_client(owner))
    made = await order(
        owner, lines=[LINE | {"tax_id": tax["id"]}], client_id=client_id, deposit="50.00",
        supply_date="2999-01-01", notes="x",
    )  # fmt: skip
    path = f"{ORDERS}/{made['id']}"
    assert (made["status"], made["number"]) == ("draft", None)
    confirmed = await owner.post(f"{path}/confirm")
    assert (confirmed["status"], confirmed["number"]) == ("confirmed", "ORD-000001")
    assert (await owner.post(f"{path}/fulfill"))["status"] == "fulfilled"
    answers = [await owner.http.post(f"{path}/invoice") for _ in range(2)]
    assert [one.status_code for one in answers] == [201, 200]
    invoice = answers[0].json()
    assert answers[1].json() == invoice and invoice["order_id"] == made["id"]
    assert answers[0].headers["Location"] == f"{INVOICES}/{invoice['id']}"
    shared = ("client_id", "lines", "taxes", "notes", "supply_date", "deposit")
    assert {name: invoice[name] for name in shared} == {name: made[name] for name in shared}
    assert amounts(invoice) == amounts(made)
    assert (await owner.get(path))["invoice_id"] == invoice["id"]
    assert await owner.ids(INVOICES, order_id=made["id"]) == [invoice["id"]]
    told = [e for e in await events(owner.caller) if e["type"].startswith("billing.order.")]
    verbs = [e["type"].rpartition(".")[2] for e in told]
    assert verbs == ["created", "confirmed", "fulfilled", "invoiced"]
    for event in told:
        assert event["clientid"] == client_id
        message = ParseDict(event["data"], events_pb2.OrderChanged())
        assert event["data"] == MessageToDict(
            message, preserving_proto_field_name=True, always_print_fields_with_no_presence=True
        )


async def test_an_order_is_called_off_unless_it_has_an_invoice(owner: Person) -> None:
    """BI-10: when the invoice's draft is removed it can be, or get another one."""
    made = await order(owner, "confirm")
    path = f"{ORDERS}/{made['id']}"
    invoice = await owner.post(f"{path}/invoice")
    assert await owner.refused("POST", f"{path}/cancel") == (409, "order_invoiced")
    await owner.delete(f"{INVOICES}/{invoice['id']}")
    again = await owner.post(f"{path}/invoice")
    assert again["id"] != invoice["id"]
    await owner.delete(f"{INVOICES}/{again['id']}")
    off = await owner.post(f"{path}/cancel", {"reason": "لم يعد يحتاجه"})
    assert (off["status"], off["cancel_reason"]) == ("cancelled", "لم يعد يحتاجه")
    assert off["invoice_id"] is None and off["number"] == "ORD-000001"


@pytest.mark.parametrize(
    ("steps", "refused"),
    [
        ((), {"fulfill": NOT_OPEN}),
        (("confirm",), {"confirm": NOT_DRAFT}),
        (("confirm", "fulfill"), {
            "confirm": NOT_DRAFT, "fulfill": NOT_OPEN, "cancel": NOT_OPEN,
        }),
        (("cancel",), {
            "confirm": NOT_DRAFT, "fulfill": NOT_OPEN, "cancel": NOT_OPEN, "invoice": NOT_OPEN,
        }),
    ],
)  # fmt: skip
async def test_what_does_not_fit_is_refused(
    owner: Person, steps: tuple[str, ...], refused: dict[str, Any]
) -> None:
    """BI-10: only a draft is changed and removed."""
    made = await order(owner, *steps)
    path = f"{ORDERS}/{made['id']}"
    for action, code in refused.items():
        assert await owner.refused("POST", f"{path}/{action}") == code, action
    if steps:
        assert await owner.refused("PATCH", path, {"notes": "x"}) == NOT_DRAFT
        assert await owner.refused("DELETE", path) == NOT_DRAFT
        assert await owner.get(path) == made
        return
    assert (await owner.patch(path, {"notes": "x", "lines": [LINE, LINE]}))["total"] == "400.00"
    await owner.delete(path)
    assert await owner.refused("GET", path) == (404, "order_not_found")


async def test_whatever_happens_at_once_happens_once(owner: Person) -> None:
    """BI-10, BI-08: 20 invoices of one order are one; 12 numbers have no gaps."""
    made = await order(owner)
    path = f"{ORDERS}/{made['id']}/invoice"
    answers = await asyncio.gather(*(owner.http.post(path) for _ in range(20)))
    assert sorted(one.status_code for one in answers) == [200] * 19 + [201]
    assert await owner.ids(INVOICES) == [answers[0].json()["id"]]
    ids = [(await order(owner))["id"] for _ in range(12)]
    confirmed = await asyncio.gather(*(
        owner.http.post(f"{ORDERS}/{one}/confirm") for one in ids for _ in range(2)
    ))  # fmt: skip
    assert sorted(one.status_code for one in confirmed) == [200] * 12 + [409] * 12
    numbers = [(await owner.get(f"{ORDERS}/{one}"))["number"] for one in [*ids, made["id"]]]
    assert sorted(numbers) == [f"ORD-{place:06}" for place in range(1, 14)]


async def test_orders_are_listed_and_known_again(owner: Person) -> None:
    """BI-10, BI-14"""
    body = {"id": str(new_id()), "lines": [LINE], "external_id": "A"}
    answers = [await owner.http.post(ORDERS, json=body) for _ in range(2)]
    assert [one.status_code for one in answers] == [201, 200]
    taken = {"lines": [LINE], "external_id": "A"}
    assert await owner.refused("POST", ORDERS, taken) == (409, "external_id_taken")
    other = await order(owner, "confirm", currency="KWD")
    for given, found in (
        ({"status": "draft"}, [body["id"]]),
        ({"status": ["confirmed", "fulfilled"]}, [other["id"]]),
        ({"external_id": "A"}, [body["id"]]), ({"number": "ORD-000001"}, [other["id"]]),
        ({"sort": "created_at"}, [body["id"], other["id"]]), ({"currency": "KWD"}, [other["id"]]),
    ):  # fmt: skip
        assert await owner.ids(ORDERS, **given) == found, given


async def test_who_may_change_the_client_may_do_all_this(owner: Person) -> None:
    """GW-02, GW-03, CL-84: nobody else; and of whom is erased nothing is left."""
    rights = ("billing:read", "billing:write", "billing:delete")
    async with (
        owner.colleague(*rights, visibility="assigned") as watcher,
        owner.colleague(*rights, visibility="assigned") as other,
    ):
        staff = [{"user_id": str(watcher.caller.user_id), "role": "watcher"}]
        client_id = await remember_client(owner, staff=staff)
        made = await order(owner, client_id=str(client_id))
        path = f"{ORDERS}/{made['id']}"
        assert (await watcher.ids(ORDERS), await other.ids(ORDERS)) == ([made["id"]], [])
        for method, url in (
            *(("POST", f"{path}/{one}") for one in ("confirm", "fulfill", "cancel", "invoice")),
            ("PATCH", path), ("DELETE", path),
        ):  # fmt: skip
            body = {"notes": "x"} if method == "PATCH" else None
            assert await watcher.refused(method, url, body) == (403, "folder_not_writable")
            assert await other.refused(method, url, body) == (404, "order_not_found")
        async with owner.service.http(owner.service.caller()) as http:
            assert (await http.get(path)).status_code == 404
    await owner.post(f"{path}/confirm")
    async with owner.service.context.database.work(
        system(owner.caller.tenant_id, "billing"), role="worker"
    ) as work:
        await forget_orders(work, client_id)
    assert await owner.ids(ORDERS) == []
