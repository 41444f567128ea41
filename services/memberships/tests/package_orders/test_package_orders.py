"""Credit is ordered, invoiced, charged once it is paid, and taken back."""

import asyncio

import pytest

from chassis.ids import new_id
from memberships.package_orders.use_cases import forget_orders
from memberships.proof.schedules import prove
from services.memberships.tests.billing import Billing, ask
from services.memberships.tests.conftest import Events
from services.memberships.tests.credit.world import Wallet, transfer
from services.memberships.tests.factories import (
    Json,
    Person,
    make_credit_package,
    make_order,
    make_package,
    remember_client,
)

ORDERS = "/v1/package-orders"


def _cause(order: Json) -> str:
    return f"package_order:{order['id']}"


async def _credit(owner: Person, order: Json) -> list[tuple[str, str, str | None]]:
    """What was charged to a client, and what is left of it."""
    found = await owner.get("/v1/credit-charges", client_id=order["client_id"], sort="created_at")
    return [(one["amount"], one["remaining"], one["expires_on"]) for one in found["items"]]


async def test_credit_is_charged_once_its_order_is_paid(
    owner: Person, billing: Billing, events: Events
) -> None:
    """ME-15: ordered, invoiced by billing as the package says, paid, charged."""
    order = await make_order(owner, discount={"type": "percent", "value": "10"}, note="هدية")
    assert (order["status"], order["invoice_id"], order["price"]) == ("pending", None, "200.00")
    assert await owner.get(f"{ORDERS}/{order['id']}") == order
    await ask(owner)
    [made] = billing.of(owner)
    assert made.cause == _cause(order)
    assert made.request == {
        "client_id": order["client_id"], "currency": "SAR", "issue": True,
        "lines": [{"description": "شهري", "quantity": "1", "unit_price": "200.00",
                   "discount": {"type": "percent", "value": "10"}}],
    }  # fmt: skip
    invoiced = await owner.get(f"{ORDERS}/{order['id']}")
    assert (invoiced["status"], invoiced["invoice_id"]) == ("invoiced", str(made.id))
    assert await _credit(owner, order) == []
    event = await billing.becomes(owner, _cause(order), "paid")
    paid = await owner.get(f"{ORDERS}/{order['id']}")
    assert paid["status"] == "paid" and paid["paid_at"]
    [(amount, left, expires_on)] = await _credit(owner, order)
    assert (amount, left) == ("10", "10") and expires_on
    told = [one["type"] for one in await events(owner.caller)]
    kinds = [one.rpartition(".")[2] for one in told if "package_order" in one]
    assert kinds == ["created", "invoiced", "paid"]
    assert event.type == "billing.invoice.paid"


async def test_what_is_unused_is_taken_back_and_charged_again(
    owner: Person, billing: Billing
) -> None:
    """ME-15: reopened, paid again, credited; each time once, however often it is told."""
    order = await make_order(owner)
    await ask(owner)
    cause, path = _cause(order), f"{ORDERS}/{order['id']}"
    await billing.becomes(owner, cause, "paid")
    [charge] = (await owner.get("/v1/credit-charges", client_id=order["client_id"]))["items"]
    await billing.becomes(owner, cause, "issued")
    assert (await owner.get(path))["status"] == "invoiced"
    assert [left for _, left, _ in await _credit(owner, order)] == ["0"]
    for _ in range(2):
        await billing.becomes(owner, cause, "paid")
    assert [left for _, left, _ in await _credit(owner, order)] == ["10"]
    await billing.becomes(owner, cause, "credited")
    assert (await owner.get(path))["status"] == "reversed"
    assert [left for _, left, _ in await _credit(owner, order)] == ["0"]
    assert charge["amount"] == "10"


