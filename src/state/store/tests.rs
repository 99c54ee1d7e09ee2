use crate::arch::network::{ConvBlock, Edit, NetworkId, NodePath};
use crate::arch::{Named, Preset, Shape};
use crate::cost::Metric;
use crate::state::link::read;
use crate::state::networks::Source;
use crate::state::term::Term;

use super::*;

fn set(channels: u64) -> Action {
    Action::Set(Field::InChannels, channels)
}

fn after(store: &Store, actions: impl IntoIterator<Item = StoreAction>) -> Store {
    actions.into_iter().fold(store.clone(), |store, action| store.after(action))
}

/// What reading a link does, with the Networks view open.
fn read_link(link: &str) -> StoreAction {
    StoreAction::Read(Box::new(Reading { view: View::Networks, ..read(link) }))
}

/// The page with the Networks view open.
fn networks() -> Store {
    Store { view: View::Networks, ..Store::default() }
}

/// The state that shows a published network.
fn known(name: &str) -> Networks {
    let id = NetworkId::by_name(name).unwrap();
    Networks { source: Source::Known(id), ..Networks::default() }
}

fn shown(store: &Store) -> u64 {
    store.module.shown().module.in_channels
}

fn committed(store: &Store) -> u64 {
    store.module.committed().module.in_channels
}

#[test]
fn a_preview_shows_and_a_commit_steps() {
    let start = Store::default();
    let store = after(&start, [200, 210, 220].map(set).map(StoreAction::preview));
    assert_eq!((shown(&store), committed(&store)), (220, 192));
    assert!(!store.module.can_undo());
    let store = after(&store, [StoreAction::commit(set(230))]);
    assert_eq!((shown(&store), committed(&store)), (230, 230));
    let undone = after(&store, [StoreAction::Undo]);
    assert_eq!((shown(&undone), undone.module.can_redo()), (192, true));
    assert_eq!(shown(&after(&undone, [StoreAction::Redo])), 230);
    assert_eq!(start, Store::default(), "what was there is not touched");
}

#[test]
fn nothing_to_undo_changes_nothing() {
    let start = Store::default();
    assert_eq!(after(&start, [StoreAction::Undo, StoreAction::Redo]), start);
}

#[test]
fn a_refusal_names_its_field_and_goes_with_the_next_change() {
    let start = Store::default();
    for refused in [StoreAction::preview(set(0)), StoreAction::commit(set(0))] {
        let store = after(&start, [refused.clone()]);
        let refusal = store.module_refusal.expect("refused");
        assert_eq!(refusal.field, Some(Field::InChannels));
        let error = FieldError::OutOfRange { field: Field::InChannels, given: 0 };
        assert_eq!(refusal.error, error);
        assert_eq!(store.module, start.module);
        // The same once more is another refusal: the slider must be put back again.
        assert_ne!(after(&store, [refused]).module_refusal, Some(refusal));
        assert_eq!(after(&store, [StoreAction::commit(set(5))]).module_refusal, None);
    }
}

#[test]
fn a_link_is_one_step_and_brings_its_notices() {
    let start = Store::default();
    let reading = read("v=1&in=5000&view=forward");
    let store = after(&start, [StoreAction::Read(Box::new(reading))]);
    assert_eq!(store.notices.len(), 1);
    assert_eq!((committed(&store), store.view), (1024, View::Forward));
    let undone = after(&store, [StoreAction::Undo]);
    assert_eq!(committed(&undone), 192);
    assert_eq!(undone.view, View::Forward, "undo does not turn the page");
    assert_eq!(after(&store, [StoreAction::DismissNotices]).notices, []);
}

#[test]
fn a_page_starts_with_its_link() {
    let store = Store::new(read("v=1&in=3&nonsense=1"));
    assert_eq!((shown(&store), committed(&store), store.notices.len()), (3, 3, 1));
    assert!(!store.module.can_undo());
}

#[test]
fn views_are_no_steps_and_survive_undo() {
    let store = after(&Store::default(), [StoreAction::Navigate(View::Forward)]);
    assert_eq!((store.view, store.can_undo()), (View::Forward, false));
    let store = after(&store, [StoreAction::commit(set(3)), StoreAction::Undo]);
    assert_eq!((store.view, shown(&store)), (View::Forward, 192));
}

