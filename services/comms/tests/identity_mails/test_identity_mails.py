"""Identity's mails: the link of the event arrives, once, in the reader's language."""

from base64 import b64encode
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from chassis import inbox, jobs
from chassis.events import Event
from chassis.ids import new_id
from chassis.testing.harness import Harness
from comms.identity_mails import consumers, rules, schedules
from comms.identity_mails.use_cases import SEND
from comms.smtp import NotTaken
from services.comms.tests.factories import TENANT_NAME, make_tenant
from services.comms.tests.sinks import Sink

URL = "https://diwan.example/reset-password?token=dwm_secret-of-the-mail"
EMAIL = "omar@example.sa"


async def arrives(comms: Harness, kind: str, **given: Any) -> list[tuple[UUID, dict[str, Any]]]:
    """The event is delivered twice; the jobs that wait for it."""
    tenant_id = await make_tenant(comms)
    sealed_for, field = rules.SEALS[kind]
    sealed = comms.context.crypto.seal(tenant_id, URL.encode(), sealed_for)
    ends = datetime.now(UTC) + timedelta(hours=1)
    data = {
        "email": EMAIL, "name": "عمر", "locale": "ar", "tenant_name": TENANT_NAME,
        field: b64encode(sealed).decode(), "expires_at": ends.isoformat(),
    } | given  # fmt: skip
    event = Event(kind, new_id(), data, id=new_id(), tenant_id=tenant_id, actor="service:edge")
    [subscription] = consumers.consumers.subscriptions
    for _ in range(2):
        await inbox.handle(comms.context.database, "comms", subscription, [event])
    async with comms.context.database.plumbing() as connection:
        rows = await connection.fetch(
            "delete from pgqueuer where entrypoint = $1 returning payload", SEND
        )
    assert all(b"dwm_secret" not in row["payload"] for row in rows)
    read = [jobs.read(row["payload"]) for row in rows]
    return [(tenant, payload) for tenant, _, payload in read]


@pytest.mark.parametrize("kind", sorted(rules.SEALS))
@pytest.mark.parametrize(
    ("locale", "direction", "hello"), [("ar", "rtl", "مرحبًا عمر"), ("en", "ltr", "Hello عمر")]
)
async def test_the_link_arrives_once_in_the_readers_language(
    comms: Harness, sink: Sink, kind: str, locale: str, direction: str, hello: str
) -> None:
    """GW-05"""
    [(tenant_id, payload)] = await arrives(comms, kind, locale=locale, invited_by_name="سارة")
    await schedules.send_identity_mail(comms.context, tenant_id, payload)
    [mail] = sink.mails
    assert mail["To"] == EMAIL and TENANT_NAME in str(mail["From"])
    plain, page = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain and page
    text = plain.get_content()
    assert hello in text and URL in text.split()
    assert f'lang="{locale}" dir="{direction}"' in page.get_content()
    assert "{" not in text and "{" not in str(mail["Subject"])
    async with comms.context.database.plumbing() as connection:
        told = await connection.fetchval("select count(*) from outbox where event like '%dwm_%'")
    assert told == 0
    async with comms.http(comms.caller(tenant_id)) as owner:
        assert (await owner.get("/v1/messages")).json()["items"] == []


async def test_an_expired_link_is_not_mailed(comms: Harness, sink: Sink) -> None:
    ended = datetime.now(UTC) - timedelta(seconds=1)
    kind = "edge.user.password_reset_requested"
    [(tenant_id, payload)] = await arrives(comms, kind, expires_at=ended.isoformat())
    await schedules.send_identity_mail(comms.context, tenant_id, payload)
    assert sink.mails == []


async def test_a_refusal_for_now_is_tried_again_and_one_for_good_is_not(
    comms: Harness, sink: Sink
) -> None:
    [(tenant_id, payload)] = await arrives(comms, "edge.user.email_check_requested")
    sink.answers.append("451 4.7.1 Greylisted")
    with pytest.raises(NotTaken):
        await schedules.send_identity_mail(comms.context, tenant_id, payload)
    await schedules.send_identity_mail(comms.context, tenant_id, payload)
    assert len(sink.mails) == 1
    sink.refused[EMAIL] = "550 5.1.1 No such mailbox"
    await schedules.send_identity_mail(comms.context, tenant_id, payload)
    assert len(sink.mails) == 1
