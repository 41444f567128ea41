"""Styles of paper, and which one a document has."""

import asyncio

from libs.papers.tests.reading import Page, read
from services.billing.tests.estimates.making import ESTIMATES, act
from services.billing.tests.estimates.making import draft as estimated
from services.billing.tests.factories import Json, Person
from services.billing.tests.invoices.making import INVOICES, LINE, draft, issued

PATH = "/v1/paper-templates"
WORDS = {"header": {"ar": "بسم الله", "en": "Welcome"}, "footer": {"en": "IBAN SA03\nBank"}}


async def made(person: Person, **fields: object) -> Json:
    return await person.post(PATH, {"name": "ورق", **fields})


async def printed(person: Person, path: str, **query: str) -> Page:
    [page] = read((await person.http.get(f"{path}/pdf", params=query)).content)
    return page


async def test_a_template_says_how_papers_look(owner: Person) -> None:
    """BI-03: in its language, with its words on each page, with Hijri days or without."""
    style = await made(owner, accent_color="#FACC15", language="both", show_hijri=False, **WORDS)
    assert (style["accent_color"], style["kind"], style["active"]) == ("#facc15", None, True)
    invoice = await issued(owner, issue_date="2026-03-01", template_id=style["id"])
    page = await printed(owner, f"{INVOICES}/{invoice['id']}")
    assert page.says("بسم الله Welcome IBAN SA03 Bank Invoice فاتورة"), page.text
    assert not page.says("رمضان")
    english = await printed(owner, f"{INVOICES}/{invoice['id']}", lang="en")
    assert english.says("Welcome") and not english.says("بسم")
    await owner.patch(f"{PATH}/{style['id']}", {"show_hijri": True, "language": None})
    assert (await printed(owner, f"{INVOICES}/{invoice['id']}")).says("12 رمضان 1447 هـ")


async def test_documents_without_one_have_the_default_of_their_kind(owner: Person) -> None:
    """BI-07: an invoice keeps the one it was issued with, whatever is the default later."""
    for_all = await made(owner, is_default=True, header={"en": "all of them"})
    first = await issued(owner)
    assert first["template_id"] == for_all["id"]
    of_invoices = await made(owner, kind="invoice", is_default=True, header={"en": "only these"})
    second = await issued(owner)
    assert second["template_id"] == of_invoices["id"]
    assert (await printed(owner, f"{INVOICES}/{first['id']}")).says("all of them")
    assert (await printed(owner, f"{INVOICES}/{second['id']}")).says("only these")
    estimate = await estimated(owner)
    assert estimate["template_id"] is None
    assert (await printed(owner, f"{ESTIMATES}/{estimate['id']}")).says("all of them")
    note = await owner.post(f"{INVOICES}/{second['id']}/credit-notes", {"reason": "x"})
    assert note["template_id"] == for_all["id"]


async def test_there_is_one_default_of_a_kind_whoever_races(owner: Person) -> None:
    """BI-07"""
    kinds = (None, "receipt")
    await asyncio.gather(*(made(owner, kind=kind, is_default=True) for kind in kinds * 4))
    found = (await owner.get(PATH, is_default=True))["items"]
    assert sorted(str(one["kind"]) for one in found) == ["None", "receipt"]
    other = await made(owner, kind="receipt")
    await asyncio.gather(*(
        owner.patch(f"{PATH}/{other['id']}", {"is_default": True, "name": name}) for name in "xyz"
    ))  # fmt: skip
    assert await owner.ids(PATH, is_default=True, kind="receipt") == [other["id"]]


async def test_what_is_made_of_a_document_has_its_template_if_it_may(owner: Person) -> None:
    """BI-08: one for all papers goes along, one of estimates does not."""
    for kind in (None, "estimate"):
        style = await made(owner, kind=kind)
        estimate = await estimated(owner, template_id=style["id"])
        twin = await act(owner, estimate, "duplicate")
        invoice = await act(owner, estimate, "convert")
        assert twin["template_id"] == style["id"]
        assert invoice["template_id"] == (None if kind else style["id"])


async def test_a_document_names_a_template_in_use_and_for_it(owner: Person) -> None:
    """BI-07: unknown, foreign, put away, and of other papers: all alike."""
    away = await made(owner, active=False)
    of_receipts = await made(owner, kind="receipt")
    for wrong in (away["id"], of_receipts["id"], "01890a5d-ac96-774b-bcce-b302099a8057"):
        body = {"lines": [LINE], "template_id": wrong}
        assert await owner.wrong("POST", INVOICES, body) == ("unknown_reference", ["template_id"])
    invoice = await draft(owner)
    path = f"{INVOICES}/{invoice['id']}"
    assert await owner.wrong("PATCH", path, {"template_id": away["id"]}) == (
        "unknown_reference", ["template_id"])  # fmt: skip


async def test_what_documents_have_is_put_away_and_not_removed(owner: Person) -> None:
    """BI-07: and is no default then; who is sent again takes nobody's place."""
    used, spare = await made(owner, is_default=True), await made(owner)
    invoice = await issued(owner)
    assert await owner.refused("DELETE", f"{PATH}/{used['id']}") == (409, "in_use")
    await owner.delete(f"{PATH}/{spare['id']}")
    after = await owner.patch(f"{PATH}/{used['id']}", {"active": False})
    assert (after["active"], after["is_default"]) == (False, False)
    assert (await printed(owner, f"{INVOICES}/{invoice['id']}", lang="en")).says("Invoice")
    assert await owner.wrong("PATCH", f"{PATH}/{used['id']}", {"is_default": True}) == (
        "default_not_active", ["is_default"])  # fmt: skip
    assert await owner.ids(PATH, active=True) == []
    own_id = "01890a5d-ac96-774b-bcce-b302099a8090"
    first = await made(owner, id=own_id, is_default=True)
    last = await made(owner, is_default=True)
    again = await made(owner, id=own_id, is_default=True)
    assert (first["is_default"], again["is_default"]) == (True, False)
    assert await owner.ids(PATH, is_default=True) == [last["id"]]


async def test_who_reads_and_who_manages_them(owner: Person) -> None:
    """GW-02, BI-03"""
    style = await made(owner)
    path = f"{PATH}/{style['id']}"
    async with owner.colleague("billing:read") as other:
        assert (await other.get(path))["name"] == "ورق"
        assert await other.refused("PATCH", path, {"name": "x"}) == (403, "forbidden")
        assert await other.refused("DELETE", path) == (403, "forbidden")
        assert await other.refused("POST", PATH, {"name": "x"}) == (403, "forbidden")
    stranger = owner.service.caller()
    async with owner.service.http(stranger) as http:
        assert (await http.get(path)).status_code == 404
    for wrong in ({"name": ""}, {"name": "x", "accent_color": "red"}, {"name": "x", "kind": "x"},
                  {"name": "x", "footer": {"ar": "ن" * 301}}):  # fmt: skip
        assert (await owner.http.post(PATH, json=wrong)).status_code == 422
