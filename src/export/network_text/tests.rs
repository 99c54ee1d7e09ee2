use super::*;
use crate::arch::Named;
use crate::arch::network::{Family, NetworkId};

fn round_trip(text: &str) -> String {
    let (network, input) = read(text).unwrap();
    write(&network, input)
}

#[test]
fn the_networks_people_know_are_short_and_come_back() {
    let lengths: Vec<_> = NetworkId::all()
        .map(|id| {
            let network = id.build();
            let text = write(&network, Network::INPUT);
            assert_eq!(read(&text), Ok((network, Network::INPUT)), "{text}");
            assert!(
                text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"*-._".contains(&byte))
            );
            let escaped: String = form_urlencoded::byte_serialize(text.as_bytes()).collect();
            assert_eq!(escaped, text);
            (id, text.len())
        })
        .collect();
    // ResNet's blocks have named layers.
    let most = |id: NetworkId| if id.family() == Family::ResNet { LINK_LIMIT / 2 } else { 1000 };
    assert!(lengths.iter().all(|(id, length)| *length < most(*id)), "{lengths:?}");
}

#[test]
fn vgg16_reads_as_the_table() {
    let network = NetworkId::by_name("vgg11").unwrap().build();
    assert_eq!(
        write(&network, Network::INPUT),
        "s_-c64-r-mp2-c128-r-mp2-c256-r-c256-r-mp2-c512-r-c512-r-mp2-c512-r-c512-r-mp2-_-aap7\
         -classifier*s_-l4096-r-d-l4096-r-d-l1000-_"
    );
}

#[test]
fn what_is_usual_is_left_out_and_the_rest_is_kept() {
    for text in [
        "",
        "at1.28.28",
        "c64k7s2p0d2n-bn-r-c8g4",
        "c3-bni64-c9i64",
        "mp3s2c-ap5s3p1-aap7x5-gap-lrn5",
        "c128k1x7n-cb128k7x1-c8s2x1-c8k7x1p3-c8d1x2-mp2x3-mp3s1x2p0x1d2-ap1x4s2",
        "cb64k1-cr8s2-i64.96.128.16.32.32k3.3-in1.0.2.0.3.1-ir0.0.0.0.0.4-f-l10ni7",
        "stem*c64-c64-c64-Fr-Fgap",
        "s_-c8-stem*r-_-p_-s_-c4-_-cb4-_-x_-Fgap-_-sb_-_-pr_-c4-_-xi_-_",
        "a_-s_-c8-bn-r-c8-bn-_-shortcut*s_-_-_-r-m_-s_-_-s_-gap-c1k1-_-_-pp_-_-sk_-_-sn_-_-aa_-_",
        "mp300-c8w64-bnw8-l9w70-i1.1.1.1.1.1w192-cb4w3",
    ] {
        assert_eq!(round_trip(text), text);
    }
    assert_eq!(round_trip("features*ss_-0*c008k3p1-_-relu*r"), "s_-c8-_-r");
}

#[test]
fn a_height_and_a_width_are_read_apart() {
    assert_eq!(round_trip("c8k3x3p1x1-aap7x7-mp2x2s2x2"), "c8-aap7-mp2");
    let given = |text| read(text).unwrap_err().to_string();
    assert!(given("c8k1x7x3").contains("is no whole number"), "{}", given("c8k1x7x3"));
    assert!(given("c8k1x").contains("stand 1 numbers, not 0"), "{}", given("c8k1x"));
    assert!(given("c8g1x7").contains("is no whole number"), "{}", given("c8g1x7"));
    assert!(given("c8k0x7").contains("kernel_size is 0"), "{}", given("c8k0x7"));
    assert!(given("ap2d2").contains("'d' can't stand here"), "{}", given("ap2d2"));
}

#[test]
fn a_first_node_may_be_called_like_an_input() {
    assert_eq!(round_trip("at0*s_-_"), "at0*s_-_");
    assert_eq!(round_trip("at3.32.32-at0*r"), "at3.32.32-at0*r");
}

#[test]
fn errors_say_where_what_and_why() {
    for (text, error) in [
        ("c64-q", "\"q\" (byte 4): this is no layer"),
        ("c64--r", "\"\" (byte 4): this is no layer"),
        ("c", "\"c\" (byte 0): after \"c\" stand 1 numbers, not 0"),
        ("r5", "\"r5\" (byte 0): after \"r\" stand 0 numbers, not 1"),
        ("i1.2.3", "\"i1.2.3\" (byte 0): after \"i\" stand 6 numbers, not 3"),
        ("c1.", "\"c1.\" (byte 0): after \"c\" stand 1 numbers, not 2"),
        ("c0", "\"c0\" (byte 0): out_channels is 0; allowed are 1 to 65536"),
        (
            "i1.1.1.1.1.1k4.5",
            "\"i1.1.1.1.1.1k4.5\" (byte 0): kernel3 is 4; allowed are 1 to 11 in steps of 2",
        ),
        ("c8k3k3", "\"c8k3k3\" (byte 0): 'k' can't stand here"),
        ("r-mp2g2", "\"mp2g2\" (byte 2): 'g' can't stand here"),
        ("cb8n", "\"cb8n\" (byte 0): 'n' can't stand here"),
        ("Fcb8", "\"Fcb8\" (byte 0): this is no layer"),
        ("c8가", "\"c8가\" (byte 0): '가' can't stand here"),
        ("r-_", "\"_\" (byte 2): no container is open"),
        ("r-s_-p_-_", "1 of the containers that are opened are not closed by \"_\""),
        (
            "a.b*r",
            "\"a.b*r\" (byte 0): before \"*\" stands a name of 1 to 64 letters, digits and underscores",
        ),
        ("r-at1.2.3", "\"at1.2.3\" (byte 2): this is no layer"),
        (
            "at0.2.3",
            "\"at0.2.3\" (byte 0): the input is 0 × 2 × 3; allowed are sides of 1 to 65536",
        ),
        ("a*r-a*r", "a: there are two nodes of this name"),
        (
            "c99999999999999999999",
            "\"c99999999999999999999\" (byte 0): \"99999999999999999999\" is no whole number that could be counted",
        ),
    ] {
        assert_eq!(read(text).unwrap_err().to_string(), error);
    }
}

#[test]
fn a_megabyte_is_refused_soon() {
    let long = "r-".repeat(1 << 19);
    assert_eq!(read(&long), Err(NetworkError::TooManyNodes.into()));
    let deep = "s_-".repeat(1 << 18);
    let Err(TextError::Network(NetworkError::TooDeep { path })) = read(&deep) else { panic!() };
    assert_eq!(path.len(), 2 * MOST_LEVELS + 1);
    let Err(TextError::Token { given, .. }) = read(&"가".repeat(1 << 18)) else { panic!() };
    assert_eq!(given.chars().count(), LONGEST_QUOTE);
}
