"""Who is to be reminded of an appointment or a booking: by the rules, and by its own minutes."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Protocol
from uuid import UUID

from scheduling.reminders.rules.due import GRACE, Quiet, Wish, due
from scheduling.reminders.rules.states import (
    PAST,
    REUSED,
    SUBJECT_GONE,
    TOO_LATE,
    State,
    SubjectType,
)

Json = dict[str, Any]
Key = tuple[UUID, str, UUID]
# What comes after it is told so many days later at the latest.
CATCH_UP: Final = timedelta(days=3)
_AHEAD: Final = frozenset({"scheduled", "confirmed", "requested"})
_OVER: Final = frozenset({PAST, TOO_LATE})
_TOOK_PLACE: Final = frozenset({"done", "attended"})


class Rule(Protocol):
    """A rule, as far as it says who is reminded when."""

    @property
    def id(self) -> UUID: ...
    @property
    def kind(self) -> str: ...
    @property
    def linked_type(self) -> str | None: ...
    @property
    def action_ids(self) -> list[UUID]: ...
    @property
    def relation(self) -> str: ...
    @property
    def minutes(self) -> int: ...
    @property
    def channel(self) -> str: ...
    @property
    def sent_to(self) -> str: ...


class Known(Protocol):
    """A reminder that there is."""

    @property
    def key(self) -> Key: ...
    @property
    def id(self) -> UUID: ...
    @property
    def state(self) -> str: ...
    @property
    def reason(self) -> str | None: ...
    @property
    def wanted_at(self) -> datetime: ...
    @property
    def due_at(self) -> datetime: ...
    @property
    def starts_at(self) -> datetime: ...
    @property
    def until_at(self) -> datetime: ...
    @property
    def channel(self) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """An appointment or a booking, as far as somebody is reminded of it."""

    type: SubjectType
    id: UUID
    client_id: UUID
    created_at: datetime
    starts_at: datetime
    ends_at: datetime
    status: str
    staff_ids: Sequence[UUID]
    action_id: UUID | None
    linked_type: str | None
    reminders: Sequence[int]
    # By these minutes; whom a rule reminds is the rule's to say.
    reminds_client: bool
    title: str | None
    # What was booked, in its languages.
    service: Mapping[str, str] | None
    location: str | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """That somebody is to be reminded of a subject."""

    source: str
    rule_id: UUID | None
    minutes: int | None
    recipient: str
    recipient_id: UUID
    channel: str
    wish: Wish
    is_after: bool


@dataclass(frozen=True, slots=True)
class Moment:
    """When it is reckoned; `tells_past` where what is too late by now is told as skipped."""

    now: datetime
    quiet: Quiet | None
    tells_past: bool


@dataclass(frozen=True, slots=True)
class Steps:
    """What is to be written: new ones, other columns of known ones, and known ones to remove."""

    added: list[Json]
    changed: list[Json]
    removed: list[UUID]


def stands(status: str, *, is_after: bool) -> bool:
    """Whether somebody is reminded of what stands so, beforehand or afterwards."""
    return status in _AHEAD or (is_after and status in _TOOK_PLACE)


def wanted(subject: Subject, rules: Iterable[Rule]) -> Iterator[Wanted]:
    """Who is to be reminded of it, if it stands."""
    for minutes in sorted(set(subject.reminders)):
        wish = _before(subject, minutes)
        for recipient, one in _recipients(subject, "both" if subject.reminds_client else "staff"):
            yield Wanted(f"own:{minutes}", None, minutes, recipient, one, "email", wish, False)
    for rule in rules:
        if not _is_of(rule, subject):
            continue
        wish, is_after = _wish(rule, subject), rule.relation == "after"
        for recipient, one in _recipients(subject, rule.sent_to):
            yield Wanted(
                f"rule:{rule.id}", rule.id, None, recipient, one, rule.channel, wish, is_after
            )


def plan(
    subjects: Mapping[UUID, Subject], rules: Sequence[Rule], known: Iterable[Known], at: Moment
) -> Steps:
    """What is to be written so that the reminders of these, and only they, are to come.

    `known` are those of the subjects that there are, of each key the one that is pending, else the
    latest; those of a subject that is not given are of one that is gone.
    """
    left = {one.key: one for one in known}
    steps = Steps([], [], [])
    for subject in subjects.values():
        for one in wanted(subject, rules):
            there = left.pop((subject.id, one.source, one.recipient_id), None)
            _step(steps, subject, one, there, at)
    for there in left.values():
        _not_wanted(steps, subjects.get(there.key[0]), there)
    return steps


def _step(steps: Steps, subject: Subject, one: Wanted, there: Known | None, at: Moment) -> None:
    if not stands(subject.status, is_after=one.is_after):
        if there is not None and there.state == State.PENDING:
            steps.changed.append(_skipped(there, subject.status))
    elif there is None or there.state in REUSED:
        _reckon(steps, subject, one, there, at)
    elif there.wanted_at != one.wish.at:
        _reckon(steps, subject, one, None, at)  # what there is was for another time


def _reckon(steps: Steps, subject: Subject, one: Wanted, there: Known | None, at: Moment) -> None:
    moment, reason = _due(one.wish, there, at)
    columns = _columns(subject, one, moment, reason)
    is_over = reason in _OVER
    if there is None:
        if not is_over or (at.tells_past and subject.starts_at > at.now):
            steps.added.append(columns | _of(subject, one))
    elif is_over and there.state == State.SKIPPED:
        return  # nobody was to be reminded, and nobody can be any more
    elif any(getattr(there, name) != value for name, value in columns.items()):
        steps.changed.append({"id": there.id, **columns})


def _due(wish: Wish, there: Known | None, at: Moment) -> tuple[datetime | None, str | None]:
    is_known = there is not None and there.state == State.PENDING and there.wanted_at == wish.at
    moment, reason = due(wish, at.now, at.quiet, is_new=not is_known)
    if is_known and there is not None and moment == at.now and there.due_at < moment:
        return there.due_at, None  # it is due already
    return moment, reason


def _not_wanted(steps: Steps, subject: Subject | None, there: Known) -> None:
    """By a rule that is gone or of somebody who is not in it any more; or it is all gone."""
    if there.state != State.PENDING:
        return
    if subject is None:
        steps.changed.append(_skipped(there, SUBJECT_GONE))
    else:
        steps.removed.append(there.id)


def _skipped(there: Known, reason: str) -> Json:
    names = ("channel", "starts_at", "wanted_at", "due_at", "until_at")
    kept = {name: getattr(there, name) for name in names}
    return {"id": there.id, **kept, "state": State.SKIPPED.value, "reason": reason}


def _columns(subject: Subject, one: Wanted, moment: datetime | None, reason: str | None) -> Json:
    state = State.PENDING if moment else State.SKIPPED
    return {
        "channel": one.channel, "starts_at": subject.starts_at, "wanted_at": one.wish.at,
        "due_at": moment or one.wish.at, "until_at": one.wish.until, "state": state.value,
        "reason": reason,
    }  # fmt: skip


def _of(subject: Subject, one: Wanted) -> Json:
    return {
        "client_id": subject.client_id, "subject_type": subject.type, "subject_id": subject.id,
        "source": one.source, "reminder_rule_id": one.rule_id, "minutes": one.minutes,
        "recipient": one.recipient, "recipient_id": one.recipient_id,
    }  # fmt: skip


def _is_of(rule: Rule, subject: Subject) -> bool:
    if rule.action_ids and subject.action_id not in rule.action_ids:
        return False
    if rule.kind == "any":
        return True
    if subject.type == "booking" or rule.kind == "booking":
        return subject.type == rule.kind
    if rule.kind == "independent":
        return subject.linked_type is None
    return subject.linked_type is not None and rule.linked_type in (None, subject.linked_type)


def _wish(rule: Rule, subject: Subject) -> Wish:
    later = timedelta(minutes=rule.minutes)
    if rule.relation == "before":
        return _before(subject, rule.minutes)
    if rule.relation == "after":
        return Wish(subject.ends_at + later, subject.ends_at + later + CATCH_UP)
    return Wish(subject.created_at + later, subject.starts_at)


def _before(subject: Subject, minutes: int) -> Wish:
    """As it begins at the latest; what is wanted only then is so a moment later still."""
    at = subject.starts_at - timedelta(minutes=minutes)
    return Wish(at, max(subject.starts_at, at + GRACE))


def _recipients(subject: Subject, sent_to: str) -> Iterator[tuple[str, UUID]]:
    if sent_to != "staff":
        yield "client", subject.client_id
    if sent_to != "client":
        for one in dict.fromkeys(subject.staff_ids):
            yield "staff", one
