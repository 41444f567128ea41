"""What flows may react to: every published event type, and the fields conditions can ask for.

A type that is not here can still be chosen, so that a service added later needs no change of this
one: its fields are then of the kind `any`.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final

from automation.catalogue.rules.contents import Fields
from automation.catalogue.rules.events import EVENTS
from automation.conditions.rules.tree import KindOf
from automation.conditions.rules.values import OPERATORS, Kind

# `email` and `phone` are the primary ones; lists of objects are asked by what names an entry.
CLIENT: Final[Fields] = {
    "id": Kind.ID, "version": Kind.NUMBER, "kind": Kind.TEXT, "type": Kind.TEXT,
    "name": Kind.TEXT, "business_name": Kind.TEXT, "code": Kind.TEXT, "serial": Kind.NUMBER,
    "folder_id": Kind.ID, "status_id": Kind.ID, "category_id": Kind.ID, "tags": Kind.LIST,
    "phones": Kind.LIST, "emails": Kind.LIST, "staff": Kind.LIST, "phone": Kind.TEXT,
    "email": Kind.TEXT, "country_code": Kind.TEXT, "currency": Kind.TEXT, "language": Kind.TEXT,
    "source": Kind.TEXT, "external_id": Kind.TEXT, "is_archived": Kind.BOOLEAN,
    "merged_into": Kind.ID, "bill_to_id": Kind.ID, "parent_id": Kind.ID, "birth_date": Kind.DATE,
    "last_contact_at": Kind.DATETIME, "days_since_contact": Kind.NUMBER,
    "availability.state": Kind.TEXT, "availability.until": Kind.DATETIME,
    "availability.hours": Kind.TEXT, "credit_limit": Kind.TEXT, "credit_days": Kind.NUMBER,
    "opening_balance": Kind.TEXT,
}  # fmt: skip
# What answers tell of a client and events do not: nothing of the client itself changes with it.
ONLY_ASKED: Final = frozenset({"last_contact_at", "days_since_contact"})
ENVELOPE: Final[Fields] = {
    "id": Kind.ID, "type": Kind.TEXT, "time": Kind.DATETIME, "actor": Kind.TEXT,
    "subject": Kind.ID, "client_id": Kind.ID,
}  # fmt: skip

# A type, or all below a word or two: `clients.client.created`, `clients.client.*`, `clients.*`.
_TYPE: Final = re.compile(r"[a-z][a-z_]*(\.[a-z][a-z_]*){2}|[a-z][a-z_]*(\.[a-z][a-z_]*)?\.\*|\*")


def is_event_type(text: str) -> bool:
    """Whether a trigger may name it."""
    return len(text) <= 100 and _TYPE.fullmatch(text) is not None


def matches(pattern: str, event_type: str) -> bool:
    """Whether an event is of the type a trigger names."""
    if not pattern.endswith("*"):
        return pattern == event_type
    return event_type.startswith(pattern[:-1])


@lru_cache(maxsize=2_000)
def fields_of(event_type: str | None) -> KindOf:
    """What a condition may ask of an event and its client; of unknown contents, anything."""
    known = EVENTS.get(event_type) if event_type else None

    def kind_of(field: str) -> Kind | None:
        subject, _, name = field.partition(".")
        if subject == "client":
            return CLIENT.get(name)
        if subject != "event" or not name:
            return None
        name = name.removeprefix("data.")
        if name in ENVELOPE and not (known and name in known):
            return ENVELOPE[name]
        return Kind.ANY if known is None else known.get(name)

    return kind_of


def published() -> dict[str, Any]:
    """The catalogue as the API shows it."""
    return {
        "events": [_published_event(name, fields) for name, fields in sorted(EVENTS.items())],
        "client_fields": list(_published_fields("client", CLIENT)),
        "event_fields": list(_published_fields("event", ENVELOPE)),
        "operators": {kind.value: list(words) for kind, words in OPERATORS.items()},
    }


def _published_event(name: str, fields: Fields | None) -> dict[str, Any]:
    return {
        "type": name, "fields_are_known": fields is not None,
        "fields": list(_published_fields("event", fields or {})),
    }  # fmt: skip


def _published_fields(subject: str, fields: Fields) -> Iterator[dict[str, str]]:
    for name, kind in fields.items():
        yield {"field": f"{subject}.{name}", "kind": kind.value}
