//! Bits of operands of all shapes, against single numbers.

use crate::kernels::elementwise::binary::Broadcast;
use crate::kernels::elementwise::bitwise::{bitwise, Bitwise};
use crate::simd::{as_bytes, as_bytes_mut};

#[test]
fn rows_and_repeated_operands() {
    let number = |i: usize| (i as u32).wrapping_mul(2_654_435_761).cast_signed();
    let numbers: Vec<i32> = (0..3 * 40_000 + 5).map(number).collect();
    let bytes: Vec<u8> = numbers.iter().map(|&number| (number >> 13) as u8).collect();
    for columns in (0..70).chain([127, 128, 1000, 40_000]) {
        for (rows, [a_row, a_column, b_row, b_column]) in [
            (1, [0, 1, 0, 1]),
            (3, [columns, 1, columns, 1]),
            (3, [1, 0, columns, 1]),
            (3, [columns, 1, 0, 1]),
            (3, [0, 0, 0, 1]),
            (3, [0, 0, 1, 0]),
        ] {
            let dims = Broadcast {
                rows,
                columns,
                a_row_stride: a_row,
                a_column_stride: a_column,
                b_row_stride: b_row,
                b_column_stride: b_column,
            };
            let (mut wide, mut narrow) = (vec![0; rows * columns], vec![0; rows * columns]);
            bitwise(
                Bitwise::Xor,
                as_bytes(&numbers),
                as_bytes(&numbers[5..]),
                as_bytes_mut(&mut wide),
                4,
                dims,
            );
            bitwise(Bitwise::And, &bytes, &bytes[3..], &mut narrow, 1, dims);
            for i in 0..rows * columns {
                let (row, column) = (i / columns, i % columns);
                let (a, b) = (row * a_row + column * a_column, row * b_row + column * b_column);
                assert_eq!(wide[i], numbers[a] ^ numbers[5 + b], "{rows} x {columns}, {i}");
                assert_eq!(narrow[i], bytes[a] & bytes[3 + b], "{rows} x {columns}, {i}");
            }
        }
    }
}
