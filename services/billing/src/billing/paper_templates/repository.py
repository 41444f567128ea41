"""All SQL of paper templates."""

from collections.abc import Collection
from typing import Any, Final
from uuid import UUID

import asyncpg
from sqlalchemy import Boolean, Text, Uuid, any_, bindparam, func, select, update
from sqlalchemy.dialects.postgresql import ARRAY

from billing.paper_templates.rules import PaperTemplateInUse, PaperTemplateNotFound
from billing.paper_templates.tables import PaperTemplate, paper_templates
from chassis.paging import ListQuery
from chassis.repository import Repository
from chassis.statements import statement
from chassis.tables import written_columns
from chassis.together import Asked

_C: Final = paper_templates.c
_OURS: Final = _C.tenant_id == bindparam("tenant_id")
_SHOWN: Final = (
    "id", "version", "created_at", "updated_at", "name", "kind", "accent_color", "header",
    "footer", "language", "is_default",
)  # fmt: skip

LIST: Final = ListQuery(
    source=paper_templates,
    columns={**{name: _C[name] for name in _SHOWN}, "active": _C.is_active,
             "show_logo": _C.shows_logo, "show_hijri": _C.shows_hijri},
    where=(_OURS,),
    filters={
        "kind": _C.kind == any_(bindparam("kind", type_=ARRAY(Text))),
        "is_default": _C.is_default == bindparam("is_default", type_=Boolean),
        "active": _C.is_active == bindparam("active", type_=Boolean),
    },
    sorts={name: _C[name] for name in ("updated_at", "created_at", "name")},
    default_sort="name", key=_C.id,
)  # fmt: skip
# There is one of each kind at most.
_DEFAULTS: Final = statement(select(*written_columns(paper_templates)).where(_OURS, _C.is_default))
_OF: Final = statement(
    select(*written_columns(paper_templates))
    .where(_OURS, _C.id == any_(bindparam("ids", type_=ARRAY(Uuid))))
)  # fmt: skip
_SERIALISE: Final = statement(
    select(func.pg_advisory_xact_lock(func.hashtextextended(bindparam("key", type_=Text), 0)))
)
_KIND: Final = func.coalesce(_C.kind, "")
_REPLACED: Final = statement(
    update(paper_templates)
    .where(_OURS, _C.is_default, func.coalesce(bindparam("kind", type_=Text), "") == _KIND)
    .values(is_default=False, version=_C.version + 1, updated_at=bindparam("now"))
)


class PaperTemplateRepository(Repository[PaperTemplate]):
    """Templates of the tenant."""

    table = paper_templates
    row = PaperTemplate
    missing = PaperTemplateNotFound

    async def defaults(self) -> list[PaperTemplate]:
        """What documents have that name none."""
        return await self.all(_DEFAULTS)

    async def asked_defaults(self) -> Asked:
        """What `defaults` asks."""
        return await self.asked(_DEFAULTS)

    async def of(self, ids: Collection[UUID]) -> list[PaperTemplate]:
        """Those of these ids."""
        return await self.all(_OF, ids=list(ids))

    async def make_room(self, kind: str | None) -> None:
        """Let no template be the default of a kind; whoever else makes one the default waits."""
        key = f"paper_templates:{self.work.tenant_id}"
        await self.work.execute(_SERIALISE, key=key)
        named: dict[str, Any] = {"tenant_id": self.work.tenant_id, "kind": kind}
        await self.work.execute(_REPLACED, **named, now=self.work.now)

    async def delete(self, row: PaperTemplate) -> None:
        try:
            await super().delete(row)
        except asyncpg.ForeignKeyViolationError as error:
            raise PaperTemplateInUse() from error
