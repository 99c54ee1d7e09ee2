//! How values pass through a network: the one place that carries out a [`Flow`].
//!
//! A sequence passes each child's output to the next child, a parallel container gives every branch the
//! same input and joins the outputs, a side branch runs and returns its own input. Shapes
//! ([`infer`](super::infer)), depth, receptive fields and counts are passes over this fold;
//! [`run_mut`] is the same for a pass that changes the layers ([`fit`](super::fit)).

use super::node::{Body, Flow, Join, Node};

/// A computation over a network. The fold calls it in the order in which the nodes run.
pub trait Pass<'a> {
    /// The type of the values passed from node to node.
    type Value: Clone;
    /// Returned by `enter` for a node and given to the calls that end it: an index of a row, for instance.
    type Mark: Copy;

    /// `node` is about to run on `input`; its children follow.
    fn enter(&mut self, node: &'a Node, input: &Self::Value) -> Self::Mark;

    /// The output of a node without children (a layer or `Flatten`).
    fn leaf(&mut self, mark: Self::Mark, node: &'a Node, input: Self::Value) -> Self::Value;

    /// The joined output of a parallel container whose branches ran on `input`.
    fn join(
        &mut self,
        mark: Self::Mark,
        join: Join,
        outputs: Vec<Self::Value>,
        input: Self::Value,
    ) -> Self::Value;

    /// The node has run; returns its output, which the pass may replace. (A side branch still passes its
    /// input to the next node.)
    fn leave(&mut self, mark: Self::Mark, output: Self::Value) -> Self::Value;
}

/// Runs `nodes` one after another and returns the output of the last.
pub fn run<'a, P: Pass<'a>>(nodes: &'a [Node], input: P::Value, pass: &mut P) -> P::Value {
    nodes.iter().fold(input, |value, node| run_node(node, value, pass))
}

fn run_node<'a, P: Pass<'a>>(node: &'a Node, input: P::Value, pass: &mut P) -> P::Value {
    let mark = pass.enter(node, &input);
    let output = match &node.body {
        Body::Layer { .. } | Body::Flatten => pass.leaf(mark, node, input.clone()),
        Body::Container { flow: Flow::Sequence | Flow::Side, children, .. } => {
            run(children, input.clone(), pass)
        }
        Body::Container { flow: Flow::Parallel(join), children, .. } => {
            let branch = |branch| run_node(branch, input.clone(), pass);
            let outputs = children.iter().map(branch).collect();
            pass.join(mark, *join, outputs, input.clone())
        }
    };
    let output = pass.leave(mark, output);
    if node.flow() == Some(Flow::Side) { input } else { output }
}

/// A pass that changes the nodes.
pub trait PassMut {
    /// The type of the values passed from node to node.
    type Value: Clone;

    /// The output of a node without children (a layer or `Flatten`).
    fn leaf(&mut self, node: &mut Node, input: Self::Value) -> Self::Value;

    /// The joined output of a parallel container.
    fn join(&mut self, join: Join, outputs: Vec<Self::Value>) -> Self::Value;
}

/// [`run`] for a pass that changes the nodes.
pub fn run_mut<P: PassMut>(nodes: &mut [Node], input: P::Value, pass: &mut P) -> P::Value {
    nodes.iter_mut().fold(input, |value, node| run_node_mut(node, value, pass))
}

fn run_node_mut<P: PassMut>(node: &mut Node, input: P::Value, pass: &mut P) -> P::Value {
    match &mut node.body {
        Body::Layer { .. } | Body::Flatten => pass.leaf(node, input),
        Body::Container { flow: Flow::Sequence, children, .. } => run_mut(children, input, pass),
        Body::Container { flow: Flow::Side, children, .. } => {
            run_mut(children, input.clone(), pass);
            input
        }
        Body::Container { flow: Flow::Parallel(join), children, .. } => {
            let branch = |branch| run_node_mut(branch, input.clone(), pass);
            let outputs = children.iter_mut().map(branch).collect();
            pass.join(*join, outputs)
        }
    }
}

impl Flow {
    /// `children` in the groups that run one after another: all of them, or each branch by itself.
    pub fn runs<T>(self, children: &[T]) -> impl Iterator<Item = &[T]> {
        let length = match self {
            Self::Sequence | Self::Side => children.len().max(1),
            Self::Parallel(_) => 1,
        };
        children.chunks(length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arch::Layer;
    use crate::arch::network::ModuleKind;

    /// Records the order of calls; the value is a text of what a value went through.
    #[derive(Default)]
    struct Record(Vec<String>);

    impl<'a> Pass<'a> for Record {
        type Value = String;
        type Mark = &'a str;

        fn enter(&mut self, node: &'a Node, input: &String) -> &'a str {
            self.0.push(format!("{}<{input}", node.name));
            &node.name
        }

        fn leaf(&mut self, mark: &'a str, _: &'a Node, input: String) -> String {
            input + mark
        }

        fn join(&mut self, _: &'a str, join: Join, outputs: Vec<String>, _: String) -> String {
            let sign = match join {
                Join::Concat => ",",
                Join::Add => "+",
                Join::Multiply => "*",
            };
            format!("({})", outputs.join(sign))
        }

        fn leave(&mut self, mark: &'a str, output: String) -> String {
            self.0.push(format!("{mark}>{output}"));
            output
        }
    }

    #[test]
    fn each_flow_passes_values_its_own_way() {
        let relu = |name: &str| Node::layer(name, Layer::ReLU);
        let main = Node::sequence("m", ModuleKind::Sequential, vec![relu("a"), relu("b")]);
        let shortcut = Node::sequence("s", ModuleKind::Sequential, Vec::new());
        let nodes = [
            relu("x"),
            Node::add("add", vec![main, shortcut]),
            Node::side("aux", ModuleKind::InceptionAux, vec![relu("c")]),
            relu("y"),
        ];
        let mut record = Record::default();
        assert_eq!(run(&nodes, String::new(), &mut record), "(xab+x)y");
        let expected = "x< x>x add<x m<x a<x a>xa b<xa b>xab m>xab s<x s>x add>(xab+x) \
             aux<(xab+x) c<(xab+x) c>(xab+x)c aux>(xab+x)c y<(xab+x) y>(xab+x)y";
        assert_eq!(record.0.join(" "), expected);
    }

    #[test]
    fn branches_run_apart() {
        let runs = |flow: Flow, children: &[u8]| -> Vec<usize> {
            flow.runs(children).map(<[u8]>::len).collect()
        };
        assert_eq!(runs(Flow::Sequence, &[1, 2, 3]), [3]);
        assert_eq!(runs(Flow::Side, &[1, 2, 3]), [3]);
        assert_eq!(runs(Flow::Parallel(Join::Add), &[1, 2, 3]), [1, 1, 1]);
        assert!(runs(Flow::Sequence, &[]).is_empty());
    }
}
