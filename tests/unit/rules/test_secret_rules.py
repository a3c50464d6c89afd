import base64
import json
import random
import string

import pytest
from detect_secrets.core import scan
from detect_secrets.settings import default_settings

from mcpskills.validation.file import File
from mcpskills.validation.finding import Severity
from mcpskills.validation.rules.secrets import RULES
from mcpskills.validation.rules.secrets.detectors import _ISSUED, _NAMED
from mcpskills.validation.rules.secrets.hits import hits, redacted
from mcpskills.validation.rules.secrets.placeholder import is_placeholder

ALNUM = string.ascii_letters + string.digits
HEX = "0123456789abcdef"
LOWER = string.ascii_lowercase + string.digits
UPPER = string.ascii_uppercase + string.digits


def chance(length, alphabet=ALNUM, seed=7):
    """Characters without pattern, the same in every run; no token stands in this file as it would leak."""
    return "".join(random.Random(seed).choices(alphabet, k=length))


def jwt(claims, signature=None):
    parts = [{"alg": "HS256", "typ": "JWT"}, claims]
    encoded = [base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts]
    return ".".join([*encoded, chance(43) if signature is None else signature])


TOKENS = {
    "AWS key id": "AKIA" + chance(16, UPPER),
    "AWS temporary key id": "ASIA" + chance(16, UPPER),
    "AWS session token": "IQoJb3JpZ2lu" + chance(200),
    "Azure storage key": "AccountKey=" + chance(86) + "==",
    "Anthropic": "sk-ant-" + "api03-" + chance(93) + "AA",
    "OpenAI, old": "sk-" + chance(20) + "T3BlbkFJ" + chance(20, seed=8),
    "OpenAI, project": "sk-proj-" + chance(70) + "_-T3BlbkFJ" + chance(70, seed=8) + "-_",
    "OpenRouter": "sk-or-v1-" + chance(64, HEX),
    "GitHub": "ghp_" + chance(36),
    "GitHub, installation": "ghs_" + chance(36),
    "GitHub, fine-grained": "github_pat_" + chance(22) + "_" + chance(59, seed=8),
    "GitLab": "glpat-" + chance(20),
    "Google": "AIza" + chance(35),
    "Google OAuth": "GOCSPX-" + chance(28),
    "Hugging Face": "hf_" + chance(34),
    "npm": "npm_" + chance(36),
    "npmrc": "//registry.npmjs.example/:_authToken=" + "-".join(chance(n, HEX) for n in (8, 4, 4, 4, 12)),
    "PyPI": "pypi-AgEIcHlwaS5vcmc" + chance(90),
    "Slack": "xoxb-" + "738201946523-" + chance(24, LOWER),
    "Slack webhook": "https://hooks.slack.com/services/T"
    + chance(8, UPPER)
    + "/B"
    + chance(8, UPPER, 8)
    + "/"
    + chance(24),
    "Slack app": "xapp-1-" + chance(11, UPPER) + "-7382019465238-" + chance(64, HEX),
    "Stripe": "sk_live_" + chance(24),
    "Stripe, long": "rk_live_" + chance(99),
    "Stripe webhook": "whsec_" + chance(32),
    "SendGrid": "SG." + chance(22) + "." + chance(43, seed=8),
    "Square": "sq0csp-" + chance(43),
    "Telegram": "738201946:" + chance(35),
    "Discord": "M" + chance(23) + "." + chance(6, seed=8) + "." + chance(27, seed=9),
    "Mailchimp": chance(32, HEX) + "-us12",
    "Groq": "gsk_" + chance(52),
    "xAI": "xai-" + chance(80),
    "Perplexity": "pplx-" + chance(48),
    "Replicate": "r8_" + chance(37),
    "Tavily": "tvly-dev-" + chance(32),
    "Databricks": "dapi" + chance(32, HEX),
    "DigitalOcean": "dop_v1_" + chance(64, HEX),
    "Docker Hub": "dckr_pat_" + chance(27),
    "Figma": "figd_" + chance(40),
    "Grafana": "glsa_" + chance(32) + "_" + chance(8, HEX),
    "Vault": "hvs." + chance(95),
    "Linear": "lin_api_" + chance(40),
    "Notion": "ntn_" + chance(46),
    "Sentry": "sntryu_" + chance(64, HEX),
    "Shopify": "shpat_" + chance(32, HEX),
    "Supabase": "sb_secret_" + chance(31),
    "Supabase, personal": "sbp_" + chance(40, HEX),
    "Open MCP Skills": "oms_" + "acme_" + chance(12) + "_" + chance(49, seed=8),
    "Atlassian": "ATATT3" + chance(186) + "=" + chance(8, "0123456789ABCDEF"),
    "age": "AGE-SECRET-KEY-1" + chance(58, "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L"),
}
BODY = "\n".join(chance(64, ALNUM + "+/", seed) for seed in range(10, 16))
KEY = f"-----BEGIN RSA PRIVATE KEY-----\n{BODY}\n-----END RSA PRIVATE KEY-----\n"


