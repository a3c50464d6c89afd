"""How skills are used, in figures: of the whole tenant and of one skill. A chart always stands with the same as a table."""
