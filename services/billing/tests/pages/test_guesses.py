"""Who tries links that lead nowhere is held up, and nobody else is."""

import asyncio
from typing import Any

import httpx
import pytest
from redis.exceptions import ConnectionError as RedisAway

from chassis.http import guesses
from chassis.ids import new_id
from services.billing.tests.estimates.making import anybody
from services.billing.tests.estimates.making import sent as sent_estimate
from services.billing.tests.factories import Person
from services.billing.tests.pages.reading import BROWSER, Page
from services.billing.tests.public_invoices.making import PUBLIC, sent

WRONG = f"{PUBLIC}/{'x' * 43}"


@pytest.fixture
def strict(owner: Person, monkeypatch: pytest.MonkeyPatch) -> Person:
    """The owner, where three wrong links are enough."""
    context = owner.service.context
    few = context.settings.model_copy(update={"guesses": 3})
    monkeypatch.setattr(context, "settings", few)
    return owner


def somewhere() -> dict[str, str]:
    """An address that nobody had before; what a caller says of themselves does not count."""
    return {"X-Forwarded-For": f"203.0.113.9, {new_id()}"}


async def statuses(http: httpx.AsyncClient, url: str, times: int, **more: str) -> list[int]:
    return [(await http.get(url, headers=more)).status_code for _ in range(times)]


async def test_wrong_links_are_counted_and_right_ones_are_not(strict: Person) -> None:
    """GW-03, BI-03: by address, for invoices, estimates and their papers alike."""
    _, right = await sent(strict)
    _, estimate = await sent_estimate(strict)
    here, there = somewhere(), somewhere()
    async with anybody(strict) as http:
        assert await statuses(http, right, 5, **here) == [200] * 5
        assert await statuses(http, f"{WRONG}/pdf", 2, **here) == [404] * 2
        assert await statuses(http, right, 1, **here) == [200]
        wrong = await http.post(f"/v1/public/estimates/{'x' * 43}/accept", headers=here)
        assert wrong.status_code == 404
        for url in (right, estimate, WRONG, f"{WRONG}/checkout/refresh"):
            method = "POST" if url.endswith("refresh") else "GET"
            held = await http.request(method, url, headers=here)
            assert (held.status_code, held.json()["code"]) == (429, "too_many_guesses")
            assert held.headers["Retry-After"] == "600"
        page = Page(await http.get(right, headers=here | BROWSER))
        assert page.answer.status_code == 429 and page.answer.headers["Retry-After"] == "600"
        assert await statuses(http, right, 1, **there) == [200]


async def test_guesses_at_once_are_all_counted(strict: Person) -> None:
    """GW-03: the next one is held up, however many came together."""
    here = somewhere()
    async with anybody(strict) as http:
        await asyncio.gather(*(http.get(WRONG, headers=here) for _ in range(10)))
        assert await statuses(http, WRONG, 1, **here) == [429]


async def test_without_redis_links_lead_where_they_lead(
    strict: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """GW-03: what counts guesses being away holds up nobody."""
    _, right = await sent(strict)

    async def away(*_: Any, **__: Any) -> None:
        raise RedisAway("away")

    monkeypatch.setattr(strict.service.context.redis, "get", away)
    monkeypatch.setattr(guesses, "_PATIENCE", 0.0)
    here = somewhere()
    async with anybody(strict) as http:
        assert await statuses(http, right, 1, **here) == [200]
        assert await statuses(http, WRONG, 6, **here) == [404] * 6
