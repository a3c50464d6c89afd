"""detect-secrets as a library: its detectors called one by one, with its own filters, never over the network.

It takes 0.3 seconds to import, `requests` alone 0.2, so `hits` imports this module when a place for a secret was found.
"""

import re
from collections.abc import Iterator

from detect_secrets.filters import heuristic
from detect_secrets.plugins import keyword
from detect_secrets.plugins.artifactory import ArtifactoryDetector
from detect_secrets.plugins.aws import AWSKeyDetector
from detect_secrets.plugins.azure_storage_key import AzureStorageKeyDetector
from detect_secrets.plugins.base import BasePlugin, RegexBasedDetector
from detect_secrets.plugins.basic_auth import BasicAuthDetector
from detect_secrets.plugins.cloudant import CloudantDetector
from detect_secrets.plugins.discord import DiscordBotTokenDetector
from detect_secrets.plugins.github_token import GitHubTokenDetector
from detect_secrets.plugins.gitlab_token import GitLabTokenDetector
from detect_secrets.plugins.high_entropy_strings import Base64HighEntropyString, HexHighEntropyString
from detect_secrets.plugins.ibm_cloud_iam import IbmCloudIamDetector
from detect_secrets.plugins.ibm_cos_hmac import IbmCosHmacDetector
from detect_secrets.plugins.jwt import JwtTokenDetector
from detect_secrets.plugins.keyword import KeywordDetector
from detect_secrets.plugins.mailchimp import MailchimpDetector
from detect_secrets.plugins.npm import NpmDetector
from detect_secrets.plugins.openai import OpenAIDetector
from detect_secrets.plugins.pypi_token import PypiTokenDetector
from detect_secrets.plugins.sendgrid import SendGridDetector
from detect_secrets.plugins.slack import SlackDetector
from detect_secrets.plugins.softlayer import SoftlayerDetector
from detect_secrets.plugins.square_oauth import SquareOAuthDetector
from detect_secrets.plugins.stripe import StripeDetector
from detect_secrets.plugins.telegram_token import TelegramBotTokenDetector
from detect_secrets.plugins.twilio import TwilioKeyDetector
from detect_secrets.util.filetype import FileType, determine_file_type

from mcpskills.validation.rules.secrets.candidates import Place, Sort
from mcpskills.validation.rules.secrets.hit import Family, Hit
from mcpskills.validation.rules.secrets.modern import MODERN

_ISSUED: tuple[RegexBasedDetector, ...] = (
    AWSKeyDetector(),
    AzureStorageKeyDetector(),
    DiscordBotTokenDetector(),
    GitHubTokenDetector(),
    GitLabTokenDetector(),
    MailchimpDetector(),
    NpmDetector(),
    OpenAIDetector(),
    PypiTokenDetector(),
    SendGridDetector(),
    SlackDetector(),
    SquareOAuthDetector(),
    StripeDetector(),
    TelegramBotTokenDetector(),
    *MODERN,
)
# Shapes that much else has as well, or that are no secret alone. `PrivateKeyDetector` sees a heading only: see `private_key`.
_NAMED: tuple[RegexBasedDetector, ...] = (
    ArtifactoryDetector(),
    BasicAuthDetector(),
    CloudantDetector(),
    IbmCloudIamDetector(),
    IbmCosHmacDetector(),
    JwtTokenDetector(),
    SoftlayerDetector(),
    TwilioKeyDetector(),
)
_WORDS = KeywordDetector()
_RANDOM = (Base64HighEntropyString(), HexHighEntropyString())
# Files of settings that detect-secrets does not know by their suffix: their values stand without quotes.
_SETTINGS = re.compile(r"(?:^|/)\.?env(?:\.[\w.-]{1,40})?$|\.env$|\.npmrc$|\.pypirc$|\.netrc$|/credentials$")

