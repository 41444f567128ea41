"""Checkouts, what payers do with them, and what is told of that."""

from typing import Any
from uuid import UUID

from billing.checkouts.schedules import checkouts_are_asked_for, confirm_checkout, send_refund
from billing.payment_providers.use_cases.accounts import Providers
from chassis import jobs
from chassis.caller import system
from services.billing.tests.checkouts.bank import Bank
from services.billing.tests.factories import Json, Person

PROVIDERS, CHECKOUTS, INVOICES = "/v1/payment-providers", "/v1/checkouts", "/v1/invoices"
KEYS = {"publishable_key": "pk_test_1", "secret_key": "sk_test_1", "webhook_secret": "whsec_1"}
_TAKE = """
delete from pgqueuer where tenant_id = $1 and entrypoint = any($2) returning entrypoint, payload
"""
_RUN = {"billing.confirm_checkout": confirm_checkout, "billing.send_refund": send_refund}


def bank_of(person: Person) -> Bank:
    """The provider that everybody here pays by, until another takes its place."""
    bank = Bank()
    person.service.context.keep(Providers({"stripe": lambda _: bank}))
    return bank


async def provider(person: Person, **fields: Any) -> Json:
    return await person.post(PROVIDERS, {"name": "البطاقات", **KEYS, **fields})


async def begin(person: Person, invoice: Json, **body: Any) -> Json:
    """A checkout of an invoice."""
    return await person.post(f"{INVOICES}/{invoice['id']}/checkout", body)


async def run_jobs(person: Person) -> int:
    """Do what waits to be asked of providers; how much that was."""
    context, tenant_id = person.service.context, person.caller.tenant_id
    async with context.database.plumbing() as connection:
        rows = await connection.fetch(_TAKE, tenant_id, list(_RUN))
    for row in rows:
        await _RUN[row["entrypoint"]](context, tenant_id, jobs.read(row["payload"])[2])
    return len(rows)


async def notice(person: Person, provider_id: str, signature: str = "good", **told: Any) -> int:
    """The status with which an event of a provider is taken."""
    async with person.service.http(None) as http:
        answer = await http.post(
            f"/v1/public/payments/stripe/{provider_id}", json=told,
            headers={"stripe-signature": signature},
        )  # fmt: skip
    return answer.status_code


async def sweep(person: Person) -> int:
    """What is done where nobody told for a while."""
    caller = system(person.caller.tenant_id, "billing")
    async with person.service.context.database.work(caller) as work:
        for table, column in (("checkouts", "next_check_at"), ("refunds", "updated_at")):
            await (await work.connection()).execute(
                f"update {table} set {column} = {column} - interval '9 days'"
                f" where {column} is not null"
            )
    await checkouts_are_asked_for(person.service.context)
    return await run_jobs(person)


async def paid_online(person: Person, bank: Bank, invoice: Json) -> tuple[Json, Json]:
    """A checkout that succeeded, and the payment that was received by it."""
    begun = await begin(person, invoice)
    bank.becomes(begun["intent_id"], "succeeded")
    done = await person.post(f"{CHECKOUTS}/{begun['id']}/refresh")
    return done, await person.get(f"/v1/payments/{done['payment_id']}")


def id_of(checkout: Json) -> UUID:
    return UUID(checkout["id"])
