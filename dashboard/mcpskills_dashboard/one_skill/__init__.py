"""The parts of a skill's page, a file for each; `pages/skill.py` puts them together."""
