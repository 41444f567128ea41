"""What other services print on: who a company's papers are from, and how they look."""

from typing import Any

import pytest
from diwan.billing.v1 import papers_pb2

from billing.papers.servicer import Papers
from chassis.errors import Invalid
from services.billing.tests.conftest import Identity
from services.billing.tests.factories import Person
from services.billing.tests.logos.test_logos import PATH as LOGO
from services.billing.tests.logos.test_logos import drawn, put

TEMPLATES = "/v1/paper-templates"


async def letterhead(person: Person, kind: str = "work_cycle") -> papers_pb2.GetLetterheadResponse:
    tenant_id = str(person.caller.tenant_id)
    request = papers_pb2.GetLetterheadRequest(tenant_id=tenant_id, kind=kind)
    return await Papers().GetLetterhead(person.service.context, request)


async def test_a_company_is_told_with_its_logo(owner: Person, identity: Identity) -> None:
    """CL-81, BI-03: what was never said is empty."""
    plain = await letterhead(owner)
    assert (plain.company.name, plain.company.phone, plain.logo) == ("عيادة النور", "", b"")
    assert (plain.shows_hijri, plain.accent_color, dict(plain.footer)) == (True, "", {})
    assert not plain.company.HasField("address")
    settings = {"vat_number": "310122393500003", "phone": "+966112345678",
                "address": {"city": "الرياض", "building": "12"}}  # fmt: skip
    await identity.change(owner, {"name": "شركة النور", "settings": settings})
    await put(owner, drawn())
    told = await letterhead(owner)
    assert (told.company.name, told.company.vat_number) == ("شركة النور", "310122393500003")
    assert (told.company.address.city, told.company.phone) == ("الرياض", "+966112345678")
    shown = (await owner.http.get(LOGO)).content
    assert (told.logo, told.logo_width, told.logo_height) == (shown, 800, 200)


async def test_papers_look_as_the_template_of_their_kind_says(owner: Person) -> None:
    """CL-81: else as that of all kinds."""
    await put(owner, drawn())
    everything: dict[str, Any] = {
        "name": "الكل", "is_default": True, "accent_color": "#0F766E", "footer": {"ar": "آيبان"},
        "language": "both",
    }  # fmt: skip
    await owner.post(TEMPLATES, everything)
    await owner.post(TEMPLATES, {"name": "x", "kind": "invoice", "is_default": True})
    told = await letterhead(owner)
    assert (told.accent_color, told.language, dict(told.footer)) == (
        "#0f766e", "both", {"ar": "آيبان"},
    )  # fmt: skip
    assert told.logo
    own = {"name": "دورات العمل", "kind": "work_cycle", "is_default": True, "show_logo": False,
           "show_hijri": False, "header": {"en": "Works"}}  # fmt: skip
    await owner.post(TEMPLATES, own)
    told = await letterhead(owner)
    assert (told.accent_color, told.language, told.logo) == ("", "", b"")
    assert (dict(told.header), dict(told.footer), told.shows_hijri) == ({"en": "Works"}, {}, False)


async def test_a_letterhead_is_of_a_company(owner: Person) -> None:
    with pytest.raises(Invalid):
        await Papers().GetLetterhead(
            owner.service.context, papers_pb2.GetLetterheadRequest(tenant_id="x")
        )
