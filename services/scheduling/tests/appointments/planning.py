"""What tests of appointments make."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import pytest

from scheduling.peers import Peers
from services.scheduling.tests.factories import Json, Person, remember_client

APPOINTMENTS: Final = "/v1/appointments"
# A Monday, far ahead of whenever the tests run.
NINE: Final = datetime(2031, 3, 10, 9, tzinfo=UTC)
HOUR: Final = timedelta(hours=1)


def at(moment: datetime) -> str:
    """As the API writes it."""
    return f"{moment:%Y-%m-%dT%H:%M:%S.%fZ}"


async def make_appointment(person: Person, starts_at: datetime = NINE, **fields: Any) -> Json:
    """One with a client, of an hour."""
    if "client_id" not in fields:
        fields["client_id"] = str(await remember_client(person))
    if "ends_at" not in fields and "duration_minutes" not in fields:
        fields["duration_minutes"] = 60
    return await person.post(APPOINTMENTS, {"starts_at": at(starts_at), **fields})


def path_of(appointment: Json, verb: str = "") -> str:
    return f"{APPOINTMENTS}/{appointment['id']}" + (f"/{verb}" if verb else "")


def invoice_is_of(monkeypatch: pytest.MonkeyPatch, client_id: UUID | None) -> None:
    """Billing knows it, as somebody's."""
    _is_of(monkeypatch, "client_of_invoice", client_id)


def estimate_is_of(monkeypatch: pytest.MonkeyPatch, client_id: UUID | None) -> None:
    """Billing knows that one."""
    _is_of(monkeypatch, "client_of_estimate", client_id)


def _is_of(monkeypatch: pytest.MonkeyPatch, asked: str, client_id: UUID | None) -> None:

    async def answer(*_: Any) -> UUID | None:
        return client_id

    monkeypatch.setattr(Peers, asked, answer)
