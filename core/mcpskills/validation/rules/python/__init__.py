"""Rules about Python source, found by bandit and by a look at what is run. `analysis` does the work, once for each file."""

from mcpskills.validation.rules.python import (
    dangerous_call,
    deceptive_encoding,
    fetched_code,
    too_complex,
    unparsable,
    weak_call,
)

RULES = (
    unparsable.RULE,
    dangerous_call.RULE,
    fetched_code.RULE,
    weak_call.RULE,
    too_complex.RULE,
    deceptive_encoding.RULE,
)
