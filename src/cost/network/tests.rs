//! Whole networks against the figures their sources print.

use super::*;
use crate::arch::network::{ModuleKind, Network, NetworkId, Node, ResNet, Variant, VggConfig};
use crate::arch::{Conv2d, Named, Shape, ShapeError, Size};
use crate::cost::Convention;
use crate::cost::layer::BYTES_PER_VALUE;

fn cost(id: NetworkId) -> NetworkCost {
    network_cost(&id.build(), Network::INPUT, Convention::default()).unwrap()
}

fn vgg(config: VggConfig) -> NetworkCost {
    cost(NetworkId::Vgg { config, batch_norm: false })
}

fn googlenet(variant: Variant, auxiliary: bool) -> NetworkCost {
    cost(NetworkId::GoogLeNet { variant, auxiliary })
}

#[test]
fn vggs_parameters_by_configuration() {
    let params: Vec<_> =
        VggConfig::all().map(|config| (config.name(), vgg(config).totals.params)).collect();
    let expected = [
        ("A", 132_863_336),
        ("A-LRN", 132_863_336),
        ("B", 133_047_848),
        ("C", 133_638_952),
        ("D", 138_357_544),
        ("E", 143_667_240),
    ];
    assert_eq!(params, expected);
}

#[test]
fn googlenets_parameters_by_layout_with_and_without_auxiliary_classifiers() {
    let both = |variant| {
        let cost = googlenet(variant, true);
        assert_eq!(cost.inference, googlenet(variant, false).totals);
        [cost.inference.params, cost.totals.params]
    };
    assert_eq!(both(Variant::Torchvision), [6_624_904, 13_004_888]);
    assert_eq!(both(Variant::Paper), [6_998_552, 13_378_280]);
}

#[test]
fn blocks_cost_what_facts_say_they_do() {
    // The paper's variant has the table's 5×5; biases and batch norm add no MACs.
    let cost = googlenet(Variant::Paper, false);
    let macs: Vec<_> = cost
        .top_level()
        .filter(|row| row.path.starts_with("inception"))
        .map(|row| row.totals.macs)
        .collect();
    let expected = [
        128_049_152,
        304_267_264,
        73_608_192,
        87_908_352,
        99_850_240,
        118_515_712,
        169_996_288,
        51_079_168,
        70_697_984,
    ];
    assert_eq!(macs, expected);
}

#[test]
fn a_container_is_the_sum_of_its_parts() {
    let cost = googlenet(Variant::Torchvision, true);
    let top = cost.top_level().map(|row| row.totals);
    let total = top.reduce(|sum, each| sum.plus(each).unwrap()).unwrap();
    assert_eq!(total, cost.totals);
    for (index, row) in cost.rows.iter().enumerate().filter(|(_, row)| row.layer().is_none()) {
        let parts = cost.children(index).map(|(_, child)| child.totals);
        let sum = parts.reduce(|sum, each| sum.plus(each).unwrap()).unwrap_or_default();
        assert_eq!(row.totals, sum, "{}", row.path);
    }
}

#[test]
fn receptive_fields_grow_through_the_widest_branch() {
    let size = |cost: &NetworkCost, path: &str| {
        let row = cost.rows.iter().find(|row| row.path == path).unwrap();
        row.receptive_field.and_then(|field| field.size.side().zip(field.stride.side()))
    };
    // Stem 19, pool 27, then 5×5 at a step of 8.
    let cost = googlenet(Variant::Paper, true);
    assert_eq!(size(&cost, "inception3a"), Some((27 + 4 * 8, 8)));
    assert_eq!(size(&cost, "inception3a.branch1"), Some((27, 8)));
    // A side branch leaves the main path as it is.
    assert_eq!(size(&cost, "inception4b"), size(&googlenet(Variant::Paper, false), "inception4b"));
    assert_eq!(size(&vgg(VggConfig::D), "features.30"), Some((212, 32)));
}

