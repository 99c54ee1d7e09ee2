//! One token: a node's kind and its numbers.

use super::super::item::{FLOWS, FlowWords, Item, KINDS, UNKNOWN, Width, default, layer_node};
use super::error::{LONGEST_QUOTE, TokenError};
use super::words::{
    BY, CLOSE, CONV, FIXED, FUNCTION, HEADS, Head, INPUT, KERNELS, LAST, LETTERS, LIST, NAMES,
    head_of, text_of,
};
use crate::arch::network::{Call, Flow, ModuleKind, Node};
use crate::arch::{
    Conv2d, FieldKind, FieldValue, Inception, InceptionFields, Layer, LayerField, Shape, Size,
};

/// The default of a field: PyTorch's, except that convolutions are 3×3 and keep the size.
fn usual(layer: &Layer, field: LayerField) -> Option<FieldValue> {
    match (layer, field) {
        (Layer::Conv2d(_), LayerField::KernelSize) => Some(3.into()),
        (Layer::Conv2d(conv), LayerField::Padding) => {
            Some(conv.kernel_size.map(|taps| taps / 2).into())
        }
        _ => default(layer, field),
    }
}

/// Writes `item`; of a container, what opens it.
pub(super) fn write(text: &mut String, item: &Item, width: Width) {
    match item {
        Item::Flatten => text.push_str(text_of(Head::Flatten)),
        Item::Layer(layer, call) => {
            if *call == Call::Function {
                text.push(FUNCTION);
            }
            let (head, main) = head_of(layer);
            text.push_str(head);
            write_fields(text, layer, main);
        }
        Item::Conv(block, conv) => {
            text.push_str(text_of(Head::Conv(*block)));
            // The block determines whether there is a bias.
            let conv = Layer::Conv2d(Conv2d { bias: true, ..*conv });
            write_fields(text, &conv, Some(LayerField::OutChannels));
        }
        Item::Module(block, module) => {
            text.push_str(text_of(Head::Module(*block, module.form)));
            let fields = **module;
            let InceptionFields { ch1x1, ch3x3red, ch3x3, ch5x5red, ch5x5, pool_proj, .. } = fields;
            write_list(text, &[ch1x1, ch3x3red, ch3x3, ch5x5red, ch5x5, pool_proj]);
            if (fields.kernel3, fields.kernel5) != (3, 5) {
                text.push(KERNELS);
                write_list(text, &[fields.kernel3, fields.kernel5]);
            }
        }
        Item::Container(flow, kind, _) => text.push_str(&open(*flow, *kind)),
    }
    let (letter, value) = match width {
        Width::Follows => return,
        Width::Fixed(value) => (FIXED, value),
        Width::Last(value) => (LAST, value),
    };
    text.push(letter);
    text.push_str(&value.to_string());
}

fn write_fields(text: &mut String, layer: &Layer, main: Option<LayerField>) {
    if let Some(value) = main.and_then(|field| layer.get(field)) {
        write_value(text, value);
    }
    for (field, letter) in LETTERS {
        let value = layer.get(field).filter(|_| main.is_some() && main != Some(field));
        if let Some(value) = value
            && usual(layer, field) != Some(value)
        {
            text.push(letter);
            write_value(text, value);
        }
    }
}

/// A number, a height and a width; a switch's letter says all.
fn write_value(text: &mut String, value: FieldValue) {
    match value {
        FieldValue::Number(number) => text.push_str(&number.to_string()),
        FieldValue::Pair(Size { height, width }) => {
            text.extend([height.to_string(), BY.to_string(), width.to_string()]);
        }
        FieldValue::Switch(_) => {}
    }
}

fn write_list(text: &mut String, numbers: &[u64]) {
    let numbers: Vec<_> = numbers.iter().map(u64::to_string).collect();
    text.push_str(&numbers.join("."));
}

/// `at3.224.224`.
pub(super) fn write_input(Shape { channels, height, width }: Shape) -> String {
    let mut text = INPUT.to_owned();
    write_list(&mut text, &[channels, height, width]);
    text
}

