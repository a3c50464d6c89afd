"""Commands that turn an unreadable text into a readable one."""

import re

from mcpskills.validation.rules.instructions.commands import Source

DECODE = Source(
    anchors={
        "base64": "base64", "base32": "base32", "base58": "base58", "basenc": "basenc", "openssl": "openssl",
        "xxd": "xxd", "certutil": "certutil", "uudecode": "uudecode", "b64decode": "b64decode",
        "decode": "decode_base64",
    },
    names=re.compile(
        r"(?<![\w-])base(?:64|32|58)(?![\w.])|\b(?:basenc|openssl|xxd|certutil|uudecode|b64decode|decode_base64)\b"
    ),
    wanted=re.compile(r"[ \t](?:-{1,2}\w{0,2}d(?:ecode)?\w{0,2}\b|-\w{0,2}r)|^uudecode|decode_base64|b64decode"),
)  # fmt: skip
