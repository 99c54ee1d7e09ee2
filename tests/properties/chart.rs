//! The chart: any answer can be shown, on any surface.

use inception_explorer::chart::{
    CanvasLayer, ChartLayout, Figure, Labels, Scene, SceneOptions, Spacing, Surface, Theme, draw,
};
use inception_explorer::cost::Crossover;
use plotters::prelude::{IntoDrawingArea, SVGBackend};
use proptest::prelude::*;

use crate::{cases, strategy};
use strum::VariantArray;

fn spacing() -> impl Strategy<Value = Spacing> {
    prop_oneof![Just(Spacing::Linear), Just(Spacing::Log)]
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn any_answer_can_be_shown(
        question in strategy::question(),
        spacing in spacing(),
        (width, height) in (60.0..1400.0, 40.0..600.0),
        hovered in prop::option::of(1..=1024_u64),
    ) {
        let answer = question.answer().unwrap();
        let options =
            SceneOptions { spacing, metric: question.metric, hovered, ..SceneOptions::default() };
        let scene = Scene::new(&answer, &options);
        let axes = scene.axes;
        prop_assert!(axes.x_max >= scene.present && axes.x_max <= 1024);
        prop_assert!(axes.y_low.is_finite() && axes.y_high.is_finite() && axes.y_low < axes.y_high);
        // The module itself never leaves the plot.
        let highest = answer.module.curve.at_f64(axes.x_max as f64);
        prop_assert!(highest <= axes.y_high * (1.0 + 1e-9), "{} > {}", highest, axes.y_high);
        for crossing in &scene.crossings {
            prop_assert!(crossing.exact <= axes.x_max as f64);
        }
        let beyond = |rival: &&inception_explorer::cost::Rival| match rival.crossover {
            Some(Crossover::From { exact, .. } | Crossover::UpTo { exact, .. }) => exact.value() > 1024.0,
            _ => true,
        };
        let expected = answer.rivals.len() - answer.rivals.iter().filter(beyond).count();
        prop_assert!(scene.crossings.len() >= expected);

        let surface = Surface { width, height, pixel_ratio: 1.0, oversample: 1 };
        let labels = Labels { module: "Inception".into(), ..Labels::default() };
        let layout = ChartLayout::new(&scene, &labels, surface);
        let mut svg = String::new();
        let root = SVGBackend::with_string(&mut svg, (1400, 600)).into_drawing_area();
        let figure = Figure { scene, layout, labels, theme: Theme::LIGHT };
        for &layer in CanvasLayer::VARIANTS {
            prop_assert!(draw(&root, layer, &figure).is_ok());
        }
        drop(root);
        prop_assert!(svg.len() < 400_000, "{}", svg.len());
    }

    #[test]
    fn the_pointer_finds_every_channel_count(question in strategy::question(), spacing in spacing(), width in 60.0..1400.0) {
        let answer = question.answer().unwrap();
        let scene = Scene::new(&answer, &SceneOptions { spacing, ..SceneOptions::default() });
        let surface = Surface { width, height: 200.0, pixel_ratio: 2.0, oversample: 4 };
        let layout = ChartLayout::new(&scene, &Labels::default(), surface);
        for c in 1..=scene.axes.x_max {
            prop_assert_eq!(layout.channels_at(layout.x_to_px(c as f64)), c);
        }
    }
}
