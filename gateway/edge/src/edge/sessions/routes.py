"""HTTP door of sessions."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from chassis.errors import Conflict
from chassis.http.door import SIGNED_IN
from chassis.http.router import Context, Json, Pages, Work, router
from chassis.paging import Page
from edge.sessions import use_cases
from edge.sessions.repository import LIST, SessionRepository, seen_by
from edge.sessions.schemas import SessionView
from edge.sessions.tables import Session

routes = router("/v1/sessions", "Signing in")
logout_routes = router("/v1/auth", "Signing in")


class NoSession(Conflict):
    """API keys have none."""

    code = "no_session"
    detail = "There is no session to end: an API key is revoked instead."


@routes.get("", permission=SIGNED_IN, response_model=Page[SessionView])
async def list_sessions(
    work: Work, pages: Pages, user_id: Annotated[UUID | None, Query()] = None
) -> Json:
    """List the open sessions: your own, and everybody's if you manage identities."""
    values = {**seen_by(work), "now": work.now, "current_id": work.caller.session_id}
    return Json(await LIST.page(work, pages, {"user_id": user_id}, **values))


@routes.get("/{session_id}", permission=SIGNED_IN)
async def get_session(work: Work, session_id: UUID) -> SessionView:
    """Read a session."""
    return _view(work, await SessionRepository(work).get(session_id))


@routes.delete("/{session_id}", permission=SIGNED_IN)
async def end_session(work: Work, context: Context, session_id: UUID) -> None:
    """Sign out on a device."""
    await use_cases.end_session(work, context, session_id, "revoked")


@logout_routes.post("/logout", permission=SIGNED_IN)
async def logout(work: Work, context: Context) -> SessionView:
    """Sign out here: the access token and the refresh token hold no longer."""
    if work.caller.session_id is None:
        raise NoSession()
    session_id = work.caller.session_id
    return _view(work, await use_cases.end_session(work, context, session_id, "signed_out"))


def _view(work: Work, session: Session) -> SessionView:
    names = SessionView.model_fields.keys() - {"is_current"}
    shown = {name: getattr(session, name) for name in names}
    return SessionView(**shown, is_current=session.id == work.caller.session_id)