#[test]
fn a_fault_is_located_and_the_rest_is_counted() {
    let conv = |from, to| Layer::Conv2d(Conv2d::same(from, to, 3));
    let layers = [conv(3, 8), conv(4, 8), Layer::ReLU, conv(8, 2)];
    let network = Network { nodes: vec![Node::sequential("features", layers)] };
    let cost = network_cost(&network, Shape::new(3, 5, 5), Convention::default()).unwrap();
    let [fault] = &cost.faults[..] else { panic!("{:?}", cost.faults) };
    assert_eq!((fault.path.as_str(), fault.row), ("features.1", 2));
    assert_eq!(fault.error, ShapeError::Channels { expected: 4, given: 8 }.into());
    let counted: Vec<_> = cost.rows.iter().map(|row| row.counted).collect();
    assert_eq!(counted, [false, true, false, true, true]);
    // Its parameters don't depend on the input; its work is not counted.
    assert_eq!(cost.totals.params, 9 * (3 * 8 + 4 * 8 + 8 * 2));
    assert_eq!(cost.totals.macs, 9 * (3 * 8 + 8 * 2) * 25);
}

#[test]
fn what_is_too_large_is_located() {
    let layers = [Conv2d::same(3, 4, 3), Conv2d::same(4, u64::MAX, 3)].map(Layer::Conv2d);
    let network = Network { nodes: vec![Node::sequential("features", layers)] };
    let cost = network_cost(&network, Network::INPUT, Convention::default()).unwrap();
    let faults: Vec<_> = cost.faults.iter().map(|fault| fault.path.as_str()).collect();
    assert_eq!(faults, ["features.1"]);
    assert_eq!(cost.totals.params, 3 * 4 * 9);
}

#[test]
fn five_thousand_layers_are_five_thousand_times_one() {
    let conv = Layer::Conv2d(Conv2d::same(16, 16, 3));
    let network = Network { nodes: vec![Node::sequential("features", vec![conv; 5000])] };
    let cost = network_cost(&network, Shape::new(16, 7, 7), Convention::default()).unwrap();
    assert_eq!(cost.rows.len(), 5001);
    assert_eq!(cost.totals.params, 5000 * 16 * 16 * 9);
    assert_eq!(cost.totals.macs, 5000 * 16 * 16 * 9 * 49);
    assert_eq!(cost.totals.bytes, 5000 * 16 * 49 * BYTES_PER_VALUE);
    assert_eq!(cost.rows[5000].receptive_field.unwrap().size, Size::square(10_001));
}

#[test]
fn resnets_are_torchvisions() {
    let counts = [ResNet::ResNet18, ResNet::ResNet34, ResNet::ResNet50].map(|network| {
        let cost = cost(NetworkId::ResNet(network));
        assert_eq!((&cost.faults[..], cost.inference), (&[][..], cost.totals));
        (cost.totals.params, cost.totals.macs)
    });
    assert_eq!(counts.map(|(params, _)| params), [11_689_512, 21_797_672, 25_557_032]);
    assert_eq!([counts[0].1, counts[2].1], [1_814_073_344, 4_089_184_256]);
}

#[test]
fn a_sum_makes_a_tensor_and_is_work_where_elementwise_work_counts() {
    let branches = ["a", "b", "c"].map(|name| {
        let layers = if name == "a" { vec![Layer::ReLU] } else { Vec::new() };
        Node::sequential(name, layers)
    });
    let input = Shape::new(8, 5, 3);
    let every = Convention {
        ops: crate::cost::OpTerms { elementwise: true, ..Convention::default().ops },
        ..Convention::default()
    };
    let (values, relu) = (8 * 5 * 3, 8 * 5 * 3);
    for (node, macs, bytes) in [
        (Node::add("join", branches.to_vec()), relu + 2 * values, values * BYTES_PER_VALUE),
        (Node::multiply("join", branches.to_vec()), relu + 2 * values, values * BYTES_PER_VALUE),
        (Node::concat("join", ModuleKind::Inception, branches.to_vec()), relu, 0),
    ] {
        let network = Network { nodes: vec![node] };
        let counted = |convention| network_cost(&network, input, convention).unwrap();
        let cost = counted(Convention::default());
        assert_eq!(cost.totals, Totals { params: 0, macs: 0, bytes });
        assert_eq!((cost.inference, cost.rows[0].totals), (cost.totals, cost.totals));
        assert_eq!(counted(every).totals.macs, macs);
    }
}

