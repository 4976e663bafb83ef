"""What the trail makes, checked by others."""

import base64
import copy
import hashlib
import json
import subprocess

import rfc8785
from google.protobuf import json_format
from in_toto_attestation.v1 import statement_pb2
from in_toto_attestation.v1.statement import Statement
from jwcrypto.jwk import JWK
from jwcrypto.jws import JWS
from pymerkle import InmemoryTree, verify_consistency, verify_inclusion
from pymerkle.hasher import MerkleHasher
from pymerkle.proof import InvalidProof
from sd_jwt.verifier import SDJWTVerifier
from securesystemslib.dsse import Envelope
from securesystemslib.exceptions import VerificationError

from exported import Disagreement, hold


def envelopes(export):
    """securesystemslib: every signature of every envelope; rfc8785: the bytes stored are the envelope's own form."""
    signatures, flipped = 0, 0
    stored = [(index, envelope) for index, envelope in enumerate(export.envelopes)]
    inner = list(export.statements())
    for index, envelope in stored + inner:
        read = Envelope.from_dict(copy.deepcopy(envelope))
        count = len(envelope["signatures"])
        hold(len(read.signatures) == count, f"entry {index}: a key signed twice")
        try:
            read.verify(list(export.keys.values()), count)
        except VerificationError as error:
            raise Disagreement(f"entry {index}: {error}") from error
        signatures += count
        if index % 8 == 0:
            read.payload = read.payload[:-2] + b" }"
            try:
                read.verify(list(export.keys.values()), 1)
                raise Disagreement(f"entry {index}: another payload has the same signature")
            except VerificationError:
                flipped += 1
    for index, (line, envelope) in enumerate(zip(export.lines, export.envelopes)):
        hold(rfc8785.dumps(envelope) == line, f"entry {index}: another RFC 8785 form")
        payload = export.payloads[index]
        hold(rfc8785.dumps(json.loads(payload)) == payload, f"entry {index}: another RFC 8785 form of the payload")
    return (
        f"securesystemslib verified {signatures} signatures of {len(stored)} entries and {len(inner)} statements in them and"
        f" refused {flipped} changed payloads; rfc8785 wrote {2 * len(stored)} envelopes and payloads to the same bytes"
    )


def statements(export):
    """in-toto-attestation: every payload is a Statement v1."""
    payloads = [(index, payload) for index, payload in enumerate(export.payloads)]
    payloads += [(index, base64.b64decode(inner["payload"])) for index, inner in export.statements()]
    for index, payload in payloads:
        try:
            # The strict reader of protobuf's JSON: a member that a Statement does not have is an error.
            message = json_format.Parse(payload, statement_pb2.Statement())
            Statement.copy_from_pb(message).validate()
        except (json_format.ParseError, ValueError) as error:
            raise Disagreement(f"entry {index}: {error}") from error
    return f"in-toto-attestation validated {len(payloads)} Statements"


def tree(export):
    """pymerkle: leaf hashes, every root, inclusion and consistency proofs, and that each with another hash is refused."""
    said = export.said
    theirs = InmemoryTree(algorithm="sha256")
    hasher = MerkleHasher("sha256")
    for index, line in enumerate(export.lines):
        hold(hasher.hash_buff(line).hex() == said["leaves"][index], f"the leaf hash of entry {index}")
        theirs.append_entry(line)
        root = theirs.get_state().hex()
        hold(root == said["roots"][index], f"the root of {index + 1} entries: {root}, not {said['roots'][index]}")
        predicate = export.predicates[index]
        before = said["roots"][index - 1] if index else hashlib.sha256().hexdigest()
        hold(predicate["prev_root"] == f"sha256:{before}", f"the root before entry {index}")
    root = lambda size: bytes.fromhex(said["roots"][size - 1])
    refused_proofs = 0
    for claim in said["inclusion"]:
        index, size = claim["index"], claim["size"]
        place = f"the inclusion proof of entry {index} in {size}"
        leaf = bytes.fromhex(said["leaves"][index])
        # They count entries from 1, and begin a path with the leaf.
        proof = theirs.prove_inclusion(index + 1, size)
        path = [leaf] + [bytes.fromhex(digest) for digest in claim["proof"]]
        hold(proof.path == path, place)
        proof.path = path
        verify_inclusion(leaf, root(size), proof, index=index + 1, size=size, algorithm="sha256")
        refused_proofs += is_refused(place, verify_inclusion, (leaf, root(size), proof))
    for claim in said["consistency"]:
        old, new = claim["old"], claim["new"]
        place = f"the consistency proof of {old} and {new} entries"
        # Their proofs have another shape than those of RFC 6962: ours is compared node by node, theirs checked with our roots.
        nodes = [theirs._get_root(start, end).hex() for start, end in subproof(old, 0, new, True)]
        hold(claim["proof"] == nodes, place)
        proof = theirs.prove_consistency(old, new)
        verify_consistency(root(old), root(new), proof, prior_size=old, later_size=new, algorithm="sha256")
        refused_proofs += is_refused(place, verify_consistency, (root(old), root(new), proof))
    return (
        f"pymerkle made the same {len(said['leaves'])} leaf hashes, {len(said['roots'])} roots, {len(said['inclusion'])} inclusion"
        f" and {len(said['consistency'])} consistency proofs, and refused {refused_proofs} changed ones"
    )


