"""What a rule of reminders may say, and what it is about."""

from collections.abc import Mapping
from typing import Any, Final, Literal

from chassis import texts
from chassis.errors import Conflict, Invalid, NotFound

# Of appointments those that are about nothing else than their client, or those that are.
Kind = Literal["any", "independent", "linked", "booking"]
Relation = Literal["before", "after", "after_creation"]
Channel = Literal["email", "sms", "whatsapp"]
SentTo = Literal["client", "staff", "both"]
MOST_RULES: Final = 50
MOST_MINUTES: Final = 525_600


class ReminderRuleNotFound(NotFound):
    """No such rule."""

    code = "reminder_rule_not_found"
    detail = "There is no such rule of reminders."


class TooManyReminderRules(Conflict):
    """Each appointment is held against all of them."""

    code = "too_many_reminder_rules"
    detail = "There are at most {most} rules of reminders."


class OneText(Invalid):
    """A template and words of its own, or a half of these."""

    code = "one_text"
    detail = "Give either a template, or a subject and a body, or neither."


class NotLinked(Invalid):
    """What others are about does not matter to a rule that is not of linked appointments."""

    code = "rule_not_of_linked"
    detail = "Only a rule of linked appointments says what they are about."


class NoActions(Invalid):
    """Bookings have a service, not an action."""

    code = "rule_without_actions"
    detail = "Nothing is done by an action at a booking."


def check(rule: Mapping[str, Any]) -> None:
    """Refuse a rule whose parts do not go together; raises OneText, NotLinked, NoActions and
    texts.InvalidText.
    """
    has_words = rule["subject"] is not None or rule["body"] is not None
    if rule["template_id"] is not None and has_words:
        raise OneText(field="template_id")
    for name, other in (("subject", "body"), ("body", "subject")):
        if rule[name] is None and rule[other] is not None:
            raise OneText(field=name)
    if rule["linked_type"] is not None and rule["kind"] != "linked":
        raise NotLinked(field="linked_type")
    if rule["action_ids"] and rule["kind"] == "booking":
        raise NoActions(field="action_ids")
    for name in ("subject", "body"):
        for language, text in (rule[name] or {}).items():
            texts.check(text, f"{name}.{language}")
