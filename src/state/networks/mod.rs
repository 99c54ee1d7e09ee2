//! WHAT THE NETWORKS VIEW SHOWS: a network, its input, and the settings of each tab.
//!
//! The networks are a document of their own beside the page's [`Model`](crate::state::Model), with a history
//! of their own.
//!
//! Invariant: a [`Networks`] that exists can be inferred, counted, drawn and written as a link. Shapes in the
//! network may not fit; the view shows the fault at its layer.

pub mod substitutions;

use std::rc::Rc;

use strum::{IntoStaticStr, VariantArray};

use thiserror::Error;

use crate::arch::network::check::LARGEST_INPUT;
use crate::arch::network::{
    ConvBlock, Edit, EditError, Network, NetworkId, NodePath, Variant, VggConfig,
};
use crate::arch::{Inception, Limits, Named, Shape};
use crate::cost::substitute::Refused;
use crate::cost::{Metric, substitute};

use super::counting::Counting;
use super::history::{Document, History};
use super::term::Term;
pub use substitutions::{Chosen, OPENING_HEAVIEST, Substitutions, SubstitutionsAction};

/// The parts of the view.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum Tab {
    /// Layer by layer, beside the architecture.
    #[default]
    Layers,
    Substitute,
    /// Beside another network.
    Compare,
    /// VGG's configurations, and accuracy against cost.
    Configurations,
}

/// A network of one's own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Own {
    /// The name given by the user; may be empty.
    pub name: String,
    pub network: Network,
}

/// The network that is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    Known(NetworkId),
    Own(Rc<Own>),
}

impl Source {
    #[must_use]
    pub fn network(&self) -> Network {
        match self {
            Self::Known(id) => id.build(),
            Self::Own(own) => own.network.clone(),
        }
    }

    /// The name that an edit gives to the network: its present name, or for a published network its name with a
    /// star.
    fn own_name(&self) -> String {
        match self {
            // The star marks what was changed.
            Self::Known(id) => format!("{}*", id.name()),
            Self::Own(own) => own.name.clone(),
        }
    }

    fn renamed(&self, name: String) -> Self {
        Self::Own(Rc::new(Own { name, network: self.network() }))
    }
}

/// VGG16, where the write-up begins.
pub const OPENING: NetworkId = NetworkId::Vgg { config: VggConfig::D, batch_norm: false };

/// What VGG16 is compared with: the write-up's GoogLeNet, with its 13,004,888 parameters.
pub const OPENING_RIVAL: NetworkId =
    NetworkId::GoogLeNet { variant: Variant::Torchvision, auxiliary: true };

/// Rows or columns of an input.
pub const SIDE: Limits = Limits { min: 1, max: LARGEST_INPUT, slider_max: 512, step: 1 };

/// Channels of an input.
pub const IN_CHANNELS: Limits = SIDE;

/// Everything the view shows that a link brings back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Networks {
    /// The part that is open.
    pub tab: Tab,
    pub source: Source,
    /// Its input, one image; within [`IN_CHANNELS`] and [`SIDE`].
    pub input: Shape,
    /// What is counted, equal to the counting of the module.
    pub counting: Counting,
    /// What it is compared with.
    pub rival: NetworkId,
    /// Which convolutions are replaced, and by what.
    pub substitutions: Substitutions,
    /// The layer or container that is selected, if the network still has it. Not in the link.
    pub selected: Option<NodePath>,
}

