"""Two records of one client as one: what the survivor then has, and how the two part again.

All values are those of JSON, as `plain` gives them: a merge keeps what it found and what it made.
"""

from collections.abc import Callable, Hashable, Mapping
from datetime import date
from typing import Any, Final, Literal, TypeAlias
from uuid import UUID

import orjson

from chassis.folding import fold
from clients.clients.rules import contacts
from clients.clients.rules.staff import stronger
from clients.tags import rules as tag_rules
from refs.phones import ascii_digits

Side = Literal["survivor", "merged"]
Plain: TypeAlias = dict[str, Any]

CUSTOM: Final = "custom_fields"
# What two entries of a list have in common that are one and the same.
_KEYS: Final[Mapping[str, Callable[[Any], Hashable]]] = {
    "tags": tag_rules.key_of,
    "phones": lambda phone: ascii_digits(phone["e164"] or phone["number"]),
    "emails": lambda email: fold(email["address"]),
    "addresses": lambda address: orjson.dumps(address, option=orjson.OPT_SORT_KEYS),
    "links": str,
    "staff": lambda member: member["user_id"],
}
_WITH_PRIMARY: Final = {"phones", "emails"}
SINGLE: Final = (
    "name", "business_name", "kind", "type", "category_id", "pinned_status_id",
    "follow_up_status_id", "country_code", "currency", "language", "tax_number",
    "registration_number", "national_id", "gender", "birth_date", "availability", "external_id",
    "bill_to_id", "credit_limit", "credit_days", "opening_balance", "invoicing_method", "barcode",
)  # fmt: skip
COLUMNS: Final = (*_KEYS, *SINGLE, CUSTOM)
_IDS: Final = {"category_id", "pinned_status_id", "follow_up_status_id", "bill_to_id"}


def plain(row: Any) -> Plain:
    """The columns of a client that a merge is about, as JSON has them."""
    return {name: _plain(getattr(row, name)) for name in COLUMNS}


def columns(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values as the row has them."""
    return {name: _column(name, value) for name, value in values.items()}


def may_choose(name: str) -> bool:
    """Whether a value of this name can be the merged client's instead of the survivor's."""
    return name in SINGLE or (name.startswith(f"{CUSTOM}.") and len(name) > len(CUSTOM) + 1)


def united(survivor: Plain, merged: Plain, chosen: Mapping[str, Side]) -> Plain:
    """What the survivor has afterwards: lists joined, single values its own where it has one."""
    made: Plain = {name: _joined(name, survivor[name], merged[name]) for name in _KEYS}
    made |= {n: merged[n] if n in taken(survivor, merged, chosen) else survivor[n] for n in SINGLE}
    ours, theirs = survivor[CUSTOM], merged[CUSTOM]
    made[CUSTOM] = {
        key: _custom(ours.get(key), theirs.get(key), chosen.get(f"{CUSTOM}.{key}"))
        for key in {**ours, **theirs}
    }  # fmt: skip
    made[CUSTOM] = {key: value for key, value in made[CUSTOM].items() if value is not None}
    return made


def taken(survivor: Plain, merged: Plain, chosen: Mapping[str, Side]) -> list[str]:
    """The single values that come from the merged client, custom fields as `custom_fields.<key>`.

    A value chosen from who has none is taken away.
    """
    ours, theirs = _flat(survivor), _flat(merged)
    return [
        name for name in {**ours, **theirs}
        if (side := chosen.get(name)) == "merged"
        or (side is None and ours.get(name) is None and theirs.get(name) is not None)
    ]  # fmt: skip


def parted(name: str, before: Any, after: Any, now: Any) -> Any:
    """What a column is once a merge is undone that made `after` of `before`; it is `now`.

    What was not touched since is as it was; what was changed or added since is kept.
    """
    if now == after:
        return before
    if name == CUSTOM:
        keys = {**now, **before}
        found = {k: _single(before.get(k), after.get(k), now.get(k)) for k in keys}
        return {key: value for key, value in found.items() if value is not None}
    if name in _KEYS:
        return _parted_list(name, before, after, now)
    return now


def _flat(client: Plain) -> Plain:
    custom = {f"{CUSTOM}.{key}": value for key, value in client[CUSTOM].items()}
    return {name: client[name] for name in SINGLE} | custom


def _joined(name: str, ours: list[Any], theirs: list[Any]) -> list[Any]:
    key = _KEYS[name]
    known = {key(entry) for entry in ours}
    same: dict[Hashable, Any] = {}
    for entry in theirs:
        found = same.get(key(entry))
        same[key(entry)] = entry if found is None else _both(name, found, entry)
    listed = [_both(name, e, same[key(e)]) if key(e) in same else e for e in ours]
    listed += [entry for k, entry in same.items() if k not in known]
    return contacts.with_primary(listed) if name in _WITH_PRIMARY and listed != ours else listed


def _both(name: str, ours: Any, theirs: Any) -> Any:
    if name == "staff":
        return ours | {"role": stronger(ours["role"], theirs["role"])}
    if name in _WITH_PRIMARY:
        # Who opted out once has done so, whichever record says it.
        opted_out = ours["opt_out"] or theirs["opt_out"]
        told = {"opt_out": opted_out, "label": ours["label"] or theirs["label"]}
        is_verified = any(one.get("verified", False) for one in (ours, theirs))
        return ours | told | ({"verified": True} if is_verified else {})
    return ours


def _custom(ours: Any, theirs: Any, side: Side | None) -> Any:
    if side is not None:
        return theirs if side == "merged" else ours
    if isinstance(ours, list) and isinstance(theirs, list):
        return [*ours, *(one for one in theirs if one not in ours)]
    return theirs if ours is None else ours


def _single(before: Any, after: Any, now: Any) -> Any:
    if now == after:
        return before
    if isinstance(now, list) and isinstance(after, list):
        kept = before or []
        return [one for one in now if one in kept or one not in after] or None
    return now


def _parted_list(name: str, before: list[Any], after: list[Any], now: list[Any]) -> list[Any]:
    key = _KEYS[name]
    was = {key(entry): entry for entry in before}
    became = {key(entry): entry for entry in after}
    kept = []
    for entry in now:
        found = key(entry)
        is_untouched = found in became and became[found] == entry
        if not is_untouched:
            kept.append(entry)
        elif found in was:
            kept.append(was[found])
    return contacts.with_primary(kept) if name in _WITH_PRIMARY else kept


def _plain(value: Any) -> Any:
    if isinstance(value, UUID):
        return str(value)
    return value.isoformat() if isinstance(value, date) else value


def _column(name: str, value: Any) -> Any:
    if value is None:
        return None
    if name in _IDS:
        return UUID(value)
    return date.fromisoformat(value) if name == "birth_date" else value
