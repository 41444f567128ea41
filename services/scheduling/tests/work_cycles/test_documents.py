"""Which of billing's documents count for a cycle: those about its client, and about nobody."""

from typing import Any

from chassis.ids import new_id
from scheduling.work_cycles.consumers import consumers
from services.scheduling.tests.factories import Json, Person, hear, remember_client
from services.scheduling.tests.work_cycles.test_work_cycles import CYCLES, make_cycle, told

_ISSUED: Json = {"total": "115.00", "subtotal": "100.00", "paid": "15.00", "status": "issued"}


async def _profit(person: Person, cycle: Json) -> str | None:
    """What the cycle came to, None where nothing was counted; the list says the same."""
    shown = await person.get(f"{CYCLES}/{cycle['id']}")
    [listed] = [one for one in (await person.get(CYCLES))["items"] if one["id"] == cycle["id"]]
    assert listed == shown
    if not shown["totals"]:
        assert shown["spent"].strip("0.") == ""
        return None
    [total] = shown["totals"]
    return str(total["profit"])


async def _expense(person: Person, version: int, cycle: Json, **fields: Any) -> None:
    amounts = {"amount": "23.00", "net": "20.00"}
    event = told("expense", "updated", version, cycle["id"], **(amounts | fields))
    await hear(person, consumers, event)


async def test_only_documents_about_its_client_count_for_a_cycle(owner: Person) -> None:
    """CL-83: another client's are none of its money, whoever named the cycle on them."""
    cycle, other = await make_cycle(owner), str(await remember_client(owner))
    path = f"{CYCLES}/{cycle['id']}"
    foreign = told("invoice", "issued", 1, cycle["id"], id=new_id(), client_id=other, **_ISSUED)
    await hear(owner, consumers, foreign)
    await _expense(owner, 1, cycle, id=new_id(), client_id=other)
    assert await _profit(owner, cycle) is None
    own = told("invoice", "issued", 1, cycle["id"], id=new_id(),
               client_id=cycle["client_id"], **_ISSUED)  # fmt: skip
    await hear(owner, consumers, own)
    assert await _profit(owner, cycle) == "100.00"
    await _expense(owner, 1, cycle, id=new_id(), client_id="")
    assert await _profit(owner, cycle) == "80.00"
    assert await owner.refused("DELETE", path) == (409, "work_cycle_in_use")
    unused = await make_cycle(owner)
    await _expense(owner, 1, unused, id=new_id(), client_id=other)
    await owner.delete(f"{CYCLES}/{unused['id']}")


async def test_an_invoice_counts_for_whom_it_is_about_whoever_pays(owner: Person) -> None:
    """CL-83, BI-07"""
    parent = str(await remember_client(owner))
    child = str(await remember_client(owner, bill_to_id=parent))
    of_child = await make_cycle(owner, client_id=child)
    of_parent = await make_cycle(owner, client_id=parent)
    for cycle in (of_child, of_parent):
        billed = told("invoice", "issued", 1, cycle["id"], id=new_id(), client_id=parent,
                      for_client_id=child, **_ISSUED)  # fmt: skip
        await hear(owner, consumers, billed)
    assert await _profit(owner, of_child) == "100.00"
    assert await _profit(owner, of_parent) is None


async def test_documents_count_whatever_comes_first_and_changes(owner: Person) -> None:
    """CL-83: the document before its cycle, late, for another client, or for another cycle."""
    client_id, other = [str(await remember_client(owner)) for _ in range(2)]
    cycle_id, expense = str(new_id()), new_id()
    await _expense(owner, 1, {"id": cycle_id}, id=expense, client_id=client_id)
    cycle = await make_cycle(owner, id=cycle_id, client_id=client_id)
    assert await _profit(owner, cycle) == "-20.00"
    await _expense(owner, 3, cycle, id=expense, client_id=other)
    await _expense(owner, 2, cycle, id=expense, client_id=client_id)
    assert await _profit(owner, cycle) is None
    elsewhere = await make_cycle(owner, client_id=other)
    await _expense(owner, 4, elsewhere, id=expense, client_id=other)
    assert await _profit(owner, elsewhere) == "-20.00"
    await _expense(owner, 5, cycle, id=expense, client_id=client_id)
    assert [await _profit(owner, one) for one in (cycle, elsewhere)] == ["-20.00", None]


async def test_merged_clients_are_one_as_long_as_they_are(owner: Person) -> None:
    """CL-83, CL-78: whichever of them the document, and the cycle, is about."""
    one, two, survivor = [str(await remember_client(owner)) for _ in range(3)]
    cycle = await make_cycle(owner, client_id=one)
    await _expense(owner, 1, cycle, id=new_id(), client_id=two)
    await _expense(owner, 1, cycle, id=new_id(), client_id=survivor)
    assert await _profit(owner, cycle) is None
    for merged in (one, two):
        await remember_client(owner, id=merged, version=2, merged_into=survivor)
    assert await _profit(owner, cycle) == "-40.00"
    await remember_client(owner, id=two, version=3)
    assert await _profit(owner, cycle) == "-20.00"


async def test_what_was_known_before_is_told_anew(owner: Person) -> None:
    """CL-83: an event of the version that is known says whom the document is about."""
    cycle, expense = await make_cycle(owner), new_id()
    await _expense(owner, 2, cycle, id=expense)
    assert await _profit(owner, cycle) == "-20.00"
    await _expense(owner, 2, cycle, id=expense, client_id=str(await remember_client(owner)))
    assert await _profit(owner, cycle) is None
