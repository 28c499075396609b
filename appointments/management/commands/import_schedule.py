from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from time import perf_counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from appointments.representation.services.closed_cases import end_on_closed_cases
from appointments.schedule_import.conflicts import save_conflicts
from appointments.schedule_import.faults import SHOWN, DeliveryRefused, ErrorReport, InvalidDelivery
from appointments.schedule_import.load import Loaded, load_delivery


class Command(BaseCommand):
    help = "Loads a delivery of the scheduler of record, whole or not at all. See docs/schedule-delivery.md."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("directory", type=Path, help="The directory with manifest.json.")
        parser.add_argument("--faults", type=Path, default=Path("schedule-faults.csv"))
        parser.add_argument("--conflicts", type=Path, default=Path("schedule-conflicts.csv"))

    def handle(self, *args: Any, **options: Any) -> None:
        started = perf_counter()
        with ErrorReport(options["faults"]) as faults:
            try:
                loaded = load_delivery(options["directory"], faults=faults, progress=self.stderr.write)
            except InvalidDelivery:
                raise CommandError(self._report_errors(faults)) from None
            except DeliveryRefused as refused:
                raise CommandError(str(refused)) from None
        self._report_outcome(loaded, options["conflicts"])
        # Linux counts in KiB.
        peak = getrusage(RUSAGE_SELF).ru_maxrss / 1024
        self.stdout.write(f"{perf_counter() - started:.1f} seconds, {peak:.0f} MiB of memory at most.")

    def _report_errors(self, faults: ErrorReport) -> str:
        for fault in faults.first:
            self.stderr.write(str(fault))
        if faults.total > SHOWN:
            self.stderr.write(f"… and {faults.total - SHOWN:,} more.")
        return f"{faults.total:,} faults, all of them in {faults.path.resolve()}. Nothing was loaded."

    def _report_outcome(self, loaded: Loaded, conflicts: Path) -> None:
        if loaded.delivery is None:
            self.stdout.write("This delivery was already loaded: nothing changed.")
            return
        for name, count in loaded.counts.items():
            self.stdout.write(f"{name.replace('_', ' ')}: {count:,}")
        if ended := end_on_closed_cases():
            self.stdout.write(f"closed cases on which nobody acts any more: {ended:,}")
        try:
            if save_conflicts(loaded.delivery, conflicts):
                self.stdout.write(f"The conflicts are in {conflicts.resolve()}.")
        except OSError as error:
            raise CommandError(
                f"The delivery is loaded, but its conflicts cannot be written to {conflicts}:"
                f" {error.strerror}. They are in the staff's list."
            ) from None
