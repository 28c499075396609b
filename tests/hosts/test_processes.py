"""Every service's command, as it stands in docker-compose.yml, at work under the production settings."""

from datetime import timedelta
from functools import partial

from accounts.models import Message
from accounts.services import outbox
from appointments.models import Heartbeat
from tests.factories.crowds import make_crowd
from tests.hosts.sign_in import PASSWORD, Visitor, csrf_token, make_account
from tests.portal.test_run import free_port
from tests.support.background import kill
from tests.support.waiting import eventually
from tests.support.web_server import answers

SECONDS = 90


def start_webs(hosts, number):
    """Their ports, once each says that it is well."""
    ports = [free_port() for _ in range(number)]
    webs = [hosts.start("web", name=f"web{port}", BIND=f"127.0.0.1:{port}") for port in ports]
    for port in ports:
        # A check starts a process of its own: none before someone answers.
        eventually(partial(answers, port), within=SECONDS)
        eventually(partial(is_well, hosts, port), within=SECONDS)
    return webs, ports


def is_well(hosts, port):
    return hosts.check("web", BIND=f"127.0.0.1:{port}").returncode == 0


def test_two_web_servers_two_workers_and_even_two_beats_work_as_one_portal(hosts, mail_sink, settings):
    assert hosts.run("migrate").returncode == 0
    webs, (one, other) = start_webs(hosts, 2)
    for name in ("worker1", "worker2"):
        hosts.start("worker", name=name)
    for name in ("beat", "beat_by_mistake"):
        hosts.start("beat", name=name)

    account, visitor = make_account(settings), Visitor()
    status, page = visitor.get(one, "/accounts/login/")
    assert status == 200
    fields = {"login": account.email, "password": PASSWORD, "csrfmiddlewaretoken": csrf_token(page)}
    assert visitor.post(other, "/accounts/login/", **fields)[0] == 302
    for port in (one, other):
        status, page = visitor.get(port, "/appointments/")
        assert (status, "hosts@example.org" in page or "Hosts" in page) == (200, True)

    queued = [client.account for client in make_crowd(30)]
    outbox.queue_notice_mail(
        accounts=queued, template="appointments/notices/email/notice", context={"week_of": "2026-07-06"}
    )
    eventually(lambda: not Message.objects.exclude(state=Message.State.SENT).exists(), within=SECONDS)
    assert all(len(mail_sink.to(someone.email)) == 1 for someone in queued)
    assert set(Message.objects.values_list("attempts", flat=True)) == {1}

    eventually(Heartbeat.objects.filter(name="beat").exists, within=SECONDS)
    for service in ("worker", "beat"):
        check = hosts.check(service)
        assert check.returncode == 0, check.stderr
    for web in webs:
        web.terminate()
    assert [web.wait(timeout=120) for web in webs] == [0, 0]


def test_plain_http_is_led_to_https_and_is_given_no_cookie(hosts):
    _, [port] = start_webs(hosts, 1)
    visitor = Visitor()
    status, _ = visitor.get(port, "/accounts/login/", scheme="http")
    assert (status, visitor.cookies) == (301, {})


def test_a_dead_beat_turns_its_own_check_red_and_no_other(hosts, shift_clock):
    _, [port] = start_webs(hosts, 1)
    hosts.start("worker")
    beat = hosts.start("beat")
    eventually(Heartbeat.objects.filter(name="beat").exists, within=SECONDS)
    assert hosts.check("beat").returncode == 0

    kill(beat)
    shift_clock(timedelta(seconds=60))

    red = hosts.check("beat")
    assert red.returncode == 1
    assert "No heartbeat within 60 seconds" in red.stderr
    assert is_well(hosts, port)
    assert hosts.check("worker").returncode == 0
    assert Visitor().get(port, "/accounts/login/")[0] == 200


def test_checks_of_what_does_not_run_fail_soon_and_say_why(hosts, broker):
    web = hosts.check("web", BIND=f"127.0.0.1:{free_port()}")
    assert (web.returncode, "No answer" in web.stdout) == (1, True)
    worker = hosts.check("worker")
    assert (worker.returncode, "does not answer" in worker.stderr) == (1, True)
    broker.stop()
    worker = hosts.check("worker")
    assert (worker.returncode, "The broker is down" in worker.stderr) == (1, True)


def test_the_check_of_a_worker_ends_though_the_broker_is_frozen(hosts, broker):
    with broker.frozen():
        worker = hosts.check("worker")
    assert worker.returncode == 1
