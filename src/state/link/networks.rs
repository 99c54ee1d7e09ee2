//! The keys of the networks: `net=googlenet&netsize=256&nettab=compare`, or
//! `netown=c16-r-mp2-f-l10&netname=mine`.
//!
//! The user's own network is in the link as [`network_text`] if it is short enough. A longer one is only named,
//! as [`KEPT`] and a hash: the browser that writes the link keeps the network.

use std::rc::Rc;

use form_urlencoded::Serializer;

use crate::arch::network::Network;
use crate::arch::{Named, Shape};
use crate::cost::Metric;
use crate::export::network_text::{self, LINK_LIMIT};
use crate::state::counting::Counting;
use crate::state::networks::{
    IN_CHANNELS, LONGEST_NAME, Networks, OPENING, OPENING_RIVAL, Own, SIDE, Source, Tab,
};

use super::notice::{Notice, Notices, quote};
use super::substitutions;
use super::value::named;

/// The value, with the network's hash, for a network that is too long for a link.
const KEPT: &str = "kept-";

const SOURCE: &str = "net";
const OWN: &str = "netown";
const NAME: &str = "netname";
const SIZE: &str = "netsize";
const TAB: &str = "nettab";
/// The metric of the networks in old links; it is no longer written.
const METRIC: &str = "netby";
const RIVAL: &str = "netvs";

pub(super) const KEYS: [&str; 12] = [
    SOURCE,
    OWN,
    NAME,
    SIZE,
    TAB,
    METRIC,
    RIVAL,
    substitutions::HEAVIEST,
    substitutions::ROWS,
    substitutions::WITH,
    substitutions::AT,
    substitutions::SCOPE,
];

/// The part of a link that brings `networks` back; empty for the first state.
#[must_use]
pub(super) fn write(networks: &Networks) -> String {
    let mut part = Serializer::new(String::new());
    let mut is_written = true;
    match &networks.source {
        Source::Known(id) if *id == OPENING => {}
        Source::Known(id) => {
            part.append_pair(SOURCE, id.name());
        }
        Source::Own(own) => {
            if let Some(text) = text_of(own, networks.input) {
                part.append_pair(OWN, &text);
                if !own.name.is_empty() {
                    part.append_pair(NAME, &own.name);
                }
            } else {
                part.append_pair(SOURCE, &format!("{KEPT}{:x}", network_hash(own, networks.input)));
                is_written = false;
            }
        }
    }
    // The text of a network has its input.
    let is_known = matches!(networks.source, Source::Known(_));
    if is_known && networks.input != Network::INPUT {
        part.append_pair(SIZE, &write_size(networks.input));
    }
    let mut word = |key, word: &str, first: &str| {
        if word != first {
            part.append_pair(key, word);
        }
    };
    word(TAB, networks.tab.name(), Tab::Layers.name());
    word(RIVAL, networks.rival.name(), OPENING_RIVAL.name());
    substitutions::write(&mut part, &networks.substitutions, is_written);
    part.finish()
}

/// Whether the network itself is in the link.
#[must_use]
pub fn fits(source: &Source, input: Shape) -> bool {
    match source {
        Source::Known(_) => true,
        Source::Own(own) => text_of(own, input).is_some(),
    }
}

/// The user's own network as text, if it is short enough for a link.
fn text_of(own: &Own, input: Shape) -> Option<String> {
    // Each node takes a character and a separator at least: a network of too many nodes is not written out.
    let may_fit = own.network.count() <= LINK_LIMIT / 2;
    let text = may_fit.then(|| network_text::write(&own.network, input));
    text.filter(|text| text.len() <= LINK_LIMIT)
}

