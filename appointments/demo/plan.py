"""The people of the demonstration, and the appointment that shows each answer."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.models import Person, RepresentativeProfile, User
from accounts.units import Unit
from appointments.models import Appointment

DOMAIN = "demo.invalid"


@dataclass(frozen=True, slots=True)
class PersonaPlan:
    """One person that a visitor can sign in as."""

    key: str
    name: str
    kind: str
    title_en: str
    title_es: str
    about_en: str
    about_es: str
    language: str = "en"
    profile: str = ""
    is_verified: bool = True
    accreditation_ends_in: timedelta = timedelta(days=365)
    unit: Unit | None = None
    # If set, it is confirmed, and the person gets email and text messages.
    phone: str = ""

    @property
    def email(self) -> str:
        return f"{self.key}@{DOMAIN}"


@dataclass(frozen=True, slots=True)
class SeriesPlan:
    """One person's appointment. `starts_in` is the time from seeding to its start.

    `earlier_reschedules` were made in this portal, `earlier_counted` before it.
    """

    receipt_number: str
    form_code: str
    owner: str
    site_code: str
    starts_in: timedelta
    person_name: str
    role: str = Person.Role.APPLICANT
    earlier_reschedules: int = 0
    earlier_counted: int = 0
    status: str = Appointment.Status.SCHEDULED
    scheduled_at: datetime | None = None
    is_staff_only: bool = False
    case_closed: bool = False
    representative: str = ""
    access_code: str = ""

    @property
    def is_soon(self) -> bool:
        """Whether it begins within 12 hours, too soon to reschedule it online."""
        return timedelta() < self.starts_in < timedelta(hours=12)


PERSONAS = (
    PersonaPlan(
        key="ana",
        name="Ana Rivera",
        kind=User.Kind.REQUESTOR,
        title_en="Ana, applicant",
        title_es="Ana, solicitante",
        phone="+12025550171",
        about_en="Has several appointments that she can reschedule, and one for every refusal.",
        about_es="Tiene varias citas que puede reprogramar y una por cada motivo de rechazo.",
    ),
    PersonaPlan(
        key="luis",
        name="Luis Ortega",
        kind=User.Kind.REQUESTOR,
        language="es",
        title_en="Luis, petitioner (in Spanish)",
        title_es="Luis, peticionario (en español)",
        about_en="Is adopting. An attorney handles one case. In another, three can reschedule together.",
        about_es="Va a adoptar. Una abogada lleva un caso. En otro, tres pueden reprogramar juntos.",
    ),
    PersonaPlan(
        key="noor",
        name="Noor Haddad",
        kind=User.Kind.REQUESTOR,
        title_en="Noor, new applicant",
        title_es="Noor, solicitante nueva",
        about_en="Has no case yet. Add IOE9900000201 with the code 7F3K 9Q2M DX4T 8N2P.",
        about_es="Todavía no tiene casos. Agregue IOE9900000201 con el código 7F3K 9Q2M DX4T 8N2P.",
    ),
    PersonaPlan(
        key="maya",
        name="Maya Chen",
        kind=User.Kind.REPRESENTATIVE,
        profile=RepresentativeProfile.Kind.ATTORNEY,
        title_en="Maya, attorney",
        title_es="Maya, abogada",
        about_en="Represents forty clients and asked to represent Ana. Can reschedule several at once.",
        about_es="Representa a cuarenta clientes y pidió representar a Ana. Reprograma varias a la vez.",
    ),
    PersonaPlan(
        key="samuel",
        name="Samuel Okafor",
        kind=User.Kind.REPRESENTATIVE,
        profile=RepresentativeProfile.Kind.ACCREDITED,
        title_en="Samuel, accredited representative",
        title_es="Samuel, representante acreditado",
        about_en="Works at a recognized organization and represents one client.",
        about_es="Trabaja en una organización reconocida y representa a una clienta.",
    ),
    PersonaPlan(
        key="ruth",
        name="Ruth Adler",
        kind=User.Kind.REPRESENTATIVE,
        profile=RepresentativeProfile.Kind.ACCREDITED,
        accreditation_ends_in=timedelta(days=-1),
        title_en="Ruth, accreditation ended",
        title_es="Ruth, acreditación vencida",
        about_en="Her accreditation ended yesterday. She lost access to her client’s case.",
        about_es="Su acreditación venció ayer. Ya no tiene acceso al caso de su clienta.",
    ),
    PersonaPlan(
        key="iris",
        name="Iris Novak",
        kind=User.Kind.REPRESENTATIVE,
        profile=RepresentativeProfile.Kind.ATTORNEY,
        is_verified=False,
        title_en="Iris, attorney waiting for verification",
        title_es="Iris, abogada en espera de verificación",
        about_en="Sent her application and is waiting. After Nina verifies her, she can represent clients.",
        about_es="Envió su solicitud y está en espera. Cuando Nina la verifique, podrá tener clientes.",
    ),
    PersonaPlan(
        key="nbc",
        name="Nina Becker",
        kind=User.Kind.STAFF,
        unit=Unit.NBC_ADOPTIONS,
        title_en="Nina, NBC Adoptions Unit",
        title_es="Nina, Unidad de Adopciones del NBC",
        about_en="An officer. Reschedules adoption appointments for callers and can override the limits. "
        "Luis has reached the limit on case SIM9900000154.",
        about_es="Oficial. Reprograma por teléfono citas de adopción, incluso por encima de los límites. "
        "Luis llegó al límite en el caso SIM9900000154.",
    ),
    PersonaPlan(
        key="carl",
        name="Carl Jensen",
        kind=User.Kind.STAFF,
        unit=Unit.CONTACT_CENTER,
        title_en="Carl, Contact Center",
        title_es="Carl, Centro de Contacto",
        about_en="An officer who answers calls. Handles all other forms and can view adoption cases.",
        about_es="Oficial que atiende llamadas sobre los demás formularios. Puede ver casos de adopción.",
    ),
    PersonaPlan(
        key="pia",
        name="Pia Lindqvist",
        kind=User.Kind.STAFF,
        unit=Unit.POLICY_OFFICERS,
        title_en="Pia, policy officer",
        title_es="Pia, oficial de políticas",
        about_en="Enters rules before they take effect: limits, forms, and reasons. Sees no cases.",
        about_es="Registra reglas antes de que entren en vigor: límites, formularios y motivos. No ve casos.",
    ),
    PersonaPlan(
        key="omar",
        name="Omar Aziz",
        kind=User.Kind.STAFF,
        unit=Unit.AUDITORS,
        title_en="Omar, auditor",
        title_es="Omar, del equipo de auditoría",
        about_en="Can view everything and its history. Can’t change anything.",
        about_es="Puede ver todo y su historial. No puede cambiar nada.",
    ),
)

BEFORE_LAUNCH = datetime.fromisoformat("2024-05-01T10:00:00-04:00")
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)

SERIES = (
    SeriesPlan("IOE9900000101", "I-485", "ana", "PHX", 9 * DAY, "Ana Rivera"),
    SeriesPlan("IOE9900000102", "N-400", "ana", "CHI", 16 * DAY, "Ana Rivera"),
    SeriesPlan("IOE9900000103", "I-765", "ana", "SAJ", 23 * DAY, "Ana Rivera", earlier_reschedules=1),
    SeriesPlan("IOE9900000104", "I-90", "ana", "GUM", 30 * DAY, "Ana Rivera"),
    SeriesPlan("IOE9900000111", "I-131", "ana", "DEN", 6 * HOUR, "Ana Rivera"),
    SeriesPlan("IOE9900000112", "I-539", "ana", "LAX", -1 * DAY, "Ana Rivera"),
    SeriesPlan("IOE9900000113", "I-751", "ana", "NYC", 12 * DAY, "Ana Rivera", earlier_reschedules=2),
    SeriesPlan("SIM9900000114", "I-800A", "ana", "HON", 14 * DAY, "Ana Rivera", scheduled_at=BEFORE_LAUNCH),
    SeriesPlan("IOE9900000115", "I-914", "ana", "ANC", 18 * DAY, "Ana Rivera"),
    SeriesPlan("IOE9900000116", "I-821", "ana", "DET", 21 * DAY, "Ana Rivera", case_closed=True),
    SeriesPlan("IOE9900000117", "I-589", "ana", "IND", 24 * DAY, "Ana Rivera", is_staff_only=True),
    SeriesPlan(
        "IOE9900000118", "I-485", "ana", "BOI", -9 * DAY, "Ana Rivera", status=Appointment.Status.MISSED
    ),
    SeriesPlan("IOE9900000119", "N-400", "ana", "STT", 7 * HOUR, "Ana Rivera", earlier_reschedules=2),
    SeriesPlan(
        "SIM9900000151",
        "I-600A",
        "luis",
        "NYC",
        11 * DAY,
        "Luis Ortega",
        role=Person.Role.PETITIONER,
        representative="maya",
    ),
    SeriesPlan(
        "SIM9900000151",
        "I-600A",
        "luis",
        "NYC",
        11 * DAY,
        "Elena Ortega",
        role=Person.Role.SPOUSE,
        representative="maya",
    ),
    *(
        SeriesPlan("SIM9900000153", "I-800A", "luis", "NYC", 17 * DAY, name, role=role)
        for name, role in (
            ("Luis Ortega", Person.Role.PETITIONER),
            ("Elena Ortega", Person.Role.SPOUSE),
            ("Teresa Ortega", Person.Role.HOUSEHOLD_MEMBER),
        )
    ),
    SeriesPlan(
        "SIM9900000154",
        "I-600",
        "luis",
        "CHI",
        20 * DAY,
        "Luis Ortega",
        role=Person.Role.PETITIONER,
        earlier_counted=2,
    ),
    SeriesPlan("IOE9900000152", "I-765", "luis", "LAX", 15 * DAY, "Luis Ortega"),
    SeriesPlan("IOE9900000161", "I-485", "ana", "CHI", 27 * DAY, "Ana Rivera"),
    SeriesPlan("IOE9900000201", "I-485", "", "DEN", 13 * DAY, "Noor Haddad", access_code="7F3K9Q2MDX4T8N2P"),
)
