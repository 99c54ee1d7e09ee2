//! The network that is shown, with its costs.

use std::rc::Rc;

use yew::prelude::*;

use crate::arch::network::Network;
use crate::cost::{CostError, NetworkCost, network_cost};
use crate::page::store::use_convention;
use crate::state::networks::Networks;

/// A network and its cost, counted once for each change.
#[derive(Clone, Debug)]
pub struct Counted {
    pub network: Rc<Network>,
    /// What it costs on its input.
    pub cost: Rc<NetworkCost>,
}

impl PartialEq for Counted {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.network, &other.network) && Rc::ptr_eq(&self.cost, &other.cost)
    }
}

/// The network that is shown, counted.
#[hook]
pub fn use_counted(networks: &Networks) -> Rc<Result<Counted, CostError>> {
    let asked = (networks.source.clone(), networks.input, use_convention());
    use_memo(asked, |(source, input, convention)| {
        let network = source.network();
        let cost = network_cost(&network, *input, *convention)?;
        Ok(Counted { network: Rc::new(network), cost: Rc::new(cost) })
    })
}
