"""What billing tells of documents that name a work cycle."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

from chassis.events import Event
from chassis.work import UnitOfWork
from scheduling.work_cycles import rules
from scheduling.work_cycles.repository import documents
from scheduling.work_cycles.rules import Kind

_DELETED: Final = "deleted"


async def hear(work: UnitOfWork, events: Sequence[Event]) -> None:
    """Take in what documents come to; of each the newest that is told counts."""
    newest: dict[Any, dict[str, Any]] = {}
    for one in map(_document, events):
        known = newest.get(one["id"])
        if known is None or known["version"] < one["version"]:
            newest[one["id"]] = one
    await documents.hear(work, [newest[key] for key in sorted(newest, key=str)])


async def concerns(work: UnitOfWork, event: Event) -> bool:
    """Whether a document names a cycle, or did so before."""
    _, told = told_of(event)
    return bool(told.get("work_cycle_id")) or await documents.is_known(work, event.subject)


def told_of(event: Event) -> tuple[Kind, Mapping[str, Any]]:
    """What kind of document an event is about, and what it tells of it."""
    kind = Kind(event.type.split(".")[1])
    told: Mapping[str, Any] = event.data[kind.value]
    return kind, told


def _document(event: Event) -> dict[str, Any]:
    kind, told = told_of(event)
    is_gone = event.type.endswith(_DELETED)
    figures = rules.figures_of_invoice if kind is Kind.INVOICE else rules.figures_of_entry
    return {
        "id": event.subject, "kind": kind.value, "currency": told["currency"],
        "version": rules.LAST_VERSION if is_gone else int(told["version"]),
        "work_cycle_id": None if is_gone else rules.named(told.get("work_cycle_id")),
        "client_id": rules.about(told), "number": told.get("number") or None,
        "dated_on": rules.dated(told),
        **asdict(rules.Figures() if is_gone else figures(told)),
    }  # fmt: skip