/// Names a network that is kept elsewhere: FNV-1a of its text, which no release changes.
#[must_use]
pub fn network_hash(own: &Own, input: Shape) -> u64 {
    let text = network_text::write(&own.network, input);
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// The networks while a link is being read.
#[derive(Default)]
pub(super) struct NetworksDraft {
    networks: Networks,
    own: Option<(Network, Shape)>,
    name: String,
    /// The metric that an old link has for the networks alone.
    pub metric: Option<Metric>,
    /// The hash of a network that was too long for the link.
    kept: Option<u64>,
}

impl NetworksDraft {
    /// Takes the value of one of [`KEYS`].
    pub fn take(&mut self, key: &'static str, value: &str, notices: &mut Notices) {
        let networks = &mut self.networks;
        match key {
            OWN => match network_text::read(value) {
                Ok(read) => self.own = Some(read),
                Err(error) => notices.say(|| Notice::Network(error)),
            },
            NAME => self.name = value.chars().take(LONGEST_NAME).collect(),
            SOURCE if value.starts_with(KEPT) => {
                self.kept = u64::from_str_radix(&value[KEPT.len()..], 16).ok();
                if self.kept.is_none() {
                    notices.say(|| Notice::Lost);
                }
            }
            SOURCE => {
                if let Some(id) = named(key, value, notices) {
                    networks.source = Source::Known(id);
                }
            }
            RIVAL => networks.rival = named(key, value, notices).unwrap_or(networks.rival),
            SIZE => match read_size(value) {
                Some(input) => networks.input = input,
                None => notices.say(|| Notice::Size { given: quote(value) }),
            },
            TAB => networks.tab = named(key, value, notices).unwrap_or(networks.tab),
            METRIC => self.metric = named(key, value, notices),
            _ => substitutions::read(&mut networks.substitutions, key, value, notices),
        }
    }

    /// The networks with the page's counting, and the hash of the network that was too long for the link.
    pub fn finish(self, counting: Counting) -> (Networks, Option<u64>) {
        let Self { mut networks, own, name, kept, .. } = self;
        networks.counting = counting;
        if let Some((network, input)) = own {
            networks.source = Source::Own(Rc::new(Own { name, network }));
            networks.input = input;
        }
        (networks, kept)
    }
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
    use super::super::{MOST_NOTICES, Reading, read};
    use super::*;
    use crate::arch::network::{NetworkId, Variant, VggConfig};

    #[test]
    fn a_link_of_every_key() {
        let part = "net=vgg16_c_bn&netsize=256x320&nettab=compare&netvs=googlenet_paper";
        let reading = read(&format!("metric=macs&{part}"));
        assert_eq!(reading.notices, []);
        assert_eq!(write(&reading.networks), part);
        let networks = reading.networks;
        let id = NetworkId::Vgg { config: VggConfig::C, batch_norm: true };
        assert_eq!(networks.source, Source::Known(id));
        assert_eq!(networks.input, Shape::new(3, 256, 320));
        assert_eq!((networks.tab, networks.counting.metric), (Tab::Compare, Metric::Macs));
        let rival = NetworkId::GoogLeNet { variant: Variant::Paper, auxiliary: false };
        assert_eq!(networks.rival, rival);
    }

    #[test]
    fn a_network_of_ones_own_and_one_too_long() {
        let link = "netown=at1.28.28-c16-r-mp2-f-l10&netname=%EC%9E%91%EC%9D%80+%26";
        let reading = read(link);
        assert_eq!(reading.notices, []);
        assert_eq!(write(&reading.networks), link);
        let Source::Own(own) = &reading.networks.source else { panic!("{reading:?}") };
        assert_eq!((own.name.as_str(), own.network.count()), ("작은 &", 5));
        assert_eq!(reading.networks.input, Shape::new(1, 28, 28));

        let long = read(&format!("netown={}r", "c64-".repeat(2000))).networks;
        let Source::Own(own) = &long.source else { panic!("{long:?}") };
        let hash = network_hash(own, long.input);
        assert_eq!(write(&long), format!("net=kept-{hash:x}"));
        let kept = read(&write(&long));
        assert_eq!((kept.kept, &kept.notices[..]), (Some(hash), &[][..]));
        assert_eq!(read("net=kept-me").notices, [Notice::Lost]);
        let broken = read("netown=c64-wat");
        assert_eq!(broken.networks, Networks::default());
        assert!(matches!(broken.notices[..], [Notice::Network(_)]));
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
        assert_eq!(read(&"net=x&".repeat(100_000)).notices.len(), MOST_NOTICES + 1);
    }
}
