//! Shapes through a network, in one pass that an error does not stop.

use thiserror::Error;

use super::Network;
use super::fold::{self, Pass};
use super::node::{Flow, Join, Node};
use super::path::NodePath;
use super::signal::Signal;
use crate::arch::{Conv2d, Layer, Shape, ShapeError};

/// One node and its shapes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step<'a> {
    /// The node.
    pub node: &'a Node,
    /// Its place in the network.
    pub at: NodePath,
    /// The names from the model down to it, joined by dots, for display.
    pub path: String,
    /// Containers around it.
    pub depth: usize,
    /// Index after the last of its descendants, which are the steps between.
    pub end: usize,
    /// Whether it is (in) a side branch, which only training runs.
    pub training_only: bool,
    /// Its input; `None` if an earlier fault makes it unknown.
    pub input: Option<Signal>,
    /// Its output. After a fault, the output for the input that it needs, as far as its own numbers
    /// determine it; otherwise `None`.
    pub output: Option<Signal>,
    /// Index of the [`Fault`] where the node itself can't take its input, or its branches can't be
    /// joined.
    pub fault: Option<usize>,
}

/// A node that can't take its input.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{path}: {error} ({given} arrived)")]
pub struct Fault {
    /// Where: the names joined by dots.
    pub path: String,
    /// Index of the [`Step`].
    pub step: usize,
    /// The input.
    pub given: Signal,
    /// Why the node can't take it.
    pub error: ShapeError,
}

/// The shapes of a whole network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shapes<'a> {
    /// Every node in the order they run, containers before their children.
    pub steps: Vec<Step<'a>>,
    /// The faults, in the order the pass finds them (a join after its branches). One mistake is one fault:
    /// later shapes are inferred as if it were corrected, or are unknown.
    pub faults: Vec<Fault>,
    /// The output of the last node.
    pub output: Option<Signal>,
}

impl Network {
    /// Runs the shape of one image through the network, in one pass. The network ends at its last node even if
    /// some shapes don't fit.
    #[must_use]
    pub fn infer(&self, input: Shape) -> Shapes<'_> {
        let mut pass = Infer { steps: Vec::new(), faults: Vec::new(), open: Vec::new(), places: 0 };
        let output = fold::run(&self.nodes, Some(Signal::maps(input)), &mut pass);
        Shapes { steps: pass.steps, faults: pass.faults, output }
    }
}

struct Infer<'a> {
    steps: Vec<Step<'a>>,
    faults: Vec<Fault>,
    /// The steps that have begun and not ended, each with the number of its children so far.
    open: Vec<(usize, usize)>,
    /// Top-level nodes so far.
    places: usize,
}

impl Infer<'_> {
    fn fault(&mut self, step: usize, given: Signal, error: ShapeError) {
        self.steps[step].fault = Some(self.faults.len());
        self.faults.push(Fault { path: self.steps[step].path.clone(), step, given, error });
    }
}

impl<'a> Pass<'a> for Infer<'a> {
    type Value = Option<Signal>;
    type Mark = usize;

    fn enter(&mut self, node: &'a Node, input: &Option<Signal>) -> usize {
        let step = self.steps.len();
        let depth = self.open.len();
        let is_side = node.flow() == Some(Flow::Side);
        let (at, path, training_only) = if let Some((parent, places)) = self.open.last_mut() {
            let parent = &self.steps[*parent];
            *places += 1;
            let at = parent.at.child(*places - 1);
            (at, format!("{}.{}", parent.path, node.name), parent.training_only || is_side)
        } else {
            self.places += 1;
            (NodePath(vec![self.places - 1]), node.name.clone(), is_side)
        };
        let (input, output, fault) = (*input, None, None);
        self.steps.push(Step {
            node,
            at,
            path,
            depth,
            end: 0,
            training_only,
            input,
            output,
            fault,
        });
        self.open.push((step, 0));
        step
    }

    fn leaf(&mut self, step: usize, node: &'a Node, input: Option<Signal>) -> Option<Signal> {
        let Some(layer) = node.as_layer() else { return input.map(Signal::flattened) };
        layer_output(layer, input).unwrap_or_else(|(given, error)| {
            self.fault(step, given, error);
            nominal_output(layer, input)
        })
    }

    fn join(
        &mut self,
        step: usize,
        join: Join,
        outputs: Vec<Option<Signal>>,
        input: Option<Signal>,
    ) -> Option<Signal> {
        let outputs: Vec<_> = outputs.into_iter().collect::<Option<_>>()?;
        match Signal::joined(join, &outputs) {
            Ok(output) => Some(output),
            Err(error) => {
                self.fault(step, input?, error);
                None
            }
        }
    }

    fn leave(&mut self, step: usize, output: Option<Signal>) -> Option<Signal> {
        self.open.pop();
        self.steps[step].output = output;
        self.steps[step].end = self.steps.len();
        output
    }
}

/// The output of `layer`; of an unknown input, its [`nominal_output`]. The error comes with the input.
fn layer_output(
    layer: &Layer,
    input: Option<Signal>,
) -> Result<Option<Signal>, (Signal, ShapeError)> {
    match input {
        Some(given) => given.through(layer).map(Some).map_err(|error| (given, error)),
        None => Ok(nominal_output(layer, None)),
    }
}

/// The output of `layer`, or its [`nominal_output`] where it can't take the input.
pub(super) fn output_or_nominal(layer: &Layer, input: Option<Signal>) -> Option<Signal> {
    layer_output(layer, input).unwrap_or_else(|_| nominal_output(layer, input))
}

/// The output of `layer` for the number of channels (or features) that it needs, on maps of the size
/// `given`; `None` if these do not determine it. So a wrong number of channels is one fault, not one
/// in every later layer.
fn nominal_output(layer: &Layer, given: Option<Signal>) -> Option<Signal> {
    let maps = given.filter(|signal| !signal.flat).map(|signal| signal.shape);
    let shape = match *layer {
        Layer::Linear { out_features, .. } => return Some(Signal::vector(out_features)),
        Layer::Conv2d(conv) => {
            // The output does not depend on whether the groups divide the channels.
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
        let mixed = Node::concat("mixed", ModuleKind::Inception, branches);
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
