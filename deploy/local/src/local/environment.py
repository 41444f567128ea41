"""The settings that a service of the local stack finds in its environment."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from local.stack import Stack

# What a program must find when it begins.
PROCESS = {
    "PYTHONUNBUFFERED": "1",
    # gRPC's threads would each get a heap of their own.
    "MALLOC_ARENA_MAX": "2",
}


def service_environment(stack: "Stack", name: str) -> dict[str, str]:
    """Addresses and secrets; ports may change, so this is asked anew at every start."""
    return {
        "DIWAN_DATABASE_OWNER_URL": stack.database_url(name, "owner"),
        "DIWAN_DATABASE_APP_URL": stack.database_url(name, "app"),
        "DIWAN_DATABASE_WORKER_URL": stack.database_url(name, "worker"),
        "DIWAN_NATS_URL": stack.nats.url,
        "DIWAN_REDIS_URL": stack.valkey.url,
        "DIWAN_FILES_URL": (stack.folder / "files" / name).absolute().as_uri(),
        "DIWAN_SMTP_URL": stack.mailbox.smtp_url,
        "DIWAN_PEERS_FILE": str(stack.peers_file),
        "DIWAN_SERVICE_KEY": stack.secrets.service_key,
        "DIWAN_MASTER_KEYS": stack.secrets.master_keys,
        "DIWAN_PUBLIC_URL": stack.url,
        # Here everybody comes from one address, and tests sign many companies up.
        "DIWAN_SIGN_UPS_PER_ADDRESS": "1000000",
        "DIWAN_MAILS_PER_TENANT": "1000000",
        "DIWAN_MAILS_PER_ADDRESS": "1000000",
        # Marks every program of this stack, whoever its parent is.
        "DIWAN_STATE": str(stack.folder),
        **PROCESS,
        "OTEL_SEMCONV_STABILITY_OPT_IN": "http,database",
    }
