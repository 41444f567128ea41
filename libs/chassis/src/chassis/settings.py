"""Typed settings that every service reads from its environment."""

from pathlib import Path
from typing import Literal

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

Role = Literal["api", "worker", "all", "migrate"]


class ChassisSettings(BaseSettings):
    """Environment of one process; every name is prefixed with DIWAN_."""

    model_config = SettingsConfigDict(env_prefix="DIWAN_", frozen=True)

    service: str
    database_owner_url: SecretStr
    database_app_url: SecretStr
    database_worker_url: SecretStr
    nats_url: str
    nats_replicas: int = 1
    redis_url: str
    service_key: SecretStr
    master_keys: SecretStr

    http_host: str = "127.0.0.1"
    http_port: int = 8000
    grpc_host: str = "127.0.0.1"
    grpc_port: int = 9000
    public_url: str = "http://127.0.0.1:8080"

    peers_file: Path | None = None
    peers: dict[str, str] = {}

    # file:///folder or s3://bucket/prefix; without keys those that the machine itself has are used.
    files_url: str = "file:///var/lib/diwan/files"
    s3_endpoint: str | None = None
    s3_region: str = "us-east-1"
    s3_access_key: SecretStr | None = None
    s3_secret_key: SecretStr | None = None
    # Bytes of a file that is sent; the gateway reads the same variable and adds a little.
    upload_limit: int = 100_000_000
    # How many trusted proxies stand in front of the gateway, which reads the same variable.
    proxy_depth: int = 0
    # Links that lead nowhere, of one address in ten minutes, before it is held up.
    guesses: int = 60
    database_pool: int = 16
    worker_pool: int = 8
    consumer_batch: int = 64
    consumer_max_deliveries: int = 6
    job_concurrency: int = 16
    # Longer than the gateway's health check takes to see "not ready": its interval and time-out.
    drain_seconds: float = 2.0
    otlp_endpoint: str | None = None
    trace_ratio: float = 0.05
    log_level: str = "INFO"
