"""The clients: a process of its own that makes journeys over HTTP and times every request.

It imports nothing of the portal, so that it costs little of the processor it shares with the servers.
Reads one job as JSON, says `start` and `stop` around the seconds that count, then prints its result as JSON.
"""

import json
import os
import random
import resource
import socket
import sys
import threading
import time
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlencode

PATIENCE = 60
AFTER_AN_ERROR_SECONDS = 0.1
TRIES = 5
HOST = "localhost"
CSRF_SECRET = "benchbenchbenchbenchbenchbenchbe"
# Behind a proxy that ends TLS, as in production.
HEADERS = (
    f"Host: {HOST}\r\nX-Forwarded-Proto: https\r\nConnection: keep-alive\r\n"
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0\r\n"
    "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r\n"
    "Accept-Language: en-US,en;q=0.5\r\nAccept-Encoding: gzip, deflate, br\r\n"
)
PAGES = ("calendar", "hold", "review", "confirm", "receipt")


class WentWrong(Exception):
    """The portal answered otherwise than it should; the message says where and how."""


@dataclass(slots=True)
class Answer:
    """What came back."""

    status: int
    location: str
    body: bytes


class Browser:
    """One kept-alive connection. Follows no redirect by itself."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._socket: socket.socket | None = None
        self.session = ""

    def get(self, path: str) -> Answer:
        return self._request(f"GET {path} HTTP/1.1\r\n{HEADERS}Cookie: {self._cookies()}\r\n\r\n".encode())

    def post(self, path: str, fields: dict[str, str]) -> Answer:
        body = urlencode(fields)
        head = f"POST {path} HTTP/1.1\r\n{HEADERS}Origin: https://{HOST}\r\nCookie: {self._cookies()}\r\n"
        head += f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
        return self._request((head + body).encode())

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _cookies(self) -> str:
        return f"__Host-session={self.session}; __Host-csrf={CSRF_SECRET}"

    def _request(self, request: bytes) -> Answer:
        try:
            if self._socket is None:
                self._socket = socket.create_connection(("127.0.0.1", self._port), PATIENCE)
                self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._socket.sendall(request)
            return self._read(self._socket)
        except OSError as problem:
            self.close()
            raise WentWrong(f"connection: {type(problem).__name__}") from problem

    def _read(self, connection: socket.socket) -> Answer:
        received = bytearray()
        while (end := received.find(b"\r\n\r\n")) < 0:
            received += _some_of(connection)
        head = bytes(received[:end]).decode("latin-1")
        headers = {}
        for line in head.split("\r\n")[1:]:
            name, _, value = line.partition(": ")
            headers[name.lower()] = value
        wanted = end + 4 + int(headers["content-length"])
        while len(received) < wanted:
            received += _some_of(connection)
        if headers.get("connection") == "close":
            self.close()
        return Answer(int(head[9:12]), headers.get("location", ""), bytes(received[end + 4 : wanted]))


def _some_of(connection: socket.socket) -> bytes:
    data = connection.recv(262_144)
    if not data:
        raise ConnectionResetError
    return data


@dataclass(slots=True)
class Ledger:
    """What one client saw."""

    # page → (when it was answered, milliseconds, bytes)
    requests: dict[str, list[tuple[float, float, int]]] = field(
        default_factory=lambda: {page: [] for page in PAGES}
    )
    journeys: list[float] = field(default_factory=list)
    conflicts: list[float] = field(default_factory=list)
    errors: Counter[str] = field(default_factory=Counter)

    @contextmanager
    def timed(self, page: str) -> Iterator[list[Answer]]:
        """Times the request made inside; the answer goes into the list."""
        answers: list[Answer] = []
        began = time.perf_counter()
        yield answers
        now = time.perf_counter()
        self.requests[page].append((now, (now - began) * 1000, len(answers[0].body)))


def make_journey(browser: Browser, visit: dict[str, str], ledger: Ledger) -> None:
    """From the calendar to the receipt. Raises WentWrong."""
    browser.session = visit["session"]
    times = f"/appointments/{visit['appointment']}/reschedule/times/"
    with ledger.timed("calendar") as answers:
        answers.append(browser.get(times))
    held = _hold(browser, times, _expect(answers[0], 200, "calendar"), visit["slot"], ledger)
    with ledger.timed("review") as answers:
        answers.append(browser.get(held))
    page = _expect(answers[0], 200, "review").body
    with ledger.timed("confirm") as answers:
        answers.append(browser.post(f"{held}confirm/", {"csrfmiddlewaretoken": token_in(page)}))
    receipt = _expect(answers[0], 302, "confirm", leads_to="/reservations/").location
    with ledger.timed("receipt") as answers:
        answers.append(browser.get(receipt))
    if not has_confirmation_number(_expect(answers[0], 200, "receipt").body):
        raise WentWrong("receipt without a confirmation number")
    ledger.journeys.append(time.perf_counter())


def _hold(browser: Browser, times: str, page: Answer, slot: str, ledger: Ledger) -> str:
    """Picks one of the times on the page until one is held. Returns where the review is."""
    for _ in range(TRIES):
        picked = slot or random.choice(slots_in(page.body))
        with ledger.timed("hold") as answers:
            fields = {"csrfmiddlewaretoken": token_in(page.body), "slot": picked}
            answers.append(browser.post(times, fields))
        page = answers[0]
        if page.status != 409:
            return _expect(page, 302, "hold", leads_to="/reservations/").location
        ledger.conflicts.append(time.perf_counter())
    raise WentWrong(f"hold: {TRIES} times were all taken")


def _expect(answer: Answer, status: int, page: str, *, leads_to: str = "") -> Answer:
    if answer.status != status or not answer.location.startswith(leads_to):
        raise WentWrong(f"{page}: {answer.status} {answer.location}".strip())
    return answer


def token_in(page: bytes) -> str:
    """The first form's protection against forged requests."""
    start = page.find(b'name="csrfmiddlewaretoken"')
    start = page.find(b'value="', start) + 7
    return page[start : page.find(b'"', start)].decode()


