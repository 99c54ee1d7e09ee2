//! The file's grammar: its keys and the kind of value of each. `build` gives them their meaning.

use std::fmt;

use serde::de::{self, DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::super::item::{FLOWS, FlowWords, KINDS};
use crate::arch::network::Flow;
use crate::arch::{Field, FieldKind, LayerField, Named};

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

/// The part that files of every version have.
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
    /// The other values, by key; each key once.
    pub values: Vec<(&'static str, Value)>,
    pub children: Option<(Flow, Vec<Self>)>,
}

#[derive(Clone, Copy)]
pub(super) enum Value {
    Number(u64),
    /// Height and width.
    Pair([u64; 2]),
    Switch(bool),
    Word(&'static str),
}

const TYPE: &str = "type";
const NAME: &str = "name";

/// The last known input width of a layer whose width is fitted.
pub(super) const LAST_INPUT: &str = "last_input";
/// Whether the blocks of an Inception module have batch norm.
pub(super) const BATCH_NORM: &str = "batch_norm";
/// Module or function.
pub(super) const CALL: &str = "call";
/// Form of an Inception module.
pub(super) const FORM: &str = "form";

pub(super) const FUNCTION: &str = "function";
const MODULE: &str = "module";
// Constants for the parser; a test holds them to the names of `Form`.
pub(super) const NAIVE: &str = "naive";
const REDUCED: &str = "reduced";

const WORDS: [(&str, &[&str]); 2] = [(CALL, &[MODULE, FUNCTION]), (FORM, &[REDUCED, NAIVE])];

/// The words that PyTorch takes as a padding.
pub(super) const SAME: &str = "same";
pub(super) const VALID: &str = "valid";
const PADDINGS: &[&str] = &[SAME, VALID];

/// The parts of an adaptive pool's `output_size`; the width is written only if it differs from the height.
/// PyTorch's `output_size` is read too.
pub(super) const OUTPUT_HEIGHT: &str = "output_height";
pub(super) const OUTPUT_WIDTH: &str = "output_width";

/// Arguments of PyTorch's classes that change no shape and no count: read and left out.
const WITHOUT_EFFECT: [&str; 2] = ["inplace", "p"];

/// Whether `key` is an argument of `class` that changes no shape and no count.
pub(super) fn has_no_effect(class: &str, key: &str) -> bool {
    matches!((class, key), ("ReLU" | "Dropout", "inplace") | ("Dropout", "p"))
}

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

/// The classes of layers, then the classes of containers.
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

/// All keys except the keys of children, for the error about an unknown key.
const VALUE_KEYS: [&str; 32] = [
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
    OUTPUT_HEIGHT,
    OUTPUT_WIDTH,
    "output_size",
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
    "inplace",
    "p",
];

/// All keys: type and name, the keys of children, then the others.
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
    Pair(&'static str),
    Padding(&'static str),
    WithoutEffect(&'static str),
    Switch(&'static str),
    Word(&'static str, &'static [&'static str]),
}

fn kind(key: &str) -> Option<Kind> {
    if let Some((key, words)) = WORDS.into_iter().find(|(known, _)| *known == key) {
        return Some(Kind::Word(key, words));
    }
    if let Some(field) = LayerField::by_name(key) {
        let name = field.name();
        return Some(match field.kind() {
            _ if field == LayerField::Padding => Kind::Padding(name),
            FieldKind::Number => Kind::Number(name),
            FieldKind::Pair => Kind::Pair(name),
            FieldKind::Switch => Kind::Switch(name),
        });
    }
    if let Some(key) = WITHOUT_EFFECT.into_iter().find(|known| *known == key) {
        return Some(Kind::WithoutEffect(key));
    }
    let module = Field::INCEPTION.into_iter().map(Field::name);
    match key {
        BATCH_NORM => Some(Kind::Switch(BATCH_NORM)),
        LAST_INPUT => Some(Kind::Number(LAST_INPUT)),
        OUTPUT_HEIGHT => Some(Kind::Number(OUTPUT_HEIGHT)),
        OUTPUT_WIDTH => Some(Kind::Number(OUTPUT_WIDTH)),
        _ => module.into_iter().find(|name| *name == key).map(Kind::Number),
    }
}

/// The entry of `words` that equals `given`.
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
                Value::Pair(pair) => map.serialize_entry(key, pair)?,
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
                    Some(Kind::Pair(key)) => (key, map.next_value_seed(PairSeed { words: &[] })?),
                    Some(Kind::Padding(key)) => {
                        (key, map.next_value_seed(PairSeed { words: PADDINGS })?)
                    }
                    Some(Kind::WithoutEffect(key)) => {
                        map.next_value::<IgnoredAny>()?;
                        (key, Value::Word(key))
                    }
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

/// A number or two of them, or one of some words.
struct PairSeed {
    words: &'static [&'static str],
}

impl<'de> DeserializeSeed<'de> for PairSeed {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for PairSeed {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a whole number or [height, width]")
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Value, E> {
        Ok(Value::Number(number))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let mut side = |index: usize| {
            let side = list.next_element::<u64>()?;
            side.ok_or_else(|| de::Error::invalid_length(index, &"[height, width]"))
        };
        let pair = [side(0)?, side(1)?];
        match list.next_element::<IgnoredAny>()? {
            Some(_) => Err(de::Error::invalid_length(3, &"[height, width]")),
            None => Ok(Value::Pair(pair)),
        }
    }

    fn visit_str<E: de::Error>(self, given: &str) -> Result<Value, E> {
        if self.words.is_empty() {
            return Err(E::invalid_type(de::Unexpected::Str(given), &self));
        }
        word(given, self.words).map(Value::Word)
    }
}

/// An error if `before` was given already.
fn once<T, E: de::Error>(before: Option<T>, key: &'static str) -> Result<(), E> {
    before.map_or(Ok(()), |_| Err(E::duplicate_field(key)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arch::Form;

    #[test]
    fn the_words_of_a_form_are_its_names() {
        assert!([REDUCED, NAIVE].into_iter().eq(Form::all().map(Form::name)));
    }

    #[test]
    fn the_list_of_keys_is_the_keys() {
        let fields = LayerField::all().map(LayerField::name);
        let module = Field::INCEPTION.map(Field::name).into_iter();
        let words = WORDS.into_iter().map(|(key, _)| key);
        let holds = FLOWS.into_iter().map(|words| words.key);
        let others = [TYPE, NAME, BATCH_NORM, LAST_INPUT, OUTPUT_HEIGHT, OUTPUT_WIDTH];
        let others = others.into_iter().chain(WITHOUT_EFFECT);
        let mut all: Vec<_> =
            fields.chain(module).chain(words).chain(holds).chain(others).collect();
        let mut keys = KEYS.to_vec();
        all.sort_unstable();
        all.dedup();
        keys.sort_unstable();
        assert_eq!(keys, all);
    }
}
