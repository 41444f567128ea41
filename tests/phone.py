"""A phone of somebody else's making: the client of CalDAV, in an environment of its own, as what it
needs would take the place of what the product's own clients need.
"""

import asyncio
import json
from pathlib import Path
from typing import Any, Final

_HERE: Final = Path(__file__).parent
_UV: Final = _HERE.parent / "deploy" / "local" / "uv.sh"
# Knows the host alone, as somebody types it in; prints what it finds.
_PROGRAM: Final = """
import json, sys
from datetime import datetime, timezone
import caldav
url, name, token, since, until = sys.argv[1:]
at = lambda text: datetime.fromisoformat(text).astimezone(timezone.utc)
with caldav.DAVClient(url=url, username=name, password=token) as client:
    [calendar] = client.principal().calendars()
    found = calendar.search(start=at(since), end=at(until), event=True, expand=False)
    events = [one.icalendar_component for one in found]
    try:
        calendar.save_event(dtstart=at(since), dtend=at(until), summary="x")
        wrote = True
    except caldav.lib.error.DAVError:
        wrote = False
    print(json.dumps({
        "name": calendar.get_display_name(), "all": len(calendar.events()), "wrote": wrote,
        "events": [{"uid": str(one["uid"]), "summary": str(one["summary"]),
                    "starts_at": one["dtstart"].dt.isoformat()} for one in events],
    }))
"""


async def set_up(folder: Path) -> Path:
    """A phone in a folder: its Python."""
    await _run(_UV, "venv", "-q", folder)
    python = folder / "bin" / "python"
    given = ("--python", python, "--require-hashes", "-r", _HERE / "phone.txt")
    await _run(_UV, "pip", "install", "-q", *given)
    return python


async def look(python: Path, *asked: str) -> dict[str, Any]:
    """What it shows: of `url`, `name`, `token`, from when and until when."""
    shown: dict[str, Any] = json.loads(await _run(python, "-c", _PROGRAM, *asked))
    return shown


async def _run(program: Path, *arguments: object) -> bytes:
    pipe = asyncio.subprocess.PIPE
    running = await asyncio.create_subprocess_exec(
        program, *map(str, arguments), stdout=pipe, stderr=pipe
    )
    out, err = await running.communicate()
    assert running.returncode == 0, err.decode()
    return out