def subproof(old, start, end, whole):
    """The subtrees, as ranges of entries, of the consistency proof (RFC 9162 §2.1.4.1)."""
    size = end - start
    if old == size:
        return [] if whole else [(start, end)]
    half = 1 << (size - 1).bit_length() - 1
    if old <= half:
        return subproof(old, start, start + half, whole) + [(start + half, end)]
    return subproof(old - half, start + half, end, False) + [(start, start + half)]


def is_refused(place, verify, arguments):
    """Whether a proof is refused once its last hash is another."""
    *states, proof = arguments
    proof = copy.deepcopy(proof)
    proof.path[-1] = bytes([proof.path[-1][0] ^ 1]) + proof.path[-1][1:]
    try:
        verify(*states, proof, algorithm="sha256")
    except InvalidProof:
        return 1
    raise Disagreement(f"{place}: another hash in it is not noticed")


def receipt(export):
    """openssl and pymerkle: a receipt (c2sp.org/tlog-proof) and the signed checkpoints."""
    head, note = export.said["receipt"].split("\n\n", 1)
    lines = head.split("\n")
    hold(lines[0] == "c2sp.org/tlog-proof@v1", "the first line of the receipt")
    index = int(lines[1].removeprefix("index "))
    size, root = checkpoint(export, note)
    proof = InmemoryTree(algorithm="sha256")
    proof.append_entries(export.lines)
    proof = proof.prove_inclusion(index + 1, size)
    leaf = bytes.fromhex(export.said["leaves"][index])
    proof.path = [leaf] + [base64.b64decode(line) for line in lines[2:]]
    verify_inclusion(leaf, root, proof, index=index + 1, size=size, algorithm="sha256")
    notes = sorted((export.trail / "checkpoints").iterdir())
    for path in notes:
        size, root = checkpoint(export, path.read_text(encoding="utf-8"))
        hold(root.hex() == export.said["roots"][size - 1], f"the root of {path.name}")
    return f"pymerkle verified 1 receipt, openssl the signatures of it and of {len(notes)} checkpoints"


def checkpoint(export, note):
    """Size and root of a signed note, whose signature openssl verifies."""
    text, signatures = note.split("\n\n", 1)
    text += "\n"
    origin, size, root = text.splitlines()
    hold(origin == export.said["origin"], f"the origin of a checkpoint: {origin}")
    dash, name, signature = signatures.rstrip("\n").split(" ")
    hold((dash, name) == ("\u2014", origin), "the signature line of a checkpoint")
    key_id, _ = export.seeds["log"]
    raw = base64.b64decode(signature)
    public = export.spkis[key_id][-32:]
    hint = hashlib.sha256(name.encode() + b"\n\x01" + public).digest()[:4]
    hold(raw[:4] == hint, "the key hint of a checkpoint")
    hold(openssl(export, key_id, text.encode(), raw[4:]), "openssl refuses the signature of a checkpoint")
    return int(size), base64.b64decode(root)


