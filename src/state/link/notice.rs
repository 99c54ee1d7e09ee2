//! What reading a link had to say, as data: the page has the words.

use crate::arch::Field;
use crate::export::network_text::TextError;

/// Most notices a reading keeps; the rest is counted.
pub const MOST_NOTICES: usize = 12;

/// Most characters of the link that a notice repeats.
const MOST_CHARACTERS: usize = 40;

/// Something in a link that could not be taken as it was. Texts of the link are cut to 40 characters
/// (and `…`) and hold none that steers the direction of writing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// A number that is not allowed ([`Field::limits`] says what is); the nearest allowed one is used.
    Clamped { field: Field, given: String, used: u64 },
    /// No whole number.
    NotANumber {
        field: Field,
        given: String,
        /// What is used: the value of a link that doesn't say.
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
        /// What the later one says.
        given: String,
    },
    /// Another version than 1; what is understood was read as version 1.
    Version { given: String },
    /// Every branch has a width of 0; all six widths are those of a link that doesn't say.
    NoBranch,
    /// The network of one's own can't be read; the usual one stands in.
    Network(TextError),
    /// The network was too long for the link, and is not kept here.
    Lost,
    /// The size of the network's input is none, or not allowed; the usual one stands in.
    Size { given: String },
    /// A part of what is replaced in the network that can't be read; the usual one stands in.
    Substitutions { key: &'static str, given: String },
    /// There was more to say.
    More { count: usize },
}

/// Notices as they come up.
#[derive(Debug, Default)]
pub(super) struct Notices {
    kept: Vec<Notice>,
    more: usize,
}

impl Notices {
    /// Keeps a notice while there is room; it is made only then.
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
