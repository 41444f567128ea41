"""Issued invoices hang together: of what stands on them nothing can be changed unseen."""

from contextlib import AbstractAsyncContextManager, suppress
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from billing.invoices.rules import FROZEN
from billing.invoices.tables import Invoice, invoices
from billing.invoices.use_cases.chains import first_broken
from chassis.caller import system
from chassis.ids import new_id
from chassis.work import UnitOfWork
from services.billing.tests.factories import Json, Person, make_tax
from services.billing.tests.invoices.making import (
    LINE,
    issued,
    remember_client,
    remember_company,
    user,
)

# What becomes of an invoice; of the chain itself the rules' own tests tell.
LIVING = {"version", "updated_at", "status", "client_id", "for_client_id", "digest", "paid_minor",
          "is_overdue_told",
          "home_paid_minor", "credited_minor", "written_off_minor", "lines_left", "sent_at",
          "viewed_at",
          "last_viewed_at", "views", "link_hash", "link_expires_at", "message_id",
          "mail_failure", "einvoice"}  # fmt: skip
CHAIN = {"chain_place", "content_hash", "previous_hash"}


async def test_each_holds_the_hash_of_the_one_before(owner: Person) -> None:
    """BI-07: in its series; what a branch numbers by itself is a chain of its own."""
    north = await owner.post("/v1/branches", {"name": "الشمال"})
    await owner.post("/v1/series", {
        "document_type": "invoice", "branch_id": north["id"], "prefix": "N-", "next_number": 7,
    })  # fmt: skip
    first, other, second = [
        (await issued(owner, branch_id=branch))["chain"] for branch in (None, north["id"], None)
    ]
    assert (first["place"], other["place"], second["place"]) == (1, 7, 2)
    assert first["previous_hash"] == other["previous_hash"] == "0" * 64
    assert second["previous_hash"] == first["hash"] != other["hash"]


async def test_no_column_is_left_out_of_what_is_frozen() -> None:
    """BI-07: whoever adds one to invoices says whether it is."""
    assert {column.name for column in invoices.columns} == {*FROZEN, *LIVING, *CHAIN}


async def test_a_change_of_whatever_was_issued_is_found(owner: Person) -> None:
    """BI-07: the first one that was changed is named."""
    tax, client_id, noura = await make_tax(owner), await remember_client(owner), user()
    await remember_company(owner, noura)
    about = {"client_id": str(client_id), "for_client_id": str(await remember_client(owner))}
    branch = await owner.post("/v1/branches", {"name": "الشمال"})
    style = await owner.post("/v1/paper-templates", {"name": "ورق"})
    made = [
        await issued(
            owner, LINE | {"tax_id": tax["id"]}, **about, notes="شكرًا",
            discount={"type": "percent", "value": "5"}, branch_id=branch["id"], terms="نقدًا",
            salesperson_id=noura["id"], work_cycle_id=str(new_id()), external_id=f"x{place}",
            payment_terms="30 يومًا", template_id=style["id"],
        )
        for place in range(3)
    ]  # fmt: skip
    number = UUID(made[1]["id"])
    async with _work(owner) as work:
        row = await (await work.connection()).fetchrow(_ONE, number)
    invoice = Invoice(**row)
    assert await _broken(owner, invoice, {}) is None
    for name in FROZEN:
        if name not in ("tenant_id", "id", "series_id", "subscription_id"):
            known = getattr(invoice, name)
            # Where there is none: as if there were.
            other = _SOME[invoices.c[name].type.python_type] if known is None else _other(known)
            found = await _broken(owner, invoice, {name: other})
            assert found == (made[1]["id"], "content_hash"), name
    assert await _broken(owner, invoice, {"status": "paid", "client_id": None}) is None
    found = await _broken(owner, invoice, {"content_hash": "1" * 64})
    assert found == (made[1]["id"], "content_hash")
    assert await _broken(owner, invoice, {"chain_place": 9}) == (made[2]["id"], "place")


_SOME: dict[type, Any] = {date: date(2026, 1, 31), str: "x", int: 1, UUID: UUID(int=1),
                         list: [UUID(int=1)]}  # fmt: skip
_ONE = "select * from invoices where id = $1"


class _Undo(Exception):
    """Leaves things as they were."""


def _work(owner: Person) -> AbstractAsyncContextManager[UnitOfWork]:
    return owner.service.context.database.work(system(owner.caller.tenant_id, "billing"))


async def _broken(owner: Person, invoice: Invoice, changes: Json) -> tuple[str, str] | None:
    """What is found with these columns changed behind the product's back."""
    found = None
    with suppress(_Undo):
        async with _work(owner) as work:
            sets = ", ".join(f"{name} = ${place}" for place, name in enumerate(changes, 2))
            if changes:
                query = f"update invoices set {sets} where id = $1"
                await (await work.connection()).execute(query, invoice.id, *changes.values())
            assert invoice.series_id is not None
            found = await first_broken(work, invoice.series_id)
            raise _Undo
    return found and (str(found.id), found.reason)


def _other(value: Any) -> Any:
    match value:
        case int():
            return value + 1
        case datetime():
            return value + timedelta(seconds=1)
        case date():
            return value + timedelta(days=1)
        case str():
            return f"{value}x"
        case UUID():
            return None
        case list():
            return [*value, {}]
        case _:
            return {**value, "x": "y"}
