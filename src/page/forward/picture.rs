//! Values as pictures: a colour map, and a canvas that shows pixels unscaled.

use wasm_bindgen::{Clamped, JsCast};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, ImageData};

/// RGBA of `values` between `min` and `max`, in the perceptual map Viridis; NaN is transparent.
#[must_use]
pub fn colour_map(values: &[f32], min: f32, max: f32) -> Vec<u8> {
    let palette: Vec<[u8; 4]> = (0..256_usize)
        .map(|step| {
            let colour = colorous::VIRIDIS.eval_rational(step, 256);
            [colour.r, colour.g, colour.b, u8::MAX]
        })
        .collect();
    let span = if max > min { 255.0 / (max - min) } else { 0.0 };
    values
        .iter()
        .flat_map(|value| {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "a cast saturates"
            )]
            let step = ((value - min) * span).round() as usize;
            if value.is_finite() { palette[step.min(255)] } else { [0; 4] }
        })
        .collect()
}

/// Shows `pixels` (RGBA) on `canvas`, one canvas pixel each.
pub fn show(canvas: &HtmlCanvasElement, width: u64, height: u64, pixels: &[u8]) {
    let side = |side: u64| u32::try_from(side).unwrap_or(u32::MAX);
    canvas.set_width(side(width));
    canvas.set_height(side(height));
    let context = canvas.get_context("2d").ok().flatten();
    let context = context.and_then(|context| context.dyn_into::<CanvasRenderingContext2d>().ok());
    let image =
        ImageData::new_with_u8_clamped_array_and_sh(Clamped(pixels), side(width), side(height));
    if let (Some(context), Ok(image)) = (context, image) {
        // Fails for no image of the canvas's size.
        let _ = context.put_image_data(&image, 0.0, 0.0);
    }
}
