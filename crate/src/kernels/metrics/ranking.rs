//! Ranking metrics of each row.

use super::order::{Ignored, Ranking};
use super::IGNORED;

/// The metric of a row with L labels, of which P are true. A label's rank is the number of labels with at least its score.
/// Ignored labels count as false, ranked lowest, as in torchmetrics, but are left out for `Precision`.
#[derive(Clone, Copy)]
pub enum RankingMetric {
    /// Mean over the true labels of `(true labels up to its rank) / rank`; 1 if P is 0 or L.
    AveragePrecision,
    /// Share of the `P (L - P)` pairs in which the false label's score is not below the true one's; 0 if P is 0 or L.
    Loss,
    /// The rank of the lowest true label, 0 if P is 0. L with an ignored label, as in torchmetrics.
    Coverage,
    /// True labels among the first k, divided by k; for ties at the border the expected value of a random order.
    Precision { k: f64 },
}

/// Adds to `[sum over the rows, rows]`. The workspace is for one row.
pub fn update(
    metric: RankingMetric,
    scores: &[f32],
    codes: &[u8],
    labels: usize,
    state: &mut [f64; 2],
    workspace: &mut [u32],
) {
    for (scores, codes) in scores.chunks_exact(labels).zip(codes.chunks_exact(labels)) {
        let ignored = match metric {
            RankingMetric::Precision { .. } => Ignored::LeftOut,
            _ => Ignored::Lowest,
        };
        let ranking = Ranking::new(scores, codes, 1, ignored, workspace);
        state[0] += match metric {
            RankingMetric::Precision { k } => precision(ranking, k),
            RankingMetric::Coverage if codes.contains(&IGNORED) => labels as f64,
            _ => of_row(metric, ranking),
        };
        state[1] += 1.0;
    }
}

fn of_row(metric: RankingMetric, ranking: Ranking) -> f64 {
    let [own, foreign] = ranking.totals();
    let [mut own_passed, mut passed, mut lowest, mut precisions, mut wrong_pairs] = [0.0; 5];
    for tie in ranking {
        own_passed += tie.positives;
        passed += tie.positives + tie.negatives;
        precisions += tie.positives * own_passed / passed;
        wrong_pairs += tie.positives * (passed - own_passed);
        if tie.positives > 0.0 {
            lowest = passed;
        }
    }
    let is_ranked = own * foreign > 0.0;
    match metric {
        RankingMetric::AveragePrecision if is_ranked => precisions / own,
        RankingMetric::AveragePrecision => 1.0,
        RankingMetric::Loss if is_ranked => wrong_pairs / (own * foreign),
        RankingMetric::Coverage => lowest,
        _ => 0.0,
    }
}

fn precision(ranking: Ranking, k: f64) -> f64 {
    let [mut hits, mut left] = [0.0, k];
    for tie in ranking {
        let size = tie.positives + tie.negatives;
        hits += tie.positives * left.min(size) / size;
        left -= left.min(size);
    }
    hits / k
}