async def test_an_order_is_cancelled_with_its_invoice(owner: Person, billing: Billing) -> None:
    """ME-15: before billing answered, and after; what is paid is not."""
    early, late, paid = [await make_order(owner) for _ in range(3)]
    assert (await owner.post(f"{ORDERS}/{early['id']}/cancel"))["status"] == "cancelled"
    await ask(owner)
    assert (await owner.post(f"{ORDERS}/{late['id']}/cancel"))["status"] == "cancelled"
    await billing.becomes(owner, _cause(paid), "paid")
    assert await owner.refused("POST", f"{ORDERS}/{paid['id']}/cancel") == (
        409, "package_order_paid",
    )  # fmt: skip
    await ask(owner)
    tenant_id = owner.caller.tenant_id
    gone = {cause for tenant, cause in billing.credited if tenant == tenant_id}
    assert gone == {f"{_cause(one)}:withdraw" for one in (early, late)}
    await billing.becomes(owner, _cause(late), "credited")
    again = await owner.post(f"{ORDERS}/{late['id']}/cancel")
    assert (again["status"], await _credit(owner, late)) == ("cancelled", [])


async def test_what_cost_nothing_is_taken_back_by_cancelling_it(
    owner: Person, billing: Billing
) -> None:
    """ME-15: what is unused of it, once; billing knows nothing of it."""
    order = await make_order(owner, discount={"type": "percent", "value": "100"})
    assert (order["status"], [left for _, left, _ in await _credit(owner, order)]) == (
        "paid", ["10"],
    )  # fmt: skip
    [charge] = (await owner.get("/v1/credit-charges", client_id=order["client_id"]))["items"]
    used = {"client_id": order["client_id"], "credit_type_id": charge["credit_type_id"]}
    await owner.post("/v1/credit-usages", used | {"amount": "4"})
    for _ in range(2):
        assert (await owner.post(f"{ORDERS}/{order['id']}/cancel"))["status"] == "reversed"
        assert [left for _, left, _ in await _credit(owner, order)] == ["0"]
    await ask(owner)
    assert billing.of(owner) == []


async def test_an_erased_client_is_asked_for_nothing(owner: Person, billing: Billing) -> None:
    """GW-05, ME-15: before billing answered, and after; what is paid is as it was."""
    client_id = await remember_client(owner)
    paid, late = [await make_order(owner, client_id=str(client_id), note="x") for _ in range(2)]
    await ask(owner)
    await billing.becomes(owner, _cause(paid), "paid")
    early = await make_order(owner, client_id=str(client_id))
    async with owner.service.context.database.work(owner.caller) as work:
        await forget_orders(work, client_id)
    for _ in range(2):
        await ask(owner)
    found = (await owner.get(ORDERS, client_id=str(client_id)))["items"]
    told = {one["id"]: (one["status"], one["note"]) for one in found}
    assert told == {
        paid["id"]: ("paid", None), late["id"]: ("cancelled", None),
        early["id"]: ("cancelled", None),
    }  # fmt: skip
    tenant_id = owner.caller.tenant_id
    gone = {cause for tenant, cause in billing.credited if tenant == tenant_id}
    assert gone == {f"{_cause(one)}:withdraw" for one in (early, late)}


async def test_what_billing_refuses_is_told(
    owner: Person, billing: Billing, events: Events
) -> None:
    """ME-15: with what is wrong, and nothing is charged."""
    billing.refuses[owner.caller.tenant_id] = "unknown_reference"
    order = await make_order(owner)
    await ask(owner)
    failed = await owner.get(f"{ORDERS}/{order['id']}")
    assert (failed["status"], failed["problem"]["code"]) == ("failed", "unknown_reference")
    assert failed["problem"]["field"] == "lines.0.tax_id"
    last = (await events(owner.caller))[-1]
    assert last["type"] == "memberships.package_order.failed"
    assert last["data"]["package_order"]["problem"] == "unknown_reference"


async def test_what_costs_nothing_is_charged_at_once(owner: Person, billing: Billing) -> None:
    """ME-15: without an invoice."""
    order = await make_order(owner, discount={"type": "amount", "value": "200.00"})
    await ask(owner)
    assert (order["status"], order["invoice_id"]) == ("paid", None)
    assert billing.of(owner) == []
    assert [left for _, left, _ in await _credit(owner, order)] == ["10"]


