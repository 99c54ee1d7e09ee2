//! The networks' part of the link: `net=googlenet&netsize=256&nettab=compare`.
//!
//! What has its first value is left out, and those values are frozen with version 1: a link that was
//! valid keeps its meaning. [`read`] takes any text, always comes to a valid document, and says in a
//! [`Notice`] what it could not take as it was.

mod plan;

use form_urlencoded::Serializer;

use crate::arch::Shape;
use crate::arch::network::{Network, NetworkId};
use crate::cost::substitute::Scope;
use crate::cost::{Metric, Replacement};
use crate::state::link::{self, quote};

use super::plan::OPENING_HEAVIEST;
use super::{Chosen, IN_CHANNELS, Networks, OPENING, OPENING_RIVAL, Plan, SIDE, Subject, Tab};

pub use plan::block;

/// What reading had to say, as data: the page has the words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// What any part of a link can get wrong.
    Link(link::Notice),
    /// The input's size is none, or not allowed; the usual one stands in.
    Size {
        /// What the link says.
        given: String,
    },
    /// A part of the plan of what is replaced that can't be read; the usual one stands in.
    Plan {
        /// The key.
        key: &'static str,
        /// What the link says.
        given: String,
    },
}

/// What the part came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// What the view shows.
    pub networks: Networks,
    /// What could not be taken as it was.
    pub notices: Vec<Notice>,
}

const SUBJECT: &str = "net";
const SIZE: &str = "netsize";
const TAB: &str = "nettab";
const METRIC: &str = "netby";
const RIVAL: &str = "netvs";

const HEAVIEST: &str = "netk";
const ROWS: &str = "netrows";
const WITH: &str = "netwith";
const OWN: &str = "netown";
const SCOPE: &str = "netscope";

const KEYS: [&str; 10] = [SUBJECT, SIZE, TAB, METRIC, RIVAL, HEAVIEST, ROWS, WITH, OWN, SCOPE];

const TABS: [(&str, Tab); 4] = [
    ("layers", Tab::Layers),
    ("substitute", Tab::Substitute),
    ("compare", Tab::Compare),
    ("configurations", Tab::Configurations),
];
const METRICS: [(&str, Metric); 4] = [
    ("params", Metric::Params),
    ("macs", Metric::Macs),
    ("flops", Metric::Flops),
    ("memory", Metric::Memory),
];

const SCOPES: [(&str, Scope); 2] = [("inference", Scope::Inference), ("training", Scope::Training)];

/// What a key of the plan may look like.
#[must_use]
pub fn example(key: &str) -> &'static str {
    match key {
        ROWS => "3.8.12",
        WITH => "4e, 64-96-128-16-32-32-3-5, bottleneck-1-4",
        OWN => "3_4e.8_bottleneck-1-4",
        _ => "5",
    }
}

/// The part that brings `networks` back; empty for the first state.
#[must_use]
pub fn write(networks: &Networks) -> String {
    let mut part = Serializer::new(String::new());
    match &networks.subject {
        Subject::Known(id) if *id == OPENING => {}
        Subject::Known(id) => {
            part.append_pair(SUBJECT, id.name());
        }
        Subject::Own(_) => {}
    }
    if networks.input != Network::INPUT {
        part.append_pair(SIZE, &write_size(networks.input));
    }
    let mut word = |key, word: &str, first: &str| {
        if word != first {
            part.append_pair(key, word);
        }
    };
    word(TAB, word_for(&TABS, networks.tab), word_for(&TABS, Tab::Layers));
    word(METRIC, word_for(&METRICS, networks.metric), word_for(&METRICS, Metric::Params));
    word(RIVAL, networks.rival.name(), OPENING_RIVAL.name());
    write_plan(&mut part, networks);
    part.finish()
}

fn write_plan(part: &mut Serializer<'_, String>, networks: &Networks) {
    let Plan { scope, chosen, recipe } = &networks.plan;
    // Rows mean nothing without the network they are of.
    let has_rows = matches!(networks.subject, Subject::Known(_));
    match chosen {
        Chosen::Heaviest(OPENING_HEAVIEST) => {}
        Chosen::Heaviest(k) => {
            part.append_pair(HEAVIEST, &k.to_string());
        }
        Chosen::Rows(rows) if has_rows => {
            part.append_pair(ROWS, &plan::write_rows(rows));
        }
        Chosen::Rows(_) => {}
    }
    if recipe.default != Replacement::default() {
        part.append_pair(WITH, &plan::write_replacement(&recipe.default));
    }
    if has_rows && !recipe.overrides.is_empty() {
        part.append_pair(OWN, &plan::write_own(&recipe.overrides));
    }
    if *scope != Scope::default() {
        part.append_pair(SCOPE, word_for(&SCOPES, *scope));
    }
}

/// What a part describes.
#[must_use]
pub fn read(part: &str) -> Reading {
    let mut reading = Reading::default();
    let mut seen = [false; KEYS.len()];
    for (key, value) in form_urlencoded::parse(part.as_bytes()) {
        if reading.notices.len() >= link::MOST_NOTICES {
            break;
        }
        let Some(index) = KEYS.iter().position(|known| *known == key) else {
            reading.say(link::Notice::UnknownKey { key: quote(&key) });
            continue;
        };
        if std::mem::replace(&mut seen[index], true) {
            reading.say(link::Notice::Duplicate { key: KEYS[index], given: quote(&value) });
        } else {
            reading.take(KEYS[index], &value);
        }
    }
    reading
}

