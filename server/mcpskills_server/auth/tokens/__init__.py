"""Tokens of an OAuth 2.1 authorization server (Amazon Cognito, or any OpenID Connect issuer), from their text to who calls.

`authenticator.py` puts the parts together: `compact.py` takes a token apart, `keyring.py` has the issuer's keys, `claims.py`
decides whether the token is meant for us and whom it names, `calling.py` what they may do. A new demand on tokens is a guard in
`claims.py`, and a row of the hostile tokens in `tests/attacks/`.
"""
