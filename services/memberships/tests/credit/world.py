"""What tests of credit do again and again."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from chassis.ids import new_id
from memberships.proof.schedules import prove
from services.memberships.tests.factories import Json, Person, make_credit_type, remember_client

CHARGES, USAGES = "/v1/credit-charges", "/v1/credit-usages"
TRANSFERS, SHARES = "/v1/credit-transfers", "/v1/credit-shares"
ADJUSTMENTS = "/v1/credit-adjustments"
LINK = new_id()
HOLDS, BALANCES = "/v1/credit-holds", "/v1/credit-balances"


def day(after: int) -> str:
    """So many days from now, far from where time zones part."""
    return (date(2990, 1, 1) + timedelta(days=after)).isoformat()


class Clock:
    """A clock that is set."""

    def __init__(self) -> None:
        self.moment = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.moment

    def day(self, after: int) -> str:
        """So many days from the first one."""
        return (datetime.now(UTC) + timedelta(days=after)).date().isoformat()


class Wallet:
    """A client with a credit type."""

    def __init__(self, person: Person, client_id: str, credit_type_id: str) -> None:
        self.person = person
        self.client_id = client_id
        self.credit_type_id = credit_type_id

    @classmethod
    async def make(cls, person: Person, **kind: Any) -> "Wallet":
        client_id = str(await remember_client(person))
        return cls(person, client_id, (await make_credit_type(person, **kind))["id"])

    async def other(self) -> "Wallet":
        """Another client with the same type."""
        return Wallet(self.person, str(await remember_client(self.person)), self.credit_type_id)

    def body(self, amount: str, **more: Any) -> Json:
        own = {"client_id": self.client_id, "credit_type_id": self.credit_type_id}
        return {**own, "amount": amount, **more}

    async def charge(self, amount: str, **more: Any) -> Json:
        return await self.person.post(CHARGES, self.body(amount, **more))

    async def use(self, amount: str, **more: Any) -> Json:
        return await self.person.post(USAGES, self.body(amount, **more))

    async def hold(self, amount: str, **more: Any) -> Json:
        return await self.person.post(HOLDS, self.body(amount, **more))

    async def balance(self) -> Json:
        found = (await self.person.get(BALANCES, client_id=self.client_id))["items"]
        mine: list[Json] = [one for one in found if one["credit_type_id"] == self.credit_type_id]
        return mine[0] if mine else {"balance": "0", "held": "0", "lots": []}

    async def usable(self) -> str:
        return str((await self.balance())["balance"])

    async def left(self) -> dict[str, str]:
        """What is left of each charge."""
        return {one["charge_id"]: one["remaining"] for one in (await self.balance())["lots"]}

    async def prove(self) -> None:
        context, tenant_id = self.person.service.context, self.person.caller.tenant_id
        assert await prove(context, tenant_id) is None


def transfer(giver: Wallet, taker: Wallet, amount: str) -> dict[str, str]:
    """What is asked for to have one give another so much."""
    return {
        "from_client_id": giver.client_id, "to_client_id": taker.client_id,
        "credit_type_id": giver.credit_type_id, "amount": amount,
    }  # fmt: skip


def paid(usage: Json) -> list[tuple[str | None, str]]:
    """Which charges paid, and how much."""
    return [(one["charge_id"], one["amount"]) for one in usage["lots"]]
