"""`make reset`: deletes the demonstration's data folder, unless something still runs on it."""

import sys

from portal.embedded.data_folder import UnusableDataFolder, data_folder, delete_data_folder


def main() -> int:
    """Deletes it and says so; 1 when it must not."""
    folder = data_folder()
    try:
        delete_data_folder(folder)
    except UnusableDataFolder as problem:
        print(problem, file=sys.stderr)
        return 1
    print(f"{folder} is gone. The next `make run` starts afresh.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
