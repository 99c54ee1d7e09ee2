//! The steps of preprocessing as pictures.

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
    /// The size that is asked for.
    pub size: Size,
    /// The preprocessed photograph, once it is there.
    pub input: Option<Rc<Input>>,
}

impl PartialEq for PreprocessingProps {
    fn eq(&self, other: &Self) -> bool {
        let pointer = |props: &Self| props.input.as_ref().map(Rc::as_ptr);
        self.size == other.size && pointer(self) == pointer(other)
    }
}

/// The steps, and what they made of the photograph. The card has its height before the photograph is there.
#[component]
pub fn Preprocessing(PreprocessingProps { size, input }: &PreprocessingProps) -> Html {
    use_lang();
    let size @ Size { height, width } = input.as_ref().map_or(*size, |input| input.size);
    let steps = format!(
        "Resize({}) → CenterCrop(({height}, {width})) → ToTensor() → Normalize({MEAN:?}, {STD:?})",
        resize_side(size)
    );
    html! {
        <section class="card preprocessing" aria-label={t!("preprocess.title")}>
            <h2>{ t!("preprocess.title") }<small><code>{ steps }</code></small></h2>
            <div class="strip">
                if let Some(input) = input {
                    { strip(input) }
                } else {
                    <p class="mute">{ t!("forward.loading") }</p>
                }
            </div>
        </section>
    }
}

/// Original with its crop, the crop, the three normalised channels.
fn strip(input: &Rc<Input>) -> Html {
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
    html! {
        <>
            <figure>
                <div class="framed">
                    // The browser knows the shape before it has decoded the photograph.
                    <img src={photo.url.clone()} alt={title.clone()} width={photo.width.to_string()} height={photo.height.to_string()} />
                    <span class="frame" style={frame}></span>
                </div>
                <figcaption>{ format!("{title} · {} × {}", grouped(photo.width), grouped(photo.height)) }</figcaption>
            </figure>
            <span class="arrow" aria-hidden="true">{ "→" }</span>
            <Crop input={input.clone()} />
            <span class="arrow" aria-hidden="true">{ "→" }</span>
            { for (0..3).map(|channel| html! { <Channel input={input.clone()} {channel} /> }) }
        </>
    }
}

#[derive(Properties)]
struct CropProps {
    input: Rc<Input>,
}

impl PartialEq for CropProps {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.input, &other.input)
    }
}

#[component]
fn Crop(CropProps { input }: &CropProps) -> Html {
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
            <canvas ref={canvas} role="img" aria-label={t!("preprocess.crop")}></canvas>
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
    let label = t!("preprocess.channel", name = name);
    html! {
        <figure>
            <canvas ref={canvas} role="img" aria-label={label}></canvas>
            <figcaption>{ format!("{name}: {min:.2} … {max:.2}") }</figcaption>
        </figure>
    }
}
