"""The archive: every event this service ever published, to rebuild a projection from."""

from collections.abc import AsyncIterator, Sequence
from typing import Final

from chassis.events import Event, from_json
from chassis.pool import Connection

_PAGE: Final = 1000
_READ = """
select position, event from outbox
 where position > $1 and sent_at is not null and (cardinality($2::text[]) = 0 or exists (
       select from unnest($2) as kind where subject like 'events.' || kind))
 order by position limit $3
"""


async def read_archive(
    connection: Connection, after_position: int = 0, types: Sequence[str] = (),
) -> AsyncIterator[tuple[int, Event]]:  # fmt: skip
    """Position and event, in the order written; `types` are patterns as of a consumer."""
    patterns = [_pattern(kind) for kind in types]
    while rows := await connection.fetch(_READ, after_position, patterns, _PAGE):
        for row in rows:
            yield row["position"], from_json(row["event"])
        after_position = rows[-1]["position"]


def _pattern(kind: str) -> str:
    """A type as a LIKE pattern over subjects, which end in the tenant."""
    escaped = kind.replace("\\", "\\\\").replace("_", r"\_").replace("%", r"\%")
    return f"{escaped.removesuffix('>')}%" if kind.endswith(">") else f"{escaped}.%"