/// The shape, if `token` is an input shape and not a node whose name begins alike.
pub(super) fn read_input(token: &str) -> Option<Result<Shape, TokenError>> {
    let list = token.strip_prefix(INPUT).filter(|list| !list.contains(NAMES))?;
    Some(numbers(INPUT, list).map(|[channels, height, width]| Shape { channels, height, width }))
}

/// The letters that open a container.
fn open(flow: Flow, kind: ModuleKind) -> String {
    let FlowWords { letter, usual, .. } = FlowWords::of(flow);
    let class = KINDS.into_iter().find(|(known, _)| *known == kind && kind != usual);
    [letter].into_iter().chain(class.map(|(_, letter)| letter)).chain([CLOSE]).collect()
}

/// The flow and class of the container that `code` opens; `None` where it opens none.
pub(super) fn read_open(code: &str) -> Option<(Flow, ModuleKind)> {
    let mut letters = code.strip_suffix(CLOSE)?.chars();
    let (first, second, rest) = (letters.next()?, letters.next(), letters.next());
    let words = FLOWS.into_iter().find(|words| words.letter == first)?;
    let kind = match second {
        None => words.usual,
        Some(letter) => KINDS.into_iter().find(|(_, known)| *known == letter)?.0,
    };
    rest.is_none().then_some((words.flow, kind))
}

/// The node that `code` describes, without a name.
pub(super) fn read(code: &str) -> Result<Node, TokenError> {
    let (call, code) = match code.strip_prefix(FUNCTION) {
        Some(code) => (Call::Function, code),
        None => (Call::Module, code),
    };
    let known = HEADS.iter().filter(|(text, _)| code.starts_with(text));
    let (text, head) = known.max_by_key(|(text, _)| text.len()).ok_or(TokenError::Unknown)?;
    let (main, arguments) = split_number(&code[text.len()..]);
    if call == Call::Function && !matches!(head, Head::Layer(..)) {
        return Err(TokenError::Unknown);
    }
    let mut arguments = Arguments { rest: arguments, seen: Vec::new() };
    match *head {
        Head::Flatten => {
            let [] = numbers(text, main)?;
            arguments.end()?;
            Ok(Node::flatten())
        }
        Head::Layer(layer, field) => {
            let layer = main_field(layer, text, field, main)?;
            let (layer, width) = arguments.layer(layer, field)?;
            Ok(layer_node(String::new(), layer, call, width))
        }
        Head::Conv(block) => {
            let field = Some(LayerField::OutChannels);
            let conv = main_field(CONV, text, field, main)?;
            match arguments.layer(conv, field)? {
                // The block determines whether there is a bias, and its width always follows.
                (Layer::Conv2d(conv), Width::Follows) if conv.bias => Ok(block.node("", conv)),
                (Layer::Conv2d(conv), Width::Last(last)) if conv.bias => {
                    Ok(block.node("", Conv2d { in_channels: last, ..conv }))
                }
                (_, Width::Fixed(_)) => Err(TokenError::Letter { given: FIXED }),
                _ => Err(TokenError::Letter { given: 'n' }),
            }
        }
        Head::Module(block, form) => {
            let fields = InceptionFields::new(UNKNOWN, numbers(text, main)?);
            let fields = arguments.module(InceptionFields { form, ..fields })?;
            Ok(block.inception("", &Inception::new(fields)?))
        }
    }
}

fn main_field(
    layer: Layer,
    text: &str,
    field: Option<LayerField>,
    main: &str,
) -> Result<Layer, TokenError> {
    if let Some(field) = field {
        Ok(layer.with(field, value(field, text, main)?)?)
    } else {
        let [] = numbers(text, main)?;
        Ok(layer)
    }
}

/// The number, list or pair at the beginning of `text`, and what comes after.
fn split_number(text: &str) -> (&str, &str) {
    let belongs = |c: char| c.is_ascii_digit() || c == LIST || c == BY;
    let end = text.find(|c| !belongs(c)).unwrap_or(text.len());
    text.split_at(end)
}

