"""All SQL of feeds."""

from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    Boolean,
    DateTime,
    Text,
    Uuid,
    and_,
    any_,
    bindparam,
    cast,
    delete,
    func,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.context import Context
from chassis.paging import ListQuery
from chassis.statements import statement
from refs.lag import AboutClients
from refs.merges import about_clients, survivor_of
from refs.tables import client_refs
from refs.visibility import about_visible_client, sight_of
from scheduling.calendars.rules.feeds import NOTED_EVERY, CalendarNotFound
from scheduling.calendars.tables import CalendarFeed, calendar_feeds

_C: Final = calendar_feeds.c
_OURS: Final = _C.tenant_id == bindparam("tenant_id", type_=Uuid)
# One's own, all those of users for who manages, and those of clients whom one sees.
_SCOPE: Final = and_(
    about_visible_client(_C.client_id),
    or_(
        _C.client_id.is_not(None), bindparam("manages", type_=Boolean),
        _C.user_id == bindparam("my_id", type_=Uuid),
    ),
)  # fmt: skip
_ABOUT: Final = survivor_of(client_refs, _C.client_id)
_SHOWN: Final = {
    **{name: _C[name] for name in (
        "id", "version", "created_at", "updated_at", "name", "user_id", "covers", "used_at",
        "created_by",
    )},
    "client_id": _ABOUT,
    "url": literal_column("'/v1/clients/'", Text) + cast(_ABOUT, Text),
}  # fmt: skip


def _any(name: str) -> Any:
    return bindparam(name, type_=ARRAY(Uuid))


LIST: Final = ListQuery(
    source=calendar_feeds, columns=_SHOWN, where=(_OURS, _SCOPE),
    filters={
        "user_id": _C.user_id == any_(_any("user_id")),
        "client_id": about_clients(client_refs, _C.client_id, _any("client_id")),
    },
    sorts={"created_at": _C.created_at}, default_sort="-created_at", key=_C.id,
)  # fmt: skip
_COUNT: Final = statement(
    select(func.count()).select_from(calendar_feeds).where(
        _OURS, or_(_C.user_id == bindparam("user_id", type_=Uuid),
                   _C.client_id == bindparam("of_client", type_=Uuid)),
    )
)  # fmt: skip
_MOMENT: Final = bindparam("now", type_=DateTime(timezone=True))
_SHOWED: Final = statement(
    update(calendar_feeds)
    .where(_OURS, _C.id == bindparam("feed_id", type_=Uuid))
    .values(content_tag=bindparam("tag", type_=Text), content_changed_at=_MOMENT, used_at=_MOMENT)
)
_USED: Final = statement(
    update(calendar_feeds)
    .where(_OURS, _C.id == bindparam("feed_id", type_=Uuid))
    .values(used_at=_MOMENT)
)
_FORGET: Final = statement(
    delete(calendar_feeds).where(_OURS, _C.client_id == bindparam("of_client", type_=Uuid))
)


async def found_by(context: Context, token_hash: bytes) -> dict[str, Any] | None:
    """Tenant and id of the feed that a token opens."""
    rows = await context.system.look_up("calendar_of_token", token_hash)
    return rows[0] if rows else None


class CalendarRepository(AboutClients[CalendarFeed]):
    """Feeds: one's own, and those of clients whom the caller sees."""

    table = calendar_feeds
    row = CalendarFeed
    scope = _SCOPE
    missing = CalendarNotFound

    async def scope_values(self) -> dict[str, Any]:
        caller = self.work.caller
        return {
            "manages": caller.may("scheduling:manage"), "my_id": caller.user_id,
            **(await sight_of(self.work)).values(),
        }  # fmt: skip

    async def count_of(self, user_id: UUID | None, client_id: UUID | None) -> int:
        """How many a user or a client has."""
        found: int = await self.work.fetchval(
            _COUNT, tenant_id=self.work.tenant_id, user_id=user_id, of_client=client_id
        )
        return found

    async def note(self, feed: CalendarFeed, tag: str) -> None:
        """That it showed this, if that is new; and now and then that it is in use."""
        keys = {"tenant_id": self.work.tenant_id, "feed_id": feed.id, "now": self.work.now}
        if feed.content_tag != tag:
            await self.work.execute(_SHOWED, **keys, tag=tag)
        elif feed.used_at is None or feed.used_at + NOTED_EVERY <= self.work.now:
            await self.work.execute(_USED, **keys)

    async def forget(self, client_id: UUID) -> None:
        """Keep none of a client's."""
        await self.work.execute(_FORGET, tenant_id=self.work.tenant_id, of_client=client_id)