def slots_in(page: bytes) -> list[str]:
    """The times that the page offers. Raises WentWrong when there is none."""
    found = []
    start = page.find(b'name="slot"')
    while start >= 0:
        start = page.find(b'value="', start) + 7
        found.append(page[start : start + 36].decode())
        start = page.find(b'name="slot"', start)
    if not found:
        raise WentWrong("calendar: no time is offered")
    return found


def has_confirmation_number(page: bytes) -> bool:
    """Whether a number like R-7F3K9-2QMDX stands on the page."""
    start = page.find(b">R-")
    return start >= 0 and page[start + 8 : start + 9] == b"-"


def run(job: dict[str, object]) -> dict[str, object]:
    """Makes journeys for the job's seconds: `clients` at once, or one that goes to each port in turn."""
    ports = job["ports"]
    queues = [deque(visits) for visits in job["visits"]]
    ending = threading.Event()
    ledgers = [[Ledger() for _ in ports] for _ in range(job["clients"])]
    threads = [
        threading.Thread(target=_keep_going, args=(ports, queues, own, ending), daemon=True)
        for own in ledgers
    ]
    for thread in threads:
        thread.start()
    ending.wait(job["warm_up"])
    began, began_cpu = _mark("start")
    ending.wait(job["seconds"])
    ended, ended_cpu = _mark("stop")
    ending.set()
    for thread in threads:
        thread.join()
    return {
        "seconds": ended - began,
        "client_cpu": ended_cpu - began_cpu,
        "ran_out": not all(queues),
        "ports": [_sum_up([own[place] for own in ledgers], began, ended) for place in range(len(ports))],
    }


def _keep_going(
    ports: list[int], queues: list[deque[dict[str, str]]], ledgers: list[Ledger], ending: threading.Event
) -> None:
    browsers = [Browser(port) for port in ports]
    while not ending.is_set():
        for browser, queue, ledger in zip(browsers, queues, ledgers, strict=True):
            try:
                make_journey(browser, queue.popleft(), ledger)
            except IndexError:
                ending.set()
            except WentWrong as problem:
                ledger.errors[str(problem)] += 1
                ending.wait(AFTER_AN_ERROR_SECONDS)
    for browser in browsers:
        browser.close()


def _mark(word: str) -> tuple[float, float]:
    print(word, flush=True)
    used = resource.getrusage(resource.RUSAGE_SELF)
    return time.perf_counter(), used.ru_utime + used.ru_stime


def _sum_up(ledgers: list[Ledger], began: float, ended: float) -> dict[str, object]:
    """What was answered within the time that counts; `all_journeys` also counts those around it."""
    errors: Counter[str] = Counter()
    for ledger in ledgers:
        errors += ledger.errors
    return {
        "all_journeys": sum(len(ledger.journeys) for ledger in ledgers),
        "journeys": sum(began <= at < ended for ledger in ledgers for at in ledger.journeys),
        "conflicts": sum(began <= at < ended for ledger in ledgers for at in ledger.conflicts),
        "errors": errors,
        "requests": {
            page: [
                (milliseconds, size)
                for ledger in ledgers
                for at, milliseconds, size in ledger.requests[page]
                if began <= at < ended
            ]
            for page in PAGES
        },
    }


def _end_with_the_bench() -> None:
    """The bench holds the other end of our input, however it ends."""
    os.read(sys.stdin.fileno(), 1)
    os._exit(1)


if __name__ == "__main__":
    job = json.loads(sys.stdin.readline())
    threading.Thread(target=_end_with_the_bench, daemon=True).start()
    print(json.dumps(run(job)))
