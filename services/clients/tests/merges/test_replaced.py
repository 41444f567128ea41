"""What only merged clients still use can be removed, and parting them works afterwards."""

from clients.clients.schedules import replace_tag
from services.clients.tests.factories import Json, Person
from services.clients.tests.merges.making import undo, unite


async def two(owner: Person, **theirs: Json) -> tuple[Json, Json]:
    return await owner.make_client("مدموج", **theirs), await owner.make_client("باقٍ")


async def remove(person: Person, path: str) -> int:
    return (await person.http.delete(path)).status_code


async def place(owner: Person, name: str) -> Json:
    """A folder of one's own with a default and another status."""
    statuses = [{"name": "أول", "is_default": True}, {"name": "ثانٍ"}]
    return await owner.post("/v1/folders", {"name": name, "statuses": statuses})


async def test_a_category_or_status_of_merged_clients_alone_can_go(owner: Person) -> None:
    """CL-40, CL-74, CL-78: parted, the client is without; one that anybody shows stays."""
    category = await owner.post("/v1/categories", {"name": "فئة"})
    pinned = await owner.post("/v1/follow-up-statuses", {"name": "مثبتة", "kind": "pinned"})
    variable = await owner.post("/v1/follow-up-statuses", {"name": "متابعة"})
    used = {
        "category_id": category["id"], "pinned_status_id": pinned["id"],
        "follow_up_status_id": variable["id"],
    }  # fmt: skip
    paths = [
        f"/v1/categories/{category['id']}", f"/v1/follow-up-statuses/{pinned['id']}",
        f"/v1/follow-up-statuses/{variable['id']}",
    ]  # fmt: skip
    merged, survivor = await two(owner, **used)
    merge = await unite(owner, merged, survivor)
    assert [await remove(owner, path) for path in paths] == [409, 409, 409]
    assert (await owner.get(survivor["url"]))["category_id"] == category["id"]
    await owner.patch(survivor["url"], {"category_id": None})
    await owner.post(
        f"{survivor['url']}/status", {"pinned_status_id": None, "follow_up_status_id": None}
    )
    away = await owner.make_client("مؤرشف", category_id=category["id"])
    await owner.post(f"{away['url']}/archive")
    assert await remove(owner, paths[0]) == 409
    await owner.patch(away["url"], {"category_id": None})
    assert [await remove(owner, path) for path in paths] == [204, 204, 204]
    await undo(owner, merge)
    back = await owner.get(merged["url"])
    assert [back[name] for name in used] == [None, None, None]
    assert (await owner.get(survivor["url"]))["category_id"] is None


async def test_what_the_survivor_had_before_may_be_gone_when_they_part(owner: Person) -> None:
    """CL-74, CL-78"""
    old, new = [await owner.post("/v1/categories", {"name": name}) for name in ("أ", "ب")]
    merged = await owner.make_client("مدموج", category_id=new["id"])
    survivor = await owner.make_client("باقٍ", category_id=old["id"])
    merge = await unite(owner, merged, survivor, category_id="merged")
    assert await remove(owner, f"/v1/categories/{old['id']}") == 204
    await undo(owner, merge)
    assert (await owner.get(survivor["url"]))["category_id"] is None
    assert (await owner.get(merged["url"]))["category_id"] == new["id"]


async def test_a_status_of_a_folder_falls_to_its_default(owner: Person) -> None:
    """CL-70, CL-78"""
    folder = await place(owner, "مجلد")
    default, other = folder["statuses"]
    merged, survivor = await two(owner, folder_id=folder["id"], status_id=other["id"])
    merge = await unite(owner, merged, survivor)
    path = f"/v1/folders/{folder['id']}/statuses"
    away = await owner.make_client("مؤرشف", folder_id=folder["id"], status_id=other["id"])
    await owner.post(f"{away['url']}/archive")
    assert await remove(owner, f"{path}/{other['id']}") == 409
    await owner.post(f"{away['url']}/status", {"status_id": default["id"]})
    assert await remove(owner, f"{path}/{default['id']}") == 409
    assert await remove(owner, f"{path}/{other['id']}") == 204
    await undo(owner, merge)
    back = await owner.get(merged["url"])
    assert (back["folder_id"], back["status_id"]) == (folder["id"], default["id"])


