"""Estimates, and the links by which clients see them."""

from typing import Any

import httpx

from services.billing.tests.factories import Json, Person
from services.billing.tests.invoices.making import LINE

ESTIMATES = "/v1/estimates"
PUBLIC = "/v1/public/estimates"


async def draft(person: Person, *lines: Json, **fields: Any) -> Json:
    """A draft of an estimate, for nobody in particular unless it names a client."""
    return await person.post(ESTIMATES, {"lines": list(lines) or [LINE], **fields})


async def act(person: Person, estimate: Json, action: str, body: Any = None) -> Json:
    """The estimate, or what was made of it, after an action."""
    return await person.post(f"{ESTIMATES}/{estimate['id']}/{action}", body)


async def sent(person: Person, *lines: Json, **fields: Any) -> tuple[Json, str]:
    """An estimate that was sent, and the address that its client was given."""
    made = await act(person, await draft(person, *lines, **fields), "send")
    return made, f"{PUBLIC}/{made['share_url'].rpartition('/')[2]}"


def anybody(person: Person) -> httpx.AsyncClient:
    """Somebody outside, who is not signed in."""
    return person.service.http(None)
