"""What can be done with what can be booked."""

from typing import Any
from uuid import UUID

from chassis.context import Context
from chassis.money import Money
from chassis.work import UnitOfWork
from refs.home import home
from scheduling.availability.use_cases import check_staff
from scheduling.booking_services import rules
from scheduling.booking_services.repository import ServiceRepository
from scheduling.booking_services.tables import BookingService
from scheduling.resources.use_cases import use_resources

Json = dict[str, Any]


async def create_service(work: UnitOfWork, context: Context, values: Json) -> BookingService:
    """Let something be booked."""
    await check_staff(work, context, values["staff_ids"], field="staff_ids")
    await _check_ids(work, values, None)
    currency = values["currency"] = values["currency"] or (await home(work)).currency
    price = values["price_minor"] = rules.price_minor(values.pop("price"), currency, "price")
    deposit = rules.price_minor(values.pop("deposit"), currency, "deposit")
    rules.check_deposit(deposit, price)
    made, _ = await ServiceRepository(work).add_once(**values, deposit_minor=deposit)
    return made


async def update_service(
    work: UnitOfWork, context: Context, service_id: UUID, changes: Json
) -> BookingService:
    """Change what can be booked, or put it away; what was booked keeps its terms."""
    await check_staff(work, context, changes.get("staff_ids", ()), field="staff_ids")
    services = ServiceRepository(work)
    known = await services.get_for_update(service_id)
    await _check_ids(work, changes, known)
    if "policy" in changes:
        changes["policy"] = known.policy | changes["policy"]
    return await services.update(known, **changes | _prices(known, changes))


async def delete_service(work: UnitOfWork, service_id: UUID) -> None:
    """Remove what was never booked; raises ServiceInUse."""
    services = ServiceRepository(work)
    await services.delete(await services.get_for_update(service_id))


async def service_to_book(
    work: UnitOfWork, service_id: UUID, *, field: str = "service_id"
) -> BookingService:
    """What may be booked now; raises UnknownService and ServiceInactive."""
    found = await ServiceRepository(work).find(service_id)
    if found is None:
        raise rules.UnknownService(field=field)
    return _in_use(found, field)


async def service_on_offer(work: UnitOfWork, service_id: UUID) -> BookingService:
    """What is asked about by itself; raises ServiceNotFound and ServiceInactive."""
    return _in_use(await ServiceRepository(work).get(service_id), "service_id")


def _in_use(found: BookingService, field: str) -> BookingService:
    if not found.is_active:
        raise rules.ServiceInactive(field=field)
    return found


async def _check_ids(work: UnitOfWork, values: Json, known: BookingService | None) -> None:
    rules.check_once(values.get("staff_ids", ()), "staff_ids")
    resource_ids = values.get("resource_ids", ())
    rules.check_once(resource_ids, "resource_ids")
    await use_resources(work, resource_ids, known=known.resource_ids if known else ())


def _prices(known: BookingService, changes: Json) -> Json:
    """The columns of the prices as they are then; takes `price` and `deposit` out."""
    currency = changes.get("currency", known.currency)
    price = changes.pop("price", _written(known.price_minor, known.currency))
    deposit = changes.pop("deposit", _written(known.deposit_minor, known.currency))
    price_minor = rules.price_minor(price, currency, "price")
    deposit_minor = rules.price_minor(deposit, currency, "deposit")
    rules.check_deposit(deposit_minor, price_minor)
    return {"price_minor": price_minor, "deposit_minor": deposit_minor}


def _written(minor: int | None, currency: str) -> str | None:
    return None if minor is None else Money(minor, currency).format()
