//! From a file to pixels, by the browser's own decoders.

use yew::AttrValue;

use crate::t;
use js_sys::Uint8Array;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Blob, CanvasRenderingContext2d, ColorSpaceConversion, HtmlCanvasElement, ImageBitmap,
    ImageBitmapOptions, PremultiplyAlpha, Response, Url,
};

use crate::page::browser::window;
use crate::page::format::{bytes, grouped};
use crate::state::Photo as Sample;

use super::words;

/// The largest file that is read.
const MOST_BYTES: f64 = 64.0 * 1024.0 * 1024.0;
/// The most pixels that are decoded: 256 MiB of RGBA.
const MOST_PIXELS: u64 = 64 * 1024 * 1024;
/// The longest side a browser's canvas takes.
const LONGEST_SIDE: u32 = 16_384;

#[derive(Debug)]
pub struct Photo {
    pub name: String,
    /// The sample it is, if it is one.
    pub sample: Option<Sample>,
    /// An address the browser shows it from.
    pub url: String,
    /// Columns.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// RGBA, row by row.
    pub pixels: Uint8Array,
}

/// Identifies a photograph.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PhotoRef {
    /// Its address, different for every photograph.
    pub url: String,
    pub name: String,
    /// The sample it is, if it is one.
    pub sample: Option<Sample>,
}

impl PhotoRef {
    /// The name to show: a sample's in the page's language, or the file's name.
    #[must_use]
    pub fn title(&self) -> AttrValue {
        self.sample.map_or_else(|| self.name.as_str().into(), words::photo)
    }
}

impl Photo {
    #[must_use]
    pub fn reference(&self) -> PhotoRef {
        PhotoRef { url: self.url.clone(), name: self.name.clone(), sample: self.sample }
    }
}

impl Drop for Photo {
    fn drop(&mut self) {
        // Fails only for an address that is revoked already.
        let _ = Url::revoke_object_url(&self.url);
    }
}

/// Why a file can't be used as a photograph.
#[derive(Clone, Debug, PartialEq)]
pub enum ImageProblem {
    /// It is empty.
    Empty { name: String },
    /// It holds too many bytes.
    TooManyBytes { name: String, given: u64 },
    /// The browser can't decode it.
    NotAnImage { name: String },
    /// It has too many pixels, or a side too long.
    TooManyPixels {
        name: String,
        /// Columns.
        width: u32,
        /// Rows.
        height: u32,
    },
    /// It could not be fetched.
    NotFetched { name: String },
    /// No file was dropped or pasted.
    NoFile,
}

impl ImageProblem {
    /// The message: the problem, what is allowed, and what the page shows now.
    #[must_use]
    pub fn text(&self) -> AttrValue {
        match self {
            Self::Empty { name } => t!("image.empty", name = name),
            Self::TooManyBytes { name, given } => {
                t!("image.too_many_bytes", name = name, given = bytes(*given), most = "64 MiB")
            }
            Self::NotAnImage { name } => t!("image.not_an_image", name = name),
            Self::TooManyPixels { name, width, height } => t!(
                "image.too_many_pixels",
                name = name,
                width = grouped(*width),
                height = grouped(*height),
                side = grouped(LONGEST_SIDE)
            ),
            Self::NotFetched { name } => t!("image.not_fetched", name = name),
            Self::NoFile => t!("image.no_file"),
        }
    }
}

/// Decodes `blob`, rotated as its EXIF data says, without colour management. Only transparent pixels differ
/// from PIL: a canvas premultiplies them by alpha, PIL drops alpha.
///
/// # Errors
/// When it is empty, too large, or not an image that the browser can decode.
pub async fn decode(blob: &Blob, name: String) -> Result<Photo, ImageProblem> {
    if blob.size() < 1.0 {
        return Err(ImageProblem::Empty { name });
    }
    if blob.size() > MOST_BYTES {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a file's size is a whole number"
        )]
        return Err(ImageProblem::TooManyBytes { name, given: blob.size() as u64 });
    }
    let Ok(bitmap) = bitmap(blob).await else {
        return Err(ImageProblem::NotAnImage { name });
    };
    let (width, height) = (bitmap.width(), bitmap.height());
    let many =
        u64::from(width) * u64::from(height) > MOST_PIXELS || width.max(height) > LONGEST_SIDE;
    if many {
        bitmap.close();
        return Err(ImageProblem::TooManyPixels { name, width, height });
    }
    let pixels = pixels(&bitmap);
    bitmap.close();
    let url = Url::create_object_url_with_blob(blob);
    match (pixels, url) {
        (Ok(pixels), Ok(url)) => Ok(Photo { name, sample: None, url, width, height, pixels }),
        _ => Err(ImageProblem::NotAnImage { name }),
    }
}

async fn bitmap(blob: &Blob) -> Result<ImageBitmap, JsValue> {
    let options = ImageBitmapOptions::new();
    options.set_premultiply_alpha(PremultiplyAlpha::None);
    options.set_color_space_conversion(ColorSpaceConversion::None);
    let window = window().ok_or(JsValue::NULL)?;
    let bitmap = window.create_image_bitmap_with_blob_and_image_bitmap_options(blob, &options)?;
    JsFuture::from(bitmap).await?.dyn_into()
}

fn pixels(bitmap: &ImageBitmap) -> Result<Uint8Array, JsValue> {
    let document = window().and_then(|window| window.document()).ok_or(JsValue::NULL)?;
    let canvas: HtmlCanvasElement = document.create_element("canvas")?.dyn_into()?;
    canvas.set_width(bitmap.width());
    canvas.set_height(bitmap.height());
    let context = canvas.get_context("2d")?.ok_or(JsValue::NULL)?;
    let context: CanvasRenderingContext2d = context.dyn_into()?;
    context.draw_image_with_image_bitmap(bitmap, 0.0, 0.0)?;
    let image = context.get_image_data(0.0, 0.0, bitmap.width().into(), bitmap.height().into())?;
    // The clamped array as the bytes it holds, without a copy into wasm.
    let data = js_sys::Reflect::get(&image, &JsValue::from_str("data"))?;
    let data: js_sys::Uint8ClampedArray = data.dyn_into()?;
    Ok(Uint8Array::new(&data.buffer()))
}

/// Fetches a photograph that comes with the page.
///
/// # Errors
/// When it can't be fetched or decoded.
pub async fn fetch(id: &str, name: String) -> Result<Photo, ImageProblem> {
    match fetch_blob(&format!("./photos/{id}.png")).await {
        Ok(blob) => decode(&blob, name).await,
        Err(_) => Err(ImageProblem::NotFetched { name }),
    }
}

async fn fetch_blob(url: &str) -> Result<Blob, JsValue> {
    let window = window().ok_or(JsValue::NULL)?;
    let response: Response = JsFuture::from(window.fetch_with_str(url)).await?.dyn_into()?;
    if !response.ok() {
        return Err(JsValue::from(response.status()));
    }
    JsFuture::from(response.blob()?).await?.dyn_into()
}
