"""What Streamlit runs for each visit and each click; everything is in `script.py`, which is imported once.

It has a folder of its own: beside a folder named `pages`, Streamlit would make that its navigation.
"""

from mcpskills_dashboard import script

script.run()
