"""`make fuzz`: seed after seed against a stack of its own, until something breaks."""

import functools
import random
import sys
import tempfile
from itertools import count
from pathlib import Path

import uvloop

from local.stack import Options, Stack
from tests.conftest import EVERYWHERE
from tests.fuzz.schemas import fuzz
from tests.identity_provider import identity_provider
from tests.local_stripe import LocalStripe, local_stripe
from tests.product import Product
from tests.world import World

_CASES = 2_000


def _options(stripe: LocalStripe) -> Options:
    return Options(
        durable=False, environment={"*": EVERYWHERE, "billing": stripe.settings}
    )  # fmt: skip


async def _until_it_breaks(folder: Path) -> str:
    say = functools.partial(print, flush=True)
    async with (
        local_stripe(folder / "stripe") as stripe,
        Stack(folder / "state", _options(stripe), say) as stack,
        identity_provider(folder / "accounts") as accounts,
        Product(stack.url, stack.mailbox.url, accounts) as product,
    ):
        for done in count(0, _CASES):
            seed = random.randrange(2**32)
            say(f"{done:,} cases without a fault; now seed {seed}")
            if fault := await fuzz(await World.make(product), folder, _CASES, seed):
                return fault
    return ""


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        try:
            sys.exit(uvloop.run(_until_it_breaks(Path(place))))
        except KeyboardInterrupt:
            sys.exit("stopped")
