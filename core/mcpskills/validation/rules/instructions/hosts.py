"""Hosts where anybody can put a text or a file without a name, and such that collect whatever is sent to them.

To add one: a row here and in docs/rules/instructions.md. Each stands for its subdomains as well.
"""

import re

from mcpskills.validation.rules.instructions.shadow import Shadow

PASTE = (
    "0bin.net", "0x0.st", "anonfiles.com", "bashupload.com", "bpa.st", "catbox.moe", "controlc.com", "dpaste.com", "dpaste.org",
    "file.io", "ghostbin.com", "glot.io", "gofile.io", "hastebin.com", "ix.io", "justpaste.it", "oshi.at", "paste.ee",
    "paste.rs", "pastebin.com", "pastebin.pl", "pastes.dev", "privatebin.net", "rentry.co", "rentry.org", "sprunge.us",
    "temp.sh", "termbin.com", "textbin.net", "tmpfiles.org", "transfer.sh",
)  # fmt: skip
"""Anonymous, changeable, gone tomorrow: no place to install from."""

SINKS = (
    "beeceptor.com", "burpcollaborator.net", "ceye.io", "dnslog.cn", "hookbin.com", "interact.sh", "interactsh.com",
    "m.pipedream.net", "oast.fun", "oast.live", "oast.me", "oast.online", "oast.pro", "oast.site", "oastify.com", "postb.in",
    "requestbin.com", "requestbin.net", "requestcatcher.com", "webhook.site",
)  # fmt: skip
"""They record every request for whoever asked for an address, without a name."""

MESSENGERS = ("api.telegram.org/bot", "discord.com/api/webhooks", "discordapp.com/api/webhooks")
"""Sinks too, but with honest uses: what matters is what is sent."""

_WORDS = {host: frozenset(re.findall("[a-z0-9]+", host)) for host in (*PASTE, *SINKS, *MESSENGERS)}


def pattern(hosts: tuple[str, ...]) -> str:
    """Matches the hosts, but not as a part of another one; for text in lower case."""
    return rf"(?<![\w-])(?:{'|'.join(map(re.escape, hosts))})(?![\w-]|\.\w)"


def named(shadow: Shadow, hosts: tuple[str, ...]) -> tuple[str, ...]:
    """Those of the hosts that may stand in the text."""
    return tuple(host for host in hosts if shadow.has_all(_WORDS[host]))
