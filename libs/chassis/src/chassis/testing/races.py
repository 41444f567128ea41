"""What PostgreSQL saw of races: whether any two waited for each other."""

from contextlib import AsyncExitStack

from chassis.database import Database


async def deadlocks(database: Database) -> int:
    """How many waits in a circle it had to end in this database, since it was made."""
    async with AsyncExitStack() as lent:
        for pool in (database.pool("app"), database.pool("worker")):
            for _ in range(pool.size):
                connection = await lent.enter_async_context(pool.acquire())
                # What a connection counts is told to the others now and then.
                await connection.execute("select pg_stat_force_next_flush()")
        count: int = await connection.fetchval(
            "select deadlocks from pg_stat_database where datname = current_database()"
        )
    return count
