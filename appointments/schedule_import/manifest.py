"""Read the manifest of a delivery and check that all files arrived complete."""

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
SHA_REMEDY = "This is not the file that was sent. Send the whole directory again."


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the delivery says about itself. `rows` has the number of rows by file, where it was given."""

    as_of: datetime
    digest: str
    rows: dict[str, int]


def read_manifest(directory: Path, errors: ErrorReport) -> Manifest | None:
    """Return the manifest after comparing every file with its SHA-256, or None when it cannot be used.

    Adds every error to `errors`. Reads each file once. `digest` covers `as_of` and the files, so it
    identifies exactly this delivery.
    """
    content = _read_json(directory, errors)
    if content is None:
        return None
    as_of = _read_as_of(content, errors)
    _check_format(content, errors)
    listed = content.get("files")
    if not isinstance(listed, dict):
        _report(errors, "files", listed, "List each of the five files with its sha256 and rows.")
        listed = {}
    known = [table.file for table in TABLES]
    for name in sorted(listed.keys() - set(known)):
        _report(errors, f"files.{name}", name, f"Remove this entry. A delivery only has {', '.join(known)}.")
    hashes, rows = [], {}
    for name in known:
        actual = _hash_file(directory / name, errors)
        _check_hash(name, listed.get(name), actual, errors)
        hashes.append(f"{name} {actual}")
        count = _read_row_count(name, listed.get(name), errors)
        if count is not None:
            rows[name] = count
    if as_of is None:
        return None
    digest = hashlib.sha256("\n".join([as_of.astimezone(UTC).isoformat(), *hashes]).encode()).hexdigest()
    return Manifest(as_of=as_of, digest=digest, rows=rows)


def _read_json(directory: Path, errors: ErrorReport) -> dict[str, Any] | None:
    path = directory / MANIFEST
    try:
        with path.open("rb") as file:
            text = file.read(LARGEST + 1)
        if len(text) > LARGEST:
            errors.add(MANIFEST, 1, WHOLE_FILE, "", "This file is too large to be a manifest.")
            return None
        content = json.loads(text.decode("utf-8-sig"))
    except OSError as error:
        errors.add(MANIFEST, 1, WHOLE_FILE, error.strerror or "", "Add a readable manifest to the directory.")
    except json.JSONDecodeError as error:
        errors.add(MANIFEST, error.lineno, WHOLE_FILE, error.msg, "Correct the JSON in this line.")
    except (UnicodeDecodeError, RecursionError, ValueError):
        errors.add(MANIFEST, 1, WHOLE_FILE, "", "Save the file as JSON in UTF-8.")
    else:
        if isinstance(content, dict):
            return content
        errors.add(MANIFEST, 1, WHOLE_FILE, "", "Write one JSON object with format, as_of, and files.")
    return None


def _read_as_of(content: dict[str, Any], errors: ErrorReport) -> datetime | None:
    given = content.get("as_of")
    try:
        return cells.instant(given if isinstance(given, str) else "")
    except cells.BadCell as bad:
        _report(errors, "as_of", given, str(bad))
        return None


def _check_format(content: dict[str, Any], errors: ErrorReport) -> None:
    given = content.get("format")
    if type(given) is not int or given != FORMAT:
        _report(errors, "format", given, f"This portal reads only format {FORMAT}.")


def _hash_file(path: Path, errors: ErrorReport) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        errors.add(path.name, 1, WHOLE_FILE, error.strerror or "", "Add this file to the directory.")
        return ""


def _check_hash(name: str, entry: object, actual: str, errors: ErrorReport) -> None:
    given = entry.get("sha256") if isinstance(entry, dict) else None
    if not isinstance(given, str) or not SHA256.fullmatch(given):
        _report(
            errors,
            f"files.{name}.sha256",
            given,
            "Enter the file's SHA-256 as 64 lowercase hexadecimal digits.",
        )
    elif actual and given != actual:
        _report(errors, f"files.{name}.sha256", given, SHA_REMEDY)


def _read_row_count(name: str, entry: object, errors: ErrorReport) -> int | None:
    given = entry.get("rows") if isinstance(entry, dict) else None
    if type(given) is not int or given < 0:
        _report(errors, f"files.{name}.rows", given, "Enter the number of rows without the header.")
        return None
    return given


def _report(errors: ErrorReport, key: str, value: object, remedy: str) -> None:
    errors.add(MANIFEST, 1, key, "" if value is None else str(value), remedy)
