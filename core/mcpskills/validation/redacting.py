"""What every finding goes through before it is shown: no rule repeats a secret that another rule would have found.

It errs on the side of hiding. A new issuer's prefix is a line in `_TOKEN`, another way to write a password an entry of `_PASSES`.
It looks for less than the detectors do, which are slow to import and do not know a token that was cut for a message.
"""

import re
from collections.abc import Callable

from mcpskills.validation.rules.secrets.redaction import redact

_CUT = "…"
# Not what was shortened before.
_NEW = rf"(?![^\n{_CUT}]{{0,4}}{_CUT})"
# What stands for a value, and what fetches one.
_NO_PLACEHOLDER = r"(?![$<{%(*\[])"
_VALUE = rf"{_NEW}{_NO_PLACEHOLDER}(?P<secret>[^\s\"'`<>|&;,(){{}}\[\]{_CUT}]{{1,2000}}){_CUT}?"

_TOKEN = re.compile(
    r"(?:(?<![A-Za-z0-9])|(?<=\\[nrt])|(?<=%[0-9A-Fa-f]{2}))(?P<secret>"
    r"(?:AKIA|ASIA|ABIA|ACCA|A3T[A-Z0-9])[A-Z0-9]{12,}"
    r"|(?i:gh[pousr]_|github_pat_|gl(?:pat|dt|ft|soat|rt|cbt|imt|ptt|agent|oas)-|gr1348941|sk-(?:proj|svcacct|admin|ant|or)-"
    r"|gocspx-|xapp-\d-|xox[a-z]-|whsec_|[rs]k_(?:live|test)_|pypi-age|sq0csp-|do[por]_v1_|dckr_pat_|figd_|glsa_|lin_api_"
    r"|sntry[su]_|shp(?:at|ss|ca|pa)_|sbp_|sb_secret_|tvly-|age-secret-key-1)[\w+/=-]{12,}"
    r"|(?i:hf_|npm_|ntn_|gsk_|xai-|pplx-|r8_|sk-)[A-Za-z0-9]{12,}"
    r"|(?:AIza|hvs\.|SG\.|ATATT3|FwoGZXIvYXdz|IQoJb3JpZ2lu|eyJ)[\w+/=.-]{12,}"
    r"|dapi[0-9a-f]{12,}|\d{8,10}:AA[\w-]{12,}|[MNO][\w-]{23,25}\.[\w-]{6}\.[\w-]{12,}"
    rf"|[0-9a-z]{{32}}-us\d{{1,2}}|(?:AC|SK)[a-f0-9]{{32}})[\w-]*{_CUT}?"
)
_SERVICE = re.compile(
    rf"(?P<lead>/api/webhooks/|hooks\.slack\.com/services/|api\.telegram\.org/bot){_NEW}{_NO_PLACEHOLDER}"
    rf"(?P<secret>[\w/:-]{{8,400}}){_CUT}?"
)
_LOGIN = re.compile(
    rf"(?P<lead>://)(?P<user>[^\s/?#@:\"'`{_CUT}]{{0,400}})(?P<secret>:[^\s/?#\"'`{_CUT}]{{0,400}})?(?P<end>@|{_CUT}@?)"
)
_OPTION = re.compile(
    r"(?P<lead>(?<![\w-])(?:-[A-Za-z]{0,6}[uU]|--user|--proxy-user)(?:[\"']?[ \t=,]{1,4}[\"']?|(?<=-u))"
    rf"[^\s\"'`:/{_CUT}]{{0,100}}:)(?!//){_VALUE}"
)
_HEADER = re.compile(
    r"(?P<lead>\b(?i:authorization)[\"']?[ \t]{0,3}[:=,][ \t]{0,3}[frb]{0,2}[\"']?"
    r"(?:(?i:bearer|basic|token|digest|apikey)[ \t]{1,3})?)"
    rf"(?!(?i:bearer|basic|token|digest|apikey)\b){_VALUE}"
)
_BEARER = re.compile(rf"(?P<lead>\b(?i:bearer)[ \t]{{1,3}}){_VALUE}")
_NAME = (
    r"(?i:token|secret|passw(?:or)?d|passphrase|pwd|signature|sig"
    r"|(?:api|access|secret|private|auth|account|shared|encryption|signing|master)[_-]?key(?:[_-]?id)?)"
)
_QUERY = re.compile(rf"(?P<lead>[?&](?:[\w.-]{{0,40}}{_NAME}|(?i:key|auth|pass|code))=){_VALUE}")
_QUOTED = re.compile(
    rf"(?P<lead>{_NAME}\d?[\"']?\]?[ \t]{{0,3}}[:=][ \t]{{0,3}}[frbu]{{0,2}}(?P<quote>[\"'])){_NEW}{_NO_PLACEHOLDER}"
    rf"(?P<secret>(?:(?!(?P=quote))[^\n`{_CUT}]){{1,2000}}){_CUT}?"
)
_FLAG = re.compile(rf"(?P<lead>--[\w-]{{0,40}}{_NAME}(?:=|[\"']?[ \t,]{{1,4}}[\"']?))(?!-){_VALUE}")
_ASSIGNED = re.compile(rf"(?P<lead>(?P<name>{_NAME})\d?[\"']?[ \t]{{0,3}}[:=](?!=)[ \t]{{0,3}}){_VALUE}(?![(\[])")

