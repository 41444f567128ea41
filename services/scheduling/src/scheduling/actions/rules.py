"""Actions: what must be done with a client, at an appointment or in a work cycle."""

from typing import Final, Literal, get_args

from chassis.errors import Conflict, Invalid, NotFound

Subject = Literal["client", "appointment", "work_cycle"]
SUBJECTS: Final[tuple[Subject, ...]] = get_args(Subject)

# What a new company starts with, in the order in which it is offered.
STARTING_ACTIONS: Final[dict[Subject, tuple[tuple[str, str], ...]]] = {
    "client": (
        ("اتصال هاتفي", "Phone call"), ("رسالة واتساب", "WhatsApp message"),
        ("إرسال بريد إلكتروني", "Send an e-mail"), ("إرسال عرض سعر", "Send a quote"),
        ("زيارة", "Visit"), ("اجتماع", "Meeting"), ("متابعة الدفع", "Follow up on payment"),
    ),
    "appointment": (
        ("موعد", "Appointment"), ("استشارة", "Consultation"), ("اجتماع", "Meeting"),
        ("زيارة ميدانية", "Site visit"), ("تسليم", "Delivery"), ("مراجعة", "Review"),
    ),
    "work_cycle": (
        ("معاينة", "Inspection"), ("إعداد عرض سعر", "Prepare a quote"),
        ("توقيع العقد", "Sign the contract"), ("تنفيذ العمل", "Carry out the work"),
        ("تسليم العمل", "Hand over the work"), ("تحصيل الدفعة", "Collect the payment"),
    ),
}  # fmt: skip


class ActionNotFound(NotFound):
    """No such action."""

    code = "action_not_found"
    detail = "There is no such action."


class UnknownAction(Invalid):
    """A body names an action that is not there, not used any more, or of another subject."""

    code = "unknown_reference"
    detail = "There is no such action in use."


class ActionInUse(Conflict):
    """Something was to be done by it."""

    code = "action_in_use"
    detail = "This action is used. Make it inactive instead."
