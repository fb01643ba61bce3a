//! Targets that are probably wrong, by confident learning, label by label. Source: Northcutt, Jiang, Chuang 2021, "Confident
//! Learning"; constants, roundings and rules are those of cleanlab, which sees each label as a class of two values.

use super::order::{for_least, sort_by};
use crate::kernels::metrics::IGNORED;

/// Probabilities that differ by less are equal.
const ROUNDING: f64 = 1e-6;

/// How issues are chosen.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Filter {
    /// As many as the estimated noise says, those whose other value is the most probable.
    PruneByNoiseRate,
    /// As many as are left over beyond the estimated number of right ones, those of the least probability.
    PruneByClass,
    /// Both of these.
    Both,
    /// All that were counted as wrong.
    ConfidentLearning,
    /// All whose prediction differs.
    PredictedNeqGiven,
    /// As many as were counted as wrong, those of the least probability; with two values, also of the lowest margin.
    LowSelfConfidence,
}

/// What is asked for.
#[derive(Clone, Copy)]
pub struct Choice<'a> {
    pub filter: Filter,
    /// The fraction of the estimated noise that is given.
    pub frac_noise: f64,
    /// A value of a label that no more rows have has no issues.
    pub least: f64,
    /// How many issues each label has, instead of an estimate.
    pub removed: Option<&'a [i32]>,
}

/// Probabilities and codes of targets, `[rows, labels]`.
#[derive(Clone, Copy)]
pub struct Table<'a> {
    pub probabilities: &'a [f32],
    pub codes: &'a [u8],
    pub labels: usize,
}

/// A known target.
#[derive(Clone, Copy, Default)]
pub struct Sample {
    /// Probability of 1.
    p: f32,
    row: u32,
    target: u8,
    /// Whether the prediction differs from the target.
    differs: u8,
    /// Whether it was counted as wrong.
    wrong: u8,
    chosen: u8,
}

/// Bits of `Sample::chosen`.
const BY_NOISE: u8 = 1;
const BY_CLASS: u8 = 2;

impl Sample {
    fn new(p: f32, row: usize, target: u8) -> Self {
        let mut sample = Sample { p, row: row as u32, target, differs: 0, wrong: 0, chosen: 0 };
        let mut values = sample.values();
        // The target wins if both values are nearly as probable.
        values[usize::from(target)] += ROUNDING;
        sample.differs = u8::from((values[1] > values[0]) != (target == 1));
        sample
    }

    /// The probabilities of 0 and of 1.
    fn values(&self) -> [f64; 2] {
        let p = f64::from(self.p);
        [1.0 - p, p]
    }

    /// The probability of the target.
    fn confidence(&self) -> f64 {
        self.values()[usize::from(self.target)]
    }
}

/// `mask[row, label]` is 1 for each target that is probably wrong. The workspace has an element for each row.
pub fn label_issues(table: Table, choice: Choice, mask: &mut [u8], workspace: &mut [Sample]) {
    mask.fill(0);
    for label in 0..table.labels {
        let mut known = 0;
        let column = |i: usize| i * table.labels + label;
        for row in 0..workspace.len() {
            let code = table.codes[column(row)];
            if code != IGNORED {
                workspace[known] = Sample::new(table.probabilities[column(row)], row, code);
                known += 1;
            }
        }
        let samples = &mut workspace[..known];
        let joint = confident_joint(samples);
        choose(samples, joint, choice, choice.removed.map(|removed| removed[label]));
        for sample in samples {
            mask[column(sample.row as usize)] = sample.chosen;
        }
    }
}

/// Samples by their target and what they probably are.
type Joint = [[f64; 2]; 2];

