"""What others make, given to `tollgate trail verify`: the right one is taken byte for byte, every wrong one refused at its place.

Every case is an entry that securesystemslib or openssl would verify, or nearly so: well signed, and yet not what the log takes.
"""

import base64
import copy
import json
import shutil
import subprocess

import rfc8785
from securesystemslib.dsse import Envelope

from exported import hold

TYPE = "application/vnd.in-toto+json"
# The order of the group (RFC 8032 §5.1): S and S + L are the same signature to a careless verifier.
L = 2**252 + 27742317777372353535851937790883648493


def refused(export):
    commands = [index for index, it in enumerate(export.predicates) if it["type"] == "change.command"]
    command, enrolment = commands[10], 5
    hold(export.predicates[enrolment]["type"] == "key.enrolled", "entry 5 enrols a key")
    room = Room(export, command)

    remade = [signed(export, export.payloads[index], names(export, index)) for index in range(len(export.lines))]
    for index, envelope in enumerate(remade):
        hold(stored(envelope) == export.lines[index], f"entry {index}: securesystemslib makes other bytes of it")
    answer = room.verify(command, export.lines[command])
    hold(answer["ok"], f"the right entry {command} is refused: {answer['says']}")

    cases = 0
    for at, name, line, code in wrong(export, command, enrolment):
        answer = room.verify(at, line)
        fault = answer.get("fault", {})
        found = (answer["verdict"], fault.get("index"), fault.get("code"))
        hold(found == ("broken", at, code), f"{name}: {found}, not ('broken', {at}, '{code}'): {answer['says']}")
        cases += 1
    room.clear()
    return f"securesystemslib and rfc8785 made the same {len(remade)} entries; `tollgate trail verify` refused {cases} that they made wrongly"


def names(export, index):
    """Who signed an entry."""
    by_id = {key_id: of for of, (key_id, _) in export.seeds.items()}
    return [by_id[signature["keyid"]] for signature in export.envelopes[index]["signatures"]]


def signed(export, payload, signers, kind=TYPE):
    """An envelope that securesystemslib signs."""
    envelope = Envelope(payload, kind, {})
    for of in signers:
        envelope.sign(export.signer(of))
    return envelope.to_dict()


def stored(envelope):
    return rfc8785.dumps(envelope)


