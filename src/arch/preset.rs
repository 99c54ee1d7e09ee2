//! Published Inception modules: the write-up's and GoogLeNet's nine.

use super::inception::{Form, Inception, InceptionFields};
use super::size::Size;

/// What the GoogLeNet paper prints for a block (its table 1), in its own rounding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PaperCost {
    /// "params", in K of about 1024.
    pub params: &'static str,
    /// "ops", multiply–accumulates in millions.
    pub ops: &'static str,
    /// Whether both numbers follow from the table's widths; the paper's numbers for 4c and 5a do not.
    pub follows: bool,
}

/// A module with a name, and the size it is used at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Preset {
    /// Short and stable: it stands in locale keys.
    pub id: &'static str,
    /// The module's numbers.
    pub fields: InceptionFields,
    /// Height and width of its input.
    pub size: Size,
    /// What the paper says it costs.
    pub paper: Option<PaperCost>,
}

const WRITE_UP_WIDTHS: [u64; 6] = [64, 96, 128, 16, 32, 32];

const fn write_up(id: &'static str, in_channels: u64, form: Form) -> Preset {
    let fields = InceptionFields { form, ..InceptionFields::new(in_channels, WRITE_UP_WIDTHS) };
    Preset { id, fields, size: Size::square(224), paper: None }
}

const fn googlenet(
    id: &'static str,
    channels: [u64; 7],
    side: u64,
    params: &'static str,
    ops: &'static str,
) -> Preset {
    let [in_channels, widths @ ..] = channels;
    Preset {
        id,
        fields: InceptionFields::new(in_channels, widths),
        size: Size::square(side),
        paper: Some(PaperCost { params, ops, follows: true }),
    }
}

const fn not_following(preset: Preset) -> Preset {
    match preset.paper {
        Some(paper) => Preset { paper: Some(PaperCost { follows: false, ..paper }), ..preset },
        None => preset,
    }
}

impl Preset {
    /// Every preset, in the order of the menu.
    pub const ALL: [Self; 12] = [
        write_up("write_up_3", 3, Form::Reduced),
        write_up("write_up_256", 256, Form::Reduced),
        write_up("write_up_naive", 256, Form::Naive),
        googlenet("3a", [192, 64, 96, 128, 16, 32, 32], 28, "159K", "128M"),
        googlenet("3b", [256, 128, 128, 192, 32, 96, 64], 28, "380K", "304M"),
        googlenet("4a", [480, 192, 96, 208, 16, 48, 64], 14, "364K", "73M"),
        googlenet("4b", [512, 160, 112, 224, 24, 64, 64], 14, "437K", "88M"),
        not_following(googlenet("4c", [512, 128, 128, 256, 24, 64, 64], 14, "463K", "100M")),
        googlenet("4d", [512, 112, 144, 288, 32, 64, 64], 14, "580K", "119M"),
        googlenet("4e", [528, 256, 160, 320, 32, 128, 128], 14, "840K", "170M"),
        not_following(googlenet("5a", [832, 256, 160, 320, 32, 128, 128], 7, "1072K", "54M")),
        googlenet("5b", [832, 384, 192, 384, 48, 128, 128], 7, "1388K", "71M"),
    ];

    /// GoogLeNet's nine blocks, in the order they run.
    pub fn googlenet() -> impl Iterator<Item = &'static Self> {
        Self::ALL.iter().filter(|preset| preset.paper.is_some())
    }

    /// The preset with this id.
    #[must_use]
    pub fn by_id(id: &str) -> Option<&'static Self> {
        Self::ALL.iter().find(|preset| preset.id == id)
    }

    /// The preset that is exactly this module at this size.
    #[must_use]
    pub fn matching(module: &Inception, size: Size) -> Option<&'static Self> {
        Self::ALL.iter().find(|preset| preset.fields == **module && preset.size == size)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_block_feeds_the_next() {
        let out = |id| Inception::new(Preset::by_id(id).unwrap().fields).unwrap().out_channels();
        let input = |id| Preset::by_id(id).unwrap().fields.in_channels;
        for (from, to) in [("3a", "3b"), ("3b", "4a"), ("4a", "4b"), ("4b", "4c"), ("4c", "4d")] {
            assert_eq!(out(from), input(to), "{from} → {to}");
        }
        for (from, to) in [("4d", "4e"), ("4e", "5a"), ("5a", "5b")] {
            assert_eq!(out(from), input(to), "{from} → {to}");
        }
        assert_eq!(out("5b"), 1024);
    }

    #[test]
    fn every_preset_is_valid_and_found_again() {
        for preset in &Preset::ALL {
            let module = Inception::new(preset.fields).unwrap();
            assert_eq!(Preset::matching(&module, preset.size), Some(preset));
        }
    }
}
