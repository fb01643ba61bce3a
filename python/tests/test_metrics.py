"""States of metrics: those of JavaScript to the bit, whatever the order and the parts."""

import numpy as np
import pytest
from saved import FOLDER, rows, values

from softmargin import model
from softmargin.metrics import MetricStates

WRITTEN = values("model.json")
TAGGER = model.load(FOLDER / "mlp.pt", WRITTEN["mlp"]["architecture"])


def scored():
    x, y = rows()
    return TAGGER.probabilities(x), y


def states(**options):
    return MetricStates(11, TAGGER.thresholds, **options)


@pytest.mark.parametrize("parts", [1, 3, 8])
def test_results_are_those_of_javascript_for_any_partitioning(parts):
    p, y = scored()
    total = states()
    order = np.random.default_rng(parts).permutation(len(p))
    for piece in [*np.array_split(order, parts), order[:0]]:
        part = states()
        part.update(p[piece], y[piece])
        if parts == 3:
            total.add_bytes(part.to_bytes())
        else:
            total.merge_state(part)
    expected = WRITTEN["metrics"]
    assert total.stat_scores().tolist() == expected["stat_scores"]
    assert np.array_equal(total.auroc("none"), np.float32(expected["auroc"]))
    assert np.array_equal(total.average_precision("none"), np.float32(expected["average_precision"]))
    whole = states()
    whole.update(p, y)
    assert whole.to_bytes() == total.to_bytes()


def test_counts_are_right_and_missing_targets_are_not_counted():
    p, y = scored()
    y = y.astype("f4")
    y[::3, 2] = -1
    counted = states(ignore_index=-1)
    counted.update(p, y)
    known, predicted = y >= 0, p > TAGGER.thresholds
    tp = (predicted & (y == 1)).sum(0)
    fp = (predicted & (y == 0) & known).sum(0)
    scores = counted.stat_scores()
    assert scores[:, 0].tolist() == tp.tolist() and scores[:, 1].tolist() == fp.tolist()
    precision = np.divide(tp, tp + fp, out=np.zeros(11), where=tp + fp > 0)
    np.testing.assert_allclose(counted.statistic("precision", "none"), precision, rtol=1e-6)
    counted.merge_state(counted)
    assert counted.stat_scores()[:, 0].tolist() == (2 * tp).tolist()


def test_what_is_wrong_changes_nothing():
    counted = states()
    before = counted.to_bytes()
    for p, y, sentence in [
        (np.zeros((2, 11)), np.zeros((1, 11)), "as many rows"),
        (np.full((1, 11), 1.5), np.zeros((1, 11)), "must be from 0 to 1"),
        (np.full((1, 11), np.nan), np.zeros((1, 11)), "must be from 0 to 1"),
        (np.zeros((1, 11)), np.full((1, 11), 0.5), "targets must be 0 or 1, but row 0 has 0.5 for label 0"),
        (np.zeros((1, 10)), np.zeros((1, 11)), r"probabilities must have shape \[rows, 11\]"),
    ]:
        with pytest.raises(ValueError, match=sentence):
            counted.update(p, y)
    with pytest.raises(ValueError, match="the same labels and thresholds"):
        counted.merge_state(MetricStates(11))
    with pytest.raises(TypeError, match="other must be MetricStates"):
        counted.merge_state(3)
    with pytest.raises(ValueError, match="add_bytes: state must have"):
        counted.add_bytes(b"12345678")
    with pytest.raises(ValueError, match="curve_thresholds must be at least 2"):
        states(curve_thresholds=1)
    with pytest.raises(ValueError, match="reduction|one of none, micro"):
        counted.auroc("other")
    assert counted.to_bytes() == before
