"""Writes missing_labels.json: the multi-label metrics of torchmetrics where labels are missing.

{ torch, torchmetrics, preds, targets: [tensor] (-1 where missing),
  cases: [ { metric, options, target: its number, values: [tensor] } ] }
One row is all missing, one label never occurs, and one always does. Of the first targets one label is all missing too, for which
curves of all thresholds fail in torchmetrics.
"""

import torch
import torchmetrics
import torchmetrics.classification as C

from writing import short, tensor, write

torch.manual_seed(23)
LABELS = 6
preds = short(torch.rand(40, LABELS), 4).float()
target = (torch.rand(40, LABELS) < preds * 0.6).int()
target[:, 2], target[:, 4] = 0, 1
target[torch.rand(40, LABELS) < 0.2] = -1
target[7] = -1
targets = [target.clone(), target]
targets[0][:, 3] = -1

AVERAGES = ("micro", "macro", "weighted", "none")
CASES = []
for name in ("Accuracy", "F1Score", "Precision", "Recall", "Specificity", "JaccardIndex", "HammingDistance"):
    CASES += [(name, {"average": average}) for average in AVERAGES]
CASES += [("FBetaScore", {"beta": 2.0}), ("StatScores", {"average": "none"}), ("ExactMatch", {}), ("ConfusionMatrix", {}),
          ("MatthewsCorrCoef", {}), ("CoverageError", {}), ("RankingAveragePrecision", {}), ("RankingLoss", {})]
for thresholds in (None, 5):
    for name in ("AUROC", "AveragePrecision"):
        CASES += [(name, {"average": average, "thresholds": thresholds}) for average in AVERAGES]
    CASES += [(name, {"thresholds": thresholds}) for name in ("PrecisionRecallCurve", "ROC")]

cases = []
for name, options in CASES:
    metric = getattr(C, f"Multilabel{name}")(num_labels=LABELS, ignore_index=-1, **options)
    number = int("thresholds" in options and options["thresholds"] is None)
    target = targets[number]
    # All missing at first.
    if number == 0:
        metric.update(preds[7:8], target[7:8])
    metric.update(preds, target)
    value = metric.compute()
    parts = value if isinstance(value, (tuple, list)) else [value]
    flat = [part for whole in parts for part in (whole if isinstance(whole, (tuple, list)) else [whole])]
    cases.append({"metric": f"Multilabel{name}", "options": options, "target": number,
                   "values": [tensor(part.float(), 8) for part in flat]})

write({"torchmetrics": torchmetrics.__version__, "preds": tensor(preds), "targets": [tensor(t) for t in targets],
       "cases": cases})
