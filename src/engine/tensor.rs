//! Tensors of 32-bit floats in NCHW order.

use crate::arch::{Shape, Size};

use super::error::{EngineError, check_length};

/// Images × channels × height × width values, the last side running fastest (PyTorch's contiguous
/// NCHW). Invariant: `data` holds exactly as many values as the four sides say.
#[derive(Clone, Debug, PartialEq)]
pub struct Tensor {
    images: usize,
    channels: usize,
    height: usize,
    width: usize,
    data: Vec<f32>,
}

impl Tensor {
    /// One image of this shape from its values.
    ///
    /// # Errors
    /// When the number of values differs, or the shape can't be addressed.
    pub fn from_image(shape: Shape, data: Vec<f32>) -> Result<Self, EngineError> {
        Self::from_batch(1, shape, data)
    }

    /// `images` images of this shape from their values.
    ///
    /// # Errors
    /// When the number of values differs, or the shape can't be addressed.
    pub fn from_batch(images: usize, shape: Shape, data: Vec<f32>) -> Result<Self, EngineError> {
        let mut tensor = Self::empty(images, shape)?;
        check_length("the tensor", tensor.numel(), data.len())?;
        tensor.data = data;
        Ok(tensor)
    }

    /// `images` images of this shape, all 0.
    ///
    /// # Errors
    /// When the shape can't be addressed, or the allocator has no such block left.
    pub fn zeros(images: usize, shape: Shape) -> Result<Self, EngineError> {
        let mut tensor = Self::empty(images, shape)?;
        tensor.data = zeroed(tensor.numel())?;
        Ok(tensor)
    }

    /// `images` images of this shape with unspecified values, in the memory of `spare` if it is large enough. The
    /// caller writes every value.
    ///
    /// # Errors
    /// As [`Self::zeros`].
    pub fn over(images: usize, shape: Shape, mut spare: Vec<f32>) -> Result<Self, EngineError> {
        let mut tensor = Self::empty(images, shape)?;
        if spare.capacity() < tensor.numel() {
            drop(spare);
            spare = zeroed(tensor.numel())?;
        }
        spare.resize(tensor.numel(), 0.0);
        tensor.data = spare;
        Ok(tensor)
    }

    /// A tensor without values; its sides are checked so that [`Self::numel`] can't overflow.
    fn empty(images: usize, shape: Shape) -> Result<Self, EngineError> {
        let [channels, height, width] = [shape.channels, shape.height, shape.width].map(size);
        let (channels, height, width) = (channels?, height?, width?);
        [images, channels, height, width]
            .into_iter()
            .try_fold(size_of::<f32>(), usize::checked_mul)
            .ok_or(EngineError::TooLarge)?;
        Ok(Self { images, channels, height, width, data: Vec::new() })
    }

    /// Images in the batch (N).
    pub const fn images(&self) -> usize {
        self.images
    }

    /// Channels (C).
    pub const fn channels(&self) -> usize {
        self.channels
    }

    /// Rows (H).
    pub const fn height(&self) -> usize {
        self.height
    }

    /// Columns (W).
    pub const fn width(&self) -> usize {
        self.width
    }

    /// Values of one channel: height × width.
    pub const fn plane(&self) -> usize {
        self.height * self.width
    }

    /// Values in all.
    pub const fn numel(&self) -> usize {
        self.images * self.channels * self.plane()
    }

    /// The shape of one image.
    pub const fn shape(&self) -> Shape {
        Shape::new(self.channels as u64, self.height as u64, self.width as u64)
    }

    /// Height and width.
    pub const fn size(&self) -> Size {
        Size { height: self.height as u64, width: self.width as u64 }
    }

    /// All values, NCHW.
    pub fn data(&self) -> &[f32] {
        &self.data
    }

    /// All values, NCHW.
    pub fn data_mut(&mut self) -> &mut [f32] {
        &mut self.data
    }

    /// The values, without their shape.
    pub fn into_data(self) -> Vec<f32> {
        self.data
    }