#[test]
fn a_gate_of_one_value_a_channel_fits_and_another_width_does_not() {
    let pool = Layer::AdaptiveAvgPool2d { output_size: Size::square(1) };
    let gate = |to| {
        let conv = Layer::Conv2d(Conv2d::same(8, to, 1));
        let branches = vec![Node::sequential("x", []), Node::sequential("gate", [pool, conv])];
        let network = Network { nodes: vec![Node::multiply("scale", branches)] };
        network_cost(&network, Shape::new(8, 5, 3), Convention::default()).unwrap()
    };
    assert_eq!(gate(8).output.unwrap().shape, Shape::new(8, 5, 3));
    let cost = gate(4);
    let [fault] = &cost.faults[..] else { panic!("{:?}", cost.faults) };
    let (joined, given) = (Shape::new(8, 5, 3), Shape::new(4, 1, 1));
    assert_eq!(fault.error, ShapeError::Broadcast { joined, given }.into());
    assert_eq!((fault.row, cost.rows[0].counted, cost.output), (0, false, None));
}

#[test]
fn vgg16_needs_most_memory_between_its_first_two_convolutions() {
    let cost = vgg(VggConfig::D);
    let peak = cost.peak.unwrap();
    assert_eq!(peak.bytes, 2 * 64 * 224 * 224 * BYTES_PER_VALUE);
    assert_eq!(peak.bytes, 25_690_112);
    assert_eq!(cost.rows[peak.row].path, "features.2");
    let alive = |path: &str| cost.rows.iter().find(|row| row.path == path).unwrap().alive;
    assert_eq!(alive("features.0"), Some((3 + 64) * 224 * 224 * BYTES_PER_VALUE));
    assert_eq!(alive("features.1"), Some(64 * 224 * 224 * BYTES_PER_VALUE), "in place");
    assert_eq!(alive("features"), Some(peak.bytes), "the most of what it holds");
    assert_eq!(
        (cost.count(Metric::PeakMemory), cost.count(Metric::Params)),
        (Some(25_690_112), Some(138_357_544))
    );
}

#[test]
fn a_residual_block_holds_its_shortcut() {
    let conv = |name: &str| Node::layer(name, Layer::Conv2d(Conv2d::same(8, 8, 3)));
    let relu = Node::layer("relu", Layer::ReLU);
    let main = vec![conv("conv1"), relu, conv("conv2")];
    let main = Node::sequence("main", ModuleKind::Sequential, main);
    let shortcut = Node::sequence("shortcut", ModuleKind::Sequential, Vec::new());
    let network = Network { nodes: vec![Node::add("add", vec![main, shortcut])] };
    let cost = network_cost(&network, Shape::new(8, 5, 5), Convention::default()).unwrap();
    let map = 8 * 5 * 5 * BYTES_PER_VALUE;
    let alive: Vec<_> = cost.rows.iter().map(|row| (row.name(), row.alive)).collect();
    let expected = [
        ("add", Some(3 * map)),
        ("main", Some(3 * map)),
        ("conv1", Some(2 * map)),
        ("relu", Some(2 * map)),
        ("conv2", Some(3 * map)),
        // Nothing runs in it.
        ("shortcut", None),
    ];
    assert_eq!(alive, expected);
}

#[test]
fn branches_write_into_one_tensor_and_side_branches_do_not_run() {
    let googlenet = googlenet(Variant::Torchvision, true);
    let row = |path: &str| googlenet.rows.iter().find(|row| row.path == path).unwrap();
    let maps = |channels: u64| Some(channels * 28 * 28 * BYTES_PER_VALUE);
    // As the module by itself: the input, the outputs so far, and what the convolution makes.
    assert_eq!(row("inception3a.branch1").alive, maps(192 + 64));
    assert_eq!(row("inception3a.branch3.1").alive, maps(192 + 64 + 128 + 16 + 32));
    assert_eq!(row("inception3a.branch4.0").alive, maps(192 + 64 + 128 + 32 + 192));
    assert_eq!(row("inception3a").alive, maps(192 + 64 + 128 + 32 + 192));
    assert_eq!((row("aux1").alive, row("aux1.fc1").alive), (None, None));
    assert_eq!(
        googlenet.peak,
        self::googlenet(Variant::Torchvision, false)
            .peak
            .map(|peak| Peak { row: googlenet.peak.unwrap().row, ..peak })
    );
}

#[test]
fn a_network_with_a_fault_has_no_peak() {
    let wrong = Node::layer("conv", Layer::Conv2d(Conv2d::same(8, 8, 3)));
    let network = Network { nodes: vec![Node::layer("relu", Layer::ReLU), wrong] };
    let cost = network_cost(&network, Network::INPUT, Convention::default()).unwrap();
    assert_eq!((cost.peak, cost.rows[0].alive), (None, None));
}
