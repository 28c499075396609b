"""What docker-compose.yml, the Dockerfile and the page on configuration must say of each other."""

import re
import subprocess
import sys

import pytest
import redis
from django.db import connection

from portal.embedded.postgres import _binaries
from portal.embedded.valkey import _program
from tests.hosts.compose import COMPOSE, OURS, ROOT, SERVICES, variables_used
from tests.support.background import end, short_lived_folder
from tests.support.waiting import eventually

THIRD_PARTY = ("proxy", "postgres", "valkey")
LONGEST_TASK_SECONDS = 60


def seconds(text):
    return int(text.removesuffix("s"))


def documented():
    return set(re.findall(r"`([A-Z][A-Z_]+)`", (ROOT / "docs" / "configuration.md").read_text()))


def test_every_service_is_one_that_these_tests_know():
    assert set(SERVICES) == {*OURS, *THIRD_PARTY}


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_is_contained(name):
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["init"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert str(service["user"]).partition(":")[0] not in {"", "0", "root"}
    assert service["deploy"]["resources"]["limits"]["memory"]
    assert service["logging"]["options"]["max-size"]
    assert "privileged" not in service


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_has_a_health_check_but_the_one_that_ends(name):
    check = SERVICES[name]["healthcheck"]
    assert check == {"disable": True} if name == "migrate" else check["test"]


def test_all_of_the_portal_waits_for_the_migrations():
    assert SERVICES["migrate"]["restart"] == "no"
    for name in ("web", "worker", "beat"):
        assert SERVICES[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}
        assert SERVICES[name]["restart"] == "unless-stopped"


def test_web_and_workers_are_many_and_beat_is_one():
    for name in ("web", "worker"):
        assert "container_name" not in SERVICES[name]
        assert "ports" not in SERVICES[name]
        assert re.fullmatch(r"\$\{\w+:-2\}", SERVICES[name]["deploy"]["replicas"])
    assert SERVICES["beat"]["deploy"]["replicas"] == 1


def test_only_the_proxy_is_reached_from_outside():
    assert [name for name in SERVICES if "ports" in SERVICES[name]] == ["proxy"]
    outside = {name for name in SERVICES if "outside" in SERVICES[name]["networks"]}
    assert outside == {"proxy", "worker"}
    assert COMPOSE["networks"]["back"] == COMPOSE["networks"]["front"] == {"internal": True}
    for name in ("postgres", "valkey"):
        assert SERVICES[name]["networks"] == ["back"]


def graceful_seconds():
    """How long the web server waits. Asked in a process apart, for its configuration sets the environment."""
    asked = "from portal.gunicorn_conf import graceful_timeout; print(graceful_timeout)"
    return int(subprocess.check_output([sys.executable, "-c", asked], cwd=ROOT))


def test_a_stop_waits_for_what_is_in_hand():
    graceful_timeout = graceful_seconds()
    assert seconds(SERVICES["web"]["stop_grace_period"]) > graceful_timeout
    assert seconds(SERVICES["proxy"]["stop_grace_period"]) > graceful_timeout
    assert seconds(SERVICES["worker"]["stop_grace_period"]) > LONGEST_TASK_SECONDS


def test_beat_turns_red_within_two_minutes():
    check = SERVICES["beat"]["healthcheck"]
    oldest = int(check["test"][check["test"].index("--within") + 1])
    assert oldest + seconds(check["interval"]) * check["retries"] <= 120


def test_no_secret_stands_in_the_file_or_in_the_environment():
    for name in OURS:
        environment = SERVICES[name]["environment"]
        for secret in ("SECRET_KEY", "ACCESS_CODE_KEY", "DATABASE_URL", "EMAIL_URL"):
            assert secret not in environment
            assert environment[f"{secret}_FILE"] == f"/run/secrets/{secret.lower()}"
    assert "POSTGRES_PASSWORD" not in SERVICES["postgres"]["environment"]
    for name, secret in COMPOSE["secrets"].items():
        assert secret == {"file": f"./secrets/{name}"}


def test_every_variable_is_documented():
    ours = {variable for name in OURS for variable in SERVICES[name]["environment"]}
    assert (ours | variables_used()) - documented() == set()


def test_the_image_runs_what_the_web_service_runs():
    dockerfile = (ROOT / "Dockerfile").read_text()
    for words in (SERVICES["web"]["command"], SERVICES["web"]["healthcheck"]["test"][1:]):
        assert "[" + ", ".join(f'"{word}"' for word in words) + "]" in dockerfile
    assert f"USER {SERVICES['web']['user']}\n" in dockerfile


def test_valkey_keeps_what_it_was_given_and_evicts_nothing():
    command = SERVICES["valkey"]["command"]
    assert command[0] == "valkey-server"
    with short_lived_folder() as folder:
        socket = folder / "socket"
        here = {"/data": str(folder)}
        words = [str(_program()), *(here.get(word, word) for word in command[1:])]
        client = redis.Redis(unix_socket_path=str(socket))

        def run():
            return subprocess.Popen(
                [*words, "--port", "0", "--unixsocket", str(socket)],
                stdout=subprocess.DEVNULL,
                start_new_session=True,
            )

        server = run()
        eventually(lambda: socket.exists() and client.ping())
        assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
        client.set("kept", "over a restart")
        end(server)
        server = run()
        eventually(lambda: is_up(client))
        assert client.get("kept") == b"over a restart"
        client.close()
        end(server)


def is_up(client):
    try:
        return client.ping()
    except redis.ConnectionError:
        return False


@pytest.mark.django_db
def test_postgresql_knows_its_options_and_its_health_check():
    words = SERVICES["postgres"]["command"]
    options = [word.partition("=")[0] for word in words if "=" in word]
    with connection.cursor() as cursor:
        cursor.execute("SELECT lower(name) FROM pg_settings WHERE lower(name) = ANY(%s)", [options])
        assert {name for (name,) in cursor.fetchall()} == set(options)
    check = SERVICES["postgres"]["healthcheck"]["test"][1:]
    here = {"127.0.0.1": connection.settings_dict["HOST"]}
    command = [str(_binaries() / check[0]), *(here.get(word, word) for word in check[1:])]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0
