"""Confirming a phone number: at most five attempts within ten minutes, and a limit on codes sent."""

import re
from datetime import timedelta
from functools import partial

import pytest

from accounts import queries
from accounts.models import Message, PhoneCode, User
from accounts.models.phone_code import MAX_PHONE_CODE_ATTEMPTS
from accounts.models.user import UserManager
from accounts.services import phone_codes
from accounts.services.phone_codes import (
    ACCOUNT_CODES,
    ACCOUNT_WINDOW,
    LIFETIME,
    NUMBER_CODES,
    NUMBER_WINDOW,
    NoUsablePhoneCode,
    TooManyPhoneCodes,
    WrongPhoneCode,
    confirm_phone,
    resend_code,
)
from accounts.services.sweep import FAILURES_KEPT, MAIL_KEPT, sweep
from accounts.services.texts import send_due_texts
from tests.accounts.test_access_code_races import errors_of, meet_after
from tests.factories.accounts import UserFactory
from tests.support.races import run_at_once
from tests.support.text_gateway import NUMBER
from tests.support.without_locks import change_querysets

pytestmark = pytest.mark.usefixtures("reference_data")

PAGE = "/accounts/profile/phone/"
AGAIN = "/accounts/profile/phone/again/"
PROFILE = {"name": "Ana Pérez", "phone": "(415) 555-0132", "language": "en", "notification_channel": "text"}
SECOND = timedelta(seconds=1)


@pytest.fixture
def user(db):
    return UserFactory(phone=NUMBER, notification_channel="text")


@pytest.fixture
def page(client, user):
    client.force_login(user)
    return client


def code_in(text):
    return re.search(r"\b([0-9]{6})\b", text)[1]


def newest_code(texts, number=NUMBER):
    send_due_texts()
    return code_in(texts.to(number)[-1])


def wrong(code):
    return f"{(int(code) + 1) % 10**6:06}"


def is_confirmed(user):
    user.refresh_from_db()
    return user.phone_confirmed_at is not None


# --- The pages -----------------------------------------------------------------------------------------


def test_saving_a_number_sends_a_code_that_confirms_it(client, texts):
    user = UserFactory()
    client.force_login(user)
    asked = client.post("/accounts/profile/", PROFILE, follow=True)
    assert asked.redirect_chain == [(PAGE, 302)]
    said = asked.content.decode()
    assert "We sent a code to (415) 555-0132." in said
    assert 'autocomplete="one-time-code"' in said
    code = newest_code(texts)
    done = client.post(PAGE, {"code": f" {code[:3]} {code[3:]} "}, follow=True)
    assert done.redirect_chain == [("/accounts/profile/", 302)]
    assert "Your number is confirmed" in done.content.decode()
    assert is_confirmed(user)
    assert client.get(PAGE)["Location"] == "/accounts/profile/"


def test_the_code_is_stored_only_as_a_hash_once_it_was_sent(user, texts):
    resend_code(account=user)
    code = newest_code(texts)
    rows = [*PhoneCode.objects.values(), *Message.objects.values()]
    assert rows
    assert code not in re.sub(r"[0-9a-f]{64}|\.\d{6}|[0-9a-f-]{36}", "", str(rows))


def test_the_text_is_in_the_accounts_language(texts):
    resend_code(account=UserFactory(phone=NUMBER, notification_channel="text", spanish=True))
    send_due_texts()
    [text] = texts.to(NUMBER)
    assert "código" in text


@pytest.mark.parametrize(
    ("typed", "says"),
    [("", "Enter the 6-digit code"), ("12345", "Enter all 6 digits"), ("1234567", "Enter all 6 digits"),
     ("abcdef", "Enter all 6 digits"), ("x" * 21, "The limit is 20"), ("123\x00456", "unsupported")],
)  # fmt: skip
def test_a_code_of_the_wrong_shape_is_explained_and_not_counted(page, user, texts, typed, says):
    resend_code(account=user)
    answer = page.post(PAGE, {"code": typed})
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert PhoneCode.objects.get().failures == 0


