//! Networks: read, opened block by block, built, broken and corrected, exported.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use serde_json::json;
use thirtyfour::Key;

use crate::harness::{Page, Viewport, journey, project};

/// Opens the Networks view by its tab, as a person does, with a link's settings.
async fn open(page: &Page, link: &str) -> Result<()> {
    page.resize(Viewport::DESKTOP).await?;
    page.open(link).await?;
    page.open_view("networks").await?;
    page.find("#net-summary").await?;
    Ok(())
}

/// Chooses an option of a menu by its text.
async fn choose(page: &Page, menu: &str, option: &str) -> Result<()> {
    let script = "const [menu, text] = arguments;
        const index = [...menu.options].findIndex((option) => option.text === text);
        if (index < 0) return false;
        menu.selectedIndex = index;
        menu.dispatchEvent(new Event('change', { bubbles: true }));
        return true;";
    let element = page.find(menu).await?;
    let found: bool = page.js(script, vec![element.to_json()?, json!(option)]).await?;
    ensure!(found, "`{menu}` has no {option:?}");
    Ok(())
}

/// The row of the table with this path.
async fn row(page: &Page, path: &str) -> Result<String> {
    let script = "const cell = document.querySelector(`.net-table th[title='${arguments[0]}']`);
        return cell ? cell.parentElement.id : null;";
    let mut id = None;
    page.until(&format!("the row {path}"), async || {
        id = page.js::<Option<String>>(script, vec![json!(path)]).await?;
        Ok(id.is_some())
    })
    .await?;
    id.map(|id| format!("#{id}")).context("it was there")
}

/// Types a number into a box in the place of the one that is there.
async fn enter(page: &Page, css: &str, number: &str) -> Result<()> {
    page.press(css, Key::Control + "a").await?;
    page.press(css, number).await?;
    page.press(css, Key::Enter).await
}

#[tokio::test]
async fn vgg16_is_read_row_by_row() -> Result<()> {
    journey("networks-vgg16", async |page| {
        open(page, "").await?;
        page.expect_text("#net-summary", "138,357,544 parameters").await?;
        let conv = row(page, "features.5").await?;
        page.expect_text(&conv, "128 × 112 × 112").await?;
        page.expect_text(&conv, "73,856").await?;
        page.click(&conv).await?;
        page.expect_text(".net-inspector", "(64·3·3 + 1)·128 = 73,856").await?;
        page.expect_text(".net-inspector", "147,584").await?;
        // The diagram shows what the table selects, and the other way round.
        page.find(".net-figure [data-row='6'].selected").await?;
        page.screenshot("networks").await?;
        // Keys move through the diagram from one end to the other, and the focus follows.
        let mut box_in_focus = page.find(".net-figure-box[data-row='6']").await?;
        for (key, row) in [(Key::Down, "8"), (Key::End, "40"), (Key::Home, "0"), (Key::Down, "1")] {
            box_in_focus.send_keys(key).await?;
            page.until("the focus to go along", async || {
                let focused = "return document.activeElement.dataset.row ?? ''";
                Ok(page.js::<String>(focused, vec![]).await? == row)
            })
            .await?;
            box_in_focus = page.driver.active_element().await?;
        }
        page.click(".net-list-head > button.chip").await?;
        page.expect_text("#torchsummary", "Conv2d-6").await?;
        let text = page.text("#torchsummary").await?;
        for (label, params) in [("Conv2d-6", "73,856"), ("Linear-33", "102,764,544")] {
            let line = text.lines().find(|line| line.contains(label)).context(label)?;
            ensure!(line.ends_with(params), "{line}");
        }
        ensure!(text.contains("Forward/backward pass size (MB): 218.78"), "{text}");
        page.click(".net-list-head > button.chip").await?;
        // Sorted by parameters, the first linear layer leads.
        page.click(".net-table th.params button").await?;
        page.expect_text(".net-table tbody tr:not(.space)", "classifier.0").await?;
        page.click("[aria-label='Show only'] .chip:first-of-type").await?;
        page.expect_text(".net-table tbody tr:not(.space)", "2,359,808").await
    })
    .await
}

