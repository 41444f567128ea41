"""How relays share the outbox: sixteen slots of ordering keys, each held by one of them."""

import asyncio
from typing import Final

import asyncpg

SLOTS: Final = 16
_CLASS: Final = 7_307_202
_MEMBER: Final = 99
_BALANCE_SECONDS: Final = 2.0

_RELAYS = """
select count(*) from pg_locks
 where locktype = 'advisory' and granted and classid = $1 and objid = $2
   and database = (select oid from pg_database where datname = current_database())
"""
_TAKE = """
select slot from generate_series(0, $1 - 1) as slot
 where slot <> all($2) and pg_try_advisory_lock($3, slot) limit $4
"""


class Slots:
    """The slots this connection holds by session advisory locks: they end with it, however."""

    def __init__(self, connection: "asyncpg.Connection[asyncpg.Record]") -> None:
        self._connection = connection
        self._next = 0.0
        self.held: list[int] = []

    @property
    def has_all(self) -> bool:
        """Whether nobody else publishes anything."""
        return len(self.held) == SLOTS

    async def balance(self) -> None:
        """Now and then, take or leave slots until every relay holds its share."""
        now = asyncio.get_running_loop().time()
        if now < self._next:
            return
        if not self._next:
            await self._connection.execute(
                "select pg_advisory_lock_shared($1, $2)", _CLASS, _MEMBER
            )
        self._next = now + _BALANCE_SECONDS
        relays = await self._connection.fetchval(_RELAYS, _CLASS, _MEMBER)
        share = -(-SLOTS // relays)
        for slot in self.held[share:]:
            await self._connection.execute("select pg_advisory_unlock($1, $2)", _CLASS, slot)
        self.held = self.held[:share]
        if len(self.held) < share:
            wanted = share - len(self.held)
            taken = await self._connection.fetch(_TAKE, SLOTS, self.held, _CLASS, wanted)
            self.held += [row["slot"] for row in taken]

    async def give_up(self) -> None:
        """Leave everything to relays whose broker answers; the next balance joins again."""
        if self._next:
            await self._connection.execute("select pg_advisory_unlock_all()")
            self.held, self._next = [], 0.0
