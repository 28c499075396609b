"""Tests of the embedded servers: shared by all users, stopped after the last, and never stale."""

import contextlib
import os
import signal
import smtplib
import subprocess
from email import message_from_bytes
from pathlib import Path

import psycopg
import pytest
from kombu import Connection

from accounts import text_gateway
from portal.demo.mails import list_mail_keys, list_mails
from portal.embedded.data_folder import (
    UnusableDataFolder,
    data_folder,
    delete_data_folder,
    is_in_use,
    prepare_data_folder,
)
from portal.embedded.locks import is_free, release, try_to_hold
from portal.embedded.mail import MailSink
from portal.embedded.postgres import Postgres, _binaries
from portal.embedded.server import ServerDidNotStart
from portal.embedded.services import provide_texts
from portal.embedded.valkey import Valkey
from tests.support.embedded_servers import (
    end,
    new_data_folder,
    processes_of,
    start_python,
    wait_until_none_is_left,
)
from tests.support.waiting import PATIENCE, eventually

pytestmark = pytest.mark.processes

USER = """
import sys
from portal.embedded import services
for provide in sys.argv[1:]:
    getattr(services, provide)()
print("provided", flush=True)
sys.stdin.readline()
"""


@pytest.fixture
def folder():
    with new_data_folder() as folder:
        yield folder
        assert not wait_until_none_is_left(folder)


@pytest.fixture(scope="module")
def made_cluster():
    """A cluster to be copied, since to make one takes seconds. Some tests make their own."""
    with new_data_folder() as folder:
        server = Postgres(prepare_data_folder(folder))
        server.prepare()
        yield server.data


@pytest.fixture
def start_user(folder, made_cluster):
    """Starts a process that uses servers until it is told, or killed, to end."""
    with contextlib.ExitStack() as users:

        def start(*provided):
            if "provide_database" in provided and not any(folder.glob("postgres*")):
                subprocess.run(
                    ["cp", "-a", made_cluster, prepare_data_folder(folder) / "postgres"], check=True
                )
            user = start_python("-c", USER, *provided, folder=folder)
            users.callback(end, user)
            assert user.stdout.readline() == "provided\n", user.stdout.read()
            return user

        yield start


def build_to_end(user):
    user.communicate("\n", timeout=PATIENCE)
    assert user.returncode == 0


def postmaster(folder):
    return int((folder / "postgres" / "postmaster.pid").read_text().partition("\n")[0])


def keepers(folder):
    return [pid for pid, command in processes_of(folder).items() if "keeper.py" in command]


def query_database(folder, query):
    with psycopg.connect(Postgres(folder).url("portal"), autocommit=True) as connection:
        result = connection.execute(query)
        return result.fetchone()[0] if result.description else None


def test_database_is_shared_and_stops_after_the_last_user(folder, start_user):
    first, second = start_user("provide_database"), start_user("provide_database")
    pid = postmaster(folder)
    build_to_end(first)
    assert query_database(folder, "SELECT 1") == 1
    assert postmaster(folder) == pid
    build_to_end(second)
    assert not processes_of(folder)


def test_killed_user_leaves_no_server_running(folder, start_user):
    start_user("provide_database", "provide_broker", "provide_mail").kill()
    assert not wait_until_none_is_left(folder)


def test_killed_user_does_not_stop_the_server_under_others(folder, start_user):
    first, second = start_user("provide_database"), start_user("provide_database")
    pid = postmaster(folder)
    first.kill()
    first.wait()
    # A server that was told to stop would be another one for whoever comes next.
    build_to_end(start_user("provide_database"))
    assert postmaster(folder) == pid
    build_to_end(second)


def test_starts_again_after_everything_was_killed(folder, start_user):
    user = start_user("provide_database", "provide_broker")
    query_database(folder, "CREATE TABLE kept AS SELECT 42 AS answer")
    for pid in (user.pid, *keepers(folder), *processes_of(folder)):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    build_to_end(start_user("provide_database", "provide_broker"))
    user = start_user("provide_database")
    assert query_database(folder, "SELECT answer FROM kept") == 42
    build_to_end(user)


