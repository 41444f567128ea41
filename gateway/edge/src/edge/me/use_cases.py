"""Changing one's own name, language and password."""

from typing import Any
from uuid import UUID

from chassis.context import Context
from chassis.work import UnitOfWork
from edge.mail_links.use_cases import send_email_check
from edge.me import rules
from edge.passwords import rules as passwords
from edge.passwords.use_cases import Passwords
from edge.sessions.use_cases import end_sessions_everywhere
from edge.tenants.repository import TenantRepository
from edge.throttles.rules import signed_in
from edge.throttles.use_cases import Throttles
from edge.users.repository import UserRepository, password_of, store_password
from edge.users.use_cases.users import change_user


async def update_me(work: UnitOfWork, context: Context, changes: dict[str, Any]) -> None:
    """Change one's own name or language."""
    user = await UserRepository(work).get_for_update(_user_id(work))
    await change_user(work, context, user, changes)


async def change_password(work: UnitOfWork, context: Context, present: str, following: str) -> None:
    """Set another password; every other session of this person ends, in all companies."""
    user_id = _user_id(work)
    # In a work of its own: no transaction waits while passwords are hashed.
    async with work.database.work(work.caller) as reading:
        user = await UserRepository(reading).get(user_id)
        kept = await password_of(reading, user_id)
    throttles, hasher = context.kept(Throttles), context.kept(Passwords)
    person = signed_in(user_id)
    await throttles.check(user.email, person)
    if not await hasher.verify(kept, present):
        await throttles.count_failure(user.email, person)
        raise rules.WrongPassword(field="current_password")
    passwords.check(following, user.email, "new_password")
    await store_password(work, user_id, await hasher.hash(following))
    work.audit("password_changed", "users", user_id, {})
    await end_sessions_everywhere(work, context, user_id)


async def resend_email_check(work: UnitOfWork, context: Context) -> None:
    """Mail the link once more that proves one's own address."""
    user_id = _user_id(work)
    await context.kept(Throttles).spend("mails_to", f"check {user_id}")
    user = await UserRepository(work).get(user_id)
    tenant = await TenantRepository(work).get(work.tenant_id)
    await send_email_check(work, context, user, tenant.name)


def _user_id(work: UnitOfWork) -> UUID:
    if work.caller.user_id is None:
        raise rules.NotAUser()
    return work.caller.user_id
