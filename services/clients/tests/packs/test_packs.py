"""Industry packs: folders, fields, statuses and tags of a trade, given and taken back."""

import asyncio
from typing import Any

import pytest

from services.clients.tests.factories import Person

PACKS = ["clinic", "contracting", "gym", "salon"]
KINDS = {
    "tags": "/v1/tags", "categories": "/v1/categories", "folders": "/v1/folders",
    "follow_up_statuses": "/v1/follow-up-statuses", "custom_fields": "/v1/custom-fields",
}  # fmt: skip


async def _everything(person: Person) -> dict[str, list[str]]:
    """The ids of what packs consist of."""
    found: dict[str, list[str]] = {}
    for kind, path in KINDS.items():
        items = (await person.get(path, limit=200))["items"]
        found[kind] = sorted(item["id"] for item in items)
    return found


async def _part(person: Person, pack: str, kind: str, key: str) -> Any:
    parts = (await person.get(f"/v1/packs/{pack}"))["parts"]
    return next(part for part in parts if (part["kind"], part["key"]) == (kind, key))


async def test_the_packs_are_told_in_both_languages(owner: Person) -> None:
    """CL-54: field sets by industry; nothing is there before it is asked for."""
    page = await owner.get("/v1/packs", count=True)
    assert [pack["name"] for pack in page["items"]] == PACKS
    assert (page["total"], page["next_cursor"]) == (len(PACKS), None)
    for pack in page["items"]:
        assert not pack["installed"]
        assert {part["kind"] for part in pack["parts"]} == set(KINDS)
        names = [pack["title"], pack["description"], *(part["name"] for part in pack["parts"])]
        assert all(name["ar"] and name["en"] for name in names)


@pytest.mark.parametrize("name", PACKS)
async def test_a_pack_comes_whole_and_goes_whole(owner: Person, name: str) -> None:
    """CL-54: installed twice is installed once; uninstalled, all is as before."""
    before = await _everything(owner)
    installed = await owner.post(f"/v1/packs/{name}/install")
    assert installed["installed"]
    assert all(part["id"] for part in installed["parts"])
    with_pack = await _everything(owner)
    for part in installed["parts"]:
        assert part["id"] in with_pack[part["kind"]]
        assert part["id"] not in before[part["kind"]]
    again = await owner.post(f"/v1/packs/{name}/install")
    assert [part["id"] for part in again["parts"]] == [part["id"] for part in installed["parts"]]
    assert await _everything(owner) == with_pack

    gone = await owner.post(f"/v1/packs/{name}/uninstall")
    assert gone == {"name": name, "removed": len(installed["parts"]), "kept": []}
    assert await _everything(owner) == before
    assert not (await owner.get(f"/v1/packs/{name}"))["installed"]


async def test_its_fields_belong_to_its_folders(owner: Person) -> None:
    """CL-54: a patient has a blood type, a lead does not."""
    await owner.post("/v1/packs/clinic/install")
    patients = (await _part(owner, "clinic", "folders", "patients"))["id"]
    leads = (await owner.folder("Leads"))["id"]
    patient = await owner.make_client(
        "سارة الحربي", folder_id=patients, custom_fields={"blood_type": "O+"}
    )
    assert patient["custom_fields"] == {"blood_type": "O+"}
    body = {"name": "ريم", "folder_id": leads, "custom_fields": {"blood_type": "O+"}}
    assert (await owner.refused("POST", "/v1/clients", body))[0] == 422


async def test_what_clients_have_stays_and_is_taken_up_again(owner: Person) -> None:
    """CL-54, CL-78: uninstalling takes nothing from a client."""
    await owner.post("/v1/packs/gym/install")
    members = (await _part(owner, "gym", "folders", "members"))["id"]
    goal = (await _part(owner, "gym", "custom_fields", "training_goal"))["id"]
    tag = (await _part(owner, "gym", "tags", "Ambassador"))["name"]["ar"]
    member = await owner.make_client(
        "خالد", folder_id=members, tags=[tag], custom_fields={"training_goal": "muscle"}
    )
    kept = (await owner.post("/v1/packs/gym/uninstall"))["kept"]
    assert sorted((part["kind"], part["key"]) for part in kept) == [
        ("custom_fields", "training_goal"), ("folders", "members"), ("tags", "Ambassador"),
    ]  # fmt: skip
    after = await owner.get(f"/v1/clients/{member['id']}")
    assert after == member
    await owner.post("/v1/packs/gym/install")
    assert (await _part(owner, "gym", "folders", "members"))["id"] == members
    assert (await _part(owner, "gym", "custom_fields", "training_goal"))["id"] == goal


async def test_what_the_company_has_under_the_same_name_stays_its_own(owner: Person) -> None:
    own = await owner.post(
        "/v1/custom-fields", {"key": "blood_type", "label": "الفصيلة", "type": "text"}
    )
    tag = await owner.post("/v1/tags", {"name": "حساسيه"})  # spelled otherwise, the same tag
    installed = await owner.post("/v1/packs/clinic/install")
    mine = {(part["kind"], part["key"]): part["id"] for part in installed["parts"]}
    assert mine["custom_fields", "blood_type"] is mine["tags", "Allergy"] is None
    assert (await owner.post("/v1/packs/clinic/uninstall"))["kept"] == []
    assert await owner.get(f"/v1/custom-fields/{own['id']}") == own
    assert (await owner.get(f"/v1/tags/{tag['id']}"))["name"] == "حساسيه"


async def test_two_installations_at_once_are_one(owner: Person) -> None:
    answers = await asyncio.gather(*(owner.post("/v1/packs/salon/install") for _ in range(4)))
    assert len({str(answer["parts"]) for answer in answers}) == 1
    brides = [
        folder for folder in (await owner.get("/v1/folders", limit=200))["items"]
        if folder["name"]["en"] == "Brides"
    ]  # fmt: skip
    assert len(brides) == 1


async def test_only_who_manages_installs_and_only_what_there_is(owner: Person) -> None:
    async with owner.colleague(permissions=frozenset({"clients:read"})) as reader:
        assert len((await reader.get("/v1/packs"))["items"]) == len(PACKS)
        for verb in ("install", "uninstall"):
            assert (await reader.refused("POST", f"/v1/packs/gym/{verb}"))[0] == 403
    assert await owner.refused("POST", "/v1/packs/bakery/install") == (404, "pack_not_found")
    assert await owner.refused("GET", "/v1/packs/bakery") == (404, "pack_not_found")
    assert (await owner.post("/v1/packs/gym/uninstall"))["removed"] == 0