def test_server_that_lost_its_keeper_does_not_outlive_the_next_user(folder, start_user):
    user = start_user("provide_database", "provide_broker", "provide_mail")
    for pid in (*keepers(folder), user.pid):
        os.kill(pid, signal.SIGKILL)
    user.wait()
    assert len(processes_of(folder)) > 2
    build_to_end(start_user("provide_database", "provide_broker", "provide_mail"))


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="only Linux shows whose pid it is")
def test_pid_file_with_a_number_that_another_program_got_does_not_block(folder, start_user):
    build_to_end(start_user("provide_database"))
    lines = [str(os.getpid()), str(folder / "postgres"), "0", "5432", "", "", "", "ready"]
    (folder / "postgres" / "postmaster.pid").write_text("\n".join(lines))
    build_to_end(start_user("provide_database"))


def test_an_unfinished_cluster_is_created_again(folder, start_user):
    prepare_data_folder(folder)
    (folder / "postgres.unfinished").mkdir()
    (folder / "postgres.unfinished" / "PG_VERSION").write_text("18\n")
    build_to_end(start_user("provide_database"))


def test_broker_keeps_messages_over_a_restart(folder, start_user):
    user = start_user("provide_broker")
    with Connection(Valkey(folder).url) as connection, connection.SimpleQueue("wake-up") as queue:
        queue.put("due")
    kept = folder / "valkey" / "appendonlydir"
    eventually(lambda: any(b"wake-up" in file.read_bytes() for file in kept.glob("*.aof")))
    build_to_end(user)
    user = start_user("provide_broker")
    with Connection(Valkey(folder).url) as connection, connection.SimpleQueue("wake-up") as queue:
        message = queue.get(timeout=PATIENCE)
        message.ack()
        assert message.payload == "due"
    build_to_end(user)


def test_text_messages_are_delivered_with_the_mail_and_recognized(folder, start_user, settings, monkeypatch):
    user = start_user("provide_mail")
    sink = MailSink(folder)
    settings.SMS_URL = sink.text_url
    text_gateway.send_text(to_phone="+12025550171", text="Agency: your code is 123456. ¿Llegó?")
    monkeypatch.setenv("PORTAL_MAIL_FOLDER", str(sink.mailbox))
    [text] = list_mails(list_mail_keys())
    assert text.is_text_message
    assert (text.to, text.text) == ("(202) 555-0171", "Agency: your code is 123456. ¿Llegó?")
    build_to_end(user)


def test_the_demonstration_sends_its_texts_there_unless_sms_url_is_set(folder, monkeypatch):
    (folder / "mail-sink.port").write_text("2525")
    for name in ("SMS_URL", "PORTAL_MAIL_FOLDER", "PORTAL_EMBEDDED"):
        monkeypatch.setenv(name, "")
    provide_texts(folder=folder)
    assert os.environ["SMS_URL"] == ""
    monkeypatch.setenv("PORTAL_MAIL_FOLDER", str(folder / "mail"))
    provide_texts(folder=folder)
    assert os.environ["SMS_URL"].startswith("mailto://127.0.0.1:2525/")
    monkeypatch.setenv("SMS_URL", "jsons://gateway.example/{phone}")
    provide_texts(folder=folder)
    assert os.environ["SMS_URL"] == "jsons://gateway.example/{phone}"


def test_mail_is_delivered_to_the_maildir(folder, start_user):
    user = start_user("provide_mail")
    sink = MailSink(folder)
    with smtplib.SMTP("127.0.0.1", int(sink.url.rpartition(":")[2]), timeout=PATIENCE) as smtp:
        smtp.sendmail("portal@example.org", ["ana@example.org"], b"Subject: Moved\r\n\r\nSee there.\r\n")
    [mail] = (sink.mailbox / "new").iterdir()
    message = message_from_bytes(mail.read_bytes())
    assert (message["Subject"], message["X-RcptTo"]) == ("Moved", "ana@example.org")
    build_to_end(user)


