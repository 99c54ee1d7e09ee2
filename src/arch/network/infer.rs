//! Shapes through a network, in one pass that an error does not stop.

use thiserror::Error;

use super::Network;
use super::node::{Body, Node};
use super::signal::Signal;
use crate::arch::{Conv2d, Layer, Shape, ShapeError};

/// One node as the pass came by it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step<'a> {
    /// The node.
    pub node: &'a Node,
    /// The names from the model down to it, joined by dots.
    pub path: String,
    /// Containers around it.
    pub depth: usize,
    /// Index after the last step of what it holds: its descendants are the steps between.
    pub end: usize,
    /// Whether it is (in) a side branch, which only training runs.
    pub training_only: bool,
    /// What arrives; `None` where an error before it leaves that open.
    pub input: Option<Signal>,
    /// What it makes of it. After an error, what it would make of the input it needs, where its own
    /// numbers tell; `None` where they don't.
    pub output: Option<Signal>,
    /// Index of the [`Fault`] where the node itself can't take its input, or its branches don't
    /// concatenate.
    pub fault: Option<usize>,
}

/// A node that can't take what arrives.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{path}: {error} ({given} arrived)")]
pub struct Fault {
    /// Where: the names joined by dots.
    pub path: String,
    /// Index of the [`Step`].
    pub step: usize,
    /// What arrived.
    pub given: Signal,
    /// Why that does not do, and what would.
    pub error: ShapeError,
}

/// The shapes of a whole network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shapes<'a> {
    /// Every node, a container before what it holds, in the order they run.
    pub steps: Vec<Step<'a>>,
    /// What does not fit, in the order the pass finds it (a concatenation after its branches). One
    /// mistake is one fault: what follows is inferred as if it were mended, or left open.
    pub faults: Vec<Fault>,
    /// What comes out at the end.
    pub output: Option<Signal>,
}

impl Network {
    /// Runs the shape of one image through the network, in one pass. The network ends at its last node
    /// even if some don't fit.
    #[must_use]
    pub fn infer(&self, input: Shape) -> Shapes<'_> {
        let mut walk =
            Walk { steps: Vec::new(), faults: Vec::new(), path: String::new(), training: false };
        let output = walk.sequence(&self.nodes, 0, Some(Signal::maps(input)));
        Shapes { steps: walk.steps, faults: walk.faults, output }
    }
}

struct Walk<'a> {
    steps: Vec<Step<'a>>,
    faults: Vec<Fault>,
    path: String,
    /// Whether the pass is in a side branch.
    training: bool,
}

impl<'a> Walk<'a> {
    fn sequence(
        &mut self,
        nodes: &'a [Node],
        depth: usize,
        input: Option<Signal>,
    ) -> Option<Signal> {
        nodes.iter().fold(input, |signal, node| self.visit(node, depth, signal))
    }

    /// Passes `node` and returns what goes on to the next.
    fn visit(&mut self, node: &'a Node, depth: usize, input: Option<Signal>) -> Option<Signal> {
        let (parent, around) = (self.path.len(), self.training);
        if parent > 0 {
            self.path.push('.');
        }
        self.path.push_str(&node.name);
        let is_side = matches!(node.body, Body::Side { .. });
        self.training |= is_side;
        let step = self.steps.len();
        self.steps.push(Step {
            node,
            path: self.path.clone(),
            depth,
            end: 0,
            training_only: self.training,
            input,
            output: None,
            fault: None,
        });
        let output = match &node.body {
            Body::Layer { layer, .. } => self.layer(step, layer, input),
            Body::Flatten => input.map(|signal| Signal { flat: true, ..signal }),
            Body::Sequence { children, .. } | Body::Side { children, .. } => {
                self.sequence(children, depth + 1, input)
            }
            Body::Parallel { branches, .. } => {
                let visit = |branch| self.visit(branch, depth + 1, input);
                let outputs: Vec<_> = branches.iter().map(visit).collect();
                self.join(step, &outputs, input)
            }
        };
        self.steps[step].output = output;
        self.steps[step].end = self.steps.len();
        self.path.truncate(parent);
        self.training = around;
        if is_side { input } else { output }
    }

    fn layer(&mut self, step: usize, layer: &Layer, input: Option<Signal>) -> Option<Signal> {
        passed(layer, input).unwrap_or_else(|(given, error)| {
            self.fault(step, given, error);
            mended(layer, input)
        })
    }

    fn join(
        &mut self,
        step: usize,
        outputs: &[Option<Signal>],
        input: Option<Signal>,
    ) -> Option<Signal> {
        let outputs: Vec<_> = outputs.iter().copied().collect::<Option<_>>()?;
        match Signal::join(&outputs) {
            Ok(output) => Some(output),
            Err(error) => {
                self.fault(step, input?, error);
                None
            }
        }
    }

    fn fault(&mut self, step: usize, given: Signal, error: ShapeError) {
        self.steps[step].fault = Some(self.faults.len());
        self.faults.push(Fault { path: self.steps[step].path.clone(), step, given, error });
    }
}

/// What `layer` makes of `input`; of an unknown one, what its own numbers tell. The error comes with what
/// arrived.
fn passed(layer: &Layer, input: Option<Signal>) -> Result<Option<Signal>, (Signal, ShapeError)> {
    match input {
        Some(given) => given.through(layer).map(Some).map_err(|error| (given, error)),
        None => Ok(mended(layer, None)),
    }
}

