"""No credential is ever in a record, wherever a client puts it and whatever the policy is."""

import json
from dataclasses import astuple

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from callers import OWNER
from mcpskills.api_key import WholeKey
from mcpskills_server.auth.calling import called_by
from mcpskills_server.recording import bodies, hiding
from mcpskills_server.recording.calls import Reading
from mcpskills_server.recording.invocations import invocation
from mcpskills_server.recording.taken import Exchange

KEY = WholeKey.make("default").text
TOKEN = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJl"
OPAQUE = 'an opaque"one/of+another==issuer'
READING = Reading("default")

CREDENTIALS = [KEY, TOKEN, OPAQUE]
PLACES = ["method", "name", "uri", "argument", "key", "deep", "long", "escaped", "result", "error", "agent", "session"]


def escaped(text: str) -> str:
    """JSON in which every character is an escape."""
    return '"' + "".join(f"\\u{ord(char):04x}" for char in text) + '"'


def an_exchange(credential: str, place: str, around: str) -> Exchange:
    """A request that repeats its credential somewhere, in the middle of other text."""
    said = {each: f"{around}{credential}{around}" if each == place else "plain" for each in PLACES}
    params = {
        "name": said["name"],
        "uri": said["uri"],
        "arguments": {
            said["key"]: said["argument"],
            "deep": [[{"a": said["deep"]}]],
            "long": said["long"].replace(credential, "x" * 180 + credential),
        },
    }
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": said["method"], "params": params})
    if place == "escaped":
        body = body.replace('"plain"', escaped(credential), 1)
    error = {"error": {"code": -1, "message": said["error"]}}
    answer = error if place == "error" else {"result": {"content": [{"type": "text", "text": said["result"]}]}}
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/mcp",
        "client": ("192.0.2.1", 1),
        "headers": [
            (b"authorization", f"Bearer {credential}".encode()),
            (b"user-agent", said["agent"].encode()),
            (b"mcp-session-id", said["session"].encode()),
        ],
    }
    called_by(scope, OWNER)
    return Exchange(0.0, scope, body=body.encode(), answer=json.dumps(answer).encode(), status=200)


@given(
    st.sampled_from(CREDENTIALS),
    st.sampled_from(PLACES),
    st.text(st.characters(codec="utf-8"), max_size=30),
    st.sampled_from(["redacted", "full"]),
)
def test_a_record_repeats_no_credential(credential: str, place: str, around: str, policy: str):
    read = READING.read(an_exchange(credential, place, around))

    recorded = invocation(read, policy)

    text = "\n".join(str(value) for value in astuple(recorded))
    parts = {
        spelt[start : start + 16]
        for spelt in (credential, json.dumps(credential)[1:-1])
        for start in range(len(spelt) - 15)
    }
    assert not any(part in text for part in parts)


def test_a_header_of_thousands_of_words_does_not_have_texts_read_thousands_of_times():
    words = b" ".join(b"%06d" % number for number in range(10_000))
    headers = [(b"cookie", words), (b"cookie", words), (b"authorization", f"Bearer {OPAQUE}".encode())]

    looked_for = hiding.credentials(headers)

    assert len(looked_for) < 50
    assert OPAQUE not in hiding.hide(f"It was {OPAQUE}.", looked_for)


@pytest.mark.parametrize("name", ["password", "API_KEY", "accessToken", "Authorization", "client-secret", "cookies"])
def test_what_has_a_secretive_name_is_masked_where_bodies_are_redacted(name: str):
    body = json.dumps({"arguments": {name: "hunter2 and more", "query": "forms"}, "none": {name: None}}).encode()

    kept = json.loads(bodies.kept(body, "redacted", ()))

    assert kept == {"arguments": {name: "[redacted]", "query": "forms"}, "none": {name: None}}


def test_what_a_rule_takes_for_a_secret_is_masked_where_bodies_are_redacted():
    secret = "ghp_" + "R4nd0mChars7" * 3
    body = json.dumps({"query": f"why does {secret} not work?"}).encode()

    assert secret not in bodies.kept(body, "redacted", ())


