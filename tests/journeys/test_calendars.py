"""Stories of calendars: shown on phones of somebody else's making."""

from pathlib import Path

import pytest

from chassis.testing.eventually import eventually
from tests import phone
from tests.product import Product


@pytest.mark.timeout(240)
async def test_a_phone_shows_ones_appointments(product: Product, tmp_path: Path) -> None:
    """SC-03: through the gateway, from the host's name on; it is shown what it asks for and changes
    nothing.
    """
    owner = await product.sign_up()
    client = await owner.post("/v1/clients", {"name": "ليلى"})
    me = (await owner.get("/v1/me"))["user"]["id"]
    now = (await owner.post("/v1/tasks", {"title": "x"}))["created_at"]
    day = f"{int(now[:4]) + (now[5:7] == '12')}-{int(now[5:7]) % 12 + 1:02}-10"
    made = await owner.post("/v1/appointments", {
        "client_id": client["id"], "staff_ids": [me], "starts_at": f"{day}T09:00:00Z",
        "duration_minutes": 45, "title": "استشارة", "recurrence": "FREQ=DAILY;COUNT=3",
    })  # fmt: skip
    feed = await owner.post("/v1/calendars", {"name": "هاتفي"})
    python = await phone.set_up(tmp_path / "phone")
    window = (f"{day}T00:00:00+00:00", f"{day}T23:00:00+00:00")

    async def shown() -> bool:
        found = await phone.look(python, feed["caldav_url"], owner.email, feed["token"], *window)
        assert (found["name"], found["wrote"]) == ("هاتفي", False)
        assert found["all"] == 3
        [event] = found["events"]
        assert event["uid"] == f"{made['id']}@diwan"
        assert event["starts_at"] == f"{day}T09:00:00+00:00"
        return bool(event["summary"] == "استشارة · ليلى")

    await eventually(shown)
