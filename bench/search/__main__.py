"""How well `search_skills` finds, beside plain BM25, and how quickly, by the number of skills. README.md here has the method.

Run: make bench NAME=search [ARGS="--skills 150 10000 --worst 10"]
"""

import argparse
import sys
from importlib import import_module
from pathlib import Path

import quality
import speed
from plain import PlainBm25
from queries import CORPUS, HALVES, read, real_skills

from mcpskills.adapters.search.index import SearchIndex


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--skills", type=int, nargs="*", default=[150, 10_000, 100_000])
    parser.add_argument("--worst", type=int, default=0, help="print as many of the worst answers to the tune half")
    parser.add_argument("--hidden", type=int, nargs="*", default=[], help="search while so many skills are hidden, too")
    parser.add_argument("--model", type=Path, help="also compare embeddings, by the model in this folder")
    options = parser.parse_args()
    if not CORPUS.is_dir():
        sys.exit(f"The real skills are not in {CORPUS}; set MCPSKILLS_CORPUS to their folder.")
    skills = real_skills()
    ours = SearchIndex.of(skills)
    searches = [("plain BM25", PlainBm25(skills).names), ("search_skills", ours.names)]
    if options.model:
        # Loaded here: what it needs is not installed with the product.
        embeddings = import_module("embeddings")
        vectors = embeddings.Embeddings(options.model, skills)
        print(vectors.costs, "", sep="\n", flush=True)
        searches += [("embeddings", vectors.names)]
        searches += [(f"fused, k {k}, {w}", embeddings.fused(ours, vectors, k, w)) for k, w in ((60, 1.0), (20, 0.3))]
    print(*quality.table([(half, read(half)) for half in HALVES], searches), "", sep="\n", flush=True)
    print(*quality.by_kind(read("test"), searches), "", sep="\n", flush=True)
    print(*quality.worst(read("tune"), ours.names, options.worst), sep="\n", flush=True)
    print(*speed.HEAD, sep="\n", flush=True)
    for count in options.skills:
        print(speed.row(count), flush=True)
    if options.hidden:
        print("", *speed.HIDDEN, sep="\n", flush=True)
        for count in options.skills:
            print(speed.hidden(count, options.hidden), flush=True)


if __name__ == "__main__":
    main()