impl Default for Networks {
    fn default() -> Self {
        Self {
            tab: Tab::default(),
            source: Source::Known(OPENING),
            input: Network::INPUT,
            counting: Counting::default(),
            rival: OPENING_RIVAL,
            substitutions: Substitutions::default(),
            selected: None,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NetworksAction {
    /// Shows a published network.
    Open(NetworkId),
    /// Shows a network and its input, as read from a file.
    Take(Rc<Own>, Shape),
    /// Shows a new empty network.
    Empty,
    /// Edits the network, which becomes the user's own.
    Edit(Edit),
    /// Puts a module in the place of the Inception module with this path, its names joined by dots.
    Put(String, Inception),
    /// Renames the network, which becomes the user's own.
    Rename(String),
    SetInput(Shape),
    /// Chooses the count by which the tabs scale, compare and rank.
    SetMetric(Metric),
    SetTerm(Term, bool),
    /// Chooses what to compare with.
    SetRival(NetworkId),
    /// Changes the substitutions.
    Substitutions(SubstitutionsAction),
    /// Replaces the convolutions of these rows by the recipe; the network becomes the user's own.
    Substitute(Vec<usize>),
    /// Back to the first state; the tab stays.
    Reset,
}

/// Why a change could not be made.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum NetworksError {
    /// A side of the input outside [`SIDE`].
    #[error("a side of the input is {0}; allowed are {min} to {max}", min = SIDE.min, max = SIDE.max)]
    Side(u64),
    /// Channels of the input outside [`IN_CHANNELS`].
    #[error("the input has {0} channels; allowed are {min} to {max}", min = IN_CHANNELS.min, max = IN_CHANNELS.max)]
    InChannels(u64),
    /// A change of the network that is not possible.
    #[error(transparent)]
    Edit(#[from] EditError),
    /// There is no Inception module of this path, its names joined by dots.
    #[error("the network has no Inception module {0}")]
    NoModule(String),
    /// A convolution that can't be replaced.
    #[error(transparent)]
    Refused(#[from] Refused),
}

/// Most characters of a network's name.
pub const LONGEST_NAME: usize = 60;

/// Returns `input` if it is allowed.
fn checked(input: Shape) -> Result<Shape, NetworksError> {
    let Shape { channels, height, width } = input;
    if !IN_CHANNELS.contains(channels) {
        return Err(NetworksError::InChannels(channels));
    }
    match [height, width].into_iter().find(|side| !SIDE.contains(*side)) {
        Some(side) => Err(NetworksError::Side(side)),
        None => Ok(input),
    }
}

impl Document for Networks {
    type Action = NetworksAction;
    type Error = NetworksError;

    fn apply(&self, action: NetworksAction) -> Result<Self, NetworksError> {
        let mut next = self.clone();
        match action {
            NetworksAction::Open(id) => {
                next.show(Source::Known(id));
                // Every published network takes an image of three channels.
                next.input.channels = Network::INPUT.channels;
            }
            NetworksAction::Take(own, input) => {
                next.input = checked(input)?;
                next.show(Source::Own(own));
            }
            NetworksAction::Empty => next.show(Source::Own(Rc::default())),
            NetworksAction::Edit(edit) => next.edit(&edit)?,
            NetworksAction::Put(path, module) => next.edit(&self.put(path, &module)?)?,
            NetworksAction::Rename(name) => {
                let name = name.trim().chars().take(LONGEST_NAME).collect();
                next.source = self.source.renamed(name);
            }
            NetworksAction::SetInput(input) => {
                next.input = checked(input)?;
                if let Source::Own(own) = &self.source {
                    let network = own.network.clone().fitted(input);
                    next.source = Source::Own(Rc::new(Own { network, name: own.name.clone() }));
                }
            }
            NetworksAction::SetMetric(metric) => next.counting.metric = metric,
            NetworksAction::SetTerm(term, on) => term.set(&mut next.counting.convention, on),
            NetworksAction::SetRival(id) => next.rival = id,
            NetworksAction::Substitutions(action) => {
                next.substitutions = next.substitutions.after(action);
            }
            NetworksAction::Substitute(rows) => next.substitute(&rows)?,
            NetworksAction::Reset => next = Self { tab: self.tab, ..Self::default() },
        }
        Ok(next)
    }

    /// The selection is navigation state as long as the network is the same.
    fn seen_from(self, other: &Self) -> Self {
        let same = self.source == other.source;
        let selected = if same { other.selected.clone() } else { self.selected };
        Self { tab: other.tab, selected, ..self }
    }
}

impl Networks {
    /// Shows another network, with nothing selected.
    fn show(&mut self, source: Source) {
        self.source = source;
        self.selected = None;
        self.substitutions.for_another();
    }

    fn edit(&mut self, edit: &Edit) -> Result<(), EditError> {
        let edited = self.source.network().edited(edit, self.input)?;
        let name = self.source.own_name();
        self.show(Source::Own(Rc::new(Own { name, network: edited.network })));
        self.selected = edited.selection;
        Ok(())
    }

    fn substitute(&mut self, rows: &[usize]) -> Result<(), NetworksError> {
        let network = substitute(&self.source.network(), &self.substitutions.recipe, rows)?;
        network.check().map_err(EditError::from)?;
        let name = self.source.own_name();
        self.show(Source::Own(Rc::new(Own { name, network })));
        // A convolution that was replaced is not replaced again.
        self.substitutions.chosen = Chosen::Heaviest(0);
        Ok(())
    }

    /// The edit that puts `module` in the place of the Inception module at `path`, made of blocks of the same
    /// kind.
    fn put(&self, path: String, module: &Inception) -> Result<Edit, NetworksError> {
        let network = self.source.network();
        let at = network.path_named(&path);
        let found = at.and_then(|at| {
            let node = network.node(&at)?;
            let (block, _) = ConvBlock::of_inception(node)?;
            Some((at, block.inception(node.name.clone(), module)))
        });
        let (at, node) = found.ok_or(NetworksError::NoModule(path))?;
        Ok(Edit::Replace { at, node })
    }
}

impl History<Networks> {
    /// Opens a tab, without an undo step.
    pub fn turn_to(&mut self, tab: Tab) {
        self.look(|networks| networks.tab = tab);
    }

    /// Selects a layer or container, without an undo step.
    pub fn select(&mut self, path: Option<&NodePath>) {
        self.look(|networks| networks.selected = path.cloned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arch::network::NewLayer;
    use crate::arch::network::new_layer::new_branch;
    use crate::export::network_text;

    #[test]
    fn an_input_outside_its_limits_is_refused() {
        let networks = Networks::default();
        let set = |shape| networks.apply(NetworksAction::SetInput(shape)).map(|next| next.input);
        assert_eq!(set(Shape::new(3, 0, 224)), Err(NetworksError::Side(0)));
        assert_eq!(set(Shape::new(3, 224, 65_537)), Err(NetworksError::Side(65_537)));
        assert_eq!(set(Shape::new(0, 1, 1)), Err(NetworksError::InChannels(0)));
        assert_eq!(set(Shape::new(1, 28, 28)), Ok(Shape::new(1, 28, 28)));
    }

    #[test]
    fn an_edit_makes_the_network_ones_own_and_undo_gives_it_back() {
        let mut history = History::new(Networks::default());
        let at = NodePath(vec![0, 2]);
        history.commit(NetworksAction::Edit(Edit::Remove { at: at.clone() })).unwrap();
        let Source::Own(own) = &history.shown().source else { panic!("not one's own") };
        assert_eq!(
            (own.name.as_str(), own.network.count()),
            ("vgg16*", OPENING.build().count() - 1)
        );
        history.select(Some(&at));
        history.undo();
        assert_eq!(history.shown().source, Source::Known(OPENING));
        history.redo();
        assert_eq!(history.shown().selected, Some(at));
    }

    #[test]
    fn a_changed_module_goes_back_to_its_place() {
        let googlenet = Networks::default().apply(NetworksAction::Open(OPENING_RIVAL)).unwrap();
        let preset = crate::arch::Preset::by_id("4e").unwrap();
        let module = Inception::new(preset.fields).unwrap();
        let wider = module.with(crate::arch::Field::Ch3x3, 384).unwrap();
        let put = |path: &str| {
            googlenet
                .apply(NetworksAction::Put(path.into(), wider))
                .map(|next| next.source.network())
        };
        let network = put("inception4e").unwrap();
        let at = network.path_named("inception4e").unwrap();
        let (block, read) = ConvBlock::of_inception(network.node(&at).unwrap()).unwrap();
        assert_eq!((block, *read), (ConvBlock::BatchNorm, *wider));
        // The next layer takes its 896 channels.
        assert_eq!(network.infer(googlenet.input).faults, []);
        assert_eq!(put("conv1"), Err(NetworksError::NoModule("conv1".into())));
    }

    #[test]
    fn branches_come_and_go_by_edits_that_undo_and_the_link_know() {
        let resnet = NetworkId::by_name("resnet18").unwrap();
        let mut history = History::new(Networks::default());
        history.commit(NetworksAction::Open(resnet)).unwrap();
        let add = resnet.build().path_named("layer1.0.add").unwrap();
        let edits = [
            Edit::Insert { at: add.child(2), node: new_branch() },
            Edit::Insert { at: add.child(2).child(0), node: NewLayer::Multiply.node(None) },
            Edit::Remove { at: add.child(0) },
        ];
        let mut shown = vec![history.shown().clone()];
        for edit in edits {
            history.commit(NetworksAction::Edit(edit)).unwrap();
            let networks = history.shown().clone();
            let network = networks.source.network();
            let text = network_text::write(&network, networks.input);
            assert_eq!(network_text::read(&text), Ok((network, networks.input)));
            shown.push(networks);
        }
        let branches =
            |networks: &Networks| networks.source.network().node(&add).unwrap().children().len();
        assert_eq!(shown.iter().map(branches).collect::<Vec<_>>(), [2, 3, 3, 2]);
        while let Some(before) = shown.pop() {
            assert_eq!(history.shown().source, before.source);
            history.undo();
        }
    }

    #[test]
    fn turning_to_a_tab_is_no_step() {
        let mut history = History::new(Networks::default());
        history.turn_to(Tab::Compare);
        assert!(!history.can_undo());
        history.commit(NetworksAction::SetRival(OPENING)).unwrap();
        history.undo();
        assert_eq!(history.shown().tab, Tab::Compare);
    }
}
