"""A security key made of software, for what no browser would send: answers without user verification."""

import json
import re
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData

FLAG = AuthenticatorData.FLAG


def read_options(page):
    """What the page asks of the key."""
    found = re.search(r'<script id="js_data" type="application/json">(.*?)</script>', page, re.DOTALL)
    return json.loads(found.group(1))


def enroll(options, *, origin, verified):
    """The key's answer to a page that enrolls it; `verified`: whether it checked a PIN or a finger."""
    wanted = options["creation_options"]["publicKey"]
    public_key = ES256.from_cryptography_key(ec.generate_private_key(ec.SECP256R1()).public_key())
    credential = AttestedCredentialData.create(b"\0" * 16, b"key-of-software-1", public_key)
    flags = FLAG.UP | FLAG.AT | (FLAG.UV if verified else FLAG(0))
    data = AuthenticatorData.create(sha256(wanted["rp"]["id"].encode()).digest(), flags, 0, bytes(credential))
    client_data = CollectedClientData.create(
        type=CollectedClientData.TYPE.CREATE, challenge=wanted["challenge"], origin=origin
    )
    key_id = websafe_encode(credential.credential_id)
    return json.dumps(
        {
            "id": key_id,
            "rawId": key_id,
            "type": "public-key",
            "response": {
                "clientDataJSON": websafe_encode(client_data),
                "attestationObject": websafe_encode(AttestationObject.create("none", data, {})),
            },
            "clientExtensionResults": {"credProps": {"rk": False}},
        }
    )
