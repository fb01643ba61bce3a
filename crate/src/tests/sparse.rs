//! Sparse rows against float64.

use crate::kernels::sparse::csr_linear::{by_column, forward, weight_backward, Csr, Element};

/// A matrix with empty rows, rows of many elements, and more columns than a tile.
struct Matrix {
    crow: Vec<i32>,
    col: Vec<i32>,
    values: Vec<f32>,
    columns: usize,
}

fn number(i: usize) -> f32 {
    (i.wrapping_mul(2654435761) % 1000) as f32 / 500.0 - 1.0
}

impl Matrix {
    fn new(rows: usize, columns: usize, each: usize) -> Self {
        let (mut crow, mut col) = (vec![0], vec![]);
        for row in 0..rows {
            if row % 4 != 1 && columns > 0 {
                let step = columns.div_ceil(each).max(1);
                col.extend((row % step..columns).step_by(step).map(|column| column as i32));
            }
            crow.push(col.len() as i32);
        }
        let values = (0..col.len()).map(number).collect();
        Matrix { crow, col, values, columns }
    }

    fn elements(&self) -> Vec<Element> {
        let none = Element { column: 0, row: 0, value: 0.0 };
        let (mut elements, mut workspace) = (vec![none; self.col.len()], vec![none; self.col.len()]);
        let x = Csr { crow: &self.crow, col: &self.col, values: &self.values };
        by_column(x, self.columns, &mut elements, &mut workspace);
        elements
    }

    /// Row, column and value of each element.
    fn triples(&self) -> impl Iterator<Item = (usize, usize, f64)> + '_ {
        (0..self.crow.len() - 1).flat_map(move |row| {
            (self.crow[row] as usize..self.crow[row + 1] as usize)
                .map(move |k| (row, self.col[k] as usize, f64::from(self.values[k])))
        })
    }
}

fn close(got: &[f32], wanted: &[f64]) {
    for (i, (&got, &wanted)) in got.iter().zip(wanted).enumerate() {
        assert!(
            (f64::from(got) - wanted).abs() <= 1e-5 * wanted.abs().max(1.0),
            "{i}: {got} instead of {wanted}"
        );
    }
}

#[test]
fn products_and_their_gradients() {
    // Rows beyond one group, columns beyond one tile and beyond 11 bits, outputs beyond one width.
    for (rows, columns, each, outputs) in [
        (0, 3, 1, 2),
        (3, 0, 1, 2),
        (5, 7, 3, 1),
        (40, 200, 150, 33),
        (2100, 5000, 4, 5),
        (9, 3000, 2500, 70),
    ] {
        let x = Matrix::new(rows, columns, each);
        let elements = x.elements();
        let weight: Vec<f32> = (0..outputs * columns).map(number).collect();
        let bias: Vec<f32> = (0..outputs).map(number).collect();
        for bias in [None, Some(&bias[..])] {
            let mut out = vec![f32::NAN; rows * outputs];
            forward(&elements, &x.crow, &weight, columns, bias, &mut out, outputs);
            let mut wanted: Vec<f64> =
                (0..rows * outputs).map(|i| bias.map_or(0.0, |bias| f64::from(bias[i % outputs]))).collect();
            for (row, column, value) in x.triples() {
                for output in 0..outputs {
                    wanted[row * outputs + output] += value * f64::from(weight[output * columns + column]);
                }
            }
            close(&out, &wanted);
        }
        let upstream: Vec<f32> = (0..rows * outputs).map(|i| number(i + 3)).collect();
        let mut gradient = vec![f32::NAN; outputs * columns];
        weight_backward(&elements, &x.crow, &upstream, outputs, &mut gradient, columns);
        let mut wanted = vec![0.0; outputs * columns];
        for (row, column, value) in x.triples() {
            for output in 0..outputs {
                wanted[output * columns + column] += value * f64::from(upstream[row * outputs + output]);
            }
        }
        close(&gradient, &wanted);
    }
}

#[test]
fn elements_are_ordered_by_column_then_row() {
    let x = Matrix::new(4100, 5000, 3);
    let elements = x.elements();
    for group in elements.chunk_by(|a, b| (a.row as usize) / 2048 == (b.row as usize) / 2048) {
        assert!(group.is_sorted_by_key(|element| (element.column, element.row)));
    }
}
