"""What can be done with segments."""

from collections.abc import Mapping
from typing import Any, Final

import orjson

from chassis.errors import FieldError, Invalid
from chassis.paging import Paging
from chassis.work import UnitOfWork
from clients.clients.repository.listing import list_clients
from clients.clients.rules.filters import Asked
from clients.clients.use_cases.listing import asked
from clients.custom_fields.rules.filters import PREFIX
from clients.segments import events, rules
from clients.segments.repository import SegmentRepository
from clients.segments.schemas import SegmentFilter
from clients.segments.tables import Segment


async def create_segment(work: UnitOfWork, values: dict[str, Any]) -> Segment:
    """Save what a list of clients asks for."""
    rules.check_sharing(values["shared"], is_manager=_manages(work))
    await _check_filter(work, values["filter"])
    segment, is_new = await SegmentRepository(work).add_once(
        **values, key=rules.key_of(values["name"]), author=work.caller.principal
    )
    if is_new:
        work.publish(events.segment_changed("created", segment))
    return segment


async def update_segment(work: UnitOfWork, segment: Segment, changes: dict[str, Any]) -> Segment:
    """Change a segment: one's own, or as a manager one that is shared."""
    shared = changes.get("shared", segment.shared)
    rules.check_sharing(segment.shared, shared, is_manager=_manages(work))
    if "filter" in changes:
        await _check_filter(work, changes["filter"])
    if "name" in changes:
        changes["key"] = rules.key_of(changes["name"])
    changed = await SegmentRepository(work).update(segment, **changes)
    if changed is not segment:
        work.publish(events.segment_changed("updated", changed))
    return changed


async def delete_segment(work: UnitOfWork, segment: Segment) -> None:
    """Remove a segment; its clients stay."""
    rules.check_sharing(segment.shared, is_manager=_manages(work))
    await SegmentRepository(work).delete(segment)
    work.publish(events.segment_changed("deleted", segment))


async def clients_of(work: UnitOfWork, segment: Segment, paging: Paging) -> bytes:
    """A page of the segment's clients that the caller sees now, as JSON."""
    return await list_clients(work, paging, await asked_by(work, segment.filter))


async def count_of(work: UnitOfWork, segment: Segment) -> int:
    """How many of the segment's clients the caller sees now."""
    page = await clients_of(work, segment, Paging(limit=1, count=True))
    total: int = orjson.loads(page)["total"]
    return total


async def asked_by(work: UnitOfWork, stored: Mapping[str, Any]) -> Asked:
    """What the list of a stored filter asks for; raises Invalid, naming the parameter."""
    more = {name: values for name, values in stored.items() if name not in _PARAMETERS}
    if unknown := next((name for name in more if not name.startswith(PREFIX)), None):
        raise rules.UnknownFilter(field=f"filter.{unknown}")
    filters = SegmentFilter.model_validate(stored)
    given = filters.model_dump(exclude_none=True, exclude=set(more))
    try:
        found = await asked(work, given, [(name, v) for name, vs in more.items() for v in vs])
    except Invalid as error:
        errors = (FieldError(f"filter.{e.field}", e.code, e.message) for e in error.errors)
        raise Invalid(errors=tuple(errors)) from error
    if secret := next((one for one in found.fields if one.shape.is_secret), None):
        raise rules.SensitiveFilter(field=f"filter.{PREFIX}{secret.field_key}")
    return found


async def _check_filter(work: UnitOfWork, stored: Mapping[str, Any]) -> None:
    found = await asked_by(work, stored)
    if any(text.ids for text in found.texts):
        raise rules.SensitiveFilter(field="filter.q")


_PARAMETERS: Final = frozenset(SegmentFilter.model_fields)


def _manages(work: UnitOfWork) -> bool:
    return work.caller.may("clients:manage")
