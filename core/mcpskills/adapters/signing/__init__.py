"""Signing what is published, and verifying it: DSSE envelopes, keys in a file or in AWS KMS.

A new kind of key is a module with a class that is a `ports.Signer`, a row in `SIGNERS` of tests/contract/conftest.py and, if
its algorithm is a new one, a row in `public_keys.py`.
"""