def test_other_accounts_cannot_reach_the_data(folder, start_user):
    user = start_user("provide_database", "provide_broker", "provide_mail")
    for part in ("postgres", "valkey", "mail", "logs", "locks"):
        assert (folder / part).stat().st_mode & 0o077 == 0
    build_to_end(user)


def test_two_test_runs_get_separate_servers(folder, start_user):
    first, second = start_user("provide_test_services"), start_user("provide_test_services")
    assert postmaster(folder / "test" / "0") != postmaster(folder / "test" / "1")
    assert is_in_use(folder)
    with pytest.raises(UnusableDataFolder, match="is in use"):
        delete_data_folder(folder)
    build_to_end(first)
    build_to_end(second)
    assert not is_in_use(folder)


def test_an_address_in_the_environment_is_kept(folder):
    user = start_python(
        "-c",
        f"{USER}\nimport os; print(os.environ['DATABASE_URL'], flush=True)",
        "provide_database",
        folder=folder,
        DATABASE_URL="postgres://elsewhere/portal",
    )
    answer, _ = user.communicate("\n", timeout=PATIENCE)
    assert answer.splitlines() == ["provided", "postgres://elsewhere/portal"]
    assert not any(folder.iterdir())


def test_a_path_that_is_too_long_for_a_socket_is_reported(tmp_path):
    with pytest.raises(ServerDidNotStart, match="choose a shorter PORTAL_DATA"):
        Postgres(tmp_path / ("long" * 25)).prepare()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root needs another account")
def test_a_cluster_of_another_postgresql_version_is_refused_with_advice(folder):
    server = Postgres(folder)
    server.data.mkdir()
    (server.data / "PG_VERSION").write_text("9\n")
    with pytest.raises(ServerDidNotStart, match=r"made by PostgreSQL 9; .* `make reset`"):
        server.prepare()


def test_as_root_no_private_folder_is_opened():
    with new_data_folder() as private:
        private.chmod(0o700)
        with pytest.raises(ServerDidNotStart, match="all accounts may pass through"):
            Postgres(prepare_data_folder(private / "data")).prepare()
        assert private.stat().st_mode & 0o777 == 0o700


@pytest.mark.skipif(os.geteuid() != 0, reason="only root needs another account")
def test_as_root_programs_in_a_private_folder_are_copied(folder, monkeypatch):
    monkeypatch.setenv("PORTAL_DATA", str(folder))
    monkeypatch.setattr("portal.embedded.postgres._can_be_run_by_all", lambda _: False)
    assert _binaries().is_relative_to(folder)
    assert (_binaries() / "initdb").stat().st_mode & 0o777 == 0o755


def test_the_default_data_folder_is_outside_the_checkout(monkeypatch):
    monkeypatch.delenv("PORTAL_DATA", raising=False)
    assert not data_folder().is_relative_to(Path.cwd())
    assert data_folder().name.startswith("appointment-portal-")


def test_a_folder_with_other_files_is_refused(tmp_path):
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(UnusableDataFolder, match="other files"):
        prepare_data_folder(tmp_path)
    with pytest.raises(UnusableDataFolder, match="not made by the portal"):
        delete_data_folder(tmp_path)
    assert (tmp_path / "thesis.txt").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_a_folder_of_another_account_is_refused(tmp_path):
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    os.chown(theirs, 65534, 65534)
    with pytest.raises(UnusableDataFolder, match="another account"):
        prepare_data_folder(theirs)


def test_reset_deletes_the_folder(tmp_path):
    made = prepare_data_folder(tmp_path / "data")
    (made / "celery-beat-schedule").write_text("")
    delete_data_folder(made)
    assert not made.exists()


def test_a_lock_has_one_holder_until_it_is_released(tmp_path):
    lock = tmp_path / "claim.lock"
    assert is_free(lock)
    assert try_to_hold(lock)
    assert not is_free(lock)
    assert release(lock)
    assert is_free(lock)


def test_only_disposable_data_is_without_vacuum_and_sync():
    for setting in ("autovacuum=off", "fsync=off"):
        assert setting in Postgres(Path("/x"), durable=False).command()
        assert setting not in Postgres(Path("/x"), durable=True).command()
