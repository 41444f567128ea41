"""HTTP door of signing keys."""

import orjson
from starlette.responses import Response

from chassis.http.door import PUBLIC
from chassis.http.router import JSON, Context, router
from edge.signing_keys import use_cases

routes = router("/.well-known", "Signing in")


@routes.get("/jwks.json", permission=PUBLIC)
async def get_keys(context: Context) -> Response:
    """Read the public keys that verify access tokens (RFC 7517)."""
    keys = await use_cases.public_keys(context)
    headers = {"Cache-Control": "public, max-age=60"}
    return Response(orjson.dumps(keys), headers=headers, media_type=JSON)
