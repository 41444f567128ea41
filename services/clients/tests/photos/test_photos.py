"""Photos: made anew, seen as the client is; and avatars of initials in any script."""

from io import BytesIO
from uuid import UUID
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from chassis.caller import system
from chassis.errors import Failure
from clients.photos import schedules
from clients.photos.rules import initials, pictures
from clients.photos.use_cases import forget_photo
from services.clients.tests.conftest import Events
from services.clients.tests.factories import Json, Person
from services.clients.tests.files.uploading import refused, sent

ID = UUID("01890a5d-ac96-774b-bcce-b302099a8057")
ORIENTATION, CAMERA, PLACE = 0x0112, 0x0110, 0x8825


def photo(width: int = 900, height: int = 600, kind: str = "JPEG") -> bytes:
    """Red above blue, lying on its side, with what a telephone writes into it."""
    picture = Image.new("RGB", (width, height), "red")
    picture.paste((0, 0, 255), (0, 0, width // 2, height))
    exif = Image.Exif()
    exif[ORIENTATION], exif[CAMERA] = 6, "Diwan Phone"
    exif.get_ifd(PLACE)[2] = (24.7, 46.6, 0.0)
    made = BytesIO()
    picture.save(made, kind, exif=exif)
    return made.getvalue()


def opened(content: bytes) -> Image.Image:
    return Image.open(BytesIO(content))


def test_a_photo_is_upright_square_and_tells_nothing_of_where_it_was_taken() -> None:
    """CL-34"""
    assert b"Diwan Phone" in photo()
    made = pictures.squares(BytesIO(photo()))
    for size in (512, 128):
        picture = opened(made[size])
        assert (picture.format, picture.size) == ("WEBP", (size, size))
        assert not picture.getexif()
        assert b"Diwan Phone" not in made[size]
        # Turned upright, what lay on the left is on top.
        top, bottom = (picture.convert("RGB").getpixel((size // 2, y)) for y in (5, size - 5))
        assert top[2] > 200 > 60 > top[0]  # type: ignore[index]
        assert bottom[0] > 200 > 60 > bottom[2]  # type: ignore[index]


@pytest.mark.parametrize("kind", ["PNG", "GIF", "WEBP"])
def test_other_kinds_and_see_through_ones_become_photos(kind: str) -> None:
    made = BytesIO()
    Image.new("RGBA", (50, 20), (0, 0, 0, 0)).save(made, kind)
    assert opened(pictures.squares(made)[128]).mode == "RGB"


def test_bombs_and_broken_pictures_are_refused() -> None:
    """CL-34: before their pixels are unfolded."""
    bomb = BytesIO()
    Image.new("1", (20_000, 20_000)).save(bomb, "PNG")
    assert len(bomb.getvalue()) < 100_000
    with pytest.raises(pictures.PictureTooLarge):
        pictures.squares(bomb)
    for wrong in (b"", b"<svg/>", b"%PDF-1.7", photo()[:300], photo(kind="TIFF")):
        with pytest.raises(pictures.NotAPicture):
            pictures.squares(BytesIO(wrong))


@given(st.binary(max_size=200), st.sampled_from([b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF89a"]))
def test_no_bytes_are_a_fault(content: bytes, start: bytes) -> None:
    try:
        pictures.squares(BytesIO(start + content))
    except Failure as failure:
        assert failure.status in (413, 422)


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("نورة العتيبي", "ن\u200cع"), ("شركة النور للمقاولات", "ش\u200cل"), ("محمد", "م"),
        ("Sara Ali", "SA"), ("jean-luc picard", "JP"), ("عبدالله آل سعود", "ع\u200cس"),
        ("ـمحمد", "م"), ("مُحَمَّد", "م"), ("  ", "•"), ("!!!", "•"), ("<b> &x", "BX"), ("42", "4"),
        ("ال", "ا"), ("Ünal", "Ü"),
    ],
)  # fmt: skip
def test_initials_are_what_a_reader_says(name: str, letters: str) -> None:
    """CL-34: Arabic ones without the article, and never joined to a word."""
    assert initials.initials(name) == letters


@given(st.text(max_size=60).filter(lambda text: not any("\ud800" <= c <= "\udfff" for c in text)))
def test_any_name_has_an_avatar(name: str) -> None:
    drawn = initials.avatar(name, ID)
    assert drawn == initials.avatar(name, ID)
    text = ElementTree.fromstring(drawn)[1]  # noqa: S314 - our own
    assert 1 <= len(text.text or "") <= 3
    assert text.get("direction") in ("rtl", "ltr")


def _luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("colour", initials.COLOURS)
def test_white_letters_are_read_on_every_colour(colour: str) -> None:
    """WCAG 2.2, 1.4.3"""
    assert 1.05 / (_luminance(colour) + 0.05) >= 4.5


async def _put(person: Person, client: Json, content: bytes) -> Json:
    answer = await sent(person, f"{client['url']}/photo", content, "me.jpg")
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


async def test_a_client_has_initials_until_it_has_a_photo(owner: Person, events: Events) -> None:
    """CL-34: shown privately, asked for again only when it is another one."""
    client = await owner.make_client("نورة العتيبي")
    assert client["photo_url"] == f"{client['url']}/photo"
    listed = (await owner.get("/v1/clients"))["items"]
    assert [one["photo_url"] for one in listed] == [client["photo_url"]]
    drawn = await owner.http.get(client["photo_url"])
    assert (drawn.status_code, drawn.headers["content-type"]) == (200, "image/svg+xml")
    assert "ن\u200cع" in drawn.text
    assert drawn.headers["cache-control"].startswith("private")
    assert "sandbox" in drawn.headers["content-security-policy"]
    assert (await _put(owner, client, photo()))["photo_url"] == client["photo_url"]
    shown = await owner.http.get(client["photo_url"])
    assert (opened(shown.content).size, shown.headers["content-type"]) == (
        (512, 512), "image/webp",
    )  # fmt: skip
    small = await owner.http.get(client["photo_url"], params={"size": 128})
    assert opened(small.content).size == (128, 128)
    tags = {one.headers["etag"] for one in (drawn, shown, small)}
    assert len(tags) == 3
    again = await owner.http.get(
        client["photo_url"], headers={"If-None-Match": shown.headers["etag"]}
    )
    assert again.status_code == 304
    assert (await owner.http.get(client["photo_url"], params={"size": 5})).status_code == 422
    assert (await owner.http.delete(client["photo_url"])).status_code == 204
    assert (await owner.http.get(client["photo_url"])).content == drawn.content
    told = [e["data"].get("changed") for e in await events(owner.caller)]
    assert told.count(["photo"]) == 2


async def test_a_photo_is_seen_and_changed_as_its_client_is(owner: Person) -> None:
    """CL-34"""
    hidden, mine = await owner.make_client("hidden"), await owner.make_client("mine")
    await _put(owner, hidden, photo())
    path = f"{hidden['url']}/photo"
    assert await refused(owner, path, b"%PDF-1.7") == (422, "not_a_picture")
    assert await refused(owner, path, b"x" * 15_000_001) == (413, "picture_too_large")
    async with owner.colleague(visibility="assigned") as agent:
        member = {"user_id": str(agent.caller.user_id), "role": "watcher"}
        await owner.post(f"{mine['url']}/staff", {"add": [member]})
        for method in ("GET", "DELETE"):
            assert await agent.refused(method, path) == (404, "client_not_found")
        assert await refused(agent, path, photo()) == (404, "client_not_found")
        theirs = f"{mine['url']}/photo"
        assert await refused(agent, theirs, photo()) == (403, "folder_not_writable")
        assert (await agent.http.get(theirs)).status_code == 200
    async with owner.colleague(permissions=frozenset({"clients:read"})) as reader:
        assert await refused(reader, path, photo()) == (403, "forbidden")


async def test_pictures_that_nobody_has_any_more_are_removed(owner: Person) -> None:
    """CL-34: the one before, and all of a client that is erased."""
    client = await owner.make_client()
    context, tenant = owner.service.context, owner.caller.tenant_id

    async def stored() -> list[str]:
        folder = context.storage._folder
        assert folder is not None
        return sorted(one.name for one in (folder / str(tenant)).glob("*-*"))

    await _put(owner, client, photo())
    first = await stored()
    await _put(owner, client, photo(kind="PNG"))
    assert len(first) == 2
    assert len(await stored()) == 4
    ids = {name.rpartition("-")[0] for name in await stored()}
    await schedules.drop_photos(context, tenant, {"objects": sorted(ids)})
    left = await stored()
    assert len(left) == 2
    assert set(left).isdisjoint(first)
    async with context.database.work(system(tenant, "clients")) as work:
        await forget_photo(work, UUID(client["id"]))
    await schedules.drop_photos(context, tenant, {"objects": sorted(ids)})
    assert await stored() == []
