"""What scikit-learn reports of predicted labels, and curves of calibration.

{ reports: [ { y_true, y_pred, options, text, lines: { name: { precision, … } } } ],
  curves: [ { y_true, y_prob, options, prob_true, prob_pred } ] }
"""

import warnings

import torch
from sklearn.calibration import calibration_curve
from sklearn.metrics import classification_report

from writing import Numbers, f32, tensor, write

warnings.filterwarnings("ignore")
torch.manual_seed(4)


def report(y_true, y_pred, zero_division=0, **options):
    args = y_true.numpy(), y_pred.numpy()
    return {"y_true": tensor(y_true), "y_pred": tensor(y_pred),
            "options": {**options, "zero_division": zero_division},
            "text": classification_report(*args, zero_division=zero_division, **options),
            "lines": classification_report(*args, zero_division=zero_division, output_dict=True, **options)}


def curve(y_true, y_prob, **options):
    prob_true, prob_pred = calibration_curve(y_true.flatten().numpy(), y_prob.flatten().numpy(), **options)
    return {"y_true": tensor(y_true.float()), "y_prob": tensor(y_prob), "options": options,
            "prob_true": Numbers(prob_true, 9), "prob_pred": Numbers(prob_pred, 9)}


def labels(*shape):
    return (torch.rand(shape) < 0.4).int()


absent = labels(12, 3)
absent[:, 1] = 0
probabilities = f32([0.0, 1.0, 0.2, 0.4, 0.6, 0.8, 0.31, 0.47, 0.52, 0.93, 0.05, 0.77])
truth = labels(12)
write({
    "reports": [
        report(labels(20, 4), labels(20, 4)),
        report(labels(9, 3), labels(9, 3), target_names=["a", "long name of a label", "c"], digits=4),
        report(absent, labels(12, 3)),
        report(absent, torch.zeros(12, 3).int(), zero_division=1),
        report(labels(1, 3), labels(1, 3)),
    ],
    "curves": [
        curve(truth, probabilities),
        curve(truth, probabilities, n_bins=3),
        curve(truth, probabilities, n_bins=4, strategy="quantile"),
        curve(labels(6, 5), torch.rand(6, 5), n_bins=10),
    ],
})
