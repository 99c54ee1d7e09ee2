//! The Inception module of the write-up (figure 4), reduced and naive.

use std::ops::Deref;

use strum::{IntoStaticStr, VariantArray};

use super::branch::{Branch, BranchId, Op, OpRole, Operation};
use super::conv::BasicConv2d;
use super::field::{Field, FieldError};
use super::pool::Pool2d;
use super::shape::{Shape, ShapeError, concatenate};
use super::size::Size;

/// With or without the 1×1 convolutions that reduce (figure 4b and 4a).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum Form {
    /// Figure 4b: a 1×1 before the 3×3 and the 5×5, and one after the pool.
    #[default]
    Reduced,
    /// Figure 4a: 3×3 and 5×5 on the input itself, the pool alone.
    Naive,
}

impl Form {
    /// The other one.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Reduced => Self::Naive,
            Self::Naive => Self::Reduced,
        }
    }
}

/// The numbers of a module, by the names of the write-up's constructor. Not checked: see
/// [`Inception::new`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct InceptionFields {
    /// Channels of the input.
    pub in_channels: u64,
    /// Filters of branch 1.
    pub ch1x1: u64,
    /// Filters of the 1×1 in branch 2.
    pub ch3x3red: u64,
    /// Filters of the 3×3 in branch 2.
    pub ch3x3: u64,
    /// Filters of the 1×1 in branch 3.
    pub ch5x5red: u64,
    /// Filters of the 5×5 in branch 3.
    pub ch5x5: u64,
    /// Filters of the 1×1 in branch 4.
    pub pool_proj: u64,
    /// Kernel size of branch 2.
    pub kernel3: u64,
    /// Kernel size of branch 3.
    pub kernel5: u64,
    /// Figure 4a or 4b.
    pub form: Form,
}

impl InceptionFields {
    /// `Inception(in_channels, ch1x1, ch3x3red, ch3x3, ch5x5red, ch5x5, pool_proj)` with kernels
    /// 3 and 5 and its reductions.
    #[must_use]
    pub const fn new(in_channels: u64, widths: [u64; 6]) -> Self {
        let [ch1x1, ch3x3red, ch3x3, ch5x5red, ch5x5, pool_proj] = widths;
        Self {
            in_channels,
            ch1x1,
            ch3x3red,
            ch3x3,
            ch5x5red,
            ch5x5,
            pool_proj,
            kernel3: 3,
            kernel5: 5,
            form: Form::Reduced,
        }
    }

    /// The value of `field`; `None` if the module has no such field.
    #[must_use]
    pub const fn get(&self, field: Field) -> Option<u64> {
        Some(match field {
            Field::InChannels => self.in_channels,
            Field::Ch1x1 => self.ch1x1,
            Field::Ch3x3Red => self.ch3x3red,
            Field::Ch3x3 => self.ch3x3,
            Field::Ch5x5Red => self.ch5x5red,
            Field::Ch5x5 => self.ch5x5,
            Field::PoolProj => self.pool_proj,
            Field::Kernel3 => self.kernel3,
            Field::Kernel5 => self.kernel5,
            _ => return None,
        })
    }

    /// The value of `field` for writing; `None` if the module has no such field.
    pub const fn get_mut(&mut self, field: Field) -> Option<&mut u64> {
        Some(match field {
            Field::InChannels => &mut self.in_channels,
            Field::Ch1x1 => &mut self.ch1x1,
            Field::Ch3x3Red => &mut self.ch3x3red,
            Field::Ch3x3 => &mut self.ch3x3,
            Field::Ch5x5Red => &mut self.ch5x5red,
            Field::Ch5x5 => &mut self.ch5x5,
            Field::PoolProj => &mut self.pool_proj,
            Field::Kernel3 => &mut self.kernel3,
            Field::Kernel5 => &mut self.kernel5,
            _ => return None,
        })
    }
}

/// A valid Inception module: every number within its limits, at least one branch left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Inception(InceptionFields);

impl Deref for Inception {
    type Target = InceptionFields;

    fn deref(&self) -> &InceptionFields {
        &self.0
    }
}

impl Default for Inception {
    /// GoogLeNet's first block, 3a.
    fn default() -> Self {
        Self(InceptionFields::new(192, [64, 96, 128, 16, 32, 32]))
    }
}

impl Inception {
    /// A module of these numbers.
    ///
    /// # Errors
    /// When a number is outside its limits, or no branch is left.
    pub fn new(fields: InceptionFields) -> Result<Self, FieldError> {
        for field in Field::INCEPTION {
            if let Some(value) = fields.get(field) {
                field.check(value)?;
            }
        }
        let module = Self(fields);
        if module.branches().is_empty() { Err(FieldError::NoBranch) } else { Ok(module) }
    }

    /// A module from a constant table of this folder, whose tests check the limits.
    pub(in crate::arch) const fn from_table(fields: InceptionFields) -> Self {
        Self(fields)
    }

    /// This module with one number changed.
    ///
    /// # Errors
    /// As [`Inception::new`]. Any other `field` is ignored.
    pub fn with(self, field: Field, value: u64) -> Result<Self, FieldError> {
        let mut fields = self.0;
        if let Some(place) = fields.get_mut(field) {
            *place = value;
        }
        Self::new(fields)
    }

    /// This module in another form. A module whose only branches had a reduction of width 0 has none
    /// left in the reduced form.
    ///
    /// # Errors
    /// When no branch is left.
    pub fn in_form(self, form: Form) -> Result<Self, FieldError> {
        Self::new(InceptionFields { form, ..self.0 })
    }

