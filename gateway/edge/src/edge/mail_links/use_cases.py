"""Forgotten passwords and addresses to be checked: mailing links, and taking them back."""

from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from chassis.caller import Caller, system
from chassis.context import Context
from chassis.links import token_hash
from chassis.work import UnitOfWork
from edge.mail_links import events, rules
from edge.mail_links.repository import MailLinkRepository
from edge.mail_links.tables import MailLink
from edge.passwords import rules as passwords
from edge.passwords.use_cases import Passwords
from edge.sessions.rules import Device
from edge.sessions.use_cases import end_sessions_everywhere
from edge.throttles.rules import TooOften, without_account
from edge.throttles.use_cases import Throttles
from edge.users import rules as users
from edge.users.repository import (
    UserRepository,
    identity_of,
    reset_password_of,
    verify_address_of,
)  # fmt: skip

SEND_RESET: Final = "mail_links.send_reset"
_NO_TENANT: Final = UUID(int=0)
_SEALED_FOR: Final = "identity.mail_link"


async def ask_for_reset(context: Context, email: str, device: Device) -> str:
    """Have a link mailed to an address; nothing here tells whether anybody has it.

    Known or not, one job is stored: only the worker that runs it looks the address up.
    """
    address = users.address(email)
    await _count(context, address, device.address)
    async with context.database.work(system(_NO_TENANT, context.service)) as work:
        work.enqueue(SEND_RESET, {"email": address}, unique=address)
    return address


async def send_reset(context: Context, email: str) -> None:
    """Mail a link to whoever has the address, in the name of the company they used last."""
    found = await context.system.look_up("person_of_email", email)
    if not found:
        return
    person = found[0]
    async with context.database.work(system(person["tenant_id"], context.service)) as work:
        user = await UserRepository(work).get(person["user_id"])
        await _send(work, context, "password_reset", user, person["tenant_name"])


async def send_email_check(work: UnitOfWork, context: Context, user: Any, tenant_name: str) -> None:
    """Mail a link that proves a user's address, unless that is proved."""
    if (await identity_of(work, user.id)).email_verified_at is None:
        await _send(work, context, "email_check", user, tenant_name)


async def reset_password(context: Context, token: str, password: str, device: Device) -> str:
    """Set a new password by a mailed link; every session ends, and the address is proved."""
    link = await _find(context, token, device)
    passwords.check(password, link.email)
    hashed = await context.kept(Passwords).hash(password)
    async with context.database.work(_person(link)) as work:
        link = await _use(work, link.id, "password_reset")
        if not await reset_password_of(work, link.user_id, hashed, link.password_changed_at):
            raise rules.LinkGone()
        work.audit("password_reset", "users", link.user_id, {})
        await end_sessions_everywhere(work, context, link.user_id)
    await context.kept(Throttles).forgive(link.email, device.address)
    await context.kept(Throttles).forgive_anywhere(link.email)
    return link.email


async def check_email(context: Context, token: str, device: Device) -> str:
    """Note that the address is its user's."""
    link = await _find(context, token, device)
    async with context.database.work(_person(link)) as work:
        link = await _use(work, link.id, "email_check")
        await verify_address_of(work, link.user_id)
        work.audit("email_verified", "users", link.user_id, {})
    return link.email


async def _send(
    work: UnitOfWork, context: Context, purpose: rules.Purpose, user: Any, tenant_name: str
) -> None:
    links = MailLinkRepository(work)
    pause = timedelta(seconds=rules.PAUSE_SECONDS)
    if await links.was_made_since(work.now - pause, user.id, purpose):
        return
    settings = context.settings
    minutes = settings.reset_minutes if purpose == "password_reset" else settings.check_minutes
    token, identity = rules.new_token(), await identity_of(work, user.id)
    link = await links.add(
        user_id=user.id, purpose=purpose, email=user.email, token_hash=token_hash(token),
        password_changed_at=identity.password_changed_at,
        expires_at=work.now + timedelta(minutes=minutes),
    )  # fmt: skip
    url = f"{settings.public_url}{rules.PAGES[purpose]}?{urlencode({'token': token})}"
    sealed = context.crypto.seal(work.tenant_id, url.encode(), _SEALED_FOR)
    work.publish(events.link_made(
        link, sealed, name=user.name, locale=user.locale, tenant_name=tenant_name
    ))  # fmt: skip


async def _find(context: Context, token: str, device: Device) -> MailLink:
    throttles, nobody = context.kept(Throttles), without_account(device.address)
    await throttles.check(nobody, device.address)
    found = await context.system.look_up("tenant_of_mail_link", token_hash(token))
    if not found:
        await throttles.count_failure(nobody, device.address)
        raise rules.LinkGone()
    async with context.database.work(system(found[0]["tenant_id"], context.service)) as work:
        return await MailLinkRepository(work).get(found[0]["mail_link_id"])


async def _use(work: UnitOfWork, link_id: UUID, purpose: rules.Purpose) -> MailLink:
    links = MailLinkRepository(work)
    link = await links.get_for_update(link_id)
    if link.purpose != purpose or link.used_at or link.expires_at <= work.now:
        raise rules.LinkGone()
    return await links.update(link, used_at=work.now)


async def _count(context: Context, account: str, address: str) -> None:
    throttles = context.kept(Throttles)
    try:
        await throttles.spend("mails_asked", address)
        await throttles.spend("mails_to", f"reset {account}")
    except TooOften as refusal:
        raise rules.TooManyMails(extra=refusal.extra) from None


def _person(link: MailLink) -> Caller:
    return Caller(link.tenant_id, f"user:{link.user_id}", user_id=link.user_id)