def wrong(export, command, enrolment):
    """Entries as (index, name, bytes, code of the fault)."""
    payload = export.payloads[command]
    statement = json.loads(payload)
    good = signed(export, payload, ["log"])

    def changed(change):
        other = copy.deepcopy(statement)
        change(other)
        return stored(signed(export, rfc8785.dumps(other), ["log"]))

    def envelope(change):
        other = copy.deepcopy(good)
        change(other)
        return stored(other)

    def predicate(**members):
        return changed(lambda it: it["predicate"].update(members))

    def of_signature(change):
        def act(it):
            raw = bytearray(base64.b64decode(it["signatures"][0]["sig"]))
            it["signatures"][0]["sig"] = base64.b64encode(bytes(change(raw))).decode()

        return envelope(act)

    def plus_order(raw):
        scalar = int.from_bytes(raw[32:], "little") + L
        return bytes(raw[:32]) + scalar.to_bytes(32, "little")

    def payloads(text, signers=("log",)):
        return stored(signed(export, text, list(signers)))

    spaced = json.dumps(statement, sort_keys=True, ensure_ascii=False).encode()
    unsorted = json.dumps(statement, separators=(",", ":"), ensure_ascii=False)
    unsorted = json.dumps(dict(reversed(json.loads(unsorted).items())), separators=(",", ":"), ensure_ascii=False).encode()
    twice = payload[:-1] + b',"predicateType":"' + statement["predicateType"].encode() + b'"}'
    escaped = payload.replace(b"change", b"\\u0063hange", 1)
    log_id, other_id = export.seeds["log"][0], export.seeds["u-asha"][0]

    # The payload: well signed by the log's key, and not what an entry is.
    yield command, "white space in the payload", payloads(spaced), "ENTRY"
    yield command, "members of the payload in another order", payloads(unsorted), "ENTRY"
    yield command, "a line end after the payload", payloads(payload + b"\n"), "ENTRY"
    yield command, "a member of the payload twice", payloads(twice), "ENTRY"
    yield command, "a character escaped that need not be", payloads(escaped), "ENTRY"
    yield command, "a byte order mark", payloads(b"\xef\xbb\xbf" + payload), "ENTRY"
    yield command, "a payload that is not UTF-8", payloads(payload.replace(b"change", b"chang\xff", 1)), "ENVELOPE"
    yield command, "no payload", payloads(b""), "ENTRY"
    yield command, "no JSON", payloads(b"hello"), "ENTRY"
    yield command, "another version of Statement", changed(lambda it: it.update(_type="https://in-toto.io/Statement/v0.1")), "ENTRY"
    yield command, "another predicate", changed(lambda it: it.update(predicateType="https://slsa.dev/provenance/v1")), "ENTRY"
    yield command, "no subject", changed(lambda it: it.update(subject=[])), "ENTRY"
    yield command, "two subjects", changed(lambda it: it["subject"].append(it["subject"][0])), "ENTRY"
    yield command, "another subject", changed(lambda it: it["subject"][0].update(name="CHG-0")), "ENTRY"
    yield command, "a second digest", changed(lambda it: it["subject"][0]["digest"].update(sha512="00")), "ENTRY"
    yield command, "an unknown member", changed(lambda it: it.update(extra=1)), "ENTRY"
    yield command, "an unknown member of the predicate", predicate(extra="1"), "ENTRY"
    yield command, "an index that is a number", predicate(index=command), "ENTRY"
    yield command, "an index with a zero before it", predicate(index=f"0{command}"), "ENTRY"
    yield command, "an index that was taken", predicate(index=str(command - 1)), "WRONG_INDEX"
    yield command, "another log", predicate(origin="other.example"), "OTHER_LOG"
    yield command, "another root before it", predicate(prev_root=f"sha256:{'0' * 64}"), "PREV_ROOT"
    yield command, "a time before the entry before it", predicate(time_ms="0"), "CLOCK_WENT_BACK"
    yield command, "another state", predicate(state=f"sha256:{'0' * 64}"), "STATE"

    # The signatures.
    yield command, "another payload type", stored(signed(export, payload, ["log"], "application/json")), "ENVELOPE"
    yield command, "signed for another payload type", envelope(
        lambda it: it.update(signatures=signed(export, payload, ["log"], "application/json")["signatures"])
    ), "SIGNATURE"
    yield command, "signed without the pre-authentication encoding", envelope(
        lambda it: it["signatures"][0].update(sig=bare(export, payload))
    ), "SIGNATURE"
    yield command, "signed by somebody else", payloads(payload, ["u-asha"]), "UNSIGNED"
    yield command, "signed by somebody else under the log's key id", envelope(
        lambda it: it.update(signatures=[{**signed(export, payload, ["u-asha"])["signatures"][0], "keyid": log_id}])
    ), "SIGNATURE"
    yield command, "signed by the log's key under another id", envelope(lambda it: it["signatures"][0].update(keyid=other_id)), "UNSIGNED"
    yield command, "a second signature", payloads(payload, ["log", "u-asha"]), "UNSIGNED"
    yield command, "a second signature before the log's", payloads(payload, ["u-asha", "log"]), "UNSIGNED"
    yield command, "the same signature twice", envelope(lambda it: it["signatures"].append(it["signatures"][0])), "UNSIGNED"
    yield command, "no signature", envelope(lambda it: it.update(signatures=[])), "ENVELOPE"
    yield command, "a signature with a bit changed", of_signature(lambda raw: [raw[0] ^ 1, *raw[1:]]), "SIGNATURE"
    yield command, "a signature with S + L", of_signature(plus_order), "SIGNATURE"
    yield command, "a signature of 63 bytes", of_signature(lambda raw: raw[:63]), "ENVELOPE"
    yield command, "a signature of 65 bytes", of_signature(lambda raw: raw + b"\0"), "ENVELOPE"
    roots = [name for name in names(export, enrolment) if name != "log"]
    enrolled = export.payloads[enrolment]
    yield enrolment, "an enrolment without root keys", payloads(enrolled, ["log"]), "UNSIGNED"
    yield enrolment, "an enrolment by one root key", payloads(enrolled, ["log", roots[0]]), "UNSIGNED"
    doubled = signed(export, enrolled, ["log", roots[0]])
    doubled["signatures"].append(doubled["signatures"][1])
    yield enrolment, "an enrolment by one root key twice", stored(doubled), "UNSIGNED"
    yield enrolment, "an enrolment by a person for a root key", payloads(enrolled, ["log", roots[0], "u-cm"]), "UNSIGNED"

    # The envelope: the same words in other bytes, which no signature covers and the leaf hash does.
    yield command, "white space in the envelope", json.dumps(good).encode(), "ENVELOPE"
    yield command, "members of the envelope in another order", json.dumps(
        dict(reversed(good.items())), separators=(",", ":")
    ).encode(), "ENVELOPE"
    yield command, "an unknown member of the envelope", envelope(lambda it: it.update(comment="")), "ENVELOPE"
    yield command, "an unknown member of the signature", envelope(lambda it: it["signatures"][0].update(cert="")), "ENVELOPE"
    yield command, "a payload in base64url", envelope(
        lambda it: it.update(payload=base64.urlsafe_b64encode(payload.replace(b"sha", b"\xc3\xbf\xc3\xbe\xc3\xbf")).decode())
    ), "ENVELOPE"
    yield command, "a payload without padding", envelope(lambda it: it.update(payload=unpadded(export, payload))), "ENVELOPE"
    yield command, "a payload with bits that no byte has", envelope(lambda it: it["signatures"][0].update(sig=slack(good))), "ENVELOPE"
    yield command, "a key id in upper case", envelope(lambda it: it["signatures"][0].update(keyid=log_id.upper())), "ENVELOPE"
    yield command, "no key id", envelope(lambda it: it["signatures"][0].update(keyid="")), "ENVELOPE"
    yield command, "an envelope twice in a list", stored([good, good]), "ENVELOPE"
    yield command, "an envelope that is too large", envelope(lambda it: it.update(payload="A" * 66_000)), "ENVELOPE"