    /// The branches that exist, in order. A width of 0 removes its branch; in the naive form the
    /// reductions play no part, and the pool passes its input's channels on.
    #[must_use]
    pub fn branches(&self) -> Vec<Branch> {
        let InceptionFields { in_channels, ch3x3red, ch3x3, ch5x5red, ch5x5, .. } = self.0;
        let reduced = self.form == Form::Reduced;
        let conv = |role, from, out, kernel_size| Op {
            role,
            operation: Operation::Conv(BasicConv2d::same(from, out, kernel_size)),
        };
        let reduce_then = |reduce, red, role, out, kernel_size| {
            if reduced {
                vec![conv(reduce, in_channels, red, 1), conv(role, red, out, kernel_size)]
            } else {
                vec![conv(role, in_channels, out, kernel_size)]
            }
        };
        let pool = Op { role: OpRole::Pool, operation: Operation::Pool(Pool2d::INCEPTION) };
        let pooled = if reduced {
            vec![pool, conv(OpRole::PoolProj, in_channels, self.pool_proj, 1)]
        } else {
            vec![pool]
        };
        let needs = |width: u64, red: u64| width > 0 && (red > 0 || !reduced);
        [
            (
                self.ch1x1 > 0,
                BranchId::One,
                vec![conv(OpRole::Conv1x1, in_channels, self.ch1x1, 1)],
            ),
            (
                needs(ch3x3, ch3x3red),
                BranchId::Two,
                reduce_then(OpRole::Reduce3x3, ch3x3red, OpRole::Conv3x3, ch3x3, self.kernel3),
            ),
            (
                needs(ch5x5, ch5x5red),
                BranchId::Three,
                reduce_then(OpRole::Reduce5x5, ch5x5red, OpRole::Conv5x5, ch5x5, self.kernel5),
            ),
            (self.pool_proj > 0, BranchId::Four, pooled),
        ]
        .into_iter()
        .filter(|(exists, ..)| *exists)
        .map(|(_, id, ops)| Branch { id, ops })
        .collect()
    }

    /// The concatenated output for an input of `size`.
    ///
    /// # Errors
    /// When a side of `size` is 0.
    pub fn output_shape(&self, size: Size) -> Result<Shape, ShapeError> {
        let input = size.with_channels(self.in_channels);
        let outputs: Result<Vec<_>, _> =
            self.branches().iter().map(|branch| branch.output_shape(input)).collect();
        concatenate(&outputs?)
    }

    /// Channels of the concatenated output.
    #[must_use]
    pub fn out_channels(&self) -> u64 {
        let out = |branch: &Branch| match branch.ops.last().map(|op| op.operation) {
            Some(Operation::Conv(unit)) => unit.conv.out_channels,
            Some(Operation::Pool(_)) | None => self.in_channels,
        };
        self.branches().iter().map(out).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WRITE_UP: InceptionFields = InceptionFields::new(3, [64, 96, 128, 16, 32, 32]);

    #[test]
    fn the_write_ups_module_has_its_shapes() {
        let module = Inception::new(WRITE_UP).unwrap();
        let input = Shape::new(3, 224, 224);
        let shapes: Vec<_> =
            module.branches().iter().map(|b| b.output_shape(input).unwrap().channels).collect();
        assert_eq!(shapes, [64, 128, 32, 32]);
        assert_eq!(module.output_shape(Size::square(224)), Ok(Shape::new(256, 224, 224)));
        assert_eq!(module.out_channels(), 256);
    }

    #[test]
    fn the_default_is_valid() {
        assert_eq!(Inception::new(*Inception::default()), Ok(Inception::default()));
    }

    #[test]
    fn the_naive_pool_passes_its_input_on() {
        let module = Inception::new(InceptionFields { form: Form::Naive, ..WRITE_UP }).unwrap();
        assert_eq!(module.out_channels(), 64 + 128 + 32 + 3);
        let prefixes: Vec<_> = module.branches().iter().map(|b| b.state_dict_prefix(0)).collect();
        assert_eq!(prefixes, ["branch1", "branch2.0", "branch3.0", "branch4.0"]);
    }

    #[test]
    fn a_width_of_0_removes_its_branch_while_one_remains() {
        let module = Inception::new(WRITE_UP).unwrap();
        let without = |field| module.with(field, 0).unwrap().branches().len();
        assert!(Field::WIDTHS.iter().all(|&field| without(field) == 3));
        let only_pool = InceptionFields::new(3, [0, 96, 0, 0, 32, 32]);
        let only_pool = Inception::new(only_pool).unwrap();
        assert_eq!(only_pool.branches()[0].id, BranchId::Four);
        assert_eq!(only_pool.with(Field::PoolProj, 0), Err(FieldError::NoBranch));
        // The naive form has no reductions, so a width of 0 there removes nothing.
        let naive = InceptionFields { ch3x3red: 0, form: Form::Naive, ..WRITE_UP };
        assert_eq!(Inception::new(naive).unwrap().branches().len(), 4);
    }

    #[test]
    fn even_kernels_and_numbers_out_of_range_are_refused() {
        let module = Inception::new(WRITE_UP).unwrap();
        let error = |field, given| Err(FieldError::OutOfRange { field, given });
        assert_eq!(module.with(Field::Kernel3, 4), error(Field::Kernel3, 4));
        assert_eq!(module.with(Field::InChannels, 0), error(Field::InChannels, 0));
        assert_eq!(module.with(Field::Ch5x5, 4097), error(Field::Ch5x5, 4097));
    }
}