#[test]
fn a_step_is_taken_by_the_document_of_the_open_view() {
    let metric = NetworksAction::SetMetric(Metric::Macs);
    let changed =
        after(&Store::default(), [StoreAction::commit(set(64)), StoreAction::commit(metric)]);
    let metric = |store: &Store| store.networks.shown().counting.metric;
    for view in View::all() {
        let open = after(&changed, [StoreAction::Navigate(view)]);
        let undone = after(&open, [StoreAction::Undo]);
        let reset = after(&open, [StoreAction::Reset]);
        let expected =
            if view == View::Networks { (64, Metric::Params) } else { (192, Metric::Macs) };
        for store in [&undone, &reset] {
            assert_eq!((shown(store), metric(store)), expected, "{view:?}");
        }
        assert!(undone.can_redo() && !undone.can_undo());
        assert!(reset.can_undo() && !reset.can_redo());
        assert_eq!(after(&undone, [StoreAction::Redo]), open);
    }
}

/// The counting of both documents, which must be the same.
fn counting(store: &Store) -> Counting {
    assert_eq!(store.module.shown().counting, store.networks.shown().counting);
    assert_eq!(store.module.committed().counting, store.networks.committed().counting);
    store.counting()
}

#[test]
fn what_is_counted_in_one_view_is_counted_in_the_other() {
    let start = Counting::default();
    let term = Term::ParamBatchNorm;
    let mut changed = Counting { metric: Metric::Macs, ..start };
    term.set(&mut changed.convention, false);
    let module: [Change; 2] =
        [Action::SetMetric(Metric::Macs).into(), Action::SetTerm(term, false).into()];
    let networks: [Change; 2] = [
        NetworksAction::SetMetric(Metric::Macs).into(),
        NetworksAction::SetTerm(term, false).into(),
    ];
    for view in View::all() {
        let actions = if view == View::Networks { networks.clone() } else { module.clone() };
        let open = Store { view, ..Store::default() };
        let store = after(&open, actions.map(StoreAction::commit));
        assert_eq!(counting(&store), changed, "{view:?}");
        let steps = (store.module.can_undo(), store.networks.can_undo());
        assert_eq!(steps, (view != View::Networks, view == View::Networks));
        let undone = after(&store, [StoreAction::Undo]);
        assert_eq!(counting(&undone), Counting { metric: Metric::Macs, ..start });
        let undone = after(&undone, [StoreAction::Undo]);
        assert_eq!(counting(&undone), start);
        assert_eq!(after(&undone, [StoreAction::Redo, StoreAction::Redo]), store);
        assert_eq!(counting(&after(&store, [StoreAction::Reset])), start);
        for other in View::all() {
            assert_eq!(counting(&after(&store, [StoreAction::Navigate(other)])), changed);
        }
    }
}

#[test]
fn nothing_to_undo_leaves_refusal_and_block_alone() {
    let side = StoreAction::commit(NetworksAction::SetInput(Shape::new(3, 0, 1)));
    let refused = after(&networks(), [side, StoreAction::Undo, StoreAction::Redo]);
    assert_eq!(refused.networks_refusal, Some(NetworksError::Side(0)));
    let opened = after(&Store::default(), [StoreAction::OpenBlock(block_4e())]);
    let refused = after(&opened, [StoreAction::commit(set(0)), StoreAction::Redo]);
    assert!(refused.module_refusal.is_some() && refused.block.is_some());
    assert_eq!(after(&refused, [StoreAction::Undo]).block, None, "the module is another one");
}

fn block_4e() -> Block {
    let preset = Preset::by_id("4e").unwrap();
    Block {
        path: "inception4e".into(),
        module: Inception::new(preset.fields).unwrap(),
        size: Size::square(14),
    }
}

#[test]
fn a_block_is_opened_as_the_module_and_put_back_changed() {
    let start = Store { networks: History::new(known("googlenet")), ..networks() };
    let opened = after(&start, [StoreAction::OpenBlock(block_4e())]);
    assert_eq!((opened.view, opened.block.as_deref()), (View::Module, Some("inception4e")));
    assert_eq!((shown(&opened), opened.module.shown().size), (528, Size::square(14)));
    assert!(opened.can_undo(), "it is a step");
    let wider = StoreAction::commit(Action::Set(Field::Ch3x3, 384));
    let put = after(&opened, [wider, StoreAction::PutBlock]);
    assert_eq!((put.view, put.networks_refusal.as_ref()), (View::Networks, None));
    let network = put.networks.shown().source.network();
    let node = network.node(&network.path_named("inception4e").unwrap()).unwrap();
    let (_, module) = ConvBlock::of_inception(node).unwrap();
    assert_eq!(module.ch3x3, 384);
    // Without a block there is no place for the module.
    assert_eq!(after(&start, [StoreAction::PutBlock]), start);
}

