//! The panels that several cases share.

use crate::panels::{factor_panel, literal, Matrices};

const NAN: f64 = f64::NAN;

pub fn block() -> Matrices {
    factor_panel(1, 10, 8, |i, t| i < 3 && t >= 6)
}

pub fn staggered() -> Matrices {
    factor_panel(2, 12, 10, |i, t| i < 4 && t + i >= 9)
}

/// With control cells enough for a race.
pub fn wide() -> Matrices {
    factor_panel(6, 25, 20, |i, t| i < 3 && t >= 16)
}

pub fn on_off() -> Matrices {
    factor_panel(3, 9, 9, |i, t| i % 3 == 0 && t > 1 && (t + i) % 5 < 2)
}

pub fn single_unit() -> Matrices {
    factor_panel(4, 8, 9, |i, t| i == 5 && t >= 6)
}

pub fn one_cell() -> Matrices {
    factor_panel(5, 7, 6, |i, t| i == 2 && t == 3)
}

pub fn holes() -> Matrices {
    staggered().missing(&[(0, 0), (1, 4), (5, 3), (6, 3), (7, 0), (7, 1), (7, 2), (9, 9), (11, 5)])
}

/// Units 0 and 1 are observed in other periods than 2 and 3; unit 4 links them.
pub fn strangers() -> Matrices {
    literal(
        [
            [1.0, 2.0, 3.5, NAN, NAN, 4.0],
            [2.0, 2.5, 4.0, NAN, NAN, NAN],
            [NAN, NAN, NAN, 1.0, 3.0, 2.5],
            [NAN, NAN, NAN, 0.5, 2.0, 2.0],
            [1.5, 1.0, 3.0, 2.0, 2.5, 3.5],
        ],
        [
            [0.0, 0.0, 0.0, 0.0, 0.0, 1.0],
            [0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
            [0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
            [0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
            [0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
        ],
    )
}

/// Two units, two periods: the effect is (6 - 4) - (2 - 1) = 1.
pub fn two_by_two() -> Matrices {
    literal([[1.0, 2.0], [4.0, 6.0]], [[0.0, 0.0], [0.0, 1.0]])
}

/// Unit 0 is treated always, unit 1 has no outcome when treated, unit 2 has an effect.
pub fn reasons() -> Matrices {
    factor_panel(10, 7, 6, |i, t| i == 0 || (i == 1 && t == 4) || (i == 2 && t == 5))
        .missing(&[(1, 4)])
}

/// Unit 0 is near unit 2, and unit 1 far from all.
pub fn far_unit() -> Matrices {
    literal(
        [
            [1.0, 2.0, 1.5, 3.0],
            [900.0, 905.0, 960.0, 970.0],
            [1.5, 2.25, 2.5, 2.0],
            [0.5, 1.0, 1.25, 1.5],
        ],
        [[0.0, 0.0, 0.0, 1.0], [0.0, 0.0, 0.0, 1.0], [0.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0]],
    )
}

/// Of three treated units, two have no effect: many draws have none.
pub fn fragile() -> Matrices {
    factor_panel(11, 7, 5, |i, t| i < 2 || (i == 2 && t == 4))
}

/// On a level of 10, with four units that are treated from different periods on.
pub fn lifted() -> Matrices {
    factor_panel(21, 9, 7, |i, t| i < 3 && t + i >= 6).raised(10.0)
}

/// Five units, two periods: one cell has an effect, at lambda_nn = 0 18.55.
pub fn tall() -> Matrices {
    literal(
        [[10.6, 16.4], [5.1, 0.8], [-2.9, 0.1], [-8.9, 10.4], [-5.4, -8.9]],
        [[0.0, 0.0], [0.0, 0.0], [1.0, 1.0], [0.0, 1.0], [1.0, 1.0]],
    )
}

/// Three units, five periods, gaps: at a small penalty many fits are optimal.
pub fn gappy() -> Matrices {
    literal(
        [[5.7, -3.0, NAN, 1.0, -1.0], [0.0, NAN, -1.0, -2.0, -2.0], [3.4, 5.4, NAN, -2.0, -1.0]],
        [[0.0, 0.0, 0.0, 1.0, 1.0], [0.0, 0.0, 1.0, 0.0, 0.0], [0.0, 0.0, 0.0, 1.0, 0.0]],
    )
}
