"""SK042: nothing is set up that runs again later, when nobody thinks of the skill any more."""

import re
from collections.abc import Iterator

from mcpskills.validation.file import File
from mcpskills.validation.finding import Severity
from mcpskills.validation.rule import FileRule, Problem
from mcpskills.validation.rules.instructions.problem import distinct, problem
from mcpskills.validation.rules.instructions.shadow import shadow_of

_ANCHORS = {
    "cron": "cron", "crontab": "cron", "reboot": "@reboot", "launchctl": "launchctl", "launchagents": "launchagents",
    "launchdaemons": "launchdaemons", "systemctl": "systemctl", "systemd": "/systemd/", "bashrc": "bashrc",
    "zshrc": "zshrc", "profile": "profile", "zprofile": "profile", "zshenv": "zshenv", "zlogin": "zlogin",
    "kshrc": "kshrc", "login": "bash_login", "fish": "config.fish", "currentversion": "currentversion",
    "schtasks": "schtasks", "startup": "startup", "scheduledtask": "scheduledtask", "hooks": ".git/hooks",
    "hookspath": "hookspath", "preload": "preload", "rc": "rc.local", "sitecustomize": "sitecustomize",
}  # fmt: skip
_SHELL_START = (
    r"(?:\.(?:bashrc|zshrc|bash_profile|zprofile|zshenv|profile|bash_login|zlogin|kshrc)"
    r"|/etc/(?:profile|bashrc|zshrc|bash\.bashrc)|config\.fish)\b"
)
_SETS_UP = re.compile(
    r"\bcrontab[ \t]{1,5}(?:-(?!l\b)|[/\w<])|\|[ \t]{0,5}crontab\b|>{1,2}[ \t]{0,5}[\"']?/etc/cron[\w./-]{0,40}"
    r"|/etc/cron\.(?:d|daily|hourly)/\w|@reboot[ \t]"
    r"|\blaunchctl[ \t]{1,5}(?:load|bootstrap|enable|submit)\b|library/launch(?:agents|daemons)/[\w.$<{]"
    r"|\bsystemctl[ \t]{1,5}(?:--user[ \t]{1,5})?(?:--now[ \t]{1,5})?enable\b"
    r"|>{1,2}[ \t]{0,5}\S{0,60}/systemd/(?:system|user)/"
    rf"|>{{1,2}}[ \t]{{0,5}}[\"']?[^\s|;&>\"']{{0,80}}{_SHELL_START}"
    rf"|\btee[ \t]{{1,5}}-a[ \t]{{1,5}}\S{{0,80}}?{_SHELL_START}"
    r"|currentversion\\{1,2}run\b|\bschtasks(?:\.exe)?[ \t]{1,5}/create\b|\bregister-scheduledtask\b"
    r"|start menu[/\\]{1,2}programs[/\\]{1,2}startup"
    r"|>{1,2}[ \t]{0,5}\S{0,80}\.git/hooks/|\bcore\.hookspath\b|/etc/ld\.so\.preload|\bld_preload=|/etc/rc\.local\b"
    r"|>{1,2}[ \t]{0,5}\S{0,120}sitecustomize\.py"
)
_FIX = "Leave it to the user to set this up, and say what it does; prefer what ends with the task."


def check(file: File) -> Iterator[Problem]:
    shadow = shadow_of(file)
    message = "something is set up that runs again later, without being asked"
    return distinct(
        problem(shadow, *match.span(), message, _FIX)
        for match in shadow.near(_SETS_UP, *shadow.present(_ANCHORS), reach=200)
    )


RULE = FileRule("SK042", "persistence", Severity.WARNING, check)