/// Counts samples by target and probable value, scaled to the counts of targets, and marks those that it counts as wrong.
fn confident_joint(samples: &mut [Sample]) -> Joint {
    let [mut counts, mut sums] = [[0.0; 2]; 2];
    for sample in &*samples {
        counts[usize::from(sample.target)] += 1.0;
        sums[usize::from(sample.target)] += sample.confidence();
    }
    // The mean probability of a target where it is given; no sample reaches 2.
    let threshold = |k: usize| if counts[k] == 0.0 { 2.0 } else { (sums[k] / counts[k]).max(2.0 * ROUNDING) };
    let thresholds = [threshold(0), threshold(1)];
    let mut joint: Joint = [[0.0; 2]; 2];
    for sample in &mut *samples {
        let values = sample.values();
        let confident = [0, 1].map(|k| values[k] >= thresholds[k] - ROUNDING);
        let guess = match confident {
            [false, false] => continue,
            [true, true] => usize::from(values[1] > values[0]),
            [_, is_one] => usize::from(is_one),
        };
        joint[usize::from(sample.target)][guess] += 1.0;
        sample.wrong = u8::from(guess != usize::from(sample.target));
    }
    for (k, row) in joint.iter_mut().enumerate() {
        row[k] = row[k].max(1.0);
        let [a, b] = *row;
        *row = [a / (a + b) * counts[k], b / (a + b) * counts[k]];
    }
    let total = joint.as_flattened().iter().fold(0.0, |total, count| total + count);
    joint.map(|row| rounded(row.map(|count| count / f64::max(total, 1e-100) * samples.len() as f64)))
}

/// Two numbers rounded so that their sum is the rounded sum.
fn rounded(numbers: [f64; 2]) -> [f64; 2] {
    let mut rounded = numbers.map(libm::rint);
    let difference = libm::rint(numbers[0] + numbers[1]) - (rounded[0] + rounded[1]);
    let rests = [numbers[0] - rounded[0], numbers[1] - rounded[1]];
    // The one whose rounding was the worst, in that direction.
    if difference > 0.0 {
        rounded[usize::from(rests[1] >= rests[0])] += 1.0;
    } else if difference < 0.0 {
        rounded[usize::from(rests[1] < rests[0])] -= 1.0;
    }
    rounded
}

/// How many of one target are right, and how many are of the other value: `own` of them were counted as right, `other` as wrong.
fn prune_counts(own: f64, other: f64, choice: Choice) -> [f64; 2] {
    let kept = own.max(choice.least);
    let values = f64::from(u8::from(own != 0.0) + u8::from(other != 0.0));
    let noise = (other - (kept - own) / (values - 1.0).max(1.0)).max(0.0);
    let reduced = noise * choice.frac_noise;
    [libm::trunc(kept + (noise - reduced)), libm::trunc(reduced)]
}

/// Marks the issues of one label: `chosen` is then 0 or 1.
fn choose(samples: &mut [Sample], joint: Joint, choice: Choice, removed: Option<i32>) {
    let Choice { filter, least, .. } = choice;
    let mut wanted = 0;
    match filter {
        Filter::ConfidentLearning | Filter::PredictedNeqGiven => {}
        Filter::LowSelfConfidence => {
            let count = samples.iter().filter(|sample| sample.wrong & sample.differs == 1).count();
            for_least(samples, |sample| Some(sample.confidence()), count, |sample| sample.chosen = 1);
            return;
        }
        _ => {
            let counts = [0, 1].map(|k: u8| samples.iter().filter(|sample| sample.target == k).count());
            let [zero, one] = [0, 1].map(|k| prune_counts(joint[k][k], joint[k][1 - k], choice));
            let mut noise = [zero[1], one[1]];
            let mut left_over = [counts[0] as f64 - zero[0], counts[1] as f64 - one[0]];
            if let Some(removed) = removed {
                let removed = f64::from(removed);
                // As cleanlab scales them: by class from the rows without the label, by noise rate from those with it.
                left_over = [removed, 0.0];
                noise = [0.0, if one[1] > 0.0 && zero[1] + one[0] > 0.0 { removed } else { 0.0 }];
            }
            for k in 0..2 {
                if counts[k] as f64 <= least {
                    continue;
                }
                let of_target =
                    |sample: &Sample| (usize::from(sample.target) == k).then(|| sample.confidence());
                // With two values, the greatest margin is the least probability of the target.
                for_least(samples, of_target, noise[k] as usize, |sample| sample.chosen |= BY_NOISE);
                for_least(samples, of_target, left_over[k] as usize, |sample| sample.chosen |= BY_CLASS);
            }
            wanted = match filter {
                Filter::PruneByNoiseRate => BY_NOISE,
                Filter::PruneByClass => BY_CLASS,
                _ => BY_NOISE | BY_CLASS,
            };
        }
    }
    for sample in samples {
        let is_chosen = filter != Filter::ConfidentLearning || sample.wrong == 1;
        // A target that the prediction agrees with is no issue.
        sample.chosen = u8::from(is_chosen && sample.differs == 1 && sample.chosen & wanted == wanted);
    }
}

