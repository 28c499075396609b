"""Check that the web server in this container is alive. It is in Python because the image has no curl.

Run it by its path, as `python -I portal/check_web.py`, so that it loads neither Django nor Celery. It checks
liveness and not readiness: a web server is not unhealthy because its database is down.
"""

import http.client
import os
import sys

SECONDS = 5


def main() -> int:
    """Return 0 if the web server answers its liveness check, else 1."""
    port = int(os.environ.get("BIND", "127.0.0.1:8000").split(",")[0].rpartition(":")[2])
    # Django answers only requests for a host in ALLOWED_HOSTS.
    host = os.environ.get("ALLOWED_HOSTS", "localhost").split(",")[0].strip().lstrip(".")
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS)
    try:
        connection.request("GET", "/health/live", headers={"Host": host})
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException) as problem:
        print(f"No answer: {problem}")
        return 1
    finally:
        connection.close()
    print(f"The answer is {status}.")
    return 0 if status == 200 else 1


if __name__ == "__main__":
    sys.exit(main())
