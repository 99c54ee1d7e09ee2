//! Values as colours.

use inception_explorer::page::forward::picture::{colour_map, show};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

use crate::harness::document;

/// The ends of Viridis.
const LOW: [u8; 4] = [68, 1, 84, 255];
const HIGH: [u8; 4] = [253, 231, 37, 255];
const CLEAR: [u8; 4] = [0; 4];

#[wasm_bindgen_test]
fn the_ends_are_the_maps_and_what_lies_beyond_stays_there() {
    let pixels = colour_map(&[-1.0, 1.0, -7.0, f32::MAX], -1.0, 1.0);
    let near = |pixel: &[u8], end: [u8; 4]| {
        pixel.iter().zip(end).all(|(channel, end)| channel.abs_diff(end) <= 3)
    };
    let pixels: Vec<_> = pixels.chunks(4).collect();
    assert!(near(pixels[0], LOW) && near(pixels[1], HIGH), "{pixels:?}");
    assert_eq!((pixels[2], pixels[3]), (pixels[0], pixels[1]));
}

#[wasm_bindgen_test]
fn larger_values_are_lighter() {
    let values: Vec<f32> = (0..=16_u8).map(f32::from).collect();
    let pixels = colour_map(&values, 0.0, 16.0);
    let light = |pixel: &[u8]| {
        0.2126 * f64::from(pixel[0]) + 0.7152 * f64::from(pixel[1]) + 0.0722 * f64::from(pixel[2])
    };
    let light: Vec<_> = pixels.chunks(4).map(light).collect();
    assert!(light.is_sorted() && light[16] > 4.0 * light[0], "{light:?}");
}

#[wasm_bindgen_test]
fn what_is_no_number_is_clear() {
    let pixels = colour_map(&[f32::NAN, f32::INFINITY, f32::NEG_INFINITY, 0.0], 0.0, 1.0);
    assert_eq!(pixels[..12], [CLEAR; 3].concat());
    assert_eq!(pixels[15], 255);
}

#[wasm_bindgen_test]
fn a_constant_map_has_one_colour() {
    for value in [0.0, -3.5, f32::MAX, f32::MIN_POSITIVE] {
        let pixels = colour_map(&[value; 3], value, value);
        assert_eq!(pixels[..4], colour_map(&[0.0], 0.0, 0.0)[..]);
        assert!(pixels.chunks(4).all(|pixel| pixel == &pixels[..4]), "{value}");
    }
    // Nothing but NaN: its statistics are 0.
    assert_eq!(colour_map(&[f32::NAN], 0.0, 0.0), CLEAR);
    assert_eq!(colour_map(&[], 0.0, 1.0), [0; 0]);
}

fn canvas() -> HtmlCanvasElement {
    document().create_element("canvas").expect("a canvas").dyn_into().expect("a canvas")
}

fn pixels(canvas: &HtmlCanvasElement) -> Vec<u8> {
    let context = canvas.get_context("2d").expect("a canvas").expect("a context");
    let context: CanvasRenderingContext2d = context.dyn_into().expect("2d");
    let (width, height) = (canvas.width().into(), canvas.height().into());
    context.get_image_data(0.0, 0.0, width, height).expect("pixels").data().0
}

#[wasm_bindgen_test]
fn pixels_stand_on_the_canvas_row_by_row() {
    let canvas = canvas();
    let values: Vec<u8> = (0..6_u8).flat_map(|at| [at * 10, at, 200, 255]).collect();
    show(&canvas, 3, 2, &values);
    assert_eq!((canvas.width(), canvas.height()), (3, 2));
    assert_eq!(pixels(&canvas), values);
}

#[wasm_bindgen_test]
fn pixels_of_another_number_are_not_shown() {
    let canvas = canvas();
    show(&canvas, 3, 2, &[255; 12]);
    assert_eq!(pixels(&canvas), [0; 24]);
}
