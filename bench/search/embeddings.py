"""What an extra for sentence embeddings would bring and cost: their ranking, and BM25 fused with it by reciprocal rank.

The product has no such extra; docs/adr/0013 says why. To measure it again, have onnxruntime, tokenizers and numpy on the path,
and name a folder with `model.onnx` and `tokenizer.json` of all-MiniLM-L6-v2.
"""

import re
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from mcpskills.adapters.search.index import SearchIndex
from mcpskills.adapters.search.question import SAME_NAME
from mcpskills.skill import Skill

_DEPTH = 50
_TOKENS = 256


class Embeddings:
    """Vectors of name and description, compared by their angle."""

    def __init__(self, folder: Path, skills: Sequence[Skill]) -> None:
        before, began = resident(), time.process_time()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self._model = onnxruntime.InferenceSession(str(folder / "model.onnx"), options)
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(_TOKENS)
        self._names = [skill.name for skill in skills]
        texts = [f"{skill.name.replace('-', ' ')}: {skill.description}" for skill in skills]
        self._vectors = np.vstack([self._vector(text) for text in texts])
        each = (time.process_time() - began) * 1e3 / len(skills)
        self.costs = f"Embeddings: {each:.0f} ms of CPU per skill, {resident() - before:.0f} MB more resident."

    def names(self, query: str, limit: int) -> list[str]:
        order = np.argsort(-(self._vectors @ self._vector(query)), kind="stable")
        return [self._names[at] for at in order[:limit]]

    def _vector(self, text: str) -> np.ndarray:
        read = self._tokenizer.encode(text)
        given = {
            "input_ids": np.array([read.ids], dtype=np.int64),
            "attention_mask": np.array([read.attention_mask], dtype=np.int64),
            "token_type_ids": np.array([read.type_ids], dtype=np.int64),
        }
        hidden = self._model.run(None, given)[0][0]
        mean = hidden[given["attention_mask"][0] == 1].mean(axis=0)
        return mean / np.linalg.norm(mean)


def fused(index: SearchIndex, embeddings: Embeddings, k: int, weight: float) -> Callable[[str, int], list[str]]:
    """BM25 counts 1 / (k + rank), embeddings `weight` times that; a skill of that very name stays first."""

    def names(query: str, limit: int) -> list[str]:
        scores: dict[str, float] = defaultdict(float)
        for rank, hit in enumerate(index.search(query, limit=_DEPTH), 1):
            scores[hit.name] += 1 / (k + rank) + (hit.score >= SAME_NAME)
        for rank, name in enumerate(embeddings.names(query, _DEPTH), 1):
            scores[name] += weight / (k + rank)
        return sorted(scores, key=lambda name: (-scores[name], name))[:limit]

    return names


def resident() -> float:
    """Megabytes of this process."""
    found = re.search(r"^VmRSS:\s+(\d+) kB", Path("/proc/self/status").read_text(), re.MULTILINE)
    assert found is not None
    return int(found[1]) / 1024
