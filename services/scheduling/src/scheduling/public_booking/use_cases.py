"""What the public does: everything in a work of its own, in nobody's name."""

from collections.abc import Awaitable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from chassis import throttle
from chassis.context import Context
from chassis.crypto import CannotOpen
from chassis.errors import Failure, LeadsNowhere
from chassis.idempotency import KeyReused
from chassis.ids import new_id
from chassis.money import Money
from chassis.repository import IdTaken
from chassis.rpc.client import Asking
from chassis.work import UnitOfWork
from refs import about, people
from refs.home import home, today
from refs.reading import ensure_tenant
from scheduling.booking_services.rules import Bookable, ServiceInactive, UnknownService
from scheduling.booking_services.use_cases import service_to_book
from scheduling.bookings.repository.rows import BookingRepository
from scheduling.bookings.rules import status
from scheduling.bookings.rules.newcomers import newcomer_id
from scheduling.bookings.rules.status import Status
from scheduling.bookings.rules.terms import Standing, free_until, terms
from scheduling.bookings.use_cases import booking as seats
from scheduling.bookings.use_cases import changing
from scheduling.bookings.use_cases.seating import Seat, Wanted, find_seat
from scheduling.bookings.use_cases.telling import become
from scheduling.defaults.use_cases import settings_of
from scheduling.peers import NewClient
from scheduling.public_booking import rules
from scheduling.public_booking.repository import public_services
from scheduling.slots.use_cases import Asked, free_slots