def problems(content, path="notes.md"):
    raw = content if isinstance(content, bytes) else content.encode()
    file = File(path, raw, executable=False)
    return [(rule.code, problem) for rule in RULES for problem in rule.check(file)]


def codes(content, path="notes.md"):
    return [code for code, _ in problems(content, path)]


@pytest.mark.parametrize("token", TOKENS.values(), ids=TOKENS)
@pytest.mark.parametrize(
    "frame", ["{}", "TOKEN={}", "client = Client('{}')", "Use `{}` to sign in.", '{{"key": "{}"}}']
)
def test_a_token_in_its_issuers_shape_is_an_error_wherever_it_stands(token, frame):
    found = problems(f"# Notes\n\n{frame.format(token)}\n")

    assert ("SK060", 3) in {(code, problem.line) for code, problem in found}
    assert all(token not in problem.message + problem.text + problem.fix for _, problem in found)
    assert all(len(problem.text) <= 5 for _, problem in found)


def test_an_aws_secret_key_is_found_quoted_and_unquoted():
    secret = chance(40, ALNUM + "/+")

    assert "SK060" in codes(f'aws_secret_access_key = "{secret}"')
    assert "SK060" in codes(f"[default]\naws_secret_access_key = {secret}\n", ".aws/credentials")
    assert "SK060" in codes(f"export AWS_SECRET_ACCESS_KEY={secret}\n", "setup.sh")


@pytest.mark.parametrize(
    "path",
    ["a.css", "yarn.lock", "package-lock.json", "swagger.json", "a.svg", ".env", "go.sum", "assets/.hidden", "x.bin"],
)
def test_no_name_of_a_file_hides_a_token(path):
    assert codes(TOKENS["GitHub"], path) == ["SK060"]


@pytest.mark.parametrize(
    "comment", ["# pragma: allowlist secret", "// pragma: whitelist secret", "<!-- pragma: allowlist secret -->"]
)
def test_a_comment_allows_nothing(comment):
    assert codes(f"{TOKENS['GitHub']}  {comment}") == ["SK060"]
    assert codes(f"# pragma: allowlist nextline secret\n{TOKENS['GitHub']}") == ["SK060"]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8-sig"])
def test_no_encoding_hides_a_token(encoding):
    assert codes(f"key: {TOKENS['Stripe']}\n".encode(encoding)) == ["SK060"]


def test_a_token_in_a_line_of_megabytes_is_found_with_its_column():
    ((code, problem),) = problems("x" * 3_000_000 + " " + TOKENS["GitHub"] + " " + "y " * 1_000_000)

    assert (code, problem.line, problem.column) == ("SK060", 1, 3_000_002)


def test_tokens_far_apart_in_one_line_are_all_found():
    other = "ghp_" + chance(36, seed=99)

    found = problems(f"{TOKENS['GitHub']}{' .' * 5000}{other}{' .' * 5000}")

    assert [problem.column for _, problem in found] == [1, 10_041]


