"""A software security key, for answers that no browser would send, such as without user verification."""

import json
import re
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData

FLAG = AuthenticatorData.FLAG


def read_options(page):
    """Return the options that the page passes to the key."""
    found = re.search(r'<script id="js_data" type="application/json">(.*?)</script>', page, re.DOTALL)
    return json.loads(found.group(1))


class SoftwareKey:
    """A key that enrolls and signs in. `verified`: whether it checked a PIN or a fingerprint."""

    def __init__(self, name=b"key-of-software-1"):
        self.credential_id = name
        self._private_key = ec.generate_private_key(ec.SECP256R1())

    def enroll(self, options, *, origin, verified=True):
        """Return the response that enrolls this key."""
        wanted = options["creation_options"]["publicKey"]
        public_key = ES256.from_cryptography_key(self._private_key.public_key())
        credential = AttestedCredentialData.create(b"\0" * 16, self.credential_id, public_key)
        data = _data(wanted["rp"]["id"], verified, FLAG.AT, bytes(credential))
        client_data = CollectedClientData.create(
            type=CollectedClientData.TYPE.CREATE, challenge=wanted["challenge"], origin=origin
        )
        return self._format(
            clientDataJSON=client_data, attestationObject=AttestationObject.create("none", data, {})
        )

    def sign(self, options, *, origin, verified=True):
        """Return the response that signs in with this key."""
        wanted = options["request_options"]["publicKey"]
        data = _data(wanted["rpId"], verified)
        client_data = CollectedClientData.create(
            type=CollectedClientData.TYPE.GET, challenge=wanted["challenge"], origin=origin
        )
        signature = self._private_key.sign(bytes(data) + client_data.hash, ec.ECDSA(SHA256()))
        return self._format(clientDataJSON=client_data, authenticatorData=data, signature=signature)

    def _format(self, **response):
        key_id = websafe_encode(self.credential_id)
        return json.dumps(
            {
                "id": key_id,
                "rawId": key_id,
                "type": "public-key",
                "response": {name: websafe_encode(value) for name, value in response.items()},
                "clientExtensionResults": {"credProps": {"rk": False}},
            }
        )


def enroll(options, *, origin, verified):
    """Return the response that enrolls a new key."""
    return SoftwareKey().enroll(options, origin=origin, verified=verified)


def _data(host, verified, more=0, credential=b""):
    flags = FLAG(more) | FLAG.UP | (FLAG.UV if verified else FLAG(0))
    return AuthenticatorData.create(sha256(host.encode()).digest(), flags, 0, credential)