/// The value of `field`, which stands after `after`: for a pair, two numbers where they differ.
fn value(field: LayerField, after: &str, text: &str) -> Result<FieldValue, TokenError> {
    if let (FieldKind::Pair, Some((height, width))) = (field.kind(), text.split_once(BY)) {
        let ([height], [width]) = (numbers(after, height)?, numbers(after, width)?);
        return Ok(Size::new(height, width).into());
    }
    let [value] = numbers(after, text)?;
    Ok(value.into())
}

/// Exactly `N` numbers, which stand after `after`.
fn numbers<const N: usize>(after: &str, list: &str) -> Result<[u64; N], TokenError> {
    let items = || list.split(LIST).filter(|_| !list.is_empty());
    let count =
        || TokenError::Count { after: after.to_owned(), expected: N, given: items().count() };
    if items().count() != N {
        return Err(count());
    }
    let mut numbers = [0; N];
    for (number, item) in numbers.iter_mut().zip(items()) {
        let given = || item.chars().take(LONGEST_QUOTE).collect();
        *number = item.parse().map_err(|_| TokenError::Number { given: given() })?;
    }
    Ok(numbers)
}

/// Letters with their numbers, after the head.
struct Arguments<'a> {
    rest: &'a str,
    seen: Vec<char>,
}

impl<'a> Arguments<'a> {
    /// The next letter, which must not come twice, and the list after it.
    fn next(&mut self) -> Result<Option<(char, &'a str)>, TokenError> {
        let Some(letter) = self.rest.chars().next() else { return Ok(None) };
        if self.seen.contains(&letter) {
            return Err(TokenError::Letter { given: letter });
        }
        self.seen.push(letter);
        let (list, rest) = split_number(&self.rest[letter.len_utf8()..]);
        self.rest = rest;
        Ok(Some((letter, list)))
    }

    fn end(&mut self) -> Result<(), TokenError> {
        match self.next()? {
            Some((given, _)) => Err(TokenError::Letter { given }),
            None => Ok(()),
        }
    }

    /// `layer` with the given fields, and defaults for the others. The number of the `main` field has no letter;
    /// a layer without one has no such number.
    fn layer(
        &mut self,
        mut layer: Layer,
        main: Option<LayerField>,
    ) -> Result<(Layer, Width), TokenError> {
        let mut said = Vec::new();
        let mut width = Width::Follows;
        while let Some((given, list)) = self.next()? {
            let after = given.to_string();
            if let (FIXED | LAST, Some(field), Width::Follows) = (given, layer.input_field(), width)
            {
                let [value] = numbers(&after, list)?;
                width = match given {
                    FIXED => Width::Fixed(field.check(value)?),
                    _ => Width::Last(value),
                };
                continue;
            }
            let field = LETTERS.into_iter().find(|(field, letter)| {
                *letter == given
                    && main.is_some()
                    && main != Some(*field)
                    && layer.get(*field).is_some()
            });
            let (field, _) = field.ok_or(TokenError::Letter { given })?;
            let value = if field.is_switch() {
                let [] = numbers(&after, list)?;
                let is_on = usual(&layer, field).is_some_and(FieldValue::is_on);
                FieldValue::Switch(!is_on)
            } else {
                value(field, &after, list)?
            };
            said.push((field, value));
        }
        for (field, _) in LETTERS {
            if main.is_some() && main != Some(field) && layer.get(field).is_some() {
                let value = said.iter().find(|(said, _)| *said == field).map(|(_, value)| *value);
                let value = value.or_else(|| usual(&layer, field));
                layer = value.map_or(Ok(layer), |value| layer.with(field, value))?;
            }
        }
        Ok((layer, width))
    }

    fn module(&mut self, mut fields: InceptionFields) -> Result<InceptionFields, TokenError> {
        while let Some((given, list)) = self.next()? {
            match given {
                KERNELS => [fields.kernel3, fields.kernel5] = numbers("k", list)?,
                LAST => [fields.in_channels] = numbers("w", list)?,
                _ => return Err(TokenError::Letter { given }),
            }
        }
        Ok(fields)
    }
}