# `heuristic.is_indirect_reference` without its first part, which may be empty and so changes nothing but takes quadratic time.
_INDIRECT = re.compile(r"(?::=?|[!=]{1,3})\s*[\w.-]+[\[\(][^\v]*[\]\)]")
_UNLIKELY = (
    heuristic.is_sequential_string,
    heuristic.is_templated_secret,
    heuristic.is_prefixed_with_dollar_sign,
    heuristic.is_not_alphanumeric_string,
)
_LEAST_SECRET = 16
_UNLIKELY_FILE = (heuristic.is_non_text_file, heuristic.is_lock_file, heuristic.is_swagger_file)


def hits_at(place: Place, path: str) -> Iterator[Hit]:
    """What detect-secrets' own filters leave. What has an issuer's shape counts in any file and on any line."""
    match place.sort:
        case Sort.TOKEN:
            yield from _shaped(place, path)
        case Sort.WORD:
            yield from _likely(place, path, Family.NAMED, _WORDS, _worded(place.line, path))
        case Sort.RANDOM:
            for detector in _RANDOM:
                found = (
                    text for text in dict.fromkeys(detector.analyze_string(place.line)) if _is_random(detector, text)
                )
                yield from _likely(place, path, Family.RANDOM, detector, found)


def _shaped(place: Place, path: str) -> Iterator[Hit]:
    yield from _found(Family.ISSUED, _ISSUED, place)
    named = list(_found(Family.NAMED, _NAMED, place))
    # Asked last: it takes longer than all detectors together.
    if named and not _is_unlikely_place(place, path):
        yield from named


def _found(family: Family, detectors: tuple[RegexBasedDetector, ...], place: Place) -> Iterator[Hit]:
    # An issuer may give a UUID.
    unlikelies = _UNLIKELY if family is Family.ISSUED else (*_UNLIKELY, heuristic.is_potential_uuid)
    for detector in detectors:
        for start, secret in _matches(detector, place.line):
            if not any(unlikely(secret) for unlikely in unlikelies):
                yield Hit(family, detector.secret_type, place.offset + start, secret, place.line)


def _matches(detector: RegexBasedDetector, line: str) -> Iterator[tuple[int, str]]:
    for pattern in detector.denylist:
        for match in pattern.finditer(line):
            if not isinstance(detector, JwtTokenDetector) or detector.is_formally_valid(match[0]):
                group = _secret_group(match)
                yield match.start(group), match[group]


def _secret_group(match: re.Match[str]) -> int:
    """A group is the secret beside its name, unless the match starts with it or it is too short: then it is a prefix."""
    group = match.lastindex or 0
    is_cut = match.end(group) < match.end() - 1 and len(match[group]) < _LEAST_SECRET
    return 0 if is_cut or match.start(group) == match.start() else group


def _worded(line: str, path: str) -> Iterator[str]:
    kind = determine_file_type(path)
    quoted = keyword.QUOTES_REQUIRED_DENYLIST_REGEX_TO_GROUP
    otherwise = keyword.CONFIG_DENYLIST_REGEX_TO_GROUP if kind is FileType.OTHER and _SETTINGS.search(path) else quoted
    yield from _WORDS.analyze_string(line, keyword.REGEX_BY_FILETYPE.get(kind, otherwise))


def _is_random(detector: Base64HighEntropyString | HexHighEntropyString, text: str) -> bool:
    return detector.calculate_shannon_entropy(text) > detector.entropy_limit


def _likely(place: Place, path: str, family: Family, detector: BasePlugin, found: Iterator[str]) -> Iterator[Hit]:
    secrets = list(dict.fromkeys(found))
    if not secrets or _is_unlikely_place(place, path):
        return
    for secret in secrets:
        is_id = heuristic.is_likely_id_string(secret, place.line, detector)
        if not is_id and not any(unlikely(secret) for unlikely in (*_UNLIKELY, heuristic.is_potential_uuid)):
            start = place.line.find(secret)
            yield Hit(family, detector.secret_type, place.offset + start, secret, place.line)


def _is_unlikely_place(place: Place, path: str) -> bool:
    if any(unlikely(path) for unlikely in _UNLIKELY_FILE):
        return True
    # Long lines are exempt, as they are in detect-secrets.
    return not place.is_part and bool(_INDIRECT.search(place.line))
