"""Who listens where: the gateway's server list and the services' list of gRPC peers."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from local.files import write_atomically
from local.replicas import Replica

# The gateway must see "not ready" before a draining service closes its door.
# A busy machine may take half a second to answer: that must not shut out the only replica.
HEALTH_CHECK = {"path": "/internal/readyz", "interval": "1s", "timeout": "900ms"}


def write_servers(path: Path, drafts: Path, replicas: Mapping[str, Iterable[Replica]]) -> None:
    """Traefik's servers.yml (JSON is YAML too); broken or missing, it would be a 404 for all."""
    services = {
        name: _load_balancer([f"http://{replica.http_address}" for replica in running])
        for name, running in replicas.items()
    }
    content = json.dumps({"http": {"services": services}}, indent=1)
    write_atomically(path, content, beside=drafts)


def write_peers(path: Path, replicas: Mapping[str, Iterable[Replica]]) -> None:
    """The gRPC addresses that the services watch; `<name>.http` is for the edge's documents."""
    addresses: dict[str, list[str]] = {}
    for name, running in replicas.items():
        known = list(running)
        addresses[name] = [replica.grpc_address for replica in known]
        addresses[f"{name}.http"] = [replica.http_address for replica in known]
    write_atomically(path, json.dumps(addresses, indent=1))


def _load_balancer(urls: list[str]) -> dict[str, object]:
    balancer: dict[str, object] = {
        "serversTransport": "services",
        "servers": [{"url": url} for url in urls],
    }
    # Where there is no other to turn to, a slow check would only shut out the one there is.
    if len(urls) > 1:
        balancer["healthCheck"] = HEALTH_CHECK
    return {"loadBalancer": balancer}
