"""A trail as it was exported, and what our side says of it."""

import base64
import hashlib
import json

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key
from securesystemslib.signer import CryptoSigner, SSlibKey


class Disagreement(Exception):
    """Two programs say different things."""


def hold(condition, message):
    if not condition:
        raise Disagreement(message)


class Export:
    """`lines` are the entries' bytes as stored, `keys` the public keys by their ids, `said` what our side says."""

    def __init__(self, folder):
        self.folder = folder
        self.trail = folder / "trail-777"
        self.said = json.loads((self.trail / "interop.json").read_bytes())
        self.lines = (self.trail / "entries" / "00000000.jsonl").read_bytes().splitlines()
        self.envelopes = [json.loads(line) for line in self.lines]
        self.payloads = [base64.b64decode(envelope["payload"], validate=True) for envelope in self.envelopes]
        self.predicates = [json.loads(payload)["predicate"] for payload in self.payloads]
        self.keys, self.seeds, self.spkis = {}, {}, {}
        for key in self.said["keys"]:
            spki = base64.b64decode(key["spki"], validate=True)
            public = load_der_public_key(spki)
            hold(public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo) == spki, f"SPKI of {key['of']}")
            hold(key["id"] == hashlib.sha256(spki).hexdigest(), f"the id of the key of {key['of']}")
            raw = public.public_bytes(Encoding.Raw, PublicFormat.Raw)
            self.keys[key["id"]] = SSlibKey(key["id"], "ed25519", "ed25519", {"public": raw.hex()})
            self.seeds[key["of"]] = (key["id"], bytes.fromhex(key["seed"]))
            self.spkis[key["id"]] = spki

    def signer(self, of):
        """A signer of securesystemslib with somebody's key, under our key id."""
        key_id, seed = self.seeds[of]
        return CryptoSigner(Ed25519PrivateKey.from_private_bytes(seed), self.keys[key_id])

    def statements(self):
        """What people signed themselves: envelopes that stand in entries, with their entries' indexes."""
        for index, predicate in enumerate(self.predicates):
            for statement in predicate.get("statements", []):
                yield index, statement
