"""Tests that docs/configuration.md lists all environment variables, and that every task is scheduled."""

import re
from pathlib import Path

from django.conf import settings

from portal.celery import app

ROOT = Path(__file__).resolve().parent.parent.parent
IN_CODE = re.compile(
    r"""(?:\benv\.\w+\(|environ(?:\.get\(|\.setdefault\(|\[)|getenv\()\s*["']([A-Z][A-Z_]+)["']"""
)
IN_THE_LIST = re.compile(r"^\| `([A-Z_]+)` \|", re.MULTILINE)
MENTIONED = re.compile(r"`([A-Z][A-Z_]+)`")
# Variables that Compose reads from .env.
COMPOSE_FILE = ROOT / "docker-compose.yml"
IN_COMPOSE = re.compile(r"\$\{([A-Z_]+)")
# Read by make and by the journey tests.
NOT_IN_THE_CODE = {"PYTHON", "ARGS", "CHROMIUM"}


def variables_in_code():
    read_by_compose = set(IN_COMPOSE.findall(COMPOSE_FILE.read_text()))
    sources = [ROOT / "manage.py", *(ROOT / "portal").rglob("*.py")]
    # production.py loops over some names, but base.py reads all of them, too.
    return {name for source in sources for name in IN_CODE.findall(source.read_text())} | read_by_compose


def test_every_variable_in_the_code_is_documented():
    mentioned = set(MENTIONED.findall((ROOT / "docs" / "configuration.md").read_text()))
    assert variables_in_code() - mentioned == set()


def test_every_documented_variable_is_read():
    listed = set(IN_THE_LIST.findall((ROOT / "docs" / "configuration.md").read_text()))
    assert listed - variables_in_code() - NOT_IN_THE_CODE == set()


def test_every_task_is_scheduled_and_expires_in_the_queue():
    app.loader.import_default_modules()
    own = {name for name in app.tasks if not name.startswith("celery.")}
    entries = settings.CELERY_BEAT_SCHEDULE.values()
    assert sorted(entry["task"] for entry in entries) == sorted(own)
    assert all(entry["options"]["expires"] > 0 for entry in entries)
