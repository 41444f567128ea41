"""What an import costs: beside bare COPY into the same tables, and in memory."""

import asyncio
import contextlib
import csv
import io
import time
from datetime import datetime
from typing import Any, Final

import asyncpg
import orjson

from chassis.testing.eventually import eventually
from tests.bench import meter
from tests.bench.bed import Bed
from tests.bench.data import person
from tests.bench.plan import Plan
from tests.bench.quiet import Quiet
from tests.bench.report import Finding, Report

_MAPPING: Final = {
    "name": "name", "business_name": "company", "phones.number": "phone",
    "emails.address": "email", "external_id": "id",
}  # fmt: skip
# A sample costs 50 ms of a core: more of them would be part of what is measured.
_SAMPLE_SECONDS: Final = 1.0
# The rows that the import wrote, once more under other keys, and nothing of them to be relayed.
_AGAIN: Final[dict[str, dict[str, str]]] = {
    "clients": {
        "id": "uuidv7()", "serial": "serial + 100000000", "code": "'X' || code",
        "code_key": "'x' || code_key", "external_id": "'x' || external_id",
    },
    "outbox": {"id": "uuidv7()", "sent_at": "now()"},
    "audit_log": {"id": "uuidv7()"},
    "import_rows": {"row": "row + 100000000"},
}  # fmt: skip
_ONLY: Final = {
    "clients": "source = 'import' and created_at >= $1",
    "outbox": "created_at >= $1 and event like '%clients.client.created%'",
    "audit_log": "at >= $1 and action = 'created' and entity = 'clients'",
    "import_rows": "$1::timestamptz is not null and job_id = (select max(job_id::text)::uuid"
    " from import_rows)",
}  # fmt: skip
_COLUMNS: Final = """
select column_name from information_schema.columns
 where table_schema = 'public' and table_name = $1
   and is_generated = 'NEVER' and is_identity = 'NO' order by ordinal_position
"""


async def importing(bed: Bed, plan: Plan, report: Report) -> None:
    """Twice, fewer and more rows: the peak of memory of both, the speed of the second."""
    fewer, more = plan.rows
    async with Quiet(bed.stack) as quiet:
        # Once before, so that neither finds anything cold.
        peaks = [(await _import(bed, quiet, count))[0] for count in (fewer, fewer)]
        peak, job = await _import(bed, quiet, more)
    seconds = (_instant(job["ended_at"]) - _instant(job["created_at"])).total_seconds()
    copied = await _copied(bed, _instant(job["created_at"]))
    ratio = copied / seconds
    report.found(
        Finding(
            f"import of {more:,} rows, speed beside bare COPY into the same tables (at least)",
            f"**{ratio:.2f}** ({more / seconds:,.0f} rows/s, COPY {more / copied:,.0f})", "0.15",
        ),
        Finding(
            f"peak memory of all processes, import of {fewer:,} → {more:,} rows",
            f"**{peak / peaks[1]:.2f} ×** ({peaks[1]:.0f} → {peak:.0f} MB PSS)", "1.2 ×",
        ),
    )  # fmt: skip


async def _import(bed: Bed, quiet: Quiet, count: int) -> tuple[float, Any]:
    """The peak until all who hear of it have followed, and the job."""
    await bed.sign_in()
    answer = await bed.owner.ask(
        "POST", "/v1/imports", files={"file": ("clients.csv", _file(bed, count))},
        data={"mapping": orjson.dumps(_MAPPING).decode()},
    )  # fmt: skip
    assert answer.status_code == 202, answer.text
    path = f"/v1/jobs/{answer.json()['job_id']}"

    async def ended() -> Any:
        await bed.sign_in()
        job = await bed.owner.get(path)
        return job if job["ended_at"] else None

    async def over() -> Any:
        job = await eventually(ended, within=1_200, every=0.5)
        await quiet.settled()
        return job

    done = asyncio.create_task(over())
    peak = 0.0
    while not done.done():
        peak = max(peak, await asyncio.to_thread(meter.memory_mb, bed.product_roots()))
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(asyncio.shield(done), _SAMPLE_SECONDS)
    job = done.result()
    assert job["result"]["created"] == count, job
    return peak, job


def _file(bed: Bed, count: int) -> bytes:
    made = io.StringIO(newline="")
    writer = csv.writer(made)
    writer.writerow(_MAPPING.values())
    for one in (person(next(bed.numbers)) for _ in range(count)):
        writer.writerow([one.name, one.business, one.phone, one.email, f"import-{one.number}"])
    return made.getvalue().encode()


async def _copied(bed: Bed, since: datetime) -> float:
    """The seconds that COPY takes for what the last import wrote."""
    connection = await asyncpg.connect(bed.stack.database_url("clients", "superuser"))
    try:
        files = {}
        for table, changed in _AGAIN.items():
            names = [row[0] for row in await connection.fetch(_COLUMNS, table)]
            shown = ", ".join(changed.get(name, f'"{name}"') for name in names)
            made = io.BytesIO()
            query = f"select {shown} from {table} where {_ONLY[table]}"
            await connection.copy_from_query(query, since, output=made, format="binary")
            made.seek(0)
            files[table] = names, made
        began = time.perf_counter()
        for table, (names, made) in files.items():
            await connection.copy_to_table(table, source=made, columns=names, format="binary")
        return time.perf_counter() - began
    finally:
        await connection.close()


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)
