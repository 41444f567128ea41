"""All SQL of segments; their clients are the list of clients."""

from typing import Any, Final

from sqlalchemy import Boolean, Text, bindparam

from chassis.paging import ListQuery
from chassis.repository import Repository
from clients.segments.rules import SegmentNotFound
from clients.segments.tables import Segment, segments

_C: Final = segments.c
_OURS: Final = _C.tenant_id == bindparam("tenant_id")
_SCOPE: Final = _C.shared | (_C.author == bindparam("me", type_=Text))
_SHOWN: Final = (
    "id", "version", "created_at", "updated_at", "name", "filter", "shared", "author",
)  # fmt: skip

LIST: Final = ListQuery(
    source=segments, columns={name: _C[name] for name in _SHOWN}, where=(_OURS, _SCOPE),
    filters={"shared": _C.shared == bindparam("shared", type_=Boolean)},
    sorts={n: _C[n] for n in ("name", "created_at", "updated_at")},
    default_sort="name", key=_C.id,
)  # fmt: skip


class SegmentRepository(Repository[Segment]):
    """The caller's own segments and those that are shared."""

    table = segments
    row = Segment
    scope = _SCOPE
    missing = SegmentNotFound

    async def scope_values(self) -> dict[str, Any]:
        return {"me": self.work.caller.principal}
