"""The parts of the page of the audit trail: looking for entries, one of them in words, verifying the chain, and export."""
