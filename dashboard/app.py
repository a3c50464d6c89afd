"""The dashboard's script, for `streamlit run dashboard/app.py` while working on it.

`python -m mcpskills_dashboard` serves the same with the headers, themes and sign-in of a real one.
"""

from mcpskills_dashboard import script

script.run()