@pytest.mark.parametrize(
    "example",
    [
        "AKIAIOSFODNN7EXAMPLE",
        'aws_secret_access_key = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"',
        "AKIAXXXXXXXXXXXXXXXX",
        "AKIA1234567890ABCDEF",
        "AKIAABCDEFGHIJKLMNOP",
        "ghp_" + "x" * 36,
        "ghp_" + "a1b2c3d4e5f6g7h8i9j0k1l2m3n4o5p6q7r8",
        "ghp_" + "0" * 36,
        "ghp_your_token_here_your_token_here_1234",
        "github_pat_" + "A" * 22 + "_" + "B" * 59,
        "sk-ant-api03-" + "x" * 90,
        "sk-ant-api03-your-key-here",
        "sk-ant-...",
        "sk-proj-abc123",
        "AIzaSyABCDEFGHIJKLMNOPQRSTUVWXYZ0123456",
        "hf_" + "abcdefghijklmnopqrstuvwxyzABCDEFGH",
        "xoxb-1234567890-1234567890-abcdefghij",
        "xoxb-your-bot-token",
        "https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX",
        "sk_live_" + "x" * 24,
        "sk_test_" + "4eC39HqLyjWDarjtT1zdp7dc",
        "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw",
        "npm_${NPM_TOKEN}",
        "//registry.example/:_authToken=${NPM_TOKEN}",
        "//registry.example/:_authToken=<token>",
        "The prefixes are ghp_, gho_ and github_pat_; AKIA and ASIA are for AWS.",
        "gsk_" + "example" * 7 + "abc",
        "data:image/png;base64," + chance(200) + "AKIA" + chance(16, UPPER) + chance(300),
        "integrity sha512-" + chance(86) + "==",
        "3f2504e0-4f89-11d3-9a0c-0305e82c3301",
    ],
)
def test_a_placeholder_is_no_secret(example):
    assert [code for code in codes(f"Text before.\n{example}\n") if code == "SK060"] == []


@pytest.mark.parametrize("heading", ["RSA ", "EC ", "DSA ", "OPENSSH ", "ENCRYPTED ", ""])
def test_a_private_key_with_a_body_is_an_error_that_does_not_show_it(heading):
    found = problems(KEY.replace("RSA ", heading))

    assert [code for code, _ in found] == ["SK061"]
    assert all(BODY[:20] not in problem.message + problem.text for _, problem in found)


@pytest.mark.parametrize(
    "content",
    [
        json.dumps({"private_key": KEY}),
        "KEY = (\n" + "".join(f'    "{line}\\n"\n' for line in KEY.splitlines()) + ")\n",
        "key: |\n" + "".join(f"  {line}\n" for line in KEY.splitlines()),
        KEY.replace("\n", "\r\n"),
        f"-----BEGIN PGP PRIVATE KEY BLOCK-----\nVersion: 1\n\n{BODY}\n-----END PGP PRIVATE KEY BLOCK-----\n",
        f"PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\nComment: me\nPrivate-Lines: 6\n{BODY}\nPrivate-MAC: 0\n",
        KEY.replace("KEY-----\n", "KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,0011\n\n", 1),
        KEY.encode("utf-16"),
        *("".join(f"{mark}{line}\n" for line in KEY.splitlines()) for mark in ("# ", " * ", "// ", ";; ")),
    ],
)
def test_a_private_key_is_found_however_it_is_wrapped(content):
    assert "SK061" in codes(content)