#[test]
fn a_link_brings_both_documents_and_the_notices_of_both() {
    let store = Store::new(read("in=5000&net=vgg11&nettab=wat&view=networks"));
    assert_eq!((store.view, store.networks.shown()), (View::Networks, &known("vgg11")));
    assert_eq!((shown(&store), store.notices.len()), (1024, 2));
}

#[test]
fn undo_brings_the_selection_back() {
    let at = NodePath(vec![0, 5]);
    let edit = |edit| StoreAction::commit(NetworksAction::Edit(edit));
    let selected = |store: &Store| store.networks.shown().selected.clone();
    let store = networks().after(StoreAction::Select(Some(at.clone())));
    assert!(!store.networks.can_undo(), "a selection is no step");
    let store = store.after(edit(Edit::Move { from: at.clone(), to: NodePath(vec![0, 0]) }));
    assert_eq!(selected(&store), Some(NodePath(vec![0, 0])));
    let store = store.after(StoreAction::Undo);
    assert_eq!(selected(&store), Some(at.clone()));
    let store = store.after(StoreAction::Redo);
    assert_eq!(selected(&store), Some(NodePath(vec![0, 0])));
    // A step that leaves the network alone leaves the selection, too.
    let metric = crate::cost::Metric::Macs;
    let store = store.after(StoreAction::commit(NetworksAction::SetMetric(metric)));
    let store = store.after(StoreAction::Select(Some(at.clone()))).after(StoreAction::Undo);
    assert_eq!(selected(&store), Some(at));
    // Another network has nothing there.
    let id = NetworksAction::Open(crate::state::networks::OPENING_RIVAL);
    assert_eq!(selected(&store.after(StoreAction::commit(id))), None);
}

#[test]
fn what_was_refused_is_said_until_something_else_is_done() {
    let put = || {
        let module = crate::arch::Inception::default();
        StoreAction::commit(NetworksAction::Put("features".into(), module))
    };
    let metric = |metric| StoreAction::commit(NetworksAction::SetMetric(metric));
    // There is a step back, and one forth.
    let start =
        after(&networks(), [metric(Metric::Macs), metric(Metric::Memory), StoreAction::Undo]);
    let refused = start.after(put());
    assert_eq!(refused.networks_refusal, Some(NetworksError::NoModule("features".into())));
    assert_eq!(refused.networks, start.networks);
    let side = StoreAction::preview(NetworksAction::SetInput(Shape::new(3, 0, 1)));
    assert_eq!(networks().after(side).networks_refusal, Some(NetworksError::Side(0)));
    let input = NetworksAction::SetInput(Shape::new(3, 32, 32));
    for then in [
        StoreAction::commit(input.clone()),
        StoreAction::preview(input),
        StoreAction::Undo,
        StoreAction::Redo,
        StoreAction::DismissRefusal,
        read_link("net=vgg11"),
    ] {
        assert_eq!(refused.after(then.clone()).networks_refusal, None, "{then:?}");
    }
    // A look elsewhere is nothing done.
    assert!(refused.after(StoreAction::TurnTo(Tab::Compare)).networks_refusal.is_some());
}

#[test]
fn a_preview_is_one_step_with_what_commits_it() {
    let input = |side| NetworksAction::SetInput(Shape::new(3, side, side));
    let store = [32, 40, 48]
        .into_iter()
        .fold(networks(), |store, side| store.after(StoreAction::preview(input(side))));
    assert!(!store.networks.can_undo());
    assert_eq!(store.networks.shown().input.height, 48);
    let store = store.after(StoreAction::commit(input(56)));
    let store = store.after(StoreAction::Undo);
    assert_eq!(store.networks.shown(), &Networks::default());
}

#[test]
fn notices_go_when_they_are_read_or_something_is_done() {
    let store = networks().after(read_link("net=resnet&netsize=0"));
    assert_eq!(store.notices.len(), 2);
    let commit = StoreAction::commit(NetworksAction::Empty);
    for then in [commit, StoreAction::DismissNotices, read_link("net=vgg11")] {
        assert_eq!(store.after(then.clone()).notices, [], "{then:?}");
    }
    for then in [StoreAction::TurnTo(Tab::Compare), StoreAction::Select(None)] {
        assert_eq!(store.clone().after(then).notices.len(), 2);
    }
    // A link is one step, and back there is what was before.
    let other = store.after(read_link("net=googlenet"));
    assert_eq!(other.networks.shown(), &known("googlenet"));
    assert_eq!(other.after(StoreAction::Undo).networks.shown(), &Networks::default());
}
