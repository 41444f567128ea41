"""All SQL of mailed links."""

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import DateTime, Text, bindparam, select

from chassis.repository import Repository
from chassis.statements import statement
from edge.mail_links.rules import Purpose
from edge.mail_links.tables import MailLink, mail_links

_LATELY: Final = statement(
    select(mail_links.c.id)
    .where(
        mail_links.c.tenant_id == bindparam("tenant_id"),
        mail_links.c.user_id == bindparam("user_id"),
        mail_links.c.purpose == bindparam("purpose", type_=Text),
        mail_links.c.used_at.is_(None),
        mail_links.c.created_at > bindparam("since", type_=DateTime(timezone=True)),
    )
    .limit(1)
)


class MailLinkRepository(Repository[MailLink]):
    """Links of the tenant's users, used ones too."""

    table = mail_links
    row = MailLink

    async def was_made_since(self, since: datetime, user_id: UUID, purpose: Purpose) -> bool:
        """Whether a link that is still open was made after that instant."""
        return await self.work.fetchval(
            _LATELY, tenant_id=self.work.tenant_id, user_id=user_id, purpose=purpose, since=since
        ) is not None  # fmt: skip