def test_a_wrong_code_shows_the_attempts_left_and_the_fifth_is_the_last(page, user, texts):
    resend_code(account=user)
    code = newest_code(texts)
    said = [page.post(PAGE, {"code": wrong(code)}).content.decode() for _ in range(MAX_PHONE_CODE_ATTEMPTS)]
    assert "You can try 4 more times" in said[0]
    assert "You can try 1 more time." in said[3]
    assert "You don’t have a valid code" in said[4]
    assert "You don’t have a valid code" in page.post(PAGE, {"code": code}).content.decode()
    assert not is_confirmed(user)


def test_a_new_code_can_be_requested_and_replaces_the_earlier_one(page, user, texts):
    resend_code(account=user)
    first = newest_code(texts)
    answer = page.post(AGAIN, follow=True)
    assert "A new code is on its way" in answer.content.decode()
    second = newest_code(texts)
    if first != second:
        assert page.post(PAGE, {"code": first}).status_code == 422
    assert page.post(PAGE, {"code": second})["Location"] == "/accounts/profile/"


def test_the_page_says_when_another_code_can_be_requested(page, user, texts):
    for _ in range(ACCOUNT_CODES):
        assert page.post(AGAIN)["Location"] == PAGE
    answer = page.post(AGAIN)
    assert answer.status_code == 429
    assert "Try again in 60 minutes" in answer.content.decode()
    assert PhoneCode.objects.count() == ACCOUNT_CODES


def test_the_profile_is_saved_even_if_too_many_codes_were_sent(client, texts):
    user = UserFactory()
    client.force_login(user)
    for last in range(ACCOUNT_CODES + 1):
        answer = client.post("/accounts/profile/", PROFILE | {"phone": f"(415) 555-013{last}"}, follow=True)
    said = answer.content.decode()
    assert "Your profile is saved" in said
    assert f"You don’t have a valid code for (415) 555-013{ACCOUNT_CODES}" in said
    user.refresh_from_db()
    assert user.phone == f"+1415555013{ACCOUNT_CODES}"


def test_the_profile_shows_an_unconfirmed_number_and_saving_it_again_sends_no_code(page, user, texts):
    resend_code(account=user)
    assert "until you confirm this number" in page.get("/accounts/profile/").content.decode()
    page.post("/accounts/profile/", PROFILE | {"name": "Another Name"})
    assert PhoneCode.objects.count() == 1


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("address", [PAGE, AGAIN])
def test_an_account_that_needs_no_code_is_redirected_to_the_profile(client, texts, address, method):
    user = UserFactory(phone=NUMBER)
    client.force_login(user)
    answer = getattr(client, method)(address, {"code": "123456"}, follow=True)
    assert answer.redirect_chain[-1] == ("/accounts/profile/", 302)
    assert not PhoneCode.objects.exists()


def test_the_pages_take_a_constant_number_of_queries(page, user, texts, django_assert_num_queries):
    resend_code(account=user)
    page.get(PAGE)
    with django_assert_num_queries(5):
        page.get(PAGE)


# --- The rules -----------------------------------------------------------------------------------------


def test_a_code_works_for_ten_minutes(user, texts, shift_clock):
    resend_code(account=user)
    code = newest_code(texts)
    shift_clock(LIFETIME - SECOND)
    assert queries.find_usable_phone_code(user) is not None
    shift_clock(LIFETIME)
    with pytest.raises(NoUsablePhoneCode):
        confirm_phone(account=user, digits=code)
    assert not is_confirmed(user)


def test_a_code_confirms_only_the_number_it_was_sent_to(user, texts):
    resend_code(account=user)
    code = newest_code(texts)
    User.objects.filter(pk=user.pk).update(phone="+14155550199")
    with pytest.raises(NoUsablePhoneCode):
        confirm_phone(account=user, digits=code)
    assert not is_confirmed(user)


def test_a_code_confirms_only_the_account_that_requested_it(user, texts):
    other = UserFactory(phone=NUMBER, notification_channel="text")
    resend_code(account=user)
    code = newest_code(texts)
    with pytest.raises(NoUsablePhoneCode):
        confirm_phone(account=other, digits=code)


def test_confirming_twice_changes_nothing(user, texts):
    resend_code(account=user)
    code = newest_code(texts)
    confirm_phone(account=user, digits=code)
    confirm_phone(account=user, digits=wrong(code))
    assert is_confirmed(user)
    assert PhoneCode.objects.get().failures == 0


