//! The file's grammar: which keys there are and what kind of value each has, not yet what they mean.

use std::fmt;

use serde::de::{self, MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::super::item::{FLOWS, FlowWords, KINDS};
use crate::arch::network::Flow;
use crate::arch::{Field, LayerField};

/// The file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawFile {
    pub format: String,
    pub version: u64,
    #[serde(default)]
    pub name: String,
    pub input: [u64; 3],
    pub layers: Vec<RawNode>,
}

/// What a file of any version starts with.
#[derive(Deserialize)]
pub(super) struct Header {
    #[serde(default)]
    pub format: Option<String>,
    #[serde(default)]
    pub version: Option<u64>,
}

/// A node's object.
pub(super) struct RawNode {
    /// Under [`TYPE`]: one of [`TYPES`].
    pub class: &'static str,
    pub name: Option<String>,
    /// What else is said, by key; no key twice.
    pub values: Vec<(&'static str, Value)>,
    pub children: Option<(Flow, Vec<Self>)>,
}

#[derive(Clone, Copy)]
pub(super) enum Value {
    Number(u64),
    Switch(bool),
    Word(&'static str),
}

const TYPE: &str = "type";
const NAME: &str = "name";

/// How wide the input of a following layer was when it was last known.
pub(super) const LAST_INPUT: &str = "last_input";
/// Whether the blocks of an Inception module have batch norm.
pub(super) const BATCH_NORM: &str = "batch_norm";
/// Module or function.
pub(super) const CALL: &str = "call";
/// Form of an Inception module.
pub(super) const FORM: &str = "form";

pub(super) const FUNCTION: &str = "function";
const MODULE: &str = "module";
pub(super) const NAIVE: &str = "naive";
const REDUCED: &str = "reduced";

const WORDS: [(&str, &[&str]); 2] = [(CALL, &[MODULE, FUNCTION]), (FORM, &[REDUCED, NAIVE])];

/// The classes of layers.
const LAYER_TYPES: [&str; 10] = [
    "Conv2d",
    "BatchNorm2d",
    "ReLU",
    "MaxPool2d",
    "AvgPool2d",
    "AdaptiveAvgPool2d",
    "LocalResponseNorm",
    "Dropout",
    "Linear",
    "Flatten",
];

/// The classes of layers, then those of containers.
const TYPES: [&str; LAYER_TYPES.len() + KINDS.len()] = {
    let mut types = [""; LAYER_TYPES.len() + KINDS.len()];
    let mut index = 0;
    while index < types.len() {
        types[index] = if index < LAYER_TYPES.len() {
            LAYER_TYPES[index]
        } else {
            KINDS[index - LAYER_TYPES.len()].0.class_name()
        };
        index += 1;
    }
    types
};

/// All keys but those of children, for an error about another key.
const VALUE_KEYS: [&str; 29] = [
    TYPE,
    NAME,
    "in_channels",
    "out_channels",
    "kernel_size",
    "stride",
    "padding",
    "dilation",
    "groups",
    "bias",
    "num_features",
    "ceil_mode",
    "output_height",
    "output_width",
    "size",
    "in_features",
    "out_features",
    "ch1x1",
    "ch3x3red",
    "ch3x3",
    "ch5x5red",
    "ch5x5",
    "pool_proj",
    "kernel3",
    "kernel5",
    FORM,
    BATCH_NORM,
    CALL,
    LAST_INPUT,
];

/// All keys: type and name, those of children, then the others.
const KEYS: [&str; VALUE_KEYS.len() + FLOWS.len()] = {
    let mut keys = [""; VALUE_KEYS.len() + FLOWS.len()];
    let mut index = 0;
    while index < keys.len() {
        keys[index] = if index < 2 {
            VALUE_KEYS[index]
        } else if index < 2 + FLOWS.len() {
            FLOWS[index - 2].key
        } else {
            VALUE_KEYS[index - FLOWS.len()]
        };
        index += 1;
    }
    keys
};

/// What a key holds.
enum Kind {
    Number(&'static str),
    Switch(&'static str),
    Word(&'static str, &'static [&'static str]),
}

fn kind(key: &str) -> Option<Kind> {
    if let Some((key, words)) = WORDS.into_iter().find(|(known, _)| *known == key) {
        return Some(Kind::Word(key, words));
    }
    if let Some(field) = LayerField::by_name(key) {
        let name = field.name();
        return Some(if field.is_switch() { Kind::Switch(name) } else { Kind::Number(name) });
    }
    let module = Field::INCEPTION.into_iter().map(Field::name);
    match key {
        BATCH_NORM => Some(Kind::Switch(BATCH_NORM)),
        LAST_INPUT => Some(Kind::Number(LAST_INPUT)),
        _ => module.into_iter().find(|name| *name == key).map(Kind::Number),
    }
}

/// The word of `words` that `given` is.
fn word<E: de::Error>(given: &str, words: &'static [&'static str]) -> Result<&'static str, E> {
    let found = words.iter().find(|word| **word == given).copied();
    found.ok_or_else(|| E::unknown_variant(given, words))
}

impl RawNode {
    /// Takes the value of `key` out.
    pub fn take(&mut self, key: &str) -> Option<Value> {
        let index = self.values.iter().position(|(known, _)| *known == key)?;
        Some(self.values.swap_remove(index).1)
    }
}

impl Serialize for RawNode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry(TYPE, self.class)?;
        if let Some(name) = &self.name {
            map.serialize_entry(NAME, name)?;
        }
        for (key, value) in &self.values {
            match value {
                Value::Number(number) => map.serialize_entry(key, number)?,
                Value::Switch(on) => map.serialize_entry(key, on)?,
                Value::Word(word) => map.serialize_entry(key, word)?,
            }
        }
        if let Some((flow, children)) = &self.children {
            map.serialize_entry(FlowWords::of(*flow).key, children)?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for RawNode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(NodeVisitor)
    }
}

struct NodeVisitor;

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = RawNode;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a layer: an object with a \"type\"")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<RawNode, A::Error> {
        let (mut class, mut name, mut children) = (None, None, None);
        let mut values: Vec<(&'static str, Value)> = Vec::new();
        while let Some(key) = map.next_key::<String>()? {
            if key == TYPE {
                let given = map.next_value::<String>()?;
                once(class.replace(word(&given, &TYPES)?), TYPE)?;
            } else if key == NAME {
                once(name.replace(map.next_value::<String>()?), NAME)?;
            } else if let Some(words) = FLOWS.into_iter().find(|words| words.key == key) {
                once(children.replace((words.flow, map.next_value()?)), words.key)?;
            } else {
                let (key, value) = match kind(&key) {
                    Some(Kind::Number(key)) => (key, Value::Number(map.next_value()?)),
                    Some(Kind::Switch(key)) => (key, Value::Switch(map.next_value()?)),
                    Some(Kind::Word(key, words)) => {
                        (key, Value::Word(word(&map.next_value::<String>()?, words)?))
                    }
                    None => return Err(de::Error::unknown_field(&key, &KEYS)),
                };
                once(values.iter().find(|(known, _)| *known == key), key)?;
                values.push((key, value));
            }
        }
        let class = class.ok_or_else(|| de::Error::missing_field(TYPE))?;
        Ok(RawNode { class, name, values, children })
    }
}

/// An error where `before` was said already.
fn once<T, E: de::Error>(before: Option<T>, key: &'static str) -> Result<(), E> {
    before.map_or(Ok(()), |_| Err(E::duplicate_field(key)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_of_keys_is_the_keys() {
        let fields = LayerField::ALL.map(LayerField::name).into_iter();
        let module = Field::INCEPTION.map(Field::name).into_iter();
        let words = WORDS.into_iter().map(|(key, _)| key);
        let holds = FLOWS.into_iter().map(|words| words.key);
        let others = [TYPE, NAME, BATCH_NORM, LAST_INPUT];
        let mut all: Vec<_> =
            fields.chain(module).chain(words).chain(holds).chain(others).collect();
        let mut keys = KEYS.to_vec();
        all.sort_unstable();
        all.dedup();
        keys.sort_unstable();
        assert_eq!(keys, all);
    }
}
