"""PostgreSQL refuses to run as root: here root becomes somebody else for it."""

import fcntl
import functools
import os
import pwd
import shutil
import signal
import subprocess
from pathlib import Path

# Files stay root's; inside the namespace the program sees itself as this user.
NAMESPACE = ["unshare", "--user", "--map-user=1000", "--map-group=1000"]
USER = "diwan-postgres"
LOCK = Path("/var/lock/diwan-postgres.lock")


def unprivileged(command: list[str], folder: Path, death_signal: signal.Signals) -> list[str]:
    """The command as an ordinary user runs it, with `folder` made that user's."""
    if os.geteuid() != 0:
        return command
    if _namespaces_work():
        _give(folder, 0, 0)
        return [*NAMESPACE, *command]
    user = _dedicated_user()
    _give(folder, user.pw_uid, user.pw_gid)
    return [*_switch_to(user, death_signal), *command]


@functools.cache
def _namespaces_work() -> bool:
    if not shutil.which("unshare"):
        return False
    return subprocess.run([*NAMESPACE, "true"], capture_output=True, check=False).returncode == 0


def _dedicated_user() -> pwd.struct_passwd:
    with LOCK.open("w") as lock:
        # Two stacks at once would race in useradd.
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            return pwd.getpwnam(USER)
        except KeyError:
            subprocess.run(["useradd", "--system", "--no-create-home", USER], check=True)
            return pwd.getpwnam(USER)


def _switch_to(user: pwd.struct_passwd, death_signal: signal.Signals) -> list[str]:
    # The capability lets it read a checkout in root's private home without opening that to all.
    # Changing the user clears the death signal, so it is set again here.
    return [
        "setpriv",
        f"--reuid={user.pw_uid}",
        f"--regid={user.pw_gid}",
        "--clear-groups",
        "--inh-caps=-all,+dac_override",
        "--ambient-caps=-all,+dac_override",
        "--bounding-set=-all,+dac_override",
        f"--pdeathsig={death_signal.name.removeprefix('SIG')}",
    ]


def _give(folder: Path, uid: int, gid: int) -> None:
    if folder.stat().st_uid == uid:
        return
    for path in [folder, *folder.rglob("*")]:
        os.chown(path, uid, gid, follow_symlinks=False)
