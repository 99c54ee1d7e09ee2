use super::*;
use crate::arch::Named;
use crate::arch::network::NetworkError;
use crate::arch::network::{Family, Flow, Join, NetworkId, NewLayer};

const SMALL: &str = r#"{
  "format": "inception-explorer/network",
  "version": 1,
  "name": "A \"small\" one: 작은 것",
  "input": [3, 32, 48],
  "layers": [
    {"type": "BasicConv2d", "out_channels": 64, "kernel_size": 3, "padding": 1},
    {"type": "Sequential", "name": "body", "layers": [
      {"type": "MaxPool2d", "kernel_size": 2},
      {"type": "Inception", "name": "inception3a", "ch1x1": 64, "ch3x3red": 96, "ch3x3": 128, "ch5x5red": 16, "ch5x5": 32, "pool_proj": 32, "kernel5": 3, "form": "naive", "batch_norm": false},
      {"type": "Sequential", "layers": []},
      {"type": "Conv2d", "in_channels": 7, "out_channels": 8, "kernel_size": 1, "bias": false}
    ]},
    {"type": "InceptionAux", "side": [
      {"type": "ReLU", "call": "function"}
    ]},
    {"type": "AdaptiveAvgPool2d", "output_height": 1},
    {"type": "Flatten"},
    {"type": "BatchNorm2d", "last_input": 9},
    {"type": "Linear", "out_features": 10}
  ]
}
"#;

fn read_text(text: &str) -> Result<NetworkFile, FileError> {
    read(text.as_bytes())
}

/// A file with `layers` in it.
fn with_layers(layers: &str) -> String {
    format!(
        "{{\"format\": \"{FORMAT}\", \"version\": 1, \"input\": [3, 8, 8], \"layers\": [{layers}]}}"
    )
}

#[test]
fn people_can_read_it() {
    let small = SMALL.replace(", \"ch3x3red\": 96", ", \"ch3x3red\": 0");
    let small = small.replace("\"ch5x5red\": 16", "\"ch5x5red\": 0");
    let small = small.replace("\"pool_proj\": 32", "\"pool_proj\": 1");
    let file = read_text(SMALL).unwrap();
    assert_eq!(write(&file), small);
    let error = file.network.infer(file.input).faults.remove(0).to_string();
    assert!(error.starts_with("body.3: the layer takes 7 channels"), "{error}");
}

#[test]
fn the_networks_people_know_come_back() {
    for id in NetworkId::all() {
        let file =
            NetworkFile { name: id.name().to_owned(), input: Network::INPUT, network: id.build() };
        let text = write(&file);
        assert_eq!(read_text(&text), Ok(file));
        // ResNet's blocks have named layers.
        let most = if id.family() == Family::ResNet { 24_000 } else { 8000 };
        assert!(text.len() < most, "{} has {} bytes", id.name(), text.len());
    }
}

