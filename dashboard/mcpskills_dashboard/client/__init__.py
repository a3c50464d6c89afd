"""The admin API in the words of the pages: one module for each concept, whose functions take an `Api` and give rows."""
