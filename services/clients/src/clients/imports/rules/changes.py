"""What an import changes of a client, remembered so that it can be taken back."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from hashlib import blake2b
from typing import Any, Final
from uuid import UUID

import orjson

from chassis.folding import fold
from clients.clients.rules import contacts
from clients.tags import rules as tag_rules

Values = dict[str, Any]

# Fields of a client's own, which a merge patch changes, and those with an action of their own.
OWN: Final = (
    "kind", "type", "name", "business_name", "code", "category_id", "tags", "phones", "emails",
    "addresses", "country_code", "currency", "language", "links", "tax_number",
    "registration_number", "gender", "birth_date", "external_id", "custom_fields", "credit_limit",
    "opening_balance", "invoicing_method", "barcode",
)  # fmt: skip
PLACE: Final[tuple[str, ...]] = ("folder_id", "status_id")
FOLLOW_UPS: Final[tuple[str, ...]] = ("pinned_status_id", "follow_up_status_id")
_EVERY: Final = (*OWN, *PLACE, *FOLLOW_UPS, "staff")
# Said of where a client comes from once, when it is made.
_AT_FIRST: Final = {"source", "staff", *PLACE, *FOLLOW_UPS}


def own_changes(client: Any, values: Mapping[str, Any], country: str) -> Values:
    """The patch of a client's own fields: lists get longer, empty cells change nothing."""
    patch = {name: value for name, value in values.items() if name not in _AT_FIRST}
    if "phones" in patch:
        patch["phones"] = _more_phones(client.phones, patch["phones"], country)
    if "emails" in patch:
        patch["emails"] = _more(client.emails, patch["emails"], lambda one: fold(one["address"]))
    if "links" in patch:
        patch["links"] = list(dict.fromkeys([*client.links, *patch["links"]]))
    if "tags" in patch:
        patch["tags"] = tag_rules.added(client.tags, patch["tags"])
    if "addresses" in patch:
        patch["addresses"] = _first_address(client.addresses, patch["addresses"])
    return patch


def difference(before: Any, after: Any) -> tuple[Values, Values]:
    """What differs between two states of a client: as it was, and as it is."""
    old, new = state_of(before), state_of(after)
    keys = [name for name in old if old[name] != new[name]]
    was, now = ({name: one[name] for name in keys} for one in (old, new))
    if "custom_fields" in was:
        was["custom_fields"], now["custom_fields"] = _apart(old, new)
    return was, now


def state_of(client: Any) -> Values:
    """A client as JSON gives it back."""
    return {name: _plain(getattr(client, name)) for name in _EVERY}


def to_put_back(client: Any, before: Mapping[str, Any], after: Mapping[str, Any]) -> Values:
    """What of an import's changes still stands: the rest was changed since."""
    now = state_of(client)
    back = {
        name: before[name] for name in before
        if name != "custom_fields" and now[name] == after[name]
    }  # fmt: skip
    own = {
        key: before["custom_fields"].get(key) for key, value in after["custom_fields"].items()
        if now["custom_fields"].get(key) == value
    } if "custom_fields" in before else {}  # fmt: skip
    return back | ({"custom_fields": own} if own else {})


def digest(client: Any) -> str:
    """What a client is compared by with the one that the import made."""
    state = orjson.dumps(state_of(client), option=orjson.OPT_SORT_KEYS)
    return blake2b(state, digest_size=12).hexdigest()


def as_sent(values: Mapping[str, Any]) -> Values:
    """A state as a body takes it: without what is derived."""
    sent = dict(values)
    if "phones" in sent:
        sent["phones"] = [{k: v for k, v in one.items() if k != "e164"} for one in sent["phones"]]
    return sent


def _apart(old: Values, new: Values) -> tuple[Values, Values]:
    was, now = old["custom_fields"], new["custom_fields"]
    keys = [key for key in {**was, **now} if was.get(key) != now.get(key)]
    return {key: was.get(key) for key in keys}, {key: now.get(key) for key in keys}


def _more_phones(
    present: Sequence[Mapping[str, Any]], more: Iterable[Mapping[str, Any]], country: str
) -> list[Values]:
    typed = [{"primary": False, **one} for one in more]
    coming = contacts.stored_phones(typed, country)
    known = set(contacts.phone_keys(present))
    new = [dict(one) for one, stored in zip(more, coming, strict=True)
           if known.isdisjoint(contacts.phone_keys([stored]))]  # fmt: skip
    return [*as_sent({"phones": present})["phones"], *new]


def _more(
    present: Sequence[Mapping[str, Any]], more: Iterable[Mapping[str, Any]], key_of: Any
) -> list[Values]:
    known = {key_of(one) for one in present}
    return [*map(dict, present), *(dict(one) for one in more if key_of(one) not in known)]


def _first_address(present: Sequence[Mapping[str, Any]], given: Sequence[Values]) -> list[Values]:
    """The parts in the row, in the first address there is."""
    if not present:
        return list(given)
    return [{**present[0], **given[0]}, *map(dict, present[1:])]


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, UUID | date) else value
