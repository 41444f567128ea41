"""Where a request comes from."""

from starlette.requests import Request

from chassis.addresses import first_untrusted


def caller_address(request: Request) -> str:
    """The address of who called the gateway, or the proxies in front of it."""
    peer = request.client.host if request.client else None
    depth: int = request.scope["context"].chassis_settings.proxy_depth
    return first_untrusted(request.headers.get("x-forwarded-for", ""), peer, depth)
