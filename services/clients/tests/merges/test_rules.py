"""Merging and parting, pure: whatever two clients have, undoing a merge leaves each as it was."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from clients.clients.rules import contacts
from clients.clients.rules.merging import SINGLE, Plain, Side, taken, united
from clients.merges.rules import undone, without

_WORD = st.sampled_from(["a", "b", "c"])
_FLAG = st.booleans()
_LABEL = st.none() | _WORD


def _listed(of: Any) -> Any:
    return st.lists(of, max_size=3)


_PHONES = _listed(st.fixed_dictionaries({
    "number": st.sampled_from(["0501", "0502", "0503"]), "e164": st.none(), "label": _LABEL,
    "primary": _FLAG, "opt_out": _FLAG, "verified": _FLAG,
})).map(contacts.with_primary)  # fmt: skip
_EMAILS = _listed(st.fixed_dictionaries({
    "address": st.sampled_from(["a@x.sa", "A@x.sa", "b@x.sa"]), "label": _LABEL, "primary": _FLAG,
    "opt_out": _FLAG,
})).map(contacts.with_primary)  # fmt: skip
_STAFF = st.dictionaries(_WORD, st.sampled_from(["owner", "collaborator", "watcher"])).map(
    lambda roles: [{"user_id": user, "role": role} for user, role in roles.items()]
)
_CUSTOM = st.dictionaries(_WORD, _WORD | st.lists(_WORD, min_size=1, max_size=2, unique=True))
_CLIENT = st.fixed_dictionaries({
    "tags": st.lists(st.sampled_from(["VIP", "vip", "نقدي"]), max_size=2, unique_by=str.lower),
    "phones": _PHONES, "emails": _EMAILS, "addresses": _listed(st.builds(dict, city=_WORD)),
    "links": _listed(_WORD), "staff": _STAFF, "custom_fields": _CUSTOM,
    **dict.fromkeys(SINGLE, _LABEL),
})  # fmt: skip
_NAMES = [*SINGLE, "custom_fields.a", "custom_fields.b"]
_CHOSEN = st.dictionaries(st.sampled_from(_NAMES), st.sampled_from(["survivor", "merged"]))
Made = tuple[Plain, Plain]


def _merge(survivor: Plain, merged: Plain, chosen: dict[str, Side]) -> tuple[Plain, Made]:
    made = united(survivor, merged, chosen)
    changed = {name: made[name] for name in made if made[name] != survivor[name]}
    return survivor | changed, ({name: survivor[name] for name in changed}, changed)


@settings(max_examples=80, deadline=None)
@given(_CLIENT, st.lists(st.tuples(_CLIENT, _CHOSEN), min_size=1, max_size=3), st.data())
def test_merges_undone_in_any_order_leave_the_survivor_as_it_was(
    survivor: Plain, others: list[tuple[Plain, dict[str, Side]]], data: st.DataObject
) -> None:
    """CL-78: merge and unmerge are each other's inverse."""
    now, standing = survivor, list[Made]()
    for merged, chosen in others:
        now, made = _merge(now, merged, chosen)
        standing.append(made)
    while standing:
        place = data.draw(st.integers(0, len(standing) - 1))
        gone = standing.pop(place)
        now = now | undone(*gone, now)
        standing[place:] = [without(gone, later) for later in standing[place:]]
    assert now == survivor


@settings(max_examples=50, deadline=None)
@given(_CLIENT, _CLIENT, _CHOSEN, st.sampled_from(SINGLE), _PHONES)
def test_what_was_added_or_changed_since_stays(
    survivor: Plain, merged: Plain, chosen: dict[str, Side], name: str, phones: list[Plain]
) -> None:
    """CL-78"""
    new = {"number": "0509", "e164": None, "label": "new", "primary": False, "opt_out": False}
    now, made = _merge(survivor, merged, chosen)
    edited = now | {name: "edited", "phones": [*now["phones"], new], "tags": [*now["tags"], "new"]}
    parted = edited | undone(*made, edited)
    assert parted[name] == "edited" and "new" in parted["tags"]
    assert "0509" in {phone["number"] for phone in parted["phones"]}
    came = {p["number"] for p in merged["phones"]} - {p["number"] for p in survivor["phones"]}
    assert came.isdisjoint({phone["number"] for phone in parted["phones"]})


@settings(max_examples=50, deadline=None)
@given(_CLIENT, _CLIENT, _CHOSEN)
def test_nothing_of_either_is_lost(survivor: Plain, merged: Plain, chosen: dict[str, Side]) -> None:
    """CL-78: every number, address and tag is there, and who opted out still has."""
    made = united(survivor, merged, chosen)
    for one in (survivor, merged):
        assert {p["number"] for p in one["phones"]} <= {p["number"] for p in made["phones"]}
        assert {m["user_id"] for m in one["staff"]} <= {m["user_id"] for m in made["staff"]}
        assert set(one["links"]) <= set(made["links"])
    assert sum(p["primary"] for p in made["phones"]) == bool(made["phones"])
    refused = {p["number"] for c in (survivor, merged) for p in c["phones"] if p["opt_out"]}
    kept = {p["number"] for p in made["phones"] if p["opt_out"]}
    assert refused <= kept
    for name in SINGLE:
        side = chosen.get(name) or ("survivor" if survivor[name] is not None else "merged")
        assert made[name] == (merged if side == "merged" else survivor)[name]
        assert (name in taken(survivor, merged, chosen)) <= (side == "merged")
