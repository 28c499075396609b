"""Delete the demonstration's data folder, unless something is using it: `make reset`."""

import sys

from portal.embedded.data_folder import UnusableDataFolder, data_folder, delete_data_folder


def main() -> int:
    """Delete the folder and print its name. Return 1 if it must not be deleted."""
    folder = data_folder()
    try:
        delete_data_folder(folder)
    except UnusableDataFolder as problem:
        print(problem, file=sys.stderr)
        return 1
    print(f"{folder} was deleted. The next `make run` starts with new data.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