impl Reading {
    fn say(&mut self, notice: link::Notice) {
        self.notices.push(Notice::Link(notice));
    }

    fn take(&mut self, key: &'static str, value: &str) {
        match key {
            SUBJECT => {
                if let Some(id) = self.network(key, value) {
                    self.networks.subject = Subject::Known(id);
                }
            }
            RIVAL => {
                if let Some(id) = self.network(key, value) {
                    self.networks.rival = id;
                }
            }
            SIZE => match read_size(value) {
                Some(input) => self.networks.input = input,
                None => self.notices.push(Notice::Size { given: quote(value) }),
            },
            TAB => {
                if let Some(tab) = self.word(key, &TABS, value) {
                    self.networks.tab = tab;
                }
            }
            SCOPE => {
                if let Some(scope) = self.word(key, &SCOPES, value) {
                    self.networks.plan.scope = scope;
                }
            }
            HEAVIEST | ROWS | WITH | OWN => {
                if self.plan(key, value).is_none() {
                    self.notices.push(Notice::Plan { key, given: quote(value) });
                }
            }
            _ => {
                if let Some(metric) = self.word(key, &METRICS, value) {
                    self.networks.metric = metric;
                }
            }
        }
    }

    /// Takes what a key says of the plan; `None` where it can't be read.
    fn plan(&mut self, key: &'static str, value: &str) -> Option<()> {
        let Plan { chosen, recipe, .. } = &mut self.networks.plan;
        match key {
            // Single rows say more than a number, in whichever order they come.
            HEAVIEST => {
                let k = plan::read_index(value)?;
                if let Chosen::Heaviest(_) = chosen {
                    *chosen = Chosen::Heaviest(k);
                }
            }
            ROWS => *chosen = Chosen::Rows(plan::read_rows(value)?),
            WITH => recipe.default = plan::read_replacement(value)?,
            _ => recipe.overrides = plan::read_own(value)?,
        }
        Some(())
    }

    fn network(&mut self, key: &'static str, value: &str) -> Option<NetworkId> {
        let found = NetworkId::by_name(value);
        if found.is_none() {
            let allowed = NetworkId::all().map(NetworkId::name).collect();
            self.say(link::Notice::UnknownValue { key, given: quote(value), allowed });
        }
        found
    }

    fn word<T: Copy>(
        &mut self,
        key: &'static str,
        words: &[(&'static str, T)],
        value: &str,
    ) -> Option<T> {
        let found = words.iter().find(|(word, _)| *word == value).map(|(_, meaning)| *meaning);
        if found.is_none() {
            let allowed = words.iter().map(|(word, _)| *word).collect();
            self.say(link::Notice::UnknownValue { key, given: quote(value), allowed });
        }
        found
    }
}

fn word_for<T: PartialEq>(words: &[(&'static str, T)], value: T) -> &'static str {
    words.iter().find(|(_, each)| *each == value).map_or("", |(word, _)| word)
}

/// `224`, `224x256` (rows, columns) or, of other than three channels, `1x28x28`.
fn write_size(Shape { channels, height, width }: Shape) -> String {
    if channels != Network::INPUT.channels {
        format!("{channels}x{height}x{width}")
    } else if height == width {
        height.to_string()
    } else {
        format!("{height}x{width}")
    }
}

fn read_size(text: &str) -> Option<Shape> {
    let sides = text.split('x').map(str::parse).collect::<Result<Vec<u64>, _>>().ok()?;
    let usual = Network::INPUT.channels;
    let input = match sides[..] {
        [side] => Shape::new(usual, side, side),
        [height, width] => Shape::new(usual, height, width),
        [channels, height, width] => Shape::new(channels, height, width),
        _ => return None,
    };
    let sides = SIDE.contains(input.height) && SIDE.contains(input.width);
    (sides && IN_CHANNELS.contains(input.channels)).then_some(input)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arch::network::{Layout, VggConfig};

    #[test]
    fn a_link_of_every_key() {
        let link = "net=vgg16_c_bn&netsize=256x320&nettab=compare&netby=macs&netvs=googlenet_paper";
        let reading = read(link);
        assert_eq!(reading.notices, []);
        assert_eq!(write(&reading.networks), link);
        let networks = reading.networks;
        let id = NetworkId::Vgg { config: VggConfig::C, batch_norm: true };
        assert_eq!(networks.subject, Subject::Known(id));
        assert_eq!(networks.input, Shape::new(3, 256, 320));
        assert_eq!((networks.tab, networks.metric), (Tab::Compare, Metric::Macs));
        let rival = NetworkId::GoogLeNet { layout: Layout::Paper, auxiliary: false };
        assert_eq!(networks.rival, rival);
    }

    #[test]
    fn the_first_state_needs_no_words() {
        assert_eq!(write(&Networks::default()), "");
        assert_eq!(read(""), Reading::default());
        assert_eq!(read("netsize=1x28x28").networks.input, Shape::new(1, 28, 28));
    }

    #[test]
    fn what_is_unknown_or_not_allowed_is_said() {
        let reading = read("net=resnet&netsize=0&nettab=x&netwat=1&net=vgg11");
        assert_eq!(reading.networks, Networks::default());
        assert_eq!(reading.notices.len(), 5);
        for size in ["", "x", "224x", "-1", "65537", "1x2x3x4", "1e3", "99999999999999999999"] {
            let given = size.to_owned();
            assert_eq!(read(&format!("netsize={size}")).notices, [Notice::Size { given }]);
        }
        assert_eq!(read(&"net=x&".repeat(100_000)).notices.len(), link::MOST_NOTICES);
    }
}