# What was shortened may let another pattern see what follows it.
_MOST_ROUNDS = 5
_RUN = re.compile(r"[A-Za-z0-9]{6,}")
_MIXED = re.compile(r"[0-9][A-Za-z]|[A-Za-z][0-9]|[a-z][A-Z]")
_LEAST_RANDOM = 12
_PORT = re.compile(r":\d{0,5}")
_EXPRESSION = re.compile(r"[A-Za-z_][A-Za-z_.]*")


def redacted(text: str) -> str:
    """The text with the first four characters, or fewer, of everything that looks like a token or a password.

    Pure, idempotent, linear in time; a text without such a thing is returned as it is.
    """
    for _ in range(_MOST_ROUNDS):
        before, text = text, _once(text)
        if text == before:
            break
    return text


def _once(text: str) -> str:
    lower = text.lower()
    for signs, pattern, shorten in _PASSES:
        if any(sign in lower for sign in signs):
            text = pattern.sub(shorten, text)
    return _TOKEN.sub(_token, text)


def _random(text: str) -> bool:
    """Whether some run of letters and digits is no word, as in a token and not in the name of a skill or a variable."""
    return any(_MIXED.search(run[0]) for run in _RUN.finditer(text))


def _token(match: re.Match[str]) -> str:
    secret = match["secret"]
    return redact(secret) if secret.startswith(("AKIA", "ASIA")) or _random(secret) else match[0]


def _value(match: re.Match[str]) -> str:
    return match["lead"] + redact(match["secret"])


def _login(match: re.Match[str]) -> str:
    user, password, end = match["user"], match["secret"] or "", match["end"]
    if end == _CUT and _PORT.fullmatch(password):
        return match[0]
    if len(user) >= _LEAST_RANDOM and _random(user):
        user = redact(user)
    is_old = end.startswith(_CUT) and len(password) <= len(":1234")
    if is_old or not password[1:] or password[1] in "$<{%":
        return match["lead"] + user + password + end
    return f"{match['lead']}{user}:{redact(password[1:])}{end.removeprefix(_CUT)}"


def _option(match: re.Match[str]) -> str:
    # A user and a group in numbers, as containers take them.
    return match[0] if match["secret"].isdigit() else _value(match)


def _bearer(match: re.Match[str]) -> str:
    return _value(match) if any(map(str.isdigit, match["secret"])) else match[0]


def _assigned(match: re.Match[str]) -> str:
    """Code that fetches a value, and prose with a colon, are left alone; in capitals it is a variable of a shell."""
    is_shell = match["name"].isupper() and match["lead"].endswith("=")
    is_told = not _EXPRESSION.fullmatch(match["secret"]) and any(map(str.isalnum, match["secret"]))
    return _value(match) if is_shell or is_told else match[0]


_NAMES = ("token", "secret", "pass", "pwd", "sig", "key", "auth", "code")
# Signs without which a pattern, which takes much longer than they do, has nothing to find.
_PASSES: tuple[tuple[tuple[str, ...], re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (("://",), _LOGIN, _login),
    (("/api/webhooks/", "hooks.slack.com", "api.telegram.org"), _SERVICE, _value),
    (("-",), _OPTION, _option),
    (("authorization",), _HEADER, _value),
    (("bearer",), _BEARER, _bearer),
    (("?", "&"), _QUERY, _value),
    (_NAMES, _QUOTED, _value),
    (("--",), _FLAG, _value),
    (_NAMES, _ASSIGNED, _assigned),
)
