//! Bands of rows against runs on the whole image.

use std::ops::Range;

use inception_explorer::arch::{BasicConv2d, Field, Form, Inception, InceptionFields, Size};
use inception_explorer::engine::band::widened;
use inception_explorer::engine::branch::{must_be_measured, reach};
use inception_explorer::engine::split::cut_rows;
use inception_explorer::engine::{
    Band, BatchNorm, ChannelSums, Moments, Norms, PreparedBranch, Projection, Strip, Tensor,
    Workload, channel_sums, surrogate,
};
use proptest::prelude::*;

use crate::naive::{index, values};
use crate::whole_image::{Prepared, channel_statistics, seeded, unobserved};

/// Rows `rows` of an image of one, as a worker of its own would hold them.
fn part(image: &Tensor, rows: &Range<usize>) -> Tensor {
    let (plane, width) = (image.plane(), image.width());
    let values = (0..image.channels())
        .flat_map(|channel| &image.data()[channel * plane..][rows.start * width..rows.end * width]);
    let size = Size { height: rows.len() as u64, width: width as u64 };
    let values = values.copied().collect();
    Tensor::from_image(size.with_channels(image.channels() as u64), values).unwrap()
}

/// The output in bands, each of which is given only its own strip of `image`, put together again; with the sums of
/// the bands.
fn in_bands(
    branches: &[PreparedBranch],
    image: &Tensor,
    norm: BatchNorm,
    count: usize,
) -> (Tensor, Vec<ChannelSums>) {
    let height = image.height();
    let norms = match norm {
        BatchNorm::Running => Norms::Running,
        BatchNorm::Batch => Norms::of_batch(branches, &surrogate(image).unwrap()).unwrap(),
    };
    let mut whole: Vec<Moments> = Vec::new();
    // Measured in any order, merged in theirs.
    let measured = cut_rows(height, count).into_iter().rev().map(|rows| {
        let strip = widened(&rows, reach(branches), height);
        // The previous contents of reused memory have no effect.
        let spare = vec![f32::NAN; 300];
        let mut band = Band::new(branches, (1, image.size()), rows.clone(), spare).unwrap();
        let (part, first) = (part(image, &strip), strip.start);
        let input = Strip { rows: &part, first };
        let moments =
            unobserved(|observer| band.measure(branches, &norms, input, observer)).unwrap();
        assert_eq!(moments.is_empty(), !must_be_measured(branches, norm));
        (rows, moments, band.finish().0.into_data())
    });
    let mut measured: Vec<_> = measured.collect();
    measured.reverse();
    for (_, moments, _) in &measured {
        whole.resize(moments.len(), Moments::default());
        whole.iter_mut().zip(moments).for_each(|(sum, part)| *sum = sum.merge(*part));
    }
    let channels = branches.iter().map(|branch| branch.out_channels() as u64).sum();
    let mut made = Tensor::zeros(1, image.size().with_channels(channels)).unwrap();
    let mut sums = vec![ChannelSums::default(); index(channels)];
    for (rows, _, values) in measured {
        let mut band = Band::new(branches, (1, image.size()), rows.clone(), values).unwrap();
        unobserved(|observer| band.normalize(branches, norm, &whole, observer)).unwrap();
        let (output, times) = band.finish();
        assert_eq!(times.len(), branches.len());
        sums.iter_mut().zip(channel_sums(&output)).for_each(|(sum, part)| *sum = sum.merge(part));
        let (plane, width) = (made.plane(), made.width());
        for (channel, values) in output.data().chunks(output.plane()).enumerate() {
            made.data_mut()[channel * plane..][rows.start * width..rows.end * width]
                .copy_from_slice(values);
        }
    }
    (made, sums)
}

fn same(given: &Tensor, expected: &Tensor, norm: BatchNorm) -> Result<(), TestCaseError> {
    prop_assert_eq!(given.shape(), expected.shape());
    if norm == BatchNorm::Running {
        prop_assert!(given == expected, "not the same bits");
    }
    for (given, expected) in given.data().iter().zip(expected.data()) {
        // The sums behind a norm are added in another order; what is normalised is about 1.
        prop_assert!((given - expected).abs() <= 2e-5, "{given} for {expected}");
    }
    Ok(())
}

fn norm() -> impl Strategy<Value = BatchNorm> {
    prop_oneof![Just(BatchNorm::Batch), Just(BatchNorm::Running)]
}

