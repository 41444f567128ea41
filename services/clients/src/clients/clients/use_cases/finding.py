"""Finding clients by what is written of them elsewhere: a code, a phone, an address."""

import asyncio
from collections.abc import Mapping, Sequence
from uuid import UUID

from chassis.work import UnitOfWork
from clients.clients.repository.keyed import matching
from clients.clients.rules import keys
from clients.clients.use_cases.columns import home_country

# A key, and what was written of it.
Asked = tuple[keys.Key, str]


async def find_clients(work: UnitOfWork, asked: Sequence[Asked]) -> Mapping[Asked, set[UUID]]:
    """Whom each of these names among the clients that the caller sees; none of what names nobody.

    Matched as imports match their rows: folded, phones in any written form, who was merged as who
    answers for them.
    """
    country = await home_country(work)
    read = await asyncio.to_thread(_read, asked, country)
    found: dict[Asked, set[UUID]] = {}
    for key in sorted({key for key, _ in read}):
        wanted = {one: some for one, some in read.items() if one[0] == key}
        by_key = await matching(
            work, key, list({each for some in wanted.values() for each in some})
        )
        for one, some in wanted.items():
            if ids := set().union(*(by_key.get(each, set()) for each in some)):
                found[one] = ids
    return found


def _read(asked: Sequence[Asked], country: str) -> dict[Asked, list[str]]:
    """Away from the event loop: to read some hundred numbers takes a while."""
    return {one: keys.of_text(one[1], one[0], country) for one in asked}
