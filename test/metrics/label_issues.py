"""Label issues of random tables, as cleanlab finds them (pip install cleanlab).

{ cases: [ { rows, labels, probabilities, targets, options, mask, per_class, ranked: { score: rows } } ] }
With the filters of low scores, cleanlab orders the rows that it found by the scores of others: those orders are left out.
"""

import warnings

import numpy as np
from cleanlab.multilabel_classification.filter import find_label_issues, find_multilabel_issues_per_class

from writing import write

warnings.filterwarnings("ignore")


def case(rows, labels, seed, noise=0.1, **options):
    random = np.random.default_rng(seed)
    truth = random.random((rows, labels)) < np.linspace(0.1, 0.6, labels)
    logits = random.normal(size=(rows, labels)) + np.where(truth, 2, -2)
    # Distinct float32 numbers, so that no order is left to chance.
    probabilities = (1 / (1 + np.exp(-logits))).astype(np.float32)
    targets = truth ^ (random.random((rows, labels)) < noise)
    lists = [np.flatnonzero(row).tolist() for row in targets]
    wide = probabilities.astype(np.float64)
    mask = find_label_issues(lists, wide, n_jobs=1, **options)
    per_class = find_multilabel_issues_per_class(lists, wide, n_jobs=1, **options)
    is_low = options.get("filter_by", "").startswith("low_")
    ranked = {score: find_label_issues(lists, wide, n_jobs=1, return_indices_ranked_by=score, **options).tolist()
              for score in SCORES if not is_low}
    return {"rows": rows, "labels": labels, "probabilities": [float(p) for p in probabilities.flatten()],
            "targets": targets.astype(int).flatten().tolist(), "options": options, "mask": mask.tolist(),
            "per_class": per_class.tolist(), "ranked": ranked}


SCORES = ["self_confidence", "normalized_margin", "confidence_weighted_entropy"]
FILTERS = ["prune_by_noise_rate", "prune_by_class", "both", "confident_learning", "predicted_neq_given"]
write({"cases": [case(80, 4, seed, filter_by=name) for seed, name in enumerate(FILTERS)]
       + [case(120, 3, 7, frac_noise=0.5), case(60, 3, 8, min_examples_per_class=20), case(100, 5, 9, noise=0.3),
          case(100, 3, 10, noise=0.3, filter_by="both", frac_noise=0.7), case(40, 2, 11, noise=0),
          *(case(90, 4, 20 + seed, filter_by=name) for seed, name in enumerate(["low_normalized_margin", "low_self_confidence"])),
          *(case(90, 3, 30 + seed, noise=0.2, filter_by=name, num_to_remove_per_class=[4, 0, 70])
            for seed, name in enumerate(FILTERS[:3]))]})
