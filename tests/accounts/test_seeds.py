"""Seeds of second factors are decrypted only with the installation's keys, also after the key changed."""

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from accounts.seeds import SecretKeyMissing, decrypt_seed, encrypt_seed
from tests.factories.accounts import UserFactory
from tests.support.sign_in import sign_in_and_prove

FORMER = "test-only-" + "2" * 40


@given(seed=st.text(min_size=1))
def test_an_encrypted_seed_is_decrypted_and_not_readable(seed):
    kept = encrypt_seed(seed)
    assert decrypt_seed(kept) == seed
    assert kept != encrypt_seed(seed)


def test_another_key_does_not_decrypt(settings):
    kept = encrypt_seed("JBSWY3DPEHPK3PXP")
    settings.SECRET_KEY = FORMER
    with pytest.raises(SecretKeyMissing):
        decrypt_seed(kept)


def test_a_former_key_still_decrypts(settings):
    kept = encrypt_seed("JBSWY3DPEHPK3PXP")
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = FORMER
    assert decrypt_seed(kept) == "JBSWY3DPEHPK3PXP"


def test_a_seed_stored_unencrypted_is_still_read():
    assert decrypt_seed("JBSWY3DPEHPK3PXP") == "JBSWY3DPEHPK3PXP"


@pytest.fixture
def rows_of_before(db):
    user = UserFactory()
    return [
        Authenticator.objects.create(user=user, type=kind, data=data)
        for kind, data in [
            (Authenticator.Type.TOTP, {"secret": "JBSWY3DPEHPK3PXP"}),
            (Authenticator.Type.RECOVERY_CODES, {"seed": encrypt_seed("ab12"), "used_mask": 5}),
            (Authenticator.Type.WEBAUTHN, {"name": "Key", "credential": {}}),
        ]
    ]


def test_the_command_encrypts_every_seed_with_the_current_key(rows_of_before, settings, capsys):
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = FORMER
    call_command("reencrypt_seeds")
    assert "2 seeds" in capsys.readouterr().out
    settings.SECRET_KEY_FALLBACKS = []
    totp, codes, key = [Authenticator.objects.get(pk=row.pk).data for row in rows_of_before]
    assert totp["secret"] != "JBSWY3DPEHPK3PXP"
    assert decrypt_seed(totp["secret"]) == "JBSWY3DPEHPK3PXP"
    assert (decrypt_seed(codes["seed"]), codes["used_mask"]) == ("ab12", 5)
    assert key == {"name": "Key", "credential": {}}


def test_the_command_explains_a_seed_that_no_key_decrypts(rows_of_before, settings):
    settings.SECRET_KEY = FORMER
    with pytest.raises(CommandError, match="SECRET_KEY_FALLBACKS"):
        call_command("reencrypt_seeds")


def test_the_seeds_of_an_app_and_of_codes_are_stored_encrypted_and_work(client, reference_data):
    user = UserFactory()
    sign_in_and_prove(client, user)
    page = client.get("/accounts/2fa/totp/activate/").content.decode()
    secret = re.search(r"<code>([A-Z2-7]+)</code>", page).group(1)
    number = format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))
    assert client.post("/accounts/2fa/totp/activate/", {"code": number}).status_code == 302

    rows = {row.type: row for row in Authenticator.objects.filter(user=user)}
    assert secret not in str(rows["totp"].data)
    assert decrypt_seed(rows["totp"].data["secret"]) == secret
    codes = rows["recovery_codes"].wrap().get_unused_codes()
    assert len(codes) == 10
    assert all(re.fullmatch(r"[0-9]{20}", code) for code in codes)
    assert all(code not in str(rows["recovery_codes"].data) for code in codes)
    assert rows["recovery_codes"].wrap().validate_code(f"{codes[0][:5]} {codes[0][5:]}")
    assert not rows["recovery_codes"].wrap().validate_code(codes[0])
