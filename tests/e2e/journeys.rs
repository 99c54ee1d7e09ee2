//! Journeys through the release page in a real browser: `cargo xtask test e2e`.

use ::harness;

mod harness_test;

mod journeys {
    mod first_picture;
    mod forward;
    mod images;
    mod link;
    mod looks;
    mod module;
    mod networks;
    mod write_up;
}
