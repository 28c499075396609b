"""The manifest of a delivery: which state it is, and what its files must be to have arrived whole."""

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from appointments.schedule_import import cells
from appointments.schedule_import.columns import TABLES
from appointments.schedule_import.faults import WHOLE_FILE, ErrorReport

MANIFEST = "manifest.json"
FORMAT = 1
LARGEST = 64 * 1024
SHA256 = re.compile(r"[0-9a-f]{64}")
SHA_REMEDY = "The file is not the one that was sent: deliver the whole directory again."


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the delivery says of itself. `rows` has the files whose count was given."""

    as_of: datetime
    digest: str
    rows: dict[str, int]


def read_manifest(directory: Path, faults: ErrorReport) -> Manifest | None:
    """The manifest, once every file was compared with its SHA-256; None when it cannot be used.

    Every mistake goes to `faults`. Reads each file once. `digest` is over the instant and the files as
    they are, so that it names this state and no other.
    """
    content = _read_json(directory, faults)
    if content is None:
        return None
    as_of = _read_as_of(content, faults)
    _check_format(content, faults)
    listed = content.get("files")
    if not isinstance(listed, dict):
        _fault(faults, "files", listed, "Give each of the five files with its sha256 and rows.")
        listed = {}
    known = [table.file for table in TABLES]
    for name in sorted(listed.keys() - set(known)):
        _fault(faults, f"files.{name}", name, f"Remove it: a delivery has only {', '.join(known)}.")
    hashes, rows = [], {}
    for name in known:
        actual = _hash_of(directory / name, faults)
        _compare(name, listed.get(name), actual, faults)
        hashes.append(f"{name} {actual}")
        count = _row_count(name, listed.get(name), faults)
        if count is not None:
            rows[name] = count
    if as_of is None:
        return None
    digest = hashlib.sha256("\n".join([as_of.astimezone(UTC).isoformat(), *hashes]).encode()).hexdigest()
    return Manifest(as_of=as_of, digest=digest, rows=rows)


def _read_json(directory: Path, faults: ErrorReport) -> dict[str, Any] | None:
    path = directory / MANIFEST
    try:
        with path.open("rb") as file:
            text = file.read(LARGEST + 1)
        if len(text) > LARGEST:
            faults.add(MANIFEST, 1, WHOLE_FILE, "", "It is too large to be a manifest.")
            return None
        content = json.loads(text.decode("utf-8-sig"))
    except OSError as error:
        faults.add(
            MANIFEST, 1, WHOLE_FILE, error.strerror or "", "Put a readable manifest into the directory."
        )
    except json.JSONDecodeError as error:
        faults.add(MANIFEST, error.lineno, WHOLE_FILE, error.msg, "Correct the JSON there.")
    except (UnicodeDecodeError, RecursionError, ValueError):
        faults.add(MANIFEST, 1, WHOLE_FILE, "", "Save it as JSON in UTF-8.")
    else:
        if isinstance(content, dict):
            return content
        faults.add(MANIFEST, 1, WHOLE_FILE, "", "Write one JSON object with format, as_of and files.")
    return None


def _read_as_of(content: dict[str, Any], faults: ErrorReport) -> datetime | None:
    given = content.get("as_of")
    try:
        return cells.instant(given if isinstance(given, str) else "")
    except cells.BadCell as bad:
        _fault(faults, "as_of", given, str(bad))
        return None


def _check_format(content: dict[str, Any], faults: ErrorReport) -> None:
    given = content.get("format")
    if type(given) is not int or given != FORMAT:
        _fault(faults, "format", given, f"This portal reads format {FORMAT} only.")


def _hash_of(path: Path, faults: ErrorReport) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        faults.add(path.name, 1, WHOLE_FILE, error.strerror or "", "Put this file into the directory.")
        return ""


def _compare(name: str, entry: object, actual: str, faults: ErrorReport) -> None:
    given = entry.get("sha256") if isinstance(entry, dict) else None
    if not isinstance(given, str) or not SHA256.fullmatch(given):
        _fault(faults, f"files.{name}.sha256", given, "Give the file's SHA-256 as 64 digits in lower case.")
    elif actual and given != actual:
        _fault(faults, f"files.{name}.sha256", given, SHA_REMEDY)


def _row_count(name: str, entry: object, faults: ErrorReport) -> int | None:
    given = entry.get("rows") if isinstance(entry, dict) else None
    if type(given) is not int or given < 0:
        _fault(faults, f"files.{name}.rows", given, "Give the number of rows, the header not counted.")
        return None
    return given


def _fault(faults: ErrorReport, key: str, value: object, remedy: str) -> None:
    faults.add(MANIFEST, 1, key, "" if value is None else str(value), remedy)
