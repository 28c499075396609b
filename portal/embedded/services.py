"""Provide a database, a broker and a mail server before Django reads its settings.

Each function keeps an address that the environment already names. Otherwise it starts or joins the
embedded server and puts its address in the environment, for this process and its children.
"""

import os
from collections.abc import Collection
from pathlib import Path

from portal.embedded.data_folder import claim_test_folder, data_folder, prepare_data_folder
from portal.embedded.mail import MailSink
from portal.embedded.postgres import Postgres
from portal.embedded.server import join
from portal.embedded.valkey import Valkey


def provide_database(*, folder: Path | None = None, durable: bool = True, database: str = "portal") -> None:
    """Set DATABASE_URL, and create the database if it is missing. Raises ServerDidNotStart."""
    if os.environ.get("DATABASE_URL"):
        return
    server = Postgres(folder or prepare_data_folder(data_folder()), durable=durable)
    join(server)
    server.create_database(database)
    _announce("DATABASE_URL", server.url(database))


def provide_broker(*, folder: Path | None = None, durable: bool = True) -> None:
    """Set REDIS_URL. Raises ServerDidNotStart."""
    if os.environ.get("REDIS_URL"):
        return
    server = Valkey(folder or prepare_data_folder(data_folder()), durable=durable)
    join(server)
    _announce("REDIS_URL", server.url)


def provide_mail(*, folder: Path | None = None, wanted_port: int = 0) -> None:
    """Set EMAIL_URL, and PORTAL_MAIL_FOLDER to its Maildir. Raises ServerDidNotStart."""
    if os.environ.get("EMAIL_URL"):
        return
    server = MailSink(folder or prepare_data_folder(data_folder()), wanted_port=wanted_port)
    join(server)
    _announce("EMAIL_URL", server.url)
    os.environ["PORTAL_MAIL_FOLDER"] = str(server.mailbox)


def provide_texts(*, folder: Path | None = None) -> None:
    """Set SMS_URL to deliver text messages as mail, unless the environment names another mail server."""
    if os.environ.get("SMS_URL") or not os.environ.get("PORTAL_MAIL_FOLDER"):
        return
    _announce("SMS_URL", MailSink(folder or data_folder()).text_url)


def provide_test_services(*, wanted: Collection[str] = ("DATABASE_URL", "REDIS_URL", "EMAIL_URL")) -> None:
    """Provide these for one test run, separate from the demonstration and from other runs.

    Their data is disposable, so nothing waits for the disk.
    """
    if all(os.environ.get(name) for name in wanted):
        return
    folder = claim_test_folder()
    if "DATABASE_URL" in wanted:
        provide_database(folder=folder, durable=False)
    if "REDIS_URL" in wanted:
        provide_broker(folder=folder, durable=False)
    if "EMAIL_URL" in wanted:
        provide_mail(folder=folder)


def _announce(variable: str, url: str) -> None:
    os.environ[variable] = url
    # Production refuses to start where this is set.
    os.environ["PORTAL_EMBEDDED"] = "1"
