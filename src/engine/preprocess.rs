//! Preprocessing of photographs, equal to the write-up's torchvision transforms.
//!
//! `Resize(R)` (PIL's bilinear filter with antialias, the shorter side becomes R), `CenterCrop`,
//! `ToTensor`, `Normalize`. Resizing and cropping are one step: only the part of the source under the
//! crop is resampled, so that an image of 12,000 × 1 never becomes one of 3 million columns.

use std::error::Error;

use fast_image_resize::images::{Image, TypedImage, TypedImageRef};
use fast_image_resize::pixels::{U8x3, U8x4};
use fast_image_resize::{FilterType, PixelTrait, ResizeAlg, ResizeOptions, Resizer};
use thiserror::Error;

use crate::arch::Size;

use super::error::EngineError;
use super::tensor::{Tensor, size};

/// Means of the normalisation (`ImageNet`'s), in the order red, green, blue.
pub const MEAN: [f32; 3] = [0.485, 0.456, 0.406];
/// Standard deviations of the normalisation.
pub const STD: [f32; 3] = [0.229, 0.224, 0.225];

/// How the pixels of an image lie in memory, row by row, 8 bits a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PixelFormat {
    /// Red, green, blue.
    Rgb8,
    /// Red, green, blue, alpha. Alpha is dropped, as PIL's `convert("RGB")` does.
    Rgba8,
}

impl PixelFormat {
    /// Bytes of a pixel.
    pub const fn bytes(self) -> usize {
        match self {
            Self::Rgb8 => 3,
            Self::Rgba8 => 4,
        }
    }
}

/// Why an image can't be preprocessed.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ImageError {
    /// The image, or the input asked for, has no pixels.
    #[error("the image has no pixels")]
    Empty,
    /// The buffer is not the image's size.
    #[error("the image needs {expected} bytes, the buffer holds {given}")]
    Length {
        /// Bytes of an image of that size.
        expected: u64,
        /// Bytes in the buffer.
        given: u64,
    },
    /// The input asked for can't be allocated.
    #[error(transparent)]
    Engine(#[from] EngineError),
}

/// A part of the source image, in its pixels. At a steep aspect ratio it is less than a pixel wide.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CropRectangle {
    /// Left edge.
    pub left: f64,
    /// Top edge.
    pub top: f64,
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
}

/// An input with the intermediate results of its preprocessing.
#[derive(Clone, Debug, PartialEq)]
pub struct Preprocessed {
    /// The resized and cropped image: height × width pixels of [`PixelFormat::Rgb8`].
    pub crop: Vec<u8>,
    /// The part of the source that the crop shows.
    pub rectangle: CropRectangle,
    /// The normalised tensor, 3 × height × width.
    pub tensor: Tensor,
}

/// The write-up's preprocessing of an image of `image_width` × `image_height` pixels to an input of
/// `target`.
///
/// # Errors
/// When the image or the target is empty, or `pixels` is not the image's size.
pub fn preprocess(
    pixels: &[u8],
    format: PixelFormat,
    image_width: u32,
    image_height: u32,
    target: Size,
) -> Result<Preprocessed, ImageError> {
    if image_width == 0 || image_height == 0 || target.height == 0 || target.width == 0 {
        return Err(ImageError::Empty);
    }
    let expected = u64::from(image_width) * u64::from(image_height);
    let expected = expected.saturating_mul(format.bytes() as u64);
    if expected != pixels.len() as u64 {
        return Err(ImageError::Length { expected, given: pixels.len() as u64 });
    }
    let rectangle = crop_rectangle(image_width, image_height, target);
    let crop = match format {
        PixelFormat::Rgb8 => {
            resample::<U8x3>(pixels, (image_width, image_height), &rectangle, target)
        }
        // Resampling four channels is cheaper than first copying three of them.
        PixelFormat::Rgba8 => {
            resample::<U8x4>(pixels, (image_width, image_height), &rectangle, target)
                .map(|crop| drop_alpha(&crop))
        }
    };
    let crop = crop.map_err(|_| ImageError::Length { expected, given: pixels.len() as u64 })?;
    let tensor = normalize(&crop, target)?;
    Ok(Preprocessed { crop, rectangle, tensor })
}

/// The shorter side after `Resize` for a crop of `target`: 256 for a crop of 224; for other sizes 256/224 of
/// the longer side, rounded.
pub const fn resize_side(target: Size) -> u64 {
    let longest = if target.height > target.width { target.height } else { target.width };
    (longest * 256 + 112) / 224
}

