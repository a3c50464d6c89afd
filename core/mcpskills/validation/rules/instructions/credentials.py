"""Where keys and passwords are kept on the machines of people; for text in lower case."""

import re
from collections.abc import Iterator

from mcpskills.validation.rules.instructions.shadow import MOST_LOOKED_AT, Shadow

_ANCHORS = {
    "ssh": ".ssh", "rsa": "id_rsa", "ed25519": "id_ed25519", "ecdsa": "id_ecdsa", "dsa": "id_dsa", "aws": ".aws",
    "gcloud": "gcloud", "application": "application_default", "azure": ".azure", "docker": ".docker",
    "kube": ".kube", "npmrc": ".npmrc", "pypirc": ".pypirc", "netrc": ".netrc", "env": "/.env", "git": ".git-cred",
    "gnupg": ".gnupg", "hosts": "gh/hosts", "keychains": "keychain", "keychain": "keychain", "find": "-password",
    "shadow": "/etc/shadow", "login": "login", "cookies": "cookies", "local": "local state", "logins": "logins.json",
    "key4": "key4.db", "wallet": "wallet", "keystore": "keystore", "solana": "solana", "credentials": ".credentials",
    "history": "_history", "vault": ".vault", "security": "security-cred",
}  # fmt: skip

_HOME = (
    r"(?:~|\$\{?home\}?|%userprofile%|/root|/home/[\w.$<>{}-]{1,40}|/users/[\w.$<>{}-]{1,40}|expanduser\(['\"]~)[/\\]"
)
_PATHS = re.compile(
    r"\.ssh[/\\](?:id_\w{2,20}|\*|[\w-]{1,30}\.pem)\b(?!\.pub)|(?<![\w.-])id_(?:rsa|ed25519|ecdsa|dsa)\b(?!\.pub)"
    r"|(?<!\w)\.aws[/\\](?:credentials\b|\*)|\.config[/\\]gcloud\b|application_default_credentials\.json"
    r"|gcloud[/\\](?:credentials|access_tokens)\.db"
    r"|\.azure[/\\](?:accesstokens|msal_token|azureprofile)|\.docker[/\\]config\.json"
    rf"|{_HOME}\.(?:kube[/\\]config|npmrc|pypirc|netrc|env)\b"
    r"|\.git-credentials\b|\.gnupg[/\\](?:private|secring|\*)|\.config[/\\]gh[/\\]hosts\.ya?ml"
    r"|\blibrary[/\\]keychains\b|login\.keychain|\bfind-(?:generic|internet)-password\b|/etc/shadow\b"
    r"|(?:chrome|chromium|edge|brave\S{0,20})[/\\][^\n\"']{0,60}?[/\\](?:login data|cookies|local state)\b"
    r"|\b(?:cookies\.sqlite|logins\.json|key4\.db|wallet\.dat)\b|\.(?:ethereum|bitcoin)[/\\](?:keystore|wallet)"
    r"|solana[/\\]id\.json"
    r"|\.claude[/\\]\.credentials\.json|\.(?:bash|zsh|psql|mysql|python)_history\b|\.vault-token\b"
    r"|169\.254\.169\.254[^\s\"']{0,60}?security-credentials|meta-data/iam/security-credentials"
)
_ENVIRONMENT = re.compile(
    r"(?:^|[\s;&|(`])(?:env|printenv|set|export[ \t]-p)[ \t]{0,3}(?:\||>)(?!\|)|\$\((?:env|printenv)\b"
    r"|\bdict\(os\.environ\)|\bos\.environ\.(?:copy|items)\(|\bjson\.dumps\([^\n)]{0,30}?os\.environ\b(?![\[.])"
    r"|\bjson\.stringify\(process\.env\)|\bget-childitem[ \t]env:|/proc/(?:self|\d{1,7})/environ"
)


def credential_paths(shadow: Shadow, most: int = MOST_LOOKED_AT) -> Iterator[tuple[int, int]]:
    """Where a text names a place at which credentials are kept."""
    yield from (match.span() for match in shadow.near(_PATHS, *shadow.present(_ANCHORS), reach=150, most=most))


def whole_environment(shadow: Shadow) -> Iterator[tuple[int, int]]:
    """Where all environment variables are read at once."""
    if shadow.has("env", "printenv", "environ", "set", "export"):
        yield from (match.span() for match in _ENVIRONMENT.finditer(shadow.text))
