"""Logos: made anew, printed, served, replaced and removed."""

from io import BytesIO
from typing import Any

import httpx
import pytest
from PIL import Image
from pypdfium2 import PdfDocument
from pypdfium2.raw import FPDF_PAGEOBJ_IMAGE

from billing.logos import rules, schedules
from services.billing.tests.estimates.making import ESTIMATES
from services.billing.tests.estimates.making import draft as estimated
from services.billing.tests.factories import Person
from services.billing.tests.payments.making import PAYMENTS, owed, pay

PATH = "/v1/settings/billing/logo"


def drawn(width: int = 1600, height: int = 400, kind: str = "PNG", mode: str = "RGBA") -> bytes:
    """Half see-through."""
    picture = Image.new("RGBA", (width, height))
    picture.paste("teal", (0, 0, width // 2, height))
    made = BytesIO()
    picture.convert(mode).save(made, kind)
    return made.getvalue()


async def put(person: Person, content: bytes) -> httpx.Response:
    return await person.http.put(PATH, files={"file": ("logo.png", content)})


def pictures(content: bytes) -> int:
    """How many there are on the first page of a PDF."""
    page = PdfDocument(content)[0]
    return len(list(page.get_objects(filter=[FPDF_PAGEOBJ_IMAGE], max_depth=9)))


@pytest.mark.parametrize(("kind", "mode"), [("PNG", "RGBA"), ("PNG", "P"), ("JPEG", "RGB")])
def test_it_is_made_anew(kind: str, mode: str) -> None:
    """BI-03: no larger than it is printed; what was see-through still is."""
    made, size = rules.remade(BytesIO(drawn(kind=kind, mode=mode)))
    picture = Image.open(BytesIO(made))
    assert (picture.format, picture.size, size) == ("PNG", (800, 200), (800, 200))
    if mode == "RGBA":
        assert picture.getpixel((790, 10))[3] == 0  # type: ignore[index]


def test_bombs_drawings_and_broken_pictures_are_refused() -> None:
    """BI-03: before their pixels are unfolded; what a program draws is not run."""
    bomb = BytesIO()
    Image.new("1", (20_000, 20_000)).save(bomb, "PNG")
    with pytest.raises(rules.LogoTooLarge):
        rules.remade(bomb)
    svg = b'<svg xmlns="http://www.w3.org/2000/svg"/>'
    for wrong in (b"", svg, b"%PDF-1.7", drawn()[:200], drawn(kind="GIF", mode="P")):
        with pytest.raises(rules.NotALogo):
            rules.remade(BytesIO(wrong))


async def test_a_logo_is_on_papers_until_it_is_removed(owner: Person) -> None:
    """BI-03, BI-09: on A4 and on the roll; and it is served as it is printed."""
    assert await owner.refused("GET", PATH) == (404, "logo_not_found")
    made = await estimated(owner)
    paper = f"{ESTIMATES}/{made['id']}/pdf"
    assert pictures((await owner.http.get(paper)).content) == 0
    answer = await put(owner, drawn())
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert (told["width"], told["height"], told["version"]) == (800, 200, 1)
    shown = await owner.http.get(PATH)
    assert shown.headers["content-type"] == "image/png" and len(shown.content) == told["size"]
    assert shown.headers["x-content-type-options"] == "nosniff"
    assert pictures((await owner.http.get(paper)).content) == 1
    walk_in = await owed(owner, "20.00")
    paid = await pay(owner, "20.00", of={walk_in["id"]: "20.00"})
    roll = f"{PAYMENTS}/{paid['id']}/receipt"
    assert pictures((await owner.http.get(roll, params={"format": "pdf80"})).content) == 1
    plain = await owner.post("/v1/paper-templates", {"name": "x", "show_logo": False})
    await owner.patch(f"{ESTIMATES}/{made['id']}", {"template_id": plain["id"]})
    assert pictures((await owner.http.get(paper)).content) == 0
    await owner.delete(PATH)
    await owner.delete(PATH)
    assert await owner.refused("GET", PATH) == (404, "logo_not_found")


async def test_what_is_nobody_s_logo_any_more_is_not_kept(owner: Person) -> None:
    """BI-03: also after a request that failed half-way."""
    context, tenant = owner.service.context, owner.caller.tenant_id

    async def stored() -> set[str]:
        folder = context.storage._folder
        assert folder is not None
        return {one.name.removeprefix("logo-") for one in (folder / str(tenant)).glob("logo-*")}

    await put(owner, drawn())
    first = await stored()
    assert (await put(owner, drawn(300, 300))).json()["version"] == 2
    both = await stored()
    assert len(first) == 1 and len(both) == 2
    objects: dict[str, Any] = {"objects": sorted(both)}
    await schedules.drop_logos(context, tenant, objects)
    assert await stored() == both - first
    await owner.delete(PATH)
    await schedules.drop_logos(context, tenant, objects)
    assert await stored() == set()


async def test_who_may_set_it(owner: Person) -> None:
    """GW-02, BI-03: who manages billing; and what is no picture is named."""
    async with owner.colleague("billing:read", "billing:write") as other:
        assert (await put(other, drawn())).status_code == 403
        assert await other.refused("DELETE", PATH) == (403, "forbidden")
    answer = await put(owner, b"<svg/>")
    assert (answer.status_code, answer.json()["code"]) == (422, "not_a_picture")
    answer = await put(owner, b"x" * (rules.MOST_BYTES + 1))
    assert (answer.status_code, answer.json()["code"]) == (413, "picture_too_large")
