"""The guard against DNS rebinding, by which a web page reaches local servers, as the SDK has it."""

from mcp.server.transport_security import TransportSecuritySettings

from mcpskills_server.mcp import allowed
from mcpskills_server.settings import ServerSettings


def protection(settings: ServerSettings) -> TransportSecuritySettings:
    """See `allowed.py` for what is answered."""
    hosts = allowed.hosts(settings)
    if hosts is None:
        return TransportSecuritySettings(enable_dns_rebinding_protection=False)
    return TransportSecuritySettings(allowed_hosts=list(hosts), allowed_origins=list(allowed.origins(settings)))
