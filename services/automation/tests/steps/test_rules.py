"""Steps: what they are told, what they make of the facts, the way through them."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from automation.catalogue.rules.catalogue import fields_of
from automation.steps.rules import shapes, walk
from automation.steps.rules.shapes import NothingToDo
from automation.steps.use_cases import EFFECTS
from chassis.errors import Invalid

NOW = datetime(2026, 1, 31, 12, 0, tzinfo=UTC)
FACTS = {"client": {"name": "سارة", "staff": [{"user_id": "u1", "role": "owner"}]},
         "event": {"client_id": "c1", "amount": "5"}}  # fmt: skip
TAG = {"type": "add_tags", "tags": ["VIP"]}
HOLDS = {"field": "client.name", "operator": "exists"}


def prepare(step: dict[str, Any], facts: Any = FACTS) -> dict[str, Any]:
    [read] = walk.read([step])
    prepared: dict[str, Any] = read.prepare(facts)  # type: ignore[union-attr]
    return prepared


def test_texts_are_filled_in() -> None:
    """AU-14: messages over client and event."""
    asked = prepare({"type": "send_message", "channel": "email", "subject": "{{ client.name }}",
                     "body": "{{ event.amount }}{{ client.nothing }}"})  # fmt: skip
    assert (asked["client_id"], asked["subject"], asked["body"]) == ("c1", "سارة", "5")
    asked = prepare({"type": "send_message", "channel": "email", "to": "{{ event.to }}x@y.sa",
                     "template_id": "0192a000-0000-7000-8000-000000000001",
                     "variables": {"a": ["{{ client.name }}", 1]}})  # fmt: skip
    assert asked["to"] == "x@y.sa" and asked["variables"] == {"a": ["سارة", 1]}
    assert "client_id" not in asked


def test_tags_may_come_from_the_facts_and_blank_ones_are_left_out() -> None:
    step = {"type": "add_tags", "tags": ["{{ client.name }}", "{{ client.nothing }}", "سارة"]}
    assert prepare(step)["tags"] == ["سارة"]
    with pytest.raises(NothingToDo):
        prepare({"type": "add_tags", "tags": ["{{ client.nothing }}"]})


def test_staff_of_the_client_are_told() -> None:
    """AU-12, AU-17"""
    user = "0192a000-0000-7000-8000-000000000001"
    step = {"type": "notify", "title": "{{ client.name }}", "client_staff": True,
            "user_ids": [user]}  # fmt: skip
    assert prepare(step)["user_ids"] == [user, "u1"]
    with pytest.raises(NothingToDo) as nothing:
        prepare({"type": "notify", "title": "x", "client_staff": True}, {"event": {}})
    assert nothing.value.reason == "nobody_to_notify"


def test_a_step_about_a_client_is_skipped_where_there_is_none() -> None:
    with pytest.raises(NothingToDo) as nothing:
        prepare(TAG, {"event": {}})
    assert nothing.value.reason == "no_client"


@pytest.mark.parametrize(
    "step",
    [
        {"type": "send_message", "channel": "email"},
        {"type": "send_message", "channel": "pigeon", "body": "x"},
        {"type": "send_message", "channel": "email", "body": "x", "to": "a@b.sa",
         "user_id": "0192a000-0000-7000-8000-000000000001"},
        {"type": "notify", "title": "x"},
        {"type": "wait"},
        {"type": "wait", "minutes": 0},
        {"type": "wait", "minutes": 1, "hours": 1},
        {"type": "add_tags", "tags": []},
        {"type": "add_tags", "tags": ["x"], "more": 1},
        {"type": "fly"},
        {},
    ],
)  # fmt: skip
def test_a_step_that_cannot_be_is_refused(step: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        walk.read([step])


@pytest.mark.parametrize(
    ("steps", "field", "code"),
    [
        ([TAG] * 51, "steps", "too_many_steps"),
        ([{"type": "add_tags", "tags": ["{{ x"]}], "steps.0.tags.0", "invalid_template"),
        ([{"type": "wait", "until": "{% x %}"}], "steps.0.until", "invalid_template"),
        ([{"type": "branch", "condition": HOLDS,
           "then": [{"type": "notify", "client_staff": True, "title": "{{"}]}],
         "steps.0.then.0.title", "invalid_template"),
    ],
)  # fmt: skip
def test_what_could_never_run_is_refused_at_its_place(steps: Any, field: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        walk.check(walk.read(steps), fields_of(None))
    assert (refused.value.field, refused.value.code) == (field, code)


def test_branches_are_bounded() -> None:
    step: Any = TAG
    for _ in range(6):
        step = {"type": "branch", "condition": HOLDS, "then": [step]}
    with pytest.raises(walk.TooManySteps):
        walk.check(walk.read([step]), fields_of(None))


@pytest.mark.parametrize(
    ("wait", "until"),
    [
        ({"minutes": 5}, "2026-01-31T12:05:00+00:00"),
        ({"hours": 2}, "2026-01-31T14:00:00+00:00"),
        ({"days": 1}, "2026-02-01T12:00:00+00:00"),
        ({"months": 1}, "2026-02-28T12:00:00+00:00"),
        ({"months": 12}, "2027-01-31T12:00:00+00:00"),
        ({"until": "2026-03-01T00:00:00+03:00"}, "2026-03-01T00:00:00+03:00"),
        ({"until": "{{ event.day }}"}, "2026-05-01T00:00:00+00:00"),
    ],
)
def test_until_when_a_wait_lasts(wait: dict[str, Any], until: str) -> None:
    """AU-19: minutes, hours, days, months, or a time."""
    [step] = walk.read([{"type": "wait", **wait}])
    facts = {"event": {"day": "2026-05-01"}}
    assert walk.resume_at(step, NOW, facts).isoformat() == until  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["", "tomorrow", "2099-01-01"])
def test_a_wait_for_no_time_fails(text: str) -> None:
    [step] = walk.read([{"type": "wait", "until": "{{ event.day }}"}])
    with pytest.raises(walk.NoSuchTime):
        walk.resume_at(step, NOW, {"event": {"day": text}})  # type: ignore[arg-type]


def test_whether_more_than_the_id_of_the_client_is_read() -> None:
    mail = {"type": "send_message", "channel": "email", "body": "x"}
    assert not walk.uses_client(walk.read([TAG, mail]))
    for step in (
        mail | {"subject": "{{ client.name }}"}, {"type": "wait", "until": "{{client.x}}"},
        {"type": "notify", "title": "x", "client_staff": True},
        {"type": "branch", "condition": HOLDS},
        {"type": "branch", "condition": {"field": "event.type", "operator": "exists"},
         "then": [mail | {"subject": "{{ client.name }}"}]},
    ):  # fmt: skip
        assert walk.uses_client(walk.read([TAG, step]))


def test_every_step_type_but_waits_and_branches_has_an_effect() -> None:
    kinds = {step["type"] for step in shapes.published()}
    assert kinds == {*EFFECTS, "wait", "branch"}


branches = st.recursive(
    st.just(TAG),
    lambda inner: st.builds(
        lambda then, other: {"type": "branch", "condition": HOLDS, "then": then, "else": other},
        st.lists(inner, max_size=3), st.lists(inner, max_size=3),
    ),
    max_leaves=12,
)  # fmt: skip


@given(st.lists(branches, max_size=4), st.data())
def test_every_step_is_met_once_or_left_aside(steps: list[dict[str, Any]], data: Any) -> None:
    read = walk.read(steps)
    met: list[str] = []
    aside: set[str] = set()
    taken: dict[str, str] = {}
    while (placed := walk.upcoming(read, taken, {*met, *aside})) is not None:
        met.append(placed.path)
        if placed.step.type == "branch":
            way = taken[placed.path] = data.draw(st.sampled_from(["then", "else"]))
            aside |= {left.path for left in walk.left_aside(placed.step, placed.path, way)}
    assert len(set(met)) == len(met)
    assert {*met, *aside} == {placed.path for placed in walk.every(read)}
    assert aside.isdisjoint(met)


def test_a_time_beyond_all_calendars_is_no_time_to_wait_until() -> None:
    """Also where it is written as a time at once: no database keeps year 10000 in UTC."""
    [step] = walk.read([{"type": "wait", "until": "9999-12-31T23:59:59-14:00"}])
    with pytest.raises(walk.NoSuchTime):
        walk.resume_at(step, NOW, {})  # type: ignore[arg-type]
