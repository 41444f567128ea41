"""All SQL of checklist templates."""

from typing import Any, Final

from sqlalchemy import Boolean, Uuid, any_, bindparam, literal_column, not_, or_, select
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.paging import ListQuery
from chassis.repository import Repository
from chassis.statements import statement
from chassis.tables import written_columns
from refs.visibility import sight_of
from scheduling.checklist_templates.rules import TemplateNotFound
from scheduling.checklist_templates.tables import ChecklistTemplate, checklist_templates

_C: Final = checklist_templates.c
_OURS: Final = _C.tenant_id == bindparam("tenant_id", type_=Uuid)
# Not even what is begun in a folder is shown to those from whom it is hidden.
_SCOPE: Final = or_(
    _C.folder_id.is_(None),
    not_(_C.folder_id == any_(bindparam("hidden_folders", type_=ARRAY(Uuid)))),
)
_SHOWN: Final = (
    "id", "version", "created_at", "updated_at", "name", "items", "folder_id", "status_id",
)  # fmt: skip
LIST: Final = ListQuery(
    source=checklist_templates,
    columns={**{name: _C[name] for name in _SHOWN}, "active": _C.is_active},
    where=(_OURS, _SCOPE),
    filters={
        "active": _C.is_active == bindparam("active", type_=Boolean),
        **{name: _C[name] == any_(bindparam(name, type_=ARRAY(Uuid)))
           for name in ("folder_id", "status_id")},
    },
    sorts={"updated_at": _C.updated_at, "created_at": _C.created_at},
    default_sort="-updated_at", key=_C.id,
)  # fmt: skip
# More than these nobody binds to one place.
_BOUND: Final = statement(
    select(*written_columns(checklist_templates))
    .where(
        _OURS, _C.is_active,
        or_(_C.folder_id == bindparam("folder_id", type_=Uuid),
            _C.status_id == bindparam("status_id", type_=Uuid)),
        or_(_C.folder_id.is_not(None), _C.status_id.is_not(None)),
    )
    .order_by(_C.id)
    .limit(literal_column("100"))
)  # fmt: skip


class TemplateRepository(Repository[ChecklistTemplate]):
    """Checklist templates of the tenant."""

    table = checklist_templates
    row = ChecklistTemplate
    scope = _SCOPE
    missing = TemplateNotFound

    async def scope_values(self) -> dict[str, Any]:
        return {"hidden_folders": (await sight_of(self.work)).hidden_folders}

    async def bound_to(self, folder_id: object, status_id: object) -> list[ChecklistTemplate]:
        """Those in use that are bound to a folder or to a status."""
        return await self.all(_BOUND, folder_id=folder_id, status_id=status_id)
