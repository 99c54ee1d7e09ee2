//! The fixed 1×1 convolution that makes a workload's input channels from an image's three.

use std::ops::Range;

use crate::arch::{Conv2d, Shape, Size};

use super::conv::Convolution;
use super::error::EngineError;
use super::gemm::Epilogue;
use super::tensor::Tensor;
use super::weights::ConvWeights;

/// [`ConvWeights::projection`] with its weights packed: no norm and no ReLU. An input of three channels
/// needs none.
#[derive(Clone, Debug)]
pub struct Projection(Convolution);

impl Projection {
    /// A projection to `channels` channels, for images of height and width `input`.
    ///
    /// # Errors
    /// When an allocation fails.
    pub fn new(channels: u64, input: Size) -> Result<Self, EngineError> {
        let weights = ConvWeights::projection(channels)?;
        Ok(Self(Convolution::new(&Conv2d::same(3, channels, 1), input, &weights.weight)?))
    }

    /// Projects the rows `rows` of `image`.
    ///
    /// # Errors
    /// When `image` does not have three channels or these rows, or an allocation fails.
    pub fn run(&self, image: &Tensor, rows: &Range<usize>) -> Result<Tensor, EngineError> {
        let shape = self.0.conv().output_shape(image.shape())?;
        let shape = Shape { height: rows.len() as u64, ..shape };
        let mut output = Tensor::over(image.images(), shape, Vec::new())?;
        let mut out = output.all_channels_mut();
        self.0.run_rows(image, rows.start, &mut out, &Epilogue::default(), &mut |_| {})?;
        Ok(output)
    }
}