@pytest.mark.parametrize(
    "content",
    [
        "-----BEGIN RSA PRIVATE KEY-----\n...\n-----END RSA PRIVATE KEY-----\n" + BODY,
        "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC...\n-----END PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY-----\n<your key>\n-----END PRIVATE KEY-----",
        "The file starts with `-----BEGIN OPENSSH PRIVATE KEY-----`.\n\nThen comes the body, which is Base64.",
        "# -----BEGIN PRIVATE KEY-----\n" + "# * Rotate it each March; keep 2 copies in /etc/ssl/private\n" * 9,
        f"-----BEGIN CERTIFICATE-----\n{BODY}\n-----END CERTIFICATE-----\n",
        f"-----BEGIN PUBLIC KEY-----\n{BODY}\n-----END PUBLIC KEY-----\n",
        "-----BEGIN PRIVATE KEY-----\n" + "A" * 600 + "\n-----END PRIVATE KEY-----\n",
    ],
)
def test_a_heading_a_placeholder_and_a_public_key_are_no_private_key(content):
    assert "SK061" not in codes(content)


@pytest.mark.parametrize(
    ("content", "path"),
    [
        ('password = "kX9mvT2qLw8z"', "a.py"),
        ("DB_PASSWORD=kX9mvT2qLw8z", ".env"),
        ("DB_PASSWORD=kX9mvT2qLw8z", "deploy/.env.production"),
        ("api_key: kX9mvT2qLw8z", "config.yaml"),
        ("uri = postgres://admin:kX9mvT2qLw8z@db.internal.corp/x", "a.md"),
        ("token " + jwt({"sub": "8841", "role": "service_role", "ref": "kxmvtqlwz"}), "a.md"),
        ("SK" + chance(32, HEX), "a.md"),
    ],
)
def test_what_is_named_like_a_secret_is_a_warning(content, path):
    ((code, problem),) = problems(content, path)

    assert code == "SK062"
    assert next(rule for rule in RULES if rule.code == code).severity is Severity.WARNING
    assert len(problem.text) <= 5


@pytest.mark.parametrize(
    "content",
    [
        'password = "password123"',
        'password = "changeme"',
        'api_key = "your-api-key"',
        'api_key = "<your api key>"',
        'api_key = os.environ["API_KEY"]',
        'password: "The password of the user"',
        'secret = "my-secret-name"',
        'SECRET_NAME = "AZURE_CLIENT_SECRET"',
        'password = "${DB_PASSWORD}"',
        'password: "P@ssw0rd123!"',
        "postgres://user:password@localhost:5432/app",
        "postgres://app:kX9mvT2qLw8z@localhost/app",
        "https://user:pass@example.com/x",
        "mongodb://${USER}:${PASSWORD}@host",
        jwt({"sub": "1234567890", "name": "John Doe"}),
        jwt({"sub": "8841"}, signature="signature"),
        "The word secret, the key and the password: all of them are words.",
    ],
)
def test_an_example_is_no_warning(content):
    assert codes(content) == []


def test_random_characters_beside_a_word_for_a_secret_are_an_info():
    assert codes(f'headers["X-Auth-Token"] = "{chance(40)}"') == ["SK063"]
    assert next(rule for rule in RULES if rule.code == "SK063").severity is Severity.INFO


