"""What the public is shown of a company."""

from typing import Final

from sqlalchemy import Integer, Uuid, bindparam, func, select

from chassis.statements import statement
from chassis.tables import written_columns
from chassis.work import UnitOfWork
from scheduling.booking_services.tables import BookingService, booking_services

_C: Final = booking_services.c
_SHOWN: Final = statement(
    select(*written_columns(booking_services))
    .where(
        _C.tenant_id == bindparam("tenant_id", type_=Uuid), _C.is_active, _C.is_public,
        func.cardinality(_C.staff_ids) > 0,
    )
    .order_by(_C.created_at, _C.id)
    .limit(bindparam("most", type_=Integer))
)  # fmt: skip


async def public_services(work: UnitOfWork, most: int) -> list[BookingService]:
    """What the public may book, in the order in which it was made."""
    rows = await work.fetch(_SHOWN, tenant_id=work.tenant_id, most=most)
    return [BookingService(**row) for row in rows]
