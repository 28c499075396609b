"""What `make run` says once the portal answers: where to go, as whom, and where things are."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class DemoAccount:
    """One account of the demonstration: who it is, and what can be tried with it."""

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
    """The message, ready to print."""
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
