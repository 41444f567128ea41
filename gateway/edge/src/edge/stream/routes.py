"""HTTP door of the live stream."""

import asyncio
import time
from contextlib import suppress
from functools import partial

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from chassis.errors import Invalid
from chassis.http.door import SIGNED_IN, authenticate
from chassis.http.router import Caller, Context, router
from edge.stream.rules import frames
from edge.stream.use_cases.hub import Hub
from edge.stream.use_cases.listening import Listener

routes = router("/v1/stream", "Live stream")
_MEDIA_TYPE = "text/event-stream"
# Clocks of hosts differ; nobody was told of anything in the future.
_AHEAD = 60_000_000_000
# Neither kept nor held back by whatever stands between us and the reader.
_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


class EventStream(Response):
    """An answer that goes on until its reader leaves or is cut off."""

    media_type = _MEDIA_TYPE

    def __init__(self, hub: Hub, listener: Listener, beat: float) -> None:
        super().__init__(headers=_HEADERS)
        del self.headers["content-length"]
        self._hub, self._listener, self._beat = hub, listener, beat

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        leaving = asyncio.create_task(self._end_with(receive))
        try:
            await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
            while (some := await self._listener.next(self._beat)) is not None:
                body = some or frames.beat(self._hub.at)
                message = {"type": "http.response.body", "body": body, "more_body": True}
                # Who takes nothing for so long is gone, or as good as that.
                await asyncio.wait_for(send(message), self._beat)
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        except TimeoutError:
            return
        finally:
            self._hub.leave(self._listener)
            leaving.cancel()
            with suppress(asyncio.CancelledError):
                await leaving

    async def _end_with(self, receive: Receive) -> None:
        while (await receive())["type"] != "http.disconnect":
            continue
        self._listener.end()


@routes.get("", permission=SIGNED_IN, response_model=None, files=(_MEDIA_TYPE,))
async def read_stream(context: Context, request: Request, caller: Caller) -> Response:
    """Hear of everything you may see as it happens, as server-sent events.

    Each carries a CloudEvent as in /asyncapi.json. Send `Last-Event-ID` to go on where a
    connection ended; an event `gap` says that this was too long ago.
    """
    hub, settings = context.kept(Hub), context.settings
    listener = Listener(caller, partial(authenticate, request, context), settings.stream_queue)
    await hub.join(listener, _since(request))
    return EventStream(hub, listener, settings.stream_beat_seconds)


def _since(request: Request) -> int | None:
    given = request.headers.get("last-event-id")
    if not given:
        return None
    is_place = given.isascii() and given.isdigit() and len(given) < 20
    if not is_place or int(given) > time.time_ns() + _AHEAD:
        raise Invalid("This is no place in the stream.", field="Last-Event-ID")
    return int(given)
