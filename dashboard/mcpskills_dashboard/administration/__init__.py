"""The parts of the page of settings, a module for each: keys, users, roles, secrets, and the tenant with its plans."""