/// A module, unless none of its branches exists.
fn module(
    in_channels: u64,
    widths: [u64; 6],
    naive: bool,
    kernels: (u64, u64),
) -> Option<Inception> {
    let form = if naive { Form::Naive } else { Form::Reduced };
    let fields = InceptionFields { form, ..InceptionFields::new(in_channels, widths) };
    Inception::new(fields)
        .and_then(|module| module.with(Field::Kernel3, 2 * kernels.0 + 1))
        .and_then(|module| module.with(Field::Kernel5, 2 * kernels.1 + 1))
        .ok()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn bands_are_rows_of_the_module(
        widths in proptest::array::uniform6(0..=12_u64),
        (in_channels, naive, kernels) in (1..=10_u64, any::<bool>(), (0..=5_u64, 0..=5_u64)),
        (height, width, bands) in (1..=40_u64, 1..=21_u64, 1..=12_usize),
        (norm, seed) in (norm(), any::<u32>()),
    ) {
        let Some(module) = module(in_channels, widths, naive, kernels) else { return Ok(()) };
        let size = Size { height, width };
        let shape = size.with_channels(in_channels);
        let data = values(index(shape.numel().unwrap()), seed.into());
        let image = Tensor::from_image(shape, data).unwrap();
        let workload = Workload::of_module(&module);
        let prepared = Prepared::new(&workload, size, &seeded(&workload, seed)).unwrap();
        let whole = prepared.run(&image, norm).unwrap();
        let (made, sums) = in_bands(&prepared.branches, &image, norm, bands);
        same(&made, &whole, norm)?;
        for (sums, whole) in sums.into_iter().zip(channel_statistics(&made)) {
            let merged = sums.statistics();
            prop_assert_eq!((merged.min, merged.max), (whole.min, whole.max));
            prop_assert!((merged.mean - whole.mean).abs() < 1e-6);
            prop_assert!((merged.zeros - whole.zeros).abs() < 1e-6);
        }
    }

    #[test]
    fn bands_are_channels_of_the_module(
        widths in proptest::array::uniform6(0..=12_u64),
        (in_channels, naive, kernels) in (1..=10_u64, any::<bool>(), (0..=2_u64, 0..=2_u64)),
        (height, width) in (1..=20_u64, 1..=21_u64),
        (cuts, norm, seed) in (proptest::array::uniform2(0..=60_usize), norm(), any::<u32>()),
    ) {
        let Some(module) = module(in_channels, widths, naive, kernels) else { return Ok(()) };
        let size = Size { height, width };
        let shape = size.with_channels(in_channels);
        let data = values(index(shape.numel().unwrap()), seed.into());
        let image = Tensor::from_image(shape, data).unwrap();
        let workload = Workload::of_module(&module);
        let weights = seeded(&workload, seed);
        let whole = Prepared::new(&workload, size, &weights).unwrap().run(&image, norm).unwrap();
        // A pool's channels, which come last, stay together.
        let pooled = if naive && widths[5] > 0 { index(in_channels) } else { 0 };
        let mut cuts = cuts.map(|cut| cut.min(whole.channels() - pooled));
        cuts.sort_unstable();
        let [first, second] = cuts;
        let mut made = Vec::new();
        for channels in [0..first, first..second, second..whole.channels()] {
            if !channels.is_empty() {
                let part = Prepared::of_channels(&workload, size, &weights, &channels).unwrap();
                let output = part.run(&image, norm).unwrap();
                prop_assert_eq!(output.channels(), channels.len());
                made.extend_from_slice(output.data());
            }
        }
        prop_assert!(made == whole.data(), "not the same bits");
    }

    #[test]
    fn bands_are_rows_of_a_plain_convolution(
        (from, to, kernel) in (1..=12_u64, 1..=9_u64, 0..=5_u64),
        (height, width, bands) in (1..=40_u64, 1..=21_u64, 1..=12_usize),
        (norm, seed) in (norm(), any::<u32>()),
    ) {
        let unit = BasicConv2d::same(from, to, 2 * kernel + 1);
        let shape = Size { height, width }.with_channels(from);
        let data = values(index(shape.numel().unwrap()), seed.into());
        let image = Tensor::from_image(shape, data).unwrap();
        let workload = Workload::of_conv(&unit);
        let prepared = Prepared::new(&workload, image.size(), &seeded(&workload, seed)).unwrap();
        let whole = prepared.run(&image, norm).unwrap();
        same(&in_bands(&prepared.branches, &image, norm, bands).0, &whole, norm)?;
    }
}

#[test]
fn an_image_is_projected_row_by_row() {
    let size = Size { height: 9, width: 7 };
    let image = Tensor::from_image(size.with_channels(3), values(189, 5)).unwrap();
    let projection = Projection::new(11, size).unwrap();
    let whole = projection.run(&image, &(0..9)).unwrap();
    for rows in [0..1, 2..7, 8..9] {
        assert_eq!(projection.run(&image, &rows).unwrap(), part(&whole, &rows));
    }
}
