//! A network as text for a link: `c64-r-mp2-i64.96.128.16.32.32-gap-l1000`.
//!
//! Only characters that need no escape in a fragment (`A–Z a–z 0–9 - . _ *`). Tokens are joined by `-`, one a
//! node:
//!
//! | token | is |
//! |---|---|
//! | `c64` | convolution to 64 channels, 3×3, stride 1, same padding, with bias; `k7 s2 p3 d2 g4` say otherwise, `k1x7` height and width apart, `n` no bias |
//! | `cb64`, `cr64` | convolution without bias → batch norm → `ReLU`; with bias → `ReLU` |
//! | `mp2`, `ap2` | max, average pool 2×2, stride 2; `s1 p1` say otherwise, of `mp` also `d2`; `c` ceil mode |
//! | `gap`, `aap7`, `aap7x5` | adaptive average pool to 1×1, 7×7, 7×5 |
//! | `i64.96.128.16.32.32` | Inception module; `k3.3` its kernels where they aren't 3 and 5; `in` naive, `ir`, `irn` with bias and without batch norm |
//! | `bn`, `r`, `d`, `f`, `lrn5`, `l1000` | batch norm, `ReLU`, dropout, flatten, local response normalisation, linear (`n` no bias) |
//! | `s_` … `_` | `Sequential`; `p_` concatenated branches of an Inception module, `a_` branches to add, `m_` to multiply, `x_` an auxiliary classifier's side branch; `sb_` says another class |
//!
//! `F` before a layer makes it a function call. An input width follows what arrives; `i64` at the end of a
//! layer fixes it, `w64` remembers it where a mistake leaves open what arrives. `name*` before a token names
//! the node, where it isn't the usual name. `at3.96.160` in front is the input, where it isn't
//! 3 × 224 × 224.

mod error;
mod token;
mod words;

use super::item::{Item, Naming, item};
use crate::arch::Shape;
use crate::arch::network::check::{MOST_LEVELS, MOST_NODES, check_input, is_name};
use crate::arch::network::infer::Step;
use crate::arch::network::{Flow, ModuleKind, Network, NetworkError, Node};
use error::LONGEST_QUOTE;
pub use error::{TextError, TokenError};

/// Longest text for a link, in characters (all of one byte). Software should accept URIs of 8,000 bytes (RFC
/// 9110, 4.1); the rest is for the address and the page's other settings.
pub const LINK_LIMIT: usize = 6000;

/// The text of `network` for an image of shape `input`.
#[must_use]
pub fn write(network: &Network, input: Shape) -> String {
    let shapes = network.infer(input);
    let mut writer = Writer { steps: &shapes.steps, at: 0, text: String::new() };
    if input != Network::INPUT {
        writer.text = token::write_input(input);
    }
    writer.level(&network.nodes, None);
    writer.text
}

struct Writer<'a> {
    steps: &'a [Step<'a>],
    /// The step of the next node.
    at: usize,
    text: String,
}

impl Writer<'_> {
    fn level(&mut self, nodes: &[Node], kind: Option<ModuleKind>) {
        let mut naming = Naming::of(kind);
        for node in nodes {
            let step = &self.steps[self.at];
            self.separate();
            if naming.usual(&node.body) != node.name {
                self.text.push_str(&node.name);
                self.text.push('*');
            }
            naming.take(&node.name);
            let (item, width) = item(node, step.input);
            token::write(&mut self.text, &item, width);
            if let Item::Container(_, kind, children) = item {
                self.at += 1;
                self.level(children, Some(kind));
                self.separate();
                self.text.push(words::CLOSE);
            }
            self.at = step.end;
        }
    }

    fn separate(&mut self) {
        if !self.text.is_empty() {
            self.text.push(words::SEPARATOR);
        }
    }
}

/// The network and the input's shape that `text` describes, with input widths fitted; in linear time.
///
/// # Errors
/// The token that can't be read and where it is, or the limit of [`Network::check`] that is exceeded.
pub fn read(text: &str) -> Result<(Network, Shape), TextError> {
    let mut reader = Reader { levels: vec![Level::default()], nodes: 0 };
    let (mut input, mut at) = (Network::INPUT, 0);
    let tokens = text.split(words::SEPARATOR).filter(|_| !text.is_empty());
    for (index, token) in tokens.enumerate() {
        let result = match token::read_input(token).filter(|_| index == 0) {
            Some(shape) => shape
                .and_then(|shape| check_input(shape).map_err(TokenError::Input))
                .map(|shape| input = shape),
            None => reader.token(token),
        };
        result.map_err(|reason| TextError::Token {
            at,
            given: token.chars().take(LONGEST_QUOTE).collect(),
            reason,
        })?;
        if reader.nodes > MOST_NODES {
            return Err(NetworkError::TooManyNodes.into());
        }
        if reader.levels.len() > MOST_LEVELS {
            return Err(NetworkError::TooDeep { path: reader.path() }.into());
        }
        at += token.len() + 1;
    }
    let unclosed = reader.levels.len() - 1;
    if unclosed > 0 {
        return Err(TextError::Unclosed(unclosed));
    }
    let nodes = reader.levels.pop().map(|level| level.nodes).unwrap_or_default();
    let network = Network { nodes };
    network.check()?;
    Ok((network.fitted(input), input))
}

/// A container that is open, or the model.
#[derive(Default)]
struct Level {
    /// What kind of container it is.
    opened: Option<(Option<String>, Flow, ModuleKind)>,
    nodes: Vec<Node>,
    naming: Naming,
}

struct Reader {
    /// The model and the containers that are open.
    levels: Vec<Level>,
    nodes: usize,
}

impl Reader {
    fn token(&mut self, token: &str) -> Result<(), TokenError> {
        let (name, code) = match token.split_once(words::NAMES) {
            Some((name, code)) if is_name(name) => (Some(name.to_owned()), code),
            Some(_) => return Err(TokenError::Name),
            None => (None, token),
        };
        if let Some((flow, kind)) = token::read_open(code) {
            let opened = Some((name, flow, kind));
            let naming = Naming::of(Some(kind));
            self.levels.push(Level { opened, nodes: Vec::new(), naming });
        } else if token.chars().eq([words::CLOSE]) {
            if let [.., Level { opened: opened @ Some(_), nodes, .. }] = &mut self.levels[..]
                && let Some((name, flow, kind)) = opened.take()
            {
                let node = Node::container("", flow, kind, std::mem::take(nodes));
                self.levels.pop();
                self.push(name, node);
            } else {
                return Err(TokenError::Unopened);
            }
        } else {
            let node = token::read(code)?;
            self.push(name, node);
        }
        Ok(())
    }

    fn push(&mut self, name: Option<String>, mut node: Node) {
        self.nodes += if node.children().is_empty() { 1 } else { node.count() };
        if let Some(level) = self.levels.last_mut() {
            node.name = name.unwrap_or_else(|| level.naming.usual(&node.body));
            level.naming.take(&node.name);
            level.nodes.push(node);
        }
    }

    /// The containers that are open, by place.
    fn path(&self) -> String {
        let places = self.levels.iter().map(|level| level.nodes.len().to_string());
        places.collect::<Vec<_>>().join(".")
    }
}

#[cfg(test)]
mod tests;
