"""The busy attorney of the demonstration: forty clients at many sites, with many forms. Some are refused."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

from appointments.demo.plan import BEFORE_LAUNCH, DAY, HOUR, SeriesPlan

ATTORNEY = "maya"
SITES = ("NYC", "PHX", "CHI", "LAX", "DEN", "DET", "IND", "HON", "ANC", "SAJ", "BOI", "GUM", "STT")
FORMS = ("I-485", "I-765", "N-400", "I-90", "I-131", "I-539", "I-751", "I-821", "I-589")
FIRST, EVERY = 2 * DAY + 12 * HOUR, timedelta(hours=28)

# Forty active clients, counting Luis and his wife (plan.py) and without the one whose case is closed.
CLIENTS = (
    *("Adaeze Obi", "Ahmed Farouk", "Aiko Tanaka", "Amara Diallo", "Anh Nguyen", "Beatriz Almeida"),
    *("Bilal Hussain", "Carmen Ibáñez", "Chidi Eze", "Daniel Kovač", "Elif Yıldız", "Esteban Fuentes"),
    *("Fatima Zahra", "Gabriela Muñoz", "Hana Kim", "Ibrahim Sesay", "Ines Carvalho", "Jamal Saleh"),
    *("João Pereira", "Kateryna Bondar", "Kwame Mensah", "Lan Pham", "Leila Rahimi", "Li Wei"),
    *("Marisol Peña", "Mateo Quispe", "Mei Chen", "Nadia Petrova", "Olga Ivanchuk", "Priya Raman"),
    *("Rania Khoury", "Rosa Tzoc", "Santiago Vélez", "Siobhan O’Neill", "Tariq Aslam", "Thuy Le"),
    *("Valentina Rossi", "Yusuf Demir", "Zainab Bello", "Wanjiru Njoroge"),
)
EXCEPTIONS: dict[str, dict[str, Any]] = {
    "Ahmed Farouk": {"starts_in": 6 * HOUR},
    "Bilal Hussain": {"starts_in": -1 * DAY},
    "Daniel Kovač": {"earlier_counted": 2},
    "Fatima Zahra": {"is_staff_only": True},
    "Hana Kim": {"earlier_counted": 1},
    "Jamal Saleh": {"case_closed": True},
    "Kwame Mensah": {"form_code": "I-914"},
    "Mateo Quispe": {"earlier_counted": 2},
    "Nadia Petrova": {"form_code": "I-600", "scheduled_at": BEFORE_LAUNCH},
}


def plan_clients() -> Iterator[SeriesPlan]:
    """Yield one case with one person for each client."""
    for number, name in enumerate(CLIENTS):
        plan = SeriesPlan(
            receipt_number=f"IOE9900000{301 + number}",
            form_code=FORMS[number % len(FORMS)],
            owner="",
            site_code=SITES[number % len(SITES)],
            starts_in=FIRST + number * EVERY,
            person_name=name,
            representative=ATTORNEY,
        )
        yield replace(plan, **EXCEPTIONS.get(name, {}))