async def test_an_order_sent_again_is_the_same(owner: Person, billing: Billing) -> None:
    """ME-15: by its id; under it nothing else is ordered."""
    package, sara = await make_credit_package(owner), str(await remember_client(owner))
    body = {"id": str(new_id()), "client_id": sara, "package_id": package["id"]}
    answers = await asyncio.gather(*(owner.http.post(ORDERS, json=body) for _ in range(8)))
    assert {one.status_code for one in answers} <= {200, 201, 409}
    assert [one.status_code for one in answers].count(201) == 1
    again = await owner.http.post(ORDERS, json=body)
    assert (again.status_code, again.json()["id"]) == (200, body["id"])
    other = body | {"note": "x"}
    assert await owner.refused("POST", ORDERS, other) == (409, "id_taken")
    await ask(owner)
    assert len(billing.of(owner)) == 1


async def test_what_does_not_hold_names_its_field(owner: Person) -> None:
    package, sara = await make_credit_package(owner), str(await remember_client(owner))
    monthly = (await make_package(owner))["id"]
    body = {"client_id": sara, "package_id": package["id"]}
    for wrong, code, field in (
        ({"client_id": sara}, "validation_failed", "package_id"),
        (body | {"client_id": str(new_id())}, "unknown_reference", "client_id"),
        (body | {"package_id": str(new_id())}, "unknown_reference", "package_id"),
        (body | {"package_id": monthly}, "unknown_reference", "package_id"),
        (body | {"discount": {"type": "amount", "value": "200.01"}}, "not_a_discount",
         "discount.value"),
        (body | {"discount": {"type": "amount", "value": "1.001"}}, "not_a_discount",
         "discount.value"),
        (body | {"discount": {"type": "percent", "value": "101"}}, "validation_failed",
         "discount"),
    ):  # fmt: skip
        assert await owner.wrong("POST", ORDERS, wrong) == (code, [field])
    await owner.patch(f"/v1/packages/{package['id']}", {"active": False})
    assert await owner.refused("POST", ORDERS, body) == (409, "package_inactive")
    await make_order(owner, external_id="P-1")
    taken = body | {"package_id": (await make_credit_package(owner))["id"], "external_id": "P-1"}
    assert await owner.refused("POST", ORDERS, taken) == (409, "external_id_taken")


async def test_orders_are_listed(owner: Person) -> None:
    first, second = [await make_order(owner, external_id=f"P-{at}") for at in range(2)]
    assert await owner.ids(ORDERS, sort="created_at") == [first["id"], second["id"]]
    for asked in (
        {"client_id": first["client_id"]}, {"package_id": first["package_id"]},
        {"external_id": "P-0"},
    ):  # fmt: skip
        assert await owner.ids(ORDERS, **asked) == [first["id"]]
    assert await owner.ids(ORDERS, status="paid") == []


async def test_orders_of_clients_who_are_hidden_are_too(owner: Person) -> None:
    """GW-03"""
    order = await make_order(owner)
    path = f"{ORDERS}/{order['id']}"
    rights = ("memberships:read", "memberships:write")
    async with owner.colleague(*rights, visibility="assigned") as other:
        assert await other.refused("GET", path) == (404, "package_order_not_found")
        assert await other.refused("POST", f"{path}/cancel") == (404, "package_order_not_found")
        assert await other.ids(ORDERS) == []
        body = {"client_id": order["client_id"], "package_id": order["package_id"]}
        assert await other.wrong("POST", ORDERS, body) == ("unknown_reference", ["client_id"])
    async with owner.colleague("memberships:read") as reader:
        assert await reader.ids(ORDERS) == [order["id"]]
        assert await reader.refused("POST", f"{path}/cancel") == (403, "forbidden")


