"""Rules about secrets, found by detect-secrets: `candidates` finds the lines that may hold one, `detectors` judges them."""

from mcpskills.validation.rules.secrets import named_secret, private_key, provider_secret, random_text

RULES = (
    provider_secret.RULE,
    private_key.RULE,
    named_secret.RULE,
    random_text.RULE,
)
