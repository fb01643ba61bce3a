use crate::kernels::metrics::calibration::{self, Bin, Norm};
use crate::kernels::metrics::class_weights::{self, Scheme};
use crate::kernels::metrics::curves::{self, Curve, Points};
use crate::kernels::metrics::ranking::{self, RankingMetric};
use crate::kernels::metrics::stat_scores::{self, Counts, Normalize, Numbers, Statistic};
use crate::kernels::metrics::{self, encode, thresholds, Average};

codes! {
    AverageCode => Average {
        none => Average::None,
        micro => Average::Micro,
        r#macro => Average::Macro,
        weighted => Average::Weighted,
    }

    StatisticCode(beta: f64) => Statistic {
        fbeta => Statistic::FBeta { beta },
        precision => Statistic::Precision,
        recall => Statistic::Recall,
        specificity => Statistic::Specificity,
        negative_predictive_value => Statistic::NegativePredictiveValue,
        jaccard => Statistic::Jaccard,
        matthews => Statistic::Matthews,
        accuracy => Statistic::Accuracy,
        hamming => Statistic::HammingDistance,
        balanced_accuracy => Statistic::BalancedAccuracy,
    }

    NormalizeCode => Normalize {
        none => Normalize::None,
        r#true => Normalize::True,
        pred => Normalize::Pred,
        all => Normalize::All,
    }

    CurveCode => Curve {
        average_precision => Curve::PrecisionRecall,
        roc => Curve::Roc,
    }

    NormCode => Norm {
        l1 => Norm::L1,
        l2 => Norm::L2,
        max => Norm::Max,
    }

    RankingCode(k: f64) => RankingMetric {
        average_precision => RankingMetric::AveragePrecision,
        loss => RankingMetric::Loss,
        coverage => RankingMetric::Coverage,
        precision => RankingMetric::Precision { k },
    }

    SchemeCode(beta: f64) => Scheme {
        balanced => Scheme::Balanced,
        inverse => Scheme::Inverse,
        inverse_sqrt => Scheme::InverseSqrt,
        effective_number => Scheme::EffectiveNumber { beta },
        pos_weight => Scheme::PosWeight,
    }
}

/// The number of results: one, or one for each label.
fn results(average: Average, labels: usize) -> usize {
    if average == Average::None {
        labels
    } else {
        1
    }
}

fn numbers<'a>(floats: Option<&'a mut [f32]>, integers: Option<&'a mut [i32]>) -> Numbers<'a> {
    match integers {
        Some(integers) => Numbers::Integers(integers),
        None => Numbers::Floats(floats.unwrap_or_default()),
    }
}

