//! What preprocessing did, step by step.

use std::rc::Rc;

use crate::t;
use web_sys::HtmlCanvasElement;
use yew::prelude::*;

use crate::arch::Size;
use crate::engine::preprocess::{MEAN, STD, resize_side};
use crate::page::format::grouped;
use crate::page::prefs::use_lang;

use super::input::Input;
use super::picture::{colour_map, show};

#[derive(Properties)]
pub struct PreprocessingProps {
    pub input: Rc<Input>,
}

impl PartialEq for PreprocessingProps {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.input, &other.input)
    }
}

/// Original with its crop, the crop, the three normalised channels.
#[component]
pub fn Preprocessing(PreprocessingProps { input }: &PreprocessingProps) -> Html {
    use_lang();
    let Size { height, width } = input.size;
    let photo = &input.photo;
    let title = photo.reference().title();
    let (columns, rows) = (f64::from(photo.width), f64::from(photo.height));
    let crop = &input.rectangle;
    let frame = format!(
        "left:{:.3}%;top:{:.3}%;width:{:.3}%;height:{:.3}%",
        100.0 * crop.left / columns,
        100.0 * crop.top / rows,
        100.0 * crop.width / columns,
        100.0 * crop.height / rows
    );
    let steps = format!(
        "Resize({}) → CenterCrop(({height}, {width})) → ToTensor() → Normalize({MEAN:?}, {STD:?})",
        resize_side(input.size)
    );
    html! {
        <section class="card preprocessing" aria-label={t!("preprocess.title").into_owned()}>
            <h2>{ t!("preprocess.title") }<small><code>{ steps }</code></small></h2>
            <div class="strip">
                <figure>
                    <div class="framed">
                        <img src={photo.url.clone()} alt={title.clone()} />
                        <span class="frame" style={frame}></span>
                    </div>
                    <figcaption>{ format!("{title} · {} × {}", grouped(photo.width), grouped(photo.height)) }</figcaption>
                </figure>
                <span class="arrow" aria-hidden="true">{ "→" }</span>
                <Crop input={input.clone()} />
                <span class="arrow" aria-hidden="true">{ "→" }</span>
                { for (0..3).map(|channel| html! { <Channel input={input.clone()} {channel} /> }) }
            </div>
        </section>
    }
}

#[component]
fn Crop(PreprocessingProps { input }: &PreprocessingProps) -> Html {
    use_lang();
    let canvas = use_node_ref();
    {
        let canvas = canvas.clone();
        use_effect_with(Rc::as_ptr(input), {
            let input = input.clone();
            move |_| {
                if let Some(canvas) = canvas.cast::<HtmlCanvasElement>() {
                    show(&canvas, input.size.width, input.size.height, &input.crop.to_vec());
                }
            }
        });
    }
    html! {
        <figure>
            <canvas ref={canvas} role="img" aria-label={t!("preprocess.crop").into_owned()}></canvas>
            <figcaption>{ format!("{} × {}", input.size.height, input.size.width) }</figcaption>
        </figure>
    }
}

#[derive(Properties)]
struct ChannelProps {
    input: Rc<Input>,
    channel: u32,
}

impl PartialEq for ChannelProps {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.input, &other.input) && self.channel == other.channel
    }
}

/// One normalised channel, with its range.
#[component]
fn Channel(ChannelProps { input, channel }: &ChannelProps) -> Html {
    use_lang();
    let canvas = use_node_ref();
    let values = use_memo((Rc::as_ptr(input), *channel), |_| {
        let plane = input.tensor.length() / 3;
        input.tensor.subarray(channel * plane, (channel + 1) * plane).to_vec()
    });
    let (min, max) = values.iter().fold((f32::INFINITY, f32::NEG_INFINITY), |(min, max), value| {
        (min.min(*value), max.max(*value))
    });
    {
        let (canvas, values, size) = (canvas.clone(), values.clone(), input.size);
        use_effect_with((Rc::as_ptr(input), *channel), move |_| {
            if let Some(canvas) = canvas.cast::<HtmlCanvasElement>() {
                show(&canvas, size.width, size.height, &colour_map(&values, min, max));
            }
        });
    }
    let name = ["R", "G", "B"][*channel as usize];
    let label = t!("preprocess.channel", name = name).into_owned();
    html! {
        <figure>
            <canvas ref={canvas} role="img" aria-label={label}></canvas>
            <figcaption>{ format!("{name}: {min:.2} … {max:.2}") }</figcaption>
        </figure>
    }
}
