"""What advisers say. These rows judge nothing: they name and explain the findings of those who are asked with `--advice`."""

from mcpskills.validation.finding import Severity
from mcpskills.validation.rule import Advice

RULES = (Advice("SK096", "cisco-skill-scanner", Severity.WARNING), Advice("SK097", "language-model", Severity.INFO))
