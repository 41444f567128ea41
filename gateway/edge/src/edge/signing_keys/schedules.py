"""Clock door of signing keys."""

from chassis.context import Context
from chassis.jobs import Jobs
from edge.signing_keys import use_cases

jobs = Jobs()


@jobs.schedule("signing_keys.rotate", "7 * * * *")
async def rotate_keys(context: Context) -> None:
    await use_cases.rotate_keys(context)


@jobs.schedule("signing_keys.publish", "* * * * *")
async def publish_keys(context: Context) -> None:
    await use_cases.publish_keys(context)
