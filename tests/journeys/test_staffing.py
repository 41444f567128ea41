"""Who is responsible: clients go round by rule, and change hands when somebody leaves."""

from uuid import uuid4

from chassis.testing.eventually import eventually
from tests.product import PASSWORD, Json, Person, Product


async def _colleague(product: Product, owner: Person) -> str:
    roles = (await owner.get("/v1/roles", name="agent"))["items"]
    email = f"agent-{uuid4().hex[:10]}@example.com"
    body = {"email": email, "role_id": roles[0]["id"]}
    invitation = await owner.post("/v1/invitations", body)
    acceptance = {"token": invitation["token"], "password": PASSWORD}
    joined = await product.http.post("/v1/invitations/accept", json=acceptance)
    assert joined.status_code == 201, joined.text
    return str(joined.json()["user"]["id"])


async def test_clients_go_round_and_change_hands_when_somebody_leaves(product: Product) -> None:
    """GW-06, CL-68: from identity to clients and onto the timeline."""
    owner = await product.sign_up("معرض الخليج")
    agents = [await _colleague(product, owner) for _ in range(2)]
    rule = {"name": "الكل", "user_ids": agents, "enabled": True}
    await owner.post("/v1/assignment-rules", rule)

    async def assigned() -> list[Json]:
        """Two in a row, once the rule and both agents are known to the clients service."""
        made = [await owner.post("/v1/clients", {"name": "عميل"}) for _ in range(2)]
        found = {member["user_id"] for client in made for member in client["staff"]}
        return made if found == set(agents) else []

    clients = await eventually(assigned)
    for client in clients:
        await owner.sees(client["id"], "clients.client.created", "clients.client.staff_assigned")
    leaver, heir = agents
    await owner.post(f"/v1/users/{leaver}/deactivate", {"hand_over_to": heir})

    async def handed_over() -> bool:
        now = [await owner.get(f"/v1/clients/{client['id']}") for client in clients]
        return [client["staff"] for client in now] == [[{"user_id": heir, "role": "owner"}]] * 2

    await eventually(handed_over)