async def test_what_was_used_is_not_given_a_second_time(owner: Person, billing: Billing) -> None:
    """ME-14, ME-15: eight of ten were used as it was reopened, two of them for a while: paid again,
    it gives what was taken back, and what was put back since is there too.
    """
    order = await make_order(owner)
    await ask(owner)
    cause, client_id = _cause(order), order["client_id"]
    await billing.becomes(owner, cause, "paid")
    kind = order["credits"][0]["credit_type_id"]
    usage = {"client_id": client_id, "credit_type_id": kind}
    await owner.post("/v1/credit-usages", usage | {"amount": "5"})
    early, late = [await owner.post("/v1/credit-usages", usage | {"amount": "1"}) for _ in range(2)]
    hold = await owner.post("/v1/credit-holds", usage | {"amount": "1"})
    await billing.becomes(owner, cause, "issued")
    await owner.post(f"/v1/credit-usages/{early['id']}/reverse")
    await owner.post(f"/v1/credit-holds/{hold['id']}/release")
    assert [left for _, left, _ in await _credit(owner, order)] == ["0"]
    for _ in range(2):
        await billing.becomes(owner, cause, "paid")
    assert [left for _, left, _ in await _credit(owner, order)] == ["4"]
    await owner.post(f"/v1/credit-usages/{late['id']}/reverse")
    assert [left for _, left, _ in await _credit(owner, order)] == ["5"]
    assert await prove(owner.service.context, owner.caller.tenant_id) is None


async def test_what_is_credited_of_an_order_is_taken_back(owner: Person, billing: Billing) -> None:
    """ME-15: a credit note for five of ten sessions takes five back, as far as nobody used them."""
    plain, used = [await make_order(owner) for _ in range(2)]
    await ask(owner)
    for order in (plain, used):
        await billing.becomes(owner, _cause(order), "paid", total="230.00", paid="230.00")
    await owner.post("/v1/credit-usages", {
        "client_id": used["client_id"], "amount": "8",
        "credit_type_id": used["credits"][0]["credit_type_id"],
    })  # fmt: skip
    for _ in range(2):
        for order in (plain, used):
            half = {"total": "230.00", "paid": "115.00", "credited": "115.00"}
            await billing.becomes(owner, _cause(order), "paid", **half)
    assert [left for _, left, _ in await _credit(owner, plain)] == ["5"]
    assert [left for _, left, _ in await _credit(owner, used)] == ["0"]
    assert (await owner.get(f"{ORDERS}/{plain['id']}"))["status"] == "paid"
    await billing.becomes(owner, _cause(plain), "credited", credited="230.00", paid="0.00")
    assert [left for _, left, _ in await _credit(owner, plain)] == ["0"]


@pytest.mark.usefixtures("linked")
async def test_what_was_given_on_goes_with_its_order(owner: Person, billing: Billing) -> None:
    """ME-15: reopened, also whom some of it was given to has nothing of it left; paid again, both
    have again what was taken of each.
    """
    order = await make_order(owner)
    await ask(owner)
    await billing.becomes(owner, _cause(order), "paid")
    wallet = Wallet(owner, order["client_id"], order["credits"][0]["credit_type_id"])
    other = await wallet.other()
    await owner.post("/v1/credit-transfers", transfer(wallet, other, "4"))
    await other.use("1")
    for status, left in 2 * [("issued", ("0", "0")), ("paid", ("6", "3"))]:
        await billing.becomes(owner, _cause(order), status)
        assert (await wallet.usable(), await other.usable()) == left
    await wallet.prove()


async def test_what_was_credited_before_it_was_paid_is_reopened_too(
    owner: Person, billing: Billing
) -> None:
    """ME-15: half of it was never given; the rest is taken back, and given again."""
    order = await make_order(owner)
    await ask(owner)
    half = {"total": "230.00", "paid": "115.00", "credited": "115.00"}
    for status, rest in (("paid", "5"), ("issued", "0"), ("paid", "5"), ("issued", "0")):
        await billing.becomes(owner, _cause(order), status, **half)
        assert [left for _, left, _ in await _credit(owner, order)] == [rest]
    assert await prove(owner.service.context, owner.caller.tenant_id) is None