def test_an_account_gets_five_codes_an_hour_for_all_numbers(user, texts, shift_clock):
    for last in range(ACCOUNT_CODES):
        User.objects.filter(pk=user.pk).update(phone=f"+1415555017{last}")
        resend_code(account=user)
    with pytest.raises(TooManyPhoneCodes) as refusal:
        resend_code(account=user)
    assert timedelta(minutes=59) < refusal.value.wait <= ACCOUNT_WINDOW
    shift_clock(ACCOUNT_WINDOW + SECOND)
    resend_code(account=user)


def test_a_number_gets_ten_codes_a_day_from_all_accounts(texts, shift_clock):
    for _ in range(NUMBER_CODES):
        resend_code(account=UserFactory(phone=NUMBER, notification_channel="text"))
    one_more = UserFactory(phone=NUMBER, notification_channel="text")
    with pytest.raises(TooManyPhoneCodes):
        resend_code(account=one_more)
    shift_clock(NUMBER_WINDOW + SECOND)
    resend_code(account=one_more)


def test_codes_are_deleted_when_no_limit_counts_them(user, texts, shift_clock):
    resend_code(account=user)
    shift_clock(FAILURES_KEPT - SECOND)
    assert sweep()["phone_codes"] == 0
    shift_clock(FAILURES_KEPT)
    assert sweep()["phone_codes"] == 1
    send_due_texts()
    assert Message.objects.get().state == "failed"
    shift_clock(MAIL_KEPT + LIFETIME)
    assert sweep()["mail"] == 1


# --- Concurrency ---------------------------------------------------------------------------------------

AT_ONCE = 12


def remove_account_lock(monkeypatch):
    patch = partial(monkeypatch.setattr, raising=False)
    change_querysets(patch, UserManager, "select_for_update", lambda self, **_: self.all())


def guess_at_once(user, code):
    return errors_of(run_at_once([lambda: confirm_phone(account=user, digits=wrong(code))] * AT_ONCE))


@pytest.mark.parametrize("is_locked", [True, False])
def test_only_the_accounts_lock_keeps_parallel_guesses_to_five(committed_data, texts, monkeypatch, is_locked):
    user = UserFactory(phone=NUMBER, notification_channel="text")
    resend_code(account=user)
    code = newest_code(texts)
    meet_after(monkeypatch, queries, "find_usable_phone_code", roles=AT_ONCE)
    if not is_locked:
        remove_account_lock(monkeypatch)
    errors = guess_at_once(user, code)
    # The fifth wrong attempt raises NoUsablePhoneCode.
    assert errors.count(WrongPhoneCode) == (MAX_PHONE_CODE_ATTEMPTS - 1 if is_locked else AT_ONCE)
    assert PhoneCode.objects.get().failures == (MAX_PHONE_CODE_ATTEMPTS if is_locked else 1)


@pytest.mark.parametrize("is_locked", [True, False])
def test_only_the_accounts_lock_limits_parallel_codes_to_five(committed_data, texts, monkeypatch, is_locked):
    user = UserFactory(phone=NUMBER, notification_channel="text")
    meet_after(monkeypatch, phone_codes, "_check_code_limits", roles=AT_ONCE)
    if not is_locked:
        remove_account_lock(monkeypatch)
        monkeypatch.setattr(phone_codes.codes, "lock_attempts", lambda _: None)
    errors = errors_of(run_at_once([lambda: resend_code(account=user)] * AT_ONCE))
    assert errors.count(TooManyPhoneCodes) == (AT_ONCE - ACCOUNT_CODES if is_locked else 0)
    assert PhoneCode.objects.count() == (ACCOUNT_CODES if is_locked else AT_ONCE)


@pytest.mark.parametrize("is_locked", [True, False])
def test_only_the_numbers_lock_limits_codes_of_many_accounts_to_ten(
    committed_data, texts, monkeypatch, is_locked
):
    users = [UserFactory(phone=NUMBER, notification_channel="text") for _ in range(AT_ONCE)]
    meet_after(monkeypatch, phone_codes, "_check_code_limits", roles=AT_ONCE)
    if not is_locked:
        monkeypatch.setattr(phone_codes.codes, "lock_attempts", lambda _: None)
    run_at_once([lambda user=user: resend_code(account=user) for user in users], workers=AT_ONCE)
    assert PhoneCode.objects.count() == (NUMBER_CODES if is_locked else AT_ONCE)
