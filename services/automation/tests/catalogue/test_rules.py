"""The catalogue says what the contracts say."""

import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from google.protobuf.descriptor import Descriptor, FieldDescriptor

from automation.catalogue.rules.catalogue import (
    CLIENT,
    fields_of,
    is_event_type,
    matches,
    published,
)
from automation.catalogue.rules.events import EVENTS
from automation.conditions.rules.values import Kind
from automation.steps.rules import shapes

PROTOS = Path(__file__).parents[4] / "protos" / "diwan"
# What conditions do not ask for: the client has its own fields, the rest is lists of objects,
# settings, and what is sealed.
NOT_ASKED = {"client", "custom_fields", "access", "users", "roles", "teams", "settings",
             "sealed_accept_url", "sealed_url"}  # fmt: skip
NUMBERS = {
    FieldDescriptor.CPPTYPE_INT32, FieldDescriptor.CPPTYPE_INT64, FieldDescriptor.CPPTYPE_UINT32,
}  # fmt: skip


def payloads() -> Iterator[tuple[str, Descriptor]]:
    """Each event type with its message: the comment above a message lists its types."""
    for file in PROTOS.glob("*/v1/events.proto"):
        service = file.parts[-3]
        module = importlib.import_module(f"diwan.{service}.v1.events_pb2")
        for comment, name in re.findall(r"((?://.*\n)+)message (\w+)", file.read_text()):
            for event_type in re.findall(r"\b[a-z_]+\.[a-z_]+\.[a-z_]+\b", comment):
                yield event_type, module.DESCRIPTOR.message_types_by_name[name]


def fields(message: Descriptor, prefix: str = "") -> Iterator[tuple[str, FieldDescriptor]]:
    for field in message.fields:
        if field.name in NOT_ASKED:
            continue
        if field.message_type is not None and not field.is_repeated:
            yield from fields(field.message_type, f"{prefix}{field.name}.")
        else:
            yield prefix + field.name, field


def fits(kind: Kind, field: FieldDescriptor) -> bool:
    if field.is_repeated:
        return kind is Kind.LIST
    if field.cpp_type in NUMBERS:
        return kind is Kind.NUMBER
    if field.cpp_type == FieldDescriptor.CPPTYPE_BOOL:
        return kind is Kind.BOOLEAN
    return kind in (Kind.TEXT, Kind.ID, Kind.DATE, Kind.DATETIME)


@pytest.mark.parametrize(
    ("event_type", "message"), list(payloads()), ids=lambda v: getattr(v, "full_name", str(v))
)
def test_an_event_has_the_fields_of_its_message(event_type: str, message: Descriptor) -> None:
    """AU-02, AU-09: every published event can be chosen, with its fields."""
    known = EVENTS[event_type]
    assert known is not None, "its contents are published: list them"
    told = dict(fields(message))
    assert set(known) == set(told)
    assert all(fits(kind, told[name]) for name, kind in known.items())


def test_a_client_has_the_fields_of_its_message() -> None:
    told = dict(fields(importlib.import_module("diwan.clients.v1.clients_pb2").Client.DESCRIPTOR))
    assert set(CLIENT) == {*told, "email", "phone"}
    assert all(fits(CLIENT[name], field) for name, field in told.items())


def test_types_and_what_is_below_them_can_be_chosen() -> None:
    assert all(
        map(is_event_type, [*EVENTS, "clients.client.*", "clients.*", "*", "new.thing.done"])
    )
    assert not any(
        map(is_event_type, ["", "clients", "Clients.x.y", "a.b", "a.b.c.d", "a.*.c", "**"])
    )
    assert matches("clients.client.*", "clients.client.created")
    assert matches("*", "clients.client.created")
    assert not matches("clients.client.*", "clients.clients_x.created")
    assert not matches("clients.client.created", "clients.client.created_again")


def test_fields_of_the_envelope_and_of_the_event_are_told_apart() -> None:
    assert fields_of("comms.message.sent")("event.subject") is Kind.TEXT
    assert fields_of("clients.client.created")("event.subject") is Kind.ID
    assert fields_of("clients.client.created")("event.amount") is None
    assert fields_of("warehouse.parcel.sent")("event.amount") is Kind.ANY
    assert fields_of(None)("event.anything") is Kind.ANY
    assert fields_of(None)("other.name") is None


def test_the_catalogue_shows_events_fields_operators_and_steps() -> None:
    shown = published()
    assert {"field": "client.tags", "kind": "list"} in shown["client_fields"]
    assert shown["operators"]["boolean"] == ["eq", "ne", "exists"]
    assert {step["type"] for step in shapes.published()} == {
        "add_tags", "remove_tags", "change_status", "move_folder", "send_message", "notify",
        "wait", "branch",
    }  # fmt: skip
