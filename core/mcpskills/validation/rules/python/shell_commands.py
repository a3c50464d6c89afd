"""Does a shell command run what it fetches, decodes, or lets a stranger type?"""

import re

_FETCH = r"(?:curl|wget|aria2c|iwr|irm|invoke-webrequest|invoke-restmethod)\b"
_SHELL = r"(?:ba|z|k|c|tc|da|fi)?sh"
_SOURCE = re.compile(
    rf"\b{_FETCH}|\bbase(?:64|32)\b[^|]{{0,40}}(?:-d\b|-D\b|--decode\b)|\bopenssl\b[^|]{{0,80}} -d\b|\bxxd\b[^|]{{0,40}} -r\b",
    re.IGNORECASE,
)
# Interpreters that read their program from a pipe: a shell does in any case, the others when nothing or `-` follows.
_READS_PROGRAM = re.compile(
    rf"\s*(?:(?:sudo|env|nohup|exec|command|-\S+|\w+=\S*)\s+){{0,6}}(?:/\S{{0,40}}/)?"
    rf"(?:{_SHELL}\b|(?:python[\d.]*|perl|ruby|node|php|pwsh|powershell)(?:\s+-)?\s*(?:$|[;&)\"'])|iex\b|invoke-expression\b)",
    re.IGNORECASE,
)
_SUBSTITUTED = re.compile(
    rf"(?:\b{_SHELL}\s+(?:-\w+\s+){{0,3}}-\w*c|\beval)\s+[\"']?\s*(?:\$\(|`)\s*(?:{_FETCH}|\w+\s[^`)\n]{{0,200}}\|\s*base64)"
    rf"|(?:\b{_SHELL}|\bsource|(?:^|[\s;&])\.)\s+(?:-\w+\s+){{0,3}}<\(\s*{_FETCH}",
    re.IGNORECASE,
)
_POWERSHELL = re.compile(
    r"\b(?:iex|invoke-expression)\b[^\n|]{0,100}(?:\b(?:iwr|irm|curl|wget|invoke-\w+request|invoke-restmethod)\b|downloadstring)"
    r"|\bmshta\b[^\n]{0,20}https?:|\bregsvr32\b[^\n]{0,60}/i:https?:|\bpowershell\b[^\n]{0,80}\s-e(?:nc|ncodedcommand)?\s+[a-z0-9+/=]{40}",
    re.IGNORECASE,
)
_REVERSE = re.compile(
    r"/dev/(?:tcp|udp)/|\b(?:nc|ncat|netcat)\b[^\n|;]{0,80}\s-\w*[ec]\s*(?:/bin/)?\w*sh\b", re.IGNORECASE
)
_STEP = re.compile(r"&&|;|\n|\|\|")
_SAVED = re.compile(r"(?:\s-[a-z]*o|--output(?:-document)?)[\s=]*[\"']?([^\s\"';&|]{1,200})", re.IGNORECASE)
_REMOTE_NAME = re.compile(r"https?://[^\s\"'?#]{0,300}/([^\s\"'/?#]{1,100})")
_RUN = re.compile(
    rf"\s*(?:sudo\s+)?(?:chmod\s+\S{{1,20}}|source|\.|{_SHELL}|python[\d.]*|perl|ruby|node)\s+(?:-\S+\s+){{0,4}}[\"']?(\S{{1,200}}?)[\"']?(?:\s|$)"
)
_RUN_ITSELF = re.compile(r"\s*(?:sudo\s+)?[\"']?(\.?\.?/\S{1,200}?)[\"']?(?:\s|$)")
_LOADS = re.compile(rf"\b{_FETCH}[^\n]{{0,500}}?\bhttps?://(?!localhost\b|127\.|\[::1\]|0\.0\.0\.0)", re.IGNORECASE)
_LONGEST = 4000


def downloads(command: str) -> bool:
    """Whether a command fetches something over the network from elsewhere than the machine itself."""
    return bool(_LOADS.search(command[:_LONGEST]))


def runs_what_it_fetches(command: str) -> bool:
    """A pure function of one command line or script of a few lines; only its first 4,000 characters are looked at."""
    command = command[:_LONGEST]
    return (
        _piped(command)
        or _saved_and_run(command)
        or any(pattern.search(command) for pattern in (_SUBSTITUTED, _POWERSHELL, _REVERSE))
    )


def _piped(command: str) -> bool:
    for step in _STEP.split(command):
        stages = step.split("|")
        fetching = [number for number, stage in enumerate(stages[:-1]) if _SOURCE.search(stage)]
        if fetching and any(_READS_PROGRAM.match(stage) for stage in stages[fetching[0] + 1 :]):
            return True
    return False


def _saved_and_run(command: str) -> bool:
    fetched: set[str] = set()
    for step in _STEP.split(command):
        if _SOURCE.search(step):
            fetched.update(_base(name) for name in (*_SAVED.findall(step), *_REMOTE_NAME.findall(step)))
            continue
        run = _RUN.match(step) or _RUN_ITSELF.match(step)
        if run and _base(run.group(1)) in fetched:
            return True
    return False


def _base(path: str) -> str:
    return path.rpartition("/")[2]
