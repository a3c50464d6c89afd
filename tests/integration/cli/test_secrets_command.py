"""`mcpskills secrets`: a value comes from a file or from standard input, and is printed by no command."""

import json
import subprocess
import sys

from builders import skill_folder
from command_line import mcpskills


def test_a_secret_is_set_granted_listed_and_deleted(service, tmp_path):
    service.publish(skill_folder())
    file = tmp_path / "key.txt"
    file.write_text("s3cret")

    said = [
        mcpskills("secrets", *arguments, url=service.url)
        for arguments in (
            ("list",),
            ("set", "OCR_API_KEY", "--file", str(file)),
            ("grant", "OCR_API_KEY", "pdf-forms"),
            ("grant", "OCR_API_KEY", "pdf-forms"),
            ("list",),
            ("grant", "OCR_API_KEY"),
            ("delete", "OCR_API_KEY"),
        )
    ]

    assert [code for code, _, _ in said] == [0] * 7
    assert said[0][1] == "There is no secret yet; `mcpskills secrets set NAME` makes one.\n"
    assert said[1][1].startswith("OCR_API_KEY has version 1 now.\nNo skill gets it yet:")
    assert said[2][1] == "OCR_API_KEY is given to pdf-forms now.\n"
    assert said[3][1] == "OCR_API_KEY is given to pdf-forms already.\n"
    assert ("OCR_API_KEY" in said[4][1], "pdf-forms" in said[4][1]) == (True, True)
    assert said[5][1] == "OCR_API_KEY is given to no skill now.\n"
    assert said[6][1] == "OCR_API_KEY is gone.\n"
    assert not any("s3cret" in printed for _, printed, _ in said)


def test_a_damaged_secret_is_listed_with_what_to_do(service):
    mcpskills("secrets", "set", "OCR_API_KEY", "--file", __file__, url=service.url)
    next(service.root.rglob("OCR_API_KEY.json")).write_text("{}")

    code, out, _ = mcpskills("secrets", "list", url=service.url)

    assert (code, "damaged: delete it and set it again" in " ".join(out.split())) == (0, True)


def test_a_value_is_read_from_standard_input_without_the_line_feed_at_its_end(service):
    service.publish(skill_folder())
    command = [sys.executable, "-c", "from mcpskills.cli.main import run; run()", "secrets", "set", "KEY", "--json"]

    done = subprocess.run(
        [*command, "--url", service.url], input=b"line\nlast\n", capture_output=True, timeout=60, check=True
    )
    mcpskills("secrets", "grant", "KEY", "pdf-forms", url=service.url)

    assert json.loads(done.stdout)["secret"]["version"] == 1
    assert service.secrets.value("KEY", "pdf-forms") == "line\nlast"
