"""Whether an event is any business of who answers for a flow.

Events carry the facts of clients and of what other services did. A flow may fill all of that into
a text for anybody, so its editor must be allowed to read it in the first place.
"""

from typing import Any, Final
from uuid import UUID

from automation.flows.rules import Plan
from automation.peers import Peers
from automation.runs.rules import MANUAL
from automation.runs.tables import Run
from chassis.caller import Caller
from chassis.context import Context
from chassis.errors import NotFound
from chassis.rpc.client import Asking
from chassis.work import Trail
from refs.lag import is_late
from refs.visibility import Sight, sight_of

Json = dict[str, Any]

# Who joins, signs in or is given a key is told to those who manage that.
_OF_EDGE: Final = "identity:manage"


async def editor_now(context: Context, plan: Plan) -> Caller | None:
    """The flow's editor with the rights they have now; None for one who has left."""
    if plan.editor.user_id is None:
        return plan.editor if _holds(context, plan) else None
    return await context.rights(context, plan.tenant_id, plan.editor.user_id)


async def may_know(context: Context, editor: Caller, run: Run) -> bool:
    """Whether the editor may read such events, and sees the client this one is about."""
    if run.event["type"] != MANUAL and not editor.may(_reading(run.event["type"])):
        return False
    return run.client_id is None or await _sees(context, editor, run)


def _holds(context: Context, plan: Plan) -> bool:
    """Whether the key that edited the flow still does: its mark tells at once, its rights for
    good, since they are taken from all it edited (`flows.use_cases.edit.disown`)."""
    if (key := plan.editing_key) is None or not key.permissions:
        return False
    return not context.tokens.is_revoked(key, plan.edited_at.timestamp())


def _reading(event_type: str) -> str:
    service = event_type.partition(".")[0]
    return _OF_EDGE if service == "edge" else f"{service}:read"


async def _sees(context: Context, editor: Caller, run: Run) -> bool:
    async with context.database.work(editor, role="worker") as work:
        sight = await sight_of(work)
    # What comes late may say otherwise by now.
    is_certain = editor.is_owner or not is_late(context.database)
    if is_certain and sight.sees_everything:
        return True
    told = (run.event.get("data") or {}).get("client")
    if is_certain and isinstance(told, dict) and told.get("id") == str(run.client_id):
        return _may_see(sight, told)
    peers: Peers = context.peers
    try:
        await peers.get_client(Asking(editor, Trail(cause=str(run.id))), str(run.client_id))
    except NotFound:
        return False
    return True


def _may_see(sight: Sight, client: Json) -> bool:
    staff = [UUID(member["user_id"]) for member in client.get("staff") or ()]
    return sight.may_see(UUID(client["folder_id"]), staff)