Json = dict[str, Any]
MOST_SERVICES: Final = 200
# It was said already who comes.
_ASKED: Final = (Status.REQUESTED, Status.CONFIRMED)


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody who asks a company for something, from somewhere."""

    tenant_id: UUID
    address: str


async def company(context: Context, visit: Visit) -> Json:
    """A company and what can be booked there; raises NoPublicBooking and TooManyAttempts."""
    await _let_in(context, visit, rules.READS_PER_ADDRESS, rules.READS_PER_COMPANY)
    async with context.database.work(rules.in_the_name_of(visit.tenant_id)) as work:
        await _check_open(work)
        tenant = await people.tenant(work)
        found = await public_services(work, MOST_SERVICES)
        named = sorted({one for service in found for one in service.staff_ids})
        staff = {one.id: one.name for one in await people.staff(work, user_ids=named)}
        return {
            "name": tenant.name if tenant else "", "timezone": (await home(work)).timezone,
            "today": await today(work), "services": [_service(one, staff) for one in found],
        }  # fmt: skip


async def slots(context: Context, visit: Visit, asked: Asked) -> bytes:
    """When a public service can be booked, as JSON."""
    await _let_in(context, visit, rules.READS_PER_ADDRESS, rules.READS_PER_COMPANY)
    async with context.database.work(rules.in_the_name_of(visit.tenant_id)) as work:
        await _check_open(work)
        await _public_service(work, asked.service_id)
        return await free_slots(work, asked)


async def hold(
    context: Context, visit: Visit, wanted: Mapping[str, Any], key: str | None
) -> tuple[Json, bool]:
    """Keep seats for a few minutes, once for an id or a key; and whether they were kept before.

    Raises what is said of seats, IdTaken, KeyReused and TooManyAttempts.
    """
    await _let_in(context, visit, rules.HOLDS_PER_ADDRESS, rules.HOLDS_PER_COMPANY)
    digest = sha256(repr(sorted(wanted.items())).encode()).digest()
    given = f"id {wanted['id']}" if wanted["id"] else key
    own_id = rules.hold_id(visit.tenant_id, visit.address, given) if given else new_id()
    async with context.database.work(rules.in_the_name_of(visit.tenant_id)) as work:
        await _check_open(work)
        if (known := await _held_before(work, wanted["id"], own_id, digest)) is not None:
            return shown(work, known), True
        service = await _public_service(work, wanted["service_id"])
        await _check_room(context, visit, own_id, service)
        seat = await _given_back(context, visit, own_id, find_seat(work, Wanted(
            service, wanted["starts_at"], wanted["seats"], wanted["staff_id"], is_public=True
        )))  # fmt: skip
        made = await seats.add(
            work, seat, Status.HELD, id=own_id, client_id=None, seats=wanted["seats"],
            terms=terms(service), source="public", digest=digest,
        )  # fmt: skip
        return shown(work, made), False


async def book(context: Context, visit: Visit, given: Mapping[str, Any]) -> tuple[Json, bool]:
    """Say who comes to what was held: the client with this phone, or a new one; and whether that
    was said before.

    Raises HoldOver, LeadsNowhere, and what clients refuses: the same whether it knows them or not.
    """
    await _let_in(context, visit, rules.HOLDS_PER_ADDRESS, rules.HOLDS_PER_COMPANY)
    caller = rules.in_the_name_of(visit.tenant_id)
    booking_id = opened(context, visit.tenant_id, given["token"])
    async with context.database.work(caller) as work:
        known = await BookingRepository(work).get(booking_id)
        rules.check_lasts(known.ends_at, work.now)
        if known.status in _ASKED:
            return shown(work, known), True
        _check_askable(work, known)
    comes = {name: given[name] for name in ("name", "phone", "email")}
    new = NewClient(newcomer_id(booking_id, comes), **comes)
    client_id = await context.peers.meet_client(Asking(caller), new, "")
    async with context.database.work(caller) as work:
        said = await about.ask_about(work, context, client_id)
        held, _ = await BookingRepository(work).with_session(booking_id)
        if held.status in _ASKED:
            return shown(work, held), True
        _check_askable(work, held)
        client = await about.client_to_write(work, client_id, said)
        made = await seats.requested(work, held, client.id, given["note"])
        booked = shown(work, made)
    await throttle.leave(context, _held_by(visit), str(booking_id))
    return booked, False


async def get(context: Context, visit: Visit, token: str) -> Json:
    """What was booked by who has its token."""
    await _let_in(context, visit, rules.READS_PER_ADDRESS, rules.READS_PER_COMPANY)
    booking_id = opened(context, visit.tenant_id, token)
    async with context.database.work(rules.in_the_name_of(visit.tenant_id)) as work:
        known = await BookingRepository(work).get(booking_id)
        rules.check_lasts(known.ends_at, work.now)
        return shown(work, known)


async def confirm(context: Context, visit: Visit, token: str) -> Json:
    """The client says that they come, to what staff have asked them; raises NotByClient."""
    await _let_in(context, visit, rules.HOLDS_PER_ADDRESS, rules.HOLDS_PER_COMPANY)
    booking_id = opened(context, visit.tenant_id, token)
    async with context.database.work(rules.in_the_name_of(visit.tenant_id)) as work:
        held, _ = await BookingRepository(work).with_session(booking_id)
        rules.check_lasts(held.ends_at, work.now)
        if not status.becomes(held.status, Status.CONFIRMED):
            return shown(work, held)
        if held.source != "staff" or held.status != Status.REQUESTED:
            raise rules.NotByClient()
        return shown(work, await become(work, held, Status.CONFIRMED))


async def cancel(context: Context, visit: Visit, token: str, reason: str | None) -> Json:
    """The client does not come; by the policy of when it was booked. Raises Begun."""
    await _let_in(context, visit, rules.HOLDS_PER_ADDRESS, rules.HOLDS_PER_COMPANY)
    booking_id = opened(context, visit.tenant_id, token)
    async with context.database.work(rules.in_the_name_of(visit.tenant_id)) as work:
        held, session = await BookingRepository(work).with_session(booking_id)
        rules.check_lasts(held.ends_at, work.now)
        if held.status in status.LIVE and held.starts_at <= work.now:
            raise rules.Begun()
        gone = shown(work, await changing.cancelled(work, held, session, reason))
    await throttle.leave(context, _held_by(visit), str(booking_id))
    return gone


async def link(work: UnitOfWork, booking_id: UUID) -> Json:
    """The link by which a client sees a booking, for a while after it ended; raises
    BookingNotFound.
    """
    booking = await BookingRepository(work).get_for_update(booking_id)
    token = _token(work, booking.id)
    path = f"/v1/public/booking/{work.tenant_id}/bookings/{token}"
    return {"token": token, "path": path}


def opened(context: Context, tenant_id: UUID, token: str) -> UUID:
    """The booking of a token; raises LeadsNowhere."""
    try:
        return UUID(bytes=context.crypto.open(tenant_id, rules.read(token), rules.PLACE))
    except (CannotOpen, ValueError):
        raise LeadsNowhere() from None


def shown(work: UnitOfWork, booking: Standing) -> Json:
    """A booking as who booked it sees it."""
    kept = booking.terms
    names = ("status", "service_id", "staff_id", "starts_at", "ends_at", "seats", "held_until")
    return {
        **{name: getattr(booking, name) for name in names},
        "token": _token(work, booking.id), "service": kept["name"], "price": kept["price"],
        "deposit": kept["deposit"], "currency": kept["currency"],
        "free_until": free_until(booking),
    }  # fmt: skip


async def _let_in(context: Context, visit: Visit, per_address: int, per_company: int) -> None:
    place = throttle.place_of(visit.tenant_id, visit.address)
    kind = "booking" if per_address == rules.HOLDS_PER_ADDRESS else "looking"
    limits = {f"{kind}:{place}": per_address, f"{kind}:{visit.tenant_id}": per_company}
    if not await throttle.is_within(context, limits, rules.SECONDS):
        raise rules.TooManyAttempts(extra={"retry_after": rules.SECONDS})
    await ensure_tenant(context, visit.tenant_id)


async def _check_open(work: UnitOfWork) -> None:
    if not (await settings_of(work)).is_public_booking:
        raise rules.NoPublicBooking()


async def _check_room(context: Context, visit: Visit, own_id: UUID, service: Bookable) -> None:
    """Raises TooManyHeld."""
    seconds = service.policy["hold_minutes"] * 60
    held_by = _held_by(visit)
    if not await throttle.has_room(context, held_by, str(own_id), rules.MOST_HELD, seconds):
        raise rules.TooManyHeld(extra={"retry_after": rules.SECONDS})


async def _given_back(
    context: Context, visit: Visit, own_id: UUID, finding: Awaitable[Seat]
) -> Seat:
    """What was not found is not held."""
    try:
        return await finding
    except Failure:
        await throttle.leave(context, _held_by(visit), str(own_id))
        raise


def _held_by(visit: Visit) -> str:
    return f"held:{throttle.place_of(visit.tenant_id, visit.address)}"


async def _held_before(
    work: UnitOfWork, given_id: UUID | None, own_id: UUID, digest: bytes
) -> Standing | None:
    try:
        return await BookingRepository(work).known(own_id, digest)
    except IdTaken:
        if given_id is None:
            raise KeyReused(field="Idempotency-Key") from None
        raise


def _check_askable(work: UnitOfWork, booking: Standing) -> None:
    status.check_held(booking.status, booking.held_until, work.now)
    status.becomes(booking.status, Status.REQUESTED)


async def _public_service(work: UnitOfWork, service_id: UUID) -> Bookable:
    """Whether there is none, or none for the public, is told nobody."""
    try:
        service = await service_to_book(work, service_id)
    except (UnknownService, ServiceInactive):
        raise rules.NotPublic() from None
    if not service.is_public:
        raise rules.NotPublic()
    return service


def _token(work: UnitOfWork, booking_id: UUID) -> str:
    return rules.written(work.crypto.seal(work.tenant_id, booking_id.bytes, rules.PLACE))


def _service(service: Bookable, staff: Mapping[UUID, str]) -> Json:
    return {
        "id": service.id, "name": service.name, "description": service.description,
        "duration_minutes": service.duration_minutes, "currency": service.currency,
        "price": _amount(service.price_minor, service.currency),
        "deposit": _amount(service.deposit_minor, service.currency),
        "capacity": service.capacity,
        "policy": {name: service.policy[name] for name in rules.SHOWN_OF_POLICY},
        "staff": [{"id": one, "name": staff[one]} for one in service.staff_ids if one in staff],
    }  # fmt: skip


def _amount(minor: int | None, currency: str) -> str | None:
    return None if minor is None else Money(minor, currency).format()