// Scores and codes (0, 1 or IGNORED) are [rows, labels].
bindings! {
    fn encode_labels(targets: &[f32; length], ignore: f32, codes: &mut [u8; length], length: usize) -> usize {
        encode::encode_labels(targets, ignore, codes)
    }

    fn metrics_merge(total: &mut [f64; length], part: &[f64; length], length: usize) {
        metrics::merge(total, part)
    }

    fn metrics_mean(state: &[[f64; 2]; 1], empty: f64, out: &mut [f32; 1]) {
        out[0] = metrics::mean(state[0], empty);
    }

    fn stat_scores_update(
        scores: &[f32; [rows, labels]],
        codes: &[u8; [rows, labels]],
        thresholds: &[f32; labels],
        state: &mut [Counts; labels],
        rows: usize,
        labels: usize,
    ) {
        stat_scores::update(scores, codes, thresholds, state)
    }

    fn stat_scores_reduce(
        state: &[Counts; labels],
        labels: usize,
        statistic: code StatisticCode(beta),
        beta: f64,
        average: code AverageCode,
        zero_division: f64,
        out: &mut [f32; results(average, labels)],
    ) {
        stat_scores::reduce(state, statistic, average, zero_division, out)
    }

    /// Whether all results fit.
    fn stat_scores_columns(
        state: &[Counts; labels],
        labels: usize,
        average: code AverageCode,
        floats: Option<&mut [f32; [results(average, labels), 5]]>,
        integers: Option<&mut [i32; [results(average, labels), 5]]>,
    ) -> bool {
        stat_scores::scores(state, average, numbers(floats, integers))
    }

    /// Whether all results fit.
    fn stat_scores_matrix(
        state: &[Counts; labels],
        labels: usize,
        normalize: code NormalizeCode,
        floats: Option<&mut [f32; [labels, 4]]>,
        integers: Option<&mut [i32; [labels, 4]]>,
    ) -> bool {
        stat_scores::confusion_matrix(state, normalize, numbers(floats, integers))
    }

    fn exact_match_update(
        scores: &[f32; [rows, labels]],
        codes: &[u8; [rows, labels]],
        thresholds: &[f32; labels],
        state: &mut [[f64; 2]; 1],
        rows: usize,
        labels: usize,
    ) {
        stat_scores::exact_match_update(scores, codes, thresholds, &mut state[0])
    }

    fn curve_area(
        curve: code CurveCode,
        scores: &[f32; [rows, labels]],
        codes: &[u8; [rows, labels]],
        rows: usize,
        labels: usize,
        average: code AverageCode,
        out: &mut [f32; results(average, labels)],
        workspace: &mut [u32; [2, rows]],
    ) {
        curves::exact(curve, scores, codes, labels, average, out, workspace)
    }

    /// `order` has each row once for each label. There are less than 2^30 samples, of `together` rows.
    fn curve_rank(
        scores: &[f32; [rows, labels]],
        codes: &[u8; [rows, labels]],
        order: &[i32; [rows, labels]],
        rows: usize,
        labels: usize,
        together: usize,
        ranked: &mut [u32; [rows, labels]],
        lengths: &mut [u32; labels],
    ) {
        curves::rank(scores, codes, order, together, ranked, lengths)
    }

    /// Positions are less than `samples`.
    fn curve_area_resampled(
        curve: code CurveCode,
        ranked: &[u32; [rows, labels]],
        lengths: &[u32; labels],
        rows: usize,
        labels: usize,
        positions: &[i32; count],
        count: usize,
        average: code AverageCode,
        out: &mut [f32; results(average, labels)],
        counts: &mut [u32; samples],
        samples: usize,
    ) {
        curves::resampled(curve, ranked, lengths, positions, average, out, counts)
    }

    /// Returns the number of thresholds.
    fn curve_points(
        curve: code CurveCode,
        scores: &[f32; [rows, labels]],
        codes: &[u8; [rows, labels]],
        rows: usize,
        labels: usize,
        label: usize,
        x: &mut [f32; rows.saturating_add(1)],
        y: &mut [f32; rows.saturating_add(1)],
        thresholds: &mut [f32; rows.saturating_add(1)],
        workspace: &mut [u32; [2, rows]],
    ) -> usize {
        curves::exact_points(curve, scores, codes, [label, labels], Points { x, y, thresholds }, workspace)
    }

    fn binned_curve_points(
        curve: code CurveCode,
        state: &[[f64; 2]; bins],
        bins: usize,
        x: &mut [f32; bins],
        y: &mut [f32; bins],
    ) {
        curves::binned_points(curve, state, x, y)
    }

    fn binned_curve_update(
        scores: &[f32; [rows, labels]],
        codes: &[u8; [rows, labels]],
        thresholds: &[f32; bins.saturating_sub(1)],
        state: &mut [[f64; 2]; [labels, bins]],
        rows: usize,
        labels: usize,
        bins: usize,
    ) {
        curves::binned_update(scores, codes, thresholds, state, labels)
    }

    fn binned_curve_area(
        curve: code CurveCode,
        state: &[[f64; 2]; [labels, bins]],
        labels: usize,
        bins: usize,
        average: code AverageCode,
        out: &mut [f32; results(average, labels)],
    ) {
        curves::binned(curve, state, bins, average, out)
    }

    fn calibration_update(
        scores: &[f32; [rows, labels]],
        codes: &[u8; [rows, labels]],
        edges: &[f32; bins],
        state: &mut [Bin; [labels, bins]],
        rows: usize,
        labels: usize,
        bins: usize,
    ) {
        calibration::update(scores, codes, edges, state, labels)
    }

    fn calibration_reduce(
        state: &[Bin; [labels, bins]],
        labels: usize,
        bins: usize,
        norm: code NormCode,
        average: code AverageCode,
        out: &mut [f32; results(average, labels)],
    ) {
        calibration::reduce(state, bins, norm, average, out)
    }

    fn ranking_update(
        metric: code RankingCode(k),
        k: f64,
        scores: &[f32; [rows, labels]],
        codes: &[u8; [rows, labels]],
        state: &mut [[f64; 2]; 1],
        rows: usize,
        labels: usize,
        workspace: &mut [u32; [2, labels]],
    ) {
        ranking::update(metric, scores, codes, labels, &mut state[0], workspace)
    }

    /// False if a probability is NaN.
    fn tune_thresholds(
        probabilities: &[f32; [rows, labels]],
        codes: &[u8; [rows, labels]],
        rows: usize,
        labels: usize,
        statistic: code StatisticCode(beta),
        beta: f64,
        thresholds: &mut [f32; labels],
        best: &mut [f32; labels],
        workspace: &mut [u32; [2, rows]],
    ) -> bool {
        thresholds::tune(probabilities, codes, statistic, thresholds, best, workspace)
    }

    fn class_weights(
        codes: &[u8; [rows, labels]],
        rows: usize,
        labels: usize,
        scheme: code SchemeCode(beta),
        beta: f64,
        counts: &mut [[f64; 2]; labels],
        weights: &mut [f32; labels],
    ) {
        class_weights::class_weights(codes, scheme, counts, weights)
    }
}