/// What goes on after `layer`, whether it fits or not.
pub(super) fn goes_on(layer: &Layer, input: Option<Signal>) -> Option<Signal> {
    passed(layer, input).unwrap_or_else(|_| mended(layer, input))
}

/// What `layer` would put out if it got what it needs, as far as its own numbers and the size that did
/// arrive tell: so that a wrong number of channels is one error, not one in every layer that follows.
fn mended(layer: &Layer, given: Option<Signal>) -> Option<Signal> {
    let maps = given.filter(|signal| !signal.flat).map(|signal| signal.shape);
    let shape = match *layer {
        Layer::Linear { out_features, .. } => return Some(Signal::vector(out_features)),
        Layer::Conv2d(conv) => {
            // Groups that don't divide the channels leave no doubt about what comes out.
            let ungrouped = Conv2d { groups: 1, ..conv };
            ungrouped.output_shape(Shape { channels: conv.in_channels, ..maps? }).ok()?
        }
        Layer::BatchNorm2d { num_features } => Shape { channels: num_features, ..maps? },
        _ => return None,
    };
    Some(Signal::maps(shape))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arch::network::{ModuleKind, NetworkId, VggConfig};
    use crate::arch::{Pool2d, Size};

    fn conv(from: u64, to: u64) -> Layer {
        Layer::Conv2d(Conv2d::same(from, to, 3))
    }

    fn chain(layers: impl IntoIterator<Item = Layer>) -> Network {
        Network { nodes: vec![Node::sequential("features", layers)] }
    }

    #[test]
    fn an_error_is_located_once_and_the_rest_goes_on() {
        let layers =
            [conv(3, 64), Layer::BatchNorm2d { num_features: 32 }, conv(32, 8), Layer::ReLU];
        let network = chain(layers);
        let shapes = network.infer(Shape::new(3, 9, 7));
        let error = ShapeError::Channels { expected: 32, given: 64 };
        let given = Signal::maps(Shape::new(64, 9, 7));
        let fault = Fault { path: "features.1".to_owned(), step: 2, given, error };
        assert_eq!(
            fault.to_string(),
            "features.1: the layer takes 32 channels, the input has 64 (64 × 9 × 7 arrived)"
        );
        assert_eq!(shapes.faults, [fault]);
        assert_eq!(shapes.output, Some(Signal::maps(Shape::new(8, 9, 7))));
    }

    #[test]
    fn what_an_error_leaves_open_is_open_until_a_layer_fixes_it() {
        let pool = Layer::Pool2d(Pool2d { padding: Size::square(0), ..Pool2d::INCEPTION });
        let linear = Layer::Linear { in_features: 9, out_features: 5, bias: true };
        let network = chain([pool, conv(3, 4), linear, Layer::ReLU]);
        let shapes = network.infer(Shape::new(3, 2, 2));
        assert_eq!(shapes.faults.len(), 1);
        assert_eq!(shapes.faults[0].error, ShapeError::WindowTooLarge { window: 3, padded: 2 });
        let outputs: Vec<_> = shapes.steps[1..].iter().map(|step| step.output).collect();
        let vector = Some(Signal::vector(5));
        assert_eq!(outputs, [None, None, vector, vector]);
    }

    #[test]
    fn branches_must_concatenate_and_a_side_branch_passes_its_input_on() {
        let shrink = Layer::Conv2d(Conv2d { padding: Size::square(0), ..Conv2d::same(3, 4, 3) });
        let branches = vec![Node::layer("a", conv(3, 4)), Node::layer("b", shrink)];
        let side = Node::side("aux", ModuleKind::InceptionAux, vec![Node::layer("c", conv(7, 1))]);
        let mixed = Node::parallel("mixed", ModuleKind::Inception, branches);
        let network = Network { nodes: vec![side, mixed] };
        let shapes = network.infer(Shape::new(3, 9, 9));
        let faults: Vec<_> = shapes.faults.iter().map(|fault| fault.path.as_str()).collect();
        assert_eq!(faults, ["aux.c", "mixed"]);
        let training: Vec<_> = shapes.steps.iter().map(|step| step.training_only).collect();
        assert_eq!(training, [true, true, false, false, false]);
        let ends: Vec<_> = shapes.steps.iter().map(|step| step.end).collect();
        assert_eq!(ends, [2, 2, 5, 4, 5]);
    }

    #[test]
    fn maps_are_not_made_of_vectors() {
        let linear = Layer::Linear { in_features: 27, out_features: 5, bias: true };
        let network = chain([linear, conv(5, 4)]);
        let shapes = network.infer(Shape::new(3, 3, 3));
        assert_eq!(shapes.faults[0].error, ShapeError::Flattened { features: 5 });
        let network = Network { nodes: vec![Node::flatten()] };
        let flat = network.infer(Shape::new(3, 4, 5)).output;
        assert_eq!(flat.and_then(Signal::sides), Some(vec![60]));
    }

    #[test]
    fn vgg_takes_any_size_of_at_least_32() {
        let network = NetworkId::Vgg { config: VggConfig::D, batch_norm: false }.build();
        for (height, width) in [(32, 32), (33, 500), (224, 224)] {
            assert!(network.infer(Shape::new(3, height, width)).faults.is_empty());
        }
        let faults = network.infer(Shape::new(3, 31, 31)).faults;
        assert_eq!(faults.len(), 1);
        assert_eq!(faults[0].path, "features.30");
    }
}
