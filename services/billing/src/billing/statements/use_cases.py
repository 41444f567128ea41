"""Statements: pages of them, whole on paper, and whole as a file."""

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, time
from typing import Any, Final
from uuid import UUID

from billing.balances.repository import seen, seen_here
from billing.papers.rules import statement as sheets
from billing.papers.use_cases.papers import Printed, look_of
from billing.parties import use_cases as parties
from billing.statements import repository, rules
from billing.statements.rules import Position, Wanted
from chassis.caller import Caller
from chassis.cells import lines
from chassis.context import Context
from chassis.errors import MissingPermission
from chassis.work import UnitOfWork
from papers.printing import Printer
from papers.words import Language
from refs import clients
from refs.home import today

Json = dict[str, Any]
_EXPORT: Final = "billing:export"
_PIECE: Final = 500


async def find(work: UnitOfWork, wanted: Wanted) -> Wanted:
    """The same of who answers for the client now; raises StatementClientNotFound."""
    who = await seen(work, wanted.client_id)
    if who is None or await clients.client(work, who) is None:
        raise rules.StatementClientNotFound(field="client_id")
    return wanted.of(who)


async def find_below(work: UnitOfWork, wanted: Wanted, clients: Sequence[UUID]) -> Wanted:
    """The same of a client and all below it, which clients told; of those that are seen here too.

    Raises StatementClientNotFound.
    """
    who = await seen_here(work, clients)
    if not clients or clients[0] not in who:
        raise rules.StatementClientNotFound(field="client_id")
    return wanted.of(who[clients[0]], tuple(sorted(set(who.values()))))


async def page(work: UnitOfWork, wanted: Wanted, limit: int, cursor: str | None) -> Json:
    """How the client stands, and a page of what moved, which goes on where the last one ended."""
    place = rules.after(cursor, wanted.mark)
    rows = await repository.movements(work, wanted, place, limit + 1)
    shown = rows[:limit]
    carried = await repository.carried(work, wanted, place) if shown else {}
    more = rules.cursor(wanted.mark, shown[-1]) if len(rows) > limit else None
    items = rules.moved(shown, carried, wanted)
    return await _head(work, wanted) | {"items": items, "next_cursor": more}


async def print_statement(
    work: UnitOfWork, context: Context, wanted: Wanted, language: Language | None
) -> Printed:
    """All of it on paper; raises StatementTooLong."""
    found = await parties.ask(context, work.tenant_id, wanted.client_id)
    async with work.database.work(work.caller) as own:
        told = await _head(own, wanted)
        told["items"] = [
            one async for some in _pieces(own, wanted, rules.MOST_PRINTED + 1) for one in some
        ]
        told |= {"seller": await found.seller(own, None), "buyer": found.buyer()}
    if len(told["items"]) > rules.MOST_PRINTED:
        raise rules.StatementTooLong(field="date_from", most=rules.MOST_PRINTED)
    look = await look_of(context, work.caller, "statement", told, language)
    sheet = sheets.sheet(told, look)
    at = datetime.combine(told["as_of"], time(), UTC)
    return f"statement-{told['as_of']}.pdf", await context.kept(Printer).print(sheet, at)


def begin_file(work: UnitOfWork, wanted: Wanted) -> None:
    """Leave a trace of who takes a statement out; raises MissingPermission."""
    if not work.caller.may(_EXPORT):
        raise MissingPermission(permission=_EXPORT)
    said = {name: str(value) for name, value in wanted.given.items()}
    said |= {"rollup": "true"} if wanted.is_rollup else {}
    work.audit("exported", "statements", wanted.client_id, said, wanted.client_id)


async def parts(
    context: Context, caller: Caller, wanted: Wanted, language: Language
) -> AsyncIterator[bytes]:
    """All of it as CSV, piece by piece."""
    async with context.database.work(caller) as work:
        head = await _head(work, wanted)
        before = [
            sheets.balance_row("opening", one, language, is_rollup=wanted.is_rollup)
            for one in head["summaries"]
        ]
        # Excel takes a file for Unicode only if it begins so.
        named = sheets.headings(language, is_rollup=wanted.is_rollup)
        yield ("\ufeff" + lines([named, *before])).encode()
        async for some in _pieces(work, wanted):
            yield lines([sheets.cells(one, language) for one in some]).encode()
    after = [
        sheets.balance_row("closing", one, language, is_rollup=wanted.is_rollup)
        for one in head["summaries"]
    ]
    yield lines(after).encode()


async def _head(work: UnitOfWork, wanted: Wanted) -> Json:
    as_of = wanted.as_of(await today(work))
    return {
        "client_id": wanted.client_id, "url": f"/v1/clients/{wanted.client_id}",
        "date_from": wanted.since, "date_to": wanted.until, "as_of": as_of,
        "summaries": await repository.summaries(work, wanted, as_of),
    }  # fmt: skip


async def _pieces(
    work: UnitOfWork, wanted: Wanted, most: int | None = None
) -> AsyncIterator[list[Json]]:
    """All movements, so many at most, in pieces that go on from one another."""
    place: Json = {}
    carried: dict[str, Position] = await repository.carried(work, wanted, place)
    left = most
    while left is None or left > 0:
        wished = _PIECE if left is None else min(_PIECE, left)
        rows = await repository.movements(work, wanted, place, wished)
        if not rows:
            return
        yield rules.moved(rows, carried, wanted)
        if len(rows) < wished:
            return
        last = rows[-1]
        place = {"last_currency": last["currency"], "last_at": last["at"],
                 "last_id": last["transaction_id"]}  # fmt: skip
        left = None if left is None else left - len(rows)