async def test_a_folder_of_merged_clients_alone_falls_to_their_survivors(owner: Person) -> None:
    """CL-69, CL-78: nothing is half done where somebody else is in it."""
    folder = await place(owner, "مجلد")
    merged, survivor = await two(owner, folder_id=folder["id"])
    merge = await unite(owner, merged, survivor)
    path = f"/v1/folders/{folder['id']}"
    away = await owner.make_client("مؤرشف", folder_id=folder["id"])
    await owner.post(f"{away['url']}/archive")
    assert await owner.refused("DELETE", path) == (409, "folder_not_empty")
    assert (await owner.get(path))["statuses"] == folder["statuses"]
    await owner.post(f"{away['url']}/move", {"folder_id": survivor["folder_id"]})
    assert await remove(owner, path) == 204
    await undo(owner, merge)
    back = await owner.get(merged["url"])
    assert (back["folder_id"], back["status_id"]) == (
        survivor["folder_id"], survivor["status_id"],
    )  # fmt: skip
    assert sorted(await owner.found(folder_id=survivor["folder_id"])) == sorted(["مدموج", "باقٍ"])


async def test_a_field_or_tag_that_is_gone_does_not_hinder_parting(owner: Person) -> None:
    """CL-45, CL-75, CL-78: a field with values is archived, and parting brings them back."""
    field = await owner.post("/v1/custom-fields", {"key": "size", "label": "قياس", "type": "text"})
    merged, survivor = await two(owner, custom_fields={"size": "M"}, tags=["قديم"])
    merge = await unite(owner, merged, survivor)
    await owner.patch(survivor["url"], {"custom_fields": {"size": None}})
    assert await remove(owner, f"/v1/custom-fields/{field['id']}") == 204
    tags = (await owner.get("/v1/tags"))["items"]
    [tag] = [one for one in tags if one["name"] == "قديم"]
    assert await remove(owner, f"/v1/tags/{tag['id']}") == 204
    context = owner.service.context
    await replace_tag(context, owner.caller.tenant_id, {"old": "قديم", "new": None})
    await undo(owner, merge)
    back, kept = await owner.get(merged["url"]), await owner.get(survivor["url"])
    assert (back["custom_fields"], back["tags"]) == ({"size": "M"}, [])
    assert (kept["custom_fields"], kept["tags"]) == ({}, [])


async def test_a_value_that_a_merge_took_away_keeps_its_field(owner: Person) -> None:
    """CL-45, CL-78: nobody has it now, and parting gives it back."""
    field = await owner.post("/v1/custom-fields", {"key": "size", "label": "قياس", "type": "text"})
    merged = await owner.make_client("مدموج")
    survivor = await owner.make_client("باقٍ", custom_fields={"size": "L"})
    merge = await unite(owner, merged, survivor, **{"custom_fields.size": "merged"})
    assert (await owner.get(survivor["url"]))["custom_fields"] == {}
    assert await remove(owner, f"/v1/custom-fields/{field['id']}") == 204
    assert (await owner.get(f"/v1/custom-fields/{field['id']}"))["archived"]
    await undo(owner, merge)
    assert (await owner.get(survivor["url"]))["custom_fields"] == {"size": "L"}
    assert await remove(owner, f"/v1/custom-fields/{field['id']}") == 204


async def test_a_tag_that_was_renamed_meanwhile_goes_with_who_had_it(owner: Person) -> None:
    """CL-75, CL-78"""
    for ours in ([], ["قديم"], ["آخر"]):
        merged = await owner.make_client("مدموج", tags=["قديم", "ثالث"])
        survivor = await owner.make_client("باقٍ", tags=ours)
        merge = await unite(owner, merged, survivor)
        tags = (await owner.get("/v1/tags"))["items"]
        [tag] = [one for one in tags if one["name"] == "قديم"]
        await owner.patch(f"/v1/tags/{tag['id']}", {"name": "جديد"})
        context, renamed = owner.service.context, {"old": "قديم", "new": "جديد"}
        await replace_tag(context, owner.caller.tenant_id, renamed)
        await undo(owner, merge)
        back, kept = await owner.get(merged["url"]), await owner.get(survivor["url"])
        assert sorted(back["tags"]) == ["ثالث", "جديد"]
        assert kept["tags"] == [renamed["new"] if one == "قديم" else one for one in ours]
        await owner.patch(f"/v1/tags/{tag['id']}", {"name": "قديم"})
