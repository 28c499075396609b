"""Read the mail of the demonstration from the Maildir that PORTAL_MAIL_FOLDER names.

Text messages are in it as mails to text-<number>@text.invalid.
"""

import mailbox
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

from accounts.phone import format_phone

# A Maildir key begins with the second of delivery, then the microsecond and a number: 1700000000.M12P3Q4.host
KEY = re.compile(r"(?P<second>\d+)\.(?:M(?P<microsecond>\d+)P\d+Q(?P<number>\d+))?")
TEXT_ADDRESS = re.compile(r"text-(?P<number>\+[1-9][0-9]{6,14})@text\.invalid")


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail or text message as its reader sees it. `sent_at` is the second of delivery."""

    key: str
    subject: str
    to: str
    sent_at: datetime
    text: str
    is_text_message: bool


def list_mail_keys() -> list[str]:
    """Return the keys of all mails, newest first. Return none if no Maildir is named."""
    maildir = _open()
    return sorted(maildir.iterkeys(), key=_order, reverse=True) if maildir is not None else []


def list_mails(keys: Sequence[str]) -> list[Mail]:
    """Return these mails in this order, without those that have been deleted."""
    return [mail for key in keys if (mail := find_mail(key)) is not None]


def find_mail(key: str) -> Mail | None:
    """Return one mail, or None if the Maildir does not list that key. A key is never used as a path."""
    maildir = _open()
    if maildir is None:
        return None
    try:
        raw = maildir.get_bytes(key)
    except (KeyError, FileNotFoundError):
        return None
    message: EmailMessage = BytesParser(policy=policy.default).parsebytes(raw)
    body = message.get_body(preferencelist=("plain",))
    to = str(message.get("To", ""))
    by_text = TEXT_ADDRESS.fullmatch(to)
    return Mail(
        key=key,
        subject=str(message.get("Subject", "")),
        to=format_phone(by_text["number"]) if by_text else to,
        sent_at=datetime.fromtimestamp(_order(key)[0], UTC),
        text=str(body.get_content()).strip() if body is not None else "",
        is_text_message=by_text is not None,
    )


def _open() -> mailbox.Maildir | None:
    folder = os.environ.get("PORTAL_MAIL_FOLDER")
    if not folder or not (Path(folder) / "new").is_dir():
        return None
    return mailbox.Maildir(folder, create=False)


def _order(key: str) -> tuple[int, int, int]:
    found = KEY.match(key)
    if found is None:
        return (0, 0, 0)
    return int(found["second"]), int(found["microsecond"] or 0), int(found["number"] or 0)
