"""Statements of credit on paper."""

from collections import Counter
from dataclasses import asdict
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from chassis.context import Context
from chassis.errors import NotFound
from chassis.shapes import FIRST_DAY
from chassis.work import UnitOfWork
from memberships.credit.rules import lots as lot_rules
from memberships.credit.rules import paper
from memberships.credit.rules.failures import StatementTooLong
from memberships.credit.rules.paper import MOST_PRINTED, Told, Usable
from memberships.credit.use_cases import reading
from memberships.credit.use_cases.reading import Balance
from papers.look import Look
from papers.printing import Printer
from papers.words import Language
from refs import clients, people
from refs.home import day, home
from refs.writing import Access

Json = dict[str, Any]
# The name of a file, and the PDF.
Printed = tuple[str, bytes]


async def print_statement(
    work: UnitOfWork, context: Context, asked: Json, said: Access, language: Language | None
) -> Printed:
    """What `reading.state` tells, and what can be used today; in the client's language unless
    another is asked for. No transaction stays open while it is printed.

    Raises NotFound and StatementTooLong.
    """
    async with work.database.work(work.caller) as own:
        client_id = await reading.seen_client(own, asked["client_id"], said)
        told, spoken = await _told(own, client_id, asked)
    sheet = paper.sheet(told, Look(language or spoken))
    at = datetime.combine(told.date_to, time(), UTC)
    content = await context.kept(Printer).print(sheet, at)
    return f"credit-statement-{told.date_to}.pdf", content


async def _told(work: UnitOfWork, client_id: UUID, asked: Json) -> tuple[Told, Language]:
    types, days = asked["credit_type_id"], (asked["date_from"], asked["date_to"])
    stated = await reading.state(work, client_id, types, days, MOST_PRINTED)
    if not stated["is_whole"]:
        raise StatementTooLong(field="date_from", most=MOST_PRINTED)
    balances = await reading.balances_of(work, client_id, types)
    company, client = await people.tenant(work), await clients.client(work, client_id)
    if client is None:
        raise NotFound()
    at_home = await home(work)
    shown = {one["credit_type_id"]: _dated(one, at_home.timezone) for one in stated["credit_types"]}
    today = day(work.now, at_home.timezone)
    first = None if days[0] == FIRST_DAY else days[0]
    return Told(
        company.name if company else "", client.name, client.code, first,
        max(days[0], min(days[1] - timedelta(days=1), today)), today,
        [_usable(one, shown.get(one.kind.id)) for one in balances],
    ), "en" if client.language == "en" else "ar"  # fmt: skip


def _dated(stated: Json, timezone: str) -> Json:
    """With the day of each line, which is that of the company."""
    lines = [asdict(one) | {"on": day(one.at, timezone)} for one in stated["lines"]]
    return stated | {"lines": lines}


def _usable(one: Balance, stated: Json | None) -> Usable:
    ends = Counter[date | None]()
    for lot in lot_rules.in_order(one.lots, one.today):
        ends[lot.expires_on] += lot.remaining
    return Usable(
        one.kind.name, one.kind.unit, one.kind.decimals, ends, one.overdrawn, one.shared,
        one.usable, stated,
    )  # fmt: skip
