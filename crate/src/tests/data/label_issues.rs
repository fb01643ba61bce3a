use crate::kernels::data::label_issues::{label_issues, ranked_issues, Choice, Filter, Score, Table};

const ROWS: usize = 200;
const LABELS: usize = 3;

/// A table of a good model, and the codes of its targets: label 1 is wrong in some rows, and not known in others.
fn planted() -> (Vec<f32>, Vec<u8>, Vec<usize>) {
    let mut probabilities = vec![];
    let mut codes = vec![];
    let mut wrong = vec![];
    for row in 0..ROWS {
        for label in 0..LABELS {
            let is_given = (row + label) % 3 == 0;
            let (is_wrong, is_known) = (label == 1 && row % 41 == 40, label != 1 || row % 10 != 9);
            // The model is more sure than on average of what is wrong.
            let distance = if is_wrong { 0.02 + 0.001 * (row * 7 % 50) as f32 } else { 0.1 };
            probabilities.push(if is_given { 1.0 - distance } else { distance });
            codes.push(if is_known { u8::from(is_given != is_wrong) } else { 2 });
            if is_wrong && is_known {
                wrong.push(row);
            }
        }
    }
    (probabilities, codes, wrong)
}

#[test]
fn planted_errors_are_found_and_nothing_else() {
    let (probabilities, codes, wrong) = planted();
    let table = Table { probabilities: &probabilities, codes: &codes, labels: LABELS };
    for filter in [
        Filter::PruneByNoiseRate,
        Filter::PruneByClass,
        Filter::Both,
        Filter::ConfidentLearning,
        Filter::PredictedNeqGiven,
        Filter::LowSelfConfidence,
    ] {
        let choice = Choice { filter, frac_noise: 1.0, least: 1.0, removed: None };
        let mut mask = vec![7; ROWS * LABELS];
        let mut workspace = vec![Default::default(); ROWS];
        label_issues(table, choice, &mut mask, &mut workspace);
        let found: Vec<usize> = (0..mask.len()).filter(|&i| mask[i] == 1).collect();
        let wanted: Vec<usize> = wrong.iter().map(|row| row * LABELS + 1).collect();
        assert_eq!(found, wanted);
        let mut order = vec![-1; ROWS];
        let (mut qualities, mut scores) = (vec![Default::default(); ROWS], vec![0.0; LABELS]);
        let count = ranked_issues(
            table,
            Score::SelfConfidence,
            &mask,
            [1, LABELS],
            &mut order,
            &mut qualities,
            &mut scores,
        );
        let confidence = |row: usize| {
            let p = f64::from(probabilities[row * LABELS + 1]);
            if codes[row * LABELS + 1] == 1 {
                p
            } else {
                1.0 - p
            }
        };
        let mut wanted = wrong.clone();
        wanted.sort_by(|&a, &b| confidence(a).total_cmp(&confidence(b)));
        assert_eq!(order[..count], wanted.iter().map(|&row| row as i32).collect::<Vec<_>>());
    }
}