SHORT_HEX = "5077f79c2e9b" + "7e3afbb98989"
DIGEST = "2d71a903cc4d" + "0f1e" + 2 * SHORT_HEX


@pytest.mark.parametrize("digest", [DIGEST, DIGEST[:40], f"sha256:{DIGEST}"])
def test_digests_are_kept_as_they_are(digest: str):
    body = json.dumps({"digest": digest, "more": [digest]}).encode()

    assert json.loads(bodies.kept(body, "redacted", ())) == {"digest": digest, "more": [digest]}


@pytest.mark.parametrize("random", [SHORT_HEX, DIGEST + "0f", DIGEST.upper()])
def test_random_digits_that_are_no_digest_are_masked(random: str):
    body = json.dumps({"digest": random}).encode()

    assert random not in bodies.kept(body, "redacted", ())


def test_redacted_bodies_keep_their_structure_and_little_else():
    body = json.dumps(
        {"text": "ä" * 1_000, "texts": ["x" * 300], "many": list(range(1_000)), "deep": {"a": {"b": 1}}}
    ).encode()

    kept = json.loads(bodies.kept(body, "redacted", ()))

    assert (kept["text"], kept["texts"]) == ("ä" * 200 + "…", ["x" * 200 + "…"])
    assert kept["many"][:3] == [0, 1, 2]
    assert kept["many"][-1].endswith("more")
    assert len(kept["many"]) < 250


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('{"a":[' * 8 + "1" + "]}" * 8, '{"a":[' * 6 + '"… 1 more"' + "]}" * 6),
        ("[" * 16 + "1" + "]" * 16, "[" * 12 + '"… 1 more"' + "]" * 12),
        ('{"a":' * 16 + "1" + "}" * 16, '{"a":' * 11 + '{"…":"1 more"}' + "}" * 11),
    ],
)
def test_of_a_redacted_body_the_upper_levels_are_kept(body: str, expected: str):
    assert bodies.kept(body.encode(), "redacted", ()) == expected


def test_of_a_redacted_body_so_many_values_are_kept_wherever_they_stand():
    body = json.dumps([{"a": [1] * 97}, {"b": {"c": 2}, "token": 3, "d": [4] * 97}, 5]).encode()

    kept = json.loads(bodies.kept(body, "redacted", ()))

    assert kept[1] == {"b": {"c": 2}, "token": "[redacted]", "d": [4] * 96 + ["… 1 more"]}
    assert kept[2:] == ["… 1 more"]


def test_a_long_name_is_cut_and_what_stands_under_it_masked_all_the_same():
    body = json.dumps({"x" * 300 + "password": "hunter2", "y" * 300: "z" * 300}).encode()

    kept = json.loads(bodies.kept(body, "redacted", ()))

    assert kept == {"x" * 200 + "…": "[redacted]", "y" * 200 + "…": "z" * 200 + "…"}


def test_full_bodies_are_as_they_were_sent():
    body = json.dumps({"text": "ä" * 1_000, "password": "hunter2"}).encode()

    assert json.loads(bodies.kept(body, "full", ())) == json.loads(body)


@pytest.mark.parametrize("body", [None, b"{}"])
def test_without_bodies_nothing_is_kept(body: bytes | None):
    assert bodies.kept(body, "off", ()) is None


@pytest.mark.parametrize("policy", ["redacted", "full"])
@pytest.mark.parametrize("body", [b"{", b"\xff", b"[" * 10_000, b'"\\ud800"'])
def test_what_is_no_json_is_not_kept(policy: str, body: bytes):
    assert bodies.kept(body, policy, ()) is None


def test_a_body_that_is_too_long_to_be_redacted_is_told_by_its_size():
    body = json.dumps("x" * 100_000).encode()

    assert json.loads(bodies.kept(body, "redacted", ())) == "… 100002 bytes"


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(),
        lambda some: st.lists(some) | st.dictionaries(st.text(), some),
    )
)
def test_whatever_json_is_redacted_is_json_still(value: object):
    body = msgspec.json.encode(value)

    kept = json.loads(bodies.kept(body, "redacted", ()))

    assert type(kept) is type(json.loads(body))
