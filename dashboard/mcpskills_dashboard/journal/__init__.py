"""What clients ask, while they ask it: following the journal, looking in it, and one request whole."""
