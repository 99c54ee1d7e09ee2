//! Notices about a link as data; the page has the texts.

use crate::arch::Field;
use crate::export::network_text::TextError;

/// Most notices a reading keeps; the rest is counted.
pub const MOST_NOTICES: usize = 12;

/// Most characters of the link that a notice repeats.
const MOST_CHARACTERS: usize = 40;

/// A part of a link that could not be used as written. Texts of the link are cut to 40 characters (and `…`) and
/// hold none that steers the direction of writing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// A number outside [`Field::limits`]; the nearest allowed one is used.
    Clamped { field: Field, given: String, used: u64 },
    /// No whole number.
    NotANumber {
        field: Field,
        given: String,
        /// The default, which is used instead.
        used: u64,
    },
    /// A list with too few or too many numbers; all of it is ignored.
    WrongCount {
        key: &'static str,
        /// How many it must have (at most, for `size`).
        expected: usize,
        given: usize,
    },
    /// A word that the key doesn't know; ignored.
    UnknownValue { key: &'static str, given: String, allowed: Vec<&'static str> },
    /// A key that doesn't exist; ignored.
    UnknownKey { key: String },
    /// A key that stood in the link before; the first one counts.
    Duplicate {
        key: &'static str,
        /// The value of the later one.
        given: String,
    },
    /// A version other than 1; the link was read as version 1.
    Version { given: String },
    /// Every branch has a width of 0; the default widths are used.
    NoBranch,
    /// The user's own network can't be read; the default network is used.
    Network(TextError),
    /// The network was too long for the link, and is not kept here.
    Lost,
    /// The size of the network's input can't be read or is not allowed; the default is used.
    Size { given: String },
    /// A key of the substitutions that can't be read; the default is used.
    Substitutions { key: &'static str, given: String },
    /// Further notices, which were dropped.
    More { count: usize },
}

/// The notices collected so far.
#[derive(Debug, Default)]
pub(super) struct Notices {
    kept: Vec<Notice>,
    more: usize,
}

impl Notices {
    /// Adds a notice, or counts it once [`MOST_NOTICES`] are kept.
    pub fn say(&mut self, notice: impl FnOnce() -> Notice) {
        if self.kept.len() < MOST_NOTICES {
            self.kept.push(notice());
        } else {
            self.more += 1;
        }
    }

    pub fn unknown_key(&mut self, key: &str) {
        self.say(|| Notice::UnknownKey { key: quote(key) });
    }

    pub fn duplicate(&mut self, key: &'static str, given: &str) {
        self.say(|| Notice::Duplicate { key, given: quote(given) });
    }

    pub fn into_vec(self) -> Vec<Notice> {
        let more = (self.more > 0).then_some(Notice::More { count: self.more });
        self.kept.into_iter().chain(more).collect()
    }
}

/// `text` as a notice may repeat it.
pub(super) fn quote(text: &str) -> String {
    let plain = |character: char| match character {
        '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '\u{fffd}',
        character if character.is_control() => '\u{fffd}',
        character => character,
    };
    let mut characters = text.chars();
    let mut quoted: String = characters.by_ref().take(MOST_CHARACTERS).map(plain).collect();
    if characters.next().is_some() {
        quoted.push('…');
    }
    quoted
}