/// What issues are ranked by.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Score {
    /// The probability of the target; with two values, the order of the normalized margin is the same.
    SelfConfidence,
    /// The entropy of both values over the probability of the target, mapped so that lower is worse.
    ConfidenceWeightedEntropy,
}

impl Score {
    fn of(self, p: f32, target: u8) -> f64 {
        let sample = Sample::new(p, 0, target);
        let confidence = sample.confidence();
        if self == Score::SelfConfidence {
            return confidence;
        }
        let of_value = |p: f64| if p == 0.0 { 0.0 } else { p * libm::log(p) };
        let entropy = -sample.values().map(of_value).iter().sum::<f64>() / std::f64::consts::LN_2;
        let weighted = entropy / confidence.max(ROUNDING);
        libm::log(weighted + 1.0) / weighted.max(ROUNDING)
    }
}

/// Weight of the lower score in [`Table::quality`].
const ALPHA: f64 = 0.8;

impl Table<'_> {
    /// The score of a row: the exponential moving average of those of its known labels, of `width` labels from `first` on, from the
    /// highest to the lowest. Infinite without any.
    fn quality(self, row: usize, first: usize, width: usize, score: Score, scores: &mut [f64]) -> f64 {
        let start = row * self.labels + first;
        let mut known = 0;
        for i in start..start + width {
            if self.codes[i] != IGNORED {
                scores[known] = score.of(self.probabilities[i], self.codes[i]);
                known += 1;
            }
        }
        let scores = &mut scores[..known];
        sort_by(scores, |a, b| a > b);
        let average = |average, score| ALPHA * score + (1.0 - ALPHA) * average;
        scores.iter().copied().reduce(average).unwrap_or(f64::INFINITY)
    }
}

/// Marks the rows that have issues: those of `mask`, `[rows, labels]`, or with [`Filter::LowSelfConfidence`], for which `mask` has
/// those of [`Filter::ConfidentLearning`], as many rows as have these, of the lowest score. Workspaces have an element for each row,
/// and for each label.
pub fn rows_with_issues(
    table: Table,
    filter: Filter,
    mask: &[u8],
    rows: &mut [u8],
    workspace: &mut [Quality],
    scores: &mut [f64],
) {
    for (row, mask) in rows.iter_mut().zip(mask.chunks_exact(table.labels)) {
        *row = mask.iter().fold(0, |any, issue| any | issue);
    }
    if filter != Filter::LowSelfConfidence {
        return;
    }
    let count = rows.iter().filter(|&&row| row == 1).count();
    for (i, quality) in workspace.iter_mut().enumerate() {
        *quality =
            Quality { score: table.quality(i, 0, table.labels, Score::SelfConfidence, scores), row: i };
    }
    rows.fill(0);
    for_least(workspace, |quality| Some(quality.score), count, |quality| rows[quality.row] = 1);
}

/// A row and its score.
#[derive(Clone, Copy, Default)]
pub struct Quality {
    score: f64,
    row: usize,
}

/// The rows that `issues`, `[rows, columns]`, marks in one column, those of the lowest score first; returns their number. The only
/// column stands for all labels, others for one each. Workspaces have an element for each row, and for each label.
pub fn ranked_issues(
    table: Table,
    score: Score,
    issues: &[u8],
    [column, columns]: [usize; 2],
    order: &mut [i32],
    workspace: &mut [Quality],
    scores: &mut [f64],
) -> usize {
    let width = if columns == 1 { table.labels } else { 1 };
    let mut found = 0;
    for (row, issues) in issues.chunks_exact(columns).enumerate() {
        if issues[column] == 1 {
            workspace[found] = Quality { score: table.quality(row, column, width, score, scores), row };
            found += 1;
        }
    }
    let found = &mut workspace[..found];
    // Rows of equal scores keep their order.
    sort_by(found, |a, b| (a.score, a.row) < (b.score, b.row));
    for (order, quality) in order.iter_mut().zip(&*found) {
        *order = quality.row as i32;
    }
    found.len()
}
