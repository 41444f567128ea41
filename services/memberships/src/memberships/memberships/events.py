"""What others hear of memberships."""

from collections.abc import Sequence
from datetime import date

from diwan.memberships.v1 import events_pb2

from chassis.events import Event, event
from chassis.money import Money
from memberships.bills.rules import price_after
from memberships.memberships.rules.telling import Verb
from memberships.memberships.tables import Membership, MembershipFreeze, MembershipPeriod


def membership_changed(
    verb: Verb, membership: Membership, *, changed: Sequence[str] = (),
    about: MembershipFreeze | MembershipPeriod | None = None,
    renewal_date_before: date | None = None,
) -> Event:  # fmt: skip
    """memberships.membership.created, updated, frozen … (rules.telling.Verb)."""
    payload = events_pb2.MembershipChanged(
        membership=message(membership), changed=sorted(changed),
        renewal_date_before=_day(renewal_date_before),
        freeze=_freeze(about) if isinstance(about, MembershipFreeze) else None,
        period=_period(about) if isinstance(about, MembershipPeriod) else None,
    )  # fmt: skip
    kind = f"memberships.membership.{verb}"
    return event(
        kind, payload, membership.id, membership.version, client_id=membership.client_id
    )  # fmt: skip


def message(membership: Membership) -> events_pb2.Membership:
    """A membership, as its events tell it."""
    told, terms = membership, membership.terms
    return events_pb2.Membership(
        id=str(told.id), version=told.version, client_id=str(told.client_id),
        package_id=str(told.package_id), package_name_ar=terms["name"].get("ar", ""),
        package_name_en=terms["name"].get("en", ""), status=told.told_status,
        start_date=told.start_date.isoformat(), renewal_date=_day(told.renewal_date),
        auto_renew=told.auto_renew, cancelled_on=_day(told.cancelled_on),
        price=Money(price_after(terms, told.discount), terms["currency"]).format(),
        currency=terms["currency"], external_id=told.external_id or "",
    )  # fmt: skip


def _freeze(freeze: MembershipFreeze) -> events_pb2.MembershipFreeze:
    return events_pb2.MembershipFreeze(
        id=str(freeze.id),
        from_day=freeze.from_day.isoformat(),
        to_day=_day(freeze.to_day),
        extend=freeze.extends,
    )


def _period(period: MembershipPeriod) -> events_pb2.MembershipPeriod:
    return events_pb2.MembershipPeriod(
        number=period.number, state=period.state, starts_on=_day(period.starts_on),
        ends_on=_day(period.ends_on), invoice_id=str(period.invoice_id or ""),
        problem=(period.problem or {}).get("code", ""),
    )  # fmt: skip


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