def bare(export, payload):
    return base64.b64encode(bytes.fromhex(export.signer("log").sign(payload).signature)).decode()


def unpadded(export, payload):
    """Base64 without its padding, of a payload whose length asks for some."""
    padded = payload if len(payload) % 3 else payload + b" "
    return base64.b64encode(padded).decode().rstrip("=")


def slack(envelope):
    """The base64 of a signature with a bit set that belongs to no byte: 64 bytes leave four."""
    sig = envelope["signatures"][0]["sig"]
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    last = alphabet[alphabet.index(sig[-3]) | 1]
    other = f"{sig[:-3]}{last}=="
    hold(other != sig and base64.b64decode(other) == base64.b64decode(sig), "Python reads both spellings")
    return other


class Room:
    """A trail of which only the last entry is another."""

    def __init__(self, export, last):
        self.export = export
        self.folder = export.folder / "interop-refused"
        self.clear()
        (self.folder / "entries").mkdir(parents=True)
        shutil.copytree(export.trail / "blobs", self.folder / "blobs")
        self.last = last

    def clear(self):
        shutil.rmtree(self.folder, ignore_errors=True)

    def verify(self, at, line):
        lines = [*self.export.lines[:at], line]
        (self.folder / "entries" / "00000000.jsonl").write_bytes(b"".join(line + b"\n" for line in lines))
        command = [self.export.said["program"], "trail", "verify", str(self.folder), "--format", "json"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        hold(done.stderr == "", f"`trail verify` says {done.stderr}")
        answer = json.loads(done.stdout)
        hold(done.returncode == (0 if answer["ok"] else 1), f"`trail verify` exits with {done.returncode}")
        return answer
