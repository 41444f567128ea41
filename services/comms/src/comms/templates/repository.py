"""All SQL of templates."""

from sqlalchemy import any_, bindparam, func
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Text

from chassis.paging import ListQuery
from chassis.repository import Repository
from comms.templates import rules
from comms.templates.tables import Template, templates

_SHOWN = (
    "id", "version", "created_at", "updated_at", "name", "channel", "subject", "body", "language",
)  # fmt: skip


class TemplateRepository(Repository[Template]):
    """The templates of one tenant."""

    table = templates
    row = Template
    missing = rules.UnknownTemplate

    listing = ListQuery(
        source=templates,
        columns={name: templates.c[name] for name in _SHOWN},
        where=(templates.c.tenant_id == bindparam("tenant_id"),),
        filters={
            "channel": templates.c.channel == any_(bindparam("channel", type_=ARRAY(Text))),
            "language": func.coalesce(templates.c.language, "none")
            == any_(bindparam("language", type_=ARRAY(Text))),
        },
        sorts={name: templates.c[name] for name in ("name", "created_at", "updated_at")},
        default_sort="name",
        key=templates.c.id,
    )
