"""The dashboard: a Streamlit application that asks the admin API over HTTP, as the person who is signed in, and nothing else.

How to add a page:

1. `pages/<name>.py` with one public function `show(visitor: Visitor) -> None`. It draws with Streamlit, and asks by
   `visitor.api`. Nothing of it catches refusals: `script.py` shows each as a sentence. What may fail alone stands in
   `with problems.part():`.
2. What it asks of the API: functions in `client/<concept>.py` that take an `Api` first and give rows (`client/rows.py`).
3. Its words: `language/en/<name>.toml` and `language/zh/<name>.toml`, used as `say("<name>.<key>", count=3)`; each file has
   `title`, which names the page in the navigation. A test holds the languages against each other and against the code.
4. A row in `PAGES` of `navigation.py`: path, module, icon, section, and the scope without which it is not offered.
5. Its address and what it does: a heading in `docs/dashboard.md`. A line for `tests/shown_pages.py`, so that pictures
   and the checks of every page know it; then `make pictures ARGS=<path>`, and its rows in the gallery,
   `docs/images/dashboard/README.md`.

What pages have in common: `moments.py` (times and amounts as people read them), `asking.py` (reasons, names to be typed,
previews), `spreading.py` (a change reaches the replicas), `problems.py` (errors as sentences), `empty.py` (what to do where
there is nothing), `paging.py` (pages by cursors), `markdown.py` (text from elsewhere, harmless), `navigation.py` (links).

Text from the server goes into Markdown by `markdown.plain` or `markdown.code` only. Nothing loads from another machine: the
icons are Streamlit's `:material/…:`, but not those of `st.Page`, which it fetches.
"""
