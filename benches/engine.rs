//! The kernels natively: `cargo bench --bench engine`. The figures that count are the browser's.

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use inception_explorer::arch::{BasicConv2d, Inception, InceptionFields, Size};
use inception_explorer::engine::{BatchNorm, PixelFormat, Tensor, Workload, preprocess};

#[allow(dead_code, reason = "the tests use the rest")]
#[path = "../tests/support/whole_image.rs"]
mod whole_image;

use whole_image::{Prepared, seeded};

fn input(channels: u64, side: u64) -> Tensor {
    let mut input = Tensor::zeros(1, Size::square(side).with_channels(channels)).expect("it fits");
    for (index, value) in input.data_mut().iter_mut().enumerate() {
        *value = (index % 17) as f32 / 8.0 - 1.0;
    }
    input
}

/// Plain convolutions; a throughput of elements is one of multiply–accumulates.
fn convolutions(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("conv");
    // Winograd with 4 × 4 and with 2 × 2 outputs, pointwise, and windows with few and with many channels.
    let cases = [
        (256, 256, 3, 28),
        (96, 128, 3, 56),
        (16, 32, 5, 56),
        (256, 256, 1, 28),
        (3, 256, 5, 112),
        (64, 64, 7, 28),
    ];
    for (from, to, kernel, side) in cases {
        let unit = BasicConv2d::same(from, to, kernel);
        let workload = Workload::of_conv(&unit);
        let prepared = Prepared::new(&workload, Size::square(side), &seeded(&workload, 0))
            .expect("the weights fit the convolution");
        let input = input(from, side);
        group.throughput(Throughput::Elements(from * to * kernel.pow(2) * side.pow(2)));
        group.bench_function(format!("{from},{to},{kernel}@{side}"), |bencher| {
            bencher.iter(|| prepared.run(&input, BatchNorm::Running));
        });
    }
}

fn modules(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("inception");
    group.sample_size(10);
    for (from, side) in [(192, 28), (3, 112)] {
        let module = Inception::new(InceptionFields::new(from, [64, 96, 128, 16, 32, 32]));
        let module = module.expect("it is valid");
        let workload = Workload::of_module(&module);
        let prepared = Prepared::new(&workload, Size::square(side), &seeded(&workload, 0))
            .expect("the weights fit the module");
        let input = input(from, side);
        for (name, mode) in [("batch", BatchNorm::Batch), ("running", BatchNorm::Running)] {
            group.bench_function(format!("{from}@{side}, {name}"), |bencher| {
                bencher.iter(|| prepared.run(&input, mode));
            });
        }
    }
}

fn photographs(criterion: &mut Criterion) {
    let pixels = vec![127; 4 * 1600 * 1200];
    criterion.bench_function("preprocess 1600 × 1200", |bencher| {
        bencher.iter_batched(
            || (),
            |()| preprocess(&pixels, PixelFormat::Rgba8, 1600, 1200, Size::square(224)),
            BatchSize::SmallInput,
        );
    });
}

criterion_group!(benches, convolutions, modules, photographs);
criterion_main!(benches);
