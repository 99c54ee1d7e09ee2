//! Exact search along any axis of whole numbers: a reduction width, a kernel size, the output width.

use std::ops::RangeInclusive;

use crate::arch::{Field, Form, Inception, OpRole, Size};

use super::CostError;
use super::convention::Convention;
use super::metric::Additive;
use super::module::module_cost;

/// The maximal ranges of `axis` on which `holds` is true.
///
/// # Errors
/// The error of `holds`.
pub fn ranges_where<E>(
    axis: impl IntoIterator<Item = u64>,
    mut holds: impl FnMut(u64) -> Result<bool, E>,
) -> Result<Vec<RangeInclusive<u64>>, E> {
    let mut ranges: Vec<RangeInclusive<u64>> = Vec::new();
    let mut open = false;
    for value in axis {
        let held = holds(value)?;
        match ranges.last_mut() {
            Some(last) if held && open => *last = *last.start()..=value,
            _ if held => ranges.push(value..=value),
            _ => {}
        }
        open = held;
    }
    Ok(ranges)
}

/// The widest reduction `role` for which its branch is cheaper than without the reduction.
///
/// `None` if `role` is not a reduction, or a reduction to one channel is not cheaper.
///
/// # Errors
/// When a count does not fit into 64 bits.
pub fn widest_paying_reduction(
    module: &Inception,
    role: OpRole,
    size: Size,
    convention: Convention,
    metric: Additive,
) -> Result<Option<u64>, CostError> {
    let Some(field) = role.width_field().filter(|_| role.is_reduction()) else {
        return Ok(None);
    };
    let branch = |module: &Inception| -> Result<u64, CostError> {
        let cost = module_cost(module, size, convention)?;
        let id = if role == OpRole::Reduce3x3 { Field::Ch3x3 } else { Field::Ch5x5 };
        let branch = cost
            .branches
            .iter()
            .find(|branch| branch.ops.iter().any(|op| op.op.role.width_field() == Some(id)));
        let ops = branch.map_or(&[][..], |branch| &branch.ops);
        ops.iter().map(|op| op.cost.totals.get(metric)).sum()
    };
    let naive = branch(&module.in_form(Form::Naive)?)?;
    let limits = field.limits();
    let paying = ranges_where(1..=limits.max, |width| {
        Ok::<_, CostError>(branch(&module.with(field, width)?)? < naive)
    })?;
    Ok(paying.last().map(|range| *range.end()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arch::Preset;

    #[test]
    fn stretches_open_and_close() {
        let even_or_large = |n: u64| Ok::<_, ()>(n < 3 || n.is_multiple_of(2) || n > 6);
        let ranges = ranges_where(1..=9, even_or_large).unwrap();
        assert_eq!(ranges, [1..=2, 4..=4, 6..=9]);
        assert_eq!(ranges_where(1..=9, |_| Err::<bool, _>("no")), Err("no"));
    }

    #[test]
    fn how_wide_the_3x3_reduction_may_be() {
        // 3a: 192·r + 9·128·r + 2·r < 9·192·128 ⇔ r < 221,184 / 1346 = 164.3.
        let preset = Preset::by_id("3a").unwrap();
        let module = Inception::new(preset.fields).unwrap();
        let widest = |role| {
            let convention = Convention::default();
            widest_paying_reduction(&module, role, preset.size, convention, Additive::Params)
        };
        assert_eq!(widest(OpRole::Reduce3x3), Ok(Some(164)));
        assert_eq!(widest(OpRole::Conv3x3), Ok(None));
    }
}
