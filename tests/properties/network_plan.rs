//! Substitutions: the costs of any choice equal a recount, and a link restores it.

use std::rc::Rc;

use inception_explorer::arch::network::{Network, NetworkId};
use inception_explorer::arch::{InceptionFields, Named};
use inception_explorer::cost::substitute::{Proportions, Ranking, Scope, Share};
use inception_explorer::cost::{
    Additive, Convention, Recipe, Replacement, Survey, network_cost, substitute,
};
use inception_explorer::page::networks::substitute::ranked_survey::RankedSurvey;
use inception_explorer::state::link::{Link, read};
use inception_explorer::state::networks::{Chosen, Networks, Source, Substitutions};
use inception_explorer::state::{Model, View};
use proptest::collection::{btree_map, btree_set};
use proptest::prelude::*;
use proptest::sample::select;

use crate::cases;

fn replacement() -> impl Strategy<Value = Replacement> {
    let widths = proptest::array::uniform6(0_u64..300);
    let kernels = (select(vec![1_u64, 3, 5, 11]), select(vec![1_u64, 3, 5, 11]));
    let module = (widths, kernels).prop_filter_map("a branch", |(widths, (kernel3, kernel5))| {
        let fields = InceptionFields { kernel3, kernel5, ..InceptionFields::new(1, widths) };
        Proportions::new(fields).ok().map(Replacement::Inception)
    });
    let bottleneck = (1_u64..9, 1_u64..9)
        .prop_filter_map("a share", |(part, whole)| Share::new(part, whole))
        .prop_map(Replacement::Bottleneck);
    prop_oneof![module, bottleneck]
}

fn plan() -> impl Strategy<Value = Substitutions> {
    let chosen = prop_oneof![
        (0_usize..70).prop_map(Chosen::Heaviest),
        btree_set(0_usize..300, 1..20).prop_map(Chosen::Rows),
    ];
    let recipe = (replacement(), btree_map(0_usize..300, replacement(), 0..6))
        .prop_map(|(default, overrides)| Recipe { default, overrides });
    let scope = select(vec![Scope::Inference, Scope::Training]);
    (scope, chosen, recipe).prop_map(|(scope, chosen, recipe)| Substitutions {
        scope,
        chosen,
        recipe,
    })
}

fn known() -> impl Strategy<Value = NetworkId> {
    select(NetworkId::all().collect::<Vec<_>>())
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn a_link_brings_any_plan_back(plan in plan(), id in known()) {
        let networks = Networks { source: Source::Known(id), substitutions: plan, ..Networks::default() };
        let link = Link::new(&Model::default(), &networks).showing(View::Networks);
        let reading = read(&link);
        prop_assert_eq!(reading.notices, vec![]);
        prop_assert_eq!(reading.networks, networks);
    }
}

proptest! {
    #![proptest_config(cases(24))]

    #[test]
    fn any_choice_is_what_recounting_says(plan in plan(), id in known()) {
        let network = id.build();
        let survey = Survey::of(&network, Network::INPUT, Convention::default()).unwrap();
        let ranking = Ranking { by: Additive::Macs, scope: plan.scope };
        let ranked = RankedSurvey::of(Rc::new(survey), ranking, &plan.recipe).unwrap();
        let rows = ranked.rows(&plan.chosen);
        prop_assert_eq!(rows.len(), ranked.chosen(&plan.chosen));
        let rebuilt = substitute(&network, &plan.recipe, &rows).unwrap();
        let cost = network_cost(&rebuilt, Network::INPUT, Convention::default()).unwrap();
        let totals = if plan.scope == Scope::Training { cost.totals } else { cost.inference };
        prop_assert_eq!(ranked.totals(&plan.chosen), totals);
    }
}