/// The part of the source under torchvision's `Resize` and `CenterCrop`.
fn crop_rectangle(image_width: u32, image_height: u32, target: Size) -> CropRectangle {
    let (width, height) = (u64::from(image_width), u64::from(image_height));
    let short = resize_side(target);
    // `int(size * long / short)`; integers, so that the quotient is not rounded before it is cut.
    let long = |long: u64, side: u64| short * long / side;
    let (resized_width, resized_height) =
        if width <= height { (short, long(height, width)) } else { (long(width, height), short) };
    let (left, width) = crop_side(width, resized_width, target.width);
    let (top, height) = crop_side(height, resized_height, target.height);
    CropRectangle { left, top, width, height }
}

/// Start and length in the source of a crop of `crop` out of `resized` pixels.
fn crop_side(source: u64, resized: u64, crop: u64) -> (f64, f64) {
    // `int(round((resized - crop) / 2.0))`: Python rounds a half to the even neighbour.
    let first = ((resized - crop) as f64 / 2.0).round_ties_even();
    let scale = source as f64 / resized as f64;
    let start = first * scale;
    // Rounding must not carry the end beyond the image, which the resizer would refuse.
    (start, (crop as f64 * scale).min(source as f64 - start))
}

/// The pixels of `rectangle` resampled to `target`: columns first, then rows, with 8 bits between them.
///
/// PIL works in this order, the resizer in the other, and each rounds in between: done in one call a
/// fifth of the values would be one grey level off.
fn resample<P: PixelTrait + Default>(
    pixels: &[u8],
    (image_width, image_height): (u32, u32),
    rectangle: &CropRectangle,
    target: Size,
) -> Result<Vec<u8>, Box<dyn Error>> {
    let (width, height) = (u32::try_from(target.width)?, u32::try_from(target.height)?);
    let source = TypedImageRef::<P>::from_buffer(image_width, image_height, pixels)?;
    let filter = ResizeAlg::Convolution(FilterType::Bilinear);
    let options = ResizeOptions::new().resize_alg(filter).use_alpha(false);
    // The rows of the crop and the rows that the filter reads above and below it.
    let reach = (rectangle.height / target.height as f64).max(1.0) + 1.0;
    let first = (rectangle.top - reach).floor().max(0.0);
    let last = (rectangle.top + rectangle.height + reach).ceil().min(image_height.into());
    let rows = last - first;

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "0 to image_height"
    )]
    let mut columns_done = TypedImage::<P>::new(width, rows as u32);
    let strip = options.crop(rectangle.left, first, rectangle.width, rows);
    Resizer::new().resize_typed(&source, &mut columns_done, &strip)?;

    let mut done = Image::new(width, height, P::pixel_type());
    let mut view = done.typed_image_mut::<P>().ok_or("the pixel types are the same")?;
    let rest = options.crop(0.0, rectangle.top - first, width.into(), rectangle.height);
    Resizer::new().resize_typed(&columns_done, &mut view, &rest)?;
    Ok(done.into_vec())
}

fn drop_alpha(pixels: &[u8]) -> Vec<u8> {
    let (pixels, _) = pixels.as_chunks::<4>();
    pixels.iter().flat_map(|&[red, green, blue, _]| [red, green, blue]).collect()
}

