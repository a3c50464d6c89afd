# ruff: noqa: RUF001  these letters are ambiguous, that is what they are here for
"""Letters of other scripts that look like ASCII letters, by Unicode's table of confusables (UTS #39).

Fullwidth, mathematical and other styled letters are not here: the normal form NFKC makes ASCII of them.
"""

# A copy, because reading the whole table of Unicode costs every start of the command line a quarter of a second. Only capitals
# that look like `I` differ: there they stand for `l`.
_ALIKE = {
    "ͿΑΒΕΖΗΙΚΜΝΟΡΤΥΧαγινορσυϜϳϺᴦ": "JABEZHIKMNOPTYXayivopouFjMr",  # Greek
    "ЅІЈАВЕКМНОРСТУХЬагеорсухѕіјѡѴѵҮүһҽӀӏԁԌԛԜԝꙇ": "SIJABEKMHOPCTYXbareopcyxsijwVvYyheIidGqWwi",  # Cyrillic
    "ՍՏՕագզհոռսցքօ": "USOwqqhnnugfo",  # Armenian
    "ᎠᎡᎢᎥᎩᎪᎫᎬᎳᎷᎻᎽᏀᏂᏃᏏᏒᏔᏕᏙᏚᏞᏟᏢᏦᏧᏳᏴꭵꮁꮃꮓꮩꮪꮯ": "DRTiYAJEWMHYGhZbRWSVSLCPKdGBirwzvsc",  # Cherokee
    "ⲅⲎⲒⲔⲘⲚⲞⲟⲢⲣⲤⲥⲦⲨⲬⳐ": "rHIKMNOoPpCcTYXL",  # Coptic
    "ꓐꓑꓒꓓꓔꓖꓗꓙꓚꓜꓝꓟꓠꓡꓢꓣꓦꓧꓪꓫꓬꓮꓰꓲꓳꓴ": "BPdDTGKJCZFMNLSRVHWXYAEIOU",  # Lisu
}

HOMOGLYPHS = {
    letter: ascii_letter for one, other in _ALIKE.items() for letter, ascii_letter in zip(one, other, strict=True)
}
"""Each letter with the ASCII letter that it looks like."""

_TABLE = str.maketrans(HOMOGLYPHS)


def as_ascii(text: str) -> str:
    """The text with every lookalike exchanged for the ASCII letter that a reader sees."""
    return text.translate(_TABLE)
