import pytest

from mcpskills_server.mcp import media_types


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("SKILL.md", "text/markdown"),
        ("references/Read Me.MD", "text/markdown"),
        ("assets/logo.png", "image/png"),
        ("scripts/fill.py", "text/x-python"),
        ("data/a.tar.gz", "application/gzip"),
        ("config.yaml", "application/yaml"),
        ("data:text.html", "text/html"),
        ("LICENSE", None),
        ("a.unheard-of", None),
    ],
)
def test_a_name_promises_a_type(path, expected):
    assert media_types.of_path(path) == expected


def test_a_name_that_promises_nothing_leaves_it_to_the_content():
    assert media_types.of_content("LICENSE", is_text=True) == "text/plain"
    assert media_types.of_content("LICENSE", is_text=False) == "application/octet-stream"
