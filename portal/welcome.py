"""The message that `make run` prints when the portal is ready: addresses, accounts and folders."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class DemoAccount:
    """One account of the demonstration, and what to try with it."""

    email: str
    title: str


def welcome(
    *,
    url: str,
    accounts: Sequence[DemoAccount],
    password: str,
    mail_folder: Path | None,
    folder: Path,
    is_dev: bool,
) -> str:
    """Return the message, ready to print."""
    lines = ["", f"The portal is ready: {url}", ""]
    if accounts:
        width = max(len(account.email) for account in accounts)
        lines += [f"Sign in with one click at {url}/demo/, or with the password  {password}", ""]
        lines += [f"  {account.email:<{width}}  {account.title}" for account in accounts]
        lines += [""]
    if mail_folder:
        lines += [f"Mail and texts  {mail_folder} (and can be read at {url}/demo/mail/)"]
    lines += [f"Data folder     {folder}", "Stop            Ctrl-C", "Forget all      make reset", ""]
    if is_dev:
        lines += ["Python changes reload the web server; the Celery worker needs a restart.", ""]
    return "\n".join(lines)
