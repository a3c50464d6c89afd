"""Signals that remember what was sent."""

from catalog_builders import TENANT
from mcpskills.adapters.in_process import InProcessSignals
from mcpskills.events import Event


class RememberingSignals(InProcessSignals):
    def __init__(self) -> None:
        super().__init__(TENANT)
        self.sent: list[Event] = []

    def send(self, event: Event) -> None:
        self.sent.append(event)
        super().send(event)
