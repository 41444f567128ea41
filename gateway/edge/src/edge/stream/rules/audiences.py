"""Which events are told live, and to whom: a type that is not listed here reaches nobody."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from chassis.caller import Caller
from chassis.events import Event
from refs.visibility import Sight

Hears = Callable[[Caller, Sight, Mapping[str, Any]], bool]


def _everybody(_: Caller, sight: Sight, data: Mapping[str, Any]) -> bool:
    return True


def _nobody(_: Caller, sight: Sight, data: Mapping[str, Any]) -> bool:
    return False


def _own(caller: Caller, _: Sight, data: Mapping[str, Any]) -> bool:
    return caller.user_id is not None and data.get("user_id") == str(caller.user_id)


def _manager_or_own(caller: Caller, sight: Sight, data: Mapping[str, Any]) -> bool:
    return sight.sees_all or _own(caller, sight, data)


def _folder_shown(_: Caller, sight: Sight, data: Mapping[str, Any]) -> bool:
    folder_id = data.get("folder_id")
    return not folder_id or UUID(folder_id) not in sight.hidden_folders


def _shared(_: Caller, sight: Sight, data: Mapping[str, Any]) -> bool:
    return bool(data.get("shared"))


def _manages_work(caller: Caller, _: Sight, data: Mapping[str, Any]) -> bool:
    return caller.may("scheduling:manage")


def _worker_or_manager(caller: Caller, _: Sight, data: Mapping[str, Any]) -> bool:
    is_own = data.get("time_entry", {}).get("user_id") == str(caller.user_id)
    return is_own or caller.may("scheduling:manage")


def _assignee_or_manager(caller: Caller, _: Sight, data: Mapping[str, Any]) -> bool:
    assigned = data.get("task", {}).get("assignee_ids", ())
    return caller.may("scheduling:manage") or str(caller.user_id) in assigned


@dataclass(frozen=True, slots=True)
class Audience:
    """Who hears of a kind of event: those with `permission` who see the client it is about.

    `otherwise` decides where it is about no client; `always`, about a client or not. Its maker
    hears of what is about no client in any case, as they may read it.
    """

    permission: str | None
    otherwise: Hears = _nobody
    always: Hears | None = None
    told_maker: bool = True


def _of(noun: str, verbs: str, audience: Audience) -> Iterator[tuple[str, Audience]]:
    return ((f"{noun}.{verb}", audience) for verb in verbs.split())


_CHANGES: Final = "created updated deleted"
_ENTRIES: Final = "recorded updated deleted"
_CLIENTS: Final = Audience("clients:read", told_maker=False)
_SETTINGS: Final = Audience("clients:read", _everybody)
_FOLDERS: Final = Audience("clients:read", _folder_shown, told_maker=False)
_MEMBERS: Final = Audience("memberships:read")
_WORK: Final = Audience("scheduling:read", _manages_work)
_TIME: Final = Audience("scheduling:read", _worker_or_manager)
_TASKS: Final = Audience("scheduling:read", _assignee_or_manager)
_PLANNERS: Final = Audience("scheduling:read")
_STAFF: Final = Audience(None, _everybody)
_MANAGERS: Final = Audience("identity:manage", _everybody)

AUDIENCES: Final[Mapping[str, Audience]] = dict((
    *_of("clients.client", "created updated status_changed folder_changed tagged untagged"
         " staff_assigned follow_up_due archived restored subclient_added merged unmerged"
         " redirected erased", _CLIENTS),
    *_of("clients.note", "added updated deleted", _CLIENTS),
    *_of("clients.file", "added updated deleted shared expiring expired", _CLIENTS),
    *_of("clients.client_link", "added updated deleted", _CLIENTS),
    *_of("clients.insurance_policy", "added updated deleted", _CLIENTS),
    *_of("clients.insurance_claim", "added updated deleted submitted approved rejected paid",
         _CLIENTS),
    *_of("clients.folder", _CHANGES, _FOLDERS),
    *_of("clients.folder", "access_changed",
         Audience("clients:manage", _folder_shown, told_maker=False)),
    *_of("clients.layout", _CHANGES, _FOLDERS),
    *_of("clients.custom_field", _CHANGES, _SETTINGS),
    *_of("clients.segment", _CHANGES, Audience("clients:read", _shared)),
    *_of("billing.invoice", "created updated deleted issued paid reopened balance_changed overdue"
         " voided written_off credited sent viewed einvoice_reported einvoice_cleared"
         " einvoice_rejected reminder_due",
         Audience("billing:read", _manager_or_own)),
    *_of("billing.credit_note", "einvoice_reported einvoice_cleared einvoice_rejected",
         Audience("billing:read", _manager_or_own)),
    *_of("billing.payment", "received allocated deallocated deposited cleared bounced refunded"
         " refund_requested refund_failed dispute_withdrawn dispute_reinstated",
         Audience("billing:read", _manager_or_own)),
    *_of("billing.checkout", "started processing succeeded failed cancelled disputed",
         Audience("billing:read", _manager_or_own)),
    *_of("billing.subscription",
         "created updated deleted paused resumed cancelled ended failed",
         Audience("billing:read", _manager_or_own)),
    *_of("billing.expense", _ENTRIES, Audience("billing:read", _manager_or_own)),
    *_of("billing.income", _ENTRIES, Audience("billing:read", _manager_or_own)),
    *_of("billing.estimate", "created updated deleted sent viewed accepted declined reopened"
         " converted expired", Audience("billing:read", _manager_or_own)),
    *_of("billing.order", "created updated deleted confirmed fulfilled cancelled invoiced",
         Audience("billing:read", _manager_or_own)),
    *_of("memberships.membership", "created updated deleted started taken_over renewed"
         " period_granted period_refused period_taken_back renewal_date_changed package_changed"
         " frozen unfrozen suspended resumed reinstated grace_begun expiring expired ended"
         " cancelled", _MEMBERS),
    *_of("memberships.credit", "charged used reversed expired expiring_soon low extended stopped"
         " resumed adjusted refunded transferred shared unshared held released", _MEMBERS),
    *_of("memberships.package_order", "created invoiced paid reversed failed cancelled", _MEMBERS),
    *_of("memberships.redemption", "requested applied refused cancelled returned", _MEMBERS),
    *_of("memberships.check_in", "recorded refused undone", _MEMBERS),
    *_of("memberships.settings", "updated", Audience("memberships:read", _everybody)),
    *_of("scheduling.booking", "held requested confirmed waitlisted rescheduled attended no_show"
         " cancelled updated unstaffed", Audience("scheduling:read", _everybody)),
    *_of("scheduling.checklist",
         "started updated item_done item_undone completed reopened deleted", _WORK),
    *_of("scheduling.follow_up", "made applied refused completed cancelled reopened updated",
         _PLANNERS),
    *_of("scheduling.task", "created updated started completed reopened cancelled overdue deleted"
         " commented comment_updated comment_deleted", _TASKS),
    *_of("scheduling.time_entry", "started stopped recorded updated deleted", _TIME),
    *_of("scheduling.time_invoice", "requested made refused released", _WORK),
    *_of("scheduling.work_cycle", "created updated status_changed deleted", _WORK),
    *_of("scheduling.appointment", "scheduled updated confirmed rescheduled cancelled done no_show"
         " reopened shared viewed deleted unstaffed", _PLANNERS),
    *_of("scheduling.appointment_series", "scheduled updated rescheduled cancelled deleted",
         _PLANNERS),
    *_of("scheduling.reminder", "sent failed skipped", _PLANNERS),
    *_of("scheduling.settings", "updated", Audience("scheduling:read", _everybody)),
    *_of("comms.message", "queued sent failed cancelled", Audience("comms:read", _manager_or_own)),
    *_of("comms.template", _CHANGES, Audience("comms:read", _everybody)),
    *_of("comms.notification", "created", Audience(None, always=_own)),
    *_of("automation.run", "started completed failed cancelled",
         Audience("automation:read", _everybody)),
    *_of("automation.flow", _CHANGES, Audience("automation:read", _everybody)),
    *_of("edge.tenant", "created updated", _STAFF),
    *_of("edge.user", "created updated deactivated", _STAFF),
    *_of("edge.team", _CHANGES, _STAFF),
    *_of("edge.role", _CHANGES, _STAFF),
    *_of("edge.assignment_rule", _CHANGES, _MANAGERS),
    *_of("edge.api_key", "created revoked", _MANAGERS),
    *_of("edge.session", "started ended", Audience(None, always=_own)),
))  # fmt: skip

# Between services only: they carry links for one person, sealed.
UNTOLD: Final = frozenset({
    "edge.user.invited", "edge.user.password_reset_requested", "edge.user.email_check_requested",
})  # fmt: skip


def may_hear(caller: Caller, sight: Sight, event: Event, *, sees_client: bool) -> bool:
    """Whether somebody hears of an event; `sees_client` counts where it is about one."""
    audience = AUDIENCES.get(event.type)
    if audience is None or not (audience.permission is None or caller.may(audience.permission)):
        return False
    if audience.always is not None:
        return audience.always(caller, sight, event.data)
    if event.client_id is not None:
        return sees_client
    is_maker = audience.told_maker and event.actor == caller.principal
    return is_maker or audience.otherwise(caller, sight, event.data)


def needs_place(event: Event) -> bool:
    """Whether it depends on the client's place who hears of it."""
    audience = AUDIENCES.get(event.type)
    return audience is not None and audience.always is None and event.client_id is not None
