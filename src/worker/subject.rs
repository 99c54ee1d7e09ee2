//! What is run, once its numbers have been checked.

use std::ops::Range;

use crate::arch::{BasicConv2d, Conv2d, Field, Inception, LayerField, Size};
use crate::engine::split::LayerOps;
use crate::engine::{
    EngineError, ModuleWeights, PreparedBranch, PreparedInception, PreparedUnit, UnitWeights,
};

use super::message::{ConvSpec, ForwardSpec, PlainSpec, RunError, SubjectSpec};

/// A layer that may be run.
#[derive(Clone, Copy, Debug)]
pub(super) enum Subject {
    Module(Inception),
    Conv(BasicConv2d),
}

impl Subject {
    pub fn in_channels(&self) -> u64 {
        match self {
            Self::Module(module) => module.in_channels,
            Self::Conv(unit) => unit.conv.in_channels,
        }
    }

    /// Its operations, as they are where nobody sees its values.
    pub fn ops(&self) -> LayerOps {
        match self {
            Self::Module(module) => LayerOps::of_module(module),
            Self::Conv(unit) => LayerOps::of_conv(unit),
        }
    }

    /// Draws the weights and packs those of the output's channels `channels`, of which there are some.
    pub fn prepare(
        &self,
        size: Size,
        seed: u32,
        channels: &Range<usize>,
    ) -> Result<Vec<PreparedBranch>, EngineError> {
        match self {
            Self::Module(module) => {
                let weights = ModuleWeights::from_seed(module, seed)?;
                let prepared = PreparedInception::of_channels(module, size, &weights, channels)?;
                Ok(prepared.into_layer())
            }
            Self::Conv(unit) => {
                let weights = UnitWeights::from_seed(unit, seed)?;
                PreparedUnit::of_filters(unit, size, &weights, channels)?.into_layer()
            }
        }
    }
}

/// The subject and the plain convolutions, if they may be run.
pub(super) fn check(spec: &ForwardSpec) -> Result<(Subject, Vec<BasicConv2d>), RunError> {
    let size = Size { height: spec.height.into(), width: spec.width.into() };
    check_size(size)?;
    let subject = match spec.subject {
        SubjectSpec::Module(fields) => Subject::Module(Inception::new(fields).map_err(invalid)?),
        SubjectSpec::Conv(conv) => Subject::Conv(check_conv(conv)?),
    };
    subject.ops().output_shape(size).map_err(invalid)?;
    let plain = |&plain: &PlainSpec| check_plain(subject.in_channels(), plain);
    let plain: Result<_, _> = spec.plain.iter().map(plain).collect();
    Ok((subject, plain?))
}

fn check_conv(spec: ConvSpec) -> Result<BasicConv2d, RunError> {
    let ConvSpec { in_channels, out_channels, kernel_size, stride, padding } = spec;
    for (field, number) in [
        (LayerField::InChannels, in_channels),
        (LayerField::OutChannels, out_channels),
        (LayerField::KernelSize, kernel_size),
        (LayerField::Stride, stride),
        (LayerField::Padding, padding),
    ] {
        field.check(number).map_err(invalid)?;
    }
    let (stride, padding) = (Size::square(stride), Size::square(padding));
    let conv = Conv2d { stride, padding, ..Conv2d::same(in_channels, out_channels, kernel_size) };
    Ok(BasicConv2d { conv })
}

pub(super) fn check_plain(in_channels: u64, plain: PlainSpec) -> Result<BasicConv2d, RunError> {
    let kernel = Field::PlainKernel.check(plain.kernel_size.into()).map_err(invalid)?;
    let out = Field::PlainOut.check(plain.out_channels.into()).map_err(invalid)?;
    Ok(BasicConv2d::same(in_channels, out, kernel))
}

pub(super) fn check_size(size: Size) -> Result<(), RunError> {
    Field::Height.check(size.height).map_err(invalid)?;
    Field::Width.check(size.width).map_err(invalid)?;
    Ok(())
}

#[expect(clippy::needless_pass_by_value, reason = "it is what `map_err` gives")]
pub(super) fn invalid(error: impl ToString) -> RunError {
    RunError::InvalidModule(error.to_string())
}
