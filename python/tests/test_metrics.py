"""States of metrics: those of JavaScript to the bit, whatever the order and the parts."""

import numpy as np
import pytest
from saved import FOLDER, missing, rows, values

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


MERGED = values("metrics.json")
AVERAGES = ["none", "macro", "micro", "weighted"]


def with_missing():
    x, y = rows()
    y = y.astype("f4")
    y[:, -1] = 0
    y[missing()] = -1
    return TAGGER.probabilities(x), y


def merged(p, y, parts, seed=0, **options):
    total = MetricStates(11, ignore_index=-1, **options)
    for piece in [*np.array_split(np.random.default_rng(seed).permutation(len(p)), parts), np.arange(0)]:
        part = MetricStates(11, ignore_index=-1, **options)
        part.update(p[piece], y[piece])
        total.merge_state(part)
    return total


@pytest.mark.parametrize("parts", [1, 3, 8])
def test_areas_are_those_that_javascript_merges(parts):
    p, y = with_missing()
    exact, binned = merged(p, y, parts, parts, curve_thresholds=None), merged(p, y, parts, parts, curve_thresholds=51)
    assert exact.is_exact and not binned.is_exact
    assert exact.stat_scores().tolist() == MERGED["stat_scores"]
    for average in AVERAGES:
        expected = MERGED[average]
        for states, prefix in [(exact, ""), (binned, "binned_")]:
            for name in ("auroc", "average_precision"):
                assert np.array_equal(getattr(states, name)(average), np.float32(expected[prefix + name])), (average, prefix, name)
        assert np.array_equal(exact.statistic("fbeta", average), np.float32(expected["f1"]))
    whole = MetricStates(11, ignore_index=-1, curve_thresholds=None)
    whole.update(p, y)
    assert whole.to_bytes() == exact.to_bytes()


@pytest.mark.parametrize("bins", [2, 5, 51, 1001, [0.2, 0.3, 0.9]])
@pytest.mark.parametrize("case", ["scored", "equal", "ordered", "reversed", "zeros", "ends"])
def test_areas_of_bins_are_as_near_as_they_say(bins, case):
    p, y = with_missing()
    rng = np.random.default_rng(0)
    if case == "equal":
        p = rng.integers(0, 4, p.shape).astype("f4") / 3
    elif case in ("ordered", "reversed"):
        # All within one bin of a few.
        near = np.where(y > 0, 0.41, 0.4) if case == "ordered" else np.where(y > 0, 0.4, 0.41)
        p = (near + rng.random(p.shape) * 1e-3).astype("f4")
    elif case == "zeros":
        p = np.zeros_like(p)
    elif case == "ends":
        p = (rng.random(p.shape) < 0.5).astype("f4")
    exact, binned = merged(p, y, 2, curve_thresholds=None), merged(p, y, 3, curve_thresholds=bins)
    for average in AVERAGES:
        for name in ("auroc", "average_precision"):
            off = np.abs(np.asarray(getattr(exact, name)(average)) - getattr(binned, name)(average))
            error = np.asarray(getattr(binned, f"{name}_error")(average))
            assert (off <= error).all() and (error <= 1.000001).all(), (average, name, off, error)
            assert not np.any(getattr(exact, f"{name}_error")(average))
    if bins == 1001 and case == "scored":
        assert binned.auroc_error() < 0.01 and binned.average_precision_error() < 0.02


@pytest.mark.parametrize("parts", [1, 3, 8])
def test_exact_curves_that_outgrow_their_memory_are_bins_for_any_partitioning(parts):
    p, y = with_missing()
    distinct = sum(len(np.unique(p[y[:, label] >= 0, label])) for label in range(11))
    kept = merged(p, y, parts, parts, curve_thresholds=None, exact_scores=distinct)
    over = merged(p, y, parts, parts, curve_thresholds=None, exact_scores=distinct - 1)
    binned = merged(p, y, 1, curve_thresholds=1001)
    assert kept.is_exact and not over.is_exact and over.to_bytes() == binned.to_bytes()
    assert over.auroc() == binned.auroc() and over.auroc_error("none").tolist() == binned.auroc_error("none").tolist()


def test_exact_curves_of_many_batches_and_of_nothing():
    p, y = with_missing()
    batches = MetricStates(11, ignore_index=-1, curve_thresholds=None)
    for at in range(0, 5000, 123):
        batches.update(p[at : at + 123], y[at : at + 123])
    assert batches.to_bytes() == merged(p, y, 2, curve_thresholds=None).to_bytes()
    nothing = MetricStates(3, curve_thresholds=None)
    assert nothing.auroc() == 0 and nothing.average_precision("micro") == 0 and nothing.auroc_error("none").tolist() == [0] * 3
    empty = MetricStates(3)
    assert empty.auroc() == 0 and empty.auroc_error("weighted") == 0 and empty.average_precision_error("micro") < 1e-6


def test_states_of_others_are_refused():
    exact, binned = MetricStates(3, curve_thresholds=None), MetricStates(3, curve_thresholds=1001)
    whole = exact.to_bytes()
    for state, other in [(binned, exact), (exact, MetricStates(3))]:
        with pytest.raises(ValueError, match="the same labels and thresholds"):
            state.merge_state(other)
    for state, bytes_of in [(binned, whole), (exact, whole[:-1]), (exact, whole + b"12345678"), (exact, b"")]:
        with pytest.raises(ValueError, match="add_bytes: state"):
            state.add_bytes(bytes_of)
    negative = bytearray(whole)
    negative[-24:-16] = (-5).to_bytes(8, "little", signed=True)
    with pytest.raises(ValueError, match="add_bytes: state"):
        exact.add_bytes(bytes(negative))
    assert exact.to_bytes() == whole
    for options, sentence in [
        ({"thresholds": [0.5, 0.5]}, "thresholds must be a number or 3 numbers"),
        ({"thresholds": "half"}, "thresholds must be a number or 3 numbers"),
        ({"thresholds": float("nan")}, "thresholds must be numbers"),
        ({"exact_scores": -1}, "exact_scores must be a whole number"),
        ({"ignore_index": float("inf")}, "ignore_index must be a finite number"),
        ({"curve_thresholds": [0.5, 2]}, "curve_thresholds must be numbers from 0 to 1"),
    ]:
        with pytest.raises(ValueError, match=sentence):
            MetricStates(3, **options)
