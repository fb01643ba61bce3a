"""Writes metrics.json: what torchmetrics and scikit-learn make of predictions.


Each case has its inputs and, by metric, results for options; `by` says whose they are. Results in float64
are scikit-learn's, and torchmetrics has to agree with them where it defines the same.
`real` are predictions of a linear model for programs of examples/package-tags that it has not seen.
"""

import warnings

import numpy as np
import sklearn
import sklearn.metrics as sk
import torch
import torchmetrics
import torchmetrics.classification as tm
from sklearn.datasets import load_svmlight_file
from sklearn.utils.class_weight import compute_class_weight
from torchmetrics.retrieval import RetrievalPrecision

from writing import ROOT, Numbers, normal, numbers, short, tensor, write

AVERAGES = ["micro", "macro", "weighted", "none"]
SK_AVERAGES = {"micro": "micro", "macro": "macro", "weighted": "weighted", "none": None}


class Case:
    """One input, and what is made of it."""

    def __init__(self, note, preds, target, ignore_index=None):
        self.preds, self.target, self.ignore = preds, target, ignore_index
        self.content = {"note": note, "preds": tensor(preds), "target": tensor(target),
                        "ignore_index": ignore_index, "results": []}

    def add(self, metric, options, value, by):
        value = np.atleast_1d(np.asarray(value, dtype=np.float64 if by == "scikit-learn" else np.float32))
        self.content["results"].append({"metric": metric, "options": options, "by": by,
                                        "value": Numbers(value, 9)})

    def torchmetrics(self, metric, options):
        made = getattr(tm, metric)(num_labels=self.preds.shape[1], ignore_index=self.ignore, **options)
        return made(self.preds, self.target)

    def both(self, metric, options, reference):
        """torchmetrics' value, or scikit-learn's if there is one, which it must equal."""
        value = self.torchmetrics(metric, options)
        if reference is None:
            self.add(metric, options, value, "torchmetrics")
            return
        np.testing.assert_allclose(value.numpy(), reference, rtol=2e-5, atol=2e-6,
                                   err_msg=f"{self.content['note']} {metric} {options}")
        self.add(metric, options, reference, "scikit-learn")

    def scikit(self, fn, *args, **options):
        """Of a 2-D case in which nothing is ignored."""
        if self.ignore is not None or self.preds.dim() > 2:
            return None
        return fn(self.target.numpy(), *args, **options)

    # -- families

    def decisions(self, threshold=0.5):
        scores = self.preds
        if scores.is_floating_point():
            inside = bool(((scores >= 0) & (scores <= 1)).all())
            scores = (scores if inside else scores.sigmoid()) > threshold
        predicted = scores.numpy().astype(int)
        for average in AVERAGES:
            options = {"threshold": threshold, "average": average}
            named = dict(average=SK_AVERAGES[average], zero_division=0)
            self.both("MultilabelF1Score", options, self.scikit(sk.f1_score, predicted, **named))
            self.both("MultilabelPrecision", options, self.scikit(sk.precision_score, predicted, **named))
            self.both("MultilabelRecall", options, self.scikit(sk.recall_score, predicted, **named))
            for beta in (0.5, 2.0):
                self.both("MultilabelFBetaScore", {"beta": beta, **options},
                          self.scikit(sk.fbeta_score, predicted, beta=beta, **named))
            self.both("MultilabelF1Score", {"zero_division": 1, **options}, None)
            self.both("MultilabelPrecision", {"zero_division": 1, **options}, None)
            self.both("MultilabelAccuracy", options, None)
            flat = average in ("micro", "macro")
            self.both("MultilabelHammingDistance", options, self.scikit(sk.hamming_loss, predicted) if flat
                      else None)
        self.both("MultilabelExactMatch", {"threshold": threshold}, self.scikit(sk.accuracy_score, predicted))

    def curves(self):
        one_kind = [len(np.unique(column)) < 2
                    for column in self.target.numpy().T.reshape(self.target.shape[1], -1)]
        for average in AVERAGES:
            options, named = {"average": average}, {"average": SK_AVERAGES[average]}
            # Without negatives or positives scikit-learn's AUROC is NaN, torchmetrics' 0.
            defined = not any(one_kind) or (average == "micro" and not all(one_kind))
            self.both("MultilabelAveragePrecision", options,
                      self.scikit(sk.average_precision_score, self.preds.numpy(), **named))
            self.both("MultilabelAUROC", options, self.scikit(sk.roc_auc_score, self.preds.numpy(), **named)
                      if defined else None)
            for thresholds in (2, 11, 100, [0.0, 0.2, 0.25, 0.5, 0.75, 1.0], [0.4]):
                for metric in ("MultilabelAveragePrecision", "MultilabelAUROC"):
                    self.both(metric, {**options, "thresholds": thresholds}, None)

    def rankings(self):
        rows = self.preds.movedim(1, -1).reshape(-1, self.preds.shape[1])
        ties = any(len(row.unique()) < len(row) for row in rows)
        preds = self.preds.numpy()
        self.both("MultilabelRankingAveragePrecision", {},
                  self.scikit(sk.label_ranking_average_precision_score, preds))
        self.both("MultilabelCoverageError", {}, self.scikit(sk.coverage_error, preds))
        if not ties:
            self.both("MultilabelRankingLoss", {}, self.scikit(sk.label_ranking_loss, preds))
        else:
            self.add("MultilabelRankingLoss", {}, self.scikit(sk.label_ranking_loss, preds), "scikit-learn")
        if ties or self.ignore is not None or not bool((self.preds > 0).all()):
            return
        index = torch.arange(len(rows)).unsqueeze(1).expand(rows.shape)
        target = self.target.movedim(1, -1).reshape(rows.shape).long()
        for k in (1, 2, 3, rows.shape[1], rows.shape[1] + 2):
            self.add("MultilabelPrecisionAtK", {"k": k},
                     RetrievalPrecision(top_k=k)(rows, target, indexes=index), "torchmetrics")


