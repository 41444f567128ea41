"""Paging while others write: what does not change meanwhile is neither lost nor repeated."""

import asyncio
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.clients.tests.factories import Json, Person

STILL, MOVING = 12, 6
SORTS: Final = ("-updated_at", "updated_at", "created_at", "-created_at", "name", "-serial")
# What may happen while a page is read, and to which of the moving clients.
WRITES: Final = st.lists(
    st.tuples(st.sampled_from(("rename", "archive", "restore", "tag", "add")),
              st.integers(0, MOVING - 1)),
    max_size=4,
)  # fmt: skip


@pytest.fixture
async def clients(owner: Person) -> list[Json]:
    return [await owner.make_client(f"عميل {n % 5}") for n in range(STILL + MOVING)]


async def _write(owner: Person, client: Json, kind: str, turn: int) -> None:
    if kind == "rename":
        await owner.patch(client["url"], {"name": f"عميل {turn % 7}"})
    elif kind == "tag":
        await owner.post(f"{client['url']}/tags", {"add": [f"t{turn % 3}"]})
    elif kind == "add":
        await owner.make_client(f"عميل {turn % 7}")
    else:
        await owner.post(f"{client['url']}/{kind}")


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(sort=st.sampled_from(SORTS), searched=st.booleans(), limit=st.integers(1, 5),
       meanwhile=st.lists(WRITES, max_size=6))  # fmt: skip
async def test_what_does_not_change_is_read_once(
    owner: Person, clients: list[Json], sort: str, searched: bool, limit: int,
    meanwhile: list[list[tuple[str, int]]],
) -> None:  # fmt: skip
    """CL-03: whatever is added, renamed, archived and brought back by others at the same time."""
    still = [client["id"] for client in clients[:STILL]]
    asked: dict[str, Any] = {"sort": sort, "limit": limit} | ({"q": "عميل"} if searched else {})
    seen: list[str] = []
    for turn in range(1_000):
        writes = meanwhile[turn] if turn < len(meanwhile) else []
        page, *_ = await asyncio.gather(
            owner.get("/v1/clients", **asked),
            *(_write(owner, clients[STILL + n], kind, turn) for kind, n in writes),
        )
        seen += [item["id"] for item in page["items"]]
        if page["next_cursor"] is None:
            break
        asked["cursor"] = page["next_cursor"]
    found = [one for one in seen if one in still]
    assert sorted(found) == sorted(still)
    whole = await owner.get("/v1/clients", sort=sort, limit=200)
    assert found == [item["id"] for item in whole["items"] if item["id"] in still]
