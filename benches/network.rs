//! Counting, editing, substituting and laying out whole networks natively: `cargo bench --bench network`.

use criterion::{Criterion, criterion_group, criterion_main};
use inception_explorer::arch::network::{
    ConvBlock, Edit, ModuleKind, Network, NetworkId, NewLayer, Node, NodePath,
};
use inception_explorer::arch::{Conv2d, Layer, Named, Shape};
use inception_explorer::cost::substitute::Ranking;
use inception_explorer::cost::{Additive, Convention, Recipe, Survey, network_cost, torchsummary};
use inception_explorer::export::network_file::{self, NetworkFile};
use inception_explorer::export::network_text;
use inception_explorer::page::networks::figure::layout;

/// 1,250 units of a convolution, batch norm and `ReLU` in their container: 5,000 rows but for the outer.
fn deep() -> Network {
    let unit = |index: u32| ConvBlock::BatchNorm.node(index.to_string(), Conv2d::same(64, 64, 3));
    let units = (0..1250).map(unit).collect();
    Network { nodes: vec![Node::sequence("features", ModuleKind::Sequential, units)] }
}

/// 5,000 layers beside each other in one `Sequential`.
fn long() -> Network {
    let layers = vec![Layer::Conv2d(Conv2d::same(64, 64, 3)); 5000];
    Network { nodes: vec![Node::sequential("features", layers)] }
}

fn counting(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("network");
    let googlenet = NetworkId::by_name("googlenet_aux").expect("it has a name").build();
    let cases = [
        ("googlenet_aux", googlenet, Network::INPUT),
        ("5,000 rows nested", deep(), Shape::new(64, 28, 28)),
        ("5,000 layers", long(), Shape::new(64, 28, 28)),
    ];
    for (name, network, input) in &cases {
        group.bench_function(format!("{name}, cost"), |bencher| {
            bencher.iter(|| network_cost(network, *input, Convention::default()));
        });
        group.bench_function(format!("{name}, torchsummary"), |bencher| {
            bencher.iter(|| torchsummary(network, *input));
        });
        let cost = network_cost(network, *input, Convention::default()).expect("countable");
        // Everything open: a place for every row.
        let open = (0..cost.rows.len()).collect();
        group.bench_function(format!("{name}, figure"), |bencher| {
            bencher.iter(|| layout::Layout::new(&cost, &open, Additive::Macs, 560.0));
        });
    }
}

fn substituting(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("substitute");
    let vgg = NetworkId::by_name("vgg16").expect("it has a name").build();
    let cases = [("vgg16", vgg, Network::INPUT), ("5,000 layers", long(), Shape::new(64, 28, 28))];
    for (name, network, input) in &cases {
        let survey = Survey::of(network, *input, Convention::default()).expect("it can be counted");
        let recipe = Recipe::default();
        group.bench_function(format!("{name}, survey"), |bencher| {
            bencher.iter(|| Survey::of(network, *input, Convention::default()));
        });
        group.bench_function(format!("{name}, savings"), |bencher| {
            bencher.iter(|| survey.savings(Ranking::default(), &recipe, Additive::Params));
        });
    }
}

/// Insert near the beginning: all that follows is fitted anew.
fn editing(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("edit");
    let input = Shape::new(64, 28, 28);
    for (name, network) in [("5,000 rows nested", deep()), ("5,000 layers", long())] {
        let node = NewLayer::Conv.node(None);
        let edit = Edit::Insert { at: NodePath(vec![0, 1]), node };
        group.bench_function(format!("{name}, insert"), |bencher| {
            bencher.iter(|| network.edited(&edit, input));
        });
        group.bench_function(format!("{name}, write and read text"), |bencher| {
            bencher.iter(|| network_text::read(&network_text::write(&network, input)));
        });
        let file = NetworkFile { name: String::new(), input, network: network.clone() };
        group.bench_function(format!("{name}, write and read file"), |bencher| {
            bencher.iter(|| network_file::read(network_file::write(&file).as_bytes()));
        });
    }
}

criterion_group!(benches, counting, substituting, editing);
criterion_main!(benches);
