//! The network that is shown, with its costs.

use std::rc::Rc;

use yew::prelude::*;

use crate::arch::network::Network;
use crate::cost::{Convention, CostError, NetworkCost, network_cost};
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
    use_memo((networks.source.clone(), networks.input), |(source, input)| {
        let network = source.network();
        let cost = network_cost(&network, *input, Convention::default())?;
        Ok(Counted { network: Rc::new(network), cost: Rc::new(cost) })
    })
}