/// `ToTensor` and `Normalize`, in f32 as torchvision computes them.
fn normalize(crop: &[u8], target: Size) -> Result<Tensor, EngineError> {
    let mut tensor = Tensor::zeros(1, target.with_channels(3))?;
    let plane = size(target.height * target.width)?;
    let (pixels, _) = crop.as_chunks::<3>();
    for (channel, values) in tensor.data_mut().chunks_exact_mut(plane).enumerate() {
        for (value, pixel) in values.iter_mut().zip(pixels) {
            *value = (f32::from(pixel[channel]) / 255.0 - MEAN[channel]) / STD[channel];
        }
    }
    Ok(tensor)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn image(width: u32, height: u32, format: PixelFormat) -> Vec<u8> {
        let count = width as usize * height as usize * format.bytes();
        (0..count).map(|i| (i * 31 % 251).try_into().unwrap()).collect()
    }

    #[test]
    fn any_image_becomes_an_input_of_the_size_asked_for() {
        let sizes = [(1, 1), (12_000, 1), (1, 12_000), (3, 2), (224, 224), (256, 300), (640, 427)];
        for (width, height) in sizes {
            for target in [Size::square(224), Size::square(1), Size { height: 7, width: 512 }] {
                let pixels = image(width, height, PixelFormat::Rgb8);
                let made = preprocess(&pixels, PixelFormat::Rgb8, width, height, target).unwrap();
                assert_eq!(made.tensor.shape(), target.with_channels(3));
                assert_eq!(made.crop.len() as u64, 3 * target.height * target.width);
                let CropRectangle { left, top, width: w, height: h } = made.rectangle;
                assert!(left >= 0.0 && top >= 0.0 && w > 0.0 && h > 0.0);
                assert!(left + w <= f64::from(width) && top + h <= f64::from(height));
            }
        }
    }

    #[test]
    fn one_pixel_fills_its_input() {
        let made = preprocess(&[255, 0, 51], PixelFormat::Rgb8, 1, 1, Size::square(224)).unwrap();
        assert!(made.crop.chunks(3).all(|pixel| pixel == [255, 0, 51]));
        let expected = (0.2 - MEAN[2]) / STD[2];
        assert!((made.tensor.data()[2 * 224 * 224] - expected).abs() < 1e-6);
    }

    #[test]
    fn alpha_is_dropped_and_changes_nothing() {
        let rgba = image(50, 40, PixelFormat::Rgba8);
        let rgb = drop_alpha(&rgba);
        let target = Size { height: 30, width: 20 };
        let with = preprocess(&rgba, PixelFormat::Rgba8, 50, 40, target).unwrap();
        assert_eq!(with, preprocess(&rgb, PixelFormat::Rgb8, 50, 40, target).unwrap());
    }

    #[test]
    fn the_sides_are_torchvisions() {
        assert_eq!(resize_side(Size::square(224)), 256);
        assert_eq!(resize_side(Size { height: 28, width: 7 }), 32);
        assert_eq!(resize_side(Size::square(1)), 1);
        // 451 × 300 → 384 × 256; (384 − 224) / 2 = 80, (256 − 224) / 2 = 16.
        let rectangle = crop_rectangle(451, 300, Size::square(224));
        let close = |given: f64, expected: f64| (given - expected).abs() < 1e-9;
        assert!(close(rectangle.left, 80.0 * 451.0 / 384.0));
        assert!(close(rectangle.top, 16.0 * 300.0 / 256.0));
    }

    #[test]
    fn cropping_the_source_equals_resizing_all_and_cropping_then() {
        for (width, height) in [(451, 300), (97, 133), (640, 61), (30, 40)] {
            let pixels = image(width, height, PixelFormat::Rgb8);
            let target = Size { height: 96, width: 80 };
            let made = preprocess(&pixels, PixelFormat::Rgb8, width, height, target).unwrap();
            let (full_width, full_height) = if width <= height {
                (110, 110 * height / width)
            } else {
                (110 * width / height, 110)
            };
            let all = CropRectangle {
                left: 0.0,
                top: 0.0,
                width: f64::from(width),
                height: f64::from(height),
            };
            let full = Size { height: full_height.into(), width: full_width.into() };
            let full = resample::<U8x3>(&pixels, (width, height), &all, full).unwrap();
            // All differences are even here but 101 − 96, whose half rounds to the even 2.
            let [left, top] = [full_width - 80, full_height - 96].map(|room| match room % 4 {
                3 => room.div_ceil(2) as usize,
                _ => room as usize / 2,
            });
            for y in 0..96 {
                let start = 3 * ((top + y) * full_width as usize + left);
                let (whole, cropped) = (&full[start..][..240], &made.crop[y * 240..][..240]);
                let off = whole.iter().zip(cropped).filter(|(a, b)| a.abs_diff(**b) > 1).count();
                assert_eq!(off, 0, "{width} × {height}, row {y}");
            }
        }
    }

    #[test]
    fn nothing_and_a_wrong_buffer_are_refused() {
        let run = |pixels: &[u8], width, height| {
            preprocess(pixels, PixelFormat::Rgba8, width, height, Size::square(8)).unwrap_err()
        };
        assert_eq!(run(&[], 0, 5), ImageError::Empty);
        assert_eq!(run(&[0; 8], 1, 1), ImageError::Length { expected: 4, given: 8 });
        assert_eq!(
            run(&[], u32::MAX, u32::MAX),
            ImageError::Length { expected: u64::MAX, given: 0 }
        );
    }
}
