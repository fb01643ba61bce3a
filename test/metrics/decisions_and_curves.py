"""What torchmetrics makes of predictions: counts, their statistics, results for each sample, and points of curves.

{ inputs: { name: { preds, target, ignore_index } }, functions: { class: function },
  cases: [ { metric, input, options, value: tensor, list of tensors or list of lists of tensors } ] }
"""

import inspect
import itertools
import warnings

import torch
import torchmetrics.classification as tm
import torchmetrics.functional.classification as functional

from writing import tensor, write

warnings.filterwarnings("ignore")
torch.manual_seed(9)
C = 4


def scored(*shape):
    return (torch.rand(shape) * 16).round() / 16


def made(preds, target, ignore_index=None):
    return {"preds": preds, "target": target, "ignore_index": ignore_index}


target = (torch.rand(24, C) < 0.4).long()
ignoring = torch.where(torch.rand(24, C) < 0.2, -1, target)
absent = target.clone()
absent[:, 1] = 0
absent[:, 2] = 1
inputs = {
    "probabilities": made(scored(24, C), target),
    "logits": made((torch.randn(24, C) * 8).round() / 4 + 0.125, target),
    "labels": made((torch.rand(24, C) < 0.5).long(), target),
    "ignoring": made(scored(24, C), ignoring, -1),
    "absent": made(scored(24, C), absent),
    "deep": made(scored(5, C, 6), (torch.rand(5, C, 6) < 0.4).long()),
    "deep, ignoring": made(scored(3, C, 2, 3), torch.where(torch.rand(3, C, 2, 3) < 0.2, -1,
                                                           (torch.rand(3, C, 2, 3) < 0.4).long()), -1),
    "right": made(target.float(), target),
    "wrong": made(1.0 - target.float(), target),
    "none predicted": made(torch.zeros(24, C), target),
    "all predicted": made(torch.ones(24, C), target),
    "none true": made(scored(24, C), torch.zeros(24, C).long()),
}


def plain(value):
    if isinstance(value, torch.Tensor):
        return tensor(value if value.is_floating_point() else value.int(), 9 if value.is_floating_point() else None)
    return [plain(each) for each in value]


cases = []


def case(metric, name, **options):
    given = inputs[name]
    made = getattr(tm, metric)(num_labels=C, ignore_index=given["ignore_index"], **options)
    value = made(given["preds"], given["target"])
    # An int64 for 1 and -1.
    value = value.float() if metric == "MultilabelMatthewsCorrCoef" else value
    cases.append({"metric": metric, "input": name, "options": options, "value": plain(value)})


AVERAGES = ("micro", "macro", "weighted", "none", None)
for name in inputs:
    for average in AVERAGES:
        for metric in ("MultilabelStatScores", "MultilabelSpecificity", "MultilabelNegativePredictiveValue",
                       "MultilabelJaccardIndex"):
            # 0 / 0 of weights is NaN in torchmetrics there, and 0 here.
            if name == "none true" and average == "weighted" and metric in ("MultilabelJaccardIndex",
                                                                            "MultilabelStatScores"):
                continue
            case(metric, name, average=average)
    case("MultilabelMatthewsCorrCoef", name)
    for normalize in (None, "none", "true", "pred", "all"):
        case("MultilabelConfusionMatrix", name, normalize=normalize)
case("MultilabelSpecificity", "probabilities", threshold=0.3)
case("MultilabelConfusionMatrix", "probabilities", threshold=0.75)
case("MultilabelJaccardIndex", "absent", average="none", zero_division=1)

for name, average in itertools.product(("deep", "deep, ignoring"), ("micro", "macro", "weighted", "none")):
    for metric in ("MultilabelStatScores", "MultilabelSpecificity", "MultilabelAccuracy", "MultilabelPrecision",
                   "MultilabelRecall", "MultilabelF1Score", "MultilabelHammingDistance"):
        # The weights of all samples add up to 1 in torchmetrics, here those of each.
        if metric == "MultilabelStatScores" and average == "weighted":
            continue
        case(metric, name, average=average, multidim_average="samplewise")
case("MultilabelFBetaScore", "deep", beta=2.0, average="none", multidim_average="samplewise")
case("MultilabelExactMatch", "deep", multidim_average="samplewise")
case("MultilabelExactMatch", "deep, ignoring", multidim_average="samplewise")

for name in ("probabilities", "logits", "ignoring", "absent", "deep", "none true"):
    for thresholds in (None, 5, [0.2, 0.5, 0.9]):
        case("MultilabelROC", name, thresholds=thresholds)
        case("MultilabelPrecisionRecallCurve", name, thresholds=thresholds)
        if name == "none true":
            continue
        for least in (0.3, 0.55, 0.99):
            case("MultilabelSensitivityAtSpecificity", name, min_specificity=least, thresholds=thresholds)
            case("MultilabelSpecificityAtSensitivity", name, min_sensitivity=least, thresholds=thresholds)
            if name == "absent" and thresholds is not None:
                continue
            case("MultilabelRecallAtFixedPrecision", name, min_precision=least, thresholds=thresholds)
            case("MultilabelPrecisionAtFixedRecall", name, min_recall=least, thresholds=thresholds)

functions = {name: "multilabel_" + next(f.removeprefix("multilabel_") for f in dir(functional)
                                        if f.startswith("multilabel") and
                                        f.replace("_", "") == name.lower())
             for name in dir(tm) if name.startswith("Multilabel")}
write({"inputs": {name: {"preds": tensor(i["preds"] if i["preds"].is_floating_point() else i["preds"].int()),
                         "target": tensor(i["target"].int()), "ignore_index": i["ignore_index"]}
                  for name, i in inputs.items()},
       "functions": functions, "cases": cases})