def probabilities(*shape):
    return short(torch.rand(shape, dtype=torch.float64) * 0.99 + 0.005)


def labels(*shape, rate=0.4):
    return (torch.rand(shape) < rate).to(torch.uint8)


def cases():
    def case(note, preds, target, ignore_index=None):
        return Case(note, preds, target, ignore_index)

    def all_of(c, decisions=(0.5,), curves=True, rankings=True):
        for threshold in decisions:
            c.decisions(threshold)
        if curves:
            c.curves()
        if rankings:
            c.rankings()
        return c.content

    yield all_of(case("probabilities", probabilities(17, 5), labels(17, 5)), (0.5, 0.25))
    yield all_of(case("logits", normal(33, 4, scale=2), labels(33, 4)), (0.5, 0.7))
    tenths = torch.randint(0, 11, (40, 6)).float() / 10
    yield all_of(case("ties, in tenths, which are thresholds", tenths, labels(40, 6)), (0.5, 0.3))
    quarters = torch.randint(0, 5, (23, 3)).float() / 4
    yield all_of(case("scores equal to thresholds", quarters, labels(23, 3)), (0.25, 0.0, 1.0))

    target = labels(12, 5)
    target[:, 1], target[:, 3] = 0, 1
    preds = probabilities(12, 5)
    preds[:, 1] *= 0.5
    yield all_of(case("a label without positives that is never predicted, one without negatives",
                      short(preds), target))
    yield all_of(case("all positive", probabilities(9, 3), torch.ones(9, 3, dtype=torch.uint8)))
    yield all_of(case("all negative", probabilities(9, 3), torch.zeros(9, 3, dtype=torch.uint8)))
    yield all_of(case("equal scores", torch.full((6, 4), 0.5), labels(6, 4)))
    yield all_of(case("one row", f32([[0.2, 0.9, 0.6]]), torch.tensor([[0, 1, 0]], dtype=torch.uint8)))
    yield all_of(case("two labels", probabilities(50, 2), labels(50, 2)))
    yield all_of(case("many rows, which are sorted in another way", probabilities(300, 3),
                      labels(300, 3, rate=0.1)))
    yield all_of(case("many labels", probabilities(6, 130), labels(6, 130, rate=0.3)))
    yield all_of(case("more dimensions", probabilities(4, 3, 2, 3), labels(4, 3, 2, 3)))

    for ignore in (-1, 5):
        target = labels(20, 5).int()
        target[torch.rand(20, 5) < 0.2] = ignore
        yield all_of(case(f"ignored: {ignore}", probabilities(20, 5), target, ignore))
    target = target.clone()
    target[:, 2] = 5
    c = case("a label of which all is ignored", probabilities(20, 5), target, 5)
    c.decisions()
    c.rankings()
    yield c.content
    yield all_of(case("ignored logits", normal(15, 4, scale=3),
                      torch.where(torch.rand(15, 4) < 0.3, -100, labels(15, 4).int()), -100))
    yield all_of(case("label predictions", labels(25, 4), labels(25, 4)), (0.5, 1.0), curves=False,
                 rankings=False)


