"""Files whose date is near or past."""

from datetime import timedelta
from uuid import UUID

from chassis.context import Context
from chassis.work import UnitOfWork
from clients.files import events
from clients.files.repository.files import FileRepository
from clients.files.rules.expiry import NOTICE
from refs.home import today


async def tenants_with_due(context: Context) -> list[UUID]:
    """Companies that may have files to be told of; where the day begins first it is tomorrow."""
    day = context.database.clock().date() + timedelta(days=1)
    rows = await context.system.look_up("tenants_with_due_files", day, day + NOTICE)
    return [row["tenant_id"] for row in rows]


async def tell_due(work: UnitOfWork) -> bool:
    """Tell of some files; whether there were any."""
    some = await FileRepository(work).due(await today(work))
    for file in some:
        verb = "expired" if file.expiry_told == 2 else "expiring"
        work.publish(events.file_changed(verb, file))
    return bool(some)
