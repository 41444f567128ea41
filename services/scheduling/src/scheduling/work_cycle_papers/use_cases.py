"""Work cycles are printed."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from chassis.context import Context
from chassis.work import UnitOfWork
from papers.printing import Printer
from papers.words import Language
from refs import clients, people
from refs.home import day, home
from scheduling.work_cycle_papers import rules
from scheduling.work_cycle_papers.rules import MOST_PRINTED, Told
from scheduling.work_cycle_types.repository import TypeRepository
from scheduling.work_cycles.repository.documents import listed
from scheduling.work_cycles.repository.reading import read_cycle

Json = dict[str, Any]
# The name of a file, and the PDF.
Printed = tuple[str, bytes]


async def print_cycle(
    work: UnitOfWork, context: Context, cycle_id: UUID, language: Language | None
) -> Printed:
    """A job as the caller is shown it, on the company's paper; in the client's language unless
    another is asked for. No transaction stays open while billing is asked for the letterhead, and
    while it is printed.

    Raises WorkCycleNotFound and Unavailable.
    """
    async with work.database.work(work.caller) as own:
        told, spoken = await _told(own, cycle_id)
    work.authorize()
    letterhead = await context.peers.letterhead(work.tenant_id)
    look = letterhead.look(language, spoken)
    if told.settings["footer"]:
        look = replace(look, footer=told.settings["footer"])
    sheet = rules.sheet(told, letterhead.company, look)
    at = datetime.fromisoformat(told.shown["updated_at"])
    return f"{told.shown['number']}.pdf", await context.kept(Printer).print(sheet, at)


async def _told(work: UnitOfWork, cycle_id: UUID) -> tuple[Told, Language]:
    body, _ = await read_cycle(work, cycle_id)
    shown: Json = orjson.loads(body)
    kind = await TypeRepository(work).get(UUID(shown["type"]["id"]))
    client = await clients.client(work, UUID(shown["client_id"]))
    sees_money = shown["totals"] is not None
    closed_at = shown["closed_at"]
    timezone = (await home(work)).timezone
    told = Told(
        shown=shown, settings=kind.print, fields=kind.custom_fields,
        client=client.name if client else None, code=client.code if client else "",
        staff=await people.names(work, [UUID(one) for one in shown["staff_ids"]]),
        closed_on=day(datetime.fromisoformat(closed_at), timezone) if closed_at else None,
        documents=await listed(work, cycle_id, MOST_PRINTED) if sees_money else (),
    )  # fmt: skip
    return told, "en" if client and client.language == "en" else "ar"
