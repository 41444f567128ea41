"""What happens to a client's money, as chance has it; what is refused does not happen."""

import random
from dataclasses import dataclass
from decimal import Decimal

from services.billing.tests.factories import Json, Person
from services.billing.tests.invoices.making import INVOICES
from services.billing.tests.payments.making import PAYMENTS, body


@dataclass(frozen=True)
class Chances:
    """Of one client, in two currencies."""

    person: Person
    client_id: str
    dice: random.Random

    async def happen(self) -> None:
        """One thing."""
        await self.dice.choice((
            self._issue, self._issue, self._receive, self._receive, self._credit, self._write_off,
            self._bounce, self._refund, self._undo,
        ))()  # fmt: skip

    async def _issue(self) -> None:
        line = {"description": "x", "quantity": "1", "unit_price": self._amount()}
        due = f"202{self.dice.choice('567')}-06-01"
        made = await self.person.post(INVOICES, {
            "client_id": self.client_id, "lines": [line], "currency": self._currency(),
            "issue_date": "2025-01-01", "due_date": due, "exchange_rate": "1.5",
        })  # fmt: skip
        await self.person.post(f"{INVOICES}/{made['id']}/issue")

    async def _receive(self) -> None:
        is_automatic = self.dice.random() < 0.7
        asked = body(self._amount(), self.client_id, currency=self._currency(), method="cheque")
        await self.person.post(PAYMENTS, asked | {"auto_allocate": is_automatic})

    async def _credit(self) -> None:
        line = {"description": "x", "quantity": "1", "unit_price": "0.50"}
        for one in await self._some(INVOICES):
            path = f"{INVOICES}/{one['id']}/credit-notes"
            await self.person.http.post(path, json={"lines": [line], "reason": "x"})

    async def _write_off(self) -> None:
        for one in await self._some(INVOICES):
            path = f"{INVOICES}/{one['id']}/write-off"
            await self.person.http.post(path, json={"reason": "x"})

    async def _bounce(self) -> None:
        for one in await self._some(PAYMENTS):
            for step in ("deposit", self.dice.choice(("bounce", "clear"))):
                await self.person.http.post(f"{PAYMENTS}/{one['id']}/{step}")

    async def _refund(self) -> None:
        for one in await self._some(PAYMENTS):
            path = f"{PAYMENTS}/{one['id']}/refunds"
            await self.person.http.post(path, json={"amount": "0.25"})

    async def _undo(self) -> None:
        for one in await self._some(PAYMENTS):
            for share in one["allocations"][:1]:
                path = f"{PAYMENTS}/{one['id']}/allocations/{share['id']}"
                await self.person.http.delete(path)

    async def _some(self, path: str) -> list[Json]:
        """One of what there is."""
        found = (await self.person.get(path, client_id=self.client_id, limit=200))["items"]
        left = [one for one in found if Decimal(one.get("balance", "1")) > 0]
        return [self.dice.choice(left)] if left else []

    def _currency(self) -> str:
        return self.dice.choice(["SAR", "KWD"])

    def _amount(self) -> str:
        return f"{self.dice.randint(1, 900)}.{self.dice.randint(0, 99):02d}"
