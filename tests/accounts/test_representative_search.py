"""The staff search for representatives: what it finds, and that PostgreSQL uses the indexes."""

import pytest
from django.db import connection, transaction
from django.urls import reverse

from accounts.models import RepresentativeProfile
from accounts.queries import search_representatives
from accounts.units import Unit
from tests.factories.accounts import AttorneyFactory, WaitingAttorneyFactory, officer_of
from tests.support.query_plans import plans_of, read_whole
from tests.support.staff_sign_in import sign_in_staff

LIST = "admin:accounts_representativeprofile_changelist"
CROWD = 30_000
LARGE = {"accounts_user", "accounts_representativeprofile"}


def found(words):
    return set(search_representatives(RepresentativeProfile.objects.all(), words))


@pytest.fixture
def canary(db):
    profile = AttorneyFactory(name="Quillon Canary", email="q.canary@firm.example").representative_profile
    RepresentativeProfile.objects.filter(pk=profile.pk).update(
        bar_number="TX-24000777", organization="Help for All"
    )
    AttorneyFactory(name="Somebody Else")
    return profile


@pytest.mark.parametrize(
    "words", ["quillon", "Canary", " Quillon  Canary ", "@FIRM.example", "24000777", "tx-24", "help for"]
)
def test_finds_by_name_address_bar_number_and_organization(canary, words):
    assert found(words) == {canary}


@pytest.mark.parametrize("words", ["", "Qu", "Q\x00illon", "%", "nobody at all"])
def test_short_and_unknown_words_find_nothing(canary, words):
    assert found(words) == set()


def test_the_list_searches_all_stages_or_the_chosen_one(client, canary):
    WaitingAttorneyFactory(name="Canary Waiting")
    sign_in_staff(client, officer_of(Unit.AUDITORS))
    assert "Quillon Canary" not in client.get(reverse(LIST)).content.decode()
    both = client.post(reverse(LIST), {"q": "canary"}, follow=True).content.decode()
    assert "Quillon Canary" in both
    assert "Canary Waiting" in both
    waiting = client.post(reverse(LIST) + "?stage=waiting", {"q": "canary"}, follow=True).content.decode()
    assert "Quillon Canary" not in waiting


def test_units_without_access_to_applications_find_none(client, canary):
    sign_in_staff(client, officer_of(Unit.CONTACT_CENTER))
    assert "Quillon Canary" not in client.post(reverse(LIST), {"q": "canary"}, follow=True).content.decode()


# --- Among many ---------------------------------------------------------------------------------------


@pytest.fixture
def crowd(committed_data):
    """Create 30,000 verified representatives with different names, addresses and details."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # without history rows
        cursor.execute(
            """
            INSERT INTO accounts_user (public_id, password, is_superuser, email, name, kind, language, phone,
                                       notification_channel, is_active, is_staff)
            SELECT gen_random_uuid(), '!', false, md5(number::text) || '@crowd.example',
                   md5('name' || number), 'representative', 'en', '', 'email', true, false
            FROM generate_series(1, %s) AS number
            """,
            [CROWD],
        )
        cursor.execute(
            """
            INSERT INTO accounts_representativeprofile (user_id, kind, bar_state, bar_number, organization,
                                                        accreditation, rejection, verified_at)
            SELECT id, 'attorney', 'TX', md5('bar' || id), md5('house' || id), '', '', now()
            FROM accounts_user WHERE email LIKE '%%@crowd.example'
            """
        )
        cursor.execute("SET session_replication_role = DEFAULT")
        for index in ("user_representative_trigrams", "representative_papers_trigrams"):
            cursor.execute("SELECT gin_clean_pending_list(%s)", [index])  # as autovacuum does
        cursor.execute("ANALYZE accounts_user, accounts_representativeprofile")
    return RepresentativeProfile.objects.select_related("user").order_by("id")[CROWD // 2]


def tables_read_whole(words):
    """Return the large tables that the search reads in full."""
    rows = RepresentativeProfile.objects.order_by("id")
    _found, plans = plans_of(lambda: list(search_representatives(rows, words)[:50]))
    return read_whole(plans) & LARGE


def test_a_search_among_many_uses_the_indexes(crowd, client):
    for words in (crowd.user.name[:20], crowd.user.email[:20], crowd.bar_number[:20], crowd.organization):
        assert found(words) == {crowd}
        assert tables_read_whole(words) == set()
    sign_in_staff(client, officer_of(Unit.NBC_ADOPTIONS))
    shown = client.post(reverse(LIST), {"q": crowd.bar_number}, follow=True).content.decode()
    assert crowd.user.name in shown


@pytest.mark.parametrize(
    ("index", "table"),
    [
        ("user_representative_trigrams", "accounts_user"),
        ("representative_papers_trigrams", "accounts_representativeprofile"),
    ],
)
def test_control_without_an_index_every_row_is_read(crowd, index, table):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DROP INDEX {index}")
        whole = tables_read_whole("0123456789abcdef")
        transaction.set_rollback(True)
    assert table in whole
