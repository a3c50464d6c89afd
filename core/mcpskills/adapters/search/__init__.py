"""Full-text search over skills, by tantivy: `search_skills` answers from it, and evals are tried on it.

`index.py` is the index, `schema.py` what is in it, `words.py` what a text is cut into, `question.py` how a query is put to
tantivy, `guesses.py` what a word of it may have been meant to be, `reasons.py` why a hit is one.
"""