    /// The values of one image, CHW.
    ///
    /// # Panics
    /// When `image` is not in the batch.
    pub fn image(&self, image: usize) -> &[f32] {
        let numel = self.channels * self.plane();
        &self.data[image * numel..][..numel]
    }

    /// All channels, for writing.
    pub fn all_channels_mut(&mut self) -> ChannelsMut<'_> {
        let channels = self.channels;
        self.channels_mut(0, channels)
    }

    /// The `count` channels from `first` on, for writing: branches write into one concatenated output without
    /// copying.
    ///
    /// # Panics
    /// When the tensor has no such channels.
    pub fn channels_mut(&mut self, first: usize, count: usize) -> ChannelsMut<'_> {
        assert!(first + count <= self.channels, "channels {first}..{} do not exist", first + count);
        let plane = self.plane();
        ChannelsMut {
            images: self.images,
            image_stride: self.channels * plane,
            first: first * plane,
            channels: count,
            height: self.height,
            width: self.width,
            data: &mut self.data,
        }
    }
}

/// Contiguous channels in every image of a [`Tensor`].
#[derive(Debug)]
pub struct ChannelsMut<'a> {
    images: usize,
    image_stride: usize,
    first: usize,
    channels: usize,
    height: usize,
    width: usize,
    data: &'a mut [f32],
}

impl ChannelsMut<'_> {
    /// Images in the batch.
    pub const fn images(&self) -> usize {
        self.images
    }

    /// Number of channels.
    pub const fn channels(&self) -> usize {
        self.channels
    }

    /// Rows of each channel.
    pub const fn height(&self) -> usize {
        self.height
    }

    /// Columns of each channel.
    pub const fn width(&self) -> usize {
        self.width
    }

    /// Values of one channel.
    pub const fn plane(&self) -> usize {
        self.height * self.width
    }

    /// The shape of the channels in one image.
    pub const fn shape(&self) -> Shape {
        Shape::new(self.channels as u64, self.height as u64, self.width as u64)
    }

    /// The values of the channels in one image: channels × plane, contiguous.
    pub fn image(&mut self, image: usize) -> &mut [f32] {
        let numel = self.channels * self.plane();
        &mut self.data[image * self.image_stride + self.first..][..numel]
    }

    /// One channel of one image.
    pub fn channel(&mut self, image: usize, channel: usize) -> &mut [f32] {
        let plane = self.plane();
        &mut self.image(image)[channel * plane..][..plane]
    }
}

/// `value` as an index of this machine.
pub(crate) fn size(value: u64) -> Result<usize, EngineError> {
    usize::try_from(value).map_err(|_| EngineError::TooLarge)
}

/// A buffer of `length` zeros, or an error where the allocator has no such block: an abort would end the worker without
/// a message.
pub(crate) fn zeroed<T: Clone + Default>(length: usize) -> Result<Vec<T>, EngineError> {
    let mut data = Vec::new();
    data.try_reserve_exact(length).map_err(|_| EngineError::OutOfMemory {
        bytes: (length as u64).saturating_mul(size_of::<T>() as u64),
    })?;
    data.resize(length, T::default());
    Ok(data)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_of_channels_is_its_own_part_of_every_image() {
        let mut tensor = Tensor::zeros(2, Shape::new(3, 1, 2)).unwrap();
        let mut middle = tensor.channels_mut(1, 1);
        for image in 0..2 {
            middle.image(image).fill(1.0);
        }
        let expected = [0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 0.0, 0.0];
        assert_eq!(tensor.data(), expected);
    }

    #[test]
    fn a_wrong_number_of_values_and_absurd_shapes_are_errors() {
        assert_eq!(
            Tensor::from_image(Shape::new(1, 2, 2), vec![0.0; 3]),
            Err(EngineError::Length { what: "the tensor".into(), expected: 4, given: 3 })
        );
        let absurd = Shape::new(u64::MAX, 2, 2);
        assert_eq!(Tensor::zeros(1, absurd), Err(EngineError::TooLarge));
        let huge = Tensor::zeros(1, Shape::new(1 << 20, 1 << 20, 1 << 18));
        assert_eq!(huge, Err(EngineError::OutOfMemory { bytes: 1 << 60 }));
    }
}
