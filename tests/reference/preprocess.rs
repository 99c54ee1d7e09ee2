//! Photographs through the write-up's preprocessing.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use inception_explorer::arch::Size;
use inception_explorer::engine::{PixelFormat, preprocess};
use png::{ColorType, Transformations};

use crate::cases::{Case, Outcome, check_all, differences, files, folder, name};

/// One grey level, divided by the smallest standard deviation.
const EVERYWHERE: f64 = 0.018;
/// Allowed on average.
const ON_AVERAGE: f64 = 0.002;

#[test]
fn preprocessing_agrees_with_torchvision() {
    check_all(
        "photograph",
        &files("preprocess_", ".safetensors"),
        |path| name(path),
        |path| run(path),
    );
}

fn run(path: &Path) -> Outcome {
    let case = Case::read(path)?;
    let tensor = "preprocessed";
    let sides = case.sides(tensor).ok_or("there is no tensor named preprocessed")?;
    let &[.., 3, height, width] = sides else {
        return Err(format!("{tensor} is {sides:?}, not 3 × height × width"));
    };
    let stem = name(path).replace("preprocess_", "").replace(".safetensors", ".png");
    let (pixels, image_width, image_height) = read_png(&folder().join(stem))?;
    let target = Size { height: height as u64, width: width as u64 };
    let made = preprocess(&pixels, PixelFormat::Rgb8, image_width, image_height, target)
        .map_err(|error| error.to_string())?;
    let (largest, mean) = differences(made.tensor.data(), case.values(tensor)?)?;
    println!("        differs by {largest:.4} at most, {mean:.6} on average");
    if largest <= EVERYWHERE && mean <= ON_AVERAGE {
        Ok(())
    } else {
        Err(format!("differs by {largest} at most and {mean} on average"))
    }
}

/// Any PNG as RGB8, as PIL's `convert("RGB")` makes it: grey is spread, alpha dropped.
fn read_png(path: &Path) -> Result<(Vec<u8>, u32, u32), String> {
    let explain = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
    let file = File::open(path).map_err(|error| explain(&error))?;
    let mut decoder = png::Decoder::new(BufReader::new(file));
    decoder.set_transformations(Transformations::normalize_to_color8());
    let mut reader = decoder.read_info().map_err(|error| explain(&error))?;
    let mut bytes = vec![0; reader.output_buffer_size().ok_or("the image is too large")?];
    let info = reader.next_frame(&mut bytes).map_err(|error| explain(&error))?;
    bytes.truncate(info.buffer_size());
    let grey = |step: usize| bytes.chunks_exact(step).flat_map(|pixel| [pixel[0]; 3]).collect();
    let pixels = match info.color_type {
        ColorType::Rgb => bytes,
        ColorType::Rgba => {
            bytes.chunks_exact(4).flat_map(|pixel| [pixel[0], pixel[1], pixel[2]]).collect()
        }
        ColorType::Grayscale => grey(1),
        ColorType::GrayscaleAlpha => grey(2),
        ColorType::Indexed => return Err("the palette was not expanded".to_owned()),
    };
    Ok((pixels, info.width, info.height))
}