@pytest.mark.parametrize(
    ("content", "path"),
    [
        (f'"integrity": "sha512-{chance(86)}=="', "package-lock.json"),
        (f'"token_sha256": "{chance(64, HEX)}"', "a.json"),
        (f'"signature": "{chance(86)}=="', "skill.oms.sig"),
        (f'auth_commit = "{chance(40, HEX)}"', "a.py"),
        (f'src="data:image/png;base64,{chance(400)}"', "a.html"),
        (f'"id": "{chance(32)}"', "a.json"),
        ('auth = "3f2504e0-4f89-11d3-9a0c-0305e82c3301"', "a.py"),
        (f'NAME = "{chance(40)}"', "a.py"),
        ('token = "averyLongNameOfAFunctionInAModule/and/its/path"', "a.py"),
    ],
)
def test_digests_signatures_and_identifiers_are_no_secrets(content, path):
    assert codes(content, path) == []


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("a.py", [f'token = "{TOKENS["GitHub"]}"', f'KEY = "{chance(40)}"', f'h = "{chance(32, HEX)}"']),
        ("b.py", ['password = "kX9mvT2qLw8z"', 'client_key["a"] = "kX9mvT2qLw8z"']),
        ("a.md", [*TOKENS.values(), *(f"`{token}`" for token in TOKENS.values())]),
        ("b.md", ["postgres://admin:kX9mvT2qLw8z@db.internal/x", jwt({"sub": "8841"})]),
        ("f.md", [f"AC{chance(32, HEX)}", "see AKC" + chance(20)]),
        ("a.js", [f"const apiKey = '{chance(30)}'", "if ('kX9mvT2qLw8z' == password) {}"]),
        ("b.js", ["secret => 'abc1234'", "my_secret 'kX9mvT2';"]),
        ("a.go", ['password := "kX9mvT2qLw8z"', "apikey := kX9mvT2qLw8z", 'x := get("secret")']),
        ("a.tf", [f'ibm_cloud_iam_key = "{chance(44)}"', f'cos_secret_access_key = "{chance(48, HEX)}"']),
        ("b.tf", [f'sl_api_key = "{chance(64, HEX)}"', f'cloudant_password = "{chance(64, HEX)}"']),
        ("c.md", [f"https://acc:{chance(24, string.ascii_lowercase)}@acc.cloudant.com"]),
        ("d.md", ["password = get_password()", f"user_id = '{chance(40)}'", "password: '{{ secret }}'"]),
        ("g.md", ['pwd = "$HOME"', "key = '12345'"]),
        (
            "e.md",
            [
                f'aws_secret_key = "{chance(40, ALNUM + "/+")}"',
                "plain words",
                f'x["{chance(50)}"] = "{chance(30, HEX)}"',
            ],
        ),
    ],
)
def test_what_detect_secrets_finds_on_its_own_is_found(tmp_path, name, lines):
    path = tmp_path / name
    path.write_text("# notes\n\n" + "\n".join(lines) + "\n")
    skipped = {"Public IP (ipv4)", "Private Key"}
    with default_settings() as settings:
        settings.disable_filters("detect_secrets.filters.allowlist.is_line_allowlisted")
        text = path.read_text().splitlines(keepends=True)
        stock = {
            (secret.type, secret.line_number)
            for secret in scan._process_line_based_plugins(list(enumerate(text, start=1)), str(path))
            if not is_placeholder(secret.secret_value)
        }

    file = File(name, path.read_bytes(), executable=False)
    ours = {(hit.kind, file.place(hit.offset)[0]) for hit in hits(file).found}

    issued = {detector.secret_type for detector in _ISSUED}
    assert {hit for hit in stock if hit[0] not in skipped} <= ours
    assert {hit for hit in ours if hit[0] not in issued} == {hit for hit in stock if hit[0] not in issued | skipped}


def test_a_file_with_more_places_than_are_examined_is_an_error():
    assert codes(" ".join("AKIA" + "X" * 16 for _ in range(60_000))) == ["SK060"]


def test_no_number_of_placeholders_hides_a_token():
    examples = "".join(f"ghp_{chance(18, seed=n)}EXAMPLE{chance(11, seed=-n)}\n" for n in range(600))

    assert [problem.line for _, problem in problems(examples + TOKENS["GitHub"])] == [601]
    assert codes(examples) == []


def test_no_number_of_headings_hides_a_private_key():
    heading = "-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----\n"

    assert codes(heading * 200 + KEY) == ["SK061"]
    assert codes(heading * 200) == []


def test_what_is_no_text_is_left_alone():
    assert codes(bytes(range(256)) * 100 + TOKENS["GitHub"].encode(), "photo.bin") == []


def test_a_text_can_be_shown_without_its_secrets():
    shown = redacted(f"curl -H 'Authorization: {TOKENS['GitHub']}' https://a.test")

    assert shown == "curl -H 'Authorization: ghp_…' https://a.test"


def test_no_detector_is_counted_twice():
    names = [detector.secret_type for detector in (*_ISSUED, *_NAMED)]

    assert len(names) == len(set(names))