#[test]
fn a_container_of_any_class_runs_by_its_key() {
    for (key, flow) in [
        ("layers", Flow::Sequence),
        ("branches", Flow::Parallel(Join::Concat)),
        ("add", Flow::Parallel(Join::Add)),
        ("multiply", Flow::Parallel(Join::Multiply)),
        ("side", Flow::Side),
    ] {
        for class in ["Sequential", "Inception", "InceptionAux", "BasicBlock", "Bottleneck", "Add"]
        {
            let layers = format!(r#"{{"type": "{class}", "{key}": [{{"type": "ReLU"}}]}}"#);
            let file = read_text(&with_layers(&layers)).unwrap();
            let node = &file.network.nodes[0];
            assert_eq!((node.flow(), node.class_name()), (Some(flow), class));
            assert_eq!(read_text(&write(&file)), Ok(file));
        }
    }
}

#[test]
fn the_most_nodes_fit_into_a_file() {
    let conv = NewLayer::Conv.node(None);
    let nodes = (0..crate::arch::network::check::MOST_NODES)
        .map(|index| crate::arch::network::Node { name: format!("{index:x<64}"), ..conv.clone() });
    let network = Network { nodes: nodes.collect() }.fitted(Network::INPUT);
    let file = NetworkFile { name: String::new(), input: Network::INPUT, network };
    let text = write(&file);
    assert!(text.len() < LARGEST_FILE, "{}", text.len());
    assert_eq!(read_text(&text), Ok(file));
}

#[test]
fn a_mark_of_byte_order_and_keys_in_any_order_are_taken() {
    let text = format!(
        "\u{feff}{}",
        with_layers(r#"{"padding": 1, "kernel_size": 3, "type": "MaxPool2d"}"#)
    );
    assert!(
        write(&read_text(&text).unwrap())
            .contains(r#"{"type": "MaxPool2d", "kernel_size": 3, "padding": 1}"#)
    );
}

#[test]
fn errors_say_where_what_and_what_is_allowed() {
    for (layers, error) in [
        (
            r#"{"type": "Conv3d"}"#,
            "unknown variant `Conv3d`, expected one of `Conv2d`, `BatchNorm2d`",
        ),
        (
            r#"{"type": "ReLU", "in_place": true}"#,
            "unknown field `in_place`, expected one of `type`, `name`",
        ),
        (r#"{"name": "a"}"#, "missing field `type` at line 1 column 99"),
        (r#"{"type": "ReLU", "type": "ReLU"}"#, "duplicate field `type` at line 1 column"),
        (r#"{"type": "ReLU", "size": 1, "size": 1}"#, "duplicate field `size` at line 1 column"),
        (
            r#"{"type": "Linear", "out_features": -1}"#,
            "invalid value: integer `-1`, expected u64 at line 1 column",
        ),
        (
            r#"{"type": "Linear", "out_features": 1.5}"#,
            "invalid type: floating point `1.5`, expected u64 at line 1 column",
        ),
        (
            r#"{"type": "Linear", "bias": 1}"#,
            "invalid type: integer `1`, expected a boolean at line 1 column",
        ),
        (
            r#"{"type": "ReLU", "call": "method"}"#,
            "unknown variant `method`, expected `module` or `function` at line 1",
        ),
        (
            "3",
            "invalid type: integer `3`, expected a layer: an object with a \"type\" at line 1 column",
        ),
        (r#"{"type": "Linear""#, "expected `,` or `}` at line 1 column"),
        (
            r#"{"type": "ReLU"}, {"type": "Conv2d", "kernel_size": 1}"#,
            "layers[1]: Conv2d needs \"out_channels\"",
        ),
        (r#"{"type": "ReLU", "size": 5}"#, "layers[0]: ReLU can't have \"size\" here"),
        (r#"{"type": "ReLU", "layers": []}"#, "layers[0]: ReLU can't have \"layers\" here"),
        (r#"{"type": "ReLU", "last_input": 5}"#, "layers[0]: ReLU can't have \"last_input\" here"),
        (r#"{"type": "Sequential"}"#, "layers[0]: Sequential needs \"layers\""),
        (
            r#"{"type": "BatchNorm2d", "num_features": 4, "last_input": 5}"#,
            "layers[0]: BatchNorm2d can't have \"last_input\" here",
        ),
        (
            r#"{"type": "BasicConv2d", "bias": true, "out_channels": 4, "kernel_size": 1}"#,
            "layers[0]: BasicConv2d can't have \"bias\" here",
        ),
        (
            r#"{"type": "Inception", "branches": [{"type": "LocalResponseNorm", "size": 0}]}"#,
            "layers[0].branches[0]: size is 0; allowed are 1 to 65536",
        ),
        (
            r#"{"type": "BatchNorm2d", "num_features": 70000}"#,
            "layers[0]: num_features is 70000; allowed are 1 to 65536",
        ),
        (r#"{"type": "Inception", "ch1x1": 5}"#, "layers[0]: Inception needs \"ch3x3red\""),
        (
            r#"{"type": "Inception", "ch1x1": 0, "ch3x3red": 0, "ch3x3": 0, "ch5x5red": 0, "ch5x5": 0, "pool_proj": 0}"#,
            "layers[0]: every branch has a width of 0; one must remain",
        ),
        (
            r#"{"type": "ReLU", "name": "a"}, {"type": "ReLU", "name": "a"}"#,
            "a: there are two nodes of this name",
        ),
        (r#"{"type": "ReLU", "name": "a.b"}"#, "0: the name \"a.b\" can't be taken"),
    ] {
        let given = read_text(&with_layers(layers)).unwrap_err().to_string();
        assert!(given.starts_with(error), "{layers}: {given}");
    }
}

#[test]
fn errors_say_what_a_window_may_be() {
    for (layers, error) in [
        (r#"{"type": "ReLU", "p": 0.5}"#, "layers[0]: ReLU can't have \"p\" here"),
        (
            r#"{"type": "MaxPool2d", "kernel_size": "3"}"#,
            "invalid type: string \"3\", expected a whole number or [height, width] at line 1",
        ),
        (
            r#"{"type": "MaxPool2d", "kernel_size": [3]}"#,
            "invalid length 1, expected [height, width] at line 1",
        ),
        (
            r#"{"type": "MaxPool2d", "kernel_size": [3, 3, 3]}"#,
            "invalid length 3, expected [height, width] at line 1",
        ),
        (
            r#"{"type": "MaxPool2d", "kernel_size": [3, 0]}"#,
            "layers[0]: kernel_size is 0; allowed are 1 to 65536",
        ),
        (
            r#"{"type": "MaxPool2d", "kernel_size": 3, "padding": "same"}"#,
            "layers[0]: the padding of a pool is a number, not \"same\"",
        ),
        (
            r#"{"type": "Conv2d", "out_channels": 1, "kernel_size": 3, "padding": "full"}"#,
            "unknown variant `full`, expected `same` or `valid` at line 1",
        ),
        (
            r#"{"type": "Conv2d", "out_channels": 1, "kernel_size": [4, 3], "padding": "same"}"#,
            "layers[0]: padding=\"same\" pads one side of a 4×3 kernel more than the other",
        ),
        (
            r#"{"type": "AvgPool2d", "kernel_size": 3, "dilation": 2}"#,
            "layers[0]: AvgPool2d can't have \"dilation\" here",
        ),
        (
            r#"{"type": "AdaptiveAvgPool2d"}"#,
            "layers[0]: AdaptiveAvgPool2d needs \"output_height\"",
        ),
        (
            r#"{"type": "AdaptiveAvgPool2d", "output_size": 1, "output_width": 1}"#,
            "layers[0]: AdaptiveAvgPool2d can't have \"output_width\" here",
        ),
    ] {
        let given = read_text(&with_layers(layers)).unwrap_err().to_string();
        assert!(given.starts_with(error), "{layers}: {given}");
    }
}

#[test]
fn what_pytorch_writes_is_read_and_alike_sides_are_one_number() {
    for (layer, written) in [
        (
            r#""Conv2d", "out_channels": 8, "kernel_size": [11, 11], "padding": "valid""#,
            r#""Conv2d", "out_channels": 8, "kernel_size": 11"#,
        ),
        (
            r#""Conv2d", "out_channels": 8, "kernel_size": [1, 7], "dilation": [1, 2], "padding": "same""#,
            r#""Conv2d", "out_channels": 8, "kernel_size": [1, 7], "padding": [0, 6], "dilation": [1, 2]"#,
        ),
        (
            r#""MaxPool2d", "kernel_size": [3, 2], "stride": [3, 2], "dilation": 2"#,
            r#""MaxPool2d", "kernel_size": [3, 2], "dilation": 2"#,
        ),
        (
            r#""AdaptiveAvgPool2d", "output_size": [7, 5]"#,
            r#""AdaptiveAvgPool2d", "output_height": 7, "output_width": 5"#,
        ),
        (r#""AdaptiveAvgPool2d", "output_size": 7"#, r#""AdaptiveAvgPool2d", "output_height": 7"#),
        (r#""Dropout", "p": 0.5, "inplace": false"#, r#""Dropout""#),
        (r#""ReLU", "inplace": true"#, r#""ReLU""#),
    ] {
        let read = read_text(&with_layers(&format!("{{\"type\": {layer}}}"))).unwrap();
        let text = write(&read);
        assert!(text.contains(&format!("{{\"type\": {written}}}")), "{text}");
        assert_eq!(read_text(&text), Ok(read));
    }
}

#[test]
fn other_files_are_told_apart() {
    let good = with_layers("");
    for (text, error) in [
        ("", "EOF while parsing a value at line 1 column 0"),
        ("{}", "\"format\" is missing, not \"inception-explorer/network\""),
        (
            &good.replace("\"version\": 1", "\"version\": 2, \"new\": 1"),
            "\"version\" is 2; known is 1",
        ),
        (&good.replace("\"version\"", "\"new\""), "\"version\" is missing; known is 1"),
        (&good.replace("8]", "0]"), "the input is 3 × 8 × 0; allowed are sides of 1 to 65536"),
        (&good.replace("8]", "8, 8]"), "trailing characters at line 1"),
        (
            &good.replace("\"input\"", "\"inputs\""),
            "unknown field `inputs`, expected one of `format`",
        ),
        (
            &good.replace("\"input\"", &format!("\"name\": \"{}\", \"input\"", "가".repeat(101))),
            "\"name\" has 101 characters, more than 100",
        ),
    ] {
        let given = read_text(text).unwrap_err().to_string();
        assert!(given.starts_with(error), "{text}: {given}");
    }
    let bytes = LARGEST_FILE + 1;
    assert_eq!(read(&vec![b' '; bytes]), Err(FileError::TooLarge { bytes }));
}

#[test]
fn depth_and_count_are_limited_before_they_cost() {
    let deep = |levels| {
        let open = r#"{"type": "Sequential", "layers": ["#.repeat(levels);
        with_layers(&format!("{open}{}", "]}".repeat(levels)))
    };
    assert!(read_text(&deep(16)).is_ok());
    let error = read_text(&deep(17)).unwrap_err();
    assert!(matches!(error, FileError::Network(NetworkError::TooDeep { .. })), "{error}");
    let error = read_text(&deep(1000)).unwrap_err().to_string();
    assert!(error.starts_with("recursion limit exceeded at line 1 column"), "{error}");
    let many = vec![r#"{"type":"ReLU"}"#; 200_000].join(",");
    assert_eq!(read_text(&with_layers(&many)), Err(NetworkError::TooManyNodes.into()));
}
