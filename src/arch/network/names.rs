//! Default names of nodes.

use std::collections::{HashMap, HashSet};

use super::check::LONGEST_NAME;
use super::node::{Body, ModuleKind, Node};
use crate::arch::{Layer, Pool2d, PoolKind};

/// The default name of a node: torchvision's attribute name.
#[must_use]
pub const fn default_name(body: &Body) -> &'static str {
    match body {
        Body::Layer { layer, .. } => match layer {
            Layer::Conv2d(_) => "conv",
            Layer::BatchNorm2d { .. } => "bn",
            Layer::ReLU => "relu",
            Layer::Pool2d(Pool2d { kind: PoolKind::Max, .. }) => "maxpool",
            Layer::Pool2d(_) | Layer::AdaptiveAvgPool2d { .. } => "avgpool",
            Layer::LocalResponseNorm { .. } => "norm",
            Layer::Dropout => "dropout",
            Layer::Linear { .. } => "fc",
        },
        Body::Flatten => "flatten",
        Body::Container { kind, .. } => match kind {
            ModuleKind::Sequential => "features",
            ModuleKind::BasicConv2d | ModuleKind::ConvReLU => "conv",
            ModuleKind::Inception => "inception",
            ModuleKind::InceptionAux => "aux",
            ModuleKind::BasicBlock | ModuleKind::Bottleneck => "block",
            ModuleKind::Add => "add",
            ModuleKind::Multiply => "multiply",
        },
    }
}

/// The names of the children of one node.
#[derive(Clone, Debug, Default)]
pub struct Names {
    taken: HashSet<String>,
    /// After a name's last digits: every number below it is taken or was skipped.
    next: HashMap<String, u64>,
}

impl Names {
    /// Marks `name` as taken.
    pub fn take(&mut self, name: &str) {
        self.taken.insert(name.to_owned());
    }

    /// `wanted` where it is free, otherwise with the next free number at its end: `conv1` becomes
    /// `conv2`, `relu` becomes `relu2`.
    #[must_use]
    pub fn free(&mut self, wanted: &str) -> String {
        if !self.taken.contains(wanted) {
            return wanted.to_owned();
        }
        let stem = wanted.trim_end_matches(|c: char| c.is_ascii_digit());
        let after = wanted[stem.len()..].parse().unwrap_or(1_u64).saturating_add(1);
        // Short enough that any u64 can follow within the limit.
        let stem: String = stem.chars().take(LONGEST_NAME - 20).collect();
        let next = self.next.entry(stem.clone()).or_default();
        let mut number = after.max(*next);
        loop {
            let name = format!("{stem}{number}");
            if !self.taken.contains(&name) {
                *next = number;
                return name;
            }
            number = number.wrapping_add(1);
        }
    }
}

/// Whether these children of a `Sequential` are named by their place, as PyTorch names them.
#[must_use]
pub fn are_numbered(nodes: &[Node]) -> bool {
    nodes.iter().enumerate().all(|(index, node)| node.name == index.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_name_gets_the_next_free_number() {
        let mut names = Names::default();
        names.take("conv3");
        let take = |names: &mut Names, wanted: &str| {
            let name = names.free(wanted);
            names.take(&name);
            name
        };
        let wanted = ["conv1", "conv1", "conv1", "relu", "relu", "relu", "7", "7"];
        let got = wanted.map(|name| take(&mut names, name));
        assert_eq!(got, ["conv1", "conv2", "conv4", "relu", "relu2", "relu3", "7", "8"]);
        let long = "x".repeat(LONGEST_NAME);
        assert_eq!(take(&mut names, &long), long);
        assert_eq!(take(&mut names, &long).len(), LONGEST_NAME - 19);
        let top = u64::MAX.to_string();
        assert_eq!(take(&mut names, &top), top);
        assert_ne!(take(&mut names, &top), top);
    }
}
