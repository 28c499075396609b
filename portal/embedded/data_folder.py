"""The one folder that a demonstration writes to. It is shown at start and deleted by `make reset`."""

import hashlib
import os
import shutil
from pathlib import Path

from portal.embedded.locks import is_free, try_to_hold

CHECKOUT = Path(__file__).resolve().parent.parent.parent
MARKER = "appointment-portal-data.txt"
MARKER_TEXT = (
    "This folder belongs to the appointment portal's demonstration (or its tests).\n"
    "`make reset` deletes all of it. Nothing in it is needed elsewhere.\n"
)
TEST_FOLDERS = 64


class UnusableDataFolder(Exception):
    """The folder cannot hold a demonstration's data. The message says why and what to do."""


def data_folder() -> Path:
    """Return this checkout's data folder, whether or not it exists: PORTAL_DATA, or one outside the checkout.

    As root the default lies below /var/tmp: PostgreSQL then runs under an account of its own, which
    must be able to reach the folder, and a home directory should not be opened for that.
    """
    if chosen := os.environ.get("PORTAL_DATA"):
        return Path(chosen).expanduser().resolve()
    checkout_hash = hashlib.sha256(os.fsencode(CHECKOUT)).hexdigest()[:8]
    if os.geteuid() == 0:
        return Path("/var/tmp") / f"appointment-portal-{checkout_hash}"  # noqa: S108 (owner is checked on use)
    home = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    return home / f"appointment-portal-{checkout_hash}"


def prepare_data_folder(folder: Path) -> Path:
    """Create the folder and its marker if missing. Raises UnusableDataFolder if it is not ours to use."""
    if folder.is_symlink() or (folder.exists() and folder.stat().st_uid != os.geteuid()):
        raise UnusableDataFolder(
            f"{folder} belongs to another account. Name a folder of your own: PORTAL_DATA=…"
        )
    if not folder.exists():
        folder.mkdir(parents=True)
        # Other accounts must not list it. As root, PostgreSQL's account must still pass through.
        folder.chmod(0o711 if os.geteuid() == 0 else 0o700)
    elif not (folder / MARKER).exists() and any(folder.iterdir()):
        raise UnusableDataFolder(
            f"{folder} holds other files, and `make reset` would delete them. "
            "Name an empty or new folder: PORTAL_DATA=…"
        )
    (folder / MARKER).write_text(MARKER_TEXT)
    return folder


def claim_test_folder() -> Path:
    """Claim a folder for test servers that no other test run is using, until this process ends."""
    parent = prepare_data_folder(data_folder()) / "test"
    for number in range(TEST_FOLDERS):
        folder = parent / str(number)
        folder.mkdir(parents=True, exist_ok=True)
        for opened in (parent, folder):
            opened.chmod(0o711 if os.geteuid() == 0 else 0o700)
        if try_to_hold(folder / "claim.lock"):
            return prepare_test_folder(folder)
    raise UnusableDataFolder(f"All {TEST_FOLDERS} test folders in {parent} are in use.")


def prepare_test_folder(folder: Path) -> Path:
    """Mark a claimed test folder and empty its mailbox, so that no run reads mail of another."""
    (folder / MARKER).write_text(MARKER_TEXT)
    shutil.rmtree(folder / "mail", ignore_errors=True)
    return folder


def is_open_to_all(path: Path) -> bool:
    """Return whether every account of this machine can pass through all parents of the path."""
    return all(parent.stat().st_mode & 0o001 for parent in path.resolve().parents)


def is_in_use(folder: Path) -> bool:
    """Return whether a portal, a server or a test run is using the folder or one inside it."""
    locks = [*folder.glob("locks/*.lock"), *folder.glob("test/*/*.lock"), *folder.glob("test/*/locks/*.lock")]
    return not all(is_free(lock) for lock in locks)


def delete_data_folder(folder: Path) -> None:
    """Delete the folder and its contents. Raises UnusableDataFolder if it is in use or not the portal's."""
    if not folder.exists():
        return
    if not (folder / MARKER).exists():
        raise UnusableDataFolder(f"{folder} was not made by the portal, so it is left alone.")
    if is_in_use(folder):
        raise UnusableDataFolder(f"{folder} is in use. Stop `make run` and the tests first, then reset.")
    shutil.rmtree(folder)
