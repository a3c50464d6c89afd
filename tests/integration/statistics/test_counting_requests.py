from builders import skill_folder
from fleet_member import until
from key_builders import bearing
from mcpskills.access import Role
from recorded_server import ask, recorded
from registry import opened


def test_what_clients_ask_is_what_the_statistics_tell(tmp_path):
    with opened(tmp_path) as registry:
        registry.publish_folder(skill_folder("pdf-forms"))
        with recorded(registry) as server:
            reader = server.key(Role.VIEWER)
            for _ in range(3):
                ask(server.http, reader, "resources/read", uri="skill://pdf-forms/SKILL.md").raise_for_status()
            ask(server.http, reader, "resources/read", uri="skill://pdf-forms/missing.md")

            def told() -> dict[str, object]:
                answer = server.http.get("/admin/skills/pdf-forms/statistics", headers=bearing(server.owner))
                return answer.raise_for_status().json()

            until(lambda: told()["calls"] == 4, lambda: str(told()))
            figures = told()

    assert figures["errors"] == 1
    assert figures["users"] == 1
    assert {row["version"]: row["calls"] for row in figures["versions"]} == {1: 3, None: 1}
