//! From a file to pixels: decoded images, and the messages about other files.

use inception_explorer::arch::Named;
use inception_explorer::page::forward::decode::{ImageProblem, Photo, decode, fetch};
use inception_explorer::page::prefs::Lang;
use js_sys::{Array, Uint8Array};
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Blob, BlobPropertyBag};

/// One pixel of (10, 20, 30), 8 bits a channel.
pub const ONE_PIXEL: [u8; 69] = [
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d, 0x49, 0x48, 0x44, 0x52,
    0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x01, 0x08, 0x02, 0x00, 0x00, 0x00, 0x90, 0x77, 0x53,
    0xde, 0x00, 0x00, 0x00, 0x0c, 0x49, 0x44, 0x41, 0x54, 0x78, 0xda, 0x63, 0xe0, 0x12, 0x91, 0x03,
    0x00, 0x00, 0x68, 0x00, 0x3d, 0x6a, 0xf5, 0x70, 0x5b, 0x00, 0x00, 0x00, 0x00, 0x49, 0x45, 0x4e,
    0x44, 0xae, 0x42, 0x60, 0x82,
];

/// 16,385 black pixels in one row: one more than a canvas is wide.
const TOO_WIDE: [u8; 96] = [
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d, 0x49, 0x48, 0x44, 0x52,
    0x00, 0x00, 0x40, 0x01, 0x00, 0x00, 0x00, 0x01, 0x08, 0x00, 0x00, 0x00, 0x00, 0xec, 0x36, 0x82,
    0xba, 0x00, 0x00, 0x00, 0x27, 0x49, 0x44, 0x41, 0x54, 0x78, 0xda, 0xed, 0xc1, 0x31, 0x01, 0x00,
    0x00, 0x00, 0xc2, 0xa0, 0xf5, 0x4f, 0x6d, 0x0c, 0x1f, 0xa0, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x80, 0xbf, 0x01, 0x40, 0x02, 0x00, 0x01,
    0x59, 0xad, 0x81, 0xa8, 0x00, 0x00, 0x00, 0x00, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82,
];

pub fn blob(bytes: &[u8], kind: &str) -> Blob {
    let options = BlobPropertyBag::new();
    options.set_type(kind);
    let parts = Array::of1(&Uint8Array::from(bytes));
    Blob::new_with_u8_array_sequence_and_options(&parts, &options).expect("a blob")
}

async fn decoded(bytes: &[u8]) -> Result<Photo, ImageProblem> {
    decode(&blob(bytes, "image/png"), "a.png".to_owned()).await
}

#[wasm_bindgen_test]
async fn one_pixel_comes_out_as_it_is_stored() {
    let photo = decoded(&ONE_PIXEL).await.expect("an image");
    assert_eq!((photo.name.as_str(), photo.width, photo.height), ("a.png", 1, 1));
    assert_eq!(photo.pixels.to_vec(), [10, 20, 30, 255]);
    assert!(photo.url.starts_with("blob:"));
}

#[wasm_bindgen_test]
async fn what_is_no_image_is_refused_whatever_it_is_called() {
    let name = || "a.png".to_owned();
    assert_eq!(decoded(&[]).await.err(), Some(ImageProblem::Empty { name: name() }));
    let cut = &ONE_PIXEL[..40];
    for bytes in [b"This is a text.".as_slice(), &[0], cut, b"<html></html>"] {
        let problem = decoded(bytes).await.err();
        assert_eq!(problem, Some(ImageProblem::NotAnImage { name: name() }), "{bytes:?}");
    }
}

#[wasm_bindgen_test]
async fn what_no_canvas_holds_is_refused_with_its_size() {
    let problem = decoded(&TOO_WIDE).await.err();
    let name = "a.png".to_owned();
    assert_eq!(problem, Some(ImageProblem::TooManyPixels { name, width: 16_385, height: 1 }));
}

#[wasm_bindgen_test]
async fn a_file_too_large_is_refused_before_it_is_read() {
    let mebibyte = Uint8Array::new_with_length(1 << 20);
    let parts = Array::new_with_length(65).fill(&mebibyte, 0, 65);
    let large = Blob::new_with_u8_array_sequence(&parts).expect("a blob");
    let problem = decode(&large, "large".to_owned()).await.err();
    let given = 65 << 20;
    assert_eq!(problem, Some(ImageProblem::TooManyBytes { name: "large".into(), given }));
}

#[wasm_bindgen_test]
async fn a_photograph_that_is_not_there_is_said_to_be_not_fetched() {
    let problem = fetch("no-such-photograph", "A cat".to_owned()).await.err();
    assert_eq!(problem, Some(ImageProblem::NotFetched { name: "A cat".into() }));
}

#[wasm_bindgen_test]
fn every_problem_has_its_words_in_both_languages() {
    let name = || "a%{name}.png".to_owned();
    let problems = [
        (ImageProblem::Empty { name: name() }, vec![]),
        (ImageProblem::TooManyBytes { name: name(), given: 65 << 20 }, vec!["65.0 MiB", "64 MiB"]),
        (ImageProblem::NotAnImage { name: name() }, vec![]),
        (
            ImageProblem::TooManyPixels { name: name(), width: 20_000, height: 9 },
            vec!["20,000", "9", "16,384"],
        ),
        (ImageProblem::NotFetched { name: name() }, vec![]),
        (ImageProblem::NoFile, vec![]),
    ];
    for lang in [Lang::Ko, Lang::En] {
        rust_i18n::set_locale(lang.name());
        for (problem, parts) in &problems {
            let said = problem.text();
            assert!(*problem == ImageProblem::NoFile || said.contains("a%{name}.png"), "{said}");
            assert!(parts.iter().all(|part| said.contains(part)), "{said}");
            let own = said.replace("a%{name}.png", "");
            assert!(!own.contains("%{") && !own.contains("image."), "{problem:?}: “{said}”");
            let hangul = said.chars().any(|letter| ('가'..='힣').contains(&letter));
            assert_eq!(hangul, lang == Lang::Ko, "{said}");
        }
    }
}
