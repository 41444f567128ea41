"""A gym sells a membership: invoiced, paid, renewed, and taken back as a cheque bounces."""

from typing import Any

from chassis.testing.eventually import eventually
from tests.product import Json, Person, Product


async def test_a_membership_from_its_sale_to_a_bounced_cheque(product: Product) -> None:
    """ME-02, ME-03, ME-04, ME-06, ME-19: on the real services, with VAT and a joining fee."""
    owner = await product.sign_up()
    client = await owner.post("/v1/clients", {"name": "سارة"})
    [tax] = (await owner.get("/v1/taxes"))["items"]
    package = await owner.post("/v1/packages", {
        "name": {"ar": "ذهبي", "en": "Gold"}, "kind": "membership", "price": "300.00",
        "currency": "SAR", "tax_id": tax["id"], "joining_fee": "100.00",
        "period": {"unit": "month", "count": 1},
    })  # fmt: skip
    half = {"type": "percent", "value": "50"}
    asked = {"client_id": client["id"], "package_id": package["id"], "discount": half}
    sold = await owner.post("/v1/memberships", asked)
    assert sold["status"] == "pending_payment"
    path = f"/v1/memberships/{sold['id']}"
    invoice = await _invoice(owner, path)
    assert (invoice["status"], invoice["subtotal"], invoice["total"]) == (
        "issued", "250.00", "287.50",
    )  # fmt: skip
    assert [line["description"] for line in invoice["lines"]] == [
        "ذهبي · Gold", "رسوم الانضمام · Joining fee",
    ]  # fmt: skip
    await _pay(owner, invoice, "cash")
    active = await _becomes(owner, path, "active")
    await owner.post(f"{path}/renew")
    renewal = await _invoice(owner, path, but=invoice["id"])
    assert renewal["total"] == "172.50" and renewal["due_date"] == active["renewal_date"]
    cheque = await _pay(owner, renewal, "cheque")
    await eventually(lambda: _renews(owner, path, after=active["renewal_date"]))
    for step in ("deposit", "bounce"):
        await owner.post(f"/v1/payments/{cheque['id']}/{step}")
    await eventually(lambda: _renews(owner, path, at=active["renewal_date"]))

    async def told() -> bool:
        events = await owner.events_of(client["id"])
        return {f"memberships.membership.{verb}" for verb in (
            "created", "period_granted", "started", "renewed", "period_taken_back",
        )} <= set(events)  # fmt: skip

    await eventually(told)


async def test_credit_is_ordered_paid_and_given_back(product: Product) -> None:
    """ME-15: by a credit note of all of it, what is unused goes back; a draft is removed."""
    owner = await product.sign_up()
    client = await owner.post("/v1/clients", {"name": "سارة"})
    sessions = await owner.post("/v1/credit-types", {"name": "جلسات", "unit": "جلسة"})
    credit = {"credit_type_id": sessions["id"], "amount": "10"}
    package = await owner.post("/v1/packages", {
        "name": "عشر جلسات", "kind": "credit", "price": "200.00", "currency": "SAR",
        "credits": [credit],
    })  # fmt: skip
    body = {"client_id": client["id"], "package_id": package["id"]}
    order = await owner.post("/v1/package-orders", body)
    path = f"/v1/package-orders/{order['id']}"
    invoice = await _invoice(owner, path)
    await _pay(owner, invoice, "card")
    await _becomes(owner, path, "paid")
    asked: Json = {"client_id": client["id"], "credit_type_id": sessions["id"]}
    await owner.post("/v1/credit-usages", asked | {"amount": "3"})
    assert await _balance(owner, asked) == "7"
    await owner.post(f"/v1/invoices/{invoice['id']}/credit-notes", {"reason": "أُعيد"})
    await _becomes(owner, path, "reversed")
    assert await _balance(owner, asked) == "0"
    await owner.ask("PATCH", "/v1/settings/memberships", json={"invoices": "draft"})
    other = await owner.post("/v1/package-orders", body)
    draft = await _invoice(owner, f"/v1/package-orders/{other['id']}")
    assert draft["status"] == "draft"
    await owner.post(f"/v1/package-orders/{other['id']}/cancel")

    async def is_gone() -> bool:
        answer = await owner.ask("GET", f"/v1/invoices/{draft['id']}")
        return bool(answer.status_code == 404)

    await eventually(is_gone)


async def test_who_holds_a_package_is_found(product: Product) -> None:
    """ME-09, CL-12: by a membership that runs, or by what is left of its credit."""
    owner = await product.sign_up()
    member, buyer = [await owner.post("/v1/clients", {"name": one}) for one in ("سارة", "منى")]
    visits = await owner.post("/v1/credit-types", {"name": "زيارات", "unit": "زيارة"})
    free: Json = {"price": "0.00", "currency": "SAR"}
    gym = await owner.post("/v1/packages", free | {
        "name": "شهري", "kind": "membership", "period": {"unit": "month", "count": 1},
    })  # fmt: skip
    two = await owner.post("/v1/packages", free | {
        "name": "زيارتان", "kind": "credit",
        "credits": [{"credit_type_id": visits["id"], "amount": "2"}],
    })  # fmt: skip
    held = await owner.post("/v1/memberships", {"client_id": member["id"], "package_id": gym["id"]})
    await owner.post("/v1/package-orders", {"client_id": buyer["id"], "package_id": two["id"]})
    await eventually(lambda: _hold(owner, gym, member))
    await eventually(lambda: _hold(owner, two, buyer))
    await owner.post(f"/v1/memberships/{held['id']}/cancel", {"at": "now"})
    used = {"client_id": buyer["id"], "credit_type_id": visits["id"], "amount": "2"}
    await owner.post("/v1/credit-usages", used)
    await eventually(lambda: _hold(owner, gym))
    await eventually(lambda: _hold(owner, two))


async def _hold(owner: Person, package: Json, *holders: Json) -> bool:
    found = (await owner.get("/v1/clients", package_id=package["id"]))["items"]
    return [one["id"] for one in found] == [one["id"] for one in holders]


async def _invoice(owner: Person, path: str, *, but: str | None = None) -> Json:
    """The one that billing made for it, once it has."""

    async def found() -> Any:
        invoice_id = (await owner.get(path))["invoice_id"]
        return invoice_id if invoice_id != but else None

    return await owner.get(f"/v1/invoices/{await eventually(found)}")


async def _pay(owner: Person, invoice: Json, method: str) -> Json:
    return await owner.post("/v1/payments", {
        "client_id": invoice["client_id"], "amount": invoice["total"], "currency": "SAR",
        "method": method,
        "allocations": [{"invoice_id": invoice["id"], "amount": invoice["total"]}],
    })  # fmt: skip


async def _becomes(owner: Person, path: str, status: str) -> Json:
    async def found() -> Any:
        shown = await owner.get(path)
        return shown if shown["status"] == status else None

    return await eventually(found)


async def _renews(
    owner: Person, path: str, *, at: str | None = None, after: str | None = None
) -> bool:  # fmt: skip
    renewal_date = (await owner.get(path))["renewal_date"]
    return bool(renewal_date == at if at else renewal_date > (after or ""))


async def _balance(owner: Person, asked: Json) -> str:
    [found] = (await owner.get("/v1/credit-balances", **asked))["items"]
    return str(found["balance"])
