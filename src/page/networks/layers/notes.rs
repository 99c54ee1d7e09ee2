//! Notes about a layer beside its numbers.

use yew::AttrValue;

use crate::t;

use crate::arch::{Shape, Size};
use crate::cost::{NetworkRow, ReceptiveField};
use crate::page::format::grouped;
use crate::page::networks::words;

/// The side of a receptive field, `564`, or height and width where they differ: `1 × 19`.
#[must_use]
pub fn receptive_field(field: ReceptiveField) -> String {
    let Size { height, width } = field.size;
    field.size.side().map_or_else(|| format!("{} × {}", grouped(height), grouped(width)), grouped)
}

/// The note about a linear layer whose input is flattened implicitly.
#[must_use]
pub fn flattened(row: &NetworkRow) -> Option<AttrValue> {
    let expected = row.layer()?.input_width().filter(|_| row.is_flattened())?;
    let given = row.input?.shape.width;
    Some(t!("net.inspector.flattened", given = grouped(given), expected = grouped(expected)))
}

/// The notes about a receptive field on an image of shape `input`: that windows differ, that it reaches beyond
/// the image.
#[must_use]
pub fn receptive_field_note(field: ReceptiveField, input: Shape) -> Option<String> {
    let differs = field.differs().then(|| t!("net.sees.differs"));
    let exceeds = field.exceeds(input).then(|| {
        let size = Size::new(input.height, input.width);
        t!("net.sees.exceeds", size = words::size(size))
    });
    let notes: Vec<_> = differs.into_iter().chain(exceeds).collect();
    (!notes.is_empty()).then(|| notes.join(" "))
}
