"""What a hundred times the appointments cost who asks for a week, a client's, or somebody's own."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from tests.bench.bed import Bed, Say, bed
from tests.bench.copying import known_clients
from tests.bench.diary import STAFF, at, diary, fill, hired, of_week, set_once
from tests.bench.plan import Plan
from tests.bench.report import Report
from tests.bench.selling_growth import Ask, ask_each

EACH: Final = 20
"""So many appointments has each client, however many there are."""
_FIRST: Final = datetime(2031, 1, 1, tzinfo=UTC)
# Of those that are there in both.
_DAYS: Final = 3


def _window(turn: int) -> str:
    """A few hours, in which as many begin in both."""
    since = _FIRST + timedelta(hours=turn % (24 * _DAYS))
    return f"starts_from={at(since)}&starts_to={at(since + timedelta(hours=2))}"


async def planning_growth(folder: Path, plan: Plan, report: Report, say: Say) -> None:
    """Each list of both, in turn; each client has as many in both, and so does each half hour."""
    few, many = plan.appointments
    async with (
        bed(folder / "few", few // EACH, say) as small,
        bed(folder / "many", many // EACH, say) as large,
    ):
        began = datetime.now(UTC)
        kept = {one: await _planned(one, count) for one, count in ((small, few), (large, many))}
        say(f"{few + many:,} appointments set in {(datetime.now(UTC) - began).seconds} s")
        whose = {one: clients for one, (clients, _) in kept.items()}
        staff = {one: people for one, (_, people) in kept.items()}
        sizes = f"{few:,} → {many:,} appointments"
        await ask_each((small, large), whose, _PATHS, plan, report, sizes)
        await ask_each((small, large), staff, _OF_STAFF, plan, report, sizes)


async def _planned(one: Bed, count: int) -> tuple[list[str], list[str]]:
    """Some of the clients, and the staff."""
    connection = await diary(one)
    try:
        known = await known_clients(one, connection, count // EACH)
        clients = [str(each) for each in known]
        staff = await hired(one, connection)
        body = {"client_id": clients[0], "staff_ids": [staff[0]], "duration_minutes": 30,
                "starts_at": at(_FIRST - timedelta(days=30)), "title": "استشارة"}  # fmt: skip
        like = await set_once(one, body)
        await fill(connection, like, count, staff, clients, _FIRST)
    finally:
        await connection.close()
    return clients[:: max(1, len(clients) // 500)], staff


_PATHS: Final[dict[str, Ask]] = {
    "list a client's appointments": lambda one, _: f"/appointments?limit=50&client_id={one}",
    "list 50 appointments of two hours":
        lambda _, turn: f"/appointments?limit=50&{_window(turn)}",
    "list the appointments that changed last": lambda *_: "/appointments?limit=50&sort=-updated_at",
}  # fmt: skip
_OF_STAFF: Final[dict[str, Ask]] = {
    f"list a week of one of {STAFF} staff": lambda one, _: of_week([one], _FIRST),
    "list somebody's next 50 appointments":
        lambda one, _: f"/appointments?limit=50&staff_id={one}&starts_from={at(_FIRST)}",
}  # fmt: skip