def f32(values):
    return torch.tensor(values, dtype=torch.float32)


# ---------------------------------------------------------------- real predictions


def real():
    """A linear model on the TF-IDF of programs, and 150 programs that it has not seen."""
    data = ROOT / "examples" / "package-tags" / "data"
    sets = []
    for file in ("train.svm", "test.svm"):
        x, tags = load_svmlight_file(str(data / file), multilabel=True, zero_based=True, n_features=3000)
        y = np.zeros((len(tags), 32), dtype=np.uint8)
        for row, of_row in enumerate(tags):
            y[row, np.asarray(of_row, dtype=int)] = 1
        sets.append((x, y))
    (x, y), (x_test, y_test) = sets
    idf = np.log(x.shape[0] / (np.asarray(x.sum(0)).reshape(-1) + 1))
    dense = lambda x: torch.nn.functional.normalize(torch.tensor(x.toarray() * idf, dtype=torch.float32),
                                                    dim=1)
    model = torch.nn.Linear(3000, 32)
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.01)
    rows, targets = dense(x), torch.tensor(y).float()
    for _ in range(8):
        for batch in torch.randperm(len(rows)).split(64):
            optimizer.zero_grad()
            torch.nn.functional.multilabel_soft_margin_loss(model(rows[batch]), targets[batch]).backward()
            optimizer.step()
    with torch.no_grad():
        preds = short(torch.sigmoid(model(dense(x_test[:150]))).double(), 4)
    case = Case("real predictions", preds, torch.tensor(y_test[:150]))
    case.decisions()
    case.decisions(0.2)
    case.curves()
    case.rankings()

    best = []
    for label in range(32):
        precision, recall, _ = sk.precision_recall_curve(y_test[:150, label], preds[:, label].numpy())
        best.append(np.nan_to_num(2 * precision * recall / (precision + recall)).max())
    print(
        f"real: macro-F1 {np.mean(best):.3f} with the best thresholds, {(y_test[:150].sum(0) == 0).sum()} absent labels")
    return case.content, {"best_f1": Numbers(np.array(best))}


# ---------------------------------------------------------------- weights


def weights():
    """By scheme, for the label counts of the targets."""
    one_hot = torch.nn.functional.one_hot(torch.tensor([0] * 9 + [1] * 4 + [2] * 2 + [3])).to(torch.uint8)
    balanced = compute_class_weight("balanced", classes=np.arange(4), y=one_hot.argmax(1).numpy())
    several = labels(40, 4, rate=0.3)
    several[:, 2] = 0
    several[0, 2] = 1
    n = several.numpy().sum(0).astype(float)
    scaled = lambda w: Numbers(w * len(w) / w.sum())
    binary = [compute_class_weight("balanced", classes=np.arange(2), y=column)
              for column in several.numpy().T]
    return [
        {"scheme": "balanced", "target": tensor(one_hot), "weights": Numbers(balanced)},
        {"scheme": "balanced", "target": tensor(several), "weights": Numbers(len(several) / (4 * n))},
        {"scheme": "inverse", "target": tensor(several), "weights": scaled(1 / n)},
        {"scheme": "inverse_sqrt", "target": tensor(several), "weights": scaled(n ** -0.5)},
        *({"scheme": "effective_number", "beta": beta, "target": tensor(several),
           "weights": scaled((1 - beta) / (1 - beta ** n))}
          for beta in (0.0, 0.9, 0.999, 0.9999)),
        # The two weights of each label as scikit-learn balances them, one divided by the other.
        {"scheme": "pos_weight", "target": tensor(several),
         "weights": Numbers(np.array([w[1] / w[0] for w in binary]))},
    ]


def main():
    warnings.simplefilter("ignore")
    torch.manual_seed(3)
    torch.set_num_threads(1)
    made = list(cases())
    predictions, tuned = real()
    versions = {"torchmetrics": torchmetrics.__version__, "scikit_learn": sklearn.__version__}
    linspace = [numbers(torch.linspace(0, 1, n)) for n in (2, 3, 11, 50, 101, 200, 1001)]
    write({**versions, "cases": made, "real": predictions, "tuned": tuned, "weights": weights(),
           "linspace": linspace})


main()
