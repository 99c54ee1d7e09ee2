//! Counting and laying out whole networks natively: `cargo bench --bench network`.

use criterion::{Criterion, criterion_group, criterion_main};
use inception_explorer::arch::network::{ModuleKind, Network, NetworkId, Node, Unit};
use inception_explorer::arch::{Conv2d, Layer, Shape};
use inception_explorer::cost::{Convention, Metric, network_cost, torchsummary};
use inception_explorer::page::networks::figure::layout;

/// 1,250 units of a convolution, batch norm and `ReLU` in their container: 5,000 rows but for the outer.
fn deep() -> Network {
    let unit = |index: u32| Unit::BatchNorm.node(index.to_string(), Conv2d::same(64, 64, 3));
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
            bencher.iter(|| layout::Layout::new(&cost, &open, Metric::Macs, 560.0));
        });
    }
}

criterion_group!(benches, counting);
criterion_main!(benches);
