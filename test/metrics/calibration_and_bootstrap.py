"""Calibration errors by torchmetrics, label by label, and percentiles of metrics over resampled rows.

{ errors: [ { preds, target, options, value } ], bootstraps: [ { preds, target, seed, n_resamples, confidence_level,
  f1: { low, high, error }, auroc: … } ] }
"""

import numpy
import torch
from torchmetrics.functional.classification import (
    binary_calibration_error,
    multilabel_auroc,
    multilabel_f1_score,
)

from writing import Numbers, f32, tensor, write

torch.manual_seed(7)


def errors(preds, target, ignore_index=None, **options):
    each = [float(binary_calibration_error(preds[:, i], target[:, i], ignore_index=ignore_index, **options))
            for i in range(preds.shape[1])]
    micro = float(binary_calibration_error(preds.flatten(), target.flatten(), ignore_index=ignore_index, **options))
    keywords = {**options} if ignore_index is None else {**options, "ignore_index": ignore_index}
    return {"preds": tensor(preds), "target": tensor(target), "options": keywords,
            "none": Numbers(each, 9), "micro": micro, "macro": float(numpy.mean(each))}


def bootstrap(preds, target, seed, n_resamples, level):
    generator = torch.Generator().manual_seed(seed)
    labels = preds.shape[1]
    measures = {
        "f1": lambda p, t: multilabel_f1_score(p, t, num_labels=labels, average="none"),
        "auroc": lambda p, t: multilabel_auroc(p, t, num_labels=labels),
    }
    values = {name: [] for name in measures}
    for _ in range(n_resamples):
        rows = torch.randint(0, len(preds), (len(preds),), generator=generator, dtype=torch.int32).long()
        for name, measure in measures.items():
            values[name].append(measure(preds[rows], target[rows]).numpy())
    shares = [100 * (1 - level) / 2, 100 * (1 + level) / 2]
    result = {"preds": tensor(preds), "target": tensor(target), "seed": seed, "n_resamples": n_resamples,
              "confidence_level": level}
    for name, drawn in values.items():
        drawn = numpy.stack(drawn).astype(numpy.float64)
        low, high = numpy.percentile(drawn, shares, axis=0)
        result[name] = {"low": Numbers(numpy.ravel(low), 9), "high": Numbers(numpy.ravel(high), 9),
                        "error": Numbers(numpy.ravel(drawn.std(axis=0, ddof=1)), 9)}
    return result


def case(rows, labels):
    target = (torch.rand(rows, labels) < 0.3).int()
    preds = (0.35 * target + 0.65 * torch.rand(rows, labels)).clamp(0, 1)
    return preds, target


preds, target = case(60, 4)
known = target.clone()
known[torch.rand(60, 4) < 0.2] = -1
edges = f32([[0.0, 1.0], [0.2, 0.4], [0.6, 0.8], [1.0, 0.0], [0.5, 0.25]])
hits = torch.tensor([[0, 1], [1, 0], [1, 1], [0, 0], [1, 0]])
write({
    "errors": [
        *(errors(preds, target, norm=norm) for norm in ["l1", "l2", "max"]),
        errors(preds, target, n_bins=4, norm="l1"),
        errors(preds, known, ignore_index=-1, n_bins=10, norm="l2"),
        errors(edges, hits, n_bins=5, norm="l1"),
        errors(torch.logit(preds, 1e-6), target, norm="l1"),
    ],
    "bootstraps": [
        bootstrap(*case(50, 3), seed=3, n_resamples=40, level=0.9),
        bootstrap(torch.logit(case(30, 2)[0], 1e-6), case(30, 2)[1], seed=11, n_resamples=25, level=0.5),
    ],
})
