from e2e.conftest import skills_server

__all__ = ["skills_server"]
