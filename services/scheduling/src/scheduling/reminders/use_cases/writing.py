"""A reminder is written: to whom, in which language, by which clock."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from chassis.work import UnitOfWork
from refs import clients, people
from refs.clients import ClientRef
from refs.home import home
from scheduling.actions.repository import ActionRepository
from scheduling.availability.repository import StaffHoursRepository
from scheduling.defaults.use_cases import settings_of
from scheduling.reminder_rules.repository import ReminderRuleRepository
from scheduling.reminders.repository.subjects import subjects_of
from scheduling.reminders.rules import letters
from scheduling.reminders.rules.letters import Day, Language, Words
from scheduling.reminders.rules.plan import Subject, stands
from scheduling.reminders.rules.states import (
    CLIENT_GONE,
    MOVED,
    RULE_GONE,
    SUBJECT_GONE,
    TOO_LATE,
    USER_GONE,
)
from scheduling.reminders.tables import Reminder

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Addressee:
    """Whom it goes to: as comms names them, their language, and their clock."""

    named: Json
    language: Language
    zone: str


async def write(work: UnitOfWork, reminder: Reminder) -> Json | str:
    """What comms is asked for, with the names of SendMessageRequest; or why nobody is reminded.

    Raises what is wrong with a text.
    """
    rule = None
    if reminder.reminder_rule_id is not None:
        rule = await ReminderRuleRepository(work).find(reminder.reminder_rule_id)
    subject = (await subjects_of(work, [reminder.subject_id])).get(reminder.subject_id)
    if reminder.reminder_rule_id is not None and (rule is None or not rule.is_active):
        return RULE_GONE
    if subject is None:
        return SUBJECT_GONE
    is_after = rule is not None and rule.relation == "after"
    if (reason := _off(work, reminder, subject, is_after=is_after)) is not None:
        return reason
    client = await _client_of(work, subject.client_id)
    if client is None:
        return CLIENT_GONE
    addressee = await _addressee(work, reminder, client)
    if addressee is None:
        return USER_GONE
    told = await _facts(work, reminder, subject, client, addressee)
    asked = {**addressee.named, "channel": reminder.channel}
    if rule is not None and rule.template_id is not None:
        return asked | {"template_id": str(rule.template_id), "variables": told}
    words = Words(rule.subject, rule.body) if rule is not None else None
    title, body = letters.letter(words, addressee.language, reminder.recipient, told)
    return asked | {"subject": title, "body": body}


def _off(
    work: UnitOfWork, reminder: Reminder, subject: Subject, *, is_after: bool
) -> str | None:  # fmt: skip
    """Why nobody is to be reminded any more."""
    if not stands(subject.status, is_after=is_after):
        return subject.status
    if subject.starts_at != reminder.starts_at:
        return MOVED
    return TOO_LATE if work.now >= reminder.until_at else None


async def _client_of(work: UnitOfWork, client_id: UUID) -> ClientRef | None:
    """Whom it is with; of a merged one its survivor."""
    found = await clients.client(work, client_id)
    if found is not None and found.merged_into is not None:
        return await clients.client(work, found.merged_into)
    return found


async def _addressee(
    work: UnitOfWork, reminder: Reminder, client: ClientRef
) -> _Addressee | None:  # fmt: skip
    company, zone = await people.tenant(work), (await home(work)).timezone
    usual = company.locale if company else ""
    if reminder.recipient == "client":
        language = letters.spoken(client.language or usual)
        return _Addressee({"client_id": str(client.id)}, language, zone)
    user = await people.user(work, reminder.recipient_id)
    if user is None or not user.is_active:
        return None
    hours = await StaffHoursRepository(work).find(user.id)
    own = hours.timezone if hours and hours.timezone else zone
    return _Addressee({"user_id": str(user.id)}, letters.spoken(user.locale or usual), own)


async def _facts(
    work: UnitOfWork, reminder: Reminder, subject: Subject, client: ClientRef, to: _Addressee
) -> Json:
    company, settings = await people.tenant(work), await settings_of(work)
    names = subject.service
    if subject.action_id is not None:
        action = await ActionRepository(work).find(subject.action_id)
        names = action.name if action else None
    is_client = reminder.recipient == "client"
    met = [reminder.recipient_id] if not is_client else list(subject.staff_ids)
    staff = await people.staff(work, user_ids=met) if met else []
    day = Day(subject.starts_at, to.zone, settings.is_hijri_shown)
    return letters.facts(
        client.name, company.name if company else "", [one.name for one in staff],
        letters.when(day, to.language)
        | {"what": letters.what(subject.title, names, to.language),
           "location": subject.location or ""},
    )  # fmt: skip
