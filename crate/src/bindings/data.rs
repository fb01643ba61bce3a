use crate::kernels::data::label_issues::{self, Choice, Filter, Quality, Sample, Score, Table};
use crate::kernels::data::label_rarity;
use crate::kernels::data::stratify::{self, Rows};

codes! {
    FilterCode => Filter {
        prune_by_noise_rate => Filter::PruneByNoiseRate,
        prune_by_class => Filter::PruneByClass,
        both => Filter::Both,
        confident_learning => Filter::ConfidentLearning,
        predicted_neq_given => Filter::PredictedNeqGiven,
        // With two values, the margin is in the order of the confidence.
        low_normalized_margin => Filter::LowSelfConfidence,
        low_self_confidence => Filter::LowSelfConfidence,
    }

    ScoreCode => Score {
        self_confidence => Score::SelfConfidence,
        // As above.
        normalized_margin => Score::SelfConfidence,
        confidence_weighted_entropy => Score::ConfidenceWeightedEntropy,
    }
}

bindings! {
    /// Offsets ascend from 0 to the number of labels, labels are in range, and `order` is a permutation. `capacity` sums up to the
    /// rows, and shares are more than 0.
    fn stratify(
        offsets: &[i32; rows.saturating_add(1)],
        of_rows: &[i32; count],
        order: &[i32; rows],
        rows: usize,
        labels: usize,
        count: usize,
        capacity: &mut [i32; parts],
        shares: &[f64; parts],
        parts: usize,
        seed: u32,
        part_of: &mut [i32; rows],
        lacking: &mut [f64; [labels, parts]],
        workspace: &mut [i32; stratify::room(rows, labels, count)],
    ) {
        let given = Rows { offsets, labels: of_rows, order };
        stratify::stratify(given, capacity, shares, seed, part_of, lacking, workspace)
    }

    fn label_rarity_weights(
        offsets: &[i32; rows.saturating_add(1)],
        of_rows: &[i32; count],
        rows: usize,
        labels: usize,
        count: usize,
        counts: &mut [i32; labels],
        weights: &mut [f32; rows],
    ) {
        label_rarity::label_rarity_weights(offsets, of_rows, counts, weights)
    }

    /// Probabilities are in [0, 1].
    fn label_issues(
        probabilities: &[f32; [rows, labels]],
        codes: &[u8; [rows, labels]],
        rows: usize,
        labels: usize,
        filter: code FilterCode,
        frac_noise: f64,
        least: f64,
        removed: Option<&[i32; labels]>,
        mask: &mut [u8; [rows, labels]],
        workspace: &mut [Sample; rows],
    ) {
        let table = Table { probabilities, codes, labels };
        label_issues::label_issues(table, Choice { filter, frac_noise, least, removed }, mask, workspace)
    }

    fn label_issues_of_rows(
        probabilities: &[f32; [rows, labels]],
        codes: &[u8; [rows, labels]],
        rows: usize,
        labels: usize,
        filter: code FilterCode,
        mask: &[u8; [rows, labels]],
        of_rows: &mut [u8; rows],
        workspace: &mut [Quality; rows],
        scores: &mut [f64; labels],
    ) {
        let table = Table { probabilities, codes, labels };
        label_issues::rows_with_issues(table, filter, mask, of_rows, workspace, scores)
    }

    /// Returns the number of issues.
    fn label_issues_ranked(
        probabilities: &[f32; [rows, labels]],
        codes: &[u8; [rows, labels]],
        rows: usize,
        labels: usize,
        score: code ScoreCode,
        issues: &[u8; [rows, columns]],
        column: usize,
        columns: usize,
        order: &mut [i32; rows],
        workspace: &mut [Quality; rows],
        scores: &mut [f64; labels],
    ) -> usize {
        let table = Table { probabilities, codes, labels };
        label_issues::ranked_issues(table, score, issues, [column, columns], order, workspace, scores)
    }
}
