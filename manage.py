#!/usr/bin/env python
"""Django's command line. Without DATABASE_URL it starts the embedded database first."""

import os
import sys

from django.core.management import execute_from_command_line


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.local")
    if os.environ["DJANGO_SETTINGS_MODULE"] == "portal.settings.local":
        from portal.embedded.services import provide_database

        provide_database()
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
