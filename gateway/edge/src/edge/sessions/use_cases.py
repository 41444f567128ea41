"""Starting, refreshing and ending sessions."""

from datetime import timedelta
from typing import Final, Literal
from uuid import UUID

from chassis.context import Context
from chassis.ids import new_id
from chassis.work import UnitOfWork
from edge.revocations.use_cases import void
from edge.sessions import events, rules
from edge.sessions.repository import SessionRepository
from edge.sessions.tables import Session

END_ELSEWHERE: Final = "sessions.end_elsewhere"
EndReason = Literal["signed_out", "revoked", "reused", "password_changed", "deactivated"]


async def start_session(
    work: UnitOfWork, context: Context, user_id: UUID, device: rules.Device
) -> tuple[Session, rules.RefreshToken]:
    """Sign a user in on a device."""
    token = rules.first(new_id())
    session = await SessionRepository(work).add(
        id=token.session_id, user_id=user_id, family_hash=rules.digest(token.family),
        turn_hash=rules.digest(token.turn), address=device.address,
        user_agent=device.user_agent[:400], last_used_at=work.now,
        expires_at=work.now + timedelta(days=context.settings.session_days),
    )  # fmt: skip
    work.publish(events.session_changed("started", session))
    return session, token


async def refresh_session(
    work: UnitOfWork, context: Context, token: rules.RefreshToken
) -> tuple[Session, rules.RefreshToken] | None:
    """Give the next refresh token; one that was used before ends the session, and gives None.

    Whoever used it first may be a thief, and so may the one who comes now: neither goes on.
    """
    sessions = SessionRepository(work)
    session = await sessions.locked(token.session_id)
    if session is None or session.ended_at or session.expires_at <= work.now:
        return None
    if session.turn_hash != rules.digest(token.turn):
        await _end(work, context, session, "reused")
        return None
    following = rules.following(token)
    expires_at = work.now + timedelta(days=context.settings.session_days)
    await sessions.turn(session, rules.digest(following.turn), expires_at)
    return session, following


async def end_session(
    work: UnitOfWork, context: Context, session_id: UUID, reason: EndReason
) -> Session:
    """Sign out on one device; its access token is void at once."""
    session = await SessionRepository(work).get_for_update(session_id)
    return session if session.ended_at else await _end(work, context, session, reason)


async def end_sessions(
    work: UnitOfWork, context: Context, user_id: UUID, reason: EndReason
) -> None:
    """Sign a user out on every device but the one that asks."""
    for session in await SessionRepository(work).open_of(user_id):
        if session.id != work.caller.session_id:
            await _end(work, context, session, reason)


async def end_sessions_everywhere(work: UnitOfWork, context: Context, user_id: UUID) -> None:
    """After a change of password: in the person's other companies too."""
    others = await SessionRepository(work).everywhere(user_id)
    await end_sessions(work, context, user_id, "password_changed")
    for other in others:
        if other["tenant_id"] != work.tenant_id:
            work.enqueue(END_ELSEWHERE, {name: str(value) for name, value in other.items()})


async def end_elsewhere(work: UnitOfWork, context: Context, session_id: UUID) -> None:
    """One session that a change of password in another company ends."""
    session = await SessionRepository(work).locked(session_id)
    if session and not session.ended_at:
        await _end(work, context, session, "password_changed")


async def forget_sessions(context: Context, days: int = 90) -> int:
    """Remove what ended long ago."""
    before = context.database.clock() - timedelta(days=days)
    rows = await context.system.look_up("forget_sessions", before)
    return int(rows[0]["forgotten"])


async def _end(work: UnitOfWork, context: Context, session: Session, reason: EndReason) -> Session:
    ended = await SessionRepository(work).update(session, ended_at=work.now, end_reason=reason)
    await void(work, context, f"session.{session.id}")
    work.publish(events.session_changed("ended", ended))
    return ended
