"""Support for tests of the embedded servers: data folders, processes, and checks that nothing is left."""

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from portal.embedded.data_folder import CHECKOUT
from tests.support.waiting import eventually

# The test run sets these for its own servers. These tests must not use them.
SET_BY_THE_SUITE = (
    "DATABASE_URL",
    "REDIS_URL",
    "EMAIL_URL",
    "PORTAL_EMBEDDED",
    "PORTAL_MAIL_FOLDER",
    "DJANGO_SETTINGS_MODULE",
    "DATABASE_POOL_SIZE",
)


@contextlib.contextmanager
def new_data_folder():
    """Yield a new folder with a short path that PostgreSQL's account can reach, unlike pytest's."""
    folder = Path(tempfile.mkdtemp(prefix="portal-", dir="/var/tmp"))
    folder.chmod(0o711 if os.geteuid() == 0 else 0o700)
    yield folder
    shutil.rmtree(folder)


def environment(folder, **more):
    """Return the environment of a person who has just checked out the portal."""
    kept = {key: value for key, value in os.environ.items() if key not in SET_BY_THE_SUITE}
    return {**kept, "PORTAL_DATA": str(folder), **more}


def start_python(*arguments, folder, **more):
    """Start the checkout's Python with its output in a pipe."""
    return subprocess.Popen(
        [sys.executable, *arguments],
        cwd=CHECKOUT,
        env=environment(folder, **more),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def end(process):
    """Kill the process if a failed test left it running, and close its pipes."""
    process.kill()
    process.communicate()


def processes_of(folder):
    """Return the command lines of all processes that were started for the folder or work in it."""
    found = {}
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            traces = [(process / name).read_bytes() for name in ("cmdline", "environ")]
            traces.append(os.fsencode((process / "cwd").readlink()))
            is_zombie = b") Z " in (process / "stat").read_bytes()
            if not is_zombie and any(os.fsencode(folder) in trace for trace in traces):
                found[int(process.name)] = traces[0].replace(b"\0", b" ").decode(errors="replace")
    return found


def wait_until_none_is_left(folder):
    """Wait for the last process of the folder to end; return those that did not."""
    with contextlib.suppress(AssertionError):
        eventually(lambda: not processes_of(folder))
    return processes_of(folder)