#[tokio::test]
async fn a_block_is_opened_changed_and_brought_back() -> Result<()> {
    journey("networks-4e", async |page| {
        open(page, "#net=googlenet").await?;
        page.expect_text("#net-summary", "6,624,904").await?;
        let block = row(page, "inception4e").await?;
        page.click(&block).await?;
        // In the diagram, once it was brought into view.
        page.until("the diagram to rest", async || {
            let script = "const act = document.querySelector('.net-figure .selected .net-figure-act.open');
                const box = act?.getBoundingClientRect();
                return !!box && act.contains(document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2));";
            page.js(script, vec![]).await
        })
        .await?;
        page.click(".net-figure .selected .net-figure-act.open").await?;
        page.expect_text(".origin", "inception4e").await?;
        assert_eq!(page.js::<String>("return in_channels.value", vec![]).await?, "528");
        // Back returns to the network as it was.
        page.driver.back().await?;
        page.expect_text("#net-summary", "6,624,904").await?;
        page.driver.forward().await?;
        page.expect_text("#counts tr.module", "803,840").await?;
        page.press("#ch3x3-slider", Key::Down).await?;
        page.press("#ch3x3-slider", Key::Down).await?;
        page.click(".origin .chip").await?;
        page.expect_text("#net-summary", "googlenet*").await?;
        // Two filters fewer: 2·(160·9 + 2) in the block, 2·(256 + 160 + 32 + 128) in 5a, which follows.
        let expected = "6,620,868";
        page.expect_text("#net-summary", expected).await?;
        page.reload().await?;
        page.expect_text("#net-summary", expected).await?;
        page.press("body", Key::Control + "z").await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_small_cnn_is_built_with_the_keyboard_alone() -> Result<()> {
    journey("networks-keyboard", async |page| {
        open(page, "").await?;
        page.press("#net-empty", Key::Enter).await?;
        page.expect_text("#net-summary", "0 parameters").await?;
        enter(page, "#net-height", "32").await?;
        enter(page, "#net-width", "32").await?;
        // A letter finds a layer in the menu, Enter adds it; focus stays for the next.
        for (letters, expected) in [
            ("Convolution", "conv"),
            ("ReLU", "relu"),
            ("Max", "maxpool"),
            ("Conv + BN", "conv2"),
            ("Global", "avgpool"),
            ("Linear", "fc"),
        ] {
            page.press("#net-new", letters).await?;
            page.press("#net-add", Key::Enter).await?;
            page.expect_text(".net-table tbody tr.selected", expected).await?;
        }
        // 3·9·64 + 64, 64·9·64 + 2·64, 64·1000 + 1000.
        page.expect_text("#net-summary", "103,784 parameters").await?;
        // Ten classes are enough; the table's keys walk to the layer.
        enter(page, "#net-out_features", "10").await?;
        page.expect_text("#net-summary", "39,434 parameters").await?;
        page.press(".net-table", Key::Home).await?;
        page.expect_text(".net-inspector h2", "conv").await?;
        enter(page, "#net-out_channels", "16").await?;
        // What follows takes 16 channels: 448, 16·9·64 + 128, 650.
        page.expect_text("#net-summary", "10,442 parameters").await?;
        page.press("#net-name", "Small").await?;
        page.press("#net-name", Key::Enter).await?;
        let link = page.driver.current_url().await?.to_string();
        ensure!(link.contains("netname=Small") && link.contains("netown="), "{link}");
        page.reload().await?;
        page.expect_text("#net-summary", "Small: 10,442 parameters").await
    })
    .await
}

#[tokio::test]
async fn what_does_not_fit_says_why_and_is_mended() -> Result<()> {
    journey("networks-mend", async |page| {
        open(page, "#netown=at3.32.32-c16-r-mp2-c32-gap-l10").await?;
        let pool = row(page, "maxpool").await?;
        page.click(&pool).await?;
        enter(page, "#net-kernel_size", "40").await?;
        page.expect_text(".net-inspector .problem", "A window of 40 does not fit into 32").await?;
        page.expect_text(".net-inspector .problem", "Arrived: 16 × 32 × 32").await?;
        page.expect_text("#net-summary", "maxpool: A window of 40").await?;
        // The rest stays usable: what comes before keeps its counts, what follows can be changed.
        page.expect_text(&row(page, "conv").await?, "16 × 32 × 32").await?;
        page.click(&row(page, "fc").await?).await?;
        enter(page, "#net-out_features", "5").await?;
        page.click(&pool).await?;
        enter(page, "#net-kernel_size", "nine").await?;
        page.expect_text(
            ".field-error",
            "“nine” is neither a whole number nor a height and a width",
        )
        .await?;
        page.press("#net-kernel_size", Key::Escape).await?;
        // Undo: the linear layer first, then the window.
        page.click_button("Undo (Ctrl+Z)").await?;
        page.click_button("Undo (Ctrl+Z)").await?;
        page.until("the fault to go", async || {
            page.js("return !document.querySelector('#net-summary .problem')", vec![]).await
        })
        .await?;
        // 448, 16·9·32 + 32, 33·10.
        page.expect_text("#net-summary", "5,418 parameters").await
    })
    .await
}

/// Keeps what the page hands to the browser for saving, as text.
const CATCH: &str = "window.saved = [];
    const before = URL.createObjectURL;
    URL.createObjectURL = (blob) => { blob.text().then((text) => saved.push(text)); return before(blob); };
    HTMLAnchorElement.prototype.click = function () { saved.push(this.download); };";

async fn caught(page: &Page, count: usize) -> Result<Vec<String>> {
    page.until("a file", async || {
        Ok(page.js::<usize>("return saved.length", vec![]).await? >= count)
    })
    .await?;
    page.js("return saved", vec![]).await
}

#[tokio::test]
async fn tables_and_networks_are_taken_away() -> Result<()> {
    journey("networks-take-away", async |page| {
        open(page, "#net=googlenet_aux").await?;
        page.js::<()>(CATCH, vec![]).await?;
        page.click("[aria-label='Roll up'] .chip:first-of-type").await?;
        page.click(".net-list-head .popup summary").await?;
        page.click("#save-csv").await?;
        let saved = caught(page, 2).await?;
        let text = saved.iter().find(|text| text.starts_with("Layer,")).context("no CSV")?;
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        ensure!(&reader.headers()?[3] == "Output");
        let rows: Vec<csv::StringRecord> = reader.records().collect::<Result<_, _>>()?;
        let whole: u64 = rows
            .iter()
            .filter(|row| !row[0].contains('.'))
            .map(|row| row[4].parse::<u64>())
            .sum::<Result<_, _>>()?;
        assert_eq!(whole, 13_004_888);
        let block = rows.iter().find(|row| &row[0] == "inception4e").context("no 4e")?;
        assert_eq!((&block[1], &block[3], &block[4]), ("Inception", "832x14x14", "803840"));

        page.click("#net-save").await?;
        let saved = caught(page, 4).await?;
        let file = saved.iter().find(|text| text.starts_with('{')).context("no file")?;
        let path = write("googlenet.json", file)?;
        page.click("#net-empty").await?;
        page.expect_text("#net-summary", "0 parameters").await?;
        page.upload("#net-open", &path).await?;
        page.expect_text("#net-summary", "13,004,888 parameters").await?;

        let broken = write("broken.json", &file.replace("\"version\": 1", "\"version\": 7"))?;
        page.upload("#net-open", &broken).await?;
        page.expect_text(".net-file .problem", "“broken.json” can't be opened").await?;
        page.expect_text(".net-file .problem", "version is 7").await?;
        page.expect_text("#net-summary", "13,004,888 parameters").await
    })
    .await
}

fn write(name: &str, text: &str) -> Result<PathBuf> {
    let folder = project().join("target/e2e-files");
    fs::create_dir_all(&folder)?;
    let path = folder.join(name);
    fs::write(&path, text)?;
    Ok(path)
}

#[tokio::test]
async fn five_thousand_layers_scroll_and_are_kept_without_a_link() -> Result<()> {
    journey("networks-long", async |page| {
        let layer = r#"{ "type": "Conv2d", "out_channels": 8, "kernel_size": 3, "padding": 1 }"#;
        let layers = vec![layer; 5000].join(",\n");
        let file = format!(
            r#"{{ "format": "inception-explorer/network", "version": 1, "name": "Long", "input": [3, 16, 16], "layers": [{layers}] }}"#
        );
        let path = write("long.json", &file)?;
        open(page, "").await?;
        page.upload("#net-open", &path).await?;
        page.expect_text("#net-summary", "Long").await?;
        let rows: usize = page.js("return document.querySelectorAll('.net-table tbody tr').length", vec![]).await?;
        ensure!(rows < 100, "{rows} rows are drawn");
        page.press(".net-table", Key::End).await?;
        page.expect_text(".net-table tbody tr.selected", "conv5000").await?;
        page.reload().await?;
        page.expect_text("#net-summary", "Long").await?;
        choose(page, "#network", "VGG-16 (D)").await?;
        page.expect_text("#net-summary", "138,357,544").await
    })
    .await
}

#[tokio::test]
async fn a_bad_link_is_said_in_the_view() -> Result<()> {
    journey("networks-bad-link", async |page| {
        open(page, "#net=resnet&netsize=0&netown=c64-wat&netwat=1").await?;
        page.expect_text(".notices", "“net” was “resnet”").await?;
        page.expect_text(".notices", "“wat” at character 4").await?;
        page.expect_text(".notices", "The input's size was “0”").await?;
        page.expect_text(".notices", "“netwat”").await?;
        page.expect_text("#net-summary", "VGG-16").await
    })
    .await
}

#[tokio::test]
async fn the_view_in_korean_in_the_dark_and_on_a_phone() -> Result<()> {
    journey("networks-looks", async |page| {
        page.speak("ko-KR,ko").await?;
        page.prefer(&[("prefers-color-scheme", "dark")]).await?;
        open(page, "#net=googlenet").await?;
        page.expect_text("#net-summary", "파라미터").await?;
        page.screenshot("networks-ko-dark").await?;
        page.click(".tools button[lang='en']").await?;
        page.expect_text("#net-summary", "parameters").await?;
        page.resize(Viewport::PHONE).await?;
        page.screenshot("networks-phone").await?;
        let wide: bool = page
            .js("return document.documentElement.scrollWidth > document.documentElement.clientWidth", vec![])
            .await?;
        ensure!(!wide, "the page is wider than the phone");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn vgg16_beside_googlenet() -> Result<()> {
    journey("networks-compare", async |page| {
        open(page, "").await?;
        page.click("#tab-compare").await?;
        page.expect_text(".networks-view", "21 times fewer parameters at inference").await?;
        page.expect_text(".networks-view", "a tenth of VGG16's 138,357,544").await?;
        page.expect_text(".networks-view", "6,624,904: a twentieth").await?;
        page.expect_text(".networks-view", "123,642,856").await?;
        page.screenshot("networks-compare").await?;
        page.click("#tab-configurations").await?;
        page.expect_text(".networks-view", "from 29.6% to 27.0%").await
    })
    .await
}

#[tokio::test]
async fn the_five_heaviest_of_vgg16_are_replaced() -> Result<()> {
    journey("networks-replace", async |page| {
        open(page, "").await?;
        page.click("#tab-substitute").await?;
        // Each 512·9·512 + 512 = 2,359,808 becomes a module of 707,296.
        page.expect_text("#net-outcome", "138,357,544 → 130,094,984").await?;
        page.drag_slider("#net-k-slider", 1.0, 8).await?;
        page.expect_text("#net-outcome", "128,385,660").await?;
        page.click_button("Undo (Ctrl+Z)").await?;
        page.expect_text("#net-outcome", "130,094,984").await?;
        page.screenshot("networks-replace").await?;
        page.click("#net-take").await?;
        page.expect_text("#net-summary", "130,094,984 parameters").await?;
        page.reload().await?;
        page.expect_text("#net-summary", "130,094,984 parameters").await
    })
    .await
}
