"""Who works for a company, and what is booked with them; and those who are asked because of it."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

import pytest

from chassis.errors import Conflict, Invalid, NotFound, Unavailable
from chassis.ids import new_id
from chassis.rpc.client import Asker
from chassis.testing.clock import FrozenClock
from chassis.testing.harness import Harness
from refs import peers
from scheduling.bookings.schedules import jobs as booking_jobs
from scheduling.bookings.use_cases.telling import SETTLE
from scheduling.peers import Invoice, NewClient, Peers, Refused
from services.scheduling.tests.factories import (
    Json,
    Person,
    jobs_of,
    remember_client,
    remember_user,
)

# A Sunday, on which no test is ever run.
TODAY: Final = datetime(2031, 3, 9, 8, 0, tzinfo=UTC)
TOMORROW: Final = "2031-03-10"
AT_NINE: Final = "2031-03-10T09:00:00Z"
_ASKED = (
    "reserve_credit", "consume_credit", "release_credit", "create_invoice", "meet_client",
)  # fmt: skip


async def remember_users(person: Person, count: int) -> list[UUID]:
    """Members of the company's staff; their ids."""
    return [await remember_user(person, name=f"موظف {place}") for place in range(count)]


async def make_service(person: Person, *, staff: int = 1, **fields: Any) -> Json:
    """Something that can be booked, with so many of the staff, who have no hours."""
    if "staff_ids" not in fields:
        fields["staff_ids"] = [str(one) for one in await remember_users(person, staff)]
    return await person.post(
        "/v1/booking-services", {"name": "جلسة", "duration_minutes": 60} | fields
    )


async def make_booking(person: Person, service: Json, **fields: Any) -> Json:
    """A seat tomorrow at nine, for a new client unless one is named."""
    if "client_id" not in fields and fields.get("status") != "held":
        fields["client_id"] = str(await remember_client(person))
    return await person.post(
        "/v1/bookings", {"service_id": service["id"], "starts_at": AT_NINE} | fields
    )


async def settle(person: Person) -> None:
    """Run what the company's bookings have other services asked for."""
    job = booking_jobs.jobs[SETTLE]
    for payload in await jobs_of(person, SETTLE):
        await job.handler(person.service.context, person.caller.tenant_id, payload)


class InsufficientCredit(Conflict):
    """As memberships refuses."""

    code = "insufficient_credit"
    detail = "Less credit is left than that."


@dataclass
class Others:
    """Stands for memberships, billing and clients: each does a thing once for its cause."""

    holds: dict[str, Json] = field(default_factory=dict)
    invoices: dict[str, Json] = field(default_factory=dict)
    clients: dict[UUID, NewClient] = field(default_factory=dict)
    phones: dict[str, UUID] = field(default_factory=dict)
    # Of which client nothing is left; whether anybody answers, and is still there to hear it.
    poor: set[str] = field(default_factory=set)
    is_away: bool = False
    loses_answers: bool = False
    refuses_invoices: bool = False

    async def reserve_credit(self, _: Asker, cause: str, asked: Json) -> UUID:
        self._answer()
        if asked["client_id"] in self.poor:
            raise InsufficientCredit()
        known = self.holds.setdefault(
            cause, {"id": new_id(), "status": "held", "asked": asked}
        )  # fmt: skip
        self._lose()
        found: UUID = known["id"]
        return found

    async def consume_credit(self, _: Asker, hold_id: UUID) -> None:
        self._become(hold_id, "consumed")

    async def release_credit(self, _: Asker, hold_id: UUID) -> None:
        self._become(hold_id, "released")

    async def create_invoice(self, _: Asker, cause: str, asked: Json) -> Invoice | Refused:
        self._answer()
        if self.refuses_invoices:
            return Refused({"code": "unknown_reference", "field": "lines.0.tax_id", "detail": "no"})
        known = self.invoices.setdefault(cause, {"id": new_id(), "asked": asked})
        self._lose()
        return Invoice(known["id"], "draft")

    async def meet_client(self, by: Any, new: NewClient, field: str) -> UUID:
        assert not getattr(by, "has_begun", False)
        self._answer()
        if "@" not in (new.email or "@"):
            at = f"{field}.email" if field else "email"
            raise Invalid("This is not an e-mail address.", field=at)
        if new.phone not in self.phones:
            self.clients[new.id] = new
            self.phones[new.phone] = new.id
        self._lose()
        return self.phones[new.phone]

    async def get_client(self, _: Any, __: UUID, client_id: UUID) -> Json:
        """Who was taken down, as clients tells of them."""
        if (known := self.clients.get(client_id)) is None:
            raise NotFound()
        return {"id": str(client_id), "version": 1, "name": known.name, "folder_id": str(new_id())}

    def statuses(self) -> list[str]:
        """How the credit stands that was reserved."""
        return [one["status"] for one in self.holds.values()]

    def _become(self, hold_id: UUID, status: str) -> None:
        self._answer()
        [held] = [one for one in self.holds.values() if one["id"] == hold_id]
        assert held["status"] in ("held", status)
        held["status"] = status
        self._lose()

    def _answer(self) -> None:
        if self.is_away:
            raise Unavailable()

    def _lose(self) -> None:
        if self.loses_answers:
            raise Unavailable()


@pytest.fixture(autouse=True)
def clock(service: Harness, monkeypatch: pytest.MonkeyPatch) -> FrozenClock:
    """It stands still unless a test moves it."""
    made = FrozenClock(TODAY)
    monkeypatch.setattr(service.context.database, "clock", made)
    return made


@pytest.fixture
def others(monkeypatch: pytest.MonkeyPatch) -> Others:
    """Memberships, billing and clients."""
    made = Others()
    for name in _ASKED:
        monkeypatch.setattr(Peers, name, _bound(made, name))
    monkeypatch.setattr(peers, "get_client", made.get_client)
    return made


def _bound(others: Others, name: str) -> object:
    async def call(_: Peers, *arguments: object) -> object:
        return await getattr(others, name)(*arguments)

    return call