def openssl(export, key_id, message, signature):
    """Whether openssl says that a key signed these bytes."""
    room = export.folder / "openssl"
    room.mkdir(exist_ok=True)
    spki = base64.encodebytes(export.spkis[key_id]).decode()
    (room / "key.pem").write_text(f"-----BEGIN PUBLIC KEY-----\n{spki}-----END PUBLIC KEY-----\n")
    (room / "message").write_bytes(message)
    (room / "signature").write_bytes(signature)
    command = "openssl pkeyutl -verify -pubin -inkey key.pem -rawin -in message -sigfile signature"
    done = subprocess.run(command.split(), cwd=room, capture_output=True, text=True, check=False)
    verdicts = {"Signature Verified Successfully": True, "Signature Verification Failure": False}
    for words, verdict in verdicts.items():
        if words in done.stdout + done.stderr:
            return verdict
    raise Disagreement(f"openssl fails: {done.stdout}{done.stderr}")


def signatures(export):
    """openssl: the signatures of some entries over the pre-authentication encoding, and not over a byte less."""
    chosen = list(range(0, 20, 3)) + list(range(20, len(export.lines), 60))
    verified = 0
    for index in chosen:
        envelope = export.envelopes[index]
        message = pae(envelope["payloadType"].encode(), export.payloads[index])
        for signature in envelope["signatures"]:
            sig = base64.b64decode(signature["sig"])
            hold(openssl(export, signature["keyid"], message, sig), f"entry {index}: openssl refuses a signature")
            verified += 1
        hold(not openssl(export, signature["keyid"], message[:-1], sig), f"entry {index}: openssl takes fewer bytes")
    return f"openssl verified {verified} signatures of {len(chosen)} entries, and refused {len(chosen)} over other bytes"


def pae(kind, payload):
    """DSSE, protocol.md: PAE(type, body)."""
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


def withheld(export):
    """sd-jwt: what was withheld is put back from the disclosures, as in an SD-JWT that has each object for its claims."""
    by_digest = {}
    for line in (export.trail / "disclosures.jsonl").read_text(encoding="utf-8").splitlines():
        disclosure = json.loads(line)
        by_digest[disclosure["digest"]] = disclosure["text"]
    key = JWK.generate(kty="OKP", crv="Ed25519")
    known, count = {}, 0
    for case in export.said["withheld"]:
        place = f"entry {case['entry']}"
        # The same object stands in many entries of its change.
        if case["object"] in known:
            hold(known[case["object"]] == case["revealed"], place)
            continue
        known[case["object"]] = case["revealed"]
        claims = json.loads(case["object"])
        token = JWS(json.dumps({**claims, "_sd_alg": "sha-256"}))
        token.add_signature(key, alg="EdDSA", protected=json.dumps({"alg": "EdDSA", "typ": "example+sd-jwt"}))
        digests = digests_in(claims)
        count += len(digests)
        presented = "~".join([token.serialize(compact=True), *(by_digest[digest] for digest in digests), ""])
        revealed = SDJWTVerifier(presented, lambda issuer, header: key).get_verified_payload()
        revealed.pop("_sd_alg", None)
        hold(rfc8785.dumps(revealed).decode() == case["revealed"], f"{place}: sd-jwt reveals something else")
    hold(count > 0, "nothing was withheld")
    return f"sd-jwt put {count} disclosures back into {len(known)} objects, as we do"


def digests_in(value):
    if isinstance(value, list):
        return [digest for item in value for digest in digests_in(item)]
    if isinstance(value, dict):
        inner = [digest for name, item in value.items() if name != "_sd" for digest in digests_in(item)]
        return value.get("_sd", []) + inner
    return []


def documents(export):
    """rfc8785: the canonical form of random documents."""
    count = 0
    with (export.folder / "documents" / "documents.jsonl").open(encoding="utf-8") as lines:
        for count, line in enumerate(lines, 1):
            pair = json.loads(line)
            theirs = rfc8785.dumps(json.loads(pair["text"])).decode()
            hold(theirs == pair["canonical"], f"document {count}: {pair['text']!r}: {theirs!r}, not {pair['canonical']!r}")
    hold(count == 10_000, f"{count} documents")
    return f"rfc8785 wrote {count} random documents to the same bytes"
