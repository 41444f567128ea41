"""The clock door of identity's mails: handing them to the mail server.

A worker that dies after the server's 250 sends the mail again under the same Message-ID, as with
messages: the link is the same one, and holds once.
"""

import logging
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from chassis.context import Context
from chassis.jobs import Jobs
from comms.identity_mails import rules, use_cases
from comms.smtp import NotTaken

jobs = Jobs()
_log: Final = logging.getLogger(__name__)


# 4 s, 8 s, 16 s … for some nine hours; a link that has expired by then is not sent.
@jobs.job(use_cases.SEND, attempts=14, delay=timedelta(seconds=4))
async def send_identity_mail(context: Context, tenant_id: UUID, payload: dict[str, Any]) -> None:
    """Hand a mail with a link to the mail server, unless the link has expired."""
    if rules.has_expired(payload["data"], context.database.clock()):
        return
    content = use_cases.compose(context, tenant_id, payload)
    mail = context.peers.mail
    async with mail.turn:
        try:
            await mail.send(context.settings.mail_from, payload["data"]["email"], content)
        except NotTaken as refusal:
            if not refusal.is_final:
                raise
            _log.warning("%s %s is not mailed: %s", payload["kind"], payload["id"], refusal.code)
