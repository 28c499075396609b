"""Accounts, cases, people and representations."""

from datetime import date, timedelta

import factory
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group

from accounts.models import Case, Person, Representation, RepresentativeProfile, User
from policy.models import FormType
from portal.foundation.clock import database_now
from tests.factories.texts import word

PASSWORD = "correct horse battery"


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    class Params:
        spanish = factory.Trait(language="es")
        representative = factory.Trait(kind=User.Kind.REPRESENTATIVE)
        staff = factory.Trait(kind=User.Kind.STAFF, is_staff=True)

    email = word("address")
    name = word("account")

    @factory.post_generation
    def password(self, create, extracted, **kwargs):
        self.set_password(extracted or PASSWORD)
        self.save(update_fields=["password"])

    @factory.post_generation
    def verified(self, create, extracted, **kwargs):
        EmailAddress.objects.create(
            user=self, email=self.email, verified=extracted is not False, primary=True
        )


def officer_of(*units, **fields):
    """A member of staff in these units."""
    officer = UserFactory(staff=True, **fields)
    officer.groups.set(Group.objects.filter(name__in=units))
    return officer


class AttorneyFactory(UserFactory):
    """A verified attorney, whose papers were entered before anyone could apply."""

    kind = User.Kind.REPRESENTATIVE

    @factory.post_generation
    def profile(self, create, extracted, **kwargs):
        make_profile(self, submitted_at=None, verified_at=database_now())


class AccreditedFactory(UserFactory):
    """A verified accredited representative."""

    kind = User.Kind.REPRESENTATIVE

    @factory.post_generation
    def profile(self, create, extracted, **kwargs):
        make_profile(self, **ACCREDITED, verified_at=database_now())


class WaitingAttorneyFactory(UserFactory):
    """An attorney who waits to be verified."""

    kind = User.Kind.REPRESENTATIVE

    @factory.post_generation
    def profile(self, create, extracted, **kwargs):
        make_profile(self)


ATTORNEY = {"kind": "attorney", "bar_state": "TX", "bar_number": "24000001"}
ACCREDITED = {
    "kind": "accredited",
    "organization": "Example Legal Aid",
    "accreditation": "partial",
    "accreditation_expires_on": date(2100, 1, 1),
}


def make_profile(user, **fields):
    """The papers of a representative; an attorney's unless said otherwise."""
    papers = fields if "kind" in fields else ATTORNEY | fields
    return RepresentativeProfile.objects.create(user=user, **{"submitted_at": database_now(), **papers})


class CaseFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Case

    class Params:
        adoption = factory.Trait(
            form_type=factory.LazyFunction(lambda: FormType.objects.get(code="I-600A")),
            receipt_number=word("adoption_number"),
        )
        closed = factory.Trait(
            status=Case.Status.CLOSED,
            closed_at=factory.LazyFunction(lambda: database_now() - timedelta(days=1)),
        )

    receipt_number = word("receipt_number")
    form_type = factory.LazyFunction(lambda: FormType.objects.get(code="I-485"))
    filing_channel = Case.FilingChannel.ONLINE
    requestor = factory.SubFactory(UserFactory)


class PersonFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Person

    case = factory.SubFactory(CaseFactory)
    name = factory.SelfAttribute("case.requestor.name")
    role = Person.Role.APPLICANT


class RepresentationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Representation

    case = factory.SubFactory(CaseFactory)
    representative = factory.SubFactory(AttorneyFactory)
    status = Representation.Status.IN_FORCE
    in_force_from = factory.LazyFunction(lambda: database_now() - timedelta(days=10))


def accredited(*, until, **fields):
    """An accredited representative whose accreditation holds through that day."""
    representative = AttorneyFactory(**fields)
    RepresentativeProfile.objects.filter(user=representative).update(
        kind=RepresentativeProfile.Kind.ACCREDITED, accreditation_expires_on=until
    )
    return representative


def requested(*, case=None, representative=None, origin=Representation.Origin.PASSCODE):
    """A representation that waits for an answer: of the client, or by an invitation of the representative."""
    case = case or CaseFactory()
    representative = representative or AttorneyFactory()
    by_client = origin == Representation.Origin.INVITATION
    return Representation.objects.create(
        case=case,
        representative=representative,
        origin=origin,
        requested_by=case.requestor if by_client else representative,
    )
