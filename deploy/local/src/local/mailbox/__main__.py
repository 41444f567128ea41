"""Runs the mailbox: `python -m local.mailbox FOLDER SMTP_PORT HTTP_PORT`."""

import asyncio
import signal
import sys
from pathlib import Path

from local.mailbox.sink import protocol
from local.mailbox.store import MailStore
from local.mailbox.web import MailboxWeb
from local.ports import HOST


async def run(folder: Path, smtp_port: int, http_port: int) -> None:
    """Take mail and show it until SIGTERM or SIGINT."""
    mails = MailStore(folder)
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    smtp = await loop.create_server(lambda: protocol(mails), HOST, smtp_port)
    web = await asyncio.start_server(MailboxWeb(mails).serve, HOST, http_port)
    await stop.wait()
    smtp.close()
    web.close()


if __name__ == "__main__":
    asyncio.run(run(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])))
